"""What a ZIP says about itself, judged before anything is unpacked."""

from __future__ import annotations

import itertools
import re
import stat
import struct
import unicodedata
import zipfile
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO

from evalcore.errors import Cases, RunError, shorten
from evalcore.runs.images import path_problem

__all__ = ["ZipLimits", "check_entries", "open_zip"]

_ENCRYPTED = 0x1 | 0x40
_METHODS = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}
_LOCAL_HEADER = 30
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
MAX_DIRECTORY = 32 * 2**20
MAX_EMPTY = 10_000
MAX_NAME = 255
MAX_DEPTH = 32
"""Folders in each other; each of a name's folders is compared with all names."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ZipLimits:
    """How large a ZIP may be.

    Parameters
    ----------
    entries
        Files and folders.
    total
        Bytes of all files together, unpacked.
    ratio
        How many times its size an archive may grow, once it is larger than ``free``.
    """

    entries: int = 200_000
    total: int = 8 * 2**30
    ratio: int = 200
    free: int = 64 * 2**20


@contextmanager
def open_zip(
    source: IO[bytes], *, name: str, limits: ZipLimits
) -> Generator[zipfile.ZipFile, None, None]:
    """Open a ZIP whose directory is of a bearable size.

    Raises
    ------
    RunError
        When it is no ZIP, is damaged, or names too many entries; also for what goes wrong while
        the caller reads.
    """
    try:
        _check_directory(source, name, limits)
        with zipfile.ZipFile(source) as archive:
            yield archive
    except (zipfile.BadZipFile, struct.error, EOFError, NotImplementedError) as error:
        msg = f"{name}: the ZIP is truncated or damaged ({error}). Hint: copy or zip it again."
        raise RunError(msg) from None
    except (OSError, ValueError, UnicodeError) as error:
        msg = f"{name}: the ZIP cannot be read ({error}). Hint: copy or zip it again."
        raise RunError(msg) from None


def check_entries(
    entries: Sequence[zipfile.ZipInfo], *, name: str, size: int, limits: ZipLimits
) -> None:
    """Refuse an archive that is dangerous to unpack.

    Parameters
    ----------
    size
        Bytes of the archive.

    Raises
    ------
    RunError
        For names that lead out or collide, links, devices, encrypted or overlapping entries, and
        too large a total.
    """
    wrong = Cases()
    for entry in entries:
        problem = _problem(entry)
        if problem:
            wrong.add(f"{shorten(entry.orig_filename)} {problem}")
    if wrong.count:
        msg = (
            f"{name}: {wrong.count:,} of {len(entries):,} entries may not be unpacked: {wrong}. "
            "Hint: zip the run's folder again, with plain files only and without a password."
        )
        raise RunError(msg)
    n_empty = sum(not entry.file_size and not entry.is_dir() for entry in entries)
    if n_empty > MAX_EMPTY:
        msg = (
            f"{name}: {n_empty:,} of {len(entries):,} entries are empty files; the limit is "
            f"{MAX_EMPTY:,}. Hint: zip the run's folder again."
        )
        raise RunError(msg)
    _refuse_collisions(entries, name)
    _refuse_overlaps(entries, name)
    total = sum(entry.file_size for entry in entries)
    if total > limits.total or total > max(limits.free, limits.ratio * size):
        msg = (
            f"{name}: the {size:,} bytes of this ZIP would unpack to {total:,}; the limit is "
            f"{limits.total:,} bytes and {limits.ratio} times its size. "
            "Hint: open the run as a folder."
        )
        raise RunError(msg)


def _check_directory(source: IO[bytes], name: str, limits: ZipLimits) -> None:
    """Count the entries from the end record, before the directory is built in memory."""
    size = source.seek(0, 2)
    source.seek(max(size - 65_557, 0))
    tail = source.read()
    at = tail.rfind(b"PK\5\6")
    if at < 0 or len(tail) - at < 22:
        msg = "no end of the directory"
        raise zipfile.BadZipFile(msg)
    count, n_bytes = struct.unpack_from("<HL", tail, at + 10)
    if 0xFFFF in (count, n_bytes >> 16):
        zip64 = tail.rfind(b"PK\6\6", 0, at)
        if zip64 >= 0:
            count, n_bytes = struct.unpack_from("<QQ", tail, zip64 + 32)
    if n_bytes <= MAX_DIRECTORY:
        source.seek(max(size - len(tail[at:]) - n_bytes - 100, 0))
        count = max(count, source.read(n_bytes + 100).count(b"PK\1\2"))
    source.seek(0)
    if count > limits.entries or n_bytes > MAX_DIRECTORY:
        msg = (
            f"{name}: the ZIP names {count:,} entries in {n_bytes:,} bytes; the limit is "
            f"{limits.entries:,} entries in {MAX_DIRECTORY:,} bytes. "
            "Hint: open the run as a folder."
        )
        raise RunError(msg)


def _problem(entry: zipfile.ZipInfo) -> str:
    path = entry.orig_filename
    kind = stat.S_IFMT(entry.external_attr >> 16)
    if kind and not (stat.S_ISREG(kind) or stat.S_ISDIR(kind)):
        return "is a link" if stat.S_ISLNK(kind) else "is a device, a FIFO or a socket"
    if entry.flag_bits & _ENCRYPTED:
        return "is encrypted"
    if entry.compress_type not in _METHODS:
        return f"is compressed by method {entry.compress_type}; stored and deflated are read"
    return _name_problem(path)


def _name_problem(path: str) -> str:
    if _CONTROL.search(path):
        return "has a control character in its name"
    parts = path.removesuffix("/").split("/")
    if any(part in ("", ".") for part in parts) and not path.startswith("/"):
        return "has an empty part in its name"
    if len(parts) > MAX_DEPTH:
        return f"lies more than {MAX_DEPTH} folders deep"
    if any(len(part.encode("utf-8", "surrogatepass")) > MAX_NAME for part in parts):
        return f"has a name longer than {MAX_NAME} bytes"
    return path_problem(path).removeprefix(f"{shorten(path)} ")


def _refuse_collisions(entries: Sequence[zipfile.ZipInfo], name: str) -> None:
    first: dict[str, str] = {}
    twice = Cases()
    for entry in entries:
        path = entry.filename
        key = unicodedata.normalize("NFC", path.removesuffix("/")).casefold()
        before = first.setdefault(key, path)
        if before is not path:
            twice.add(f"{shorten(before)} and {shorten(path)}")
    files = {key for key, path in first.items() if not path.endswith("/")}
    for key, path in first.items():
        parents = key.split("/")[:-1]
        for k in range(1, len(parents) + 1):
            if "/".join(parents[:k]) in files:
                twice.add(f"{shorten(first['/'.join(parents[:k])])} and {shorten(path)}")
                break
    if twice.count:
        msg = (
            f"{name}: {twice.count:,} entries have the same name, or differ only in case: {twice}. "
            "Hint: give every file its own name and zip the folder again."
        )
        raise RunError(msg)


def _refuse_overlaps(entries: Sequence[zipfile.ZipInfo], name: str) -> None:
    placed = sorted(entries, key=lambda entry: entry.header_offset)
    for entry, following in itertools.pairwise(placed):
        end = entry.header_offset + _LOCAL_HEADER + len(entry.orig_filename) + entry.compress_size
        if end > following.header_offset:
            msg = (
                f"{name}: the entries {shorten(entry.filename)} and {shorten(following.filename)} "
                "share bytes, as in a ZIP bomb. Hint: zip the run's folder again."
            )
            raise RunError(msg)
