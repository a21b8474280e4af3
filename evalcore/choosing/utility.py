"""How good a threshold is for a goal: a number per candidate, higher is better."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np

from evalcore.arrays import BoolArray, FloatArray, IntArray
from evalcore.choosing.goals import Goal
from evalcore.measures.metrics import divide

__all__ = ["upper_bound", "utility"]

EXACT = 2**53
TINY = 1e-300


def utility(
    goal: Goal, *, tp: IntArray, predicted: IntArray, labelled: IntArray, n_known: IntArray
) -> FloatArray:
    """Return the utility of counts for a goal; -inf where the goal's limit is missed.

    Never falls when a true positive comes in place of a false one, nor (``share_at_most`` aside)
    when one comes on top, and never rises with a false positive. Equal fractions have equal
    utility: the numbers compared are whole, or quotients of whole numbers.

    Parameters
    ----------
    tp, predicted, labelled, n_known : ndarray of one shape, int64
    """
    level = goal.level or 0.0
    match goal.kind:
        case "f_beta":
            square = (goal.beta or 0.0) ** 2
            # without positives and predictions it is 0/0, which the reasons tell apart from 0
            return (1 + square) * tp / np.maximum(square * labelled + predicted, TINY)
        case "precision_at_least":
            return _within(divide(tp, predicted) >= level, tp)
        case "recall_at_least":
            # nothing predicted has no precision; it comes last among what meets the limit
            rate = np.nan_to_num(divide(tp, predicted), nan=-1.0)
            return _within(divide(tp, labelled) >= level, rate)
        case "share_at_most":
            return _within(divide(predicted, n_known) <= level, tp)
        case "least_cost":
            fp_cost, fn_cost = _whole_costs(goal)
            return -(fp_cost * (predicted - tp) + fn_cost * (labelled - tp))
        case "youden":
            # J times labelled times not labelled
            return (tp * (n_known - labelled) - (predicted - tp) * labelled).astype(np.float64)


def upper_bound(
    goal: Goal,
    *,
    most_tp: IntArray,
    least_predicted: IntArray,
    least_fp: IntArray,
    labelled: IntArray,
    n_known: IntArray,
) -> FloatArray:
    """Return what no counts within these limits can exceed in utility."""
    # only the capacity asks for few predictions rather than few wrong ones
    fewest = least_predicted if goal.kind == "share_at_most" else most_tp + least_fp
    return utility(goal, tp=most_tp, predicted=fewest, labelled=labelled, n_known=n_known)


def _within(meets: BoolArray, value: IntArray | FloatArray) -> FloatArray:
    return np.where(meets, value, -np.inf)


def _whole_costs(goal: Goal) -> tuple[float, float]:
    """Return the costs as whole numbers in the same proportion where they are small enough.

    0.1 * 3 is not 0.3 in floats; sums of whole numbers tie exactly where the costs do.
    """
    costs = [Fraction(repr(cost)) for cost in (goal.cost_fp, goal.cost_fn)]
    unit = math.lcm(*(cost.denominator for cost in costs))
    whole = [int(cost * unit) for cost in costs]
    common = math.gcd(*whole)
    whole = [cost // common for cost in whole]
    if max(whole) * 2**32 < EXACT:
        return float(whole[0]), float(whole[1])
    return float(goal.cost_fp or 0), float(goal.cost_fn or 0)
