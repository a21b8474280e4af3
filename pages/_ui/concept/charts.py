"""The charts of one concept, each with its operating point, its words and what it lacks."""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np
import pandas as pd
import streamlit as st

import evalcore as ec
from pages._ui import wording
from pages._ui.charts import metric_lines, rank_curves, score_shape
from pages._ui.charts.marks import HERE, POINT, TOLD, Spec, enlarged
from pages._ui.charts.metric_lines import NAMES
from pages._ui.concept.curves import Curves, Point, curves_of, point_of
from pages._ui.concept.numbers import moved
from pages._ui.session import state
from pages._ui.session.keys import Key
from pages._ui.session.view import View
from pages._ui.shell import frame

__all__ = [
    "chart_numbers",
    "chart_tables",
    "distribution_chart",
    "metric_chart",
    "precision_recall_chart",
    "reliability_chart",
    "roc_chart",
    "trade_off_chart",
]

N_THRESHOLDS = 21


def chart_tables(evaluation: ec.Evaluation, view: View, concept: str) -> None:
    """Offer the numbers of the charts."""
    rule = view.rule
    mode = rule.mode_for(evaluation.run.task)
    curves = curves_of(evaluation, concept, mode=mode, operator=rule.operator)
    with st.expander("The charts as numbers"):
        frame.table(
            chart_numbers(evaluation, rule, concept),
            placeholder=wording.UNDEFINED,
            alt="Precision, recall, F1 and predicted share with 95 % intervals by threshold",
        )
        scores, reliability = st.columns(2)
        scores.dataframe(
            _distribution(curves),
            hide_index=True,
            alt="Scores by truth: labelled and not labelled inputs in each bin",
        )
        if curves.reliability is not None:
            reliability.dataframe(
                _reliability(curves),
                hide_index=True,
                alt="Reliability: mean score and share labelled in each bin",
            )


def chart_numbers(evaluation: ec.Evaluation, rule: ec.Rule, concept: str) -> pd.DataFrame:
    """Return the metrics of a concept at thresholds from one end of the scores to the other."""
    rows = []
    for threshold in np.linspace(*evaluation.score_range, N_THRESHOLDS).tolist():
        at = float(f"{threshold:.6g}")
        point = point_of(evaluation, moved(rule, concept, at), concept)
        row: dict[str, float] = {"threshold": at}
        for metric, name in NAMES.items():
            low, high = point.interval(metric)
            row |= {name: point.value(metric), f"{name} from": low, f"{name} to": high}
        rows.append(row | {"false positive rate": point.value("false_positive_rate")})
    return pd.DataFrame(rows)


def _reliability(curves: Curves) -> pd.DataFrame:
    numbers = curves.bins[[name for name in curves.bins if not str(name).endswith("text")]]
    return numbers.rename(columns={"mean": "mean score", "observed": "share labelled"})


def _distribution(curves: Curves) -> pd.DataFrame:
    shape = curves.histogram
    return pd.DataFrame(
        {
            "score from": shape.edges[:-1].astype(float),
            "to": shape.edges[1:].astype(float),
            "labelled": shape.labelled,
            "not labelled": shape.others,
        }
    )


ELSEWHERE = "The numbers stand in the tables of this page."


def precision_recall_chart(curves: Curves, point: Point) -> None:
    """Draw precision against recall."""
    if curves.precision_recall.empty:
        _missing("No labelled input here", "precision and recall need at least one.")
        return
    here = _at(point, x="recall", y="precision")
    _draw(
        rank_curves.precision_recall_spec(),
        {
            rank_curves.CURVE: curves.precision_recall,
            TOLD: curves.precision_recall_told,
            rank_curves.SPLITS: curves.precision_recall_splits,
            POINT: here,
        },
        key=Key.PRECISION_RECALL,
        alt="Precision against recall, with the operating point.",
    )


def trade_off_chart(
    curves: Curves, point: Point, *, goal: ec.Goal, recommended: Point | None
) -> None:
    """Draw precision against recall, where the goal holds, and both thresholds: now and best."""
    line = curves.precision_recall
    if line.empty:
        _missing("No labelled input here", "precision and recall need at least one.")
        return
    limits = {"precision_at_least": "y", "recall_at_least": "x"}
    axis = limits.get(goal.kind)
    holds = line if axis is None else line[line[axis] >= goal.level]
    best = _at(recommended or point, x="recall", y="precision")
    _draw(
        rank_curves.trade_off_spec(),
        {
            rank_curves.CURVE: line,
            TOLD: curves.precision_recall_told,
            rank_curves.SPLITS: curves.precision_recall_splits.iloc[:0],
            rank_curves.FEASIBLE: holds if axis is not None else line.iloc[:0],
            rank_curves.RECOMMENDED: best if recommended is not None else best.iloc[:0],
            POINT: _at(point, x="recall", y="precision"),
        },
        key=Key.TRADE_OFF,
        alt="Precision against recall: where the goal holds, recommended, and now.",
    )


def roc_chart(curves: Curves, point: Point) -> None:
    """Draw recall against the false positive rate."""
    if curves.roc.empty:
        lack = "labelled" if curves.precision_recall.empty else "not labelled"
        _missing(f"No input {lack} here", "the ROC curve needs inputs of both kinds.")
        return
    here = _at(point, x="false_positive_rate", y="recall")
    _draw(
        rank_curves.roc_spec(),
        {
            rank_curves.CURVE: curves.roc,
            TOLD: curves.roc_told,
            rank_curves.SPLITS: curves.roc_splits,
            POINT: here,
        },
        key=Key.ROC,
        alt="ROC curve: recall against the false positive rate, with the operating point.",
    )


def metric_chart(curves: Curves, point: Point) -> None:
    """Draw the metrics against the threshold."""
    if curves.lines.empty:
        _missing("No input with a known label here", "nothing can be counted.")
        return
    rows = []
    for metric, name in metric_lines.NAMES.items():
        value, (low, high) = point.value(metric), point.interval(metric)
        if not math.isnan(value):
            at = wording.number(point.threshold)
            texts = map(wording.rate, (value, low, high))
            rows.append((name, point.threshold, value, low, high, at, *texts))
    told = ["at", "valuetext", "lowtext", "hightext"]
    here = pd.DataFrame(rows, columns=["metric", "t", "value", "low", "high", *told])
    _draw(
        metric_lines.metric_lines_spec(),
        {
            metric_lines.LINES: curves.lines,
            TOLD: curves.lines_told,
            POINT: here,
            HERE: _here(point),
        },
        key=Key.METRIC_LINES,
        alt="Precision, recall, F1 and predicted share against the threshold with 95 % bands.",
    )


def distribution_chart(curves: Curves, point: Point) -> None:
    """Draw the scores by truth."""
    if curves.bars.empty:
        _missing("No score for this concept here", "there is nothing to spread.")
        return
    _draw(
        score_shape.distribution_spec(),
        {score_shape.BARS: curves.bars, HERE: _here(point)},
        key=Key.DISTRIBUTION,
        alt=f"Scores of {int(curves.histogram.labelled.sum()):,} labelled inputs, upwards, and of "
        f"{int(curves.histogram.others.sum()):,} not labelled ones, downwards.",
    )


def reliability_chart(curves: Curves, point: Point) -> None:
    """Draw the observed share against the mean score."""
    found = curves.reliability
    if found is None:
        _missing("Some scores lie outside 0 to 1", "these are no probabilities to check.")
        return
    if curves.bins.empty:
        _missing("No score for this concept here", "there is nothing to compare.")
        return
    _draw(
        score_shape.reliability_spec(),
        {score_shape.BINS: curves.bins, HERE: _here(point)},
        key=Key.RELIABILITY,
        alt="Share labelled against mean score in bins of a tenth; on the diagonal scores are "
        f"probabilities. Expected calibration error {wording.rate(found.error)}.",
    )


def _draw(spec: Spec, data: Mapping[str, pd.DataFrame], *, key: Key, alt: str) -> None:
    # the words hold no number that follows the threshold: the browser would build the chart anew
    datasets = {**spec.get("datasets", {}), **data}
    spec = enlarged(spec, state.scale())
    st.vega_lite_chart(
        spec={**spec, "datasets": datasets}, key=key, alt=f"{alt} {ELSEWHERE}", width="stretch"
    )


def _missing(what: str, why: str) -> None:
    st.info(f"{what}: {why}")


def _at(point: Point, *, x: str, y: str) -> pd.DataFrame:
    here = point.value(x), point.value(y)
    if any(math.isnan(value) for value in here):
        return pd.DataFrame({"x": [], "y": [], "t": []})
    at = wording.number(point.threshold)
    texts = {"t": [at], "xtext": [wording.rate(here[0])], "ytext": [wording.rate(here[1])]}
    return pd.DataFrame({"x": [here[0]], "y": [here[1]], **texts})


def _here(point: Point) -> pd.DataFrame:
    return pd.DataFrame({"t": [point.threshold]})
