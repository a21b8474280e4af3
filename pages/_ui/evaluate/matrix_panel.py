"""The concept-by-concept matrix: counts or average probability, grid, canvas or table."""

from __future__ import annotations

import streamlit as st

import evalcore as ec
from evalcore.arrays import IntArray
from evalcore.counting.matrix import WIDE
from pages._ui import wording
from pages._ui.components.heatmap.heatmap import heatmap
from pages._ui.components.matrix.matrix import matrix
from pages._ui.components.table.table import table
from pages._ui.evaluate import shown_matrix
from pages._ui.evaluate.live_numbers import Board
from pages._ui.session import state
from pages._ui.session.answer_key import AnswerKey
from pages._ui.session.keys import Key
from pages._ui.session.view import Scope, View
from pages._ui.shell import frame

__all__ = ["matrix_choices", "matrix_panel", "note_of", "shown"]

ORDER_WIDTH, FORM_WIDTH = 122, 96
MODE_WORDS = {"counts": "Counts", "probability": "Probability"}
ORDER_WORDS = {
    "run": "run order",
    "confusion": "most confused",
    "diagonal": "weakest diagonal",
    "cluster": "by cluster",
    "name": "by name",
}
SHARE_WORDS = {
    "none": "counts",
    "row": "shares of the row: its diagonal is the recall",
    "column": "shares of the column: its diagonal is the precision",
    "whole": "shares of all inputs",
}
TONE_WORDS = {"root": "the root of the share", "log": "the logarithm: rare mistakes stand out"}
NOTES = {
    "probability": (
        "Mean scores: they do not follow the threshold.",
        "Average probability: the mean score for the column over the inputs labelled with the row.",
    ),
    "multi_label": (
        "A row can sum to more than its total labelled.",
        "Counts: an input stands in every row it is labelled with and every column predicted.",
    ),
    "single_label": (
        "An input stands in one cell.",
        "Counts: an input stands in the row of its label and the column of its prediction.",
    ),
}
"""What the matrix holds, in a line and in full."""


def matrix_panel(evaluation: ec.Evaluation, view: View, *, parts: Board) -> None:
    """Draw the matrix in the form that was chosen, and say what it counts."""
    if parts["matrix_table"] is not None:
        table(
            parts["matrix_table"],
            key=Key.MATRIX_TABLE,
            on_pick=_picked_in_table,
            on_sort=lambda: None,
        )
    elif parts["matrix"] is not None:
        matrix(parts["matrix"], key=Key.MATRIX, on_pick=lambda: _picked(Key.MATRIX))
    elif parts["heatmap"] is not None:
        heatmap(parts["heatmap"], key=Key.HEATMAP, on_pick=lambda: _picked(Key.HEATMAP))
    line, whole = note_of(evaluation, view)
    with frame.row():
        st.caption(line, help=whole)
        if view.mode == "counts" and not view.as_table:
            _cell_choices(view)


def note_of(evaluation: ec.Evaluation, view: View) -> tuple[str, str]:
    """Say what the matrix holds, in a line and in full, and how many inputs stand nowhere in it."""
    if view.mode == "probability":
        return NOTES["probability"]
    task = evaluation.run.task
    one_cell = task == "single_label" and view.rule.mode_for(task) == "top"
    line, whole = NOTES["single_label" if one_cell else "multi_label"]
    if n_nowhere := evaluation.run.labels.undecided.size:
        line += (
            f" {wording.plural(n_nowhere, 'input')} without a label may show a concept: in none."
        )
    return line, whole


def shown(evaluation: ec.Evaluation, view: View) -> IntArray:
    """Return the positions of the concepts on show, in order; kept while the threshold moves."""
    what = (
        shown_matrix.order_of(view, evaluation.run),
        view.mode,
        shown_matrix.scope_of(view, evaluation.run),
    )
    key = AnswerKey.of("order", evaluation.run, *what, view.pinned)
    return _kept(key, evaluation, view)


@st.cache_resource(max_entries=256, show_spinner=False)
def _kept(key: AnswerKey, _evaluation: ec.Evaluation, _view: View) -> IntArray:  # noqa: ARG001 - the key
    return shown_matrix.shown_concepts(_evaluation, _view)


def matrix_choices(view: View, run: ec.EvalRun) -> None:
    """Let people choose what the matrix holds, its order and its form."""
    forms = _forms(run)
    scope = shown_matrix.scope_of(view, run)
    state.seed(Key.MODE, view.mode)
    state.seed(Key.ORDER, shown_matrix.order_of(view, run))
    state.seed(
        Key.FORM, next(name for name, form in forms.items() if form == (scope, view.as_table))
    )
    st.segmented_control(
        "Matrix",
        list(MODE_WORDS),
        format_func=MODE_WORDS.__getitem__,
        key=Key.MODE,
        required=True,
        label_visibility="collapsed",
        on_change=lambda: state.look(mode=st.session_state[Key.MODE]),
    )
    st.selectbox(
        "Order",
        [order for order in ORDER_WORDS if order != "cluster" or run.n_concepts <= WIDE],
        format_func=ORDER_WORDS.__getitem__,
        key=Key.ORDER,
        label_visibility="collapsed",
        width=state.wide(ORDER_WIDTH),
        on_change=lambda: state.look(order=st.session_state[Key.ORDER]),
    )
    st.selectbox(
        "Form",
        list(forms),
        key=Key.FORM,
        label_visibility="collapsed",
        width=state.wide(FORM_WIDTH if len(forms) == 2 else ORDER_WIDTH),
        on_change=lambda: _choose_form(forms[st.session_state[Key.FORM]]),
    )


def _cell_choices(view: View) -> None:
    """Let people choose what the cells say and how their tones grow, in a fold of its own."""
    state.seed(Key.CELL_SHARES, view.shares)
    state.seed(Key.TONE_SCALE, view.tone)
    with st.popover("Counts or shares", type="tertiary"):
        st.radio(
            "Written in the cells",
            list(SHARE_WORDS),
            format_func=SHARE_WORDS.__getitem__,
            key=Key.CELL_SHARES,
            on_change=lambda: state.look(shares=st.session_state[Key.CELL_SHARES]),
        )
        st.radio(
            "A tone grows with",
            list(TONE_WORDS),
            format_func=TONE_WORDS.__getitem__,
            key=Key.TONE_SCALE,
            on_change=lambda: state.look(tone=st.session_state[Key.TONE_SCALE]),
        )


def _forms(run: ec.EvalRun) -> dict[str, tuple[Scope, bool]]:
    """Return the ways to show the matrix: which concepts, and whether as a table."""
    if run.n_concepts <= shown_matrix.MOST_IN_GRID:
        return {"grid": ("all", False), "table": ("all", True)}
    few = f"{shown_matrix.SHOWN} most confused"
    forms: dict[str, tuple[Scope, bool]] = {
        few: ("confused", False),
        f"{few}, table": ("confused", True),
    }
    if run.n_concepts > WIDE:
        return forms
    return forms | {
        f"all {run.n_concepts:,}": ("all", False),
        f"all {run.n_concepts:,}, table": ("all", True),
    }


def _choose_form(form: tuple[Scope, bool]) -> None:
    state.look(scope=form[0], as_table=form[1])


def _picked(key: Key) -> None:
    pick = st.session_state[key]["pick"]
    _take(int(pick["row"]), int(pick["column"]))


def _picked_in_table() -> None:
    pick = st.session_state[Key.MATRIX_TABLE]["pick"]
    _take(int(pick["row"]), int(pick["column"]) - 1)


def _take(row: int, column: int) -> None:
    view, evaluation = state.current(), frame.opened().evaluation
    page = shown_matrix.shown_matrix(evaluation, view, shown=shown(evaluation, view))
    target = shown_matrix.place_target(page, row, column)
    if target is not None:
        state.show(target)
