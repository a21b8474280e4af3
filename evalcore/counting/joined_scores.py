"""Sorted scores that are not one array: of several parts, or of a few scored pairs of many.

Every count is a sum over the parts; pairs that were not scored are only counted.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise
from typing import Any

import numpy as np

from evalcore.arrays import IntArray, ScoreArray
from evalcore.base.kept import Lately
from evalcore.counting.sorted_scores import ScoreSegments, Side, SortedScores
from evalcore.errors import RunError
from evalcore.pairs.sparse_table import MOST_CELLS
from evalcore.runs.run import UNSCORED

__all__ = ["JoinedScores", "PartlyScored"]

PER_SEARCH = 4
"""So many scores are sorted in the time of one search."""
BLOCK = 2**19
"""Scores that are sorted at a time, about: as many as stay near the processor."""


@dataclass(frozen=True, kw_only=True, eq=False)
class PartlyScored(ScoreSegments):
    """Segments of which the pairs that were not scored are counted, and the others sorted.

    Parameters
    ----------
    given
        The scores of the pairs that were scored.
    unscored : ndarray of shape (n_segments,), int64
        How many pairs of each segment were not.
    """

    given: SortedScores
    unscored: IntArray
    _above: Lately[bytes, IntArray] = field(default_factory=lambda: Lately(2), init=False)
    # counts and matrix of a move look up the same bounds

    @cached_property
    def starts(self) -> IntArray:  # type: ignore[override] # computed where others keep it
        """Where each segment starts among all pairs."""
        return np.concatenate([[0], np.cumsum(np.diff(self.given.starts) + self.unscored)])

    @classmethod
    def parted(cls, segments: ScoreSegments) -> PartlyScored:
        """Count the unscored pairs of other segments apart."""
        if isinstance(segments, PartlyScored):
            return segments
        whole = segments.whole()
        scored = whole.above(np.full(whole.starts.size - 1, UNSCORED, dtype=whole.dtype))
        given = SortedScores(
            values=whole.values[whole.values > UNSCORED],
            starts=np.concatenate([[0], np.cumsum(scored)]),
        )
        return cls(given=given, unscored=np.diff(whole.starts) - scored)

    @property
    def dtype(self) -> np.dtype[Any]:
        """Precision of the scores."""
        return self.given.dtype

    def of(self, j: int) -> ScoreArray:
        """Return segment j, ascending."""
        return np.concatenate([np.full(self.unscored[j], UNSCORED, self.dtype), self.given.of(j)])

    def scored(self, j: int) -> ScoreArray:
        """Return segment j without the pairs that were not scored."""
        return self.given.of(j)

    def take(self, segments: IntArray) -> PartlyScored:
        """Return copies of some segments, in the given order."""
        return PartlyScored(given=self.given.take(segments), unscored=self.unscored[segments])

    def without(self, others: ScoreSegments) -> PartlyScored:
        """Return copies of what is left."""
        gone = PartlyScored.parted(others)
        return PartlyScored(
            given=self.given.without(gone.given), unscored=self.unscored - gone.unscored
        )

    def with_more(self, others: ScoreSegments) -> PartlyScored:
        """Return these and the values of as many other segments, each in its segment."""
        come = PartlyScored.parted(others)
        return PartlyScored(
            given=SortedScores.merged([self.given, come.given]),
            unscored=self.unscored + come.unscored,
        )

    def above(self, bounds: ScoreArray) -> IntArray:
        """Count the values above each segment's own bound; shape (n_segments,), int64."""
        return self._above.get(bounds.tobytes(), lambda: self.given.above(bounds))

    def up_to(self, j: int, values: ScoreArray, *, side: Side) -> IntArray:
        """Count in segment j what is below each value (``left``) or not above it (``right``)."""
        below = self.given.up_to(j, values, side=side)
        passed = (values > UNSCORED) | (side == "right")
        return np.where(passed, below + self.unscored[j], below)

    def whole(self) -> SortedScores:
        """Return all segments in one array, unscored pairs included.

        Raises
        ------
        RunError
            When there are too many.
        """
        n_pairs = int(self.unscored.sum()) + self.given.values.size
        if n_pairs > MOST_CELLS:
            msg = (
                f"Few of this run's {n_pairs:,} pairs are scored, and what is asked for here looks "
                "at all of them at once. Hint: ask it of fewer concepts, or of a slice of the run."
            )
            raise RunError(msg)
        values = [self.given.values[:0], *map(self.of, range(self.unscored.size))]
        return SortedScores(values=np.concatenate(values), starts=self.starts)

    def nth(self, segments: IntArray, places: IntArray) -> ScoreArray:
        """Return of some segments the score in one place each, counted from the lowest one."""
        found = self.given.nth(segments, places - self.unscored[segments])
        return np.where(places < self.unscored[segments], self.dtype.type(UNSCORED), found)


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

    def scored(self, j: int) -> ScoreArray:
        """Return segment j without the pairs that were not scored, put together and sorted."""
        return np.sort(np.concatenate([part.scored(j) for part in self.parts]))

    def take(self, segments: IntArray) -> ScoreSegments:
        """Return some segments, in the given order."""
        return JoinedScores.of_parts([part.take(segments) for part in self.parts])

    def without(self, others: ScoreSegments) -> ScoreSegments:
        """Return what is left, put together."""
        return self.together().without(others)

    def whole(self) -> SortedScores:
        """Return all segments in one array."""
        return SortedScores.merged([part.whole() for part in self.parts])

    def together(self) -> ScoreSegments:
        """Return the segments of all parts as those of one; unscored pairs stay counted."""
        parted = [part for part in self.parts if isinstance(part, PartlyScored)]
        if len(parted) < len(self.parts):
            return self.whole()
        return PartlyScored(
            given=SortedScores.merged([part.given for part in parted]),
            unscored=np.sum([part.unscored for part in parted], axis=0),
        )

    def above(self, bounds: ScoreArray) -> IntArray:
        """Count the values above each segment's own bound; shape (n_segments,), int64."""
        return np.sum([part.above(bounds) for part in self.parts], axis=0)

    def up_to(self, j: int, values: ScoreArray, *, side: Side) -> IntArray:
        """Count in segment j what is below each value (``left``) or not above it (``right``)."""
        return np.sum([part.up_to(j, values, side=side) for part in self.parts], axis=0)

    def around(self, j: int, values: ScoreArray) -> tuple[IntArray, IntArray]:
        """Count in segment j what is below each of some ascending values, and what is not above."""
        segments = [part.of(j) for part in self.parts if isinstance(part, SortedScores)]
        n_searches, n_scores = values.size * len(self.parts), self.starts[j + 1] - self.starts[j]
        if len(segments) < len(self.parts) or n_searches * PER_SEARCH <= n_scores:
            return super().around(j, values)
        return _by_blocks(segments, values)

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
            low = np.where(reached, low, np.minimum(middle + 1, high))
            high = np.where(reached, middle, high)
        return _of_ranks(low, self.dtype)


def _by_blocks(segments: Sequence[ScoreArray], values: ScoreArray) -> tuple[IntArray, IntArray]:
    """Count what is below and not above each value, sorting what lies near it in all segments."""
    longest = max(segments, key=len)
    n_blocks = sum(map(len, segments)) // BLOCK + 1
    cuts = np.unique(longest[:: longest.size // n_blocks + 1])[1:]

    def parted(ascending: ScoreArray) -> list[int]:
        return [0, *np.searchsorted(ascending, cuts, side="left").tolist(), ascending.size]

    ends, wanted = [parted(segment) for segment in segments], parted(values)
    below, up_to = (np.zeros(values.size, dtype=np.int64) for _ in range(2))
    for k, (first, stop) in enumerate(pairwise(wanted)):
        if first == stop:
            continue
        near = zip(segments, ends, strict=True)
        block = np.sort(np.concatenate([segment[end[k] : end[k + 1]] for segment, end in near]))
        before = sum(end[k] for end in ends)
        here = slice(first, stop)
        below[here] = before + np.searchsorted(block, values[here], side="left")
        up_to[here] = before + np.searchsorted(block, values[here], side="right")
    return below, up_to


def _ranks_of(values: ScoreArray) -> IntArray:
    """Return whole numbers that are in order as the floating-point numbers are."""
    bits = values.view(f"i{values.itemsize}").astype(np.int64)
    return np.where(bits < 0, -(bits & np.iinfo(f"i{values.itemsize}").max), bits)


def _of_ranks(ranks: IntArray, dtype: np.dtype[Any]) -> ScoreArray:
    return np.copysign(np.abs(ranks).astype(f"i{dtype.itemsize}").view(dtype), ranks).astype(dtype)
