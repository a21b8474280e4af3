"""How much a table may hold, judged before it is unfolded."""

from __future__ import annotations

from pathlib import Path

from evalcore.errors import RunError

__all__ = [
    "MAX_BYTES",
    "MAX_CELLS",
    "MAX_RATIO",
    "MAX_ROWS",
    "SUSPICIOUS_BYTES",
    "check_empty_lines",
    "check_expansion",
    "check_size",
]

MAX_CELLS = 2_000_000_000
"""Rows times columns that a run may have; more would not fit into a laptop's memory."""
MAX_ROWS = 100_000_000
MAX_EMPTY_LINES = 1_000_000
MAX_BYTES = 16 * 2**30
"""Bytes that a file may hold once it is decompressed."""
SUSPICIOUS_BYTES = 2**30
MAX_RATIO = 200
"""How many times its size a file beyond ``SUSPICIOUS_BYTES`` may grow; scores grow 1 to 20."""


def check_size(file: str, *, n_rows: int, n_columns: int) -> None:
    """Refuse a table of more cells than a run may have.

    Raises
    ------
    RunError
        When ``n_rows * n_columns`` or ``n_rows`` exceeds the limit.
    """
    if n_rows * n_columns > MAX_CELLS or n_rows > MAX_ROWS:
        msg = (
            f"{file}: {n_rows:,} rows x {n_columns:,} columns are more than the limit of "
            f"{MAX_CELLS:,} cells and {MAX_ROWS:,} rows. "
            "Hint: evaluate a sample, or use the sparse form."
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
    """Refuse a file that would decompress to far more than its size says.

    Raises
    ------
    RunError
        When ``n_bytes`` exceeds the limit, or many times the size of the file.
    """
    size = path.stat().st_size
    if n_bytes > MAX_BYTES or (n_bytes > SUSPICIOUS_BYTES and n_bytes > MAX_RATIO * size):
        msg = (
            f"{path.name}: the {size:,} bytes of this file would decompress to {n_bytes:,}; the "
            f"limit is {MAX_BYTES:,} bytes and {MAX_RATIO} times the size of the file. "
            "Hint: evaluate a sample, or use the sparse form."
        )
        raise RunError(msg)
