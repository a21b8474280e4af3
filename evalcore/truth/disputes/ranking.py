"""How far ROC AUC can still go while disputes are open; it follows no threshold.

Of one concept and split, with any number of its disputed pairs ending as a yes and any as a no, AUC
is highest when those with the highest scores are the yes and those with the lowest the no: exchange
two that are the other way round, and nothing gets worse. All numbers of either are looked at; the
rest ends unknown. What may be undefined is left out of a mean where that helps.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from math import isnan, nan

import numpy as np

from evalcore.arrays import FloatArray, ScoreArray
from evalcore.counting.evaluation import Evaluation
from evalcore.measures.metrics import divide
from evalcore.truth.disputes.pairs import OpenDisputes, Span

__all__ = ["roc_auc_span", "with_roc_auc"]

MOST_SCORES = 5_000_000
"""Scores of concepts with a dispute that are sorted for it: about half a second."""
MOST_PER_CONCEPT = 1_000
"""Disputed pairs of a concept: every number of yes is looked at with every number of no."""

_End = tuple[float, bool]
"""A value, and whether it may be undefined as well."""


def with_roc_auc(evaluation: Evaluation, disputes: OpenDisputes) -> OpenDisputes:
    """Return disputes that know how far the run's ROC AUC can go."""
    return replace(disputes, roc_auc=roc_auc_span(evaluation, disputes))


def roc_auc_span(evaluation: Evaluation, disputes: OpenDisputes) -> Span | None:
    """Return where the run's ROC AUC, the mean over concepts, can end.

    In a single-label run it is the span of every concept for itself, which no outcome leaves.

    Returns
    -------
    None
        When there are too many disputes to tell.
    """
    pairs, run = disputes.pairs, evaluation.run
    touched = np.unique(pairs.concept)
    most = np.bincount(pairs.concept, minlength=1).max(initial=0)
    if touched.size * run.n_inputs > MOST_SCORES or most > MOST_PER_CONCEPT:
        return None
    fixed = np.delete(evaluation.roc_auc(), touched)
    known = [(value, False) for value in fixed[~np.isnan(fixed)].tolist()]
    lows, highs = list(known), list(known)
    for concept in touched.tolist():
        splits = list(_splits(evaluation, disputes, concept))
        low, high = (
            _best_mean(ends, sign=s) for ends, s in zip(_apart(splits), (-1, 1), strict=True)
        )
        may_be_undefined = all(one[1] for one in _apart(splits)[1])
        if not isnan(high):
            lows.append((low, may_be_undefined))
            highs.append((high, may_be_undefined))
    low, high = _best_mean(lows, sign=-1), _best_mean(highs, sign=1)
    return Span(low=low, high=high, exact=not disputes.exclusive)


def _apart(splits: Sequence[tuple[float, float, bool]]) -> tuple[list[_End], list[_End]]:
    return [(low, free) for low, _, free in splits], [(high, free) for _, high, free in splits]


def _splits(
    evaluation: Evaluation, disputes: OpenDisputes, concept: int
) -> Iterable[tuple[float, float, bool]]:
    """Yield lowest and highest AUC of each split in which it may be defined."""
    run, labels = evaluation.run, evaluation.run.labels
    scores = np.asarray(run.scores[:, concept])
    everyone = np.arange(run.n_inputs)
    is_open = np.zeros(run.n_inputs, dtype=bool)
    is_open[disputes.inputs[disputes.pairs.place[disputes.pairs.concept == concept]]] = True
    is_known = np.asarray(labels.knows(everyone, concept)) & ~is_open
    is_labelled = labels.has(everyone, concept)
    folds = np.zeros(run.n_inputs, dtype=np.int64) if run.folds is None else np.asarray(run.folds)
    for fold in np.unique(folds).tolist():
        here = folds == fold
        parts = [scores[here & chosen] for chosen in
                 (is_known & is_labelled, is_known & ~is_labelled, is_open)]  # fmt: skip
        low, high = _ends(*parts)
        if not isnan(high):
            yield low, high, not (parts[0].size and parts[1].size)


def _ends(
    positives: ScoreArray, negatives: ScoreArray, disputed: ScoreArray
) -> tuple[float, float]:
    """Return lowest and highest AUC over all ways in which disputed pairs can end."""
    positives, negatives = np.sort(positives), np.sort(negatives)
    descending = np.sort(disputed)[::-1]
    wins = _below(negatives, positives).sum()
    as_yes, as_no = _below(negatives, descending), positives.size - _below(positives, descending)
    n_yes = np.arange(disputed.size + 1)[:, None]
    n_no = n_yes.T
    ties = np.zeros((disputed.size + 1,) * 2)
    # of the first a and the last b of the descending scores, how many are equal
    equal = descending[:, None] == descending[::-1][None, :]
    ties[1:, 1:] = equal.cumsum(axis=0).cumsum(axis=1)
    possible = n_yes + n_no <= disputed.size
    size = (positives.size + n_yes) * (negatives.size + n_no)
    best = wins + _sums(as_yes)[:, None] + _sums(as_no[::-1])[None, :] + n_yes * n_no - ties / 2
    worst = wins + _sums(as_yes[::-1])[:, None] + _sums(as_no)[None, :] + ties.T / 2
    low, high = divide(worst, size)[possible], divide(best, size)[possible]
    if np.isnan(high).all():
        return nan, nan
    return float(np.nanmin(low)), float(np.nanmax(high))


def _below(ascending: ScoreArray, values: ScoreArray) -> FloatArray:
    """Count for each value how many are less, and half of those that are equal."""
    sides = [np.searchsorted(ascending, values, side=side) for side in ("left", "right")]
    return np.asarray((sides[0] + sides[1]) / 2)


def _sums(values: FloatArray) -> FloatArray:
    return np.concatenate([[0.0], np.cumsum(values)])


def _best_mean(ends: Sequence[_End], *, sign: int) -> float:
    """Return the highest (or, with ``sign`` -1, lowest) mean; what may be undefined may be left."""
    total = sum(value for value, may_be_undefined in ends if not may_be_undefined)
    n = sum(not may_be_undefined for _, may_be_undefined in ends)
    for value in sorted((v for v, free in ends if free), key=lambda v: -sign * v):
        if n == 0 or sign * value > sign * total / n:
            total, n = total + value, n + 1
    return total / n if n else nan
