"""The scores of one input for every concept, as a dot plot."""

from collections.abc import Sequence
from typing import TypedDict

import streamlit as st

from pages._ui.components.shared import assets


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


_MOUNT = st.components.v2.component(
    "threshold_workshop.dots",
    html='<div class="root"></div>',
    css=assets.style("dots"),
    js=assets.script("dots", "dots"),
)


def dots(data: DotsData, *, key: str) -> None:
    """Draw the plot; it only shows and never asks."""
    _MOUNT(key=key, data=data)
