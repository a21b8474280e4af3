"""Whether scores are probabilities: of inputs with scores near 0.8, are 80 % labelled."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from evalcore.arrays import FloatArray, IntArray, ScoreArray
from evalcore.concept.histogram import bin_edges
from evalcore.counting.count_index import CountIndex
from evalcore.measures.intervals import Interval, wilson
from evalcore.measures.metrics import divide
from evalcore.runs.run import UNSCORED

__all__ = ["Calibration", "calibration"]


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
    every = _scored(index.eligible.of(concept))
    positives = _scored(index.positives.of(concept))
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


def _scored(values: ScoreArray) -> ScoreArray:
    return values[int(np.searchsorted(values, UNSCORED, side="right")) :]
