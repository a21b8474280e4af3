"""The concept-by-concept matrix: counts or average probability, grid, canvas or table."""

from __future__ import annotations

import streamlit as st

import evalcore as ec
from evalcore.arrays import IntArray
from pages._ui import matrix_data, state, wording
from pages._ui.components.heatmap import heatmap
from pages._ui.components.matrix import matrix
from pages._ui.keys import Key
from pages._ui.matrix_data import Sheet
from pages._ui.view import Scope, View

__all__ = ["matrix_choices", "matrix_panel", "shown"]

HEIGHT = 322
ROW_HEIGHT = 27
CHOICE_WIDTH = 138
MODE_WORDS = {"counts": "Counts", "probability": "Probability"}
ORDER_WORDS = {
    "run": "run order",
    "confusion": "most confused first",
    "diagonal": "weakest diagonal first",
    "cluster": "by cluster",
    "name": "by name",
}
NOTES = {
    "probability": "Average probability: the mean score for the column over the inputs labelled "
    "with the row; it does not follow the threshold.",
    "multi_label": "Counts: an input stands in every row it is labelled with and every column "
    "predicted for it, so a row can sum to more than its total labelled.",
    "single_label": "Counts: an input stands in the row of its label and the column of its "
    "prediction.",
}


def matrix_panel(evaluation: ec.Evaluation, view: View) -> None:
    """Draw the matrix for the live rule."""
    page = matrix_data.sheet(evaluation, view, shown=shown(evaluation, view))
    if view.as_table:
        _as_table(page, view)
    elif len(page.rows) <= matrix_data.MOST_IN_GRID + 2:
        data = matrix_data.grid(page, target=view.target, height=HEIGHT)
        matrix(data, key=Key.MATRIX, on_pick=lambda: _picked(page, Key.MATRIX))
    else:
        large = matrix_data.heatmap_data(page, target=view.target, height=HEIGHT)
        heatmap(large, key=Key.HEATMAP, on_pick=lambda: _picked(page, Key.HEATMAP))
    st.caption(NOTES["probability" if view.mode == "probability" else evaluation.run.task])


def shown(evaluation: ec.Evaluation, view: View) -> IntArray:
    """Return the positions of the concepts on show, in order; kept while the threshold moves."""
    what = (
        matrix_data.order_of(view, evaluation.run),
        view.mode,
        matrix_data.scope_of(view, evaluation.run),
    )
    key = repr((evaluation.run.fingerprint, *what, view.pinned))
    return _kept(key, evaluation, view)


@st.cache_resource(max_entries=256, show_spinner=False)
def _kept(key: str, _evaluation: ec.Evaluation, _view: View) -> IntArray:  # noqa: ARG001 - the key
    return matrix_data.shown_concepts(_evaluation, _view)


def matrix_choices(view: View, run: ec.EvalRun) -> None:
    """Let people choose what the matrix holds, its order and its form."""
    forms = _forms(run)
    scope = matrix_data.scope_of(view, run)
    state.seed(Key.MODE, view.mode)
    state.seed(Key.ORDER, matrix_data.order_of(view, run))
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
        list(ORDER_WORDS),
        format_func=ORDER_WORDS.__getitem__,
        key=Key.ORDER,
        label_visibility="collapsed",
        width=CHOICE_WIDTH,
        on_change=lambda: state.look(order=st.session_state[Key.ORDER]),
    )
    st.selectbox(
        "Form",
        list(forms),
        key=Key.FORM,
        label_visibility="collapsed",
        width=CHOICE_WIDTH,
        on_change=lambda: _choose_form(forms[st.session_state[Key.FORM]]),
    )


def _forms(run: ec.EvalRun) -> dict[str, tuple[Scope, bool]]:
    """Return the ways to show the matrix: which concepts, and whether as a table."""
    if run.n_concepts <= matrix_data.MOST_IN_GRID:
        return {"grid": ("all", False), "table": ("all", True)}
    few = f"{matrix_data.SHOWN} most confused"
    return {
        few: ("confused", False),
        f"{few}, table": ("confused", True),
        f"all {run.n_concepts:,}": ("all", False),
        f"all {run.n_concepts:,}, table": ("all", True),
    }


def _choose_form(form: tuple[Scope, bool]) -> None:
    state.look(scope=form[0], as_table=form[1])


def _picked(page: Sheet, key: Key) -> None:
    pick = st.session_state[key]["pick"]
    _take(page, int(pick["r"]), int(pick["c"]))


def _take(page: Sheet, row: int, column: int) -> None:
    target = matrix_data.place_target(page, row, column)
    if target is not None:
        state.show(target)


def _as_table(page: Sheet, view: View) -> None:
    table = matrix_data.table(page)

    def pick() -> None:
        cells = st.session_state[Key.MATRIX_TABLE].selection.cells
        if cells:
            row, column = cells[0]
            _take(page, int(row), list(table.columns).index(column) - 1)

    st.dataframe(
        table,
        key=Key.MATRIX_TABLE,
        hide_index=True,
        column_config={
            name: st.column_config.NumberColumn(
                label, format="localized" if view.mode == "counts" else "%.3f"
            )
            for name, label in matrix_data.column_names(page).items()
        }
        | {"labelled": st.column_config.TextColumn("labelled ↓ predicted →", pinned=True)},
        height=min(HEIGHT, (len(table) + 1) * ROW_HEIGHT + 8),
        row_height=ROW_HEIGHT,
        placeholder=wording.UNDEFINED,
        on_select=pick,
        selection_mode="single-cell",
        alt="The matrix as a table: a row per labelled concept, a column per predicted concept",
    )
