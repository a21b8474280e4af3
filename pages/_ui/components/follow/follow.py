"""The line that says how a page takes part in a workshop, and hears what the presenter does."""

from collections.abc import Callable

import streamlit as st

from pages._ui.components.follow.data import FollowData
from pages._ui.components.shared import assets

_MOUNT = st.components.v2.component(
    "threshold_workshop.follow",
    html='<div class="root"></div>',
    css=assets.style("follow"),
    js=assets.script("follow"),
)


def follow(
    data: FollowData,
    *,
    key: str,
    on_show: Callable[[], None],
    on_aside: Callable[[], None],
    on_agenda: Callable[[], None],
) -> None:
    """Draw the line; it calls when the presenter has moved on, and when something else is asked.

    ``on_aside`` is called when somebody takes the threshold into their own hand.
    """
    _MOUNT(
        key=key,
        data=data,
        on_show_change=on_show,
        on_aside_change=on_aside,
        on_agenda_change=on_agenda,
    )
