"""The evaluation summary and what flips: tables whose counts are links."""

from __future__ import annotations

import streamlit as st

import evalcore as ec
from pages._ui.components.table.data import TableData
from pages._ui.components.table.table import table
from pages._ui.components.words.words import words
from pages._ui.evaluate.live_numbers import Board, numbers_table, shows_slices
from pages._ui.evaluate.slices_table import SPLITS, chosen, columns_of, rows_of, too_large
from pages._ui.numbers.rule_panel import answered
from pages._ui.session import state
from pages._ui.session.choosing import one_of_few, one_of_many
from pages._ui.session.keys import Kept, Key
from pages._ui.session.view import View
from pages._ui.shell import frame

__all__ = ["numbers_choices", "numbers_panel"]

PANEL_WORDS = {"summary": "Summary", "slices": "Slices", "flips": "Flips"}


def numbers_panel(parts: Board) -> None:
    """Draw the summary, or what flips with its sentence."""
    if parts["flips"] is not None:
        words(
            {"field": "flips", "answered": answered(), "words": parts["flips"]},
            key=Key.FLIPS_WORDS,
        )
    data: TableData = {**parts["table"], "answered": answered()}
    table(data, key=Key.SUMMARY, on_pick=_picked, on_sort=_sorted)


def _picked() -> None:
    pick = st.session_state[Key.SUMMARY]["pick"]
    opened, view = frame.opened(), state.current()
    shown = numbers_table(opened.evaluation, view, whole=opened.whole, against=opened.against)
    row, column = int(pick["row"]), int(pick["column"])
    target = shown.target(row, column)
    if target is not None and shows_slices(view, opened.run):
        part = rows_of(opened.whole, chosen(opened.run, view))[row]
        is_count = target != ec.Labelled(shown.columns[shown.names][row])
        kept = target if is_count else view.target
        state.change(slice=part.slice, split=part.split, target=kept, input=None)
        st.rerun()
    if target is not None:
        state.show(target)


def _sorted() -> None:
    asked = st.session_state[Key.SUMMARY]["sort"]
    column = asked["column"]
    direction = "up" if asked["direction"] == "up" else "down"
    state.look(order_by=None if column is None else (int(column), direction))


def numbers_choices(view: View, run: ec.EvalRun) -> None:
    """Let people choose the table, search it, and ask for every column."""
    there = {n: words for n, words in PANEL_WORDS.items() if n != "slices" or columns_of(run)}
    _keep_typed(view)
    state.seed(Key.COLUMNS, view.every_column)
    one_of_few(
        "Table",
        there,
        view.panel,
        key=Key.PANEL,
        take=lambda panel: state.look(panel=panel, order_by=None),
    )
    if view.panel == "slices" and columns_of(run):
        _slice_choices(view, run)
        return
    if view.panel != "flips":
        st.toggle(
            "All",
            key=Key.COLUMNS,
            help="All columns.",
            on_change=lambda: state.look(every_column=st.session_state[Key.COLUMNS]),
        )
        _interval_choice(view)
    st.text_input(
        "Find a concept",
        key=Key.FIND,
        placeholder="Find",
        type="search",
        live=True,
        label_visibility="collapsed",
        width=state.wide(84),
        on_change=_find,
    )


def _find() -> None:
    typed = st.session_state[Kept.FOUND] = st.session_state[Key.FIND]
    state.look(find=typed)


def _keep_typed(view: View) -> None:
    """Hold box and view together: the box where it is ahead, else the view.

    A browser that has lost a slow server, or found another, brings along what stands in the box,
    and nobody is called for it. Sent again while somebody types, a text would take back the newest
    letters.
    """
    typed = st.session_state.get(Key.FIND, view.find)
    if typed not in (view.find, st.session_state.get(Kept.FOUND, view.find)):
        state.look(find=typed)
    elif typed != view.find or Key.FIND not in st.session_state:
        state.seed(Key.FIND, view.find)
    st.session_state[Kept.FOUND] = state.current().find


def _interval_choice(view: View) -> None:
    state.seed(Key.INTERVALS, view.intervals)
    st.toggle(
        "95 %",
        key=Key.INTERVALS,
        help="Intervals beside recall, precision and F1.",
        on_change=lambda: state.look(intervals=st.session_state[Key.INTERVALS]),
    )


def _slice_choices(view: View, run: ec.EvalRun) -> None:
    """Let people choose what the table parts by, and of which concept it is."""
    if too_large(run):
        st.caption("Too large for a table of its slices: choose one in the line at the top.")
        return
    one_of_many(
        "By",
        columns_of(run),
        chosen(run, view),
        key=Key.SLICED_BY,
        take=lambda column: state.look(sliced_by=column, order_by=None),
        width=120,
        ours=(SPLITS,),
    )
    concepts: dict[str | None, str] = {None: "all concepts (micro)"}
    concepts |= {name: name for name in run.concepts}
    one_of_many(
        "Of",
        concepts,
        view.sliced_for if view.sliced_for in concepts else None,
        key=Key.SLICED_FOR,
        take=lambda concept: state.look(sliced_for=concept),
        width=170,
    )
    _interval_choice(view)
