"""Food seen from above. Apples and tomatoes look alike on purpose."""

import math

import numpy as np

from _make.kitchen.canvas import (
    Colour,
    Point,
    Sprite,
    chance,
    darker,
    jitter,
    lighter,
    mix,
    pick,
    ring_of_points,
)

REDS: tuple[Colour, ...] = ((196, 44, 38), (208, 58, 40), (182, 36, 40), (214, 74, 46))
GREENS: tuple[Colour, ...] = ((142, 176, 70), (164, 186, 82))
STEM: Colour = (92, 66, 40)
LEAF: Colour = (84, 130, 62)


def apple(rng: np.random.Generator, light: Point) -> Sprite:
    """Paint an apple: a dimple, a stem, faint streaks, at times a leaf."""
    sprite = Sprite()
    skin = jitter(rng, pick(rng, GREENS) if chance(rng, 0.22) else pick(rng, REDS), 8)
    _ball(sprite, skin, light, lobes=int(rng.integers(4, 6)), depth=0.01)
    for turn in rng.uniform(0, 2 * math.pi, 14):
        inner, outer = rng.uniform(0.25, 0.4), rng.uniform(0.55, 0.75)
        line = [_polar(inner, turn), _polar(outer, turn)]
        sprite.stroke(line, 0.022, mix(skin, (238, 190, 110), 0.28))
    sprite.glow((0, 0), 0.24, darker(skin, 0.75), 0.9)
    turn = float(rng.uniform(0, 2 * math.pi))
    if chance(rng, 0.4):
        _leaf(sprite, _polar(0.08, turn), _polar(0.55, turn + 0.5), jitter(rng, LEAF))
    sprite.stroke([(0, 0), _polar(0.24, turn)], 0.08, STEM)
    _shine(sprite, light)
    return sprite


def tomato(rng: np.random.Generator, light: Point) -> Sprite:
    """Paint a tomato: soft lobes and a green star, which is at times only a stub."""
    sprite = Sprite()
    skin = jitter(rng, pick(rng, GREENS) if chance(rng, 0.06) else pick(rng, REDS), 8)
    _ball(sprite, skin, light, lobes=int(rng.integers(5, 8)), depth=0.024)
    sprite.glow((0, 0), 0.26, darker(skin, 0.5), 0.7)
    reach = 0.16 if chance(rng, 0.3) else float(rng.uniform(0.32, 0.5))
    green = jitter(rng, LEAF)
    start = float(rng.uniform(0, 2 * math.pi))
    for step in range(5):
        turn = start + step * 2 * math.pi / 5 + float(rng.normal(0, 0.12))
        tip = _polar(reach * float(rng.uniform(0.85, 1.15)), turn)
        sides = [_polar(0.09, turn - 0.9), tip, _polar(0.09, turn + 0.9)]
        sprite.shape([(0, 0), *sides], green)
    sprite.disc((0, 0), 0.07, darker(green, 0.3))
    _shine(sprite, light)
    return sprite


def lemon(rng: np.random.Generator, light: Point) -> Sprite:
    """Paint a lemon, whole or cut in half."""
    sprite = Sprite()
    skin = jitter(rng, pick(rng, ((240, 208, 62), (246, 216, 84), (232, 200, 70))), 7)
    if chance(rng, 0.4):
        _cut_lemon(sprite, skin)
        return sprite
    sprite.shape(
        [(-0.95, 0), (-0.6, -0.34), (0.6, -0.34), (0.95, 0), (0.6, 0.34), (-0.6, 0.34)], skin
    )
    sprite.disc((0, 0), (0.8, 0.64), skin)
    sprite.disc((0.88, 0), 0.08, darker(skin, 0.18))
    away = (-light[0] * 0.5, -light[1] * 0.5)
    sprite.glow(away, (0.75, 0.6), darker(mix(skin, (214, 140, 30), 0.5), 0.1), 0.6)
    sprite.glow((light[0] * 0.3, light[1] * 0.25), (0.3, 0.2), (255, 250, 215), 0.85)
    return sprite


def egg(rng: np.random.Generator, light: Point) -> Sprite:
    """Paint an egg in its shell, or a fried one."""
    sprite = Sprite()
    if chance(rng, 0.35):
        _fried_egg(sprite, rng, light)
        return sprite
    shell = jitter(
        rng, pick(rng, ((236, 214, 188), (214, 166, 126), (246, 238, 226), (198, 148, 110))), 6
    )
    radii = [0.78 + 0.1 * math.cos(2 * math.pi * step / 60) for step in range(60)]
    sprite.shape(ring_of_points(radii, stretch=1.12), shell)
    sprite.glow((-light[0] * 0.55, -light[1] * 0.55), 0.7, darker(shell, 0.4), 0.6)
    sprite.glow((light[0] * 0.3, light[1] * 0.3), 0.32, lighter(shell, 0.8), 0.85)
    if chance(rng, 0.4):
        for x, y in rng.uniform(-0.5, 0.5, (14, 2)):
            sprite.disc((x, y), 0.02, darker(shell, 0.25))
    return sprite


def bread(rng: np.random.Generator, light: Point) -> Sprite:
    """Paint a slice of bread or a round roll."""
    sprite = Sprite()
    crust = jitter(rng, pick(rng, ((176, 112, 58), (156, 94, 46), (194, 132, 72))), 8)
    if chance(rng, 0.4):
        _roll(sprite, rng, crust, light)
        return sprite
    crumb = jitter(rng, pick(rng, ((238, 214, 168), (228, 198, 148), (208, 170, 118))), 6)
    for grow, colour in ((0.0, crust), (-0.07, mix(crust, crumb, 0.5)), (-0.1, crumb)):
        sprite.plank((0, 0.14), (0.66 + grow, 0.62 + grow), 0.14, colour)
        sprite.disc((-0.3, -0.38), (0.44 + grow, 0.36 + grow), colour)
        sprite.disc((0.3, -0.38), (0.44 + grow, 0.36 + grow), colour)
    for x, y in rng.uniform(-0.48, 0.55, (34, 2)):
        sprite.disc((x, y), float(rng.uniform(0.012, 0.04)), darker(crumb, 0.14))
    if chance(rng, 0.3):
        sprite.plank((0.02, 0.1), (0.2, 0.16), 0.05, (250, 226, 128))
        sprite.glow((-0.05, 0.05), 0.1, (255, 250, 220), 0.7)
    return sprite


def _ball(sprite: Sprite, skin: Colour, light: Point, *, lobes: int, depth: float) -> None:
    # Bulges between narrow creases, as many as there are lobes.
    creases = [1 - abs(math.sin(lobes * math.pi * step / 90)) for step in range(90)]
    radii = [0.88 - 2 * depth * crease**2 for crease in creases]
    sprite.shape(ring_of_points(radii), skin)
    sprite.glow((-light[0] * 0.7, -light[1] * 0.7), 0.75, darker(skin, 0.6), 0.75)
    sprite.glow((light[0] * 0.35, light[1] * 0.35), 0.5, lighter(skin, 0.4), 0.5)


def _shine(sprite: Sprite, light: Point) -> None:
    sprite.glow((light[0] * 0.48, light[1] * 0.48), (0.17, 0.14), (255, 250, 240), 0.95)


def _polar(radius: float, turn: float) -> Point:
    return (radius * math.cos(turn), radius * math.sin(turn))


def _leaf(sprite: Sprite, start: Point, end: Point, green: Colour) -> None:
    middle = ((start[0] + end[0]) / 2, (start[1] + end[1]) / 2)
    across = (-(end[1] - start[1]) * 0.28, (end[0] - start[0]) * 0.28)
    left = (middle[0] + across[0], middle[1] + across[1])
    right = (middle[0] - across[0], middle[1] - across[1])
    sprite.shape([start, left, end, right], green)
    sprite.stroke([start, end], 0.02, lighter(green, 0.3))


def _cut_lemon(sprite: Sprite, skin: Colour) -> None:
    sprite.disc((0, 0), 0.8, skin)
    sprite.disc((0, 0), 0.72, (252, 244, 206))
    for step in range(9):
        turn = step * 2 * math.pi / 9
        wedge = [_polar(0.08, turn + 0.34), _polar(0.64, turn + 0.06), _polar(0.67, turn + 0.34)]
        sprite.shape([*wedge, _polar(0.64, turn + 0.62)], mix(skin, (250, 232, 120), 0.5))
    sprite.disc((0, 0), 0.06, (252, 244, 206))


def _fried_egg(sprite: Sprite, rng: np.random.Generator, light: Point) -> None:
    waves = rng.normal(0, 0.05, 4)
    turns = np.linspace(0, 2 * np.pi, 80, endpoint=False)
    radii = 0.82 + sum(wave * np.cos((n + 2) * turns + n) for n, wave in enumerate(waves))
    white = ring_of_points(np.clip(radii, 0.6, 0.98).tolist())
    sprite.shape(white, (226, 198, 150))
    sprite.shape([(x * 0.95, y * 0.95) for x, y in white], (252, 248, 238))
    yolk = jitter(rng, (246, 184, 44), 8)
    centre = (float(rng.normal(0, 0.08)), float(rng.normal(0, 0.08)))
    sprite.disc(centre, 0.36, darker(yolk, 0.12))
    sprite.disc(centre, 0.33, yolk)
    shine = (centre[0] + light[0] * 0.14, centre[1] + light[1] * 0.14)
    sprite.glow(shine, 0.1, (255, 248, 220), 0.9)


def _roll(sprite: Sprite, rng: np.random.Generator, crust: Colour, light: Point) -> None:
    sprite.disc((0, 0), (0.88, 0.74), crust)
    sprite.glow((-light[0] * 0.55, -light[1] * 0.5), 0.7, darker(crust, 0.5), 0.6)
    sprite.glow((light[0] * 0.3, light[1] * 0.3), 0.5, (226, 178, 112), 0.7)
    for x in (-0.4, 0.0, 0.4):
        curve = [(x - 0.1, -0.4), (x + 0.04, 0), (x - 0.06, 0.4)]
        sprite.stroke(curve, 0.1, darker(crust, 0.2))
        sprite.stroke(curve, 0.06, (240, 212, 160))
    if chance(rng, 0.5):
        sprite.glow((0, 0), 0.5, (250, 240, 222), 0.35)
