"""Bad inputs: images, each a tile that says why or shows the picture the right way."""

from __future__ import annotations

import io
import struct
import zlib
from dataclasses import dataclass

import numpy as np
from PIL import Image

__all__ = ["PICTURES", "Picture"]

Colour = tuple[int, int, int]
RED: Colour = (200, 30, 30)
BLUE: Colour = (30, 30, 200)
BLACK: Colour = (0, 0, 0)
WHITE: Colour = (255, 255, 255)


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """One file named x.jpg.

    Parameters
    ----------
    data
        What is in it; None when there is no such file.
    says
        Why there is no picture; empty when there is one, and then its ``left`` and ``right``
        colours are those seen.
    """

    line: str
    data: bytes | None
    says: str = ""
    left: Colour = RED
    right: Colour = BLUE


def _encoded(picture: Image.Image, kind: str, **options: object) -> bytes:
    stream = io.BytesIO()
    picture.save(stream, kind, **options)
    return stream.getvalue()


def _halves(mode: str = "RGB") -> Image.Image:
    picture = Image.new("RGB", (200, 100), RED)
    picture.paste(BLUE, (100, 0, 200, 100))
    return picture.convert(mode)


def _header_only(width: int, height: int) -> bytes:
    def chunk(kind: bytes, body: bytes) -> bytes:
        checksum = struct.pack(">I", zlib.crc32(kind + body))
        return struct.pack(">I", len(body)) + kind + body + checksum

    header = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", b"x") + chunk(b"IEND", b"")
    )


def _turned() -> bytes:
    """Return a picture stored upside down, with the mark that says so."""
    exif = Image.Exif()
    exif[0x0112] = 3
    picture = _halves().transpose(Image.Transpose.ROTATE_180)
    return _encoded(picture, "JPEG", exif=exif, quality=95)


def _animated() -> bytes:
    other = Image.new("RGB", (200, 100), (0, 255, 0))
    return _encoded(_halves(), "GIF", save_all=True, append_images=[other])


def _grey(dtype: str, high: float) -> bytes:
    values = np.zeros((100, 200), dtype)
    values[:, 100:] = high
    return _encoded(Image.fromarray(values), "TIFF")


def _clear() -> bytes:
    picture = Image.new("RGBA", (200, 100), (*RED, 255))
    picture.paste((*BLUE, 255), (100, 0, 200, 100))
    return _encoded(picture, "PNG")


_WHY = "not readable"
PICTURES = (
    Picture(line="missing", data=None, says="image missing: x.jpg"),
    Picture(line="0 bytes", data=b"", says=_WHY),
    Picture(line="text named .jpg", data=b"this is no picture", says=_WHY),
    Picture(line="SVG named .jpg", data=b"<svg xmlns='http://www.w3.org/2000/svg'/>", says=_WHY),
    Picture(line="truncated JPEG", data=_encoded(_halves(), "JPEG")[:400], says=_WHY),
    Picture(
        line="65,000 x 65,000 pixels in half a megabyte",
        data=_header_only(65_000, 65_000),
        says="too large: 4,225 Mpx",
    ),
    Picture(
        line="13,000 x 13,000 in 20 kB",
        data=_header_only(13_000, 13_000),
        says="too large: 169 Mpx",
    ),
    Picture(line="animated", data=_animated()),
    Picture(
        line="multi-page",
        data=_encoded(_halves(), "TIFF", save_all=True, append_images=[_halves().rotate(180)]),
    ),
    Picture(line="EXIF rotation", data=_turned()),
    Picture(line="CMYK", data=_encoded(_halves("CMYK"), "TIFF")),
    Picture(line="palette", data=_encoded(_halves("P"), "PNG")),
    Picture(line="alpha", data=_clear()),
    Picture(line="16-bit", data=_grey("uint16", 60_000), left=BLACK, right=WHITE),
    Picture(line="float", data=_grey("float32", 0.25), left=BLACK, right=WHITE),
)
