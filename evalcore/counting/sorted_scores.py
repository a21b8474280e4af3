"""Sorted scores in one flat array, a segment per concept, and the search in all of them at once."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from evalcore.arrays import IntArray, ScoreArray, grouped_order
from evalcore.base.processor import several_at_a_time
from evalcore.runs.run import UNSCORED

__all__ = ["ScoreSegments", "Side", "SortedScores", "for_each_segment", "scored"]

Side = Literal["left", "right"]

FEW = 48
"""Up to this many segments a loop over ``searchsorted`` beats the search in lockstep."""


def for_each_segment(starts: IntArray, call: Callable[[slice], None]) -> None:
    """Call with the slice of every segment, several at a time."""
    several_at_a_time(call, [slice(a, b) for a, b in pairwise(starts.tolist())])


def scored(ascending: ScoreArray) -> ScoreArray:
    """Return ascending scores without those of pairs that were not scored, which come first."""
    return ascending[int(np.searchsorted(ascending, UNSCORED, side="right")) :]


class ScoreSegments(ABC):
    """Scores of every concept, a segment each, in which any bound is looked up.

    Attributes
    ----------
    starts : ndarray of shape (n_segments + 1,), int64
        Segment j has ``starts[j + 1] - starts[j]`` scores.
    """

    starts: IntArray

    @property
    @abstractmethod
    def dtype(self) -> np.dtype[Any]:
        """Precision of the scores."""

    @abstractmethod
    def of(self, j: int) -> ScoreArray:
        """Return segment j, ascending."""

    def scored(self, j: int) -> ScoreArray:
        """Return segment j without the pairs that were not scored."""
        return scored(self.of(j))

    @abstractmethod
    def take(self, segments: IntArray) -> ScoreSegments:
        """Return some segments, in the given order."""

    @abstractmethod
    def without(self, others: ScoreSegments) -> ScoreSegments:
        """Return what is left when the values of others are taken away, each from its segment.

        Parameters
        ----------
        others
            As many segments, each holding some of the values of its namesake, as often at most.
        """

    @abstractmethod
    def above(self, bounds: ScoreArray) -> IntArray:
        """Count the values above each segment's own bound; shape (n_segments,), int64.

        Parameters
        ----------
        bounds : ndarray of shape (n_segments,)
            In the dtype of the values: another dtype would compare in another precision.
        """

    @abstractmethod
    def up_to(self, j: int, values: ScoreArray, *, side: Side) -> IntArray:
        """Count in segment j what is below each value (``left``) or not above it (``right``)."""

    def around(self, j: int, values: ScoreArray) -> tuple[IntArray, IntArray]:
        """Count in segment j what is below each of some ascending values, and what is not above."""
        return self.up_to(j, values, side="left"), self.up_to(j, values, side="right")

    @abstractmethod
    def whole(self) -> SortedScores:
        """Return all segments in one array."""

    @abstractmethod
    def nth(self, segments: IntArray, places: IntArray) -> ScoreArray:
        """Return of some segments the score in one place each, counted from the lowest one.

        Beyond a segment's end stands any score.
        """

    def at_least(self, others: SortedScores) -> IntArray:
        """Count, for each value of other segments, the own values of its segment that reach it."""
        result = np.empty(others.values.size, dtype=np.int64)
        sizes = np.diff(self.starts)

        def count(j: int) -> None:
            span = slice(others.starts[j], others.starts[j + 1])
            result[span] = sizes[j] - self.up_to(j, others.values[span], side="left")

        several_at_a_time(count, range(self.starts.size - 1))
        return result

    def above_each(self, bounds: ScoreArray, *, segments: IntArray) -> IntArray:
        """Count in some segments the values above each of the same bounds; int64 (n, n_bounds)."""
        sizes = np.diff(self.starts)
        rows = [sizes[j] - self.up_to(j, bounds, side="right") for j in segments.tolist()]
        return np.array(rows, dtype=np.int64).reshape(-1, bounds.size)


@dataclass(frozen=True, kw_only=True, eq=False)
class SortedScores(ScoreSegments):
    """Ascending scores of every concept, one after another.

    Parameters
    ----------
    values : ndarray of shape (n_values,)
        Ascending within each segment.
    starts : ndarray of shape (n_segments + 1,), int64
        Segment j is ``values[starts[j]:starts[j + 1]]``.
    """

    values: ScoreArray
    starts: IntArray

    @classmethod
    def sort(cls, values: ScoreArray, *, starts: IntArray) -> SortedScores:
        """Sort each segment in place (several at a time: sorting releases the GIL)."""
        # -0.0 and 0.0 are one score, and sort as one
        for_each_segment(starts, lambda span: values[span].sort())
        values.setflags(write=False)
        return cls(values=values, starts=starts)

    @classmethod
    def group(
        cls, values: ScoreArray, *, keys: npt.NDArray[np.integer[Any]], n_segments: int
    ) -> SortedScores:
        """Sort values into the segments that their keys name."""
        sizes = np.bincount(keys, minlength=n_segments)
        starts = np.concatenate([[0], np.cumsum(sizes)])
        return cls.sort(values[grouped_order(keys)], starts=starts)

    @classmethod
    def merged(cls, parts: Sequence[SortedScores]) -> SortedScores:
        """Return the values of several, each in its segment; the only one as it is."""
        if len(parts) == 1:
            return parts[0]
        starts = np.sum([part.starts for part in parts], axis=0)
        values = [part.of(j) for j in range(starts.size - 1) for part in parts]
        return cls.sort(np.concatenate([parts[0].values[:0], *values]), starts=starts)

    @property
    def dtype(self) -> np.dtype[Any]:
        """Precision of the scores."""
        return self.values.dtype

    def of(self, j: int) -> ScoreArray:
        """Return segment j, ascending."""
        return self.values[self.starts[j] : self.starts[j + 1]]

    def take(self, segments: IntArray) -> SortedScores:
        """Return copies of some segments, in the given order."""
        starts = np.concatenate([[0], np.cumsum(np.diff(self.starts)[segments])])
        values = np.concatenate([self.values[:0], *(self.of(j) for j in segments.tolist())])
        return SortedScores(values=values, starts=starts)

    def without(self, others: ScoreSegments) -> SortedScores:
        """Return copies of what is left."""
        keep = np.ones(self.values.size, dtype=bool)

        def take_away(j: int) -> None:
            gone = others.of(j)
            here = np.arange(gone.size)
            is_first = np.ones(gone.size, dtype=bool)
            is_first[1:] = gone[1:] != gone[:-1]
            among_equals = here - np.maximum.accumulate(np.where(is_first, here, 0))
            place = np.searchsorted(self.of(j), gone, side="left") + among_equals
            keep[self.starts[j] + place] = False

        several_at_a_time(take_away, range(self.starts.size - 1))
        return SortedScores(values=self.values[keep], starts=self.starts - others.starts)

    def first_above(self, bounds: ScoreArray) -> IntArray:
        """Return the place in ``values`` of each segment's first value above its own bound.

        Parameters
        ----------
        bounds : ndarray of shape (n_segments,)
            In the dtype of the values: another dtype would compare in another precision.
        """
        if bounds.size <= FEW:
            found = [
                int(start) + int(np.searchsorted(self.of(j), bounds[j], side="right"))
                for j, start in enumerate(self.starts[:-1])
            ]
            return np.array(found, dtype=np.int64)
        return self._in_lockstep(bounds)

    def above(self, bounds: ScoreArray) -> IntArray:
        """Count the values above each segment's own bound; shape (n_segments,), int64."""
        return self.starts[1:] - self.first_above(bounds)

    def up_to(self, j: int, values: ScoreArray, *, side: Side) -> IntArray:
        """Count in segment j what is below each value (``left``) or not above it (``right``)."""
        return np.searchsorted(self.of(j), values, side=side)

    def whole(self) -> SortedScores:
        """Return all segments in one array."""
        return self

    def nth(self, segments: IntArray, places: IntArray) -> ScoreArray:
        """Return of some segments the score in one place each, counted from the lowest one."""
        padded = self.values if self.values.size else np.zeros(1, self.dtype)
        return padded[np.clip(self.starts[segments] + places, 0, padded.size - 1)]

    def _in_lockstep(self, bounds: ScoreArray) -> IntArray:
        # every segment is halved as often as the longest one, whatever is found in it: so nothing
        # has to be chosen, and one that is down to a value stays there
        first, left = self.starts[:-1].copy(), np.diff(self.starts)
        longest = int(left.max(initial=0))
        if longest == 0:
            return first
        there = left > 0
        while longest > 1:
            half = left >> 1
            first += half * (self.values.take(first + half - 1, mode="clip") <= bounds)
            left -= half
            longest -= longest >> 1
        first += there & (self.values.take(first, mode="clip") <= bounds)
        return first
