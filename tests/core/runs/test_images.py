"""Images: what is opened, what is refused, and how each kind is shown."""

from __future__ import annotations

import io
import os
import struct
import threading
import zlib
from pathlib import Path
from xml.etree import ElementTree as ET

import numpy as np
import pyarrow as pa
import pytest
from PIL import Image

from evalcore.runs import images as media
from evalcore.runs import thumbnails
from evalcore.runs.images import EmbeddedImages, FileImages, ImageError
from evalcore.runs.thumbnails import Thumbnail, placeholder, thumbnail


def encoded(picture: Image.Image, kind: str, **options: object) -> bytes:
    file = io.BytesIO()
    picture.save(file, kind, **options)
    return file.getvalue()


def show(data: bytes, *, size: int = 64) -> Thumbnail:
    return thumbnail(EmbeddedImages([data], ["x"]), 0, size=size)


def pixels(shown: Thumbnail) -> Image.Image:
    return Image.open(io.BytesIO(shown.data)).convert("RGB")


def halves(mode: str, left: object, right: object) -> Image.Image:
    picture = Image.new(mode, (100, 50), left)
    picture.paste(right, (50, 0, 100, 50))
    return picture


def outcome(data: bytes) -> str:
    try:
        show(data)
    except ImageError as error:
        return str(error)
    return "shown"


def huge_png(width: int, height: int) -> bytes:
    def chunk(kind: bytes, body: bytes) -> bytes:
        checksum = struct.pack(">I", zlib.crc32(kind + body))
        return struct.pack(">I", len(body)) + kind + body + checksum

    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    parts = (
        chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\0" * 100)) + chunk(b"IEND", b"")
    )
    return b"\x89PNG\r\n\x1a\n" + parts


def test_a_file_inside_the_root_is_read(tmp_path: Path) -> None:
    (tmp_path / "images").mkdir()
    (tmp_path / "images" / "a.jpg").write_bytes(b"x")
    images = FileImages(tmp_path, ("images/a.jpg", "images/b.jpg"))
    assert len(images) == 2
    assert images.read(0) == b"x"
    chosen = images.take(np.array([1, 0, 0]))
    assert [chosen.name(k) for k in range(3)] == ["images/b.jpg", "images/a.jpg", "images/a.jpg"]
    with pytest.raises(ImageError, match=r"image missing: images/b\.jpg"):
        chosen.read(0)


@pytest.mark.parametrize(
    "name",
    [
        "../out.jpg",
        "/etc/hostname",
        "C:/x.jpg",
        "c:x.jpg",
        "a\\b.jpg",
        "a\0b",
        "",
        "x/../../out.jpg",
        "link.jpg",
        "linked/out.jpg",
        "pipe",
        "folder",
        "loop",
    ],
)
def test_nothing_but_regular_files_inside_the_root_is_opened(tmp_path: Path, name: str) -> None:
    root = tmp_path / "run"
    (root / "folder").mkdir(parents=True)
    (tmp_path / "out.jpg").write_bytes(b"secret")
    (root / "link.jpg").symlink_to(tmp_path / "out.jpg")
    (root / "linked").symlink_to(tmp_path)
    (root / "loop").symlink_to(root / "loop")
    os.mkfifo(root / "pipe")
    with pytest.raises(ImageError, match=r"not opened|not readable"):
        FileImages(root, (name,)).read(0)


def test_a_file_above_the_limit_is_not_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(media, "MAX_BYTES", 2**20)
    (tmp_path / "a.jpg").write_bytes(b"x" * (2**20 + 1))
    with pytest.raises(ImageError, match="too large: 1 MB"):
        FileImages(tmp_path, ("a.jpg",)).read(0)
    with pytest.raises(ImageError, match="too large: 1 MB"):
        EmbeddedImages([b"x" * (2**20 + 1)], [""]).read(0)


def test_embedded_images_share_their_payloads() -> None:
    payloads = pa.chunked_array(
        [pa.array([b"a", None], pa.binary()), pa.array([b"c"], pa.binary())]
    )
    images = EmbeddedImages(payloads, ["a", "b", "c"])
    chosen = images.take(np.array([2, 1])).take(np.array([1, 0]))
    assert (len(images), len(chosen)) == (3, 2)
    assert chosen.read(1) == b"c"
    assert chosen.payloads is payloads
    with pytest.raises(ImageError, match="image missing: b"):
        chosen.read(0)


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "GIF", "BMP", "TIFF"])
def test_every_allowed_format_is_shown(kind: str) -> None:
    shown = show(encoded(halves("RGB", (250, 0, 0), (0, 0, 250)), kind))
    assert (shown.mime, shown.width, shown.height) == ("image/webp", 64, 32)
    red, _, blue = pixels(shown).getpixel((10, 16))
    assert (red > 200, blue < 60) == (True, True)


@pytest.mark.parametrize(
    ("mode", "dark", "bright", "kind"),
    [
        ("1", 0, 1, "PNG"),
        ("L", 0, 255, "PNG"),
        ("P", 0, 255, "PNG"),
        ("I;16", 1000, 3000, "PNG"),
        ("I", -5, 70_000, "TIFF"),
        ("F", -0.5, 0.5, "TIFF"),
        ("CMYK", (0, 0, 0, 255), (0, 0, 0, 0), "JPEG"),
        ("LA", (0, 255), (255, 255), "PNG"),
    ],
)
def test_every_kind_of_pixel_is_shown_right(
    mode: str, dark: object, bright: object, kind: str
) -> None:
    if mode == "P":
        picture = halves("L", dark, bright).convert("P")
    elif mode in {"I;16", "I", "F"}:
        values = np.full((50, 100), dark, dtype={"I;16": "<u2", "I": "<i4", "F": "<f4"}[mode])
        values[:, 50:] = bright
        picture = Image.fromarray(values)
    else:
        picture = halves(mode, dark, bright)
    shown = pixels(show(encoded(picture, kind)))
    assert max(shown.getpixel((10, 16))) < 40
    assert min(shown.getpixel((54, 16))) > 215


def test_float_images_with_holes_are_shown() -> None:
    values = np.full((50, 100), np.nan, dtype=np.float32)
    assert max(pixels(show(encoded(Image.fromarray(values), "TIFF"))).getpixel((5, 5))) < 5
    values[:, 50:] = [[1.0] * 25 + [np.inf] * 24 + [3.0]]
    assert show(encoded(Image.fromarray(values), "TIFF")).width == 64


def test_alpha_lies_on_a_light_checker() -> None:
    shown = pixels(show(encoded(Image.new("RGBA", (64, 64), (0, 0, 0, 0)), "PNG")))
    greys = {round(shown.getpixel((x, 4))[0] / 30) for x in (4, 12)}
    assert greys == {round(255 / 30), round(225 / 30)}


def test_exif_orientation_is_followed() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    shown = show(encoded(halves("RGB", (250, 0, 0), (0, 0, 250)), "JPEG", exif=exif))
    assert (shown.width, shown.height) == (32, 64)
    assert pixels(shown).getpixel((16, 8))[0] > 200


def test_the_first_frame_of_an_animation_is_shown() -> None:
    frames = [Image.new("RGB", (60, 60), colour) for colour in ("red", "blue")]
    for kind in ("GIF", "TIFF", "WEBP"):
        data = encoded(frames[0], kind, save_all=True, append_images=frames[1:])
        assert pixels(show(data)).getpixel((30, 30))[0] > 200


def test_a_tiny_image_is_enlarged_without_blur() -> None:
    digit = Image.fromarray(np.arange(0, 256, 4, dtype=np.uint8).reshape(8, 8))
    shown = show(encoded(digit, "PNG"), size=100)
    assert (shown.mime, shown.width, shown.height) == ("image/png", 96, 96)
    values = np.asarray(pixels(shown))[:, :, 0]
    assert (values[::12, ::12] == np.asarray(digit)).all()
    assert (values[:12, :12] == values[0, 0]).all()


@pytest.mark.parametrize("side", [13_000, 65_000])
def test_a_huge_image_is_refused_from_its_header(side: int) -> None:
    with pytest.raises(ImageError, match=rf"^too large: {side * side / 1e6:,.0f} Mpx$"):
        show(huge_png(side, side))


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "not readable: the file is empty"),
        (b"hello", "not readable: not one of PNG"),
        (b"<svg xmlns='x'/>", "not readable: SVG"),
        (b"<!DOCTYPE html>", "not readable: an HTML page"),
        (b"version https://git-lfs", "Git LFS"),
        (b"%!PS-Adobe-3.0 EPSF-3.0", "not readable: not one of"),
        (b"\xff\xd8\xff\xe0", "not readable"),
        (b"BM" + b"\0" * 60, "not readable"),
        (b"II*\0" + b"\xff" * 60, "not readable"),
        (b"GIF89a", "not readable"),
        (b"RIFF\0\0\0\0WEBPVP8 ", "not readable"),
        (huge_png(100, 100), "not readable: truncated PNG"),
    ],
)
def test_what_is_no_image_says_why(data: bytes, reason: str) -> None:
    with pytest.raises(ImageError, match=reason):
        show(data)


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "GIF", "BMP", "TIFF"])
def test_a_damaged_image_never_raises_anything_else(kind: str) -> None:
    rng = np.random.default_rng(0)
    noise = Image.fromarray(rng.integers(0, 255, (60, 60, 3), dtype=np.uint8))
    whole = encoded(noise, kind)
    with pytest.raises(ImageError, match="not readable"):
        show(whole[: len(whole) // 2])
    outcomes = []
    for _ in range(60):
        broken = np.frombuffer(whole, dtype=np.uint8).copy()
        broken[rng.integers(8, min(len(broken), 300), 4)] = rng.integers(0, 255, 4)
        outcomes.append(outcome(broken.tobytes()))
    assert {text.partition(":")[0] for text in outcomes} <= {"shown", "not readable", "too large"}


def test_at_most_two_images_are_decoded_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    running, most, lock = 0, 0, threading.Lock()
    original = thumbnails._small

    def counted(data: bytes, *, size: int) -> Image.Image:
        nonlocal running, most
        with lock:
            running += 1
            most = max(most, running)
        try:
            return original(data, size=size)
        finally:
            with lock:
                running -= 1

    monkeypatch.setattr(thumbnails, "_small", counted)
    data = encoded(Image.new("RGB", (2000, 2000)), "PNG")
    threads = [threading.Thread(target=show, args=(data,)) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert 1 <= most <= 2


def test_a_placeholder_shows_its_reason_as_text() -> None:
    tile = placeholder("image missing: <script>&\x00\u202e.jpg", size=160)
    drawing = ET.fromstring(tile.data)  # noqa: S314 - made by this product
    words = " ".join(text for text in drawing.itertext() if text)
    assert "<script>&" in words
    assert (tile.mime, tile.width, tile.height) == ("image/svg+xml", 160, 160)
    assert {element.tag.rpartition("}")[2] for element in drawing.iter()} == {
        "svg",
        "rect",
        "g",
        "text",
    }
