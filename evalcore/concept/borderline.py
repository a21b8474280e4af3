"""The inputs that a small move of the threshold would turn."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from evalcore.arrays import BoolArray, IntArray
from evalcore.concept.staircase import may_predict
from evalcore.counting.evaluation import Evaluation
from evalcore.counting.rules import Mode, Rule

__all__ = ["Borderline", "borderline"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Borderline:
    """The inputs nearest a concept's threshold, from the nearest on; equal scores in run order.

    Parameters
    ----------
    predicted, missed : ndarray of int64
        Positions just inside and just outside; their labels for the concept are known.
    """

    predicted: IntArray
    missed: IntArray


def borderline(evaluation: Evaluation, rule: Rule, concept: str, *, k: int = 8) -> Borderline:
    """Find at most k inputs on each side of a concept's threshold.

    Under *top* only the inputs whose highest score is the concept's are near its threshold.

    Raises
    ------
    SelectionError
        When the run has no such concept.
    """
    run = evaluation.run
    j = run.position_of(concept)
    mode = rule.mode_for(run.task)
    bound = rule.bounds(run.concepts, dtype=run.scores.dtype)[j]
    scores = evaluation.index(mode).eligible.scored(j)
    cut = int(np.searchsorted(scores, bound, side="right"))
    near = scores[max(0, cut - k) : cut + k]
    if near.size == 0:
        return Borderline(predicted=np.zeros(0, np.int64), missed=np.zeros(0, np.int64))
    column = run.scores[:, j]
    # the sorted scores say how far the k nearest reach: one pass finds whose they are
    found = np.flatnonzero((column >= near[0]) & (column <= near[-1]))
    found = found[_eligible(evaluation, found, j, mode=mode)]
    inside, outside = found[column[found] > bound], found[column[found] <= bound]
    return Borderline(
        predicted=inside[np.argsort(column[inside], kind="stable")][:k],
        missed=outside[np.argsort(-column[outside], kind="stable")][:k],
    )


def _eligible(evaluation: Evaluation, found: IntArray, concept: int, *, mode: Mode) -> BoolArray:
    known = evaluation.run.labels.knows(found, concept)
    return known & may_predict(evaluation, concept, mode=mode)[found]
