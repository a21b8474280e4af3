"""Tableware seen from above: plate, mug, fork, knife, teapot, whisk."""

import math

import numpy as np

from _make.kitchen.canvas import Colour, Point, Sprite, chance, darker, jitter, lighter, mix, pick

GLAZES: tuple[Colour, ...] = (
    (244, 240, 232), (236, 226, 208), (168, 186, 164), (202, 128, 96),
    (86, 110, 138), (226, 186, 178), (212, 176, 104), (120, 146, 152), (70, 74, 82),
)  # fmt: skip
DRINKS: tuple[Colour, ...] = ((74, 44, 26), (148, 82, 34), (190, 140, 92), (104, 62, 40))
METALS: tuple[Colour, ...] = ((186, 190, 194), (186, 190, 194), (206, 174, 108), (70, 70, 74))


def plate(rng: np.random.Generator, light: Point) -> Sprite:
    """Paint a round plate, at times with a painted rim."""
    sprite = Sprite()
    glaze = jitter(rng, pick(rng, GLAZES), 6)
    sprite.disc((0, 0), 0.97, darker(glaze, 0.12))
    sprite.disc((0, 0), 0.95, glaze)
    if chance(rng, 0.35):
        accent = pick(rng, ((60, 92, 140), (176, 80, 60), (96, 128, 92), (196, 160, 90)))
        sprite.disc((0, 0), 0.91, accent)
        sprite.disc((0, 0), float(rng.choice([0.88, 0.84])), glaze)
    sprite.disc((0, 0), 0.66, darker(glaze, 0.1))
    sprite.disc((-light[0] * 0.012, -light[1] * 0.012), 0.645, lighter(glaze, 0.12))
    sprite.glow((-light[0] * 0.35, -light[1] * 0.35), 0.36, lighter(glaze, 0.6), 0.35)
    sprite.glow((light[0] * 0.6, light[1] * 0.6), 0.3, lighter(glaze, 0.7), 0.4)
    if chance(rng, 0.3):
        for x, y in _inside(rng, 40, 0.93):
            sprite.disc((x, y), 0.009, darker(glaze, 0.35))
    return sprite


def mug(rng: np.random.Generator, light: Point) -> Sprite:
    """Paint a mug with a drink in it; the handle points along +x."""
    sprite = Sprite()
    glaze = jitter(rng, pick(rng, GLAZES), 6)
    bend = [
        (0.58 + 0.32 * math.cos(turn), 0.2 * math.sin(turn))
        for turn in np.linspace(-math.pi / 2, math.pi / 2, 15).tolist()
    ]
    sprite.stroke(bend, 0.12, darker(glaze, 0.14))
    sprite.disc((-0.08, 0), 0.72, darker(glaze, 0.16))
    sprite.disc((-0.08, 0), 0.7, lighter(glaze, 0.18))
    sprite.disc((-0.08, 0), 0.6, darker(glaze, 0.35))
    drink = jitter(rng, pick(rng, DRINKS), 6)
    sprite.disc((-0.08, 0), 0.56, darker(drink, 0.3))
    sprite.disc((-0.08 - light[0] * 0.02, -light[1] * 0.02), 0.54, drink)
    if chance(rng, 0.4):
        _foam(sprite, drink)
    sprite.glow((-0.08 + light[0] * 0.36, light[1] * 0.36), (0.14, 0.1), (255, 248, 236), 0.55)
    return sprite


def fork(rng: np.random.Generator, light: Point) -> Sprite:
    """Paint a fork, its tines towards -y."""
    sprite = Sprite()
    metal = jitter(rng, pick(rng, METALS), 5)
    sprite.shape([(-0.035, -0.3), (0.035, -0.3), (0.065, 0.85), (-0.065, 0.85)], metal)
    sprite.disc((0, 0.87), (0.068, 0.09), metal)
    sprite.shape(
        [(-0.13, -0.6), (0.13, -0.6), (0.1, -0.38), (0.035, -0.24), (-0.035, -0.24), (-0.1, -0.38)],
        metal,
    )
    for x in (-0.115, -0.038, 0.038, 0.115):
        sprite.stroke([(x, -0.94), (x, -0.58)], 0.034, metal)
    _gleam(sprite, metal, light)
    return sprite


def knife(rng: np.random.Generator, light: Point) -> Sprite:
    """Paint a table knife, its blade towards -y; some have a wooden handle."""
    sprite = Sprite()
    metal = jitter(rng, pick(rng, METALS), 5)
    handle = jitter(rng, (128, 82, 50)) if chance(rng, 0.3) else darker(metal, 0.06)
    blade = [
        (-0.07, 0.1),
        (-0.07, -0.86),
        (-0.03, -0.95),
        (0.03, -0.93),
        (0.1, -0.72),
        (0.1, 0.02),
        (0.05, 0.1),
    ]
    sprite.shape(blade, lighter(metal, 0.25))
    sprite.shape([(-0.05, 0.08), (0.05, 0.08), (0.078, 0.85), (-0.078, 0.85)], handle)
    sprite.disc((0, 0.86), (0.08, 0.09), handle)
    sprite.stroke([(0.08, -0.7), (0.085, 0.0)], 0.018, (248, 248, 248))
    _gleam(sprite, metal, light)
    return sprite


def teapot(rng: np.random.Generator, light: Point) -> Sprite:
    """Paint a teapot: spout along -x, handle along +x, a lid with a knob."""
    sprite = Sprite()
    glaze = jitter(rng, pick(rng, GLAZES), 8)
    sprite.stroke([(0.45, 0), (0.92, 0)], 0.13, darker(glaze, 0.22))
    sprite.shape(
        [(-0.4, -0.24), (-0.92, -0.1), (-0.97, 0.0), (-0.92, 0.1), (-0.4, 0.24)],
        darker(glaze, 0.08),
    )
    sprite.disc((-0.92, 0), (0.035, 0.07), darker(glaze, 0.55))
    sprite.disc((0, 0), 0.64, glaze)
    sprite.glow((-light[0] * 0.45, -light[1] * 0.45), 0.55, darker(glaze, 0.5), 0.6)
    sprite.glow((light[0] * 0.35, light[1] * 0.35), 0.3, lighter(glaze, 0.7), 0.6)
    sprite.disc((0, 0), 0.37, darker(glaze, 0.3))
    sprite.disc((0, 0), 0.35, lighter(glaze, 0.1))
    knob = jitter(rng, (150, 104, 64)) if chance(rng, 0.4) else darker(glaze, 0.12)
    sprite.glow((-light[0] * 0.08, -light[1] * 0.08), 0.16, darker(glaze, 0.6), 0.7)
    sprite.disc((0, 0), 0.11, knob)
    sprite.glow((light[0] * 0.04, light[1] * 0.04), 0.06, lighter(knob, 0.7), 0.8)
    return sprite


def whisk(rng: np.random.Generator, light: Point) -> Sprite:
    """Paint a balloon whisk, its wires towards -y."""
    sprite = Sprite()
    metal = jitter(rng, (176, 180, 186), 6)
    wooden = chance(rng, 0.5)
    for bulge in (0.1, 0.2, 0.3, 0.36):
        loop = [
            (bulge * math.sin(turn) * (1.1 - 0.35 * math.cos(turn)), -0.42 - 0.5 * math.cos(turn))
            for turn in np.linspace(-math.pi, math.pi, 40).tolist()
        ]
        sprite.stroke([(x * 1.15, y) for x, y in loop], 0.042, darker(metal, 0.45))
        sprite.stroke([(x * 1.15, y) for x, y in loop], 0.024, lighter(metal, 0.35))
    sprite.plank((0, 0.5), (0.075, 0.42), 0.07, jitter(rng, (170, 120, 74)) if wooden else metal)
    sprite.plank((0, 0.1), (0.085, 0.05), 0.02, darker(metal, 0.2))
    _gleam(sprite, metal, light)
    return sprite


def _inside(rng: np.random.Generator, count: int, radius: float) -> list[Point]:
    turns, reach = rng.uniform(0, 2 * np.pi, count), radius * np.sqrt(rng.random(count))
    return [
        (float(x), float(y))
        for x, y in zip(reach * np.cos(turns), reach * np.sin(turns), strict=True)
    ]


def _foam(sprite: Sprite, drink: Colour) -> None:
    milk = mix(drink, (250, 238, 220), 0.8)
    sprite.disc((-0.2, -0.1), (0.17, 0.2), milk)
    sprite.disc((0.04, -0.1), (0.17, 0.2), milk)
    sprite.shape([(-0.36, -0.04), (0.2, -0.04), (-0.08, 0.34)], milk)


def _gleam(sprite: Sprite, metal: Colour, light: Point) -> None:
    sprite.glow((0, -0.6), (0.2, 0.25), lighter(metal, 0.8), 0.5)
    sprite.glow((light[0] * 0.03, 0.55), (0.05, 0.35), lighter(metal, 0.7), 0.5)
    sprite.glow((0, 0.0), (0.12, 0.25), darker(metal, 0.4), 0.4)
