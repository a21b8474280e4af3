"""What the dot plot is told."""

from collections.abc import Sequence
from typing import TypedDict


class DotRow(TypedDict):
    """One concept's score."""

    name: str
    score: float | None  # None was not scored
    label: str  # the score, formatted
    threshold: float
    labelled: bool | None  # None is unknown
    predicted: bool


class Tick(TypedDict):
    """One mark of the axis."""

    at: float
    label: str


class DotsData(TypedDict):
    """What the plot shows; rows are drawn in their order."""

    rows: Sequence[DotRow]
    low: float
    high: float
    axis: Sequence[Tick]
