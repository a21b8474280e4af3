"""What is measured of an image: its colours, its sharpness, its size."""

from __future__ import annotations

import io

import numpy as np
import numpy.typing as npt
from PIL import Image

from evalcore.arrays import FloatArray
from evalcore.runs.images import ImageError, Images

__all__ = ["camera_of", "image_numbers", "numbers_of", "opened", "reduced"]

LOOKED_AT = 160
"""Pixels of the longer side at which an image is measured: a larger one is decoded smaller where
its format allows that, and reduced by a whole factor, to less than twice as many."""
SHORTER = LOOKED_AT * 3 // 4
"""Pixels of the shorter side that are asked of a decoder that can leave detail out."""
COLOURS_AT = 24
"""Pixels of either side at which the colours of an image are measured."""
MOST_PIXELS = 100_000_000
HUES = ("red", "yellow", "green", "cyan", "blue", "magenta")
GREY_BELOW = 0.06


def image_numbers(image: Image.Image) -> dict[str, float | str]:
    """Measure one image.

    Sharpness is the variance of the Laplacian of the grey image; brightness and contrast are mean
    and standard deviation of it, from 0 to 1; saturation is the mean distance of the largest from
    the smallest colour.
    """
    return numbers_of(reduced(image), size=image.size)


def reduced(image: Image.Image) -> Image.Image:
    """Return an image in colours, small enough to be measured."""
    colours = image if image.mode == "RGB" else image.convert("RGB")
    factor = max(colours.size) // LOOKED_AT
    return colours.reduce(factor) if factor > 1 else colours


def numbers_of(small: Image.Image, *, size: tuple[int, int]) -> dict[str, float | str]:
    """Measure an image that was reduced from ``size``; see :func:`image_numbers`."""
    grey = np.asarray(small.convert("L"))
    # a colour is seen in a few pixels as well
    tiny = small.resize((COLOURS_AT, COLOURS_AT), Image.Resampling.BOX)
    colours = np.asarray(tiny, dtype=np.float64).reshape(-1, 3) / 255
    red, green, blue = colours.T
    saturation = float((colours.max(axis=1) - colours.min(axis=1)).mean())
    width, height = size
    return {
        "width": float(width),
        "height": float(height),
        "aspect": width / height,
        "brightness": float(grey.mean()) / 255,
        "contrast": float(grey.std(dtype=np.float32)) / 255,
        "sharpness": _sharpness(grey),
        "saturation": saturation,
        "hue": "grey" if saturation < GREY_BELOW else _hue(red, green, blue),
    }


def opened(images: Images, position: int) -> tuple[bytes, Image.Image, tuple[int, int]]:
    """Return the bytes of an image, the image, decoded as small as it need be, and its own size.

    Raises
    ------
    ImageError
        When it cannot be read or decoded.
    """
    data = images.read(position)
    try:
        image = Image.open(io.BytesIO(data))
        if image.width * image.height > MOST_PIXELS:
            msg = f"too many pixels: {image.width:,} x {image.height:,}"
            raise ImageError(msg)
        size = image.size
        image.draft("RGB", (SHORTER, SHORTER))
        image.load()
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        msg = "not an image that can be read"
        raise ImageError(msg) from error
    return data, image, size


def _sharpness(grey: npt.NDArray[np.uint8]) -> float:
    if min(grey.shape) < 3:
        return 0.0
    # five bytes at the most are added up: they fit into 16 bits, which are twice as fast as 32
    wide = grey.astype(np.int16)
    laplacian = wide[:-2, 1:-1] + wide[2:, 1:-1] + wide[1:-1, :-2] + wide[1:-1, 2:]
    laplacian -= 4 * wide[1:-1, 1:-1]
    return float(laplacian.var(dtype=np.float32))


def _hue(red: FloatArray, green: FloatArray, blue: FloatArray) -> str:
    """Return the hue that most of the colour has, of six."""
    x, y = red - (green + blue) / 2, (green - blue) * np.sqrt(3) / 2
    sixth = np.rint(np.arctan2(y, x) / (np.pi / 3)).astype(np.int64) % 6
    return HUES[int(np.bincount(sixth, weights=np.hypot(x, y), minlength=6).argmax())]


def camera_of(image: Image.Image) -> str:
    """Return the camera that an image says it was taken with, ``""`` for none."""
    model = image.getexif().get(0x0110, "")
    return str(model).strip("\0 ")[:60]
