"""Sorted scores of several parts taken together: every count is a sum over the parts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from evalcore.arrays import IntArray, ScoreArray
from evalcore.counting.sorted_scores import ScoreSegments, Side, SortedScores

__all__ = ["JoinedScores"]


@dataclass(frozen=True, kw_only=True, eq=False)
class JoinedScores(ScoreSegments):
    """The segments of several parts taken together: what is counted is their sum.

    Parameters
    ----------
    parts
        As many segments each.
    starts : ndarray of shape (n_segments + 1,), int64
    """

    parts: tuple[ScoreSegments, ...]
    starts: IntArray

    @classmethod
    def of_parts(cls, parts: Sequence[ScoreSegments]) -> ScoreSegments:
        """Take parts together; the only one as it is."""
        if len(parts) == 1:
            return parts[0]
        return cls(parts=tuple(parts), starts=np.sum([part.starts for part in parts], axis=0))

    @property
    def dtype(self) -> np.dtype[Any]:
        """Precision of the scores."""
        return self.parts[0].dtype

    def of(self, j: int) -> ScoreArray:
        """Return segment j, put together and sorted."""
        return np.sort(np.concatenate([part.of(j) for part in self.parts]))

    def take(self, segments: IntArray) -> ScoreSegments:
        """Return some segments, in the given order."""
        return JoinedScores.of_parts([part.take(segments) for part in self.parts])

    def without(self, others: ScoreSegments) -> ScoreSegments:
        """Return what is left, put together."""
        return self.whole().without(others)

    def whole(self) -> SortedScores:
        """Return all segments in one array."""
        return SortedScores.merged([part.whole() for part in self.parts])

    def above(self, bounds: ScoreArray) -> IntArray:
        """Count the values above each segment's own bound; shape (n_segments,), int64."""
        return np.sum([part.above(bounds) for part in self.parts], axis=0)

    def up_to(self, j: int, values: ScoreArray, *, side: Side) -> IntArray:
        """Count in segment j what is below each value (``left``) or not above it (``right``)."""
        return np.sum([part.up_to(j, values, side=side) for part in self.parts], axis=0)

    def nth(self, segments: IntArray, places: IntArray) -> ScoreArray:
        """Return of some segments the score in one place each, by halving what it may be."""
        # beyond these no score is finite: -inf stands for a pair that was not scored
        ends = np.array([-np.inf, np.inf], dtype=self.dtype)
        low, high = (np.full(places.shape, end) for end in _ranks_of(ends))
        sizes, bounds = np.diff(self.starts), np.full(self.starts.size - 1, ends[0])
        while (low < high).any():
            middle = (low >> 1) + (high >> 1) + (low & high & 1)
            bounds[segments] = _of_ranks(middle, self.dtype)
            reached = (sizes - self.above(bounds))[segments] > places
            high, low = (
                np.where(reached, middle, high),
                np.where(reached, low, np.minimum(middle + 1, high)),
            )
        return _of_ranks(low, self.dtype)


def _ranks_of(values: ScoreArray) -> IntArray:
    """Return whole numbers that are in order as the floating-point numbers are."""
    bits = values.view(f"i{values.itemsize}").astype(np.int64)
    return np.where(bits < 0, -(bits & np.iinfo(f"i{values.itemsize}").max), bits)


def _of_ranks(ranks: IntArray, dtype: np.dtype[Any]) -> ScoreArray:
    return np.copysign(np.abs(ranks).astype(f"i{dtype.itemsize}").view(dtype), ranks).astype(dtype)
