"""Choices that several pages offer: one of a few things, one of many, and one concept of a run."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from enum import Enum
from itertools import chain, count
from typing import Any, Final, Literal, TypeVar

import streamlit as st

from evalcore.runs.run import EvalRun
from pages._ui.session import state
from pages._ui.session.keys import Key

__all__ = ["NAMELESS", "one_concept", "one_of_few", "one_of_many", "told_apart"]

T = TypeVar("T")


class _Nameless(Enum):
    OPTION = "nameless"


NAMELESS: Final = _Nameless.OPTION
"""What a select box holds where None is chosen, which Streamlit would take for an empty box."""


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


def told_apart(words: Mapping[T, str], *, ours: Collection[object] = (None,)) -> dict[T, str]:
    """Return the words of every option, no two alike: by its words Streamlit tells which it is.

    What we offer beside the data keeps its words. A name that reads like it is put into quotes;
    names that read alike are numbered.

    Parameters
    ----------
    ours
        The options that are no data.
    """
    beside = {text for option, text in words.items() if option in ours}
    found, taken = {}, set(beside)
    for option, text in words.items():
        if option in ours:
            found[option] = text
            continue
        name = f'"{text}"' if text in beside else text
        found[option] = next(
            one for one in chain([name], (f"{name} ({k})" for k in count(2))) if one not in taken
        )
        taken.add(found[option])
    return found


def one_of_many(
    label: str,
    words: Mapping[T, str],
    chosen: T | None,
    *,
    key: Key,
    take: Callable[[T], object],
    width: int | Literal["stretch"] = "stretch",
    named: bool = False,
    ours: Collection[object] = (None,),
    help: str | None = None,  # noqa: A002 - Streamlit's word for it
) -> None:
    """Draw a select box of names that come from data, with what we offer beside them.

    Parameters
    ----------
    words
        What can be chosen, and how each is called. None is what bears no name, such as "all".
    chosen
        What holds now; an empty box where that is None and no option.
    take
        Called with what was chosen.
    width
        In pixels, before big mode.
    named
        Whether the label is drawn; else it is there for screen readers alone.
    ours
        The options that are no data: names that read like them are put into quotes.
    """
    texts = {_held(option): text for option, text in told_apart(words, ours=ours).items()}
    options = {_held(option): option for option in words}

    def choose() -> None:
        held = st.session_state[key]
        if held in options:  # no longer there where the data changed meanwhile
            take(options[held])

    state.seed(key, _held(chosen) if chosen in words else None)
    st.selectbox(
        label,
        list(texts),
        format_func=texts.__getitem__,
        key=key,
        help=help,
        width=width if width == "stretch" else state.wide(width),
        label_visibility=_seen(named=named),
        on_change=choose,
    )


def _held(option: object) -> object:
    return NAMELESS if option is None else option


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
