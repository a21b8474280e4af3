"""What a run's files are: a digest of their bytes, and a stamp that tells when to read them."""

from __future__ import annotations

import functools
import hashlib
import json
import os
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from evalcore.readers import registry
from evalcore.readers.folder.kept_columns import kept_stamp

__all__ = ["Source", "code_digest"]

IMAGE_ENDINGS = (".png", ".jpg", ".jpeg", ".webp", ".gif", ".bmp", ".tif", ".tiff")
"""Of these files a run keeps only names: whether they are there is all that its report says."""
TOO_FRESH = 2_000_000_000
"""Nanoseconds in which a file may change again without another time of change."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """The files of one run as they were found.

    Parameters
    ----------
    path
        As it was given.
    stamp
        Hash of the names, sizes, inodes and times of all files and folders.
    is_settled
        False when something changed so lately that the stamp might stay when it changes again.
    """

    path: Path
    stamp: str
    is_settled: bool

    @classmethod
    def of(cls, path: Path) -> Source | None:
        """Look at the files, without reading one whole; None where a run cannot be prepared.

        Raises
        ------
        OSError
            When something cannot be looked at.
        """
        if not path.is_dir() and (path.stem == "predictions" or registry.is_foreign_run(path)):
            return None  # these read their neighbours
        lines, newest = [], 0
        for item in (path, *_below(path)):
            s = item.stat()
            newest = max(newest, s.st_mtime_ns, s.st_ctime_ns)
            times = [s.st_mtime_ns, s.st_ctime_ns]
            lines.append([str(item), s.st_mode, s.st_size, s.st_ino, *times, _roles(item, path)])
        stamp = hashlib.sha256(json.dumps([code_digest(), str(path.resolve()), lines]).encode())
        age = time.time_ns() - newest
        return cls(path=path, stamp=stamp.hexdigest(), is_settled=age > TOO_FRESH)

    def content(self) -> str:
        """Return a digest of where the run lies and of the bytes of its files, run.json included.

        The roles that a person chose for its columns count as well.

        Raises
        ------
        OSError
            When a file cannot be read.
        """
        parts = [code_digest(), str(self.path.resolve())]
        for item in (self.path, *_below(self.path)):
            digest = _digest_of_file(item) if _is_read(item, self.path) else ""
            roles = _roles(item, self.path)
            parts += [item.relative_to(self.path).as_posix(), digest, roles]
        return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


@functools.cache
def code_digest() -> str:
    """Return a digest of the core's own code, numpy's version and the readers there are.

    Taken once in a process. A cache holds what the code made of a run, so that other code makes
    another cache.
    """
    core = Path(__file__).parents[1]
    digest = hashlib.sha256(np.__version__.encode())
    for file in sorted(core.rglob("*.py")):
        digest.update(f"{file.relative_to(core).as_posix()} {_digest_of_file(file)}\n".encode())
    for reader in registry.READERS:
        digest.update(f"{type(reader).__module__}.{type(reader).__qualname__}\n".encode())
    return digest.hexdigest()


def _digest_of_file(path: Path) -> str:
    """Return the SHA-256 digest of a file.

    Raises
    ------
    OSError
        When it cannot be read.
    """
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _is_read(item: Path, path: Path) -> bool:
    is_image = item != path and item.name.lower().endswith(IMAGE_ENDINGS)
    return item.is_file() and not is_image


def _roles(item: Path, path: Path) -> str:
    """Return a stamp of the roles that a person chose for a table and that lie elsewhere."""
    return kept_stamp(item) if _is_read(item, path) else ""


def _below(path: Path) -> Iterator[Path]:
    if not path.is_dir():
        return
    for folder, folders, files in os.walk(path, onerror=_refuse):
        folders.sort()
        yield from (Path(folder, name) for name in sorted([*folders, *files]))


def _refuse(error: OSError) -> None:
    raise error
