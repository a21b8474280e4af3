"""What is on the page, to take away: the table, the matrix and the list as CSV."""

from __future__ import annotations

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

__all__ = [
    "OnPage",
    "guide_to_terms",
    "list_sheet",
    "matrix_sheet",
    "note_terms",
    "numbers_sheet",
    "offer_files",
    "say_threshold",
]

MOST_SCORES = 50
"""Of more concepts only those that the list is about have a column of scores."""


class OnPage:
    """What is on the page now; the files are made of it, in threads that know of no session."""

    def __init__(self) -> None:
        self._evaluation: ec.Evaluation
        self._view: View
        self._shown: IntArray
        self._opened = frame.opened()

    def note(self, evaluation: ec.Evaluation, view: View, *, shown: IntArray) -> None:
        """Take in what was drawn; with ``shown``, the concepts on show in the matrix."""
        self._evaluation, self._view, self._shown = evaluation, view, shown

    def table(self) -> str:
        """Return the table as CSV."""
        others = {"whole": self._opened.whole, "against": self._opened.against}
        return numbers_sheet(self._evaluation, self._view, **others)

    def matrix(self) -> str:
        """Return the matrix as CSV."""
        return matrix_sheet(self._evaluation, self._view, shown=self._shown)

    def inputs(self) -> str:
        """Return the list of inputs as CSV."""
        return list_sheet(self._evaluation, self._view, shown=self._shown)


def offer_files(on_page: OnPage, *, name: str, panel: str) -> None:
    """Offer what is on the page as files, made when they are asked for.

    Drawn with the page, not with every move of the threshold.
    """
    plain = "".join(letter if letter.isalnum() else "-" for letter in name)
    for label, part, make in (
        ("Table", panel, on_page.table),
        ("Matrix", "matrix", on_page.matrix),
        ("List of inputs", "inputs", on_page.inputs),
    ):
        st.download_button(
            label,
            make,
            file_name=f"{plain}-{part}.csv",
            mime="text/csv",
            key=of_each(Key.TAKE_AWAY, part),
            type="tertiary",
            on_click="ignore",
        )


def say_threshold(view: View) -> None:
    """Say which threshold the files are at."""
    st.caption(f"As CSV, at {wording.number(view.rule.default)}:", width="content")


def guide_to_terms() -> None:
    """Draw the links to what the guide says of the numbers on the page."""
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
