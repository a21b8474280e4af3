"""A matrix of counts of which only the cells are kept that hold anything."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from evalcore.arrays import IntArray
from evalcore.pairs.sparse_table import SparseTable

__all__ = ["Cells", "SparseCounts", "sum_within"]


class SparseCounts(SparseTable):
    """Counts of a matrix with as many rows as columns; what is not there is 0.

    Parameters
    ----------
    codes : ndarray of shape (n_cells,), int64
        Each cell as ``row * side + column``, ascending.
    counts : ndarray of shape (n_cells,), int64

    Examples
    --------
    >>> cells = SparseCounts.of_codes(np.array([3, 1, 3]), side=2)
    >>> np.asarray(cells).tolist(), cells.sum(axis=1).tolist(), (cells - cells).counts.tolist()
    ([[0, 1], [0, 2]], [1, 2], [])
    """

    dtype = np.dtype(np.int64)

    def __init__(self, *, codes: IntArray, counts: IntArray, side: int) -> None:
        self.codes, self.counts, self.side = codes, counts, side
        self.shape = (side, side)

    @classmethod
    def of_codes(
        cls, codes: IntArray, *, side: int, weights: IntArray | None = None
    ) -> SparseCounts:
        """Count how often each cell is named, or add up what is given for it."""
        if weights is None:
            narrow = codes.astype(np.min_scalar_type(side * side))  # sorted in half the time
            narrow.sort()
            ascending, order = narrow.astype(np.int64), None
        else:
            order = np.argsort(codes, kind="stable")
            ascending = codes[order]
        firsts = np.flatnonzero(np.diff(ascending, prepend=-1))
        if order is None or weights is None:
            counts = np.diff(firsts, append=ascending.size)
        else:
            counts = np.add.reduceat(weights[order], firsts) if firsts.size else weights[:0]
        held = counts != 0
        return cls(codes=ascending[firsts[held]], counts=counts[held], side=side)

    @classmethod
    def empty(cls, side: int) -> SparseCounts:
        """Return a matrix that holds nothing."""
        nothing = np.zeros(0, dtype=np.int64)
        return cls(codes=nothing, counts=nothing, side=side)

    @classmethod
    def of_rows(cls, counts: IntArray, rows: IntArray) -> SparseCounts:
        """Keep what some rows hold, given where they stand, ascending."""
        row, column = np.nonzero(counts)
        side = counts.shape[1]
        return cls(codes=rows[row] * side + column, counts=counts[row, column], side=side)

    @classmethod
    def summed(cls, parts: Sequence[SparseCounts]) -> SparseCounts:
        """Add up several; the only one as it is."""
        if len(parts) == 1:
            return parts[0]
        return cls.of_codes(
            np.concatenate([part.codes for part in parts]),
            weights=np.concatenate([part.counts for part in parts]),
            side=parts[0].side,
        )

    def __sub__(self, other: Any) -> Any:  # noqa: ANN401 - as numpy does
        if isinstance(other, SparseCounts):
            return SparseCounts.summed([self, other._times(-1)])
        return super().__sub__(other)

    def _times(self, factor: int) -> SparseCounts:
        return SparseCounts(codes=self.codes, counts=self.counts * factor, side=self.side)

    def sum(self, axis: int | None = None, *, keepdims: bool = False) -> Any:  # noqa: ANN401 - as numpy does
        """Return the sum of all cells, of each column (``axis=0``) or of each row."""
        if axis is None:
            return int(self.counts.sum())
        places = self.codes % self.side if axis == 0 else self.codes // self.side
        found = np.bincount(places, weights=self.counts, minlength=self.side).astype(np.int64)
        return np.expand_dims(found, axis) if keepdims else found

    def diagonal(self) -> IntArray:
        """Return the cells on the diagonal."""
        return self.at(np.arange(self.side), np.arange(self.side))

    def at(self, rows: IntArray, columns: IntArray) -> IntArray:
        """Return one count for each row and column."""
        wanted = rows * self.side + columns
        if not self.codes.size:
            return np.zeros(wanted.shape, dtype=np.int64)
        place = np.minimum(np.searchsorted(self.codes, wanted), self.codes.size - 1)
        return np.where(self.codes[place] == wanted, self.counts[place], 0)

    def rows(self, positions: IntArray) -> IntArray:
        """Return some rows."""
        table = np.zeros((positions.size, self.side), dtype=np.int64)
        for row, position in zip(table, positions.tolist(), strict=True):
            first, stop = np.searchsorted(
                self.codes, [position * self.side, (position + 1) * self.side]
            )
            row[self.codes[first:stop] - position * self.side] = self.counts[first:stop]
        return table

    def column(self, j: int) -> IntArray:
        """Return one column."""
        return self.at(np.arange(self.side), np.full(self.side, j))

    def largest_between(self) -> tuple[int, int] | None:
        """Return row and column of the largest cell off the diagonal and the margins, or None."""
        row, column = np.divmod(self.codes, self.side)
        inner = (row != column) & (np.maximum(row, column) < self.side - 1) & (self.counts > 0)
        if not inner.any():
            return None
        best = int(np.argmax(np.where(inner, self.counts, 0)))
        return int(row[best]), int(column[best])

    def tolist(self) -> list[Any]:
        """Return everything as lists of numbers."""
        return np.asarray(self).tolist()


Cells = IntArray | SparseCounts
"""The counts of a matrix, of very many concepts without its empty cells."""


def sum_within(counts: Cells, rows: IntArray, columns: IntArray) -> int:
    """Return the sum of the cells in some rows and columns."""
    if not isinstance(counts, SparseCounts):
        return int(counts[np.ix_(rows, columns)].sum())
    chosen = np.zeros((2, counts.side), dtype=bool)
    chosen[0, rows], chosen[1, columns] = True, True
    row, column = np.divmod(counts.codes, counts.side)
    return int(counts.counts[chosen[0, row] & chosen[1, column]].sum())
