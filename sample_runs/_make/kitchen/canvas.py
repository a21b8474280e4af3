"""A small drawing board: shapes and soft light on a transparent square, in units of -1 to 1."""

import math
from collections.abc import Sequence
from typing import TypeVar

import numpy as np
from PIL import Image, ImageChops, ImageDraw, ImageFilter

type_of_option = TypeVar("type_of_option")
Colour = tuple[int, int, int]
Point = tuple[float, float]

SPRITE = 400
"""Side of a sprite in pixels; a sprite is always shrunk later, which smooths its edges."""


def pick(rng: np.random.Generator, options: Sequence[type_of_option]) -> type_of_option:
    """Draw one option."""
    return options[int(rng.integers(len(options)))]


def chance(rng: np.random.Generator, probability: float) -> bool:
    """Tell whether something with this probability happens."""
    return bool(rng.random() < probability)


def mix(first: Colour, second: Colour, share: float) -> Colour:
    """Blend two colours; `share` is the second one's part."""
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(first, second, strict=True))
    return red, green, blue


def jitter(rng: np.random.Generator, colour: Colour, amount: float = 10) -> Colour:
    """Move a colour a little, so that no two objects are painted alike."""
    moved = np.clip(np.asarray(colour) + rng.normal(0, amount, 3), 0, 255).astype(int)
    return int(moved[0]), int(moved[1]), int(moved[2])


def darker(colour: Colour, share: float = 0.25) -> Colour:
    """Blend towards a warm black."""
    return mix(colour, (30, 18, 12), share)


def lighter(colour: Colour, share: float = 0.25) -> Colour:
    """Blend towards white."""
    return mix(colour, (255, 255, 255), share)


def ring_of_points(
    radii: Sequence[float], *, centre: Point = (0, 0), stretch: float = 1.0
) -> list[Point]:
    """Walk once around a centre at the given radii; `stretch` widens x."""
    turns = [2 * math.pi * step / len(radii) for step in range(len(radii))]
    return [
        (centre[0] + stretch * radius * math.cos(turn), centre[1] + radius * math.sin(turn))
        for radius, turn in zip(radii, turns, strict=True)
    ]


class Sprite:
    """One object on a transparent ground, drawn within the unit circle."""

    def __init__(self) -> None:
        self.image = Image.new("RGBA", (SPRITE, SPRITE), (0, 0, 0, 0))
        self._draw = ImageDraw.Draw(self.image)

    def disc(self, centre: Point, radius: float | Point, fill: Colour) -> None:
        """Fill a circle, or an ellipse when `radius` is a pair."""
        self._draw.ellipse(_box(centre, radius), fill=(*fill, 255))

    def shape(self, points: Sequence[Point], fill: Colour) -> None:
        """Fill a polygon."""
        self._draw.polygon([_pixel(point) for point in points], fill=(*fill, 255))

    def stroke(self, points: Sequence[Point], width: float, fill: Colour) -> None:
        """Draw a line with round joints and ends."""
        pixels = [_pixel(point) for point in points]
        self._draw.line(pixels, fill=(*fill, 255), width=_length(width), joint="curve")
        for end in (points[0], points[-1]):
            self.disc(end, width / 2, fill)

    def plank(self, centre: Point, half: Point, corner: float, fill: Colour) -> None:
        """Fill a rectangle with rounded corners."""
        self._draw.rounded_rectangle(_box(centre, half), radius=_length(corner), fill=(*fill, 255))

    def glow(self, centre: Point, radius: float | Point, fill: Colour, strength: float) -> None:
        """Lay soft light (or shade) on what is already painted; it fades over its own radius."""
        small = Image.new("L", (SPRITE // 4, SPRITE // 4), 0)
        box = [value / 4 for value in _box(centre, radius)]
        ImageDraw.Draw(small).ellipse(box, fill=round(255 * strength))
        fade = min(box[2] - box[0], box[3] - box[1]) / 4
        soft = small.filter(ImageFilter.GaussianBlur(fade)).resize((SPRITE, SPRITE))
        alpha = self.image.getchannel("A")
        self.image.paste(fill, (0, 0), ImageChops.multiply(soft, alpha))
        self.image.putalpha(alpha)


def _pixel(point: Point) -> Point:
    return (SPRITE / 2 * (1 + point[0]), SPRITE / 2 * (1 + point[1]))


def _length(units: float) -> int:
    return max(1, round(units * SPRITE / 2))


def _box(centre: Point, radius: float | Point) -> list[float]:
    wide, high = radius if isinstance(radius, tuple) else (radius, radius)
    left, top = _pixel((centre[0] - wide, centre[1] - high))
    right, bottom = _pixel((centre[0] + wide, centre[1] + high))
    return [left, top, right, bottom]
