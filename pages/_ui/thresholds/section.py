"""The live rule in words, and which question of the Thresholds page is on the screen."""

from __future__ import annotations

import streamlit as st

from pages._ui import wording
from pages._ui.components.words.words import words
from pages._ui.numbers.rule_panel import rule_history
from pages._ui.session import state
from pages._ui.session.keys import Key
from pages._ui.session.view import View
from pages._ui.shell import frame

__all__ = ["section_choice"]

SECTION_WORDS = {
    "goal": "What should it be?",
    "concepts": "Per concept",
    "production": "In production",
    "band": "Review band",
    "decisions": "Decisions",
}


def section_choice(view: View) -> None:
    """Draw the live rule with its undo, and the choice of the section."""
    rule = view.rule
    with frame.row():
        said = wording.rule_in_words(rule)
        words({"field": "rule", "words": said, "level": 2}, key=Key.RULE_WORDS)
        rule_history(view)
    state.seed(Key.SECTION, view.plan.section)
    st.segmented_control(
        "Question",
        list(SECTION_WORDS),
        format_func=SECTION_WORDS.__getitem__,
        key=Key.SECTION,
        required=True,
        label_visibility="collapsed",
        on_change=lambda: state.set_plan(section=st.session_state[Key.SECTION]),
    )
