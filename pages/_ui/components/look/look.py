"""Big mode, and light or dark: how the app looks in this room."""

from collections.abc import Callable

import streamlit as st

from pages._ui.components.look.data import LookData
from pages._ui.components.shared import assets

_MOUNT = st.components.v2.component(
    "threshold_workshop.look",
    html='<div class="root"></div>',
    css=assets.style("look"),
    js=assets.script("look"),
)


def look(data: LookData, *, key: str, on_size: Callable[[], None]) -> None:
    """Draw the switches; ``on_size`` is called when somebody turns big mode on or off."""
    _MOUNT(key=key, data=data, on_size_change=on_size, width="content")
