"""Coefficients of agreement: percent, kappas, alpha and AC1 of nominal answers, some missing.

Every one is a function of counts, so that drawing inputs again (the bootstrap) is counting with
weights: ``weights`` holds how often each input counts, one row per draw.
"""

from __future__ import annotations

import numpy as np

from evalcore.arrays import FloatArray, IntArray

__all__ = [
    "MISSING",
    "cohen_kappa",
    "fleiss_kappa",
    "gwet_ac1",
    "krippendorff_alpha",
    "percent",
    "tally",
]

MISSING = -1
"""Stands in a table of answers where somebody has given none."""


def tally(answers: IntArray, *, n_categories: int) -> FloatArray:
    """Count the answers of each input per category.

    Parameters
    ----------
    answers : ndarray of shape (n_inputs, n_people), int
        Categories from 0; -1 where somebody has given no answer.

    Returns
    -------
    ndarray of shape (n_inputs, n_categories), float64

    Examples
    --------
    >>> tally(np.array([[0, 1, 1], [1, -1, -1]]), n_categories=2).tolist()
    [[1.0, 2.0], [0.0, 1.0]]
    """
    counts = np.zeros((len(answers), n_categories))
    rows, people = np.nonzero(answers > MISSING)
    np.add.at(counts, (rows, answers[rows, people]), 1)
    return counts


def percent(counts: FloatArray, weights: FloatArray | None = None) -> FloatArray:
    """Return the mean share of pairs of answers that agree, over inputs with two or more."""
    w = _weights(counts, weights)
    m = counts.sum(axis=1)
    use = m >= 2
    agreeing = ((counts**2).sum(axis=1) - m)[use] / (m * (m - 1))[use]
    return _ratio(w[..., use] @ agreeing, w[..., use].sum(axis=-1))


def krippendorff_alpha(counts: FloatArray, weights: FloatArray | None = None) -> FloatArray:
    """Return Krippendorff's alpha for nominal answers; inputs with one answer take no part.

    Notes
    -----
    K. Krippendorff (2011), "Computing Krippendorff's alpha-reliability". Undefined (NaN) where all
    answers are one and the same category.
    """
    w = _weights(counts, weights)
    m = counts.sum(axis=1)
    use = m >= 2
    t, m = counts[use], m[use]
    total = w[..., use] @ t
    n = total.sum(axis=-1)
    observed = _ratio(w[..., use] @ ((m**2 - (t**2).sum(axis=1)) / (m - 1)), n)
    expected = _ratio(n**2 - (total**2).sum(axis=-1), n * (n - 1))
    return 1 - _ratio(observed, expected)


def fleiss_kappa(counts: FloatArray, weights: FloatArray | None = None) -> FloatArray:
    """Return Fleiss' kappa; with missing answers in Gwet's generalisation.

    Notes
    -----
    J. L. Fleiss (1971), "Measuring nominal scale agreement among many raters"; K. L. Gwet (2014),
    "Handbook of inter-rater reliability". They are equal where every input has as many answers.
    """
    chance = (_shares(counts, weights) ** 2).sum(axis=-1)
    return _beyond(percent(counts, weights), chance)


def gwet_ac1(counts: FloatArray, weights: FloatArray | None = None) -> FloatArray:
    """Return Gwet's AC1, which stays high where people agree about a rare category.

    Notes
    -----
    K. L. Gwet (2008), "Computing inter-rater reliability and its variance in the presence of high
    agreement". The number of categories is that of the columns, seen or not.
    """
    shares = _shares(counts, weights)
    chance = (shares * (1 - shares)).sum(axis=-1) / (counts.shape[1] - 1)
    return _beyond(percent(counts, weights), chance)


def cohen_kappa(
    first: IntArray, second: IntArray, *, n_categories: int, weights: FloatArray | None = None
) -> FloatArray:
    """Return Cohen's kappa of two people over the inputs that both have answered.

    Examples
    --------
    >>> float(cohen_kappa(np.array([0, 0, 1, 1]), np.array([0, 0, 1, 0]), n_categories=2))
    0.5
    """
    both = (first > MISSING) & (second > MISSING)
    one, other = np.eye(n_categories)[first[both]], np.eye(n_categories)[second[both]]
    w = np.ones(first.size) if weights is None else weights
    n = w[..., both].sum(axis=-1)
    agree = _ratio(w[..., both] @ (one * other).sum(axis=1), n)
    chance = _ratio(((w[..., both] @ one) * (w[..., both] @ other)).sum(axis=-1), n * n)
    return _beyond(agree, chance)


def _weights(counts: FloatArray, weights: FloatArray | None) -> FloatArray:
    return np.ones(len(counts)) if weights is None else weights


def _shares(counts: FloatArray, weights: FloatArray | None) -> FloatArray:
    """Return each category's mean share of an input's answers."""
    w = _weights(counts, weights)
    m = counts.sum(axis=1)
    use = m >= 1
    shares = w[..., use] @ (counts[use] / m[use, None])
    return _ratio(shares, w[..., use].sum(axis=-1)[..., None])


def _beyond(agree: FloatArray, chance: FloatArray) -> FloatArray:
    # rounding leaves a chance of 1 a hair beside it
    return _ratio(agree - chance, np.where(np.abs(1 - chance) < 1e-12, 0.0, 1 - chance))


def _ratio(above: FloatArray, below: FloatArray) -> FloatArray:
    above, below = np.broadcast_arrays(above, below)
    out = np.full(above.shape, np.nan)
    return np.divide(above, below, out=out, where=below != 0)
