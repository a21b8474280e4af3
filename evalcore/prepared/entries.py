"""The folder of what is prepared: every entry whole or not there, and room for the last used."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import time
from pathlib import Path

from evalcore.base.whole_writes import ASIDE, whole_folder
from evalcore.prepared.array_folder import HEADER, DamagedError, Shelf

__all__ = ["MOST_BYTES", "publish", "read_entry"]

MOST_BYTES = 20 * 10**9
"""All entries together; the one that was opened longest ago leaves first."""
DAY = 86_400
OURS = re.compile("[0-9a-f]{64}")


def read_entry(cache: Path, name: str) -> Shelf | None:
    """Map an entry, every byte verified; None where it is missing, damaged or of other code."""
    try:
        shelf = Shelf.read(cache / name, content=name)
    except DamagedError:
        return None
    with contextlib.suppress(OSError):  # a read-only cache still serves
        os.utime(cache / name / HEADER)  # the one opened longest ago is removed first
    return shelf


def publish(cache: Path, name: str, shelf: Shelf, *, most_bytes: int = MOST_BYTES) -> None:
    """Write an entry beside the others and rename it, in place of what may be there.

    Parameters
    ----------
    name
        A SHA-256 digest of what the entry was made from.

    Raises
    ------
    OSError
        When there is no room, or no right to write; nothing is left behind.
    """
    cache.mkdir(parents=True, exist_ok=True, mode=0o700)
    if shelf.n_bytes > min(most_bytes, shutil.disk_usage(cache).free * 0.9):
        msg = "there is no room for a prepared run"
        raise OSError(msg)
    with whole_folder(cache / name) as new:
        shelf.write(new, content=name)
        _make_room(cache, most_bytes - _size(new), keep=name)


def _make_room(cache: Path, most_bytes: int, *, keep: str) -> None:
    """Remove what is left of broken writes, and the entries opened longest ago."""
    now = time.time()
    for left in cache.glob(f"{ASIDE}*"):
        if now - left.stat().st_mtime > DAY:
            shutil.rmtree(left, ignore_errors=True)
    found = (header.parent for header in cache.glob(f"*/{HEADER}"))
    entries = [entry for entry in found if OURS.fullmatch(entry.name) and entry.name != keep]
    entries.sort(key=lambda entry: (entry / HEADER).stat().st_mtime, reverse=True)
    total = 0
    for entry in entries:
        total += _size(entry)
        if total > most_bytes:
            shutil.rmtree(entry, ignore_errors=True)


def _size(entry: Path) -> int:
    return sum(file.lstat().st_size for file in entry.iterdir())
