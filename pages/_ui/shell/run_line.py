"""The line at the top of a page: which run, which part of it, which truth, and how it looks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

import evalcore as ec
from evalcore.library.folder_of_runs import RunEntry
from pages._ui.components.look.look import look
from pages._ui.session import state
from pages._ui.session.choosing import one_of_many
from pages._ui.session.keys import Key
from pages._ui.session.view import Link
from pages._ui.shell import loading, navigation, opening

__all__ = ["RunLine", "choose_part", "choose_run", "choose_truth", "run_line", "show_look"]

RUN_WIDTH, SPLIT_WIDTH, SLICE_WIDTH, TRUTH_WIDTH = 160, 108, 132, 126
"""Pixels of the small controls."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RunLine:
    """The places in the run's line."""

    run: DeltaGenerator
    about: DeltaGenerator
    part: DeltaGenerator


def run_line(view: Link) -> RunLine:
    """Draw the line with the switches of the look; the rest is put into its places."""
    with st.container(key=Key.RUN_LINE, horizontal=True, vertical_alignment="center", gap="small"):
        run = st.container(width=state.wide(RUN_WIDTH))
        about = st.container()
        part = st.container(
            width="content", horizontal=True, vertical_alignment="center", gap="small"
        )
        show_look(view)
    return RunLine(run=run, about=about, part=part)


def show_look(view: Link) -> None:
    """Draw the switches of big mode and theme."""
    look(
        {"big": view.big, "scale": state.BIG, "pages": navigation.ADDRESSES},
        key=Key.LOOK,
        on_size=_resize,
    )


def _resize() -> None:
    state.look(big=bool(st.session_state[Key.LOOK]["size"]["big"]))


def _names(entries: Sequence[RunEntry]) -> dict[str, str]:
    """Return what each run is called; the whole key where two have one name."""
    names = [entry.name for entry in entries]
    return {e.key: e.name if names.count(e.name) == 1 else e.key for e in entries}


def choose_run(entries: Sequence[RunEntry]) -> None:
    """Let people turn to another run."""
    names = _names(entries)
    one_of_many(
        "Run",
        names,
        state.asked().run,
        key=Key.RUN,
        take=lambda wanted: opening.open_key(wanted, name=names[wanted]),
    )


def choose_part(run: ec.EvalRun) -> None:
    """Let people look at a split, or at a slice, of the run."""
    view = state.current()
    if run.folds is not None:
        splits: dict[str | None, str] = {None: "all splits"}
        splits |= {name: name for name in run.fold_names}
        one_of_many(
            "Split",
            splits,
            view.split if view.split in splits else None,
            key=Key.SPLIT,
            take=lambda split: state.change(split=split, input=None, page=1),
            width=SPLIT_WIDTH,
        )
    pairs = loading.slices(run)
    if pairs:
        slices: dict[tuple[str, str] | None, str] = {None: "all inputs"}
        slices |= {pair: _slice_label(*pair) for pair in pairs}
        one_of_many(
            "Slice",
            slices,
            view.slice if view.slice in slices else None,
            key=Key.SLICE,
            take=lambda pair: state.change(slice=pair, input=None, page=1),
            width=SLICE_WIDTH,
        )


def _slice_label(column: str, value: str) -> str:
    return f"{column} = {value}" if value else f"{column} is empty"


def choose_truth() -> None:
    """Let people count by the labels as delivered, or as agreed."""
    sides = {"as labelled": "labelled", "as agreed": "agreed", "difference": "difference"}
    state.seed(Key.TRUTH, next(n for n, side in sides.items() if side == state.current().truth))

    def choose() -> None:
        state.change(truth=sides[st.session_state[Key.TRUTH]])

    st.selectbox(
        "Truth",
        list(sides),
        key=Key.TRUTH,
        label_visibility="collapsed",
        width=state.wide(TRUTH_WIDTH),
        on_change=choose,
    )
