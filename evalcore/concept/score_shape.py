"""How the scores of one concept are spread by truth, and whether they are probabilities."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from evalcore.arrays import FloatArray, IntArray, ScoreArray
from evalcore.counting.count_index import CountIndex
from evalcore.counting.rules import Operator
from evalcore.measures.intervals import Interval, wilson
from evalcore.measures.metrics import divide

__all__ = [
    "Calibration",
    "Histogram",
    "bin_edges",
    "calibration",
    "histogram",
]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Histogram:
    """Counts of scores between edges.

    Parameters
    ----------
    edges : ndarray of shape (n_bins + 1,)
        Ascending, in the precision of the scores.
    labelled, others : ndarray of shape (n_bins,), int64
        Pairs labelled with the concept, and pairs known not to be.
    n_unscored
        Pairs with a known label that the model gave no score; they stand in no bin.
    """

    edges: ScoreArray
    labelled: IntArray
    others: IntArray
    n_unscored: int


def bin_edges(
    span: tuple[float, float],
    *,
    n_bins: int,
    dtype: np.dtype[np.floating],
) -> ScoreArray:
    """Return equal edges, rounded to the scores' precision as a threshold there would be.

    Examples
    --------
    >>> bin_edges((0, 1), n_bins=4, dtype=np.dtype(np.float32)).tolist()
    [0.0, 0.25, 0.5, 0.75, 1.0]
    """
    low, high = span
    # by whole numbers, so that the edge called 0.3 is the number 0.3
    edges = (low * n_bins + (high - low) * np.arange(n_bins + 1)) / n_bins
    edges[-1] = high
    return edges.astype(dtype)


def histogram(
    index: CountIndex,
    concept: int,
    *,
    span: tuple[float, float],
    n_bins: int = 40,
    operator: Operator = ">",
) -> Histogram:
    """Count the scores of one concept between equal edges.

    Parameters
    ----------
    span
        Reaches from the lowest score to the highest at least.
    operator
        Which bin a score on an edge falls into: as with a threshold at that edge, so that what
        stands right of it is predicted. ``>``: the bin below, ``>=``: the bin above.
    """
    every, positives = index.eligible.scored(concept), index.positives.scored(concept)
    edges = bin_edges(span, n_bins=n_bins, dtype=every.dtype)
    total, labelled = (_between(values, edges, operator) for values in (every, positives))
    unscored = index.eligible.of(concept).size - every.size
    return Histogram(edges=edges, labelled=labelled, others=total - labelled, n_unscored=unscored)


def _between(values: ScoreArray, edges: ScoreArray, operator: Operator) -> IntArray:
    side = "right" if operator == ">" else "left"
    below = np.searchsorted(values, edges, side=side)  # type: ignore[call-overload]
    below[0] = 0
    below[-1] = values.size
    return np.diff(below)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Calibration:
    """Reliability of one concept's scores, in bins of equal width.

    Parameters
    ----------
    edges : ndarray of shape (n_bins + 1,), float64
        A score on an edge stands in the bin below it; 0 stands in the first.
    n, n_labelled : ndarray of shape (n_bins,), int64
    mean_score, observed : ndarray of shape (n_bins,), float64
        Mean of the scores and share that is labelled; NaN in an empty bin.
    interval : Interval
        Of the observed share, 95 %; arrays of that shape.
    error
        Expected calibration error: the mean distance of the two, weighted by n; NaN without
        inputs.
    """

    edges: FloatArray
    n: IntArray
    n_labelled: IntArray
    mean_score: FloatArray
    observed: FloatArray
    interval: Interval
    error: float


def calibration(index: CountIndex, concept: int, *, n_bins: int = 10) -> Calibration | None:
    """Compare the scores of one concept with what is labelled.

    Returns
    -------
    Calibration or None
        None when a score lies outside 0 to 1: these are no probabilities.

    Notes
    -----
    M. P. Naeini et al. (2015), "Obtaining well calibrated probabilities using Bayesian binning",
    for the expected calibration error. Bins as in ``sklearn.calibration.calibration_curve``.
    """
    every, positives = index.eligible.scored(concept), index.positives.scored(concept)
    if every.size and (every[0] < 0 or every[-1] > 1):
        return None
    edges = bin_edges((0.0, 1.0), n_bins=n_bins, dtype=every.dtype)
    cuts = np.searchsorted(every, edges[1:-1], side="right")
    n = np.diff(cuts, prepend=0, append=every.size)
    labelled_cuts = np.searchsorted(positives, edges[1:-1], side="right")
    n_labelled = np.diff(labelled_cuts, prepend=0, append=positives.size)
    # float64: sums of a million scores lose digits in float32
    sums = [part.sum(dtype=np.float64) for part in np.split(every, cuts)]
    mean_score, observed = divide(sums, n), divide(n_labelled, n)
    filled = n > 0
    distance = np.abs(observed - mean_score)[filled]
    return Calibration(
        edges=edges.astype(np.float64),
        n=n,
        n_labelled=n_labelled,
        mean_score=mean_score,
        observed=observed,
        interval=wilson(n_labelled, n),
        error=float(divide((distance * n[filled]).sum(), every.size)),
    )
