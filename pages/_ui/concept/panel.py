"""The threshold of one concept, its strip of numbers and its table of comparison."""

from __future__ import annotations

from functools import partial

import streamlit as st

import evalcore as ec
from pages._ui.components.moving_marks.data import ChartMarks, CurvePoints
from pages._ui.components.moving_marks.moving_marks import moving_marks
from pages._ui.components.table.data import TableData
from pages._ui.components.table.table import table
from pages._ui.components.threshold_slider.data import DialNumbers
from pages._ui.concept.numbers import comparison, moved, press_target
from pages._ui.numbers.rule_panel import answered, place_dial
from pages._ui.session import state
from pages._ui.session.keys import Key
from pages._ui.session.view import View
from pages._ui.shell import frame, navigation

__all__ = ["comparison_table", "concept_dial", "place_marks"]


def concept_dial(
    evaluation: ec.Evaluation,
    view: View,
    concept: str,
    *,
    numbers: DialNumbers,
    address: str,
    whole_page: bool = False,
) -> None:
    """Let people move the threshold of a concept; ``address`` answers while they drag.

    Parameters
    ----------
    whole_page
        Whether a move draws the page, which then previews what is pressed, and not its fragments.
    """
    place_dial(
        evaluation,
        numbers=numbers,
        pinned=view.pinned.threshold_of(concept),
        address=address,
        on_move=partial(_moved, whole_page=whole_page),
        on_press=partial(_pressed, whole_page=whole_page),
    )


def _moved(*, whole_page: bool) -> None:
    live, view = st.session_state[Key.DIAL]["live"], state.current()
    try:
        rule = moved(view.rule, str(view.concept), live["text"])
    except ec.RuleError:
        return  # the browser checks what is typed; this is no message of our dial
    if live["done"]:
        state.change(rule=rule)
    else:
        state.drag(rule=rule)
    if not whole_page:
        state.refresh()


def _pressed(*, whole_page: bool) -> None:
    name, view = st.session_state[Key.DIAL]["press"]["name"], state.current()
    if name == "pin":
        state.change(pinned=view.rule)
        if not whole_page:
            state.refresh()
    elif name == "back":
        state.change(rule=view.pinned)
        st.rerun()
    target = press_target(name, str(view.concept))
    if target is not None and whole_page:
        state.change(target=target, trial=view.rule, trial_pinned=None)
    elif target is not None:
        state.show(target)


def place_marks(drawn: list[ChartMarks], curves: list[CurvePoints]) -> None:
    """Let what charts mark follow the threshold, and a click on a curve set it."""
    moving_marks(
        {"field": "marks", "answered": answered(), "charts": drawn, "curves": curves},
        key=Key.MARKS,
    )


def comparison_table(data: TableData) -> None:
    """Draw the table; a count is a link, at another threshold it goes there."""
    data = {**data, "answered": answered()}
    table(data, key=Key.COMPARISON, on_pick=_picked, on_sort=_sorted)
    navigation.guide_line(column["name"] for column in data["columns"])


def _picked() -> None:
    pick, view = st.session_state[Key.COMPARISON]["pick"], state.current()
    concept, evaluation = str(view.concept), frame.opened().evaluation
    shown = comparison(evaluation, view.rule, concept, target=None)
    target = shown.targets.get(int(pick["column"]))
    if target is not None and 0 <= int(pick["row"]) < len(shown.rules):
        state.change(rule=shown.rules[int(pick["row"])], target=target)
        state.refresh()


def _sorted() -> None:
    """Leave the three rows as they are: this threshold first."""
