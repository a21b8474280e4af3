"""A folder of arrays and facts: written whole, verified to the last byte when it is opened."""

from __future__ import annotations

import contextlib
import hashlib
import json
import mmap
import os
import shutil
import stat
import sys
import tempfile
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import numpy as np
import numpy.typing as npt

from evalcore.base.strict_json import RefusedError, strict_decoder
from evalcore.prepared.source_files import code_digest

__all__ = ["HEADER", "DamagedError", "Shelf"]

HEADER = "header.json"
VERSION = 1
BLOCK = 8 * 2**20
MOST_HEADER = 256 * 2**20
DTYPES = {
    np.dtype(kind).str: np.dtype(kind)
    for kind in ("f2", "f4", "f8", "i4", "i8", "u1", "u2", "u4", "bool")
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

    def write(self, folder: Path, *, content: str) -> None:
        """Write into an empty folder.

        Raises
        ------
        OSError
            When there is no room, or no right to write.
        """
        entries = {}
        for k, (name, array) in enumerate(self.arrays.items()):
            file = folder / f"{k}.npy"
            packed = np.ascontiguousarray(array)
            np.save(file, packed, allow_pickle=False)
            file.chmod(0o400)
            entries[name] = {
                "file": file.name,
                "size": file.stat().st_size,
                "dtype": packed.dtype.str,
                "shape": packed.shape,
                "digests": _digests_of(_bytes_of(packed)),
            }
        header = {**_origin(content), "arrays": entries, "facts": dict(self.facts)}
        body = json.dumps(header, allow_nan=False).encode()
        (folder / HEADER).write_bytes(hashlib.sha256(body).hexdigest().encode() + b"\n" + body)

    @classmethod
    def read(cls, folder: Path, *, content: str) -> Shelf:
        """Map the arrays into memory and compare every byte with its digest.

        Raises
        ------
        DamagedError
            When anything is missing, altered, or was written by other code or for other files.
        """
        try:
            header = _read_header(folder / HEADER)
            origin = _origin(content)
            if {name: header[name] for name in origin} != origin:
                msg = "written by other code, or for another run"
                raise DamagedError(msg)
            arrays = {name: _map(folder, entry) for name, entry in header["arrays"].items()}
            return cls(arrays=arrays, facts=header["facts"])
        except (OSError, KeyError, TypeError, ValueError, AttributeError, RefusedError) as error:
            raise DamagedError(str(error)) from None


def _origin(content: str) -> dict[str, object]:
    return {
        "format": "threshold-workshop prepared run",
        "version": VERSION,
        "code": code_digest(),
        "byteorder": sys.byteorder,
        "content": content,
    }


def _read_header(path: Path) -> dict[str, Any]:
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


def _map(folder: Path, entry: Mapping[str, Any]) -> npt.NDArray[Any]:
    """Map one array; the verified bytes are those that are used, through the same mapping."""
    path = folder / Path(entry["file"]).name
    dtype, shape = DTYPES[entry["dtype"]], tuple(entry["shape"])
    n_values = int(np.prod(shape, dtype=np.int64))
    _require_regular(path)
    with _own_copy(path, size=entry["size"]) as file:
        mapped = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    # the header of .npy is for other programs: type and shape are those of our own, verified one
    offset = len(mapped) - n_values * dtype.itemsize
    array = np.frombuffer(mapped, dtype=dtype, count=n_values, offset=offset)
    if _digests_of(_bytes_of(array)) != entry["digests"]:
        msg = f"{path.name} is damaged"
        raise DamagedError(msg)
    return array.reshape(shape)


@contextmanager
def _own_copy(path: Path, *, size: int) -> Iterator[IO[bytes]]:
    """Give a file of the same content that has no name, so that nobody can cut or alter it.

    Reading pages of a mapped file that was cut meanwhile would end the whole process. Where the
    file system can share blocks between files the copy costs nothing.
    """
    with path.open("rb") as file:
        if os.fstat(file.fileno()).st_size != size:
            msg = f"{path.name} has another size"
            raise DamagedError(msg)
        if sys.platform == "win32":
            yield file  # there, a mapped file cannot be cut
            return
        # beside the cache, on the same disk; a cache that is only read has none
        beside = path.parents[1]
        place = beside if os.access(beside, os.W_OK) else None
        with tempfile.TemporaryFile(dir=place) as own:
            _copy(file, own, size=size)
            if os.fstat(own.fileno()).st_size != size:
                msg = f"{path.name} was cut while it was read"
                raise DamagedError(msg)
            yield own


def _copy(file: IO[bytes], own: IO[bytes], *, size: int) -> None:
    """Copy a file inside the kernel, which shares the blocks where it can."""
    if hasattr(os, "copy_file_range"):
        with contextlib.suppress(OSError):  # not between these two disks
            while size > 0 and (copied := os.copy_file_range(file.fileno(), own.fileno(), size)):
                size -= copied
            return
        own.seek(0)
        file.seek(0)
    shutil.copyfileobj(file, own, BLOCK)
    own.flush()


def _digests_of(view: memoryview) -> list[str]:
    """Return the SHA-256 digest of each block of 8 MiB; the view is one of bytes."""
    starts = range(0, view.nbytes, BLOCK)
    with ThreadPoolExecutor(min(8, os.cpu_count() or 1)) as pool:  # hashing releases the GIL
        return list(pool.map(lambda k: hashlib.sha256(view[k : k + BLOCK]).hexdigest(), starts))


def _bytes_of(array: npt.NDArray[Any]) -> memoryview:
    return array.reshape(-1).view(np.uint8).data


def _require_regular(path: Path) -> None:
    # a FIFO would wait for ever to be opened
    if not stat.S_ISREG(path.lstat().st_mode):
        msg = f"{path.name} is no regular file"
        raise DamagedError(msg)
