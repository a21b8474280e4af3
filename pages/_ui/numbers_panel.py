"""The evaluation summary and what flips: tables whose counts are links."""

from __future__ import annotations

import streamlit as st

import evalcore as ec
from pages._ui import highlights, state, tables
from pages._ui.keys import Key
from pages._ui.view import View

__all__ = ["numbers_choices", "numbers_panel"]

PANEL_WORDS = {"summary": "Summary", "flips": "What flips"}
HEIGHT = 346
ROW_HEIGHT = 27


def numbers_panel(evaluation: ec.Evaluation, view: View) -> None:
    """Draw one of the two tables for the live rule."""
    if view.panel == "summary":
        _summary(evaluation, view)
    else:
        _flips(evaluation, view)


def numbers_choices(view: View) -> None:
    """Let people choose the table, search it, and ask for every column."""
    state.seed(Key.PANEL, view.panel)
    # sent again while somebody types, an equal text would take back the newest letters
    if st.session_state.get(Key.FIND) != view.find:
        state.seed(Key.FIND, view.find)
    state.seed(Key.COLUMNS, view.every_column)
    st.segmented_control(
        "Table",
        list(PANEL_WORDS),
        format_func=PANEL_WORDS.__getitem__,
        key=Key.PANEL,
        required=True,
        label_visibility="collapsed",
        on_change=lambda: state.look(panel=st.session_state[Key.PANEL]),
    )
    if view.panel == "summary":
        st.toggle(
            "All columns",
            key=Key.COLUMNS,
            on_change=lambda: state.look(every_column=st.session_state[Key.COLUMNS]),
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


def _summary(evaluation: ec.Evaluation, view: View) -> None:
    rule = highlights.rule_of(view)
    table = tables.summary(evaluation, rule, find=view.find, every_column=view.every_column)
    _show(table, key=Key.SUMMARY, alt="Evaluation summary: metrics and outcome counts per concept")


def _flips(evaluation: ec.Evaluation, view: View) -> None:
    rule, pinned = highlights.rule_of(view), highlights.pinned_of(view)
    flips = evaluation.flips(pinned, rule)
    st.markdown(tables.flips_in_words(evaluation, flips, pinned=pinned, rule=rule))
    table = tables.flips(evaluation, flips, find=view.find)
    if not flips.total.any():
        st.caption("No prediction differs between the two rules. Move the threshold off the pin.")
        return
    _show(table, key=Key.FLIPS, alt="Inputs that leave or enter each concept", spare=54)


def _show(table: tables.LinkedTable, *, key: Key, alt: str, spare: int = 0) -> None:
    if table.frame.empty:
        st.caption("No concept matches. Clear the search to see all of them.")
        return

    def pick() -> None:
        cells = st.session_state[key].selection.cells
        target = table.target(cells[0]) if cells else None
        if target is not None:
            state.show(target)

    cell = table.cell_of(state.current().target)
    st.session_state[key] = {"selection": {"cells": [cell] if cell else []}}
    st.dataframe(
        table.frame,
        key=key,
        hide_index=True,
        column_config=table.config,
        height=min(HEIGHT - spare, (len(table.frame) + 1) * ROW_HEIGHT + 8),
        row_height=ROW_HEIGHT,
        placeholder="–",
        on_select=pick,
        selection_mode="single-cell",
        alt=alt,
    )
