"""From a score to the chance that the label is there: one logistic curve per concept."""

from __future__ import annotations

import numpy as np

from evalcore.arrays import BoolArray, FloatArray, ScoreArray
from evalcore.base.jobs import progress_section, report_progress
from evalcore.runs.run import EvalRun

__all__ = ["chances_of", "fit_curves", "logit"]

ROWS = 20_000
ROUNDS = 25
AT_ONCE = 50
"""Concepts whose curves are fitted together: few, so that the tables stay small."""
NEAR_ONE = 1e-6


def logit(share: FloatArray) -> FloatArray:
    """Return log(p / (1 - p))."""
    return np.log(share) - np.log1p(-share)


def chances_of(scores: ScoreArray, curves: FloatArray, *, as_chances: bool) -> FloatArray:
    """Return the chance of every pair by its concept's curve; of the scores' shape, float64."""
    x = curves[0] * _logits(scores, as_chances=as_chances) + curves[1]
    return 1 / (1 + np.exp(-np.clip(x, -30, 30)))


def fit_curves(run: EvalRun, *, as_chances: bool) -> FloatArray:
    """Fit slope and shift of every concept to the labels that are known.

    Parameters
    ----------
    as_chances
        Whether the scores are chances; else they are taken for logits.

    Returns
    -------
    ndarray of shape (2, n_concepts), float64

    Notes
    -----
    J. Platt (1999), "Probabilistic outputs for support vector machines". By Newton's method, the
    slope lightly pulled to 1; on a seeded sample of a large run.
    """
    n = run.n_inputs
    rows = np.arange(n)
    if n > ROWS:
        rows = np.sort(np.random.default_rng(1).choice(n, ROWS, replace=False))
    labels = run.labels.take(rows)
    curves = np.empty((2, run.n_concepts))
    labelled = labels.dense()
    with progress_section(0.0, 0.1):
        for start in range(0, run.n_concepts, AT_ONCE):
            report_progress(start, of=run.n_concepts)
            part = slice(start, start + AT_ONCE)
            known = np.ones_like(labelled[:, part])
            if labels.known is not None:
                known = np.asarray(labels.known[:, part])
            x = _logits(run.scores[rows, part], as_chances=as_chances)
            curves[:, part] = _newton(x, labelled[:, part], known)
    return curves


def _logits(scores: ScoreArray, *, as_chances: bool) -> FloatArray:
    s = scores.astype(np.float64)
    if not as_chances:
        s = 1 / (1 + np.exp(-np.clip(s, -30, 30)))
    return np.clip(logit(np.clip(s, NEAR_ONE, 1 - NEAR_ONE)), -15, 15)


def _newton(x: FloatArray, y: BoolArray, known: BoolArray) -> FloatArray:
    a, b = np.ones(x.shape[1]), np.zeros(x.shape[1])
    for _ in range(ROUNDS):
        q = 1 / (1 + np.exp(-np.clip(a * x + b, -30, 30)))
        r, v = known * (q - y), known * q * (1 - q)
        gradient = (r * x).sum(axis=0) + (a - 1), r.sum(axis=0) + 1e-3 * b
        aa, ab = (v * x * x).sum(axis=0) + 1, (v * x).sum(axis=0)
        bb = v.sum(axis=0) + 1e-3
        det = aa * bb - ab**2 + 1e-12
        da = (bb * gradient[0] - ab * gradient[1]) / det
        db = (aa * gradient[1] - ab * gradient[0]) / det
        # no leap: far from the end Newton's step overshoots
        step = np.minimum(1, 2 / np.maximum(np.abs(da) + np.abs(db), 1e-12))
        a, b = np.clip(a - step * da, 0.05, 10), b - step * db
        if max(np.abs(da).max(), np.abs(db).max()) < 1e-6:
            break
    return np.array([a, b])
