"""What every table reader offers, whatever the file's format."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any, Protocol

import numpy as np

from evalcore.arrays import IntArray, ScoreArray, TextArray
from evalcore.errors import Cases, MissingScores, RunError
from evalcore.runs.load_report import Notice

__all__ = [
    "Cell",
    "Content",
    "Source",
    "Table",
    "as_texts",
    "missing_scores_kept",
    "raise_bad_scores",
    "shown_texts",
]


Cell = str | tuple[str, ...]
"""A text, or the texts of a list."""


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
        Finite scores in the precision of the file; NaN where missing scores are kept.
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


_KEPT: ContextVar[bool] = ContextVar("missing scores are kept", default=False)


@contextmanager
def missing_scores_kept(*, kept: bool) -> Iterator[None]:
    """Leave missing scores NaN instead of refusing them, where somebody has said what they mean."""
    token = _KEPT.set(kept)
    try:
        yield
    finally:
        _KEPT.reset(token)


def raise_bad_scores(file: str, cases: Cases, *, hint: str, n_missing: int = 0) -> None:
    """Refuse scores that are no finite numbers.

    Parameters
    ----------
    n_missing
        How many of the cases are blanks, or words for "there is none".

    Raises
    ------
    MissingScores
        When all of them are missing, and are not to be kept.
    RunError
        When there is another case.
    """
    only_missing = cases.count == n_missing
    if cases.count and not (only_missing and _KEPT.get()):
        what = (
            "score is not a finite number" if cases.count == 1 else "scores are not finite numbers"
        )
        msg = (
            f"{file}: {cases.count:,} {what}: {cases}. "
            f"Every score must be a finite number such as 0.25. Hint: {hint}"
        )
        raise MissingScores(msg) if only_missing else RunError(msg)


def as_texts(cells: Sequence[str]) -> TextArray:
    """Return texts as an object array of shape (n,)."""
    array = np.empty(len(cells), dtype=object)
    array[:] = cells
    return array


def shown_texts(cells: Sequence[Cell]) -> list[str]:
    """Return cells as texts; the parts of a list are joined by a comma."""
    return [cell if isinstance(cell, str) else ", ".join(cell) for cell in cells]
