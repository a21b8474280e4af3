"""How sure a rate is: Wilson intervals, which cover even where a count is 0 or tiny."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from statistics import NormalDist
from types import MappingProxyType

import numpy as np
import numpy.typing as npt

from evalcore.arrays import FloatArray
from evalcore.measures.metrics import Counts

__all__ = ["INTERVALS", "Interval", "f1_interval", "share_interval", "wilson"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Interval:
    """Lower and upper ends.

    Parameters
    ----------
    low, high : ndarray of float64
        NaN where the rate itself is undefined.
    """

    low: FloatArray
    high: FloatArray


def wilson(
    successes: npt.ArrayLike, trials: npt.ArrayLike, *, confidence: float = 0.95
) -> Interval:
    """Return the Wilson score interval of a share.

    Parameters
    ----------
    successes, trials : array-like of whole numbers, of one shape
    confidence
        Two-sided, between 0 and 1.

    Returns
    -------
    Interval
        Of that shape, within [0, 1]; NaN where there are no trials.

    Notes
    -----
    E. B. Wilson (1927), "Probable inference, the law of succession, and statistical inference".

    Examples
    --------
    >>> interval = wilson([0, 9], [10, 10])
    >>> interval.low.round(3).tolist(), interval.high.round(3).tolist()
    ([0.0, 0.596], [0.278, 0.982])
    """
    n = np.asarray(trials, dtype=np.float64)
    defined = n > 0
    safe = np.where(defined, n, 1.0)
    share = np.asarray(successes, dtype=np.float64) / safe
    z = NormalDist().inv_cdf((1 + confidence) / 2)
    middle = share + z * z / (2 * safe)
    reach = z * np.sqrt(share * (1 - share) / safe + z * z / (4 * safe * safe))
    scale = 1 + z * z / safe
    # at 0 and at n the ends are exact; rounding would leave them a hair inside
    low = np.where(share == 0, 0.0, (middle - reach) / scale)
    high = np.where(share == 1, 1.0, (middle + reach) / scale)
    return Interval(low=np.where(defined, low, np.nan), high=np.where(defined, high, np.nan))


def f1_interval(counts: Counts, *, confidence: float = 0.95) -> Interval:
    """Return the interval of F1, from Wilson on the Jaccard share; shape of the counts.

    F1 = 2J / (1 + J) grows with J = TP / (TP + FP + FN), so the ends of J give the ends of F1.
    """
    jaccard = wilson(counts.tp, counts.tp + counts.fp + counts.fn, confidence=confidence)
    low, high = (2 * end / (1 + end) for end in (jaccard.low, jaccard.high))
    return Interval(low=low, high=high)


def share_interval(counts: Counts, *, confidence: float = 0.95) -> Interval:
    """Return the interval of the predicted share, (TP + FP) / n; shape of the counts."""
    return wilson(counts.predicted, counts.n, confidence=confidence)


def _precision(counts: Counts, *, confidence: float = 0.95) -> Interval:
    return wilson(counts.tp, counts.predicted, confidence=confidence)


def _recall(counts: Counts, *, confidence: float = 0.95) -> Interval:
    return wilson(counts.tp, counts.labelled, confidence=confidence)


INTERVALS: Mapping[str, Callable[..., Interval]] = MappingProxyType(
    {
        "precision": _precision,
        "recall": _recall,
        "f1": f1_interval,
        "predicted_share": share_interval,
    }
)
"""Metric to its interval, a function of ``Counts`` with the keyword ``confidence``."""
