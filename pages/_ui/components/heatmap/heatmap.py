"""The whole matrix of a run with hundreds of concepts, on one canvas."""

from collections.abc import Callable

import streamlit as st

from pages._ui.components.heatmap.data import HeatmapData
from pages._ui.components.shared import assets

_MOUNT = st.components.v2.component(
    "threshold_workshop.heatmap",
    html='<div class="root"></div>',
    css=assets.style("heatmap"),
    js=assets.script("heatmap"),
)


def heatmap(data: HeatmapData, *, key: str, on_pick: Callable[[], None]) -> None:
    """Draw the heat map.

    A click leaves ``{"row": 0, "column": 2, "nonce": ...}`` in ``st.session_state[key]["pick"]``.
    While fragments rerun quickly Streamlit may deliver one click twice, with the same nonce.
    """
    _MOUNT(key=key, data=data, on_pick_change=on_pick)
