"""The charts of one concept, each with its operating point, its words and what it lacks."""

from __future__ import annotations

import math
from collections.abc import Mapping

import pandas as pd
import streamlit as st

from pages._ui import wording
from pages._ui.charts import metric_lines, rank_curves, score_shape
from pages._ui.charts.marks import HERE, POINT, TOLD, Spec
from pages._ui.concept.curves import Curves, Point
from pages._ui.session.keys import Key

__all__ = [
    "distribution_chart",
    "metric_chart",
    "precision_recall_chart",
    "reliability_chart",
    "roc_chart",
]


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
