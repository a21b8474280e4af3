"""The points and lines of charts that follow the threshold, and set it; the charts as files."""

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
    """Let the marks of charts that Streamlit has drawn follow the live answers.

    A click in a chart over the scores, and a drag, sets the threshold of the page's slider; a click
    on a curve that of its nearest point.
    """
    _MOUNT(key=key, data=data)
