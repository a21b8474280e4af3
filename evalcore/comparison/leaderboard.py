"""Runs of one data set against each other: measures of all, and which is best by more than chance.

Chance is told by the delete-a-group jackknife: the inputs are divided into groups by their ids, so
that an input is in the same group in every run, and each measure is taken without one group after
another. How far the difference of two runs moves then says how far it would move on other inputs.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from scipy.special import stdtrit

from evalcore.arrays import BoolArray, FloatArray, IntArray
from evalcore.base.jobs import report_progress
from evalcore.concept.staircase import Staircase, count_staircase
from evalcore.counting.count_index import CountIndex
from evalcore.counting.rank_quality import RankQuality, mean_over_splits, rank_quality
from evalcore.counting.sorted_scores import SortedScores
from evalcore.measures.metrics import METRICS, mean_of
from evalcore.runs.run import EvalRun

__all__ = ["MEASURES", "Column", "Leaderboard", "Measure", "leaderboard", "version_order"]

Measure = Literal["roc_auc", "average_precision", "best_f1", "precision_at_recall"]
MEASURES: dict[Measure, str] = {
    "roc_auc": "ROC AUC",
    "average_precision": "average precision",
    "best_f1": "F1 at its own best",
    "precision_at_recall": "precision at a recall",
}
N_GROUPS = 20
MOST_SCORES = 5_000_000
"""Of all runs together: more are measured, but not told from chance."""
RECALL = 0.9


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """What is measured.

    Parameters
    ----------
    of
        ``macro`` (the mean over concepts), ``micro`` (all pairs of input and concept as if they
        were of one), or the name of a concept after an equals sign.
    recall
        Of ``precision_at_recall``.
    """

    measure: Measure
    of: str = "macro"
    recall: float = RECALL


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Leaderboard:
    """What each run comes to.

    Parameters
    ----------
    measured : ndarray of shape (n_runs, n_columns), float64
        NaN where it is undefined.
    is_best : ndarray of shape (n_runs, n_columns), bool
        Better than every other run by more than chance, at 95 % confidence over all of them.
    was_told
        Whether chance was told apart; False where the runs are too large.
    """

    measured: FloatArray
    is_best: BoolArray
    was_told: bool


def leaderboard(
    runs: Sequence[EvalRun], columns: Sequence[Column], *, confidence: float = 0.95
) -> Leaderboard:
    """Measure runs, and mark what is best by more than chance."""
    values = np.array([_measured(run, columns) for run in runs]).reshape(len(runs), len(columns))
    is_best = np.zeros(values.shape, dtype=bool)
    told = len(runs) > 1 and sum(run.scores.size for run in runs) <= MOST_SCORES
    if told:
        without = np.empty((len(runs), N_GROUPS, len(columns)))
        for k, run in enumerate(runs):
            groups = _groups(run)
            for group in range(N_GROUPS):
                report_progress(k * N_GROUPS + group, of=len(runs) * N_GROUPS)
                rest = np.flatnonzero(groups != group)
                without[k, group] = _measured(run.subset(rest), columns) if rest.size else np.nan
        for c in range(len(columns)):
            is_best[:, c] = _best(values[:, c], without[:, :, c], confidence=confidence)
    return Leaderboard(measured=values, is_best=is_best, was_told=told)


def version_order(version: str) -> tuple[tuple[int, int, str], ...]:
    """Return a key that sorts versions as people count: 9 before 10, 2.9 before 2.10.

    Examples
    --------
    >>> sorted(["10", "9", "2.10", "2.9", "2.9b", ""], key=version_order)
    ['', '2.9', '2.9b', '2.10', '9', '10']
    """
    parts: list[tuple[int, int, str]] = []
    rest = version
    while rest:
        digits = len(rest) - len(rest.lstrip("0123456789"))
        size = digits or next((k for k, sign in enumerate(rest) if sign.isdecimal()), len(rest))
        part, rest = rest[:size], rest[size:]
        parts.append((1, int(part), "") if digits else (0, 0, part))
    return tuple(parts)


def _groups(run: EvalRun) -> IntArray:
    """Return the group of every input, by its id alone."""
    digests = (hashlib.blake2b(str(name).encode(), digest_size=4) for name in run.ids.tolist())
    numbers = np.array([int.from_bytes(one.digest(), "big") for one in digests], dtype=np.int64)
    # in the order of their digests, so that the groups are of one size
    ranks = np.empty(numbers.size, dtype=np.int64)
    ranks[np.argsort(numbers, kind="stable")] = np.arange(numbers.size)
    return ranks * N_GROUPS // max(numbers.size, 1)


def _best(values: FloatArray, without: FloatArray, *, confidence: float) -> BoolArray:
    """Tell which run is better than each of the others by more than chance, if any is."""
    marked = np.zeros(values.size, dtype=bool)
    if np.isnan(values).sum() > values.size - 2:
        return marked
    best = int(np.nanargmax(values))
    others = [k for k in range(values.size) if k != best and not math.isnan(values[k])]
    error = (1 - confidence) / 2 / len(others)
    quantile = float(stdtrit(N_GROUPS - 1, 1 - error))
    for k in others:
        moved = without[best] - without[k]
        deviation = math.sqrt(
            (N_GROUPS - 1) / N_GROUPS * float(((moved - moved.mean()) ** 2).sum())
        )
        if not values[best] - values[k] > quantile * deviation:
            return marked
    marked[best] = True
    return marked


def _measured(run: EvalRun, columns: Sequence[Column]) -> list[float]:
    index = CountIndex.of_every(run)
    pooled = _pooled(index)
    quality: dict[bool, RankQuality] = {}

    def one(column: Column) -> float:
        is_micro = column.of == "micro"
        here = pooled if is_micro else index
        if column.measure in {"roc_auc", "average_precision"}:
            if is_micro not in quality:
                quality[is_micro] = _quality(run, here, is_micro=is_micro)
            per_concept = mean_over_splits(getattr(quality[is_micro], column.measure))
        else:
            per_concept = np.array(
                [_of_staircase(_steps(here, j), column) for j in range(here.labelled.size)]
            )
        if column.of.startswith("="):
            name = column.of.removeprefix("=")
            return float(per_concept[run.position_of(name)]) if name in run.concepts else math.nan
        return mean_of(per_concept).value

    return [one(column) for column in columns]


def _quality(run: EvalRun, index: CountIndex, *, is_micro: bool) -> RankQuality:
    if not is_micro:
        return RankQuality.of(run, every=index.eligible, positives=index.positives)
    if run.folds is None:
        parts = [index]
    else:
        folds = np.unique(run.folds)
        parts = [
            _pooled(CountIndex.of_every(run.subset(np.flatnonzero(run.folds == k)))) for k in folds
        ]
    rows = [rank_quality(part.eligible, part.positives) for part in parts]
    roc_auc, average_precision = (np.array(column) for column in zip(*rows, strict=True))
    return RankQuality(roc_auc=roc_auc, average_precision=average_precision)


def _pooled(index: CountIndex) -> CountIndex:
    """Return all pairs of input and concept as if they were of one concept."""
    pooled = [
        SortedScores.sort(one.values.copy(), starts=np.array([0, one.values.size]))
        for one in (index.eligible.whole(), index.positives)
    ]
    return CountIndex(
        eligible=pooled[0],
        positives=pooled[1],
        labelled=index.labelled.sum(keepdims=True),
        n_known=index.n_known.sum(keepdims=True),
    )


def _steps(index: CountIndex, j: int) -> Staircase:
    return count_staircase(
        index.eligible.of(j),
        index.positives.of(j),
        n_labelled=int(index.labelled[j]),
        n_known=int(index.n_known[j]),
    )


def _of_staircase(steps: Staircase, column: Column) -> float:
    if column.measure == "best_f1":
        values = METRICS["f1"](steps.counts)
    else:
        reached = METRICS["recall"](steps.counts) >= column.recall
        values = np.where(reached, METRICS["precision"](steps.counts), np.nan)
    return math.nan if np.isnan(values).all() else float(np.nanmax(values))
