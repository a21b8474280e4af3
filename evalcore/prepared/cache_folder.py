"""The folder of prepared runs: entries appear whole, and the oldest leave when it grows."""

from __future__ import annotations

import re
import shutil
import time
from collections.abc import Callable
from pathlib import Path

from evalcore.base.whole_writes import ASIDE, whole_folder
from evalcore.prepared.array_folder import HEADER

__all__ = ["MOST_BYTES", "publish"]

MOST_BYTES = 20 * 10**9
"""All prepared runs together; the one that was opened longest ago leaves first."""
DAY = 86_400
OURS = re.compile("[0-9a-f]{64}")


def publish(
    cache: Path, name: str, write: Callable[[Path], None], *, n_bytes: int, most_bytes: int
) -> None:
    """Write an entry beside the others and rename it, in place of what may be there.

    Raises
    ------
    OSError
        When there is no room, or no right to write; nothing is left behind.
    """
    cache.mkdir(parents=True, exist_ok=True, mode=0o700)
    if n_bytes > min(most_bytes, shutil.disk_usage(cache).free * 0.9):
        msg = "there is no room for a prepared run"
        raise OSError(msg)
    with whole_folder(cache / name) as new:
        write(new)
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
