"""What the page Compare draws: sentences, the table of differences, and the inputs behind it."""

from __future__ import annotations

import numpy as np
import streamlit as st

import evalcore as ec
from evalcore.arrays import IntArray
from evalcore.comparison.words import (
    paired_in_words,
    result_in_words,
    unlike_in_words,
    unmatched_in_words,
)
from evalcore.wording import plural
from pages._ui import wording
from pages._ui.compare.choices import metric_choice
from pages._ui.compare.compared import Compared, compared, difference
from pages._ui.compare.curves import curves_panel
from pages._ui.compare.differences import (
    FATE_COLUMNS,
    difference_heads,
    difference_table,
)
from pages._ui.compare.matrix import MOST_SHOWN, changes_of, matrix_data
from pages._ui.components.gallery.data import Card, ScoreLine
from pages._ui.components.matrix.matrix import matrix
from pages._ui.components.table.table import table
from pages._ui.inputs import cards
from pages._ui.inputs.plain_list import plain_list
from pages._ui.session import state
from pages._ui.session.keys import Key
from pages._ui.session.plan import Plan
from pages._ui.session.view import Link, View, write_link
from pages._ui.shell import frame, navigation

__all__ = [
    "concept_panel",
    "differences_panel",
    "inputs_list",
    "matrix_panel",
    "take_over_panel",
]

FATE_WORDS = {
    "mended": "only the right side gets {} right",
    "broken": "only the left side gets {} right",
    "both_wrong": "neither side gets {} right",
}


def differences_panel(found: Compared, view: View) -> None:
    """Draw what is compared, the choice of the metric, and the table."""
    said = paired_in_words(found.comparison, n_relabelled=found.n_relabelled)
    if found.matched is not None:
        said += f" {unmatched_in_words(found.matched)}"
    st.markdown(wording.escape(said))
    metric_choice(view)
    values = difference(found, view.compared)
    st.markdown(f"**{wording.escape(result_in_words(values))}**")
    if view.compared not in {"roc_auc", "average_precision"} and found.matched is None:
        _strictness(found)
    data = difference_table(found, values, view)
    table(data, key=Key.DIFFERENCES, on_pick=_picked, on_sort=_sorted)
    navigation.guide_line(difference_heads(found))


def _strictness(found: Compared) -> None:
    """Warn where one side is stricter than the other, and offer to compare both alike."""
    said = unlike_in_words(found.comparison)
    if said:
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(said, width="content")
            st.button(
                "Compare with as many predicted",
                key=Key.MATCH_STRICTNESS,
                on_click=_match_strictness,
            )


def _match_strictness() -> None:
    state.change(right_rule="predicted", right_own=())


def take_over_panel(found: Compared) -> None:
    """Offer the right side's thresholds: to go on with, and to put on record."""
    if found.comparison.right.rule == Link().complete(found.right.run).rule:
        return
    with st.container(horizontal=True):
        st.button(
            "Open the right run with these thresholds",
            key=Key.TAKE_MATCHED,
            on_click=_take,
            args=(navigation.EVALUATE, Plan()),
        )
        st.button(
            "Record them as a decision of the right run",
            key=Key.RECORD_MATCHED,
            on_click=_take,
            args=(navigation.THRESHOLDS, Plan(section="decisions")),
        )


def matrix_panel(found: Compared, view: View) -> None:
    """Draw what has changed cell by cell."""
    if not found.comparison.is_paired:
        return
    changes = changes_of(found.comparison)
    more = f" The {MOST_SHOWN} concepts that change most are shown." if changes.n_left_out else ""
    st.markdown(
        "**Right minus left, cell by cell.** A click lists the inputs that stand in the cell on "
        f"one side alone.{more}"
    )
    data = matrix_data(changes, found.comparison.concepts.left, selected=_chosen_cell(found, view))
    matrix(data, key=Key.DIFFERENCE_MATRIX, on_pick=_picked_cell)


def concept_panel(found: Compared, view: View) -> None:
    """Draw the curves of the concept that is looked at, on both sides."""
    names = found.comparison.concepts.left
    if names:
        curves_panel(found, _place(found, view))


def _place(found: Compared, view: View) -> int:
    names = found.comparison.concepts.left
    return names.index(view.concept) if view.concept in names else 0


def _chosen_cell(found: Compared, view: View) -> tuple[int | None, int | None] | None:
    """Return the places of the cell whose inputs are listed, None where others are."""
    if view.fate != "cell" or not isinstance(view.target, ec.Cell):
        return None
    names = found.comparison.concepts.left
    wanted = (view.target.actual, view.target.predicted)
    if any(name is not None and name not in names for name in wanted):
        return None
    row, column = (None if name is None else names.index(name) for name in wanted)
    return row, column


def inputs_list(found: Compared, view: View) -> None:
    """Draw the inputs behind the number or the cell that was clicked, with both scores."""
    comparison = found.comparison
    names = comparison.concepts.left
    if not (comparison.is_paired and names):
        return
    cell = _chosen_cell(found, view)
    if cell is None:
        place = _place(found, view)
        fate = "broken" if view.fate == "cell" else view.fate
        left, right = comparison.members(place, fate)
        what = FATE_WORDS[fate].format(f'"{names[place]}"')
        said = f"{plural(left.size, 'input')}: {what}, largest change first."
    else:
        # the scores of the predicted concept say why an input has moved
        place = next((k for k in reversed(cell) if k is not None), 0)
        left, right, n_entered = comparison.changed(*cell)
        said = (
            f"{wording.describe(ec.Cell(*_names(cell, names)))}: "
            f"{plural(n_entered, 'input')} on the right alone, {left.size - n_entered:,} on the "
            "left alone."
        )
    st.markdown(wording.escape(said))
    _cards(found, view, place, (left, right))


def _names(
    cell: tuple[int | None, int | None], names: tuple[str, ...]
) -> tuple[str | None, str | None]:
    row, column = (None if k is None else names[k] for k in cell)
    return row, column


def _cards(found: Compared, view: View, place: int, inputs: tuple[IntArray, IntArray]) -> None:
    """Draw inputs, given as positions on either side, with the score of a concept on both."""
    left, right = inputs
    concept = found.comparison.concepts.left[place]
    runs = (frame.opened().evaluation, found.right)

    def both_scores(k: int, card: Card) -> Card:
        lines = [
            _line(side, of_run, int(positions[k]), rule=own.rule, name=name)
            for side, of_run, positions, (own, name) in zip(
                ("left", "right"), runs, (left, right), found.comparison.both(place), strict=True
            )
        ]
        return {**card, "scores": lines}

    plain_list(
        runs[0],
        left,
        view=view,
        concepts=(concept,),
        empty="No input is of this kind.",
        adapt=both_scores,
    )


def _line(
    side: str, evaluation: ec.Evaluation, position: int, *, rule: ec.Rule, name: str
) -> ScoreLine:
    """Return the score of one input on one side."""
    asked = np.array([evaluation.run.position_of(name)])
    (row,) = cards.score_rows(evaluation.predictions(rule), position, asked, rule=rule)
    return {
        "name": side,
        "score": row["label"],
        "labelled": row["labelled"],
        "predicted": row["predicted"],
    }


def _picked() -> None:
    pick = st.session_state[Key.DIFFERENCES]["pick"]
    view = state.current()
    found = compared(frame.opened(), view)
    names, heads = found.comparison.concepts.left, difference_heads(found)
    row, column = int(pick["row"]), int(pick["column"])
    if row < len(names) and column < len(heads) and heads[column] in FATE_COLUMNS:
        state.change(concept=names[row], fate=FATE_COLUMNS[heads[column]])


def _sorted() -> None:
    """Keep nothing: the table sorts itself."""


def _picked_cell() -> None:
    pick = st.session_state[Key.DIFFERENCE_MATRIX]["pick"]
    view = state.current()
    found = compared(frame.opened(), view)
    places, names = changes_of(found.comparison).places, found.comparison.concepts.left
    row, column = int(pick["row"]), int(pick["column"])
    if not (0 <= row < len(places) and 0 <= column < len(places)):
        return
    cell = ec.Cell(*_names((places[row], places[column]), names))
    state.change(fate="cell", target=cell)


def _take(page: str, plan: Plan) -> None:
    view = state.current()
    found = compared(frame.opened(), view)
    rule = found.comparison.right.rule
    state.reopen(write_link(Link(run=view.right, rule=rule, right=view.run, plan=plan)))
    state.leave_for(page)
