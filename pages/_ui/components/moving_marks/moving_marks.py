"""The points and lines of charts that follow the threshold while it is dragged."""

import streamlit as st

from pages._ui.components.moving_marks.data import MarksData
from pages._ui.components.shared import assets

_MOUNT = st.components.v2.component(
    "threshold_workshop.moving_marks",
    html='<div class="root"></div>',
    css=assets.style("moving_marks"),
    js=assets.script("moving_marks"),
)


def moving_marks(data: MarksData, *, key: str) -> None:
    """Let the marks of charts that Streamlit has drawn follow the live answers."""
    _MOUNT(key=key, data=data)
