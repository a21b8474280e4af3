"""Who sits at the screen, and which part of the page they are at."""

from __future__ import annotations

import streamlit as st

from pages._ui.session import state
from pages._ui.session.keys import Kept, Key
from pages._ui.session.view import TruthSection, View

__all__ = ["name_of_voter", "sections", "who"]

SECTION_WORDS: dict[TruthSection, str] = {
    "vote": "Vote",
    "settle": "Settle disputes",
    "agreement": "How far people agree",
    "audit": "Audit",
    "result": "What it changes",
}


def sections(view: View) -> None:
    """Draw the choice of the part of the page."""
    state.seed(Key.TRUTH_SECTION, view.truth_section)
    st.segmented_control(
        "Ground truth",
        list(SECTION_WORDS),
        format_func=SECTION_WORDS.__getitem__,
        key=Key.TRUTH_SECTION,
        required=True,
        label_visibility="collapsed",
        on_change=_turn,
    )


def _turn() -> None:
    state.change(truth_section=st.session_state[Key.TRUTH_SECTION])


def who() -> None:
    """Ask for a name once; it holds on all pages of this browser tab."""
    state.seed(Key.VOTER, name_of_voter())
    st.text_input(
        "Your name",
        key=Key.VOTER,
        max_chars=200,
        width=220,
        placeholder="Your name",
        label_visibility="collapsed",
        help="Names are not verified: whoever opens this page can type any name.",
        on_change=_take,
    )
    st.caption("Names are not verified.", width="content")


def name_of_voter() -> str:
    """Return the name that was typed, ``""`` before that."""
    name: str = st.session_state.get(Kept.VOTER, "")
    return name


def _take() -> None:
    st.session_state[Kept.VOTER] = " ".join(st.session_state[Key.VOTER].split())
    st.session_state.pop(Kept.CAST, None)
