"""How much a run may hold, judged before anything is unfolded.

A file of some kilobytes can stand for gigabytes: runs of one value, dictionaries, zeros, lists in a
cell. So each reader says how many bytes it is about to make, and asks here first.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path

from evalcore.errors import RunError

__all__ = [
    "CELL_BYTES",
    "MAX_BYTES",
    "MAX_CELLS",
    "MAX_COLUMNS",
    "MAX_RATIO",
    "MAX_ROWS",
    "ROW_BYTES",
    "SUSPICIOUS_BYTES",
    "RoomError",
    "check_empty_lines",
    "check_expansion",
    "check_size",
    "room",
]

SMALLER = (
    "Hint: evaluate a sample, or make it a run in parts (python -m evalcore prepare), in which the "
    "best few scores of each input may stand in lists."
)
MAX_CELLS = 2_000_000_000
"""Rows times columns that a run may have; more would not fit into a laptop's memory."""
MAX_ROWS = 100_000_000
MAX_COLUMNS = 250_000
"""Ten times the classes of the largest data sets."""
MAX_EMPTY_LINES = 1_000_000
MAX_BYTES = 16 * 2**30
"""Bytes that may be made of a file."""
SUSPICIOUS_BYTES = 2**30
MAX_RATIO = 200
"""How many times its size a file beyond ``SUSPICIOUS_BYTES`` may grow; scores grow 1 to 20."""
ROW_BYTES = 250
"""Of an input, besides its scores and texts: its id, its row, its place in every index."""
CELL_BYTES = 64
"""Of a short text."""

_room: ContextVar[int] = ContextVar("room_for_reading", default=MAX_BYTES)


class RoomError(RunError):
    """A run needs more memory than this process may take for it; another may have more."""


@contextmanager
def room(n_bytes: int) -> Iterator[None]:
    """Let what is read in this block, in this thread, make no more than so many bytes."""
    token = _room.set(n_bytes)
    try:
        yield
    finally:
        _room.reset(token)


def check_size(file: str, *, n_rows: int, n_columns: int) -> None:
    """Refuse a table of more cells than a run may have.

    Raises
    ------
    RunError
        When ``n_rows * n_columns``, ``n_rows`` or ``n_columns`` exceeds the limit.
    """
    if n_rows * n_columns > MAX_CELLS or n_rows > MAX_ROWS or n_columns > MAX_COLUMNS:
        msg = (
            f"{file}: {n_rows:,} rows x {n_columns:,} columns are more than the limit of "
            f"{MAX_CELLS:,} cells, {MAX_ROWS:,} rows and {MAX_COLUMNS:,} columns. {SMALLER}"
        )
        raise RunError(msg)


def check_empty_lines(file: str, n_empty: int) -> None:
    """Refuse a text file that holds little else than empty lines.

    Raises
    ------
    RunError
        When there are more than a file can have by mistake.
    """
    if n_empty > MAX_EMPTY_LINES:
        msg = (
            f"{file}: more than {MAX_EMPTY_LINES:,} lines are empty. Hint: export the table again."
        )
        raise RunError(msg)


def check_expansion(path: Path, *, n_bytes: int) -> None:
    """Refuse a file of which far more would be made than its size says.

    Parameters
    ----------
    path
        The file, or the folder whose files are read together.
    n_bytes
        What it would take in memory, as far as that is known before.

    Raises
    ------
    RunError
        When ``n_bytes`` is many times the size of the file.
    RoomError
        When it is more than may be taken here.
    """
    size = _size_of(path)
    if n_bytes > MAX_BYTES or (n_bytes > SUSPICIOUS_BYTES and n_bytes > MAX_RATIO * size):
        msg = (
            f"{path.name}: the {size:,} bytes of this file would unfold to about {n_bytes:,}; the "
            f"limit is {MAX_BYTES:,} bytes and {MAX_RATIO} times the size of the file. {SMALLER}"
        )
        raise RunError(msg)
    if n_bytes > _room.get():
        msg = (
            f"{path.name}: reading this takes about {n_bytes / 2**20:,.0f} MB of memory, and "
            f"{_room.get() / 2**20:,.0f} MB may be taken. Hint: evaluate a sample, or give it more "
            "memory: start the app with `-- --read-memory 8` (GB)."
        )
        raise RoomError(msg)


def _size_of(path: Path) -> int:
    files = [path] if path.is_file() else [file for file in path.iterdir() if file.is_file()]
    return sum(file.stat().st_size for file in files)
