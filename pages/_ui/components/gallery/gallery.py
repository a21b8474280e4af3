"""The inputs behind a number: one card for each, with the scores that matter."""

from collections.abc import Callable

import streamlit as st

from pages._ui.components.gallery.data import GalleryData
from pages._ui.components.shared import assets

_MOUNT = st.components.v2.component(
    "threshold_workshop.gallery",
    html='<div class="root"></div>',
    css=assets.style("gallery"),
    js=assets.script("gallery"),
)


def gallery(data: GalleryData, *, key: str, on_open: Callable[[], None]) -> None:
    """Draw the cards.

    A click leaves ``{"key": 17, "nonce": ...}`` in ``st.session_state[key]["open"]``.
    While fragments rerun quickly Streamlit may deliver one click twice, with the same nonce.
    """
    _MOUNT(key=key, data=data, on_open_change=on_open)
