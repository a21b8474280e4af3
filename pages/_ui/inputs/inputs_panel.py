"""Selection details: the inputs behind the clicked number, a page at a time."""

from __future__ import annotations

import math
from typing import Literal

import numpy as np
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

import evalcore as ec
from evalcore.arrays import IntArray
from evalcore.counting.selections import Part
from evalcore.runs.search import matching
from pages._ui import wording
from pages._ui.inputs import cards
from pages._ui.inputs.examples import gallery_with_examples
from pages._ui.inputs.listing import (
    Listing,
    cell_parts,
    deciding,
    disagreements,
    listing,
    target_of,
)
from pages._ui.inputs.votes import all_fine
from pages._ui.session import state
from pages._ui.session.choosing import one_of_few
from pages._ui.session.keys import Key
from pages._ui.session.targets import Target
from pages._ui.session.view import Sort, View
from pages._ui.shell import frame

__all__ = ["selection_panel"]

PAGER_WIDTH = 240
PER_PAGE = {"images": 20, "texts": 12}
SORT_WORDS = {
    "score": "highest first",
    "score up": "lowest first",
    "doubt": "in doubt first",
    "id": "by id",
}
NOTHING_HERE = "No input is behind this number at this threshold."
NOTHING_FOUND = "None of these inputs matches. Clear the search to see all of them."
PART_WORDS = {"also": "also labelled", "not": "not labelled", "unknown": "unknown"}


def selection_panel(
    evaluation: ec.Evaluation,
    view: View,
    *,
    shown: IntArray,
    choices: DeltaGenerator,
    size: int = cards.TILE,
) -> None:
    """Draw the list of inputs behind the number that was clicked.

    Parameters
    ----------
    shown
        Positions of the concepts that the matrix shows by themselves; the others are "(other)".
    choices
        Where the controls of the list stand.
    size
        The least width of a picture in pixels.
    """
    rule, pinned = view.rule, view.pinned
    target = target_of(evaluation, view)
    try:
        found = listing(
            evaluation,
            target,
            rule=rule,
            pinned=pinned,
            shown=shown,
            sort=view.sort,
        )
    except ec.SelectionError as error:
        with choices:
            st.empty()
        _lost(error, evaluation)
        return
    listed = matching(evaluation.run, found.members, view.search)
    with choices:
        _choices(evaluation, found, listed, view)
    _page(evaluation, found, listed, view, size=size)
    _reconcile(evaluation, found, rule, proposed=view.target is None)


def _lost(error: ec.SelectionError, evaluation: ec.Evaluation) -> None:
    names = ", ".join(wording.escape(name) for name in evaluation.run.concepts[:20])
    st.warning(
        f"{wording.escape(str(error))} This run has: {names}"
        f"{' …' if evaluation.run.n_concepts > 20 else ''}. "
        "Click a number of the table or a cell of the matrix to choose."
    )


def _choices(evaluation: ec.Evaluation, found: Listing, listed: IntArray, view: View) -> None:
    per_page = _per_page(evaluation)
    n_pages = max(1, math.ceil(listed.size / per_page))
    _part_choice(evaluation, found.target)
    _search_choice(evaluation, found, listed, view)
    _sort_choice(view)
    first = (min(view.page, n_pages) - 1) * per_page
    all_fine(listed[first : first + per_page], concept=deciding(found.target))
    if n_pages > 1:
        state.seed(Key.PAGE, min(view.page, n_pages))
        st.pagination(
            n_pages,
            key=Key.PAGE,
            max_visible_pages=5,
            width=state.wide(PAGER_WIDTH),
            on_change=lambda: _change(page=st.session_state[Key.PAGE]),
        )


def _part_choice(evaluation: ec.Evaluation, target: Target) -> None:
    cell = target.cell if isinstance(target, ec.CellPart) else target
    if evaluation.run.task == "single_label" or not isinstance(cell, ec.Cell):
        return
    if cell.predicted is None or cell.actual == cell.predicted:
        return
    parts = cell_parts(evaluation, cell, rule=state.current().rule)
    words: dict[Part | Literal["all"], str] = {"all": f"all {sum(parts.values()):,}"}
    words |= {part: f"{number:,} {PART_WORDS[part]}" for part, number in parts.items()}

    def show(part: Part | Literal["all"]) -> None:
        state.show(cell if part == "all" else ec.CellPart(cell, part))

    chosen = target.part if isinstance(target, ec.CellPart) else "all"
    one_of_few("Part of the cell", words, chosen, key=Key.PART, take=show)


def _search_choice(evaluation: ec.Evaluation, found: Listing, listed: IntArray, view: View) -> None:
    # sent again while somebody types, an equal text would take back the newest letters
    if st.session_state.get(Key.SEARCH) != view.search:
        state.seed(Key.SEARCH, view.search)
    what = "ids" if evaluation.run.texts is None else "texts"
    st.text_input(
        f"Search the {what} of these inputs",
        key=Key.SEARCH,
        placeholder=f"Search {what}",
        type="search",
        live=True,
        label_visibility="collapsed",
        width=state.wide(118),
        on_change=lambda: _change(search=st.session_state[Key.SEARCH]),
    )
    if view.search:
        verb = "matches" if listed.size == 1 else "match"
        st.caption(f"{listed.size:,} of {found.members.size:,} {verb}", width="content")


def _sort_choice(view: View) -> None:
    state.seed(Key.SORT, view.sort)

    st.selectbox(
        "Sort",
        list(SORT_WORDS),
        format_func=SORT_WORDS.__getitem__,
        key=Key.SORT,
        label_visibility="collapsed",
        width=state.wide(130),
        on_change=lambda: _change(sort=st.session_state[Key.SORT]),
    )


def _change(**fields: Sort | int | str) -> None:
    state.change(**fields)


def _per_page(evaluation: ec.Evaluation) -> int:
    return PER_PAGE["texts" if evaluation.run.texts is not None else "images"]


def _page(
    evaluation: ec.Evaluation, found: Listing, listed: IntArray, view: View, *, size: int
) -> None:
    per_page = _per_page(evaluation)
    n_pages = max(1, math.ceil(listed.size / per_page))
    first = (min(view.page, n_pages) - 1) * per_page
    here = listed[first : first + per_page]
    rule = view.rule
    data = cards.gallery_data(
        evaluation.predictions(rule),
        here,
        rule=rule,
        target=found.target,
        concepts=found.concepts,
        opened=view.input,
        search=view.search,
        empty=NOTHING_FOUND if view.search and found.members.size else NOTHING_HERE,
    )
    gallery_with_examples(
        {**data, "size": size}, key=Key.GALLERY, concepts=found.concepts, on_open=_open
    )


def _open() -> None:
    position = int(st.session_state[Key.GALLERY]["open"]["key"])
    ids = frame.opened().evaluation.run.ids
    if 0 <= position < len(ids):
        state.change(input=str(ids[position]))
    st.rerun()


def _reconcile(evaluation: ec.Evaluation, found: Listing, rule: ec.Rule, *, proposed: bool) -> None:
    touching = evaluation.n_on_threshold(rule)
    wrong = disagreements(
        evaluation.counts(rule),
        evaluation.matrix(rule),
        listed=int(np.size(found.members)),
        stated=found.stated,
    )
    if wrong:
        st.error(" ".join(wrong))
        return
    verb = "lies" if touching == 1 else "lie"
    hint = (
        " Shown is the largest confusion: click any number or cell for its inputs."
        if proposed
        else ""
    )
    st.caption(
        f"{wording.plural(touching, 'input')} {verb} exactly on {wording.place_of(rule)}; "
        f"table, matrix and gallery agree.{hint}"
    )
