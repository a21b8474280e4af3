"""The paired bootstrap: how far a difference moves when the inputs are drawn anew."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from evalcore.arrays import BoolArray, FloatArray, IntArray, ScoreArray
from evalcore.measures.metrics import Counts

__all__ = [
    "N_DRAWS",
    "N_QUICK",
    "SEED",
    "Ordered",
    "draw_average_precision",
    "draw_counts",
    "percentile_interval",
]

N_DRAWS = 2_000
N_QUICK = 1_000
"""Draws of what somebody waits for, on a page or in a report: both show the same figures."""
SEED = 20_240_517
"""Of all that is drawn for them: the same question gets the same answer."""
CODES = 5
"""Outcomes of one side: TN, FP, FN, TP and unknown, in this order."""
MOST_NUMBERS = 4_000_000


def draw_counts(
    left: IntArray, right: IntArray, *, rng: np.random.Generator, n_draws: int = N_DRAWS
) -> tuple[Counts, Counts]:
    """Draw inputs with replacement and count the outcomes of both sides.

    Parameters
    ----------
    left, right : ndarray of shape (n_inputs,), int64
        Outcome of each input on either side: 0 TN, 1 FP, 2 FN, 3 TP, 4 unknown.

    Returns
    -------
    tuple of Counts
        Of shape (n_draws,), left and right. Inputs with the same two outcomes are alike, so their
        numbers are drawn at once: exactly as if each input were drawn.
    """
    joint = np.bincount(left * CODES + right, minlength=CODES * CODES)
    drawn = rng.multinomial(left.size, joint / left.size, size=n_draws)
    table = drawn.reshape(n_draws, CODES, CODES)
    return _counts(table.sum(axis=2)), _counts(table.sum(axis=1))


def draw_average_precision(
    sides: Sequence[Ordered],
    *,
    n_inputs: int,
    rng: np.random.Generator,
    n_draws: int = N_DRAWS,
) -> list[FloatArray]:
    """Draw inputs with replacement and return average precision of each side; (n_draws,) each."""
    step = max(1, MOST_NUMBERS // max(n_inputs, 1))
    found: list[list[FloatArray]] = [[] for _ in sides]
    chances = np.full(n_inputs, 1 / n_inputs)
    for start in range(0, n_draws, step):
        weights = rng.multinomial(n_inputs, chances, size=min(step, n_draws - start))
        for values, side in zip(found, sides, strict=True):
            values.append(side.average_precision(weights))
    return [np.concatenate(values) for values in found]


class Ordered:
    """The inputs of one concept in the order of their scores, split by split.

    Parameters
    ----------
    scores : ndarray of shape (n_inputs,)
    labelled, known : ndarray of shape (n_inputs,), bool
    folds : ndarray of shape (n_inputs,), int64, or None
    """

    def __init__(
        self,
        scores: ScoreArray,
        labelled: BoolArray,
        *,
        known: BoolArray,
        folds: IntArray | None,
    ) -> None:
        self._labelled = labelled
        self._splits: list[tuple[IntArray, IntArray]] = []
        for fold in [None] if folds is None else np.unique(folds).tolist():
            here = np.flatnonzero(known if fold is None else known & (folds == fold))
            order = here[np.argsort(-scores[here], kind="stable")]
            in_order = scores[order]
            last_of_ties = np.flatnonzero(np.append(in_order[1:] != in_order[:-1], True))
            self._splits.append((order, last_of_ties if order.size else order))

    def average_precision(self, weights: IntArray) -> FloatArray:
        """Return the mean over the splits when each input counts as often as its weight says.

        Parameters
        ----------
        weights : ndarray of shape (n_draws, n_inputs), int64
        """
        per_split = np.array([self._of_split(weights, *split) for split in self._splits])
        defined = ~np.isnan(per_split)
        total = np.where(defined, per_split, 0.0).sum(axis=0)
        n_defined = defined.sum(axis=0)
        return np.divide(total, n_defined, out=np.full(total.shape, np.nan), where=n_defined > 0)

    def _of_split(self, weights: IntArray, order: IntArray, ends: IntArray) -> FloatArray:
        taken = weights[:, order]
        everything = taken.cumsum(axis=1)[:, ends]
        right = (taken * self._labelled[order]).cumsum(axis=1)[:, ends]
        steps = np.diff(right, axis=1, prepend=0)
        precision = right / np.maximum(everything, 1)
        total = right[:, -1] if ends.size else np.zeros(weights.shape[0])
        with np.errstate(invalid="ignore"):
            return np.where(total > 0, (steps * precision).sum(axis=1) / total, np.nan)


def percentile_interval(
    draws: FloatArray, *, confidence: float = 0.95
) -> tuple[float, float, float]:
    """Return the percentile interval of draws and their standard deviation.

    NaN where more than one draw in twenty is undefined: too little is there to draw from.
    """
    defined = draws[~np.isnan(draws)]
    if defined.size < 0.95 * draws.size or defined.size < 2:
        return np.nan, np.nan, np.nan
    tail = (1 - confidence) / 2
    low, high = np.quantile(defined, [tail, 1 - tail])
    return float(low), float(high), float(defined.std(ddof=1))


def _counts(table: IntArray) -> Counts:
    tn, fp, fn, tp, _ = table.T
    return Counts(tp=tp, fp=fp, fn=fn, tn=tn)
