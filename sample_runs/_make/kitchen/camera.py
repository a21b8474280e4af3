"""Draw a planned scene, photograph it, and say which concepts can be seen in the photograph."""

import math
from collections.abc import Callable

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageChops, ImageEnhance, ImageFilter

from _make.kitchen import food, props, tableware
from _make.kitchen.canvas import SPRITE, Point, Sprite, chance, pick
from _make.kitchen.scenes import CONCEPTS, FLAT, FRAME, Item, Scene
from _make.kitchen.surfaces import SIDE, VARIANTS, surface

Crop = tuple[float, float, float, float]

PICTURE = 320
VISIBLE = 0.3
"""A concept is labelled when at least this share of an object is neither hidden nor cut off."""

PAINTERS: dict[str, Callable[[np.random.Generator, Point], Sprite]] = {
    painter.__name__: painter
    for painter in (
        food.apple, food.tomato, food.lemon, food.egg, food.bread,
        tableware.plate, tableware.mug, tableware.fork, tableware.knife, tableware.teapot,
        tableware.whisk, props.spoon, props.napkin, props.carrot, props.sprig, props.coaster,
        props.onion, props.board,
    )
}  # fmt: skip


def photograph(scene: Scene, rng: np.random.Generator) -> tuple[Image.Image, tuple[str, ...]]:
    """Return the picture and the concepts seen in it, in the order of `CONCEPTS`."""
    canvas = _table(scene.surface, rng)
    light_turn = float(rng.uniform(-2.8, -1.9))
    masks: list[Image.Image] = []
    for item in scene.items:
        canvas, mask = _put(canvas, item, light_turn, rng)
        masks = [ImageChops.subtract(earlier, mask) for earlier in masks]
        masks.append(mask)
    crop = _phone_crop(rng) if scene.source == "phone" else (0.0, 0.0, float(FRAME), float(FRAME))
    seen = _seen_kinds(scene.items, masks, crop)
    picture = canvas.resize((PICTURE, PICTURE), Image.Resampling.LANCZOS, box=crop)
    if scene.source == "phone":
        picture = _spoil(picture, rng)
    return picture, tuple(concept for concept in CONCEPTS if concept in seen)


def _table(name: str, rng: np.random.Generator) -> Image.Image:
    """Cut a piece out of the surface, turned or mirrored, and let light fall across it."""
    left, top = rng.integers(0, SIDE - FRAME, 2).tolist()
    piece = surface(name, int(rng.integers(VARIANTS))).crop((left, top, left + FRAME, top + FRAME))
    if chance(rng, 0.5):
        piece = piece.transpose(pick(rng, tuple(Image.Transpose)))
    ramp = np.linspace(1.05, 0.9, FRAME)
    fall = ramp[:, None] * (ramp[None, :] if chance(rng, 0.5) else ramp[None, ::-1])
    return Image.fromarray(np.clip(np.asarray(piece) * fall[..., None], 0, 255).astype(np.uint8))


def _put(
    canvas: Image.Image, item: Item, light_turn: float, rng: np.random.Generator
) -> tuple[Image.Image, Image.Image]:
    """Paint an object and its shadow; return the new canvas and where the object lies."""
    inner = light_turn - item.turn
    sprite = PAINTERS[item.kind](rng, (math.cos(inner), math.sin(inner))).image
    side = math.ceil(2 * item.radius)
    scale = SPRITE / (2 * item.radius)
    cos, sin = math.cos(item.turn) * scale, math.sin(item.turn) * scale
    half, middle = side / 2, SPRITE / 2
    back = (cos, sin, middle - half * (cos + sin), -sin, cos, middle - half * (cos - sin))
    patch = sprite.transform((side, side), Image.Transform.AFFINE, back, Image.Resampling.BICUBIC)
    corner = (round(item.x - half), round(item.y - half))
    mask = Image.new("L", canvas.size, 0)
    mask.paste(patch.getchannel("A"), corner)
    height = 5 if item.kind in FLAT else min(11, 4 + item.radius / 12)
    canvas = _shade(canvas, mask, (-math.cos(light_turn) * height, -math.sin(light_turn) * height))
    canvas.paste(patch, corner, patch)
    return canvas, mask


def _shade(canvas: Image.Image, mask: Image.Image, shift: Point) -> Image.Image:
    small = mask.reduce(4)
    far = ImageChops.offset(small, round(shift[0] / 2), round(shift[1] / 2))
    soft = ImageChops.lighter(
        far.filter(ImageFilter.GaussianBlur(3.2)).point(lambda value: value * 0.42),
        small.filter(ImageFilter.GaussianBlur(1.2)).point(lambda value: value * 0.4),
    )
    dark = ImageChops.multiply(canvas, Image.new("RGB", canvas.size, (62, 46, 48)))
    return Image.composite(dark, canvas, soft.resize(canvas.size, Image.Resampling.BICUBIC))


def _phone_crop(rng: np.random.Generator) -> Crop:
    side = FRAME * float(rng.uniform(0.6, 0.85))
    left, top = (rng.random(2) * (FRAME - side)).tolist()
    return left, top, left + side, top + side


def _seen_kinds(items: tuple[Item, ...], masks: list[Image.Image], crop: Crop) -> set[str]:
    box = (round(crop[0]), round(crop[1]), round(crop[2]), round(crop[3]))
    seen = set()
    for item, mask in zip(items, masks, strict=True):
        visible = _area(mask.crop(box))
        if visible >= VISIBLE * _full_area(item.kind) * item.radius**2:
            seen.add(item.kind)
    return seen


def _area(mask: Image.Image) -> float:
    return float(np.asarray(mask.reduce(2), dtype=np.float64).sum()) * 4 / 255


_AREAS: dict[str, float] = {}


def _full_area(kind: str) -> float:
    """Return an object's usual area, as a multiple of its squared radius."""
    if kind not in _AREAS:
        sprite = PAINTERS[kind](np.random.default_rng(0), (0.0, -1.0))
        alpha: npt.NDArray[np.uint8] = np.asarray(sprite.image.getchannel("A"))
        _AREAS[kind] = float(alpha.sum(dtype=np.int64)) / 255 / (SPRITE / 2) ** 2
    return _AREAS[kind]


def _spoil(picture: Image.Image, rng: np.random.Generator) -> Image.Image:
    """Do what a phone in a dim kitchen does: blur, darken, tint, vignette."""
    picture = picture.filter(ImageFilter.GaussianBlur(float(rng.uniform(1.0, 2.6))))
    picture = ImageEnhance.Color(picture).enhance(float(rng.uniform(0.6, 0.95)))
    tint = np.array(pick(rng, ((1.06, 0.98, 0.82), (0.9, 1.0, 1.06), (1.0, 1.0, 0.92))))
    reach = np.linspace(-1, 1, PICTURE)
    vignette = 1 - 0.16 * (reach[:, None] ** 2 + reach[None, :] ** 2)
    pixels = np.asarray(picture) * float(rng.uniform(0.52, 0.82)) * vignette[..., None] * tint
    return Image.fromarray(np.clip(pixels + 6, 0, 255).astype(np.uint8))
