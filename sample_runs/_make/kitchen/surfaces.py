"""The tables that the pictures stand on: numpy noise shaped into wood, stone, tile and cloth."""

from collections.abc import Callable, Sequence
from functools import cache

import numpy as np
import numpy.typing as npt
from PIL import Image

from _make.kitchen.canvas import Colour, chance, jitter, pick

FloatArray = npt.NDArray[np.float64]

SIDE = 720
"""Side of a surface in pixels; a scene is cut out of it."""

VARIANTS = 14
"""Every kind of surface is painted this many times, and each scene takes another cut-out."""


def smooth_noise(rng: np.random.Generator, rows: int, columns: int) -> FloatArray:
    """Stretch a small random grid over the surface: blobs, or streaks when the grid is narrow."""
    grid = Image.fromarray(rng.normal(0, 1, (rows, columns)).astype(np.float32))
    return np.asarray(grid.resize((SIDE, SIDE), Image.Resampling.BICUBIC), dtype=np.float64)


def _tint(rng: np.random.Generator, choices: Sequence[Colour]) -> FloatArray:
    return np.asarray(jitter(rng, pick(rng, choices), 5), dtype=np.float64)


def _wood(rng: np.random.Generator, base: FloatArray) -> FloatArray:
    streaks = sum(
        smooth_noise(rng, rows, cols) / k
        for k, (rows, cols) in enumerate(((60, 3), (150, 4), (300, 9)), 1)
    )
    planks = np.arange(SIDE) // int(rng.integers(120, 190))
    tone = rng.normal(0, 7, planks.max() + 1)[planks][:, None]
    seam = np.r_[False, np.diff(planks) > 0]
    seam = seam | np.roll(seam, 1)
    shade = tone + 6.5 * streaks - 46 * seam[:, None]
    wood: FloatArray = base + shade[..., None] * np.array([1.0, 0.9, 0.75])
    return wood


def oak(rng: np.random.Generator) -> FloatArray:
    """Paint light planks."""
    return _wood(rng, _tint(rng, ((206, 170, 126), (220, 190, 150), (190, 150, 108))))


def walnut(rng: np.random.Generator) -> FloatArray:
    """Paint dark planks."""
    return _wood(rng, _tint(rng, ((112, 76, 54), (92, 64, 48), (130, 92, 66))))


def marble(rng: np.random.Generator) -> FloatArray:
    """Paint pale stone with soft grey veins."""
    field = (
        smooth_noise(rng, 5, 5) + 0.5 * smooth_noise(rng, 10, 10) + 0.2 * smooth_noise(rng, 26, 26)
    )
    cloud = smooth_noise(rng, 4, 4)
    veins = np.exp(-np.abs(field) * 16) * np.clip(0.6 + 0.5 * cloud, 0, 1)
    base = _tint(rng, ((236, 234, 230), (226, 226, 228), (240, 232, 222)))
    stone: FloatArray = base - (62 * veins + 5 * cloud)[..., None] * np.array([1.0, 0.97, 0.92])
    return stone


def tile(rng: np.random.Generator) -> FloatArray:
    """Paint glazed square tiles with light grout."""
    side = int(rng.integers(104, 150))
    rows = np.arange(SIDE) // side
    tone = rng.normal(0, 5, (rows.max() + 1, rows.max() + 1))[np.ix_(rows, rows)]
    base = _tint(rng, ((174, 190, 176), (206, 186, 168), (222, 218, 208), (186, 140, 116)))
    if chance(rng, 0.4):
        odd = (rows[:, None] + rows[None, :]) % 2
        tone = tone + 22 * odd
    picture = base + tone[..., None]
    edge = np.arange(SIDE) % side
    grout = (edge < 6)[:, None] | (edge < 6)[None, :]
    picture[grout] = base * 0.35 + 150
    return picture


def linen(rng: np.random.Generator) -> FloatArray:
    """Paint a plain or striped tablecloth."""
    choices = (
        (222, 212, 194),
        (206, 160, 150),
        (168, 174, 168),
        (216, 184, 120),
        (150, 160, 140),
        (190, 178, 186),
    )
    base = _tint(rng, choices)
    weave = 2.2 * smooth_noise(rng, 180, 24) + 2.2 * smooth_noise(rng, 24, 180)
    picture = base + (weave + 4 * smooth_noise(rng, 4, 4))[..., None]
    if chance(rng, 0.45):
        step = int(rng.integers(60, 110))
        stripe = (np.arange(SIDE) % step) < step * 0.22
        picture[:, stripe] += 20 if chance(rng, 0.6) else -22
    return picture


def blue_check(rng: np.random.Generator) -> FloatArray:
    """Paint a blue and white checked tablecloth."""
    step = int(rng.integers(44, 70))
    band = ((np.arange(SIDE) // step) % 2).astype(np.float64)
    blue = np.asarray(jitter(rng, (70, 112, 176), 8), dtype=np.float64)
    cover = (band[:, None] + band[None, :]) / 2
    folds = 4 * smooth_noise(rng, 4, 4) + 1.5 * smooth_noise(rng, 120, 120)
    return 244 + (blue - 244) * cover[..., None] + folds[..., None]


SURFACES: dict[str, Callable[[np.random.Generator], FloatArray]] = {
    "oak": oak,
    "walnut": walnut,
    "marble": marble,
    "tile": tile,
    "linen": linen,
    "blue check": blue_check,
}


@cache
def surface(name: str, variant: int) -> Image.Image:
    """Paint one variant of a surface; every call with the same arguments gives the same picture."""
    rng = np.random.default_rng([71, list(SURFACES).index(name), variant])
    return Image.fromarray(np.clip(SURFACES[name](rng), 0, 255).astype(np.uint8))
