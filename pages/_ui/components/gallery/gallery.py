"""The inputs behind a number: one card for each, with the scores that matter."""

from collections.abc import Callable, Sequence
from typing import TypedDict

import streamlit as st

from pages._ui.components.shared import assets
from pages._ui.wording import Span


class ScoreLine(TypedDict):
    """One concept's score under an input."""

    name: str
    score: str  # formatted
    labelled: bool | None  # None is unknown
    predicted: bool


class Card(TypedDict):
    """One input; ``src`` for an image, ``text`` for a text."""

    key: int
    id: str
    src: str | None
    text: str | None
    scores: Sequence[ScoreLine]  # the first three are drawn
    note: str
    marks: Sequence[Span]  # the text, or else the id, in pieces: strong is what was searched for


class GalleryData(TypedDict):
    """A page of inputs."""

    items: Sequence[Card]
    size: int  # least width of a tile in pixels
    selected: int | None
    empty: str  # what to say when there are no items


_MOUNT = st.components.v2.component(
    "threshold_workshop.gallery",
    html='<div class="root"></div>',
    css=assets.style("gallery"),
    js=assets.script("gallery", "gallery_card", "gallery"),
)


def gallery(data: GalleryData, *, key: str, on_open: Callable[[], None]) -> None:
    """Draw the cards.

    A click leaves ``{"key": 17, "nonce": ...}`` in ``st.session_state[key]["open"]``.
    While fragments rerun quickly Streamlit may deliver one click twice, with the same nonce.
    """
    _MOUNT(key=key, data=data, on_open_change=on_open)
