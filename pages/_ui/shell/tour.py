"""A short tour for whoever is here for the first time: shown once, and left at any step."""

from __future__ import annotations

import streamlit as st

import evalcore as ec
from pages._ui.session.keys import Kept, Key
from pages._ui.session.visitor import visitor
from pages._ui.shell.record import open_store

__all__ = ["begin_tour", "offer_first_tour", "tour"]

SEEN = "tour seen"
STEPS = (
    "**Drag the threshold** above the numbers. Table, matrix and images follow it.",
    "**Click a number**, or a cell of the matrix: below stand exactly the inputs that it counts.",
    "**What flips** beside Summary says what a move costs: who leaves, who enters, who is right.",
    "**Improve**: what is wrong. **Report**: what you take away. **Guide**: what every word means.",
)


def begin_tour() -> None:
    """Start the tour at its first step; for callbacks."""
    st.session_state[Kept.TOUR] = 0


def offer_first_tour() -> None:
    """Start the tour where this browser has not had it; for callbacks."""
    try:
        drafts = open_store().drafts
        if SEEN in drafts.of(visitor()):
            return
        drafts.save(visitor(), SEEN, "yes")
    except ec.WorkshopError:
        return  # whether it was seen cannot be kept: better no tour than one at every visit
    begin_tour()


def tour() -> None:
    """Draw the step that is on; nothing where no tour is under way."""
    step = st.session_state.get(Kept.TOUR)
    if not isinstance(step, int) or not 0 <= step < len(STEPS):
        return
    is_last = step == len(STEPS) - 1
    with st.container(
        key=Key.TOUR, border=True, horizontal=True, vertical_alignment="center", gap="small"
    ):
        st.markdown(f"{step + 1} of {len(STEPS)} · {STEPS[step]}")
        st.button(
            "Done" if is_last else "Next", key=Key.TOUR_NEXT, on_click=_turn, args=(step + 1,)
        )
        if not is_last:
            st.button("Skip the tour", key=Key.TOUR_SKIP, type="tertiary", on_click=_turn,
                      args=(len(STEPS),))  # fmt: skip


def _turn(step: int) -> None:
    st.session_state[Kept.TOUR] = step
