"""Large pictures are decoded by another process, which has a limit of memory and gives it back.

A file of one kilobyte may stand for fifty million pixels. What decoding them takes is taken there,
beside the server: it is freed with the process, and neither a crash nor a decoder that never ends
reaches the sessions.
"""

from __future__ import annotations

import contextlib
import os
import selectors
import signal
import struct
import subprocess
import sys
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path

from evalcore.runs.images import ImageError

__all__ = ["CPU_SECONDS", "REPLY", "REQUEST", "Decoders", "Thumbnail"]

REQUEST = struct.Struct("<II")
"""Longer side in pixels, and bytes of the file that follow."""
REPLY = struct.Struct("<16sIII")
"""MIME type, or nothing when the rest is an error; width, height, and bytes that follow."""
CPU_SECONDS = 30
"""Seconds of a processor that one picture may take, where the system has a say: on a machine that
is busy a picture that could be seen is only late."""
LONGEST = 240.0
"""Seconds that one picture may take in all, the start of the process included."""
ENDING = 0.2
"""Seconds in which a process whose pipe is closed is seen to have ended."""
_PROGRAM = "evalcore.runs.picture_child"
_GIVE_BACK = {"MALLOC_MMAP_THRESHOLD_": str(2**20), "OPENBLAS_NUM_THREADS": "1"}
"""Without the first the system's allocator keeps what a picture took for the next one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Thumbnail:
    """A small encoded picture; ``width`` and ``height`` in pixels."""

    data: bytes
    mime: str
    width: int
    height: int


@dataclass(slots=True, eq=False)
class Decoders:
    """A few processes that decode, started when they are needed; they end by themselves.

    The caller sees to it that there are few at a time.
    """

    _idle: list[subprocess.Popen[bytes]] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def decode(self, data: bytes, *, size: int) -> Thumbnail:
        """Return the small picture of an encoded one.

        Raises
        ------
        ImageError
            When it cannot be decoded, or not within the time and the memory there are.
        """
        with self._lock:
            child = self._idle.pop() if self._idle else None
        if child is not None:
            with contextlib.suppress(OSError, EOFError):  # it ended for want of work: a new one
                return self._asked(child, data, size)
        try:
            return self._asked(_start(), data, size)
        except (OSError, EOFError):
            msg = "too large: it cannot be decoded in the memory there is"
            raise ImageError(msg) from None

    def _asked(self, child: subprocess.Popen[bytes], data: bytes, size: int) -> Thumbnail:
        try:
            found = _ask(child, data, size)
        except EOFError:
            if _end(child) == _OVERTIME:
                raise _too_slow(CPU_SECONDS) from None
            raise
        except BaseException:
            _end(child)
            raise
        with self._lock:
            self._idle.append(child)
        mime, width, height, body = found
        if not mime:
            raise ImageError(body.decode())
        return Thumbnail(data=body, mime=mime, width=width, height=height)


def _start() -> subprocess.Popen[bytes]:
    root = Path(__file__).resolve().parents[2]
    path = os.pathsep.join(filter(None, [str(root), os.environ.get("PYTHONPATH")]))
    return subprocess.Popen(  # noqa: S603 - our own interpreter and program
        [sys.executable, "-m", _PROGRAM],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        bufsize=0,
        env={**os.environ, **_GIVE_BACK, "PYTHONPATH": path},
    )


_OVERTIME = -getattr(signal, "SIGXCPU", 1)
"""How a process ends that took too much of a processor; nowhere else is it below 0."""


def _too_slow(seconds: float) -> ImageError:
    return ImageError(f"too slow: it takes more than {seconds:.0f} seconds to decode")


def _end(child: subprocess.Popen[bytes]) -> int | None:
    """End a process; return how it had ended by itself, None when it had not."""
    with contextlib.suppress(subprocess.TimeoutExpired):
        child.wait(ENDING)
    ended = child.returncode
    child.kill()
    for pipe in (child.stdin, child.stdout):
        if pipe is not None:
            with contextlib.suppress(OSError):
                pipe.close()
    child.wait()
    return ended


def _ask(child: subprocess.Popen[bytes], data: bytes, size: int) -> tuple[str, int, int, bytes]:
    if child.stdin is None or child.stdout is None:
        raise EOFError
    until = time.monotonic() + LONGEST
    message = memoryview(REQUEST.pack(size, len(data)) + data)
    while message:
        message = message[child.stdin.write(message) :]
    mime, width, height, length = REPLY.unpack(_read(child.stdout.fileno(), REPLY.size, until))
    body = _read(child.stdout.fileno(), length, until)
    return mime.rstrip(b"\0").decode(), width, height, body


def _read(descriptor: int, length: int, until: float) -> bytes:
    found = bytearray()
    with selectors.DefaultSelector() as selector:
        selector.register(descriptor, selectors.EVENT_READ)
        while len(found) < length:
            if not selector.select(max(until - time.monotonic(), 0)):
                raise _too_slow(LONGEST)
            chunk = os.read(descriptor, min(length - len(found), 2**16))
            if not chunk:
                raise EOFError
            found += chunk
    return bytes(found)
