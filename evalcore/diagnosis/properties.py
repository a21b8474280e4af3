"""Properties computed from the inputs themselves: of images and of texts."""

from __future__ import annotations

import hashlib
import io
import os
import unicodedata
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial

import imagehash
import numpy as np
import numpy.typing as npt
from PIL import Image

from evalcore.arrays import FloatArray, IntArray, TextArray
from evalcore.base.jobs import report_progress
from evalcore.diagnosis.finding import Finding, several
from evalcore.runs.images import ImageError
from evalcore.runs.run import EvalRun

__all__ = ["Properties", "image_findings", "image_numbers", "properties_of", "text_numbers"]

LOOKED_AT = 160
"""Pixels of the longer side at which an image is measured: a larger one is decoded smaller where
its format allows that, and reduced by a whole factor, to less than twice as many."""
SMALL = 512
SHORTER = LOOKED_AT * 3 // 4
"""Pixels of the shorter side that are asked of a decoder that can leave detail out."""
COLOURS_AT = 24
"""Pixels of either side at which the colours of an image are measured."""
MOST_PIXELS = 100_000_000
AT_ONCE = 64
"""Images between two reports of progress."""
HUES = ("red", "yellow", "green", "cyan", "blue", "magenta")
GREY_BELOW = 0.06
NUMBERS = (
    "width",
    "height",
    "aspect",
    "brightness",
    "contrast",
    "sharpness",
    "saturation",
)
KINDS = ("file type", "hue", "camera")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Properties:
    """What was measured of every input.

    Parameters
    ----------
    values
        Name to one number (float64, NaN where it could not be measured) or one text per input.
    digests
        One text per input, the same for the same bytes or the same text; empty for none.
    hashes
        Perceptual hash of each image, 64 bits; None where there is none.
    unreadable
        Position to what is wrong with the image.
    """

    values: Mapping[str, FloatArray | TextArray]
    digests: TextArray
    hashes: tuple[int | None, ...]
    unreadable: Mapping[int, str] = field(default_factory=dict)

    def take(self, positions: IntArray) -> Properties:
        """Return what was measured of some inputs, in the given order."""
        return Properties(
            values={name: values[positions] for name, values in self.values.items()},
            digests=self.digests[positions],
            hashes=tuple(self.hashes[k] for k in positions.tolist()),
            unreadable={
                place: self.unreadable[k]
                for place, k in enumerate(positions.tolist())
                if k in self.unreadable
            },
        )


def properties_of(run: EvalRun) -> Properties:
    """Measure every input of a run; reports its progress, and can be stopped there."""
    return _of_images(run) if run.images is not None else _of_texts(run)


def image_numbers(image: Image.Image) -> dict[str, float | str]:
    """Measure one image.

    Sharpness is the variance of the Laplacian of the grey image; brightness and contrast are mean
    and standard deviation of it, from 0 to 1; saturation is the mean distance of the largest from
    the smallest colour.
    """
    return _numbers(_reduced(image), size=image.size)


def _reduced(image: Image.Image) -> Image.Image:
    """Return an image in colours, small enough to be measured."""
    colours = image if image.mode == "RGB" else image.convert("RGB")
    factor = max(colours.size) // LOOKED_AT
    return colours.reduce(factor) if factor > 1 else colours


def _numbers(small: Image.Image, *, size: tuple[int, int]) -> dict[str, float | str]:
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


def text_numbers(text: str) -> dict[str, float | str]:
    """Measure one text.

    Examples
    --------
    >>> found = text_numbers("Order 66!")
    >>> found["length"], round(found["digits"], 2), found["script"]
    (9.0, 0.22, 'LATIN')
    """
    n = max(len(text), 1)
    letters = [sign for sign in text if sign.isalpha()]
    scripts = [unicodedata.name(sign, "?").split()[0] for sign in letters[:200]]
    return {
        "length": float(len(text)),
        "digits": sum(sign.isdigit() for sign in text) / n,
        "capitals": sum(sign.isupper() for sign in letters) / max(len(letters), 1),
        "script": max(sorted(set(scripts)), key=scripts.count) if scripts else "none",
    }


def image_findings(run: EvalRun, properties: Properties) -> list[Finding]:
    """Find images that are missing, broken, or smaller than 512 pixels."""
    found: list[Finding] = []
    if run.images is None:
        return found
    broken = np.array(sorted(properties.unreadable), dtype=np.int64)
    if broken.size:
        first = properties.unreadable[int(broken[0])]
        found.append(
            Finding(
                kind="images",
                subject="unreadable",
                number=float(broken.size),
                unit="images",
                inputs=broken,
                headline=f"{several(broken.size, 'image')} cannot be looked at; the first: "
                f"{first}.",
                action="Put the files back, or take these inputs out of the run.",
                gain="Every number can be checked against its images.",
            )
        )
    longer = np.fmax(
        np.asarray(properties.values["width"], dtype=np.float64),
        np.asarray(properties.values["height"], dtype=np.float64),
    )
    small = np.flatnonzero(longer < SMALL)
    if small.size:
        found.append(
            Finding(
                kind="images",
                subject="small",
                number=float(small.size),
                unit="images",
                inputs=small,
                headline=f"{several(small.size, 'image')} are smaller than {SMALL} pixels on their "
                "longer side.",
                action="If the model or people need details, export the images larger.",
                gain="Small things can be seen, by the model and by those who label.",
            )
        )
    return found


def _of_images(run: EvalRun) -> Properties:
    n = run.n_inputs
    numbers = {name: np.full(n, np.nan) for name in NUMBERS}
    kinds = {name: np.full(n, "", dtype=object) for name in KINDS}
    digests = np.full(n, "", dtype=object)
    hashes: list[int | None] = [None] * n
    unreadable: dict[int, str] = {}
    # decoding releases the lock of the interpreter, so that several are decoded at a time
    with ThreadPoolExecutor(min(4, os.cpu_count() or 1)) as pool:
        for first in range(0, n, AT_ONCE):
            report_progress(first, of=n)
            chunk = range(first, min(first + AT_ONCE, n))
            for position, found in zip(
                chunk, pool.map(partial(_measured, run), chunk), strict=True
            ):
                if isinstance(found, str):
                    unreadable[position] = found
                    continue
                digests[position], hashes[position], measured = found
                for name, column in (*numbers.items(), *kinds.items()):
                    column[position] = measured[name]
    return Properties(
        values=numbers | kinds, digests=digests, hashes=tuple(hashes), unreadable=unreadable
    )


def _measured(run: EvalRun, position: int) -> tuple[str, int, dict[str, float | str]] | str:
    """Return digest, perceptual hash and numbers of an image, or what is wrong with it."""
    try:
        data, image, size = _opened(run, position)
        small = _reduced(image)
    except ImageError as error:
        return str(error)
    except (OSError, ValueError, SyntaxError):
        return "not an image that can be read"
    bits = np.packbits(imagehash.phash(small.convert("L")).hash.ravel()).tobytes()
    digest = hashlib.blake2b(data, digest_size=16).hexdigest()
    kinds = {"file type": image.format or "", "camera": _camera(image)}
    return digest, int.from_bytes(bits, "big"), _numbers(small, size=size) | kinds


def _of_texts(run: EvalRun) -> Properties:

    if run.texts is None:
        empty = np.full(run.n_inputs, "", dtype=object)
        return Properties(values={}, digests=empty, hashes=(None,) * run.n_inputs)
    rows = []
    for position, text in enumerate(run.texts.tolist()):
        report_progress(position, of=run.n_inputs)
        rows.append(text_numbers(text))
    values: dict[str, FloatArray | TextArray] = {
        name: np.array([row[name] for row in rows], dtype=np.float64)
        for name in ("length", "digits", "capitals")
    }
    values["script"] = np.array([row["script"] for row in rows], dtype=object)
    return Properties(values=values, digests=run.texts.copy(), hashes=(None,) * run.n_inputs)


def _opened(run: EvalRun, position: int) -> tuple[bytes, Image.Image, tuple[int, int]]:
    """Return the bytes of an image, the image, decoded as small as it need be, and its own size.

    Raises
    ------
    ImageError
        When it cannot be read or decoded.
    """
    if run.images is None:
        msg = "image missing"
        raise ImageError(msg)
    data = run.images.read(position)
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


def _camera(image: Image.Image) -> str:
    model = image.getexif().get(0x0110, "")
    return str(model).strip("\0 ")[:60]
