"""One threshold for many concepts: the best of all their scores, found without counting each."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from evalcore.arrays import FloatArray, IntArray, ScoreArray
from evalcore.choosing.goals import Goal
from evalcore.choosing.utility import upper_bound, utility
from evalcore.counting.count_index import CountIndex
from evalcore.measures.metrics import divide

__all__ = ["Best", "CommonSearch"]

FIRST_STOPS = 512
GAPS_AT_ONCE = 64
STOPS_PER_GAP = 7


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Best:
    """Summed counts of all thresholds that predict ``high`` and no score below it."""

    low: float
    high: float
    tp: int
    predicted: int
    utility: float


@dataclass(slots=True, kw_only=True, eq=False)
class CommonSearch:
    """The candidates of several concepts together; predictions are counted where asked for.

    Parameters
    ----------
    score : ndarray of shape (n_rows,)
        The different scores of all positives, ascending, and infinity for nothing predicted.
    tp, predicted : ndarray of shape (n_rows,), int64
        ``predicted`` is -1 where it has not been counted.
    """

    index: CountIndex
    positions: IntArray
    score: ScoreArray
    tp: IntArray
    labelled: IntArray
    n_known: IntArray
    predicted: IntArray = field(init=False)

    def __post_init__(self) -> None:
        """Count nothing yet but what is known: that nothing predicted counts 0."""
        self.predicted = np.full(self.score.size, -1, dtype=np.int64)
        self.predicted[-1] = 0

    @classmethod
    def of(cls, index: CountIndex, *, positions: IntArray) -> CommonSearch:
        """Sort the positive scores of the concepts together."""
        scores = np.concatenate([index.positives.of(j) for j in positions.tolist()])
        different, counts = np.unique(scores[scores > -np.inf], return_counts=True)
        return cls(
            index=index,
            positions=positions,
            score=np.append(different, np.array(np.inf, dtype=scores.dtype)),
            tp=np.append(np.cumsum(counts[::-1])[::-1], 0),
            labelled=index.labelled[positions].sum(),
            n_known=index.n_known[positions].sum(),
        )

    def best(self, goal: Goal) -> Best:
        """Return the best row: of equal ones the one with the most true positives.

        Branch and bound: between two counted rows the utility is bounded by the true positives of
        the lower one and the false positives of the upper one. Only gaps whose bound can still win
        are divided, the most promising first.
        """
        counted = np.unique(np.linspace(0, self.score.size - 1, FIRST_STOPS).astype(np.int64))
        self._count(counted)
        while True:
            best, value = self._leader(goal, counted)
            gaps = self._promising(goal, counted, best=best, value=value)
            if gaps.size == 0:
                return self._pooled(best, value)
            inner = _inner_rows(counted[gaps], counted[gaps + 1])
            self._count(inner)
            counted = np.union1d(counted, inner)

    def highest_rate(self, goal: Goal) -> float:
        """Return the highest precision or recall of any row; NaN for other goals."""
        if goal.kind == "recall_at_least":
            return float(divide(self.tp[0], self.labelled))
        if goal.kind != "precision_at_least":
            return float("nan")
        # the highest precision that comes with any recall at all
        found = self.best(Goal.recall_at_least(np.finfo(np.float64).tiny))
        return float(divide(found.tp, found.predicted))

    def _count(self, rows: IntArray) -> None:
        rows = rows[self.predicted[rows] < 0]
        wanted, total = self.score[rows], np.zeros(rows.size, dtype=np.int64)
        for j in self.positions.tolist():
            own = self.index.eligible.scored(j)
            total += own.size - np.searchsorted(own, wanted, side="left")
        self.predicted[rows] = total

    def _leader(self, goal: Goal, counted: IntArray) -> tuple[int, float]:
        values = self._utility(goal, counted)
        first = int(values.argmax())  # ascending scores: the first has the most true positives
        return int(counted[first]), float(values[first])

    def _utility(self, goal: Goal, rows: IntArray) -> FloatArray:
        return utility(
            goal,
            tp=self.tp[rows],
            predicted=self.predicted[rows],
            labelled=self.labelled,
            n_known=self.n_known,
        )

    def _promising(self, goal: Goal, counted: IntArray, *, best: int, value: float) -> IntArray:
        """Return gaps after ``counted[gap]`` that may hold a better row, best bounds first."""
        gaps = np.flatnonzero(np.diff(counted) > 1)
        upper = counted[gaps + 1]
        most_tp = self.tp[counted[gaps] + 1]
        bound = upper_bound(
            goal,
            most_tp=most_tp,
            least_predicted=self.predicted[upper],
            least_fp=self.predicted[upper] - self.tp[upper],
            labelled=self.labelled,
            n_known=self.n_known,
        )
        tied = (bound == value) & (most_tp > self.tp[best]) & (value > -np.inf)
        open_ = (bound > value) | tied
        gaps, bound = gaps[open_], bound[open_]
        return gaps[np.argsort(-bound, kind="stable")[:GAPS_AT_ONCE]]

    def _pooled(self, row: int, value: float) -> Best:
        high, low = self.score[row], -np.inf
        for j in self.positions.tolist():
            own = self.index.eligible.scored(j)
            below = int(np.searchsorted(own, high, side="left"))
            low = max(low, float(own[below - 1])) if below else low
        return Best(
            low=low,
            high=float(high),
            tp=int(self.tp[row]),
            predicted=int(self.predicted[row]),
            utility=value,
        )


def _inner_rows(lower: IntArray, upper: IntArray) -> IntArray:
    """Return rows strictly between, evenly spaced."""
    steps = np.arange(1, STOPS_PER_GAP + 1)
    rows = lower[:, None] + (upper - lower)[:, None] * steps // (STOPS_PER_GAP + 1)
    inside = (rows > lower[:, None]) & (rows < upper[:, None])
    # a gap of two or three rows may be stepped over
    return np.unique(np.concatenate([rows[inside], lower + 1]))
