"""The data of one concept's charts, which follow no threshold, and its operating point."""

from __future__ import annotations

import math
import threading
import weakref
from collections import OrderedDict
from dataclasses import dataclass

import numpy as np
import pandas as pd

import evalcore as ec
from evalcore.arrays import FloatArray
from evalcore.choosing.shortest_decimal import shortest_decimal
from evalcore.concept.curves import (
    CURVE_METRICS,
    Curve,
    metric_curve,
    precision_recall_curve,
    roc_curve,
)
from evalcore.concept.score_shape import Calibration, Histogram, calibration, histogram
from evalcore.concept.staircase import Staircase, split_staircases, staircase_of
from evalcore.counting.rules import Mode, Operator
from evalcore.measures.intervals import INTERVALS
from pages._ui import wording
from pages._ui.charts.metric_lines import NAMES

__all__ = ["Curves", "Point", "curves_of", "point_of"]

KEPT = 64
MOST_TOLD = 30
MOST_CLICKED = 250


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Curves:
    """Data sets of the charts, named as in ``charts``; and what was counted for them."""

    precision_recall: pd.DataFrame
    precision_recall_told: pd.DataFrame
    precision_recall_splits: pd.DataFrame
    roc: pd.DataFrame
    roc_told: pd.DataFrame
    roc_splits: pd.DataFrame
    lines: pd.DataFrame
    lines_told: pd.DataFrame
    bars: pd.DataFrame
    histogram: Histogram
    reliability: Calibration | None
    """None when a score lies outside 0 to 1."""
    bins: pd.DataFrame
    n_splits: int
    thresholds_at: dict[str, list[tuple[float, float, float]]]
    """Curve to x, y and threshold of some of its points, for those who click it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """The counts of one concept at a threshold."""

    threshold: float
    counts: ec.Counts
    """Arrays of shape (1,)."""

    def value(self, metric: str) -> float:
        """Return a metric of ``METRICS``, or the predicted share; NaN where undefined."""
        return float({**ec.METRICS, **CURVE_METRICS}[metric](self.counts)[0])

    def interval(self, metric: str) -> tuple[float, float]:
        """Return the ends of the 95 % interval of a metric of ``INTERVALS``."""
        found = INTERVALS[metric](self.counts)
        return float(found.low[0]), float(found.high[0])


_kept: weakref.WeakKeyDictionary[ec.Evaluation, OrderedDict[tuple[str, Mode, Operator], Curves]] = (
    weakref.WeakKeyDictionary()
)
_lock = threading.Lock()


def point_of(evaluation: ec.Evaluation, rule: ec.Rule, concept: str) -> Point:
    """Look the counts of one concept up, where the table of all concepts looks them up."""
    j = evaluation.run.position_of(concept)
    counts = evaluation.counts(rule).take(slice(j, j + 1))
    return Point(threshold=rule.threshold_of(concept), counts=counts)


def curves_of(evaluation: ec.Evaluation, concept: str, *, mode: Mode, operator: Operator) -> Curves:
    """Return the data of a concept's charts; drawn once, as they follow no threshold."""
    key = (concept, mode, operator)
    with _lock:
        of_run = _kept.setdefault(evaluation, OrderedDict())
        found = of_run.get(key)
    if found is None:
        found = _draw(evaluation, concept, mode=mode, operator=operator)
    with _lock:
        of_run[key] = found
        of_run.move_to_end(key)
        while len(of_run) > KEPT:
            of_run.popitem(last=False)
    return found


def _draw(evaluation: ec.Evaluation, concept: str, *, mode: Mode, operator: Operator) -> Curves:
    steps = staircase_of(evaluation, concept, mode=mode)
    splits = split_staircases(evaluation, concept, mode=mode)
    j, every = evaluation.run.position_of(concept), evaluation.index("every")
    span = evaluation.score_range
    shape = histogram(every, j, span=span, operator=operator)
    reliability = calibration(every, j)
    pairs = _points(precision_recall_curve(steps), steps, operator=operator)
    rates = _points(roc_curve(steps), steps, operator=operator)
    lines = [_metric_line(steps, metric, span, operator=operator) for metric in NAMES]
    return Curves(
        precision_recall=_to_no_recall(pairs),
        precision_recall_told=_told(pairs),
        precision_recall_splits=_to_no_recall(
            _lines({name: precision_recall_curve(part) for name, part in splits.items()})
        ),
        roc=rates,
        roc_told=_told(rates),
        roc_splits=_lines({name: roc_curve(part) for name, part in splits.items()}),
        lines=pd.concat(lines),
        lines_told=pd.concat([_told(line) for line in lines]),
        bars=_bars(shape),
        histogram=shape,
        reliability=reliability,
        bins=_bins(reliability),
        n_splits=len(splits),
        thresholds_at={
            "precision_recall": _thresholds_at(pairs, steps, operator=operator),
            "roc": _thresholds_at(rates, steps, operator=operator),
        },
    )


def _thresholds_at(
    line: pd.DataFrame, steps: Staircase, *, operator: Operator
) -> list[tuple[float, float, float]]:
    """Return points of a line with the shortest threshold that gives each of them."""
    some = _told(line, most=MOST_CLICKED)
    ends = np.concatenate([[-np.inf], steps.scores.astype(np.float64), [np.inf]])
    k = some["k"].to_numpy().astype(int)
    thresholds = shortest_decimal(ends[k], ends[k + 1], dtype=steps.scores.dtype, operator=operator)
    triples = zip(some["x"].tolist(), some["y"].tolist(), thresholds.tolist(), strict=True)
    return [(x, y, t) for x, y, t in triples if math.isfinite(t)]


def _points(curve: Curve, steps: Staircase, *, operator: Operator) -> pd.DataFrame:
    scores = steps.scores
    begins = [
        "below all scores" if k == 0 else _from(scores[k - 1], operator=operator)
        for k in curve.steps.tolist()
    ]
    columns = {"x": curve.x, "y": curve.y, "k": curve.steps, "t": begins}
    return pd.DataFrame(columns | _written(x=curve.x, y=curve.y))


def _from(score: object, *, operator: Operator) -> str:
    """Say where counts begin to hold: under ``>=`` an input on the threshold is still predicted."""
    return f"{'from' if operator == '>' else 'above'} {score}"


def _written(**columns: FloatArray) -> dict[str, list[str]]:
    """Return columns of texts beside columns of rates, for those who point at a line."""
    return {f"{name}text": [wording.rate(v) for v in values] for name, values in columns.items()}


def _to_no_recall(line: pd.DataFrame) -> pd.DataFrame:
    """Return the line drawn on to recall 0, as the average precision counts it."""
    if line.empty:
        return line
    last = line.groupby("split").tail(1) if "split" in line else line.tail(1)
    return pd.concat([line, last.assign(x=0.0, k=last["k"] + 1)])


def _lines(curves: dict[str, Curve]) -> pd.DataFrame:
    # numbers instead of names: a chart would take a split's name apart at its dots
    parts = [
        pd.DataFrame({"x": curve.x, "y": curve.y, "k": curve.steps, "split": str(number)})
        for number, curve in enumerate(curves.values())
        if curve.x.size
    ]
    return pd.concat(parts) if parts else pd.DataFrame({"x": [], "y": [], "k": [], "split": []})


def _metric_line(
    steps: Staircase, metric: str, span: tuple[float, float], *, operator: Operator
) -> pd.DataFrame:
    curve = metric_curve(steps, metric, span=span)
    here = steps.scores.dtype.type
    rates = {"value": curve.value, "low": curve.interval.low, "high": curve.interval.high}
    return pd.DataFrame(
        {
            "metric": NAMES[metric],
            "at": [_from(here(t), operator=operator) for t in curve.threshold.tolist()],
            "t": curve.threshold,
            "value": curve.value,
            "low": curve.interval.low,
            "high": curve.interval.high,
            **_written(**rates),
        }
    )


def _told(line: pd.DataFrame, *, most: int = MOST_TOLD) -> pd.DataFrame:
    """Return some points of a line, evenly spread and both ends among them."""
    return line.iloc[
        np.unique(np.linspace(0, max(len(line) - 1, 0), most).astype(int))[: len(line)]
    ]


def _bars(shape: Histogram) -> pd.DataFrame:
    edges = shape.edges.astype(np.float64)
    parts = []
    for truth, counts, side in (
        ("labelled", shape.labelled, 1),
        ("not labelled", shape.others, -1),
    ):
        total = int(counts.sum())
        columns = {"start": edges[:-1], "end": edges[1:], "truth": truth, "n": counts, "of": total}
        parts.append(pd.DataFrame(columns | {"share": side * counts / max(total, 1)}))
    bars = pd.concat(parts)
    return bars[bars["n"] > 0]


def _bins(found: Calibration | None) -> pd.DataFrame:
    names = ("mean", "observed", "low", "high", "n", "labelled")
    if found is None:
        return pd.DataFrame({name: [] for name in names})
    columns = (
        found.mean_score,
        found.observed,
        found.interval.low,
        found.interval.high,
        found.n,
        found.n_labelled,
    )
    bins = pd.DataFrame(dict(zip(names, columns, strict=True)))
    bins = bins[bins["n"] > 0]
    rates = {name: bins[name].to_numpy() for name in names[:4]}
    return bins.assign(**_written(**rates))
