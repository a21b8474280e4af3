"""Tables made of tables: in memory, or some rows of another."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from evalcore.arrays import BoolArray, FloatArray, IntArray, ScoreArray
from evalcore.errors import Cases, RunError, shorten
from evalcore.readers.reading.words import is_unknown_word
from evalcore.readers.tables.table import Cell, Content, Table, shown_texts
from evalcore.runs.format_words import SCORE_PREFIX
from evalcore.runs.load_report import Notice

__all__ = ["LABELS", "UNKNOWN", "MadeTable", "SomeRows", "label_cells", "truth_values"]

LABEL, LABELS, UNKNOWN = "label", "labels", "unknown_labels"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class MadeTable:
    """A table in memory: texts and scores by column, in the shape that the reader knows."""

    file: str
    format: str
    rows: IntArray
    cells: Mapping[str, Sequence[Cell]]
    concepts: tuple[str, ...]
    scores: ScoreArray
    notices: tuple[Notice, ...] = ()
    unit: str = "row"

    @property
    def columns(self) -> tuple[str, ...]:
        """Columns of texts, then of scores."""
        return (*self.cells, *(SCORE_PREFIX + concept for concept in self.concepts))

    def kind(self, column: str) -> str:
        """Return ``number`` for scores, ``list`` for lists, else ``text``."""
        if column not in self.cells:
            return "number"
        is_list = any(not isinstance(cell, str) for cell in self.cells[column])
        return "list" if is_list else "text"

    def head(self, n_rows: int) -> list[tuple[str, ...]]:
        """Return the first cells of every column."""
        texts = [shown_texts(cells[:n_rows]) for cells in self.cells.values()]
        numbers = [[str(x) for x in self.scores[:n_rows, j]] for j in range(len(self.concepts))]
        return list(zip(*texts, *numbers, strict=True))

    def load(self, *, texts: Sequence[str], scores: Sequence[str]) -> Content:
        """Return some columns."""
        place = {SCORE_PREFIX + concept: j for j, concept in enumerate(self.concepts)}
        chosen = [place[name] for name in scores]
        is_all = chosen == list(range(len(self.concepts)))
        return Content(
            rows=self.rows,
            cells={name: self.cells[name] for name in texts},
            scores=self.scores if is_all else self.scores[:, chosen],
            unit=self.unit,
        )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SomeRows:
    """The rows of a table in which a column holds one value."""

    table: Table
    keep: BoolArray

    @property
    def file(self) -> str:
        """Name shown in messages."""
        return self.table.file

    @property
    def format(self) -> str:
        """Name of the format."""
        return self.table.format

    @property
    def columns(self) -> tuple[str, ...]:
        """Names of the columns."""
        return self.table.columns

    @property
    def notices(self) -> tuple[Notice, ...]:
        """What was mended while the header was read."""
        return self.table.notices

    def kind(self, column: str) -> str:
        """Return the kind of a column."""
        return self.table.kind(column)

    def head(self, n_rows: int) -> list[tuple[str, ...]]:
        """Return the first cells of every column, of the rows that are kept."""
        rows = self.table.head(len(self.keep))
        return [row for row, kept in zip(rows, self.keep, strict=False) if kept][:n_rows]

    def load(self, *, texts: Sequence[str], scores: Sequence[str]) -> Content:
        """Read some columns of the rows that are kept."""
        whole = self.table.load(texts=texts, scores=scores)
        kept = np.flatnonzero(self.keep).tolist()
        return replace(
            whole,
            rows=whole.rows[self.keep],
            cells={name: [cells[k] for k in kept] for name, cells in whole.cells.items()},
            scores=whole.scores[self.keep],
            payloads={name: column.take(kept) for name, column in whole.payloads.items()},
        )


def truth_values(file: str, column: str, rows: IntArray, cells: Sequence[Cell]) -> FloatArray:
    """Return 1 for labelled, 0 for not, NaN for unknown.

    Raises
    ------
    RunError
        When a cell is none of them.
    """
    words = {"1": 1.0, "true": 1.0, "yes": 1.0, "0": 0.0, "false": 0.0, "no": 0.0, "": np.nan}
    found = np.full(len(cells), np.nan)
    bad = Cases()
    for k, (row, text) in enumerate(zip(rows.tolist(), shown_texts(cells), strict=True)):
        key = text.strip().casefold().removesuffix(".0")
        if key in words:
            found[k] = words[key]
        elif not is_unknown_word(key):
            bad.add(f"{shorten(text)} in row {row}")
    if bad.count:
        msg = (
            f"{file}: {bad.count:,} cell(s) of column {shorten(column)}, which holds the ground "
            f"truth, are neither 0, 1 nor a word for unknown such as -1: {bad}. "
            "Hint: correct them, or say what the column is by 'columns' in run.json."
        )
        raise RunError(msg)
    return found


def label_cells(
    state: FloatArray, concepts: Sequence[str], *, named_by: str | None = None
) -> dict[str, list[Cell]]:
    """Return the columns of labels, and of unknown labels where there are some.

    Parameters
    ----------
    named_by
        What stands between several names, where the truth was told by names: if each input has one
        then and only one, these are the labels, and not lists of any length.
    """
    names = np.array([*concepts, None], dtype=object)[:-1]
    unknown = np.isnan(state)
    lists: list[Cell] = [tuple(names[row]) for row in state == 1]
    if unknown.any():
        return {LABELS: lists, UNKNOWN: [tuple(names[row]) for row in unknown]}
    is_single = named_by is not None and all(len(own) == 1 for own in lists)
    # a name that holds what stands between names would be taken for several
    if is_single and not any(str(named_by) in name for name in concepts):
        return {LABEL: [own[0] for own in lists]}
    return {LABELS: lists}
