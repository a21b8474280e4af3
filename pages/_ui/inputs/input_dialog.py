"""One input in full: its picture or text, every concept's score, its metadata."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import streamlit as st

import evalcore as ec
from evalcore.arrays import IntArray
from evalcore.counting.rules import Rule
from evalcore.runs.search import matching
from pages._ui import wording
from pages._ui.components.dots.dots import dots
from pages._ui.components.picture.picture import picture
from pages._ui.inputs import cards
from pages._ui.inputs.definition import choose_example
from pages._ui.inputs.listing import Listing, deciding, listing
from pages._ui.inputs.votes import vote_row
from pages._ui.server import thumbnails
from pages._ui.session import state
from pages._ui.session.keys import Key, of_each
from pages._ui.session.targets import Target
from pages._ui.session.view import View
from pages._ui.shell import frame
from pages._ui.shell.polls import ask_the_room, poll_here

__all__ = ["detail", "show_input"]

SIZE = 1024
MOST_ROWS = 30


def detail(
    *lists: Target, shown: IntArray | None = None, at: tuple[Rule, Rule] | None = None
) -> None:
    """Open the dialog of the input that the view names, if it names one.

    Parameters
    ----------
    lists
        What the page lists: of the first that holds the input, people turn to the next one.
    shown
        Positions of the concepts that a matrix shows by themselves; None: all of them.
    at
        The rule and the pinned rule that the lists are of; None: those that are set.
    """
    wanted = state.current().input
    if wanted is None:
        return
    evaluation = frame.opened().evaluation
    if _position(evaluation) is None:
        st.warning(f"The inputs chosen here hold no id {wording.escape(repr(wanted))}.")
        _close()
        return
    everyone = np.arange(evaluation.run.n_concepts)
    _dialog(evaluation, lists, everyone if shown is None else shown, at)


def _position(evaluation: ec.Evaluation) -> int | None:
    """Return where the input is that the view names; None where there is none of that id."""
    found = np.flatnonzero(evaluation.run.ids == state.current().input)
    return int(found[0]) if found.size else None


def _close() -> None:
    state.change(input=None)


@st.dialog("Input", width="large", on_dismiss=_close)
def _dialog(
    evaluation: ec.Evaluation,
    lists: tuple[Target, ...],
    shown: IntArray,
    at: tuple[Rule, Rule] | None,
) -> None:
    # read anew: the next input is turned to without the page around the dialog
    view = state.current()
    if at is not None:
        view = replace(view, rule=at[0], pinned=at[1])
    run, position, rule = evaluation.run, _position(evaluation), view.rule
    if position is None:
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        st.text(f"id {run.ids[position]}")
        _turning(evaluation, position, _list_with(evaluation, position, lists, shown, view), rule)
        _pin(str(run.ids[position]))
    ask_the_room(run, str(run.ids[position]), concept=_asked_about(lists, view))
    poll_here(place="dialog")
    left, right = st.columns([5, 3])
    with left:
        show_input(run, position)
        _metadata(run, position)
    with right:
        concept = vote_row(run, str(run.ids[position]), concept=_asked_about(lists, view))
        _scores(evaluation, position, rule)
        choose_example(str(run.ids[position]), concept)


def _asked_about(lists: tuple[Target, ...], view: View) -> str | None:
    found = [deciding(target) for target in lists]
    return next((concept for concept in found if concept is not None), view.concept)


def _turning(evaluation: ec.Evaluation, position: int, found: Listing | None, rule: Rule) -> None:
    """Say why the input is shown, and offer its neighbours in the list."""
    if found is None:
        return
    at = int(np.flatnonzero(found.members == position)[0])
    why = wording.escape(wording.describe(found.target))
    threshold = wording.number(_threshold(found, rule))
    st.markdown(f"**{why}** at {threshold} · {at + 1:,} of {found.members.size:,}")
    ids = evaluation.run.ids
    for key, label, there, shortcut in (
        (Key.INPUT_BEFORE, "Previous", at - 1, "Left"),
        (Key.INPUT_AFTER, "Next", at + 1, "Right"),
    ):
        is_there = 0 <= there < found.members.size
        st.button(
            label,
            key=key,
            shortcut=shortcut,
            disabled=not is_there,
            on_click=_turn_to,
            args=(str(ids[found.members[there]]) if is_there else "",),
        )


def _turn_to(name: str) -> None:
    state.change(input=name)


def _threshold(found: Listing, rule: Rule) -> float:
    concept = deciding(found.target)
    return rule.default if concept is None else rule.threshold_of(concept)


def _list_with(
    evaluation: ec.Evaluation,
    position: int,
    lists: tuple[Target, ...],
    shown: IntArray,
    view: View,
) -> Listing | None:
    for target in lists:
        try:
            found = listing(
                evaluation, target, rule=view.rule, pinned=view.pinned, shown=shown, sort=view.sort
            )
        except ec.SelectionError:
            continue  # the page itself says what is missing
        found = replace(found, members=matching(evaluation.run, found.members, view.search))
        if position in found.members:
            return found
    return None


def _pin(name: str) -> None:
    pinned = state.current().plan.evidence
    is_pinned = name in pinned

    def turn() -> None:
        kept = tuple(other for other in pinned if other != name)
        state.set_plan(evidence=kept if is_pinned else (*pinned, name))

    st.button(
        "Unpin" if is_pinned else "Pin as evidence",
        key=Key.PIN,
        help="Evidence is recorded with the next decision on the Thresholds page.",
        on_click=turn,
    )


def show_input(run: ec.EvalRun, position: int, *, named: bool = True) -> None:
    """Draw the text, or the picture large, of one input; a file's name may tell its label."""
    if run.texts is not None:
        st.text(str(run.texts[position]))
    if run.images is not None:
        what = f"input {run.ids[position]}" if named else "the input in question"
        name = run.images.name(position)
        size = thumbnails.size_of(run, position)
        large = size is not None and max(size) > SIZE
        picture(
            {
                "src": thumbnails.url(run, position, form="large") or "",
                "full": (thumbnails.url(run, position, form="full") or "") if large else "",
                "alt": what[0].upper() + what[1:] if size else f"No picture of {what}",
                "words": "" if size is None else f"{size[0]:,} × {size[1]:,} pixels",
            },
            key=of_each(Key.PICTURE, position),
        )
        if named:
            st.text(name)


def _metadata(run: ec.EvalRun, position: int) -> None:
    facts = {name: column[position] for name, column in run.metadata.items()}
    if run.folds is not None:
        facts["split"] = run.fold_names[int(run.folds[position])]
    if facts:
        frame.table(
            {"what": list(facts), "value": [str(value) for value in facts.values()]},
            alt="Metadata of this input",
        )


def _scores(evaluation: ec.Evaluation, position: int, rule: Rule) -> None:
    run = evaluation.run
    labelled = run.labels.of_input(position)
    order = np.argsort(-run.scores[position], kind="stable")
    if run.n_concepts > MOST_ROWS and not st.toggle(
        f"All {run.n_concepts:,} concepts", key=Key.ALL_SCORES
    ):
        order = _most_telling(order, labelled)
    predictions = evaluation.predictions(rule)
    rows = cards.score_rows(predictions, position, order, rule=rule)
    low, high = evaluation.score_range
    ticks = [low, (low + high) / 2, high]
    dots(
        {
            "rows": rows,
            "low": low,
            "high": high,
            "axis": [{"at": tick, "label": f"{tick:g}"} for tick in ticks],
        },
        key=Key.DOTS,
    )


def _most_telling(order: IntArray, labelled: IntArray) -> IntArray:
    """Keep the highest scores and, wherever they stand, the labelled concepts."""
    keep = np.isin(order, labelled)
    keep[:MOST_ROWS] = True
    return order[keep]
