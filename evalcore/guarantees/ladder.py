"""Thresholds in a fixed order, by how many inputs they predict, and where the tests may start."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from evalcore.arrays import FloatArray, IntArray, ScoreArray
from evalcore.counting.count_index import CountIndex

__all__ = ["MOST_STARTS", "Ladder", "starts_for", "starts_of_all_levels"]

HUNDREDTHS = np.arange(1, 100) / 100
MOST_STARTS = 5
"""More of them find the place where scarce data can begin, fewer spare the error."""


@lru_cache(maxsize=4_096)
def starts_for(n_inputs: int, *, level: float, error: float) -> tuple[int, ...]:
    """Return at how many predicted inputs the tests may start; each has an equal part of the error.

    The first is the least number that can prove the goal when all of them are right. Each of the
    others is twice the one before; the last is half of the inputs, where that is more: for models
    whose most confident predictions are wrong. Empty where even all inputs right prove nothing.

    Examples
    --------
    >>> starts_for(2_000, level=0.9, error=0.05)
    (44, 88, 176, 352, 1000)
    >>> starts_for(60, level=0.9, error=0.05), starts_for(20, level=0.9, error=0.05)
    ((29,), ())
    """
    if level >= 1:
        return ()
    for n_starts in range(MOST_STARTS, 0, -1):
        least = max(1, math.ceil(math.log(error / n_starts) / math.log(level)))
        last = least * 2 ** (n_starts - 1)
        if n_starts > 1 and 2 * last <= n_inputs:
            return (*(least * 2**i for i in range(n_starts - 1)), n_inputs // 2)
    return (least,) if least <= n_inputs else ()


@lru_cache(maxsize=256)
def starts_of_all_levels(
    n_inputs: int, error: float
) -> tuple[FloatArray, IntArray, IntArray, FloatArray]:
    """Return every start of every level in hundredths: level, start, first start, its error."""
    rows = [
        (level, start, starts[0], error / len(starts))
        for level in HUNDREDTHS.tolist()
        for starts in [starts_for(n_inputs, level=level, error=error)]
        for start in starts
    ]
    level, start, first, part = np.array(rows, dtype=np.float64).reshape(-1, 4).T
    return level, start.astype(np.int64), first.astype(np.int64), part


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Ladder:
    """The thresholds of one concept, or of several together, from the strictest down.

    A rung predicts all inputs above one score: rung k those above the score of the next one, k of
    them. Where inputs tie, no threshold parts them, and there is a rung before and after them only.

    Parameters
    ----------
    scores, positives : ndarray
        Ascending: the scores that may be predicted, and those of them whose label is present.
        Without the pairs that were not scored.
    """

    scores: ScoreArray
    positives: ScoreArray

    @classmethod
    def of(cls, index: CountIndex, concept: int) -> Ladder:
        """Take the scores of one concept."""
        scores, positives = index.eligible.scored(concept), index.positives.scored(concept)
        return cls(scores=scores, positives=positives)

    @classmethod
    def of_all(cls, index: CountIndex, concepts: IntArray) -> Ladder:
        """Take the scores of several concepts together."""
        every, positives = (
            [np.zeros(0, part.dtype), *(part.scored(j) for j in concepts.tolist())]
            for part in (index.eligible, index.positives)
        )
        return cls(
            scores=np.sort(np.concatenate(every)), positives=np.sort(np.concatenate(positives))
        )

    @property
    def n_inputs(self) -> int:
        """How many inputs may be predicted; the number of the last rung."""
        return self.scores.size

    def at(self, n_predicted: IntArray) -> tuple[IntArray, IntArray]:
        """Return the last rungs that predict at most so many, and how many each gets right."""
        if self.n_inputs == 0:
            return np.zeros_like(n_predicted), np.zeros_like(n_predicted)
        below = self.scores[self.n_inputs - 1 - np.minimum(n_predicted, self.n_inputs - 1)]
        rungs, right = (
            part.size - np.searchsorted(part, below, side="right")
            for part in (self.scores, self.positives)
        )
        whole = n_predicted >= self.n_inputs
        return np.where(whole, self.n_inputs, rungs), np.where(whole, self.positives.size, right)

    def starts_at(self, n_predicted: IntArray, *, least: IntArray) -> tuple[IntArray, IntArray]:
        """Return as :meth:`at` does, but no rung of fewer than the least where there is a next."""
        if self.n_inputs == 0:
            return np.zeros_like(n_predicted), np.zeros_like(n_predicted)
        lowest = self.scores[self.n_inputs - np.minimum(least, self.n_inputs)]
        first, right = (
            part.size - np.searchsorted(part, lowest, side="left")
            for part in (self.scores, self.positives)
        )
        rungs, right_there = self.at(n_predicted)
        return np.maximum(rungs, first), np.where(rungs < first, right, right_there)

    def rungs(self, first: int, stop: int) -> tuple[IntArray, IntArray]:
        """Return the rungs from ``first`` to below ``stop``, and how many each gets right."""
        k = np.arange(max(first, 1), min(stop, self.n_inputs + 1))
        inner = k[k < self.n_inputs]
        place = self.n_inputs - inner
        inner = inner[self.scores[place - 1] != self.scores[place]]
        below = self.scores[self.n_inputs - inner - 1]
        right = self.positives.size - np.searchsorted(self.positives, below, side="right")
        if inner.size < k.size and k[-1] == self.n_inputs:
            return np.append(inner, self.n_inputs), np.append(right, self.positives.size)
        return inner, right

    def first_rung_with(self, n_right: int) -> int:
        """Return the strictest rung that gets so many right, one at least."""
        score = self.positives[self.positives.size - n_right]
        return self.n_inputs - int(np.searchsorted(self.scores, score, side="left"))

    def ends_of(self, rung: int) -> tuple[float, float]:
        """Return the scores on both sides of a rung's thresholds; infinite where there is none."""
        above = self.n_inputs - rung
        low = float(self.scores[above - 1]) if above > 0 else -math.inf
        return low, float(self.scores[above]) if rung > 0 else math.inf
