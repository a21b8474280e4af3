"""What every table reader offers, whatever the file's format."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from evalcore.arrays import IntArray, ScoreArray, TextArray
from evalcore.errors import RunError, shorten
from evalcore.runs.load_report import Notice

__all__ = [
    "MAX_CELLS",
    "METADATA_PREFIX",
    "N_SHOWN",
    "SCORE_PREFIX",
    "Cases",
    "Cell",
    "Content",
    "Source",
    "Table",
    "as_texts",
    "check_expansion",
    "check_size",
    "listing",
    "raise_bad_scores",
    "shown_texts",
]

MAX_CELLS = 2_000_000_000
"""Rows times columns that a run may have; more would not fit into a laptop's memory."""
MAX_ROWS = 100_000_000
MAX_BYTES = 16 * 2**30
"""Bytes that a file may hold once it is decompressed."""
SUSPICIOUS_BYTES = 2**30
MAX_RATIO = 200
"""How many times its size a file beyond ``SUSPICIOUS_BYTES`` may grow; scores grow 1 to 20."""
N_SHOWN = 3
SCORE_PREFIX = "score:"
METADATA_PREFIX = "metadata:"

Cell = str | tuple[str, ...]
"""A text, or the texts of a list."""


@dataclass(slots=True, kw_only=True)
class Cases:
    """Cases of one kind of problem: all are counted, the first are shown."""

    count: int = 0
    first: list[str] = field(default_factory=list)

    def add(self, text: str) -> None:
        """Count one more case."""
        self.count += 1
        if len(self.first) < N_SHOWN:
            self.first.append(text)

    def add_more(self, count: int) -> None:
        """Count cases without showing them."""
        self.count += count

    def __str__(self) -> str:
        more = self.count - len(self.first)
        return "; ".join(self.first) + (f"; and {more:,} more" if more else "")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Content:
    """The columns of a table that were asked for.

    Parameters
    ----------
    rows : ndarray of shape (n_rows,), int64
        Number of each row as an editor counts.
    cells
        Column name to one cell per row.
    scores : ndarray of shape (n_rows, n_score_columns)
        Finite scores in the precision of the file.
    payloads
        Column name to an Arrow array of image bytes; ``cells`` then holds the images' names.
    notices
        What was mended on the way.
    unit
        What messages call a row: ``row``, or ``item`` of a list that has no rows.
    """

    rows: IntArray
    cells: Mapping[str, Sequence[Cell]]
    scores: ScoreArray
    payloads: Mapping[str, Any] = field(default_factory=dict)
    notices: tuple[Notice, ...] = ()
    unit: str = "row"


class Source(Protocol):
    """Where a run's inputs were read from."""

    @property
    def file(self) -> str:
        """Name shown in messages."""

    @property
    def format(self) -> str:
        """Name of the format: ``CSV``, ``Parquet``."""


class Table(Source, Protocol):
    """One table file whose header is known and whose rows are not yet read."""

    @property
    def columns(self) -> tuple[str, ...]:
        """Names of the columns, all different."""

    @property
    def notices(self) -> tuple[Notice, ...]:
        """What was mended while the header was read."""

    def kind(self, column: str) -> str:
        """Return ``number``, ``text``, ``list``, ``image`` or ``other``."""

    def head(self, n_rows: int) -> list[tuple[str, ...]]:
        """Return the first cells of every column as they would be shown."""

    def load(self, *, texts: Sequence[str], scores: Sequence[str]) -> Content:
        """Read some columns as text and some as scores.

        Raises
        ------
        RunError
            When a row or a score is malformed.
        """


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


def raise_bad_scores(file: str, cases: Cases, *, hint: str) -> None:
    """Refuse scores that are no finite numbers.

    Raises
    ------
    RunError
        When there is at least one case.
    """
    if cases.count:
        what = (
            "score is not a finite number" if cases.count == 1 else "scores are not finite numbers"
        )
        msg = (
            f"{file}: {cases.count:,} {what}: {cases}. "
            f"Every score must be a finite number such as 0.25. Hint: {hint}"
        )
        raise RunError(msg)


def listing(names: Iterable[str], *, limit: int = 10) -> str:
    """Return names quoted and joined by commas, the first ``limit`` of them.

    Examples
    --------
    >>> listing(["id", "label"])
    "'id', 'label'"
    """
    every = list(names)
    more = f" and {len(every) - limit:,} more" if len(every) > limit else ""
    return ", ".join(shorten(name) for name in every[:limit]) + more


def as_texts(cells: Sequence[str]) -> TextArray:
    """Return texts as an object array of shape (n,)."""
    array = np.empty(len(cells), dtype=object)
    array[:] = cells
    return array


def shown_texts(cells: Sequence[Cell]) -> list[str]:
    """Return cells as texts; the parts of a list are joined by a comma."""
    return [cell if isinstance(cell, str) else ", ".join(cell) for cell in cells]
