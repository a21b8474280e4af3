"""The scores of one input for every concept, as a dot plot."""

import streamlit as st

from pages._ui.components.dots.data import DotsData
from pages._ui.components.shared import assets

_MOUNT = st.components.v2.component(
    "threshold_workshop.dots",
    html='<div class="root"></div>',
    css=assets.style("dots"),
    js=assets.script("dots"),
)


def dots(data: DotsData, *, key: str) -> None:
    """Draw the plot; it only shows and never asks."""
    _MOUNT(key=key, data=data)
