"""Numbers that follow no threshold: ROC AUC and average precision, and the mean scores."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from evalcore.arrays import FloatArray, IntArray, ScoreArray
from evalcore.counting.count_index import sorted_scores
from evalcore.counting.sorted_scores import SortedScores
from evalcore.runs.run import EvalRun

__all__ = [
    "RankQuality",
    "deviation_over_splits",
    "mean_over_splits",
    "mean_scores",
    "rank_quality",
]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class RankQuality:
    """How well the scores order the inputs, per split and concept.

    Parameters
    ----------
    roc_auc, average_precision : ndarray of shape (n_splits, n_concepts), float64
        NaN where undefined. A row per split that has inputs; runs without splits have one row.
    """

    roc_auc: FloatArray
    average_precision: FloatArray

    @classmethod
    def of(cls, run: EvalRun, *, every: SortedScores, positives: SortedScores) -> RankQuality:
        """Measure a run, split by split where it has splits."""
        if run.folds is None:
            rows = [rank_quality(every, positives)]
        else:
            rows = []
            for k in np.unique(run.folds):
                part = run.subset(np.flatnonzero(run.folds == k))
                rows.append(rank_quality(*sorted_scores(part)))
        roc_auc, average_precision = (np.array(column) for column in zip(*rows, strict=True))
        for column in (roc_auc, average_precision):
            column.setflags(write=False)
        return cls(roc_auc=roc_auc, average_precision=average_precision)


def mean_over_splits(values: FloatArray) -> FloatArray:
    """Return the mean over the splits in which a value is defined; shape (n_concepts,)."""
    defined = ~np.isnan(values)
    count = defined.sum(axis=0)
    total = np.where(defined, values, 0.0).sum(axis=0)
    return np.divide(total, count, out=np.full(values.shape[1], np.nan), where=count > 0)


def deviation_over_splits(values: FloatArray) -> FloatArray:
    """Return the sample standard deviation over splits, NaN with fewer than two of them."""
    mean = mean_over_splits(values)
    defined = ~np.isnan(values)
    count = defined.sum(axis=0)
    squares = np.where(defined, (values - np.where(np.isnan(mean), 0.0, mean)) ** 2, 0.0)
    out = np.full(values.shape[1], np.nan)
    return np.sqrt(np.divide(squares.sum(axis=0), count - 1, out=out, where=count > 1))


def rank_quality(every: SortedScores, positives: SortedScores) -> tuple[FloatArray, FloatArray]:
    """Return ROC AUC and average precision of each concept; both float64 of shape (n_concepts,).

    ROC AUC is the share of (positive, negative) pairs in the right order, ties counted half
    (Mann-Whitney U). Average precision is the sum of the steps in recall times the precision there,
    tied scores forming one step, as ``sklearn.metrics.average_precision_score`` defines it.
    """
    n_concepts = every.starts.size - 1
    result = np.full((2, n_concepts), np.nan)
    for j in range(n_concepts):
        result[:, j] = _one_concept(every.of(j), positives.of(j))
    return result[0], result[1]


def _one_concept(every: ScoreArray, positives: ScoreArray) -> tuple[float, float]:
    n_positive = positives.size
    n_negative = every.size - n_positive
    if n_positive == 0:
        return float("nan"), float("nan")
    below = np.searchsorted(every, positives, side="left")
    positives_below = np.searchsorted(positives, positives, side="left")
    precision = float(np.mean((n_positive - positives_below) / (every.size - below)))
    if n_negative == 0:
        return float("nan"), precision
    up_to = np.searchsorted(every, positives, side="right")
    positives_up_to = np.searchsorted(positives, positives, side="right")
    # twice the pairs won plus the pairs tied: whole numbers, so nothing is lost before dividing
    doubled = int((below - positives_below).sum()) + int((up_to - positives_up_to).sum())
    return doubled / (2 * n_positive * n_negative), precision


def mean_scores(run: EvalRun, *, among: IntArray | None = None) -> FloatArray:
    """Return the mean score for j over the inputs labelled i; float64 (n_concepts, n_concepts).

    With splits the mean of the splits' means, over the splits that have such an input. Pairs that
    were not scored take no part. NaN where nothing is left.

    Parameters
    ----------
    among
        Positions of the concepts to look at, for rows and columns alike; all when omitted.
    """
    concepts = np.arange(run.n_concepts) if among is None else among
    result = np.full((concepts.size, concepts.size), np.nan)
    for k, i in enumerate(concepts.tolist()):
        inputs = run.labels.inputs_of(i)
        groups = [inputs] if run.folds is None else _by_split(inputs, run.folds)
        if inputs.size:
            means = [_mean(run.scores[one], among) for one in groups]
            result[k] = means[0] if len(means) == 1 else mean_over_splits(np.array(means))
    return result


def _by_split(inputs: IntArray, folds: IntArray) -> list[IntArray]:
    """Part inputs by their split; splits without any of them are left out."""
    order = np.argsort(folds[inputs], kind="stable")
    ends = np.flatnonzero(np.diff(folds[inputs[order]])) + 1
    return np.split(inputs[order], ends)


def _mean(scores: ScoreArray, among: IntArray | None) -> FloatArray:
    # float64: sums of many float16 or float32 scores lose digits in their own precision
    values = (scores if among is None else scores[:, among]).astype(np.float64)
    scored = np.isfinite(values)
    total, out = np.where(scored, values, 0.0).sum(axis=0), np.full(values.shape[1], np.nan)
    return np.divide(total, scored.sum(axis=0), out=out, where=scored.any(axis=0))
