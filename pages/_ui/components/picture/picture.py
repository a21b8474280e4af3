"""The picture of one input: it fits, is zoomed and moved, and shows all its pixels on request."""

import streamlit as st

from pages._ui.components.picture.data import PictureData
from pages._ui.components.shared import assets

_MOUNT = st.components.v2.component(
    "threshold_workshop.picture",
    html='<div class="root"></div>',
    css=assets.style("picture"),
    js=assets.script("picture"),
)


def picture(data: PictureData, *, key: str) -> None:
    """Draw the picture."""
    _MOUNT(key=key, data=data)
