"""What moves in the charts of a page."""

from collections.abc import Sequence
from typing import NotRequired, TypedDict


class ChartMarks(TypedDict):
    """The marks of one chart, in the numbers of its axes."""

    name: str  # how the chart's alternative text begins
    across: Sequence[float]  # the ends of the axis from left to right; upwards it runs from 0 to 1
    points: Sequence[Sequence[float] | None]  # x and y; None is undefined, and not drawn
    line: float | None  # where an upright line stands; None: the chart has none


class CurvePoints(TypedDict):
    """What a curve says of the threshold at some of its points."""

    name: str  # of the chart
    points: Sequence[Sequence[float]]  # x, y, threshold


class MarksData(TypedDict):
    """All charts whose marks follow the threshold, as they were drawn last."""

    field: str  # the part of a live answer that moves them
    answered: NotRequired[str]  # the dial's message that they follow; a later move is newer
    charts: Sequence[ChartMarks]
    curves: Sequence[CurvePoints]  # a click on one sets the threshold of the point nearest to it
