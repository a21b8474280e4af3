"""Properties computed from the inputs themselves: of images and of texts."""

from __future__ import annotations

import hashlib
import io
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field

import imagehash
import numpy as np
import numpy.typing as npt
from PIL import Image

from evalcore.arrays import FloatArray, TextArray
from evalcore.base.jobs import report_progress
from evalcore.diagnosis.finding import Finding, several
from evalcore.runs.images import ImageError
from evalcore.runs.run import EvalRun

__all__ = ["Properties", "image_findings", "image_numbers", "properties_of", "text_numbers"]

LOOKED_AT = 512
"""Pixels of the longer side at which an image is measured; larger ones are made smaller first."""
SMALL = 512
COLOURS_AT = 48
"""Pixels of either side at which the colours of an image are measured."""
MOST_PIXELS = 100_000_000
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


def properties_of(run: EvalRun) -> Properties:
    """Measure every input of a run; reports its progress, and can be stopped there."""
    return _of_images(run) if run.images is not None else _of_texts(run)


def image_numbers(image: Image.Image) -> dict[str, float | str]:
    """Measure one image.

    Sharpness is the variance of the Laplacian of the grey image; brightness and contrast are mean
    and standard deviation of it, from 0 to 1; saturation is the mean distance of the largest from
    the smallest colour.
    """
    width, height = image.size
    small = image.convert("L")
    if max(small.size) > LOOKED_AT:
        small.thumbnail((LOOKED_AT, LOOKED_AT), Image.Resampling.BILINEAR)
    grey = np.asarray(small, dtype=np.float32)
    # a colour is seen in a few pixels as well
    tiny = image.convert("RGB").resize((COLOURS_AT, COLOURS_AT), Image.Resampling.BOX)
    red, green, blue = np.asarray(tiny, dtype=np.float64).reshape(-1, 3).T / 255
    spread = np.maximum(np.maximum(red, green), blue) - np.minimum(np.minimum(red, green), blue)
    saturation = float(spread.mean())
    return {
        "width": float(width),
        "height": float(height),
        "aspect": width / height,
        "brightness": float(grey.mean()) / 255,
        "contrast": float(grey.std()) / 255,
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
    for position in range(n):
        report_progress(position, of=n)
        try:
            data, image = _opened(run, position)
            found = image_numbers(image)
        except ImageError as error:
            unreadable[position] = str(error)
            continue
        digests[position] = hashlib.blake2b(data, digest_size=16).hexdigest()
        hashes[position] = int(str(imagehash.phash(image.convert("L"))), 16)
        found |= {"file type": image.format or "", "camera": _camera(image)}
        for name, column in (*numbers.items(), *kinds.items()):
            column[position] = found[name]
    return Properties(
        values=numbers | kinds, digests=digests, hashes=tuple(hashes), unreadable=unreadable
    )


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


def _opened(run: EvalRun, position: int) -> tuple[bytes, Image.Image]:
    """Return the bytes of an image and the image, decoded.

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
        image.draft("RGB", (LOOKED_AT, LOOKED_AT))
        image.load()
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        msg = "not an image that can be read"
        raise ImageError(msg) from error
    return data, image


def _sharpness(grey: npt.NDArray[np.float32]) -> float:
    if min(grey.shape) < 3:
        return 0.0
    inner = grey[1:-1, 1:-1]
    around = grey[:-2, 1:-1] + grey[2:, 1:-1] + grey[1:-1, :-2] + grey[1:-1, 2:]
    return float((around - 4 * inner).var())


def _hue(red: FloatArray, green: FloatArray, blue: FloatArray) -> str:
    """Return the hue that most of the colour has, of six."""
    x, y = red - (green + blue) / 2, (green - blue) * np.sqrt(3) / 2
    sixth = np.rint(np.arctan2(y, x) / (np.pi / 3)).astype(np.int64) % 6
    return HUES[int(np.bincount(sixth, weights=np.hypot(x, y), minlength=6).argmax())]


def _camera(image: Image.Image) -> str:
    model = image.getexif().get(0x0110, "")
    return str(model).strip("\0 ")[:60]
