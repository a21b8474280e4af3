"""The concept-by-concept matrix at any rule, from ranked inputs and a few partial matrices."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from evalcore.arrays import IntArray, ScoreArray, places_between
from evalcore.counting.ranked_inputs import RankedInputs
from evalcore.pairs.cells import Cells, SparseCounts
from evalcore.runs.run import EvalRun

__all__ = [
    "NOTHING_PREDICTED",
    "NO_LABEL",
    "WIDE",
    "CellIndex",
    "Matrix",
    "Rows",
    "count_pairs",
    "is_wide",
]

NO_LABEL = "no label"
NOTHING_PREDICTED = "nothing predicted"
WIDE = 2_000
"""Concepts up to which a matrix is an array; of 20,000 that would take 3 GB."""
SPACING = 128
"""Ranked inputs between two checkpoints of a column that is counted here."""


def is_wide(n_concepts: int) -> bool:
    """Tell whether a run has so many concepts that its matrices keep only what they hold."""
    return n_concepts > WIDE


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Matrix:
    """How many inputs are labelled i and predicted j.

    Parameters
    ----------
    counts : ndarray or SparseCounts of shape (n_concepts + 1, n_concepts + 1), int64
        Last row: inputs without a label. Last column: inputs with nothing predicted. In a run of
        very many concepts (:func:`is_wide`) only the cells that hold anything are there.
    actual, predicted : tuple of str
        Names of rows and columns.
    """

    counts: Cells
    actual: tuple[str, ...]
    predicted: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Rows:
    """Which rows of the matrix each input stands in: one for each label, or "no label".

    Parameters
    ----------
    rows : ndarray of shape (n_entries,), unsigned, as narrow as they fit
        Rows of input i are ``rows[starts[i]:starts[i + 1]]``.
    starts : ndarray of shape (n_inputs + 1,), int32 or int64
    sizes : ndarray of shape (n_concepts + 1,) or (n_concepts + 2,), int64
        Inputs in each row. A row after "no label" takes the inputs that nobody knows to show none
        of the concepts: they stand nowhere in the matrix, and it is cut off from every count.
    filled : ndarray of int64, or None
        In a wide run only the rows that hold anything are counted; this is where they stand in
        the matrix, "no label" last. None: all of them, each in its place.
    """

    rows: npt.NDArray[np.unsignedinteger[Any]]
    starts: npt.NDArray[np.signedinteger[Any]]
    sizes: IntArray
    filled: IntArray | None = None

    @classmethod
    def of(cls, run: EvalRun) -> Rows:
        """Take the labels, and a row of their own for the inputs without any."""
        rows, starts, sizes = cls._of_all(run)
        if not is_wide(run.n_concepts):
            return cls._narrow(rows, starts, sizes)
        filled = np.append(np.flatnonzero(run.labels.total), run.n_concepts)
        beyond = np.arange(run.n_concepts + 1, sizes.size)
        kept = np.append(filled, beyond)
        place = np.zeros(sizes.size, dtype=np.int64)
        place[kept] = np.arange(kept.size)
        return cls._narrow(place[rows], starts, sizes[kept], filled)

    @classmethod
    def _narrow(
        cls, rows: IntArray, starts: IntArray, sizes: IntArray, filled: IntArray | None = None
    ) -> Rows:
        # they are looked up here and there: the narrower, the more of them are at hand
        return cls(
            rows=rows.astype(np.min_scalar_type(sizes.size)),
            starts=starts.astype(np.int32 if rows.size < 2**31 else np.int64),
            sizes=sizes,
            filled=filled,
        )

    @staticmethod
    def _of_all(run: EvalRun) -> tuple[IntArray, IntArray, IntArray]:
        labels = run.labels
        none, undecided = labels.unlabelled, labels.undecided
        sizes = [*labels.total.tolist(), none.size, *([undecided.size] if undecided.size else [])]
        if not none.size and not undecided.size:
            return labels.concepts, labels.input_starts, np.array(sizes)
        lengths = np.diff(labels.input_starts)
        free = np.flatnonzero(lengths == 0)
        own_rows = np.full(run.n_inputs, run.n_concepts)
        own_rows[undecided] += 1
        rows = np.insert(labels.concepts, labels.input_starts[free], own_rows[free])
        lengths[free] = 1
        return rows, np.concatenate([[0], np.cumsum(lengths)]), np.array(sizes)

    def n_counted(self, n_concepts: int) -> int:
        """Return how many rows are counted, "no label" included."""
        return n_concepts + 1 if self.filled is None else self.filled.size

    def count(self, inputs: npt.NDArray[np.integer[Any]], *, n_rows: int) -> IntArray:
        """Count how many of the inputs stand in each of the rows of the matrix; (n_rows,)."""
        rows, _ = self.of_inputs(inputs)
        return np.bincount(rows, minlength=n_rows)[:n_rows]

    def placed(self, counts: IntArray) -> Cells:
        """Return what was counted for the rows where it stands in the matrix."""
        return counts if self.filled is None else SparseCounts.of_rows(counts, self.filled)

    def standing(
        self, inputs: npt.NDArray[np.integer[Any]], *, side: int
    ) -> tuple[IntArray, IntArray]:
        """Return every row of the matrix that one of the inputs stands in, and which of them."""
        found, ends = self.of_inputs(inputs)
        row = found.astype(np.int64) if self.filled is None else np.append(self.filled, side)[found]
        which = np.arange(inputs.size)
        if row.size > inputs.size:
            which = np.repeat(which, np.diff(ends, prepend=0))
        inside = np.flatnonzero(row < side)  # "no label" is the last
        return row[inside], which[inside]

    def of_inputs(
        self, inputs: npt.NDArray[np.integer[Any]]
    ) -> tuple[npt.NDArray[np.unsignedinteger[Any]], IntArray]:
        """Return the rows of all the inputs, one after another, and where each input's rows end."""
        # numpy looks up positions of its own width much faster than others
        inputs = inputs.astype(np.intp, copy=False)
        if self.rows.size == self.starts.size - 1 or not inputs.size:
            return self.rows.take(inputs), np.arange(1, inputs.size + 1)
        first, stop = self.starts.take(inputs), self.starts.take(inputs + 1)
        return self.rows.take(places_between(first, stop)), np.cumsum(stop - first)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class CellIndex:
    """Counts every cell under one mode.

    Parameters
    ----------
    checkpoints : ndarray of shape (n_checkpoints, n_rows), unsigned
        Checkpoint k >= 1 of concept j, at ``before[j] + k``, counts per row the ``k * spacing``
        most confident inputs of the concept.
    spacing
        Ranked inputs between two checkpoints of a column.
    """

    ranked: RankedInputs
    rows: Rows
    checkpoints: IntArray
    spacing: int

    @property
    def before(self) -> IntArray:
        """Where the checkpoints of each concept begin, less one; shape (n_concepts,)."""
        whole = np.diff(self.ranked.starts) // self.spacing
        return np.cumsum(whole) - whole - 1

    @classmethod
    def of(cls, ranked: RankedInputs, rows: Rows) -> CellIndex:
        """Count the partial columns."""
        n_rows = rows.sizes.size
        whole = np.diff(ranked.starts) // SPACING
        before = np.concatenate([[0], np.cumsum(whole)])
        dtype = np.min_scalar_type(int(rows.sizes.max()))
        table = np.zeros((int(before[-1]), n_rows), dtype=dtype)
        for j in np.flatnonzero(whole).tolist():
            stop, n = int(ranked.starts[j + 1]), int(whole[j])
            row, ends = rows.of_inputs(ranked.inputs[stop - n * SPACING : stop][::-1])
            parts = _count_groups(row, ends[SPACING - 1 :: SPACING], n_columns=n_rows)
            table[before[j] : before[j + 1]] = parts.cumsum(axis=0)
        return cls(ranked=ranked, rows=rows, checkpoints=table, spacing=SPACING)

    def count(self, bounds: ScoreArray) -> IntArray:
        """Count every cell above each concept's bound; int64 (n_counted rows, n_concepts + 1).

        The last column, "nothing predicted", is left 0.
        """
        return self.columns(bounds).T[: self.rows.n_counted(bounds.size)]

    def columns(self, bounds: ScoreArray) -> IntArray:
        """Count in every row, uncounted ones too, what is above; int64 (n_concepts + 1, n_rows)."""
        starts = self.ranked.starts
        n_above = self.ranked.scores.above(bounds)
        # from the nearest checkpoint on, up or down, the inputs are counted one by one
        spacing, before = self.spacing, self.before
        nearest = np.minimum((n_above + spacing // 2) // spacing, np.diff(starts) // spacing)
        n_there = nearest * spacing
        stop = starts[1:] - np.minimum(n_above, n_there)
        loose = np.abs(n_above - n_there)
        row, ends = self.rows.of_inputs(self.ranked.take(stop - loose, stop))
        ends = np.concatenate([[0], ends])[np.append(np.cumsum(loose), loose.sum())]
        # concept by concept, as the inputs come, so that neighbours are neighbours in memory
        by_column = _count_groups(row, ends, n_columns=self.rows.sizes.size)
        short = np.flatnonzero(n_there > n_above)
        by_column[short] *= -1
        some = np.flatnonzero(nearest)
        by_column[some] += self.checkpoints[before[some] + nearest[some]]
        return by_column


def _count_groups(
    values: npt.NDArray[np.integer[Any]], ends: IntArray, *, n_columns: int
) -> IntArray:
    """Count each value in each group; group g ends at ``ends[g]``; (n_groups, n_columns)."""
    size = ends.size * n_columns
    group = np.repeat(np.arange(0, size, n_columns), np.diff(ends, prepend=0))
    return np.bincount(group + values, minlength=size).reshape(ends.size, n_columns)


def count_pairs(
    rows: Rows, inputs: npt.NDArray[np.integer[Any]], columns: IntArray, *, side: int
) -> SparseCounts:
    """Count the cells that hold any of the pairs, given by input and column of the matrix."""
    row, which = rows.standing(inputs, side=side)
    return SparseCounts.of_codes(row * side + columns[which], side=side)
