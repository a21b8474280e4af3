"""Digests of large arrays, block by block in several threads."""

from __future__ import annotations

import hashlib
import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

__all__ = ["digest_of_file", "digests_of"]

BLOCK = 8 * 2**20


def digests_of(view: memoryview) -> list[str]:
    """Return the SHA-256 digest of each block of 8 MiB; the view is one of bytes."""
    starts = range(0, view.nbytes, BLOCK)
    with ThreadPoolExecutor(min(8, os.cpu_count() or 1)) as pool:  # hashing releases the GIL
        return list(pool.map(lambda k: hashlib.sha256(view[k : k + BLOCK]).hexdigest(), starts))


def digest_of_file(path: Path) -> str:
    """Return the SHA-256 digest of a file.

    Raises
    ------
    OSError
        When it cannot be read.
    """
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
