"""A folder of arrays and facts: written whole, verified to the last byte when it is opened."""

from __future__ import annotations

import contextlib
import hashlib
import mmap
import os
import stat
import sys
import tempfile
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from evalcore.base.processor import N_THREADS
from evalcore.base.strict_json import RefusedError, strict_decoder
from evalcore.prepared.array_writer import BLOCK, HEADER, ArrayWriter, origin_of

__all__ = ["BLOCK", "DTYPES", "HEADER", "DamagedError", "Shelf", "read_header"]

FICLONE = 0x40049409
"""Linux's ioctl that shares the blocks of a file (Btrfs, XFS)."""
MOST_HEADER = 256 * 2**20
DTYPES = {
    np.dtype(kind).str: np.dtype(kind)
    for kind in ("f2", "f4", "f8", "i4", "i8", "u1", "u2", "u4", "u8", "bool")
}


class DamagedError(Exception):
    """A cache is not what was written for this run by this code."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Shelf:
    """Arrays by name, and facts that JSON can hold."""

    arrays: Mapping[str, npt.NDArray[Any]]
    facts: Mapping[str, Any]

    @property
    def n_bytes(self) -> int:
        """Bytes of all arrays."""
        return sum(array.nbytes for array in self.arrays.values())

    def write(self, folder: Path, *, content: str, digest: str = "sha256") -> None:
        """Write into an empty folder.

        Parameters
        ----------
        digest
            One of :data:`evalcore.prepared.array_writer.DIGESTS`.

        Raises
        ------
        OSError
            When there is no room, or no right to write.
        """
        with ArrayWriter(folder, digest=digest) as out:
            for name, array in self.arrays.items():
                out.add(name, array)
            out.finish(content=content, facts=self.facts)

    @classmethod
    def read(cls, folder: Path, *, content: str) -> Shelf:
        """Map the arrays into memory and compare every byte with its digest.

        Raises
        ------
        DamagedError
            When anything is missing, altered, or was written by other code or for other files.
        """
        try:
            header = read_header(folder / HEADER)
            origin = origin_of(content)
            if {name: header[name] for name in origin} != origin:
                msg = "written by other code, or for another run"
                raise DamagedError(msg)
            return cls(arrays=_mapped(folder, header["arrays"]), facts=header["facts"])
        except (OSError, KeyError, TypeError, ValueError, AttributeError, RefusedError) as error:
            raise DamagedError(str(error)) from None


def read_header(path: Path) -> dict[str, Any]:
    """Return what a header says, its digest verified.

    Raises
    ------
    DamagedError
        When it is not what was written.
    """
    _require_regular(path)
    if path.stat().st_size > MOST_HEADER:
        msg = "the header is too large"
        raise DamagedError(msg)
    digest, _, body = path.read_bytes().partition(b"\n")
    if hashlib.sha256(body).hexdigest().encode() != digest:
        msg = "the header is damaged"
        raise DamagedError(msg)
    header: dict[str, Any] = strict_decoder().decode(body.decode())
    return header


def _mapped(folder: Path, entries: Mapping[str, Mapping[str, Any]]) -> dict[str, npt.NDArray[Any]]:
    """Map the arrays; the verified bytes are those that are used, through the same mapping."""
    arrays = {}
    # the files stay open until the last block of all of them is copied
    with contextlib.ExitStack() as files, ThreadPoolExecutor(N_THREADS) as pool:
        checks = []
        for name, entry in entries.items():
            path = folder / Path(entry["file"]).name
            dtype, shape = DTYPES[entry["dtype"]], tuple(entry["shape"])
            n_bytes = int(np.prod(shape, dtype=np.int64)) * dtype.itemsize
            own = files.enter_context(_own_copy(path, size=entry["size"]))
            # the header of .npy is for other programs: type and shape are our own, verified ones
            own.fill(0, own.size - n_bytes)
            array = np.frombuffer(own.mapped, dtype=np.uint8, offset=own.size - n_bytes)
            arrays[name] = array.view(dtype).reshape(shape)
            starts = range(own.size - n_bytes, own.size, BLOCK)
            checks.append((path.name, pool.map(own.digest, starts), entry["digests"]))
        for file, found, wanted in checks:
            if list(found) != wanted:
                msg = f"{file} is damaged"
                raise DamagedError(msg)
    return arrays


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _OwnCopy:
    """A file of the same content that has no name, so that nobody can cut or alter it.

    Reading pages of a mapped file that was cut meanwhile would end the whole process.
    """

    size: int
    file: int
    own: int
    mapped: mmap.mmap
    is_filled: bool

    def fill(self, start: int, stop: int) -> None:
        """Copy a piece, inside the kernel where it does that.

        Raises
        ------
        DamagedError
            When the file was cut meanwhile.
        """
        while start < stop and not self.is_filled:
            copied = _copy(self.file, self.own, start, stop - start)
            if not copied:
                msg = "a file was cut while it was read"
                raise DamagedError(msg)
            start += copied

    def digest(self, start: int) -> str:
        """Copy a block and return the digest of what is mapped then; both leave the GIL free."""
        stop = min(start + BLOCK, self.size)
        self.fill(start, stop)
        with memoryview(self.mapped) as view:
            return hashlib.sha256(view[start:stop]).hexdigest()


@contextmanager
def _own_copy(path: Path, *, size: int) -> Iterator[_OwnCopy]:
    """Give a copy that is yet to be filled, or is filled where the file system shares blocks."""
    _require_regular(path)
    with path.open("rb") as file:
        if os.fstat(file.fileno()).st_size != size:
            msg = f"{path.name} has another size"
            raise DamagedError(msg)
        if sys.platform == "win32":  # there, a mapped file cannot be cut
            mapped = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
            yield _OwnCopy(size=size, file=0, own=0, mapped=mapped, is_filled=True)
            return
        # beside the cache, on the same disk; a cache that is only read has none
        beside = path.parents[1]
        place = beside if os.access(beside, os.W_OK) else None
        with tempfile.TemporaryFile(dir=place) as own:
            is_filled = _is_shared(file.fileno(), own.fileno())
            # of its full length before anything is mapped: no page of it can be missing
            os.ftruncate(own.fileno(), size)
            mapped = mmap.mmap(own.fileno(), size, access=mmap.ACCESS_READ)
            yield _OwnCopy(
                size=size, file=file.fileno(), own=own.fileno(), mapped=mapped, is_filled=is_filled
            )


def _is_shared(file: int, own: int) -> bool:
    """Let a file share all blocks of another one, where the system and its file system can."""
    if sys.platform != "linux":
        return False
    import fcntl  # noqa: PLC0415 - Windows has none

    with contextlib.suppress(OSError):
        fcntl.ioctl(own, FICLONE, file)
        return True
    return False


def _copy(file: int, own: int, start: int, size: int) -> int:
    """Copy up to so many bytes; return how many, 0 at the end of the file."""
    if hasattr(os, "copy_file_range"):
        with contextlib.suppress(OSError):  # not between these two disks
            return os.copy_file_range(file, own, size, start, start)
    return os.pwrite(own, os.pread(file, size, start), start)


def _require_regular(path: Path) -> None:
    # a FIFO would wait for ever to be opened
    if not stat.S_ISREG(path.lstat().st_mode):
        msg = f"{path.name} is no regular file"
        raise DamagedError(msg)
