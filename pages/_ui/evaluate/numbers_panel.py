"""The evaluation summary and what flips: tables whose counts are links."""

from __future__ import annotations

import streamlit as st

from pages._ui.components.table.table import table
from pages._ui.components.words.words import words
from pages._ui.evaluate.live_numbers import Board, numbers_table
from pages._ui.session import state
from pages._ui.session.keys import Key
from pages._ui.session.view import View
from pages._ui.shell import frame

__all__ = ["numbers_choices", "numbers_panel"]

PANEL_WORDS = {"summary": "Summary", "flips": "What flips"}


def numbers_panel(parts: Board) -> None:
    """Draw the summary, or what flips with its sentence."""
    if parts["flips"] is not None:
        words({"field": "flips", "words": parts["flips"]}, key=Key.FLIPS_WORDS)
    table(parts["table"], key=Key.SUMMARY, on_pick=_picked, on_sort=_sorted)


def _picked() -> None:
    pick = st.session_state[Key.SUMMARY]["pick"]
    shown = numbers_table(frame.opened().evaluation, state.current())
    target = shown.target(int(pick["row"]), int(pick["column"]))
    if target is not None:
        state.show(target)


def _sorted() -> None:
    asked = st.session_state[Key.SUMMARY]["sort"]
    column = asked["column"]
    direction = "up" if asked["direction"] == "up" else "down"
    state.look(order_by=None if column is None else (int(column), direction))


def numbers_choices(view: View) -> None:
    """Let people choose the table, search it, and ask for every column."""
    state.seed(Key.PANEL, view.panel)
    # sent again while somebody types, an equal text would take back the newest letters
    if st.session_state.get(Key.FIND) != view.find:
        state.seed(Key.FIND, view.find)
    state.seed(Key.COLUMNS, view.every_column)
    state.seed(Key.INTERVALS, view.intervals)
    st.segmented_control(
        "Table",
        list(PANEL_WORDS),
        format_func=PANEL_WORDS.__getitem__,
        key=Key.PANEL,
        required=True,
        label_visibility="collapsed",
        on_change=lambda: state.look(panel=st.session_state[Key.PANEL], order_by=None),
    )
    if view.panel == "summary":
        st.toggle(
            "All columns",
            key=Key.COLUMNS,
            on_change=lambda: state.look(every_column=st.session_state[Key.COLUMNS]),
        )
        st.toggle(
            "95 %",
            key=Key.INTERVALS,
            help="Intervals beside recall, precision and F1.",
            on_change=lambda: state.look(intervals=st.session_state[Key.INTERVALS]),
        )
    st.text_input(
        "Find a concept",
        key=Key.FIND,
        placeholder="Find",
        type="search",
        live=True,
        label_visibility="collapsed",
        width=120,
        on_change=lambda: state.look(find=st.session_state[Key.FIND]),
    )
