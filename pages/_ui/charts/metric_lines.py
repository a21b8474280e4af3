"""Lines of metrics: against the threshold, with bands; and over the versions of a model."""

from __future__ import annotations

from functools import cache

import altair as alt

from pages._ui.charts.marks import (
    HEIGHT,
    PAPER,
    POINT,
    TOLD,
    Spec,
    at,
    close_axis,
    constant,
    named,
    operating_rule,
    top_legend,
    unit_axis,
)

__all__ = ["LINES", "NAMES", "VERSIONS", "metric_lines_spec", "versions_spec"]

LINES = "lines"
"""Data set with columns ``metric`` (of :data:`NAMES`), ``t``, ``value``, ``low``, ``high``; what is
told has the texts ``at`` (its threshold), ``valuetext``, ``lowtext``, ``hightext``."""
VERSIONS = "versions"
"""Data set with columns ``order``, ``version``, ``metric``, ``value`` and ``valuetext``."""
NAMES = {
    "precision": "precision",
    "recall": "recall",
    "f1": "F1",
    "predicted_share": "predicted share",
}


@cache
def metric_lines_spec() -> Spec:
    """Return the chart; each value holds from its threshold to the next."""
    scale = alt.Scale(zero=False, nice=False)
    x = alt.X("t:Q", title="threshold", scale=scale, axis=close_axis(tickCount=6))
    y = alt.Y("value:Q", **(unit_axis("") | {"title": None}))
    color = alt.Color(
        "metric:N",
        title=None,
        scale=alt.Scale(domain=list(NAMES.values())),
        legend=top_legend(columns=2, symbolType="stroke", symbolStrokeWidth=3, symbolOpacity=1),
    )
    told = [
        alt.Tooltip("metric:N", title="metric"),
        alt.Tooltip("at:N", title="threshold"),
        alt.Tooltip("valuetext:N", title="value"),
        alt.Tooltip("lowtext:N", title="95 % from"),
        alt.Tooltip("hightext:N", title="95 % to"),
    ]
    base = alt.Chart(named(LINES))
    band = base.mark_area(interpolate="step-after", opacity=0.16).encode(
        x=x, y=at(y, "low:Q"), y2="high:Q", color=color
    )
    line = base.mark_line(interpolate="step-after", strokeWidth=1.8).encode(x=x, y=y, color=color)
    sensitive = alt.Chart(named(TOLD)).mark_point(size=90, opacity=0).encode(x=x, y=y, tooltip=told)
    points = (
        alt.Chart(named(POINT))
        .mark_point(filled=True, size=70, opacity=1, stroke=PAPER, strokeWidth=1.5)
        .encode(x=x, y=y, color=color, tooltip=told)
    )
    layers = [band, line, sensitive, operating_rule(x), points]
    return constant(alt.layer(*layers).properties(height=HEIGHT))


@cache
def versions_spec() -> Spec:
    """Return a small chart of measures over the versions of a model, in their order."""
    order = alt.EncodingSortField(field="order", op="min")
    x = alt.X("version:N", title=None, sort=order, axis=close_axis(labelAngle=0))
    y = alt.Y(
        "value:Q",
        title=None,
        scale=alt.Scale(zero=False),
        axis=close_axis(format=".2f", tickCount=5),
    )
    color = alt.Color("metric:N", title=None, legend=top_legend(columns=2, symbolType="stroke"))
    told = [
        alt.Tooltip("version:N", title="version"),
        alt.Tooltip("metric:N", title="measure"),
        alt.Tooltip("valuetext:N", title="value"),
    ]
    base = alt.Chart(named(VERSIONS)).encode(x=x, y=y, color=color)
    points = base.mark_point(filled=True, size=60, opacity=1).encode(tooltip=told)
    return constant(alt.layer(base.mark_line(strokeWidth=2), points).properties(height=HEIGHT))
