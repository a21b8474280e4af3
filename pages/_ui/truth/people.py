"""Who sits at the screen, and which part of the page they are at."""

from __future__ import annotations

import streamlit as st

import evalcore as ec
from evalcore.truth.votes import LONGEST_NAME
from pages._ui.session import state
from pages._ui.session.keys import Kept, Key
from pages._ui.session.view import TruthSection, View
from pages._ui.session.visitor import visitor
from pages._ui.shell.record import open_store

__all__ = ["name_of_voter", "sections", "who"]

NAME = "name of the voter"
SECTION_WORDS: dict[TruthSection, str] = {
    "vote": "Vote",
    "bring_in": "Bring in answers",
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
    """Ask for a name once per browser."""
    state.seed(Key.VOTER, name_of_voter())
    st.text_input(
        "Your name",
        key=Key.VOTER,
        max_chars=LONGEST_NAME,
        width=220,
        placeholder="Your name",
        label_visibility="collapsed",
        help="Names are not verified: whoever opens this page can type any name.",
        on_change=_take,
    )
    st.caption("Names are not verified.", width="content")


def name_of_voter() -> str:
    """Return the name that was typed in this browser, ``""`` before that."""
    if Kept.VOTER not in st.session_state:
        st.session_state[Kept.VOTER] = _known_name()
    name: str = st.session_state[Kept.VOTER]
    return name


def _known_name() -> str:
    try:
        return open_store().drafts.of(visitor()).get(NAME, "")
    except ec.WorkshopError:
        return ""  # what cannot be read is told where votes are read


def _take() -> None:
    name = " ".join(st.session_state[Key.VOTER].split())
    st.session_state[Kept.VOTER] = name
    st.session_state.pop(Kept.CAST, None)
    try:
        open_store().drafts.save(visitor(), NAME, name)
    except ec.WorkshopError as error:
        state.complain(f"Your name is kept on this page only. {error}")
