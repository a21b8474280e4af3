"""What the page Compare draws: sentences, the table of differences, and the inputs behind it."""

from __future__ import annotations

import numpy as np
import streamlit as st

import evalcore as ec
from evalcore.comparison.words import paired_in_words, result_in_words, unmatched_in_words
from evalcore.wording import plural
from pages._ui import wording
from pages._ui.compare.choices import metric_choice
from pages._ui.compare.compared import Compared, compared, difference
from pages._ui.compare.differences import (
    FATE_COLUMNS,
    difference_heads,
    difference_table,
)
from pages._ui.components.gallery.data import Card, ScoreLine
from pages._ui.components.table.table import table
from pages._ui.inputs import cards
from pages._ui.inputs.plain_list import plain_list
from pages._ui.session import state
from pages._ui.session.keys import Key
from pages._ui.session.view import Link, View, write_link
from pages._ui.shell import frame, navigation

__all__ = ["differences_panel", "fate_list"]

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
    data = difference_table(found, values, view)
    table(data, key=Key.DIFFERENCES, on_pick=_picked, on_sort=_sorted)
    navigation.guide_line(difference_heads(found))
    if found.matched is not None:
        label = "Open the right run with the matched thresholds"
        st.button(label, key=Key.TAKE_MATCHED, on_click=_take)


def fate_list(found: Compared, view: View) -> None:
    """Draw the inputs that were mended, broken, or are wrong on both sides."""
    comparison = found.comparison
    names = comparison.concepts.left
    if not (comparison.is_paired and names):
        return
    concept = view.concept if view.concept in names else names[0]
    place = names.index(concept)
    left, right = comparison.members(place, view.fate)
    said = FATE_WORDS[view.fate].format(f'"{concept}"')
    st.markdown(wording.escape(f"{plural(left.size, 'input')}: {said}, largest change first."))

    runs = (frame.opened().evaluation, found.right)

    def both_scores(k: int, card: Card) -> Card:
        lines = [
            _line(side, of_run, int(positions[k]), rule=own.rule, name=name)
            for side, of_run, positions, (own, name) in zip(
                ("left", "right"), runs, (left, right), comparison.both(place), strict=True
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


def _take() -> None:
    view = state.current()
    found = compared(frame.opened(), view)
    rule = found.comparison.right.rule
    state.reopen(write_link(Link(run=view.right, rule=rule, right=view.run)))
    state.leave_for(navigation.EVALUATE)
