"""What the charts share: named data, the operating point, colours that serve both themes."""

from __future__ import annotations

from typing import Any, TypeVar

import altair as alt

__all__ = [
    "GREY",
    "HEIGHT",
    "HERE",
    "INK",
    "PAPER",
    "POINT",
    "TOLD",
    "Spec",
    "at",
    "close_axis",
    "constant",
    "diagonal",
    "enlarged",
    "named",
    "operating_point",
    "operating_rule",
    "top_legend",
    "unit_axis",
]

Spec = dict[str, Any]
Axis = TypeVar("Axis", alt.X, alt.Y)

HEIGHT = 190
LABELS, TITLES = 11, 12
"""Pixels of the words at an axis."""
_MEASURED = {"height", "labelFontSize", "titleFontSize"}
GREY = "#7f8a96"
"""Legible on a light and on a dark page; rules and guides do not follow the theme by themselves."""
INK = "#36414c"
PAPER = "#ffffff"
POINT = "point"
"""The data set of the operating point: a row per mark, so that its move changes data alone."""
TOLD = "told"
"""The data set of some of a line's points, which tell their numbers under the pointer: each is a
node of the page, so they are few."""
HERE = "here"
"""The data set of the threshold: one row with the column ``t``."""


def named(name: str) -> alt.NamedData:
    """Return data that are given by name at each drawing."""
    return alt.NamedData(name=name)


def constant(chart: alt.LayerChart | alt.FacetChart) -> Spec:
    """Return the specification; the browser draws anew only when it changes."""
    spec: Spec = chart.to_dict()
    return spec


def enlarged(spec: Spec, factor: float) -> Spec:
    """Return a chart that is higher by a factor, and so are its words; this one stays as it is."""
    if factor == 1:
        return spec
    words = {"labelFontSize": LABELS * factor, "titleFontSize": TITLES * factor}
    larger = _larger(spec, factor)
    config = larger.get("config", {})
    return {**larger, "config": {**config, "axis": words, "legend": words}}


def _larger(part: Any, factor: float) -> Any:  # noqa: ANN401 - any part of a specification
    if isinstance(part, list):
        return [_larger(each, factor) for each in part]
    if not isinstance(part, dict):
        return part
    return {
        name: value * factor if name in _MEASURED else _larger(value, factor)
        for name, value in part.items()
    }


def unit_axis(name: str) -> dict[str, Any]:
    """Return the encoding arguments of an axis from 0 to 1."""
    return {
        "title": name,
        "scale": alt.Scale(domain=[0, 1]),
        "axis": close_axis(tickCount=5, format=".1f", labelFlush=False),
    }


def close_axis(**rest: Any) -> alt.Axis:  # noqa: ANN401 - what alt.Axis takes
    """Return an axis whose title stands close to it: the charts are small."""
    return alt.Axis(titlePadding=2, labelPadding=3, titleFontSize=12, labelFontSize=11, **rest)


def top_legend(**rest: Any) -> alt.Legend:  # noqa: ANN401 - what alt.Legend takes
    """Return a legend in one line above the chart."""
    return alt.Legend(
        orient="top", direction="horizontal", offset=0, padding=0, labelFontSize=11, **rest
    )


def operating_point() -> alt.Chart:
    """Draw the operating point: dark with a light ring, seen on any line and either page."""
    return alt.Chart(named(POINT)).mark_point(
        filled=True, size=110, fill=INK, stroke=PAPER, strokeWidth=2, opacity=1
    )


def operating_rule(x: alt.X) -> alt.Chart:
    """Draw the threshold as an upright line on the axis of ``x``."""
    return (
        alt.Chart(named(HERE))
        .mark_rule(color=GREY, strokeDash=[4, 3], strokeWidth=1.5, clip=True)
        .encode(x=at(x, "t:Q"))
    )


def diagonal(x: alt.X, y: alt.Y) -> alt.Chart:
    """Draw a thin line from corner to corner."""
    ends = alt.InlineData(values=[{"across": 0, "up": 0}, {"across": 1, "up": 1}])
    line = alt.Chart(ends).mark_line(color=GREY, strokeDash=[2, 3], strokeWidth=1)
    return line.encode(x=at(x, "across:Q"), y=at(y, "up:Q"))


def at(axis: Axis, field: str) -> Axis:
    """Return the axis for another field; without its title layers would list all their fields."""
    moved = axis.copy()
    moved.shorthand = field
    return moved
