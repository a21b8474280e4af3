"""The inputs of one concept: its mistakes, what a number lists, and the borderline."""

from __future__ import annotations

import numpy as np
import streamlit as st

import evalcore as ec
from evalcore.arrays import IntArray
from evalcore.concept.staircase import borderline
from evalcore.counting.selections import OutcomeName
from pages._ui import wording
from pages._ui.components.words.words import words
from pages._ui.inputs import cards
from pages._ui.inputs.examples import gallery_with_examples
from pages._ui.inputs.inputs_panel import selection_panel
from pages._ui.session import state
from pages._ui.session.keys import Key, of_each
from pages._ui.session.targets import Target
from pages._ui.session.view import View
from pages._ui.shell import frame

__all__ = ["borderline_list", "listed", "lists", "target_of"]

FIRST = {"images": 6, "texts": 3}
NEAREST = {"images": 8, "texts": 4}
"""Inputs shown of each kind of mistake, and on each side of the threshold."""
SMALL = 100
"""Least width of a picture in pixels, so that three stand side by side next to the charts."""
MISTAKES: dict[OutcomeName, tuple[Key, str]] = {
    "FP": (Key.FALSE_POSITIVES, "False positives"),
    "FN": (Key.FALSE_NEGATIVES, "False negatives"),
}


def target_of(view: View, concept: str) -> Target | None:
    """Return what the link lists, where it is of this concept; None: the mistakes."""
    match view.target:
        case ec.Outcome() | ec.Labelled() | ec.Predicted() | ec.OnThreshold() | ec.Flip():
            return view.target if view.target.concept == concept else None
        case _:
            return None


def listed(view: View, concept: str) -> tuple[Target, ...]:
    """Return what the page lists: the number that was pressed, or both kinds of mistakes."""
    target = target_of(view, concept)
    return (target,) if target else tuple(ec.Outcome(concept, outcome) for outcome in MISTAKES)


def _everyone(evaluation: ec.Evaluation) -> IntArray:
    """Return the positions of all concepts: none of them is one of the others here."""
    return np.arange(evaluation.run.n_concepts)


def lists(evaluation: ec.Evaluation, view: View, concept: str) -> None:
    """Draw the list of the number that was pressed, or the first of both kinds of mistakes."""
    target = target_of(view, concept)
    if target is None:
        for outcome in MISTAKES:
            _mistakes(evaluation, view, ec.Outcome(concept, outcome))
        return
    count = evaluation.members(view.rule, target).size  # type: ignore[arg-type]
    with frame.row():
        words(
            {
                "field": "headline",
                "words": [
                    {"text": wording.describe(target), "strong": True},
                    {"text": f": {wording.plural(count, 'input')}", "strong": False},
                ],
                "level": 2,
                "polite": True,
            },
            key=Key.HEADLINE,
        )
        st.button("Back to the mistakes", key=Key.BACK, on_click=_back)
    with frame.row():
        choices = st.container(
            horizontal=True, width="stretch", gap="small", vertical_alignment="center"
        )
    shown = _everyone(evaluation)
    selection_panel(evaluation, view, shown=shown, choices=choices, size=SMALL)


def _back() -> None:
    state.change(target=None)
    state.refresh()


def _mistakes(evaluation: ec.Evaluation, view: View, target: ec.Outcome) -> None:
    key, name = MISTAKES[target.outcome]
    members = evaluation.members(view.rule, target)
    with frame.row():
        st.markdown(f"**{name}** · {wording.plural(members.size, 'input')}")
        if members.size > _most(evaluation, FIRST):
            st.button(
                f"Show all {members.size:,}",
                key=of_each(Key.SHOW_ALL, target.outcome),
                type="tertiary",
                on_click=_list,
                args=(target,),
            )
    empty = "None at this threshold."
    shown = members[: _most(evaluation, FIRST)]
    _gallery(evaluation, view, shown, target=target, key=key, empty=empty)


def _list(target: Target) -> None:
    state.show(target)


def borderline_list(evaluation: ec.Evaluation, view: View, concept: str) -> None:
    """Draw the inputs nearest the threshold, from well outside to well inside."""
    rule = view.rule
    k = _most(evaluation, NEAREST)
    found = borderline(evaluation, rule, concept, k=k)
    outside, inside = found.missed[::-1], found.predicted
    st.markdown(
        f"**Borderline** · the {wording.plural(outside.size, 'input')} just not predicted, then "
        f"the {wording.plural(inside.size, 'input')} just predicted, by rising score"
    )
    for members, key in ((outside, Key.JUST_OUTSIDE), (inside, Key.JUST_INSIDE)):
        _gallery(
            evaluation,
            view,
            members,
            target=ec.Predicted(concept),
            key=key,
            empty="No input on this side of the threshold.",
        )


def _gallery(
    evaluation: ec.Evaluation,
    view: View,
    members: IntArray,
    *,
    target: ec.Outcome | ec.Predicted,
    key: Key,
    empty: str,
) -> None:
    rule = view.rule
    data = cards.gallery_data(
        evaluation.predictions(rule),
        members,
        rule=rule,
        target=target,
        concepts=(str(target.concept),),
        opened=view.input,
    )
    gallery_with_examples(
        {**data, "empty": empty, "size": SMALL},
        key=key,
        concepts=(str(target.concept),),
        on_open=lambda: _open(key),
    )


def _open(key: Key) -> None:
    position = int(st.session_state[key]["open"]["key"])
    ids = frame.opened().evaluation.run.ids
    if 0 <= position < len(ids):
        state.change(input=str(ids[position]))
    st.rerun()


def _most(evaluation: ec.Evaluation, limits: dict[str, int]) -> int:
    return limits["texts" if evaluation.run.texts is not None else "images"]
