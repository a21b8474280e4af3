"""The points and lines of charts that follow the threshold, and set it; the charts as files."""

from pages._ui.components.moving_marks.data import MarksData
from pages._ui.components.shared.assets import Component

_COMPONENT = Component("moving_marks")


def moving_marks(data: MarksData, *, key: str) -> None:
    """Let the marks of charts that Streamlit has drawn follow the live answers.

    A click in a chart over the scores, and a drag, sets the threshold of the page's slider; a click
    on a curve that of its nearest point.
    """
    _COMPONENT.draw(data, key=key)
