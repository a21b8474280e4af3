"""The matrix of some concepts and all others as one, counted from the pairs that stand in it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from evalcore.arrays import IntArray, ScoreArray, stable_order

__all__ = ["Groups", "Pairs", "PairsInCells"]

Pairs = tuple[npt.NDArray[np.integer[Any]], npt.NDArray[np.integer[Any]], ScoreArray]
"""Pairs as arrays of their inputs (or cells), concepts and scores."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Groups:
    """The rows and columns of a condensed matrix, by the concepts that stand in each.

    Parameters
    ----------
    of_concept : ndarray of shape (n_concepts + 1,), unsigned
        Where each concept stands, and the margin; behind those that are shown stand all others.
    n_shown
        Concepts that stand for themselves.
    """

    of_concept: npt.NDArray[np.unsignedinteger[Any]]
    n_shown: int

    @classmethod
    def of(cls, shown: IntArray, *, n_concepts: int) -> Groups:
        """Let some concepts stand for themselves, in order."""
        of_concept = np.full(n_concepts + 1, shown.size)
        of_concept[shown], of_concept[-1] = np.arange(shown.size), shown.size + 1
        narrow = np.min_scalar_type((shown.size + 2) ** 2)
        return cls(of_concept=of_concept.astype(narrow), n_shown=shown.size)

    @property
    def side(self) -> int:
        """Rows and columns, "(other)" and the margin included."""
        return self.n_shown + 2

    def without_empty(self, counts: IntArray) -> IntArray:
        """Return a condensed matrix without the row and column of others where there are none."""
        if self.n_shown < self.of_concept.size - 1:
            return counts
        return np.delete(np.delete(counts, self.n_shown, axis=0), self.n_shown, axis=1)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PairsInCells:
    """Scored pairs with the cells that they stand in, counted above any bounds.

    Parameters
    ----------
    cells : ndarray of shape (n_pairs,), unsigned
        ``row * side + column`` of each pair's cell; a pair is there once for each row of its input.
    concepts : ndarray of shape (n_pairs,), int32
    values : ndarray of shape (n_pairs,)
        Scores, ascending.
    side
        Rows and columns of the matrix.

    Examples
    --------
    >>> pairs = PairsInCells.of(
    ...     [(np.array([0, 3, 3]), np.array([0, 1, 1]), np.array([0.9, 0.2, 0.6]))], side=2
    ... )
    >>> pairs.count(np.array([0.5, 0.5])).tolist(), pairs.count(np.array([0.9, 0.1])).tolist()
    ([[1, 0], [0, 1]], [[0, 0], [0, 2]])
    """

    cells: npt.NDArray[np.unsignedinteger[Any]]
    concepts: npt.NDArray[np.int32]
    values: ScoreArray
    side: int

    @classmethod
    def of(
        cls,
        some: Sequence[Pairs],
        *,
        side: int,
    ) -> PairsInCells:
        """Put pairs in order, given by their cells."""
        cells, concepts, values = (np.concatenate(each) for each in zip(*some, strict=True))
        order = stable_order(values)
        return cls(
            cells=cells[order].astype(np.min_scalar_type(side * side)),
            concepts=concepts[order].astype(np.int32),
            values=values[order],
            side=side,
        )

    def count(self, bounds: ScoreArray) -> IntArray:
        """Count in each cell the pairs above their concept's bound; shape (side, side)."""
        lowest = bounds.min()
        first = int(np.searchsorted(self.values, lowest, side="right"))
        cells = self.cells[first:]
        if lowest != bounds.max():
            cells = cells[self.values[first:] > bounds[self.concepts[first:]]]
        return np.bincount(cells, minlength=self.side**2).reshape(self.side, self.side)
