"""A sentence that follows the threshold."""

from typing import TypedDict

import streamlit as st

from pages._ui.components.shared import assets
from pages._ui.wording import Words


class WordsData(TypedDict):
    """What to say, and which part of a live answer replaces it."""

    field: str
    words: Words


_MOUNT = st.components.v2.component(
    "threshold_workshop.words",
    html='<div class="root"></div>',
    css=assets.style("words"),
    js=assets.script("words", "words"),
)


def words(data: WordsData, *, key: str) -> None:
    """Draw the sentence."""
    _MOUNT(key=key, data=data)
