"""The arrays of an NPZ file, each judged by its header before it is read."""

from __future__ import annotations

import math
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

import numpy as np
import numpy.typing as npt

from evalcore.errors import RunError, shorten
from evalcore.readers.tables.limits import (
    CELL_BYTES,
    MAX_BYTES,
    MAX_RATIO,
    ROW_BYTES,
    SUSPICIOUS_BYTES,
    check_expansion,
)
from evalcore.readers.tables.zip_checks import ZipLimits, open_zip

__all__ = ["read_arrays"]

_LIMITS = ZipLimits(entries=1_000)
_HEADERS = {
    (1, 0): np.lib.format.read_array_header_1_0,
    (2, 0): np.lib.format.read_array_header_2_0,
}
_SAVE = "np.savez('run.npz', scores=scores, labels=np.array(labels, dtype=str), ...)"
Array = npt.NDArray[Any]


def read_arrays(path: Path, names: tuple[str, ...]) -> tuple[dict[str, Array], list[str]]:
    """Read the named arrays of an NPZ file.

    Returns
    -------
    arrays
        Those of ``names`` that the file has.
    others
        Names of the arrays that were not asked for.

    Raises
    ------
    RunError
        When the file is damaged, or an array holds Python objects or is larger than its member.
    """
    with path.open("rb") as file, open_zip(file, name=path.name, limits=_LIMITS) as archive:
        members: dict[str, zipfile.ZipInfo] = {}
        for member in archive.infolist():
            name = member.filename.removesuffix(".npy")
            if name in members:
                msg = f"{path.name}: two arrays are called {shorten(name)}. Hint: save it again."
                raise RunError(msg)
            members[name] = member
        wanted = {name: members[name] for name in names if name in members}
        made = {name: _bytes_of(archive, member, file=path.name) for name, member in wanted.items()}
        check_expansion(path, n_bytes=sum(made.values()))
        arrays = {name: _read(archive, member, file=path.name) for name, member in wanted.items()}
    return arrays, [name for name in members if name not in names]


def _read(archive: zipfile.ZipFile, member: zipfile.ZipInfo, *, file: str) -> Array:
    with _opened(archive, member, file=file) as (stream, _):
        array: Array = np.lib.format.read_array(stream, allow_pickle=False)
    return array.astype(array.dtype.newbyteorder("="), copy=False)


def _bytes_of(archive: zipfile.ZipFile, member: zipfile.ZipInfo, *, file: str) -> int:
    """Return what an array takes once it is read; its header is judged, and nothing unpacked."""
    with _opened(archive, member, file=file) as (stream, place):
        shape, dtype = _header(stream, place)
        _check(shape, dtype, member, header=stream.tell(), place=place)
    n_rows, n_items = (shape[0] if shape else 1), math.prod(shape)
    if member.filename.removesuffix(".npy") == "scores":
        is_float = dtype.kind == "f"
        return n_rows * ROW_BYTES + n_items * (dtype.itemsize if is_float else 8 + dtype.itemsize)
    return n_items * (dtype.itemsize + (CELL_BYTES if dtype.kind in "US" else 0))


@contextmanager
def _opened(
    archive: zipfile.ZipFile, member: zipfile.ZipInfo, *, file: str
) -> Iterator[tuple[IO[bytes], str]]:
    place = f"{file}: array {shorten(member.filename.removesuffix('.npy'))}"
    try:
        with archive.open(member) as stream:
            yield stream, place
    except (ValueError, TypeError, EOFError, RuntimeError, zipfile.BadZipFile, zlib.error) as error:
        msg = f"{place} is truncated or damaged ({error}). Hint: copy or save the file again."
        raise RunError(msg) from None


def _header(stream: IO[bytes], place: str) -> tuple[tuple[int, ...], np.dtype[Any]]:
    version = np.lib.format.read_magic(stream)
    if version not in _HEADERS:
        msg = f"{place} is written in version {version} of the format. Hint: save it as {_SAVE}."
        raise RunError(msg)
    shape, _, dtype = _HEADERS[version](stream)
    return shape, dtype


def _check(
    shape: tuple[int, ...],
    dtype: np.dtype[Any],
    member: zipfile.ZipInfo,
    *,
    header: int,
    place: str,
) -> None:
    if dtype.hasobject:
        msg = (
            f"{place} holds pickled Python objects, which may run any code and are never opened. "
            f"Hint: save it again with a plain type: {_SAVE}."
        )
        raise RunError(msg)
    wanted = dtype.itemsize * math.prod(shape)  # Python's integers, which do not overflow
    there = member.file_size - header
    if wanted != there or min(shape, default=0) < 0:
        msg = (
            f"{place} says it has the shape {shape} of {dtype}, which takes {wanted:,} bytes, but "
            f"there are {there:,}. Hint: copy or save the file again."
        )
        raise RunError(msg)
    too_dense = wanted > SUSPICIOUS_BYTES and wanted > MAX_RATIO * member.compress_size
    if wanted > MAX_BYTES or too_dense:
        msg = (
            f"{place} would unpack from {member.compress_size:,} to {wanted:,} bytes; the limit is "
            f"{MAX_BYTES:,} bytes and {MAX_RATIO} times. Hint: save a sample, or as Parquet."
        )
        raise RunError(msg)
