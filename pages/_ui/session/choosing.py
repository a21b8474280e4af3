"""Choices that several pages offer: one of a few things, and one concept of a run."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Literal, TypeVar

import streamlit as st

from evalcore.runs.run import EvalRun
from pages._ui.session import state
from pages._ui.session.keys import Key

__all__ = ["one_concept", "one_of_few"]

T = TypeVar("T")


def one_of_few(
    label: str,
    words: Mapping[T, str],
    chosen: T | None,
    *,
    key: Key,
    take: Callable[[Any], object],
    named: bool = False,
    help: str | None = None,  # noqa: A002 - Streamlit's word for it
) -> None:
    """Draw a few things side by side, of which one always holds.

    Parameters
    ----------
    words
        What can be chosen, and how each is called.
    chosen
        What holds now; the view's, so that the link and Undo move the choice as well.
    take
        Called with what was chosen.
    named
        Whether the label is drawn; else it is there for screen readers alone.
    """

    def choose() -> None:
        take(st.session_state[key])

    state.seed(key, chosen)
    st.segmented_control(
        label,
        list(words),
        format_func=words.__getitem__,
        key=key,
        required=True,
        help=help,
        label_visibility=_seen(named=named),
        on_change=choose,
    )


def one_concept(
    run: EvalRun,
    proposed: str | None,
    *,
    key: str,
    label: str = "Concept",
    named: bool = False,
    width: int = 180,
) -> str:
    """Draw the choice of a concept, and return what is chosen.

    Parameters
    ----------
    proposed
        What is chosen at first, where the run has it; else its first concept.
    """
    chosen: str = st.selectbox(
        label,
        run.concepts,
        index=run.concepts.index(proposed) if proposed in run.concepts else 0,
        key=key,
        width=state.wide(width),
        label_visibility=_seen(named=named),
    )
    return chosen


def _seen(*, named: bool) -> Literal["visible", "collapsed"]:
    return "visible" if named else "collapsed"
