"""The live threshold with the numbers that follow it."""

from collections.abc import Callable

import streamlit as st

from pages._ui.components.shared import assets
from pages._ui.components.threshold_slider.data import DialData

_MOUNT = st.components.v2.component(
    "threshold_workshop.dial",
    html='<div class="root"></div>',
    css=assets.style("threshold_slider"),
    js=assets.script("threshold_slider"),
)


def dial(
    data: DialData, *, key: str, on_move: Callable[[], None], on_press: Callable[[], None]
) -> None:
    """Draw the dial.

    A move is in ``st.session_state[key]["live"]`` as :class:`Move`; a pressed link in
    ``st.session_state[key]["press"]`` as ``{"name": "pin"}``.
    """
    _MOUNT(key=key, data=data, on_live_change=on_move, on_press_change=on_press)
