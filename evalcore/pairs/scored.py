"""The scores of a model that returns few of them per input: its best 20 of 20,000 concepts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from evalcore.arrays import IntArray, ScoreArray, grouped_order
from evalcore.pairs.sparse_table import SparseTable, spans

__all__ = ["UNSCORED", "ScoredPairs"]

UNSCORED = -np.inf
"""Stands for a pair that the model did not score: below every threshold, so never predicted."""


class ScoredPairs(SparseTable):
    """The scored pairs of a run, input by input; all others are UNSCORED.

    Parameters
    ----------
    starts : ndarray of shape (n_inputs + 1,), int64
        Pairs of input i stand at ``starts[i]:starts[i + 1]``.
    concepts : ndarray of shape (n_pairs,), int32
        Ascending within each input.
    values : ndarray of shape (n_pairs,)
        Finite scores.
    by_concept
        Where each concept's pairs start, their inputs and their scores, in any order, where that
        was put together before.

    Examples
    --------
    >>> pairs = ScoredPairs.of_dense(np.array([[0.9, -np.inf], [-np.inf, -np.inf]]))
    >>> pairs.shape, pairs[0].tolist(), pairs[1, 0].item(), pairs[:, 0].tolist()
    ((2, 2), [0.9, -inf], -inf, [0.9, -inf])
    """

    def __init__(
        self,
        *,
        starts: IntArray,
        concepts: npt.NDArray[np.int32],
        values: ScoreArray,
        n_concepts: int,
        by_concept: tuple[IntArray, npt.NDArray[np.int32], ScoreArray] | None = None,
    ) -> None:
        self.starts, self.concepts, self.values = starts, concepts, values
        self.dtype: np.dtype[Any] = values.dtype
        self.shape = (starts.size - 1, n_concepts)
        self._by_concept = by_concept

    @classmethod
    def of_dense(cls, scores: ScoreArray) -> ScoredPairs:
        """Keep the scored pairs of an array."""
        inputs, concepts = np.nonzero(scores > UNSCORED)
        starts = np.searchsorted(inputs, np.arange(len(scores) + 1))
        return cls(
            starts=starts,
            concepts=concepts.astype(np.int32),
            values=scores[inputs, concepts],
            n_concepts=scores.shape[1],
        )

    @classmethod
    def joined(cls, parts: Sequence[ScoredPairs]) -> ScoredPairs:
        """Put the pairs of several parts of a run one after another; the only one as it is."""
        if len(parts) == 1:
            return parts[0]
        sizes = np.concatenate([np.diff(part.starts) for part in parts])
        return cls(
            starts=np.concatenate([[0], np.cumsum(sizes)]),
            concepts=np.concatenate([part.concepts for part in parts]),
            values=np.concatenate([part.values for part in parts]),
            n_concepts=parts[0].shape[1],
        )

    @property
    def inputs(self) -> npt.NDArray[np.int32]:
        """Input of each pair; shape (n_pairs,)."""
        return np.repeat(np.arange(self.shape[0], dtype=np.int32), np.diff(self.starts))

    def place_of(self, pair: int) -> tuple[int, int]:
        """Return input and concept of a pair."""
        return int(np.searchsorted(self.starts, pair, side="right")) - 1, int(self.concepts[pair])

    def chosen(self, positions: IntArray) -> ScoredPairs:
        """Return the pairs of some inputs, renumbered in the given order."""
        places, sizes = spans(self.starts, positions)
        return ScoredPairs(
            starts=np.concatenate([[0], np.cumsum(sizes)]),
            concepts=self.concepts[places],
            values=self.values[places],
            n_concepts=self.shape[1],
        )

    def tops(self) -> tuple[npt.NDArray[np.int32], ScoreArray]:
        """Return each input's best concept and its score; the first one wins an exact tie.

        Of an input without scores that is the first concept, unscored like the others.
        """
        sizes = np.diff(self.starts)
        concept = np.zeros(sizes.size, dtype=np.int32)
        score = np.full(sizes.size, UNSCORED, dtype=self.dtype)
        filled = np.flatnonzero(sizes)
        if filled.size:
            score[filled] = np.maximum.reduceat(self.values, self.starts[filled])
            places = np.flatnonzero(self.values == np.repeat(score, sizes))
            inputs = np.searchsorted(self.starts, places, side="right") - 1
            is_first = np.diff(inputs, prepend=-1) > 0
            concept[inputs[is_first]] = self.concepts[places[is_first]]
        return concept, score

    def at(self, rows: IntArray, columns: IntArray) -> ScoreArray:
        """Return one score for each input and concept."""
        found, places = self._find(rows, columns)
        scores = np.full(rows.shape, UNSCORED, dtype=self.dtype)
        scores[found] = self.values[places]
        return scores

    def _find(self, rows: IntArray, columns: IntArray) -> tuple[IntArray, IntArray]:
        """Return which of some pairs are scored, and their places."""
        low, high = self.starts[rows], self.starts[rows + 1]
        ends = high
        last = max(self.concepts.size - 1, 0)
        for _ in range(int((high - low).max(initial=0)).bit_length()):
            middle = (low + high) >> 1
            open_ = low < high
            below = open_ & (self.concepts[np.minimum(middle, last)] < columns)
            low, high = np.where(below, middle + 1, low), np.where(open_ & ~below, middle, high)
        found = np.flatnonzero(low < ends)
        found = found[self.concepts[low[found]] == columns[found]]
        return found, low[found]

    def lowest_and_highest_other(
        self, inputs: IntArray, concepts: IntArray
    ) -> tuple[ScoreArray, ScoreArray]:
        """Return of every input its lowest score among some pairs, and its highest among others.

        An input without any of these pairs has inf, one without any other scored pair UNSCORED.
        """
        found, places = self._find(inputs, concepts)
        scores = np.full(inputs.shape, UNSCORED, dtype=self.dtype)
        scores[found] = self.values[places]
        lowest = np.full(self.shape[0], np.inf, dtype=self.dtype)
        np.minimum.at(lowest, inputs, scores)
        others = self.values.copy()
        others[places] = UNSCORED
        highest = np.full(self.shape[0], UNSCORED, dtype=self.dtype)
        filled = np.flatnonzero(np.diff(self.starts))
        if filled.size:
            highest[filled] = np.maximum.reduceat(others, self.starts[filled])
        return lowest, highest

    def rows(self, positions: IntArray) -> ScoreArray:
        """Return the scores of some inputs for every concept."""
        places, sizes = spans(self.starts, positions)
        scores = np.full((positions.size, self.shape[1]), UNSCORED, dtype=self.dtype)
        scores[np.repeat(np.arange(positions.size), sizes), self.concepts[places]] = self.values[
            places
        ]
        return scores

    def column(self, j: int) -> ScoreArray:
        """Return every input's score for a concept."""
        inputs, values = self.scored_for(j)
        scores = np.full(self.shape[0], UNSCORED, dtype=self.dtype)
        scores[inputs] = values
        return scores

    def scored_for(self, j: int) -> tuple[npt.NDArray[np.int32], ScoreArray]:
        """Return the inputs that are scored for a concept, in any order, and their scores."""
        starts, inputs, values = self._concept_by_concept()
        here = slice(int(starts[j]), int(starts[j + 1]))
        return inputs[here], values[here]

    def _concept_by_concept(self) -> tuple[IntArray, npt.NDArray[np.int32], ScoreArray]:
        if self._by_concept is None:
            order = grouped_order(self.concepts)
            sizes = np.bincount(self.concepts, minlength=self.shape[1])
            starts = np.concatenate([[0], np.cumsum(sizes)])
            self._by_concept = starts, self.inputs[order], self.values[order]
        return self._by_concept
