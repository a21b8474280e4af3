"""A metric on both sides, concept by concept: the difference, its interval, and whether chance."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import NormalDist
from typing import Literal, NamedTuple

import numpy as np

from evalcore.arrays import BoolArray, FloatArray, IntArray
from evalcore.base.jobs import report_progress
from evalcore.comparison.proportions import (
    discoveries,
    fisher_p_value,
    mcnemar_p_value,
    paired_interval,
    square_and_add,
    unpaired_interval,
)
from evalcore.comparison.resampling import (
    N_DRAWS,
    Ordered,
    draw_average_precision,
    draw_counts,
    percentile_interval,
)
from evalcore.comparison.roc_auc import auc_difference, auc_parts, normal_p_value
from evalcore.comparison.sides import FN, FP, TN, TP, Comparison, Side
from evalcore.measures.intervals import INTERVALS
from evalcore.measures.metrics import METRICS, Counts

__all__ = ["COMPARED", "REPORTED", "Difference", "Method", "Metric", "compare_metric"]

Metric = Literal[
    "roc_auc", "average_precision", "recall", "precision", "f1", "specificity", "accuracy"
]
COMPARED: tuple[Metric, ...] = (
    "roc_auc",
    "average_precision",
    "recall",
    "precision",
    "f1",
    "specificity",
    "accuracy",
)
REPORTED: tuple[Metric, ...] = ("recall", "precision", "roc_auc")
"""Of these a report tells the difference."""
Method = Literal["mcnemar_tango", "fisher_newcombe", "delong", "bootstrap", "square_and_add"]
FEW = 10
"""With fewer inputs that tell the sides apart a bootstrap has next to nothing to draw."""
_SUCCESS: dict[str, tuple[int, ...]] = {
    "recall": (TP,),
    "specificity": (TN,),
    "accuracy": (TP, TN),
}
_TRIALS: dict[str, tuple[int, ...]] = {
    "recall": (TP, FN),
    "specificity": (TN, FP),
    "accuracy": (TP, TN, FP, FN),
}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Difference:
    """One metric on both sides, concept by concept.

    Parameters
    ----------
    metric
    positions : ndarray of shape (n,), int64
        Places of the concepts in the comparison.
    left, right, difference : ndarray of shape (n,), float64
        The difference is right minus left; NaN where a side is undefined.
    low, high : ndarray of shape (n,), float64
        Interval of the difference.
    p_value : ndarray of shape (n,), float64
        Of no difference.
    methods
        What gave interval and p-value.
    differs : ndarray of shape (n,), bool
        Differs by more than chance, at a false discovery rate over these concepts.
    """

    metric: Metric
    positions: IntArray
    left: FloatArray
    right: FloatArray
    difference: FloatArray
    low: FloatArray
    high: FloatArray
    p_value: FloatArray
    methods: tuple[Method, ...]
    differs: BoolArray

    @property
    def n_better(self) -> int:
        """Concepts of which the right side is better by more than chance."""
        return int((self.differs & (self.difference > 0)).sum())

    @property
    def n_worse(self) -> int:
        """Concepts of which the right side is worse by more than chance."""
        return int((self.differs & (self.difference < 0)).sum())


class _Row(NamedTuple):
    left: float
    right: float
    low: float
    high: float
    p_value: float
    method: Method
    discordant: tuple[int, int, int] | None = None
    """Inputs that only the left and only the right side gets right, and all of them: what an exact
    test of the same inputs is made of, for all concepts at once."""


class _Draws(NamedTuple):
    """How the bootstrap draws for one concept."""

    rng: np.random.Generator
    n_draws: int
    confidence: float


def compare_metric(
    comparison: Comparison,
    metric: Metric,
    *,
    rng: np.random.Generator,
    concepts: Sequence[int] | None = None,
    confidence: float = 0.95,
    rate: float = 0.05,
    n_draws: int = N_DRAWS,
) -> Difference:
    """Compare a metric concept by concept.

    Parameters
    ----------
    concepts
        Places among the shared concepts; None: all of them.
    rng
        Draws for the bootstrap; each concept has draws of its own, whatever others are asked.
    rate
        False discovery rate over these concepts.

    Notes
    -----
    Shares of the same inputs (recall, specificity, accuracy): exact McNemar test and Tango's
    interval; of different inputs: Fisher's exact test and Newcombe's interval. ROC AUC: DeLong.
    Precision, F1 and average precision, and shares of inputs whose labels differ: bootstrap, whose
    p-value is that of its standard deviation; where fewer than ten inputs tell the sides apart, the
    intervals of both sides squared and added.
    """
    n_concepts = len(comparison.concepts.left)
    chosen = np.arange(n_concepts) if concepts is None else np.asarray(concepts, dtype=np.int64)
    streams = rng.spawn(n_concepts)
    rows = []
    for place, k in enumerate(chosen.tolist()):
        report_progress(place, of=chosen.size)
        rows.append(_one(comparison, metric, k, _Draws(streams[k], n_draws, confidence)))
    rows = _tested(rows, confidence=confidence)
    left, right, low, high, p_value = (
        np.array([row[field] for row in rows], dtype=np.float64) for field in range(5)
    )
    return Difference(
        metric=metric,
        positions=chosen,
        left=left,
        right=right,
        difference=right - left,
        low=low,
        high=high,
        p_value=p_value,
        methods=tuple(row.method for row in rows),
        differs=discoveries(p_value, rate=rate),
    )


def _tested(rows: list[_Row], *, confidence: float) -> list[_Row]:
    """Return the rows with the exact tests of shares of the same inputs, all at once."""
    counts = np.array([row.discordant or (0, 0, 0) for row in rows], dtype=np.int64).reshape(-1, 3)
    only_left, only_right, n = counts.T
    ends = paired_interval(only_left, only_right, n, confidence=confidence)
    p_values = mcnemar_p_value(only_left, only_right)
    found = zip(rows, ends.low.tolist(), ends.high.tolist(), p_values.tolist(), strict=True)
    return [
        row if row.discordant is None else row._replace(low=low, high=high, p_value=p_value)
        for row, low, high, p_value in found
    ]


def _one(comparison: Comparison, metric: Metric, k: int, draws: _Draws) -> _Row:
    if metric == "roc_auc":
        return _auc(comparison, k, draws.confidence)
    if metric == "average_precision":
        return _average_precision(comparison, k, draws)
    codes = comparison.outcomes(k)
    counts = _count(codes[0]), _count(codes[1])
    left, right = (float(METRICS[metric](side)[0]) for side in counts)
    if math.isnan(left) or math.isnan(right):
        return _Row(left, right, math.nan, math.nan, math.nan, "bootstrap")
    if metric in _TRIALS:
        exact = _share(metric, codes, paired=comparison.is_paired, confidence=draws.confidence)
        if exact is not None:
            return _Row(left, right, *exact)
    return _Row(left, right, *_drawn(metric, codes, paired=comparison.is_paired, draws=draws))


def _auc(comparison: Comparison, k: int, confidence: float) -> _Row:
    left, right = (
        auc_parts(side.evaluation.run, side.evaluation.run.position_of(name))
        for side, name in comparison.both(k)
    )
    here = np.arange(comparison.pairing.n_pairs if comparison.is_paired else 0)
    ends = auc_difference(left, right, pairs=(here, here), confidence=confidence)
    return _Row(left.auc, right.auc, *ends, "delong")


def _average_precision(comparison: Comparison, k: int, draws: _Draws) -> _Row:
    sides = [_ordered(side, name) for side, name in comparison.both(k)]
    sizes = [side.evaluation.run.n_inputs for side, _ in comparison.both(k)]
    left, right = (
        float(side.average_precision(np.ones((1, size), dtype=np.int64))[0])
        for side, size in zip(sides, sizes, strict=True)
    )
    if math.isnan(left) or math.isnan(right):
        return _Row(left, right, math.nan, math.nan, math.nan, "bootstrap")
    together = [sides] if comparison.is_paired else [sides[:1], sides[1:]]
    drawn: list[FloatArray] = []
    for group, size in zip(together, sizes, strict=False):
        drawn += draw_average_precision(group, n_inputs=size, rng=draws.rng, n_draws=draws.n_draws)
    low, high, deviation = percentile_interval(drawn[1] - drawn[0], confidence=draws.confidence)
    return _Row(left, right, low, high, normal_p_value(right - left, deviation), "bootstrap")


def _share(
    metric: Metric, codes: tuple[IntArray, IntArray], *, paired: bool, confidence: float
) -> tuple[float, float, float, Method, tuple[int, int, int] | None] | None:
    """Compare shares exactly; None where they are shares of other, but related, inputs.

    Of the same inputs what the test is made of is returned; see :func:`_tested`.
    """
    tried = [np.isin(side, _TRIALS[metric]) for side in codes]
    done = [np.isin(side, _SUCCESS[metric]) for side in codes]
    n = [int(side.sum()) for side in tried]
    if not paired:
        hits = [int(side.sum()) for side in done]
        ends = unpaired_interval(([hits[0]], [n[0]]), ([hits[1]], [n[1]]), confidence=confidence)
        p_value = float(fisher_p_value(hits[1], n[1], sum(hits), sum(n)))
        return float(ends.low[0]), float(ends.high[0]), p_value, "fisher_newcombe", None
    if not bool((tried[0] == tried[1]).all()):
        return None
    only_left, only_right = int((done[0] & ~done[1]).sum()), int((done[1] & ~done[0]).sum())
    return math.nan, math.nan, math.nan, "mcnemar_tango", (only_left, only_right, n[0])


def _drawn(
    metric: Metric, codes: tuple[IntArray, IntArray], *, paired: bool, draws: _Draws
) -> tuple[float, float, float, Method]:
    counts = _count(codes[0]), _count(codes[1])
    measure = METRICS[metric]
    mistakes = sum(int(side.fp[0] + side.fn[0]) for side in counts)
    apart = int((codes[0] != codes[1]).sum()) if paired else mistakes
    if min(apart, mistakes) < FEW and metric in INTERVALS:
        return _squared(metric, counts, draws.confidence)
    left, right = codes
    if paired:
        drawn = draw_counts(left, right, rng=draws.rng, n_draws=draws.n_draws)
    else:
        alone = [draw_counts(side, side, rng=draws.rng, n_draws=draws.n_draws) for side in codes]
        drawn = alone[0][0], alone[1][0]
    moved = measure(drawn[1]) - measure(drawn[0])
    low, high, deviation = percentile_interval(moved, confidence=draws.confidence)
    observed = float((measure(counts[1]) - measure(counts[0]))[0])
    return low, high, normal_p_value(observed, deviation), "bootstrap"


def _squared(
    metric: str, counts: tuple[Counts, Counts], confidence: float
) -> tuple[float, float, float, Method]:
    values = [METRICS[metric](side) for side in counts]
    ends = [INTERVALS[metric](side, confidence=confidence) for side in counts]
    found = square_and_add(values[0], ends[0], values[1], ends[1])
    low, high = float(found.low[0]), float(found.high[0])
    difference = float((values[1] - values[0])[0])
    # the standard deviation that the end nearer to 0 stands for
    reach = difference - low if difference > 0 else high - difference
    deviation = reach / NormalDist().inv_cdf((1 + confidence) / 2)
    return low, high, normal_p_value(difference, deviation), "square_and_add"


def _ordered(side: Side, name: str) -> Ordered:
    run = side.evaluation.run
    concept, everybody = run.position_of(name), np.arange(run.n_inputs)
    return Ordered(
        run.scores[:, concept],
        run.labels.has(everybody, concept),
        known=run.labels.knows(everybody, concept),
        folds=run.folds,
    )


def _count(codes: IntArray) -> Counts:
    tn, fp, fn, tp, _ = np.bincount(codes, minlength=5)[:, None]
    return Counts(tp=tp, fp=fp, fn=fn, tn=tn)
