"""The live threshold with the numbers that follow it."""

from collections.abc import Callable, Sequence
from typing import Literal, TypedDict

import streamlit as st

from pages._ui.components.shared import assets

Tone = Literal["better", "worse", "same"]


class Highlight(TypedDict):
    """One number of the strip under the threshold."""

    label: str
    value: str
    delta: str
    tone: Tone
    hint: str
    press: str | None  # the name sent when the number is pressed; None: not a link


class DialNumbers(TypedDict):
    """What follows the threshold."""

    value: float
    text: str  # the value as people read it
    atPin: bool
    pinnedText: str
    touching: str
    highlights: Sequence[Highlight]


class DialData(TypedDict):
    """What the dial shows."""

    numbers: DialNumbers
    low: float
    high: float
    step: float
    pinned: float
    answered: str  # the count of the last message that this follows
    live: str  # the address that answers with the numbers at other thresholds


class Move(TypedDict):
    """What the dial sends when it is held still, or let go."""

    text: str
    done: bool  # released, or entered by keyboard: the link follows
    count: str  # tells one message from the next


_MOUNT = st.components.v2.component(
    "threshold_workshop.dial",
    html='<div class="root"></div>',
    css=assets.style("threshold_slider"),
    js=assets.script("threshold_slider", "threshold_slider"),
)


def dial(
    data: DialData, *, key: str, on_move: Callable[[], None], on_press: Callable[[], None]
) -> None:
    """Draw the dial.

    A move is in ``st.session_state[key]["live"]`` as :class:`Move`; a pressed link in
    ``st.session_state[key]["press"]`` as ``{"name": "pin"}``.
    """
    _MOUNT(key=key, data=data, on_live_change=on_move, on_press_change=on_press)
