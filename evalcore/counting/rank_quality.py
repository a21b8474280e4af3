"""Numbers that follow no threshold: ROC AUC and average precision, and the mean scores."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np

from evalcore.arrays import FloatArray, IntArray, ScoreArray
from evalcore.counting.count_index import sorted_scores
from evalcore.counting.joined_scores import JoinedScores
from evalcore.counting.sorted_scores import ScoreSegments, SortedScores
from evalcore.measures.metrics import divide
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
    def of(cls, run: EvalRun, *, every: ScoreSegments, positives: SortedScores) -> RankQuality:
        """Measure a run, split by split where it has splits."""
        if run.folds is None:
            return cls.of_rows([rank_quality(every, positives)])
        return cls.of_rows(
            rank_quality(*_in_split(run, int(k))) for k in np.unique(run.folds).tolist()
        )

    @classmethod
    def of_rows(cls, rows: Iterable[tuple[FloatArray, FloatArray]]) -> RankQuality:
        """Put the ROC AUC and average precision of the splits together."""
        roc_auc, average_precision = (np.array(column) for column in zip(*rows, strict=True))
        for column in (roc_auc, average_precision):
            column.setflags(write=False)
        return cls(roc_auc=roc_auc, average_precision=average_precision)


def _in_split(run: EvalRun, split: int) -> tuple[ScoreSegments, SortedScores]:
    """Return the sorted scores of one split, part by part."""
    inside = [np.flatnonzero(np.asarray(piece.folds) == split) for piece in run.pieces]
    found = [
        sorted_scores(piece.subset(here))
        for piece, here in zip(run.pieces, inside, strict=True)
        if here.size
    ]
    every, positives = zip(*found, strict=True)
    return JoinedScores.of_parts(every), SortedScores.merged(positives)


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


def rank_quality(every: ScoreSegments, positives: SortedScores) -> tuple[FloatArray, FloatArray]:
    """Return ROC AUC and average precision of each concept; both float64 of shape (n_concepts,).

    ROC AUC is the share of (positive, negative) pairs in the right order, ties counted half
    (Mann-Whitney U). Average precision is the sum of the steps in recall times the precision there,
    tied scores forming one step, as ``sklearn.metrics.average_precision_score`` defines it.
    """
    n_concepts = every.starts.size - 1
    result = np.full((2, n_concepts), np.nan)
    for j in range(n_concepts):
        result[:, j] = _one_concept(every, positives.of(j), j)
    return result[0], result[1]


def _one_concept(every: ScoreSegments, positives: ScoreArray, j: int) -> tuple[float, float]:
    n_every, n_positive = int(every.starts[j + 1] - every.starts[j]), positives.size
    n_negative = n_every - n_positive
    if n_positive == 0:
        return float("nan"), float("nan")
    below, up_to = every.around(j, positives)
    positives_below = np.searchsorted(positives, positives, side="left")
    precision = float(np.mean((n_positive - positives_below) / (n_every - below)))
    if n_negative == 0:
        return float("nan"), precision
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
        sums: dict[int, _Sums] = {}
        for piece in run.pieces:
            _add_sums(sums, piece, piece.labels.inputs_of(i), among)
        if sums:
            means = [divide(total, n) for _, (total, n) in sorted(sums.items())]
            result[k] = means[0] if len(means) == 1 else mean_over_splits(np.array(means))
    return result


_Sums = tuple[FloatArray, IntArray]
"""The sum of the scores for each concept, and of how many."""


def _add_sums(
    sums: dict[int, _Sums], piece: EvalRun, inputs: IntArray, among: IntArray | None
) -> None:
    """Add the scores of some inputs to the sums of their splits."""
    for split, group in _by_split(inputs, piece.folds):
        scores = piece.scores[group] if among is None else piece.scores[np.ix_(group, among)]
        total, n = _summed(scores)
        before = sums.get(split)
        sums[split] = (total, n) if before is None else (before[0] + total, before[1] + n)


def _by_split(inputs: IntArray, folds: IntArray | None) -> Iterator[tuple[int, IntArray]]:
    """Part inputs by their split; splits without any of them are left out."""
    if not inputs.size:
        return
    if folds is None:
        yield 0, inputs
        return
    order = np.argsort(folds[inputs], kind="stable")
    ends = np.flatnonzero(np.diff(folds[inputs[order]])) + 1
    yield from ((int(folds[group[0]]), group) for group in np.split(inputs[order], ends))


def _summed(scores: ScoreArray) -> _Sums:
    # float64: sums of many float16 or float32 scores lose digits in their own precision
    values = scores.astype(np.float64)
    scored = np.isfinite(values)
    return np.where(scored, values, 0.0).sum(axis=0), scored.sum(axis=0)
