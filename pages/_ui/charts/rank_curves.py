"""Precision against recall, and recall against the false positive rate."""

from __future__ import annotations

from functools import cache
from typing import Literal

import altair as alt

from pages._ui.charts.marks import (
    GREY,
    HEIGHT,
    TOLD,
    Spec,
    constant,
    diagonal,
    named,
    operating_point,
    unit_axis,
)

__all__ = ["CURVE", "SPLITS", "precision_recall_spec", "roc_spec"]

CURVE, SPLITS = "curve", "splits"
"""Data sets with columns ``x``, ``y``, ``k`` (the order of the points); what is told has the texts
``t`` (the threshold where the point begins to hold), ``xtext`` and ``ytext``; that of the splits
has ``split``."""
Join = Literal["step-after", "linear"]


@cache
def precision_recall_spec() -> Spec:
    """Return the chart of precision against recall.

    Points come from the lowest threshold to the highest, so recall falls: each precision holds down
    to the recall of the next point, as average precision counts it.
    """
    return _spec("recall", "precision", join="step-after", guide=False)


@cache
def roc_spec() -> Spec:
    """Return the ROC chart; straight lines, as tied scores count half."""
    return _spec("false positive rate", "recall", join="linear", guide=True)


def _spec(across: str, up: str, *, join: Join, guide: bool) -> Spec:
    x, y = alt.X("x:Q", **unit_axis(across)), alt.Y("y:Q", **unit_axis(up))
    order = alt.Order("k:Q")
    told = [
        alt.Tooltip("t:N", title="threshold"),
        alt.Tooltip("xtext:N", title=across),
        alt.Tooltip("ytext:N", title=up),
    ]
    splits = (
        alt.Chart(named(SPLITS))
        .mark_line(interpolate=join, strokeWidth=0.8, opacity=0.55, color=GREY)
        .encode(x=x, y=y, order=order, detail="split:N")
    )
    line = (
        alt.Chart(named(CURVE))
        .mark_line(interpolate=join, strokeWidth=2)
        .encode(x=x, y=y, order=order)
    )
    sensitive = alt.Chart(named(TOLD)).mark_point(size=90, opacity=0).encode(x=x, y=y, tooltip=told)
    point = operating_point().encode(x=x, y=y, tooltip=told)
    layers = [splits, line, sensitive, point]
    if guide:
        layers.insert(0, diagonal(x, y))
    return constant(alt.layer(*layers).properties(height=HEIGHT))
