"""What is on the page, to take away: the table, the matrix and the list as CSV."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

import evalcore as ec
from evalcore.arrays import IntArray
from evalcore.base.spreadsheet import sheet
from evalcore.runs.search import matching
from pages._ui import wording
from pages._ui.evaluate import matrix_data
from pages._ui.evaluate.live_numbers import Board, numbers_table
from pages._ui.evaluate.shown_matrix import shown_matrix
from pages._ui.inputs.listing import listing, target_of
from pages._ui.session.keys import Kept, Key, of_each
from pages._ui.session.view import View
from pages._ui.shell import frame, navigation

__all__ = ["list_sheet", "matrix_sheet", "note_terms", "numbers_sheet", "take_away"]

MOST_SCORES = 50
"""Of more concepts only those that the list is about have a column of scores."""


def take_away(evaluation: ec.Evaluation, view: View, *, shown: IntArray) -> None:
    """Offer what is on the page as files, made when they are asked for."""
    name = "".join(letter if letter.isalnum() else "-" for letter in evaluation.run.name)
    opened = frame.opened()
    others = {"whole": opened.whole, "against": opened.against}
    kinds: tuple[tuple[str, str, Callable[[], str]], ...] = (
        (
            "Table",
            view.panel,
            lambda: numbers_sheet(evaluation, view, **others),
        ),
        ("Matrix", "matrix", lambda: matrix_sheet(evaluation, view, shown=shown)),
        ("List of inputs", "inputs", lambda: list_sheet(evaluation, view, shown=shown)),
    )
    with frame.row():
        st.caption(f"As CSV, at {wording.number(view.rule.default)}:", width="content")
        for label, part, make in kinds:
            st.download_button(
                label,
                make,
                file_name=f"{name}-{part}.csv",
                mime="text/csv",
                key=of_each(Key.TAKE_AWAY, part),
                type="tertiary",
                on_click="ignore",
            )
    navigation.guide_line([*st.session_state[Kept.TERMS], "matrix"])


def note_terms(parts: Board) -> None:
    """Note what stands over the numbers on the page, to be explained below them."""
    heads = [column["name"] for column in parts["table"]["columns"]]
    labels = [one["label"] for one in parts["dial"]["highlights"]]
    st.session_state[Kept.TERMS] = [*heads, *labels]


def numbers_sheet(
    evaluation: ec.Evaluation,
    view: View,
    *,
    whole: ec.Evaluation | None = None,
    against: ec.Evaluation | None = None,
) -> str:
    """Return the table as it is on the page, its totals last; numbers with all their digits."""
    table = numbers_table(evaluation, view, whole=whole or evaluation, against=against)
    return sheet([head["name"] for head in table.heads], [*table.rows, *table.totals])


def matrix_sheet(evaluation: ec.Evaluation, view: View, *, shown: IntArray) -> str:
    """Return the matrix as it is on the page: a row per labelled concept."""
    page = shown_matrix(evaluation, view, shown=shown)
    heads = [column["name"] for column in matrix_data.table_columns(page)]
    return sheet(heads, matrix_data.table_rows(page))


def list_sheet(evaluation: ec.Evaluation, view: View, *, shown: IntArray) -> str:
    """Return the inputs behind the number that was clicked: id, labels, scores, path."""
    run, target = evaluation.run, target_of(evaluation, view)
    found = listing(
        evaluation, target, rule=view.rule, pinned=view.pinned, shown=shown, sort=view.sort
    )
    names = list(run.concepts if run.n_concepts <= MOST_SCORES else found.concepts)
    columns = [run.position_of(name) for name in names]
    rows = []
    for position in matching(run, found.members, view.search).tolist():
        labels = "|".join(run.concepts[j] for j in run.labels.of_input(position))
        path = "" if run.images is None else run.images.name(position)
        scores = [_given(float(run.scores[position, j])) for j in columns]
        rows.append([str(run.ids[position]), labels, path, *scores])
    return sheet(["id", "labels", "image", *(f"score:{name}" for name in names)], rows)


def _given(score: float) -> float | None:
    return None if score == -float("inf") else score
