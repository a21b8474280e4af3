"""The concept-by-concept matrix: counts or average probability, grid, canvas or table."""

from __future__ import annotations

from typing import Literal

import streamlit as st

import evalcore as ec
from evalcore.arrays import IntArray
from evalcore.counting.matrix import is_wide
from pages._ui.components.heatmap.data import HeatmapData
from pages._ui.components.heatmap.heatmap import heatmap
from pages._ui.components.matrix.data import MatrixData
from pages._ui.components.matrix.matrix import matrix
from pages._ui.components.table.table import table
from pages._ui.evaluate import matrix_data, shown_matrix
from pages._ui.evaluate.live_numbers import Board
from pages._ui.numbers.rule_panel import answered
from pages._ui.session import state
from pages._ui.session.answer_key import AnswerKey
from pages._ui.session.choosing import one_of_few
from pages._ui.session.keys import Key
from pages._ui.session.view import Scope, View
from pages._ui.shell import frame

__all__ = ["matrix_choices", "matrix_panel", "shown"]

ORDER_WIDTH = 122
SIMPLE_FORMS: dict[str, tuple[Scope, bool]] = {"grid": ("all", False), "table": ("all", True)}
"""Of a run that a grid holds whole; a larger one is chosen from."""
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


def matrix_panel(*, parts: Board) -> None:
    """Draw the matrix in the form that was chosen."""
    if parts["matrix_table"] is not None:
        table(
            {**parts["matrix_table"], "answered": answered()},
            key=Key.MATRIX_TABLE,
            on_pick=_picked_in_table,
            on_sort=lambda: None,
        )
    elif parts["matrix"] is not None:
        cells: MatrixData = {**parts["matrix"], "answered": _answered(parts["matrix"]["mode"])}
        matrix(cells, key=Key.MATRIX, on_pick=lambda: _picked(Key.MATRIX))
    elif parts["heatmap"] is not None:
        whole: HeatmapData = {**parts["heatmap"], "answered": _answered(parts["heatmap"]["mode"])}
        heatmap(whole, key=Key.HEATMAP, on_pick=lambda: _picked(Key.HEATMAP))


def _answered(mode: str) -> str | None:
    """Return the dial's message that the cells follow; probabilities are not sent anew for it."""
    return answered() if mode == "counts" else None


def shown(evaluation: ec.Evaluation, view: View) -> IntArray:
    """Return the positions of the concepts on show, in order; kept while the threshold moves."""
    what = (
        shown_matrix.order_of(view, evaluation.run),
        view.mode,
        shown_matrix.scope_of(view, evaluation.run),
    )
    key = AnswerKey.of("order", evaluation.run, *what, view.pinned)
    return _kept(key=key, _evaluation=evaluation, _view=view)


@st.cache_resource(max_entries=256, show_spinner=False)
def _kept(key: AnswerKey, _evaluation: ec.Evaluation, _view: View) -> IntArray:  # noqa: ARG001 - the key
    return shown_matrix.shown_concepts(_evaluation, _view)


def matrix_choices(evaluation: ec.Evaluation, view: View, run: ec.EvalRun) -> None:
    """Let people choose what the matrix holds, its order, its form, and what the cells say."""
    forms = _forms(run)
    scope = shown_matrix.scope_of(view, run)
    state.seed(Key.ORDER, shown_matrix.order_of(view, run))
    state.seed(
        Key.FORM, next(name for name, form in forms.items() if form == (scope, view.as_table))
    )
    one_of_few(
        "Matrix", MODE_WORDS, view.mode, key=Key.MODE, take=lambda mode: state.look(mode=mode)
    )
    st.selectbox(
        "Order",
        [order for order in ORDER_WORDS if order != "cluster" or not is_wide(run.n_concepts)],
        format_func=ORDER_WORDS.__getitem__,
        key=Key.ORDER,
        label_visibility="collapsed",
        width=state.wide(ORDER_WIDTH),
        on_change=lambda: state.look(order=st.session_state[Key.ORDER]),
    )
    is_simple = len(forms) == len(SIMPLE_FORMS)
    if not is_simple:
        _form_choice(forms, label_visibility="collapsed")
    with st.popover("Cells", type="tertiary"):
        if is_simple:
            _form_choice(forms, label_visibility="visible")
        st.markdown(" ".join(matrix_data.note_of(evaluation, view)))
        if view.mode == "counts" and not view.as_table:
            _cell_choices(view)


def _form_choice(
    forms: dict[str, tuple[Scope, bool]], *, label_visibility: Literal["visible", "collapsed"]
) -> None:
    st.selectbox(
        "Form",
        list(forms),
        key=Key.FORM,
        label_visibility=label_visibility,
        width=state.wide(ORDER_WIDTH),
        on_change=lambda: _choose_form(forms[st.session_state[Key.FORM]]),
    )


def _cell_choices(view: View) -> None:
    """Let people choose what the cells say and how their tones grow."""
    state.seed(Key.CELL_SHARES, view.shares)
    state.seed(Key.TONE_SCALE, view.tone)
    for label, key, choices, take in (
        ("Written in the cells", Key.CELL_SHARES, SHARE_WORDS, _take_shares),
        ("A tone grows with", Key.TONE_SCALE, TONE_WORDS, _take_tone),
    ):
        st.radio(label, list(choices), format_func=choices.__getitem__, key=key, on_change=take)


def _take_shares() -> None:
    state.look(shares=st.session_state[Key.CELL_SHARES])


def _take_tone() -> None:
    state.look(tone=st.session_state[Key.TONE_SCALE])


def _forms(run: ec.EvalRun) -> dict[str, tuple[Scope, bool]]:
    """Return the ways to show the matrix: which concepts, and whether as a table."""
    if run.n_concepts <= shown_matrix.MOST_IN_GRID:
        return SIMPLE_FORMS
    few = f"{shown_matrix.SHOWN} most confused"
    forms: dict[str, tuple[Scope, bool]] = {
        few: ("confused", False),
        f"{few}, table": ("confused", True),
    }
    if is_wide(run.n_concepts):
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
