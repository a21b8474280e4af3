"""Small pictures of the images of a run, and grey tiles where there is none.

The bytes come from strangers: the format is judged by content, the size is read from the header
before anything is decoded, and whatever goes wrong becomes an :class:`ImageError`.
"""

from __future__ import annotations

import html
import io
import textwrap
import threading
from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageFile

from evalcore.errors import shorten
from evalcore.runs.decoding import Decoders, Thumbnail
from evalcore.runs.images import ImageError, Images

__all__ = [
    "MAX_PIXELS",
    "Thumbnail",
    "original",
    "placeholder",
    "shrunk",
    "source_size",
    "thumbnail",
]

MAX_PIXELS = 50_000_000
_FORMATS = ("PNG", "JPEG", "WEBP", "GIF", "BMP", "TIFF")
_SHOWN_AS_DELIVERED = {
    "PNG": "image/png",
    "JPEG": "image/jpeg",
    "WEBP": "image/webp",
    "GIF": "image/gif",
    "BMP": "image/bmp",
}
"""What browsers show; its type is told from the content, whatever the file is called."""
_FLIPS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
"""EXIF orientation to what turns the image upright."""
_ORIENTATION = 0x0112
_CHECKER = (255, 225)
_CHECKER_SIZE = 8
LARGE_PIXELS = 4_000_000
"""Larger ones are decoded by a process of their own."""
ROWS_AT_ONCE = 256
# Two at once: whatever asks, no more of the machine's memory and time is taken.
_TURNS = threading.BoundedSemaphore(2)
_decoders = Decoders()


def thumbnail(images: Images, position: int, *, size: int) -> Thumbnail:
    """Make a small picture of one image.

    Its first frame is turned upright and fitted into ``size`` x ``size`` pixels. An image of
    less than half that size is enlarged by whole factors, so that its pixels stay crisp.

    Parameters
    ----------
    images
        The images of a run.
    position
        Position of the input.
    size
        The longer side, in pixels.

    Returns
    -------
    Thumbnail
        A WebP, or a PNG when enlarged.

    Raises
    ------
    ImageError
        When the image is missing, too large, or not readable.
    """
    with _TURNS:
        data = images.read(position)
        if _pixels_to_decode(data, size=size) <= LARGE_PIXELS:
            return shrunk(data, size=size)
        return _decoders.decode(data, size=size)


def original(images: Images, position: int) -> Thumbnail | None:
    """Return the very bytes of one image; None where they have to be drawn to be seen.

    That is so for TIFF, and for numbers that are no colours: 16 bits, or floats.

    Raises
    ------
    ImageError
        When the image is missing, too large, or not readable.
    """
    data = images.read(position)
    picture, (width, height) = _measured(data)
    mime = _SHOWN_AS_DELIVERED.get(picture.format or "")
    if mime is None or picture.mode.startswith(("I", "F")):
        return None
    return Thumbnail(data=data, mime=mime, width=width, height=height)


def source_size(images: Images, position: int) -> tuple[int, int]:
    """Return width and height of an image as it was delivered, turned upright; from its header.

    Raises
    ------
    ImageError
        When the image is missing, too large, or not readable.
    """
    return _measured(images.read(position))[1]


def _measured(data: bytes) -> tuple[ImageFile.ImageFile, tuple[int, int]]:
    """Return an image that is not decoded yet, and its size when it is turned upright."""
    try:
        picture = _open(data)
        _check_pixels(picture)
        turned = _orientation(picture) > 4
    except ImageError:
        raise
    except Exception as error:  # noqa: BLE001 - Pillow raises nearly anything on a broken file
        msg = f"not readable: {_reason(error, 'file')}"
        raise ImageError(msg) from None
    width, height = picture.size
    return picture, (height, width) if turned else (width, height)


def shrunk(data: bytes, *, size: int) -> Thumbnail:
    """Make a small picture of an encoded one, here and now.

    Raises
    ------
    ImageError
        When it is too large, or not readable.
    """
    return _encode(_small(data, size=size), size=size)


def placeholder(reason: str, *, size: int) -> Thumbnail:
    """Draw a grey tile that says why there is no picture."""
    font = max(size // 14, 9)
    visible = "".join(
        letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in reason
    )
    lines = textwrap.wrap(
        visible, width=max(int(size / font * 1.6), 4), max_lines=6, placeholder=" …"
    )
    top = size / 2 - (len(lines) - 1) * font * 0.65
    spans = "".join(
        f'<text x="50%" y="{top + k * font * 1.3:.1f}">{html.escape(line)}</text>'
        for k, line in enumerate(lines)
    )
    drawing = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{size}" height="{size}">'
        '<rect width="100%" height="100%" fill="#6b7280"/>'
        f'<g fill="#ffffff" font-family="sans-serif" font-size="{font}" text-anchor="middle" '
        f'dominant-baseline="middle">{spans}</g></svg>'
    )
    return Thumbnail(data=drawing.encode(), mime="image/svg+xml", width=size, height=size)


def _pixels_to_decode(data: bytes, *, size: int) -> int:
    """Return how many pixels are decoded: of a JPEG a part; 0 when that is for others to say."""
    try:
        picture = _open(data)
        _check_pixels(picture)
        picture.draft(picture.mode, (size, size))
        return picture.width * picture.height
    except ImageError:
        raise
    except Exception:  # noqa: BLE001 - what is wrong with it is said when it is decoded
        return 0


def _small(data: bytes, *, size: int) -> Image.Image:
    kind = "file"
    try:
        picture = _open(data)
        kind = picture.format or kind
        _check_pixels(picture)
        orientation = _orientation(picture)
        picture.draft(picture.mode, (size, size))
        upright = _upright(_shown(picture, size=size), orientation)
        upright.thumbnail((size, size), Image.Resampling.LANCZOS, reducing_gap=2.0)
    except ImageError:
        raise
    except MemoryError:
        msg = "too large: not enough memory to decode it"
        raise ImageError(msg) from None
    except Exception as error:  # noqa: BLE001 - Pillow raises nearly anything on a broken file
        msg = f"not readable: {_reason(error, kind)}"
        raise ImageError(msg) from None
    return upright


def _open(data: bytes) -> ImageFile.ImageFile:
    if not data:
        msg = "not readable: the file is empty"
        raise ImageError(msg)
    kind = _format(data[:32])
    if kind is None:
        msg = f"not readable: {_what(data[:512])}"
        raise ImageError(msg)
    Image.init()
    # Not Image.open: it warns of large images before this module can say how large they are.
    factory, _ = Image.OPEN[kind]
    picture = factory(io.BytesIO(data), "")
    if not isinstance(picture, ImageFile.ImageFile):
        msg = f"not readable: an unknown sort of {kind}"
        raise ImageError(msg)
    return picture


def _format(head: bytes) -> str | None:
    signatures = {
        "PNG": head.startswith(b"\x89PNG\r\n\x1a\n"),
        "JPEG": head.startswith(b"\xff\xd8\xff"),
        "WEBP": head.startswith(b"RIFF") and head[8:12] == b"WEBP",
        "GIF": head.startswith((b"GIF87a", b"GIF89a")),
        "BMP": head.startswith(b"BM"),
        "TIFF": head.startswith((b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")),
    }
    return next((kind for kind in _FORMATS if signatures[kind]), None)


def _what(head: bytes) -> str:
    text = head.lstrip().lower()
    if text.startswith((b"<svg", b"<?xml")):
        return "SVG is not shown"
    if text.startswith((b"<!doctype", b"<html")):
        return "an HTML page, not an image"
    if text.startswith(b"version https://git-lfs"):
        return "a Git LFS pointer, run git lfs pull"
    return f"not one of {', '.join(_FORMATS)}"


def _check_pixels(picture: Image.Image) -> None:
    n_pixels = picture.width * picture.height
    if n_pixels > MAX_PIXELS:
        msg = f"too large: {n_pixels / 1e6:,.0f} Mpx"
        raise ImageError(msg)


def _orientation(picture: Image.Image) -> int:
    try:
        return int(picture.getexif().get(_ORIENTATION, 1))
    except Exception:  # noqa: BLE001 - a broken tag is no reason to hide the image
        return 1


def _upright(picture: Image.Image, orientation: int) -> Image.Image:
    flip = _FLIPS.get(orientation)
    return picture if flip is None else picture.transpose(flip)


def _shown(picture: Image.Image, *, size: int) -> Image.Image:
    """Return the image as 8-bit grey or RGB, the way a person expects to see it."""
    picture.load()
    if picture.mode.startswith(("I", "F")):
        return _scaled(picture)
    if picture.has_transparency_data:
        seen = picture if picture.mode == "RGBA" else picture.convert("RGBA")
        # Made small first: what stands behind the picture takes as much memory as the picture.
        seen.thumbnail((size, size), Image.Resampling.LANCZOS, reducing_gap=2.0)
        return _on_checker(seen)
    return picture.convert("L" if picture.mode in {"1", "L"} else "RGB")


def _scaled(picture: Image.Image) -> Image.Image:
    """Return numbers as grey, the least black and the greatest white, some rows at a time."""
    low, high = np.inf, -np.inf
    for _, values in _rows(picture):
        finite = np.isfinite(values)
        low = min(low, float(values.min(where=finite, initial=np.inf)))
        high = max(high, float(values.max(where=finite, initial=-np.inf)))
    low = low if np.isfinite(low) else 0.0
    span = high - low if high > low else 1.0
    grey = np.empty((picture.height, picture.width), dtype=np.uint8)
    for start, values in _rows(picture):
        shown = (np.where(np.isfinite(values), values, low) - low) * (255 / span)
        grey[start : start + len(values)] = shown.astype(np.uint8)
    return Image.fromarray(grey)


def _rows(picture: Image.Image) -> Iterator[tuple[int, npt.NDArray[np.float32]]]:
    for start in range(0, picture.height, ROWS_AT_ONCE):
        stop = min(start + ROWS_AT_ONCE, picture.height)
        yield start, np.asarray(picture.crop((0, start, picture.width, stop)), dtype=np.float32)


def _on_checker(picture: Image.Image) -> Image.Image:
    rows = np.arange(picture.height)[:, None] // _CHECKER_SIZE
    columns = np.arange(picture.width)[None, :] // _CHECKER_SIZE
    board = np.where((rows + columns) % 2, *_CHECKER[::-1]).astype(np.uint8)
    ground = Image.fromarray(board).convert("RGBA")
    return Image.alpha_composite(ground, picture).convert("RGB")


def _encode(picture: Image.Image, *, size: int) -> Thumbnail:
    longer = max(picture.size)
    file = io.BytesIO()
    if longer * 2 < size:
        factor = size // longer
        picture = picture.resize(
            (picture.width * factor, picture.height * factor), Image.Resampling.NEAREST
        )
        picture.save(file, "PNG")
        mime = "image/png"
    else:
        picture.save(file, "WEBP", quality=82, method=2)
        mime = "image/webp"
    return Thumbnail(data=file.getvalue(), mime=mime, width=picture.width, height=picture.height)


def _reason(error: Exception, kind: str) -> str:
    text = str(error).lower()
    if "truncat" in text or "not enough" in text or "eof" in text:
        return f"truncated {kind}"
    return f"damaged {kind} ({shorten(str(error), width=80)})"
