"""Things that lie about in a kitchen and are none of the concepts."""

import math

import numpy as np

from _make.kitchen.canvas import Colour, Point, Sprite, chance, darker, jitter, lighter, mix, pick


def spoon(rng: np.random.Generator, light: Point) -> Sprite:
    """Paint a wooden spoon."""
    sprite = Sprite()
    wood = jitter(rng, pick(rng, ((196, 148, 96), (164, 112, 66), (216, 172, 120))), 8)
    sprite.stroke([(0, -0.4), (0, 0.9)], 0.11, wood)
    sprite.disc((0, -0.66), (0.23, 0.31), wood)
    sprite.glow((-light[0] * 0.05, -0.66), (0.16, 0.22), darker(wood, 0.35), 0.55)
    return sprite


def napkin(rng: np.random.Generator, _light: Point) -> Sprite:
    """Paint a folded napkin with a stripe."""
    sprite = Sprite()
    cloth = jitter(
        rng,
        pick(
            rng,
            ((236, 228, 214), (198, 110, 96), (140, 164, 150), (220, 180, 110), (170, 178, 190)),
        ),
        6,
    )
    sprite.plank((0, 0), (0.62, 0.72), 0.03, cloth)
    sprite.shape([(-0.62, -0.72), (0.62, -0.72), (0.62, 0.1)], lighter(cloth, 0.16))
    stripe = darker(cloth, 0.22) if chance(rng, 0.5) else lighter(cloth, 0.5)
    for y in (0.5, 0.58):
        sprite.shape([(-0.62, y), (0.62, y), (0.62, y + 0.035), (-0.62, y + 0.035)], stripe)
    return sprite


def carrot(rng: np.random.Generator, light: Point) -> Sprite:
    """Paint a carrot with its green."""
    sprite = Sprite()
    skin = jitter(rng, (228, 126, 50), 8)
    for lean in (-0.22, -0.1, 0.02, 0.14, 0.24):
        sprite.stroke([(0, -0.4), (lean, -0.92)], 0.06, jitter(rng, (92, 138, 66)))
    sprite.shape(
        [(-0.17, -0.38), (0.17, -0.38), (0.1, 0.3), (0.02, 0.95), (-0.02, 0.95), (-0.1, 0.3)], skin
    )
    sprite.disc((0, -0.38), (0.17, 0.09), skin)
    for y in (-0.2, 0.0, 0.22, 0.45):
        sprite.stroke([(-0.07, y), (0.02, y + 0.01)], 0.02, darker(skin, 0.2))
    sprite.glow((light[0] * 0.06, -0.1), (0.05, 0.4), lighter(skin, 0.5), 0.6)
    return sprite


def sprig(rng: np.random.Generator, _light: Point) -> Sprite:
    """Paint a sprig of basil."""
    sprite = Sprite()
    green = jitter(rng, pick(rng, ((88, 136, 66), (112, 150, 84), (70, 118, 70))), 8)
    sprite.stroke([(0, 0.9), (0.04, -0.5)], 0.04, darker(green, 0.1))
    for y, reach in ((0.45, 0.34), (0.1, 0.42), (-0.22, 0.38), (-0.5, 0.26)):
        for side in (-1, 1):
            sprite.disc(
                (side * reach * 0.62, y - 0.06),
                (reach * 0.5, reach * 0.34),
                mix(green, (160, 190, 110), 0.12 * (1 + side)),
            )
            sprite.stroke([(0, y), (side * reach, y - 0.08)], 0.018, lighter(green, 0.3))
    sprite.disc((0.04, -0.68), (0.14, 0.22), lighter(green, 0.08))
    return sprite


def coaster(rng: np.random.Generator, light: Point) -> Sprite:
    """Paint a round coaster, of cork or felt."""
    sprite = Sprite()
    felt = jitter(
        rng, pick(rng, ((188, 146, 104), (118, 124, 128), (196, 168, 140), (110, 134, 120))), 6
    )
    sprite.disc((0, 0), 0.92, darker(felt, 0.15))
    sprite.disc((light[0] * 0.02, light[1] * 0.02), 0.89, felt)
    for x, y in rng.uniform(-0.6, 0.6, (40, 2)):
        sprite.disc((x, y), 0.02, darker(felt, 0.14))
    return sprite


def onion(rng: np.random.Generator, light: Point) -> Sprite:
    """Paint a red onion: round and reddish, but no apple and no tomato."""
    sprite = Sprite()
    skin = jitter(rng, pick(rng, ((142, 50, 84), (128, 46, 72), (206, 150, 86))), 8)
    sprite.disc((0, 0), 0.84, skin)
    sprite.glow((-light[0] * 0.6, -light[1] * 0.6), 0.7, darker(skin, 0.6), 0.7)
    for step in range(9):
        turn = math.pi * (step / 9) + float(rng.normal(0, 0.05))
        ends = [
            (0.78 * math.cos(turn), 0.78 * math.sin(turn)),
            (-0.78 * math.cos(turn), -0.78 * math.sin(turn)),
        ]
        sprite.stroke(ends, 0.014, lighter(skin, 0.25))
    sprite.disc((0, 0), 0.1, (196, 166, 120))
    sprite.glow((light[0] * 0.45, light[1] * 0.45), (0.18, 0.15), (255, 244, 240), 0.8)
    return sprite


def board(rng: np.random.Generator, _light: Point) -> Sprite:
    """Paint a cutting board with a hole in its grip."""
    sprite = Sprite()
    wood: Colour = jitter(rng, pick(rng, ((206, 164, 112), (170, 120, 76), (226, 192, 146))), 6)
    sprite.plank((0, 0.12), (0.58, 0.72), 0.1, wood)
    sprite.plank((0, -0.74), (0.13, 0.22), 0.1, wood)
    for x in rng.uniform(-0.54, 0.54, 12).tolist():
        sprite.stroke([(x, -0.5), (x + 0.01, 0.75)], 0.012, darker(wood, 0.09))
    sprite.disc((0, -0.85), 0.045, darker(wood, 0.6))
    return sprite
