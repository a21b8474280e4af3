"""How the scores are spread by truth, and whether they are probabilities."""

from __future__ import annotations

from functools import cache

import altair as alt

from pages._ui.charts.marks import (
    GREY,
    HEIGHT,
    Spec,
    at,
    close_axis,
    constant,
    diagonal,
    named,
    operating_rule,
    top_legend,
    unit_axis,
)

__all__ = ["BARS", "BINS", "distribution_spec", "reliability_spec"]

BARS = "bars"
"""Data set with columns ``start``, ``end``, ``truth``, ``share`` (below 0 for not labelled), ``n``
and ``of``."""
BINS = "bins"
"""Data set with columns ``mean``, ``observed``, ``low``, ``high``, ``n`` and ``labelled``; the
rates as texts besides, ``meantext`` and so on."""
TRUTHS = ("labelled", "not labelled")
RIGHT, WRONG = "#2f7fc8", "#d2612a"
"""What is labelled, and what is not: seen on a light and on a dark page."""

MARKED = (-1, -0.5, -0.2, -0.05, -0.01, 0, 0.01, 0.05, 0.2, 0.5, 1)
"""Shares on the axis: even steps would leave a side of low bars without any."""


@cache
def distribution_spec() -> Spec:
    """Return the chart: labelled inputs upwards, the others downwards, each as a share of its own.

    A concept is rare among many inputs, and most scores are low: on one scale of counts the bars
    that matter could not be seen. Heights are square roots of the shares.
    """
    scale = alt.Scale(zero=False, nice=False)
    x = alt.X("start:Q", title="score", scale=scale, axis=close_axis(tickCount=6))
    bars = (
        alt.Chart(named(BARS))
        .mark_rect(stroke=None)
        .encode(
            x=x,
            x2="end:Q",
            y=alt.Y(
                "share:Q",
                title=None,
                scale=alt.Scale(type="sqrt"),
                axis=close_axis(values=list(MARKED), labelExpr="format(abs(datum.value), '.0%')"),
            ),
            y2=alt.datum(0),
            color=alt.Color(
                "truth:N",
                title=None,
                scale=alt.Scale(domain=list(TRUTHS), range=[RIGHT, WRONG]),
                legend=top_legend(),
            ),
            tooltip=[
                alt.Tooltip("truth:N", title="truth"),
                alt.Tooltip("start:Q", title="score from", format=".3~f"),
                alt.Tooltip("end:Q", title="to", format=".3~f"),
                alt.Tooltip("n:Q", title="inputs", format=","),
                alt.Tooltip("of:Q", title="of", format=","),
            ],
        )
    )
    return constant(alt.layer(bars, operating_rule(x)).properties(height=HEIGHT))


@cache
def reliability_spec() -> Spec:
    """Return the chart: observed share against mean score; on the diagonal scores are true."""
    x = alt.X("mean:Q", **unit_axis("mean score"))
    told = [
        alt.Tooltip("meantext:N", title="mean score"),
        alt.Tooltip("observedtext:N", title="labelled"),
        alt.Tooltip("lowtext:N", title="95 % from"),
        alt.Tooltip("hightext:N", title="95 % to"),
        alt.Tooltip("n:Q", title="inputs", format=","),
    ]
    base = alt.Chart(named(BINS))
    y = alt.Y("observed:Q", **unit_axis("share labelled"))
    ends = base.mark_rule(strokeWidth=1.5, color=GREY).encode(x=x, y=at(y, "low:Q"), y2="high:Q")
    line = base.mark_line(strokeWidth=1.5).encode(x=x, y=y, order=alt.Order("mean:Q"))
    points = base.mark_point(filled=True, opacity=1).encode(
        x=x,
        y=y,
        size=alt.Size("n:Q", legend=None, scale=alt.Scale(type="sqrt", range=[25, 220])),
        tooltip=told,
    )
    layers = [diagonal(x, y), operating_rule(x), ends, line, points]
    return constant(alt.layer(*layers).properties(height=HEIGHT))
