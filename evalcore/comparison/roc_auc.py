"""How sure ROC AUC is, alone and as a difference: DeLong's variances from placements.

The placement of a labelled input is the share of the inputs not labelled that score below it, ties
counted half; that of an input not labelled is the share of the labelled ones above it. The AUC is
the mean of either kind, and its variance follows from how much they scatter. The influence of an
input, its placement's distance from the mean over the number of its kind, adds up over sides: the
variance of a difference is the sum of squares of the differences of influences, whether all inputs
are the same on both sides, none, or some.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np

from evalcore.arrays import FloatArray, IntArray, ScoreArray
from evalcore.comparison.proportions import square_and_add
from evalcore.measures.intervals import Interval, wilson
from evalcore.runs.run import EvalRun

__all__ = ["AucParts", "auc_difference", "auc_interval", "auc_parts", "normal_p_value"]

FEWEST = 2
"""A variance needs at least so many labelled, and not labelled, inputs in every split."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class AucParts:
    """ROC AUC of one concept, split by split, and what each input adds to its error.

    Parameters
    ----------
    auc, variance
        Mean over the splits in which it is defined, as everywhere; NaN where it is not defined, or
        where a split has a single labelled, or not labelled, input.
    influence : ndarray of shape (n_inputs,), float64
        0 for inputs that take no part; its squares sum to the variance.
    by_split, variance_by_split : ndarray of shape (n_splits,), float64
    fewer_by_split : ndarray of shape (n_splits,), int64
        Inputs of the rarer kind, labelled or not, in each split.
    n_labelled, n_not_labelled
        Inputs that take part.
    """

    auc: float
    variance: float
    influence: FloatArray
    by_split: FloatArray
    variance_by_split: FloatArray
    fewer_by_split: IntArray
    n_labelled: int
    n_not_labelled: int


def auc_parts(run: EvalRun, concept: int) -> AucParts:
    """Return the AUC of a concept with its influences, in O(n log n).

    Notes
    -----
    E. R. DeLong, D. M. DeLong, D. L. Clarke-Pearson (1988), Biometrics 44; by sorting as in X. Sun,
    W. Xu (2014), IEEE Signal Processing Letters 21.
    """
    everybody = np.arange(run.n_inputs)
    labelled = run.labels.has(everybody, concept)
    known = run.labels.knows(everybody, concept)
    folds = np.zeros(run.n_inputs, dtype=np.int64) if run.folds is None else run.folds
    scores = run.scores[:, concept]
    parts = []
    for fold in np.unique(folds):
        here = known & (folds == fold)
        positives, negatives = np.flatnonzero(here & labelled), np.flatnonzero(here & ~labelled)
        if positives.size and negatives.size:
            parts.append((positives, negatives))
    influence = np.zeros(run.n_inputs)
    found = [_of_split(scores, *part, influence=influence, n_splits=len(parts)) for part in parts]
    by_split = np.array([auc for auc, _ in found])
    variances = np.array([variance for _, variance in found])
    return AucParts(
        auc=float(by_split.mean()) if parts else math.nan,
        variance=float(variances.sum() / len(parts) ** 2) if parts else math.nan,
        influence=influence,
        by_split=by_split,
        variance_by_split=variances,
        fewer_by_split=np.array([min(a.size, b.size) for a, b in parts], dtype=np.int64),
        n_labelled=sum(positives.size for positives, _ in parts),
        n_not_labelled=sum(negatives.size for _, negatives in parts),
    )


def auc_interval(parts: AucParts, *, confidence: float = 0.95) -> tuple[float, float]:
    """Return the interval of an AUC: DeLong's variance on the logit scale, within [0, 1].

    Where the order is perfect, and the variance therefore 0, the interval is Wilson's of as many
    trials as there are inputs of the rarer kind.

    Notes
    -----
    M. S. Pepe (2003), "The statistical evaluation of medical tests", 5.2, for the logit scale.
    """
    if math.isnan(parts.auc):
        return math.nan, math.nan
    fewer = min(parts.n_labelled, parts.n_not_labelled)
    if parts.variance == 0 or not 0 < parts.auc < 1:
        ends = wilson([parts.auc * fewer], [fewer], confidence=confidence)
        return float(ends.low[0]), float(ends.high[0])
    z = NormalDist().inv_cdf((1 + confidence) / 2)
    centre = math.log(parts.auc / (1 - parts.auc))
    reach = z * math.sqrt(parts.variance) / (parts.auc * (1 - parts.auc))
    low, high = (1 / (1 + math.exp(-min(max(centre + s * reach, -700), 700))) for s in (-1, 1))
    return low, high


def auc_difference(
    left: AucParts, right: AucParts, *, pairs: tuple[IntArray, IntArray], confidence: float = 0.95
) -> tuple[float, float, float]:
    """Return the interval of the difference of two AUCs, right minus left, and its p-value.

    Parameters
    ----------
    pairs
        Positions, left and right, of inputs that are the same; those of others count as
        independent.
    """
    difference = right.auc - left.auc
    variance = left.variance + right.variance
    variance -= 2 * float(left.influence[pairs[0]] @ right.influence[pairs[1]])
    if math.isnan(variance):
        return math.nan, math.nan, math.nan
    if left.variance == right.variance == 0:
        return (*_of_perfect(left, right, confidence=confidence), 1.0)
    deviation = math.sqrt(max(variance, 0.0))
    z = NormalDist().inv_cdf((1 + confidence) / 2)
    return (
        max(difference - z * deviation, -1.0),
        min(difference + z * deviation, 1.0),
        normal_p_value(difference, deviation),
    )


def normal_p_value(difference: float, deviation: float) -> float:
    """Return the two-sided p-value of a difference with a standard deviation; 1 for none.

    Examples
    --------
    >>> round(normal_p_value(1.96, 1.0), 4), normal_p_value(0.0, 0.0)
    (0.05, 1.0)
    """
    if math.isnan(difference) or math.isnan(deviation):
        return math.nan
    if deviation == 0:
        return 1.0 if difference == 0 else 0.0
    return math.erfc(abs(difference) / deviation / math.sqrt(2))


def _of_split(
    scores: ScoreArray,
    positives: IntArray,
    negatives: IntArray,
    *,
    influence: FloatArray,
    n_splits: int,
) -> tuple[float, float]:
    high, low = np.sort(scores[positives]), np.sort(scores[negatives])
    above = _below(low, scores[positives])
    below = 1 - _below(high, scores[negatives])
    auc = float(above.mean())
    variance = 0.0
    for positions, placements in ((positives, above), (negatives, below)):
        n = placements.size
        if n < FEWEST:
            return auc, math.nan
        # n / (n - 1): the squares of influences then sum to DeLong's unbiased variance
        share = (placements - auc) / n * math.sqrt(n / (n - 1))
        influence[positions] = share / n_splits
        variance += float(share @ share)
    return auc, variance


def _below(ascending: ScoreArray, values: ScoreArray) -> FloatArray:
    """Return the share of sorted scores below each value, ties counted half."""
    lower = np.searchsorted(ascending, values, side="left")
    upper = np.searchsorted(ascending, values, side="right")
    return (lower + upper) / (2 * ascending.size)


def _of_perfect(left: AucParts, right: AucParts, *, confidence: float) -> tuple[float, float]:
    """Return an interval where both orders are perfect, or perfectly wrong."""
    ends = [auc_interval(parts, confidence=confidence) for parts in (left, right)]
    one, other = (Interval(low=np.array([low]), high=np.array([high])) for low, high in ends)
    found = square_and_add(np.array([left.auc]), one, np.array([right.auc]), other)
    return float(found.low[0]), float(found.high[0])
