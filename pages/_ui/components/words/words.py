"""A sentence that follows the threshold."""

import streamlit as st

from pages._ui.components.shared import assets
from pages._ui.components.words.data import WordsData

_MOUNT = st.components.v2.component(
    "threshold_workshop.words",
    html='<div class="root"></div><div class="status" role="status"></div>',
    css=assets.style("words"),
    js=assets.script("words"),
)


def words(data: WordsData, *, key: str) -> None:
    """Draw the sentence."""
    _MOUNT(key=key, data=data)
