"""The inputs behind a count of a rule that is not in force: looked at, and set on request."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import streamlit as st

import evalcore as ec
from evalcore.arrays import IntArray
from pages._ui import wording
from pages._ui.inputs.input_dialog import detail
from pages._ui.inputs.listing import deciding, listing
from pages._ui.inputs.plain_list import plain_list
from pages._ui.session import state
from pages._ui.session.keys import Key
from pages._ui.session.targets import Target
from pages._ui.session.view import View
from pages._ui.shell import frame

__all__ = ["preview_panel"]


def preview_panel(evaluation: ec.Evaluation, view: View) -> None:
    """Draw the inputs behind the count that was clicked; the live rule stays as it is."""
    rule, target = view.trial, view.target
    concept = None if target is None else deciding(target)
    if rule is None or target is None or concept not in evaluation.run.concepts:
        return
    pinned = view.trial_pinned or view.pinned
    seen = replace(view, rule=rule, pinned=pinned)
    members = _members(evaluation, target, seen)
    threshold = rule.threshold_of(concept)
    with frame.row():
        st.markdown(f"**{_what(target, seen)}**: {wording.plural(members.size, 'input')}, not set")
        whom = "for all" if not dict(rule.by_concept) else f"for {wording.escape(concept)}"
        st.button(
            f"Use {wording.number(threshold)} {whom}",
            key=Key.USE_TRIAL,
            icon=":material/check:",
            disabled=rule == view.rule,
            on_click=state.adopt,
            args=({concept: threshold},),
            kwargs={"common": rule.is_common},
        )
        st.button(
            "Close", key=Key.CLOSE_TRIAL, type="tertiary", on_click=_close, icon=":material/close:"
        )
    empty = "No input is behind this number."
    plain_list(evaluation, members, view=seen, concepts=(concept,), empty=empty)
    detail(target, at=(rule, pinned))


def _members(evaluation: ec.Evaluation, target: Target, seen: View) -> IntArray:
    return listing(
        evaluation,
        target,
        rule=seen.rule,
        pinned=seen.pinned,
        shown=np.arange(evaluation.run.n_concepts),
        sort="score",
    ).members


def _what(target: Target, seen: View) -> str:
    """Name the inputs and the thresholds that they are of. Markdown."""
    concept = str(deciding(target))
    at = wording.number(seen.rule.threshold_of(concept))
    passes = "above" if seen.rule.operator == ">" else "from"
    if isinstance(target, ec.Flip):
        low = wording.number(seen.pinned.threshold_of(concept))
        name = wording.escape(concept)
        return f"reviewed for {name}, predicted {passes} {low} and no longer {passes} {at}"
    return f"{wording.escape(wording.describe(target))}, were it predicted {passes} {at}"


def _close() -> None:
    state.change(trial=None, trial_pinned=None, target=None)
