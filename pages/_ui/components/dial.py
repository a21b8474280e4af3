"""The live threshold with the numbers that follow it."""

from collections.abc import Callable, Sequence
from typing import Literal, TypedDict

import streamlit as st

from pages._ui.components import assets

Tone = Literal["better", "worse", "same"]


class Highlight(TypedDict):
    """One number of the strip under the threshold."""

    label: str
    value: str
    delta: str
    tone: Tone
    hint: str
    press: str | None  # the name sent when the number is pressed; None: not a link


class DialData(TypedDict):
    """What the dial shows."""

    value: float
    text: str  # the value as people read it
    low: float
    high: float
    step: float
    pinned: float
    pinnedText: str
    atPin: bool
    touching: str
    highlights: Sequence[Highlight]
    count: int  # of messages answered: the next one may come


class Move(TypedDict):
    """What the dial sends while it is moved."""

    text: str
    done: bool  # released, or entered by keyboard: the link follows
    rests: bool  # held still for a moment: the images follow
    count: int


_MOUNT = st.components.v2.component(
    "threshold_workshop.dial",
    html='<div class="root"></div>',
    css=assets.style("dial"),
    js=assets.script("dial"),
)


def dial(
    data: DialData, *, key: str, on_move: Callable[[], None], on_press: Callable[[], None]
) -> None:
    """Draw the dial.

    A move is in ``st.session_state[key]["live"]`` as :class:`Move`; a pressed link in
    ``st.session_state[key]["press"]`` as ``{"name": "pin"}``.
    """
    _MOUNT(key=key, data=data, on_live_change=on_move, on_press_change=on_press)
