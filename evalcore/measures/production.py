"""What a threshold comes to per day, where concepts are rarer or more common than in the test set.

It supposes that positives are found and negatives mistaken at the rates of the test set, and that
only their mix differs (label shift). Then with the volume V, the prevalence q, the recall r and the
false positive rate f: predicted V (q r + (1 - q) f), wrong V (1 - q) f, missed V q (1 - r), and
precision q r / (q r + (1 - q) f).

The limits come from exact (Clopper-Pearson) limits of r and f, each of their four ends with a
quarter of the error, combined at their worst and at their best. All figures of a concept hold
together with the stated confidence at least. They bound the average day; a single day scatters
around it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from evalcore.arrays import FloatArray
from evalcore.errors import GoalError, shorten
from evalcore.measures.binomial import error_of, lower_limit, upper_limit
from evalcore.measures.metrics import METRICS, Counts, divide
from evalcore.wording import shortest

__all__ = ["Estimate", "Production", "check_prevalence", "check_volume", "expect"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Estimate:
    """A figure with its limits; each of shape (n_concepts,), NaN where undefined."""

    value: FloatArray
    low: FloatArray
    high: FloatArray


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Production:
    """What to expect of every concept. Index j is that of the counts.

    Parameters
    ----------
    volume
        Inputs per day.
    prevalence : ndarray of shape (n_concepts,), float64
        Share of them that show the concept.
    predicted, wrong, missed
        Inputs per day: predicted, false positives, false negatives.
    precision
        Of what is predicted, at this prevalence.
    """

    volume: float
    prevalence: FloatArray
    confidence: float
    predicted: Estimate
    wrong: Estimate
    missed: Estimate
    precision: Estimate


def expect(
    counts: Counts,
    *,
    volume: float,
    prevalence: npt.ArrayLike | None = None,
    confidence: float = 0.95,
) -> Production:
    """Return what the outcomes of a test set let one expect per day.

    Parameters
    ----------
    counts
        At the thresholds that will be used.
    volume
        Inputs per day; 0 or more.
    prevalence : array-like, one share per concept or one for all
        None: that of the test set.

    Raises
    ------
    GoalError
        When the volume is negative or infinite, or a prevalence or the confidence is outside 0 to
        1.

    Examples
    --------
    >>> tp, fp, fn, tn = np.array([[80], [10], [20], [90]])
    >>> day = expect(Counts(tp=tp, fp=fp, fn=fn, tn=tn), volume=1000, prevalence=0.1)
    >>> [float(part.value[0].round(6)) for part in (day.predicted, day.wrong, day.missed)]
    [170.0, 90.0, 20.0]
    >>> day.precision.value.round(3).tolist(), day.precision.low.round(2).tolist()
    ([0.471], [0.29])
    """
    per_day = check_volume(volume)
    share = check_prevalence(counts, prevalence)
    error = error_of(confidence) / 4
    negatives = counts.fp + counts.tn
    recall = Estimate(
        value=divide(counts.tp, counts.labelled),
        low=lower_limit(counts.tp, counts.labelled, error=error),
        high=upper_limit(counts.tp, counts.labelled, error=error),
    )
    mistaken = Estimate(
        value=divide(counts.fp, negatives),
        low=lower_limit(counts.fp, negatives, error=error),
        high=upper_limit(counts.fp, negatives, error=error),
    )
    right = _scaled(recall, share)
    wrong = _scaled(mistaken, 1 - share)
    lost = Estimate(
        value=divide(counts.fn, counts.labelled), low=1 - recall.high, high=1 - recall.low
    )
    predicted = Estimate(
        value=right.value + wrong.value, low=right.low + wrong.low, high=right.high + wrong.high
    )
    everywhere = np.full(share.shape, per_day)
    return Production(
        volume=per_day,
        prevalence=share,
        confidence=confidence,
        predicted=_scaled(predicted, everywhere),
        wrong=_scaled(wrong, everywhere),
        missed=_scaled(lost, per_day * share),
        precision=Estimate(
            value=divide(right.value, right.value + wrong.value),
            low=divide(right.low, right.low + wrong.high),
            high=divide(right.high, right.high + wrong.low),
        ),
    )


def check_volume(volume: float) -> float:
    """Return inputs per day as a float; refuse what is none.

    Raises
    ------
    GoalError
        When it is negative, infinite or no number.
    """
    if not (isinstance(volume, (int, float)) and math.isfinite(volume) and volume >= 0):
        msg = f"The volume per day must be a number of 0 or more, got {shorten(volume)}."
        raise GoalError(msg)
    return float(volume)


def check_prevalence(counts: Counts, prevalence: npt.ArrayLike | None) -> FloatArray:
    """Return one prevalence per concept, that of the counts for None.

    Raises
    ------
    GoalError
        When one is outside 0 to 1.
    """
    if prevalence is None:
        return METRICS["prevalence"](counts)
    share = np.array(np.broadcast_to(np.asarray(prevalence, dtype=np.float64), counts.tp.shape))
    outside = (share < 0) | (share > 1)
    if outside.any():
        first = float(share[outside][0])
        hint = (
            f" Hint: write {shortest(first / 100)} for {shortest(first)} %."
            if 1 < first <= 100
            else ""
        )
        msg = f"A prevalence must lie between 0 and 1, got {shortest(first)}.{hint}"
        raise GoalError(msg)
    return share


def _scaled(estimate: Estimate, factor: FloatArray) -> Estimate:
    # nothing of an unknown rate is nothing
    value, low, high = (
        np.where(factor == 0, 0.0, end * factor)
        for end in (estimate.value, estimate.low, estimate.high)
    )
    return Estimate(value=value, low=low, high=high)
