"""Precision against recall, and recall against the false positive rate."""

from __future__ import annotations

from functools import cache
from typing import Literal

import altair as alt

from pages._ui.charts.marks import (
    GREY,
    HEIGHT,
    INK,
    PAPER,
    POINT,
    TOLD,
    Spec,
    constant,
    diagonal,
    named,
    operating_point,
    top_legend,
    unit_axis,
)

__all__ = [
    "CURVE",
    "FEASIBLE",
    "RECOMMENDED",
    "SIDES",
    "SPLITS",
    "pair_spec",
    "precision_recall_spec",
    "roc_spec",
    "trade_off_spec",
]

CURVE, SPLITS = "curve", "splits"
"""Data sets with columns ``x``, ``y``, ``k`` (the order of the points); what is told has the texts
``t`` (the threshold where the point begins to hold), ``xtext`` and ``ytext``; that of the splits
has ``split``."""
SIDES = ("left", "right")
LEFT, RIGHT = GREY, "#2f78c4"
FEASIBLE, RECOMMENDED = "feasible", "recommended"
"""Data sets of the trade-off: the part of the curve where a goal holds, and the best point of it;
columns as of the curve and of the operating point."""
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


@cache
def trade_off_spec() -> Spec:
    """Return precision against recall with the part where a goal holds and the best point of it."""
    return _spec("recall", "precision", join="step-after", guide=False, goal=True)


def _spec(across: str, up: str, *, join: Join, guide: bool, goal: bool = False) -> Spec:
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
    if goal:
        feasible = (
            alt.Chart(named(FEASIBLE))
            .mark_line(interpolate=join, strokeWidth=9, opacity=0.35)
            .encode(x=x, y=y, order=order)
        )
        best = (
            alt.Chart(named(RECOMMENDED))
            .mark_point(filled=True, shape="diamond", size=190, fill=PAPER, stroke=INK, opacity=1)
            .encode(x=x, y=y, tooltip=told)
        )
        layers[1:1] = [feasible]
        layers.insert(-1, best)
    if guide:
        layers.insert(0, diagonal(x, y))
    return constant(alt.layer(*layers).properties(height=HEIGHT))


@cache
def pair_spec(kind: Literal["precision_recall", "roc"]) -> Spec:
    """Return the chart of two sides: ``side`` tells lines and operating points apart.

    The left line is grey and dashed, the right one solid; both points have the colour of their
    line.
    """
    is_roc = kind == "roc"
    across, up = ("false positive rate", "recall") if is_roc else ("recall", "precision")
    join: Join = "linear" if is_roc else "step-after"
    x, y = alt.X("x:Q", **unit_axis(across)), alt.Y("y:Q", **unit_axis(up))
    colour = alt.Color(
        "side:N",
        title=None,
        scale=_of_sides(LEFT, RIGHT),
        legend=top_legend(symbolType="stroke", symbolStrokeWidth=3, symbolOpacity=1),
    )
    dash = alt.StrokeDash("side:N", legend=None, scale=_of_sides([5, 3], [1, 0]))
    lines = (
        alt.Chart(named(CURVE))
        .mark_line(interpolate=join, strokeWidth=2)
        .encode(x=x, y=y, order=alt.Order("k:Q"), color=colour, strokeDash=dash)
    )
    told = [
        alt.Tooltip("side:N", title="side"),
        alt.Tooltip("t:N", title="threshold"),
        alt.Tooltip("xtext:N", title=across),
        alt.Tooltip("ytext:N", title=up),
    ]
    points = (
        alt.Chart(named(POINT))
        .mark_point(filled=True, stroke=PAPER, strokeWidth=2, opacity=1)
        .encode(
            x=x,
            y=y,
            fill=alt.Fill("side:N", legend=None, scale=_of_sides(LEFT, RIGHT)),
            shape=alt.Shape("side:N", legend=None, scale=_of_sides("square", "circle")),
            # where both lie on one place the smaller one is seen on the larger one
            size=alt.Size("side:N", legend=None, scale=_of_sides(180, 80)),
            tooltip=told,
        )
    )
    layers = [lines, points]
    if is_roc:
        layers.insert(0, diagonal(x, y))
    return constant(alt.layer(*layers).properties(height=HEIGHT))


def _of_sides(left: object, right: object) -> alt.Scale:
    return alt.Scale(domain=list(SIDES), range=[left, right])  # type: ignore[list-item]
