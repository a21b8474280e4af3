"""The images of a run: where their bytes are, and what stands in the way of reading them.

Nothing outside a run's own folder is ever opened, whatever its tables say.
"""

from __future__ import annotations

import hashlib
import os
import re
import stat
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from evalcore.arrays import IntArray, TextArray
from evalcore.errors import WorkshopError, shorten

__all__ = ["EmbeddedImages", "FileImages", "ImageError", "Images", "path_problem"]

MAX_BYTES = 64 * 2**20
"""Larger files are no photographs; reading them would stall everybody."""
_DRIVE = re.compile(r"^[A-Za-z]:")
# Absent on Windows, where links are followed by resolve() alone and FIFOs do not exist.
_OPEN_FLAGS = (
    os.O_RDONLY
    | getattr(os, "O_NOFOLLOW", 0)
    | getattr(os, "O_NONBLOCK", 0)
    | getattr(os, "O_CLOEXEC", 0)
    | getattr(os, "O_BINARY", 0)
)


class ImageError(WorkshopError):
    """An image cannot be shown; the text says why in a few words."""


class Images(Protocol):
    """One image, or a reason why there is none, for each input of a run."""

    def __len__(self) -> int:
        """Return the number of inputs."""

    def take(self, positions: IntArray) -> Images:
        """Return the images of a subset of inputs, in the given order."""

    def name(self, position: int) -> str:
        """Return the path or name shown to people, ``""`` when the input has none."""

    def read(self, position: int) -> bytes:
        """Return the encoded bytes of one image.

        Raises
        ------
        ImageError
            When there is no image, or it may not or cannot be read.
        """

    def stamp(self, position: int) -> str:
        """Return what changes when the bytes of one image do; it opens no file."""


@dataclass(frozen=True, slots=True, eq=False)
class FileImages:
    """Images kept as files inside one folder.

    Parameters
    ----------
    root
        The run's folder; only regular files inside it are opened.
    paths
        One path relative to ``root`` per input, with forward slashes; ``""`` for none.
    """

    root: Path
    paths: Sequence[str] | TextArray

    def __len__(self) -> int:
        return len(self.paths)

    def take(self, positions: IntArray) -> FileImages:
        """Return the images of a subset of inputs, in the given order."""
        return replace(self, paths=tuple(self.paths[int(k)] for k in positions))

    def name(self, position: int) -> str:
        """Return the path as the run's table spells it."""
        return str(self.paths[position])

    def read(self, position: int) -> bytes:
        """Return the bytes of one file.

        Raises
        ------
        ImageError
            When the file is missing, too large, no regular file, or not inside the root.
        """
        name = self.name(position)
        return _read_regular(self._locate(name), name)

    def stamp(self, position: int) -> str:
        """Return a hash of size, time and number of the file as it is now, ``""`` without one."""
        name = self.name(position)
        if path_problem(name):
            return ""
        try:
            found = os.stat(f"{self.root}/{name}")  # noqa: PTH116 - for each picture of each move
        except (OSError, ValueError):
            return ""
        # hashed, for it stands in addresses, and a link may lead to a file outside
        state = f"{found.st_size} {found.st_mtime_ns} {found.st_ino}"
        return hashlib.blake2b(state.encode(), digest_size=8).hexdigest()

    def _locate(self, name: str) -> Path:
        problem = path_problem(name)
        if problem:
            msg = f"not opened: {problem}"
            raise ImageError(msg)
        try:
            root = self.root.resolve(strict=True)
            path = (root / name).resolve(strict=True)
        except FileNotFoundError:
            msg = f"image missing: {name}"
            raise ImageError(msg) from None
        except (OSError, RuntimeError) as error:  # RuntimeError: a loop of links, before 3.13
            msg = f"not readable: {_reason(error)}"
            raise ImageError(msg) from None
        if not path.is_relative_to(root):
            msg = f"not opened: {name} is a link out of the run's folder"
            raise ImageError(msg)
        return path


@dataclass(frozen=True, slots=True, eq=False)
class EmbeddedImages:
    """Images whose bytes are part of the run's table.

    Parameters
    ----------
    payloads
        One entry per row of the table: ``bytes``, None, or an Arrow binary array of them.
    names
        One name per row, possibly empty.
    order : ndarray of shape (n_inputs,), int64, or None
        Row of each input; None when input k is row k. A subset shares the payloads.
    """

    payloads: Sequence[bytes | None] | Any
    names: Sequence[str] | TextArray
    order: IntArray | None = None

    def __len__(self) -> int:
        return len(self.payloads) if self.order is None else len(self.order)

    def take(self, positions: IntArray) -> EmbeddedImages:
        """Return the images of a subset of inputs, in the given order."""
        chosen = np.asarray(positions, dtype=np.int64)
        return replace(self, order=chosen if self.order is None else self.order[chosen])

    def name(self, position: int) -> str:
        """Return the name that the table gives the image."""
        return str(self.names[self._row(position)])

    def read(self, position: int) -> bytes:
        """Return the bytes of one image.

        Raises
        ------
        ImageError
            When the table holds none for this input.
        """
        item: Any = self.payloads[self._row(position)]
        payload = item.as_py() if hasattr(item, "as_py") else item
        if payload is None:
            name = self.name(position)
            msg = f"image missing: {name}" if name else "image missing"
            raise ImageError(msg)
        if len(payload) > MAX_BYTES:
            msg = _too_large(len(payload))
            raise ImageError(msg)
        return bytes(payload)

    def stamp(self, position: int) -> str:
        """Return a hash of the bytes, which are at hand; ``""`` without any."""
        try:
            payload = self.read(position)
        except ImageError:
            return ""
        return hashlib.blake2b(payload, digest_size=8).hexdigest()

    def _row(self, position: int) -> int:
        return int(position) if self.order is None else int(self.order[position])


def path_problem(name: str) -> str:
    r"""Return why a path may not stand in a run, or ``""`` when it may.

    Examples
    --------
    >>> path_problem("images/dog.jpg")
    ''
    >>> path_problem("../dog.jpg")
    "'../dog.jpg' leads out of the run's folder"
    """
    if not name:
        return "no image is given"
    found = {
        "holds a NUL character": "\0" in name,
        "starts with a drive": _DRIVE.match(name),
        "holds a backslash": "\\" in name,
        "is an absolute path": name.startswith("/"),
        "leads out of the run's folder": ".." in name.split("/"),
    }
    return next((f"{shorten(name)} {what}" for what, is_so in found.items() if is_so), "")


def _read_regular(path: Path, name: str) -> bytes:
    try:
        # O_NONBLOCK: opening a FIFO must not wait for its writer. Only an open file can be judged
        # without a gap between looking and reading.
        descriptor = os.open(path, _OPEN_FLAGS)
        try:
            _check_regular(os.fstat(descriptor), name)
            with os.fdopen(descriptor, "rb", closefd=False) as file:
                return file.read(MAX_BYTES)
        finally:
            os.close(descriptor)
    except OSError as error:
        msg = f"not readable: {_reason(error)}"
        raise ImageError(msg) from None


def _check_regular(status: os.stat_result, name: str) -> None:
    if not stat.S_ISREG(status.st_mode):
        msg = f"not opened: {name} is no regular file"
        raise ImageError(msg)
    if status.st_size > MAX_BYTES:
        raise ImageError(_too_large(status.st_size))


def _too_large(n_bytes: int) -> str:
    return f"too large: {n_bytes / 2**20:,.0f} MB"


def _reason(error: Exception) -> str:
    text = error.strerror if isinstance(error, OSError) else None
    return (text or "the path cannot be followed").lower()
