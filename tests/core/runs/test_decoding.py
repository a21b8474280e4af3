"""Large pictures are decoded elsewhere: the same picture, little memory, an end to everything."""

from __future__ import annotations

import io
import os
import signal
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from evalcore.runs import decoding, thumbnails
from evalcore.runs.decoding import Decoders
from evalcore.runs.images import EmbeddedImages, ImageError
from evalcore.runs.thumbnails import shrunk, thumbnail


@pytest.fixture
def decoders(monkeypatch: pytest.MonkeyPatch) -> Iterator[Decoders]:
    own = Decoders()
    monkeypatch.setattr(thumbnails, "_decoders", own)
    yield own
    for child in own._idle:
        decoding._end(child)


def encoded(picture: Image.Image, kind: str, **options: object) -> bytes:
    file = io.BytesIO()
    picture.save(file, kind, **options)
    return file.getvalue()


def webp(side: int = 4_500) -> bytes:
    """Return less than a kilobyte that stands for twenty million pixels with transparency."""
    return encoded(Image.new("RGBA", (side, side), (0, 0, 0, 0)), "WEBP", lossless=True)


def show(data: bytes, *, size: int = 160) -> thumbnails.Thumbnail:
    return thumbnail(EmbeddedImages([data], ["a"]), 0, size=size)


def resident() -> int:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


def test_a_large_picture_is_the_same_wherever_it_is_decoded(decoders: Decoders) -> None:
    rng = np.random.default_rng(0)
    noise = np.kron(rng.integers(0, 255, (25, 25, 3), dtype=np.uint8), np.ones((100, 100, 1)))
    data = encoded(Image.fromarray(noise.astype(np.uint8)), "PNG")
    elsewhere, here = show(data), shrunk(data, size=160)
    assert len(decoders._idle) == 1
    assert (elsewhere.data, elsewhere.mime) == (here.data, here.mime)
    assert (elsewhere.width, elsewhere.height) == (here.width, here.height) == (160, 160)


def test_many_tiny_files_of_many_pixels_leave_this_process_as_it_was(decoders: Decoders) -> None:
    data, before = webp(), resident()
    assert len(data) < 2_000
    shown: list[int] = []
    threads = [threading.Thread(target=lambda: shown.append(show(data).width)) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert shown == [160] * 6
    assert resident() - before < 50 * 2**20
    assert 1 <= len(decoders._idle) <= 2


@pytest.mark.parametrize("by", [signal.SIGKILL, signal.SIGTERM])
@pytest.mark.parametrize("is_seen", [True, False])
def test_a_process_that_has_ended_is_replaced(
    decoders: Decoders, *, by: signal.Signals, is_seen: bool
) -> None:
    data = encoded(Image.new("RGB", (2_100, 2_100), "teal"), "PNG")
    assert show(data).width == 160
    os.kill(decoders._idle[0].pid, by)
    if is_seen:
        decoders._idle[0].wait(10)
    assert show(data).width == 160


def test_what_never_ends_is_ended(decoders: Decoders, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(decoding, "LONGEST", 0.01)
    start = time.monotonic()
    with pytest.raises(ImageError, match="too slow"):
        show(webp())
    assert time.monotonic() - start < 10
    assert decoders._idle == []


def test_what_takes_too_long_of_a_processor_is_ended_however_busy_the_machine_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = "import os, signal\nos.kill(os.getpid(), signal.SIGXCPU)\n"
    (tmp_path / "over_time.py").write_text(text)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    monkeypatch.setattr(decoding, "_PROGRAM", "over_time")
    with pytest.raises(ImageError, match="too slow: it takes more than 30 seconds"):
        Decoders().decode(webp(), size=160)


def test_what_takes_too_much_memory_is_too_large(
    decoders: Decoders, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(decoding, "_PROGRAM", "evalcore.no_such_program")
    with pytest.raises(ImageError, match="too large"):
        show(webp())
    assert decoders._idle == []


def test_a_damaged_large_picture_says_so(decoders: Decoders) -> None:
    data = encoded(Image.effect_noise((2_100, 2_100), 50), "PNG")
    with pytest.raises(ImageError, match="not readable: truncated PNG"):
        show(data[: len(data) // 2])
    assert len(decoders._idle) == 1
