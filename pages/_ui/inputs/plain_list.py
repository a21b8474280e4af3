"""A list of inputs that a page has found by itself: cards, a page at a time."""

from __future__ import annotations

import math
from collections.abc import Callable

import streamlit as st

import evalcore as ec
from evalcore.arrays import IntArray
from pages._ui.components.gallery.data import Card
from pages._ui.components.gallery.gallery import gallery
from pages._ui.inputs import cards
from pages._ui.session import state
from pages._ui.session.keys import Key
from pages._ui.session.view import View
from pages._ui.shell import frame

__all__ = ["PER_PAGE", "plain_list"]

PER_PAGE = 16
PAGER_WIDTH = 240


def plain_list(
    evaluation: ec.Evaluation,
    positions: IntArray,
    *,
    view: View,
    concepts: tuple[str, ...],
    empty: str,
    adapt: Callable[[int, Card], Card] | None = None,
) -> None:
    """Draw inputs in the order given.

    Parameters
    ----------
    concepts
        Whose scores stand on the cards first.
    adapt
        Is given the place of an input in ``positions`` and its card, and returns the card to draw.
    """
    n_pages = max(1, math.ceil(positions.size / PER_PAGE))
    page = min(view.page, n_pages)
    if n_pages > 1:
        state.seed(Key.PAGE, page)
        st.pagination(
            n_pages,
            key=Key.PAGE,
            max_visible_pages=5,
            width=state.wide(PAGER_WIDTH),
            on_change=_turn,
        )
    first = (page - 1) * PER_PAGE
    data = cards.gallery_data(
        evaluation.predictions(view.rule),
        positions[first : first + PER_PAGE],
        rule=view.rule,
        target=ec.Labelled(None),
        concepts=concepts,
        opened=view.input,
        empty=empty,
    )
    if adapt is not None:
        data["items"] = [adapt(first + place, card) for place, card in enumerate(data["items"])]
    gallery(data, key=Key.GALLERY, on_open=_open)


def _turn() -> None:
    state.change(page=st.session_state[Key.PAGE])


def _open() -> None:
    position = int(st.session_state[Key.GALLERY]["open"]["key"])
    ids = frame.opened().evaluation.run.ids
    if 0 <= position < len(ids):
        state.change(input=str(ids[position]))
    st.rerun()
