"""Thresholds concept by concept: edit, take over recommendations, lock, reset."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import streamlit as st

import evalcore as ec
from pages._ui import wording
from pages._ui.numbers.typed_cells import TypedColumn, typed_column
from pages._ui.numbers.typed_number import TypedRange
from pages._ui.session import state
from pages._ui.session.keys import Kept, Key
from pages._ui.session.view import View
from pages._ui.shell import frame
from pages._ui.thresholds.advice import advice

__all__ = ["own_panel"]

ROW_HEIGHT = 32
MOST_HEIGHT = 470
_CHANGES = {"TP": "tp", "FP": "fp", "FN": "fn"} | {
    "recall": "recall",
    "precision": "precision",
    "F1": "f1",
}
_CONFIG = {
    "take": st.column_config.CheckboxColumn(
        "take", help="Take this recommendation over.", width=50
    ),
    "lock": st.column_config.CheckboxColumn("lock", help="No recommendation changes it.", width=50),
    # not pinned: Streamlit writes pinned columns as if they were disabled
    "concept": st.column_config.TextColumn("concept"),
    "threshold": st.column_config.TextColumn(
        "threshold",
        help="Type another one, such as 0.7 or 70 %; every page follows.",
        alignment="right",
    ),
    "own": st.column_config.CheckboxColumn("own", help="Has a threshold of its own.", width=50),
    **{
        name: st.column_config.TextColumn(name, alignment="right")
        for name in ("recommended", *(f"{one} change" for one in _CHANGES))
    },
}
_EDITABLE = ("take", "lock", "threshold")


def own_panel(evaluation: ec.Evaluation, view: View) -> None:
    """Draw the editable table, and the buttons that act on all or on the ticked rows."""
    view = replace(view, plan=replace(view.plan, concept=None, common=False))
    names = advice(evaluation, view).choice.names
    typed = typed_column(
        Key.OWN, {name: wording.number(view.rule.threshold_of(name)) for name in names}
    )
    typed.say_refused()
    place = st.container()
    # another rule or lock draws the table anew: what was edited is then part of the rows
    key = f"{Key.OWN}-{hash((view.rule, view.plan, tuple(typed.texts.values())))}"
    rows = _rows(evaluation, view, typed=typed, ticked=_ticked_at(key))
    edited = st.data_editor(
        rows,
        key=key,
        hide_index=True,
        disabled=[str(name) for name in rows if name not in _EDITABLE],
        column_config=_CONFIG,
        row_height=ROW_HEIGHT,
        height=min(MOST_HEIGHT, ROW_HEIGHT * (len(rows) + 1) + 3),
        placeholder=wording.UNDEFINED,
    )
    ticked = set(edited.loc[edited["take"], "concept"])
    st.session_state[Kept.TICKED]["now"] = ticked
    _apply_edits(evaluation, typed, edited, view)
    with place:
        _buttons(evaluation, view, ticked)
    st.caption(
        "Effect: what taking the recommendation over would change in TP, FP, FN, recall, precision "
        "and F1 of the concept. Without a recommendation the goal cannot be met for it."
    )


def _ticked_at(key: str) -> set[str]:
    """Return what was ticked when the table was drawn under this key: its rows stay the same."""
    kept = st.session_state.setdefault(Kept.TICKED, {"key": key, "first": set(), "now": set()})
    if kept["key"] != key:
        kept |= {"key": key, "first": kept["now"]}
    first: set[str] = kept["first"]
    return first


def _rows(
    evaluation: ec.Evaluation, view: View, *, typed: TypedColumn, ticked: set[str]
) -> pd.DataFrame:
    rule, choice = view.rule, advice(evaluation, view).choice
    now, then = (
        evaluation.counts(one).take(choice.positions)
        for one in (rule, rule.with_own(choice.thresholds()))
    )
    own = {name for name, _ in rule.by_concept}
    columns: dict[str, Any] = {
        "concept": list(choice.names),
        "take": [name in ticked for name in choice.names],
        "lock": [name in view.plan.locked for name in choice.names],
        "threshold": [typed.texts[name] for name in choice.names],
        "own": [name in own for name in choice.names],
        "recommended": [
            wording.number(t) if met else None
            for t, met in zip(choice.threshold.tolist(), choice.met, strict=True)
        ],
    }
    # beside a threshold that was refused stands no change from another one
    whole = choice.met & np.array([name not in typed.refused for name in choice.names])
    for label, name in _CHANGES.items():
        changes = _changes(now, then, name)
        said = zip(changes, whole, strict=True)
        columns[f"{label} change"] = [text if is_whole else None for text, is_whole in said]
    return pd.DataFrame(columns)


def _changes(now: ec.Counts, then: ec.Counts, name: str) -> list[str]:
    """Return what each concept gains or loses, as people read it."""
    if name in ec.METRICS:
        change = ec.METRICS[name](then) - ec.METRICS[name](now)
        return [wording.difference(value) for value in change.tolist()]
    change = getattr(then, name) - getattr(now, name)
    return [wording.signed_count(value) for value in change.tolist()]


def _apply_edits(
    evaluation: ec.Evaluation, typed: TypedColumn, edited: pd.DataFrame, view: View
) -> None:
    """Take over what was typed into the table: thresholds into the rule, locks into the plan."""
    low, high = evaluation.score_range
    pairs = zip(edited["concept"], edited["threshold"], strict=True)
    within = TypedRange(name="A threshold", low=low, high=high, example="0.62")
    thresholds, is_changed = typed.take(pairs, within)
    rule = view.rule.without_own(name for name, value in thresholds.items() if value is None)
    rule = rule.with_own({name: t for name, t in thresholds.items() if t is not None})
    if rule != view.rule:
        state.set_rule(rule)
    locked = tuple(edited.loc[edited["lock"], "concept"])
    elsewhere = tuple(name for name in view.plan.locked if name not in set(edited["concept"]))
    if set(locked + elsewhere) != set(view.plan.locked):
        state.set_plan(locked=locked + elsewhere)
        is_changed = True
    if is_changed:
        st.rerun()


def _buttons(evaluation: ec.Evaluation, view: View, ticked: set[str]) -> None:
    rule, thresholds = view.rule, advice(evaluation, view).choice.thresholds()
    free = {
        name: t
        for name, t in thresholds.items()
        if name not in view.plan.locked and t != rule.threshold_of(name)
    }
    chosen = {name: t for name, t in free.items() if name in ticked}
    with frame.row():
        st.button(
            f"Take {wording.plural(len(chosen), 'ticked one')} over",
            key=Key.TAKE_SOME,
            disabled=not chosen,
            on_click=state.adopt,
            args=(chosen,),
            kwargs={"common": False},
        )
        st.button(
            f"Take all {len(free):,} over" if free else "All are taken over",
            key=Key.TAKE_ALL,
            disabled=not free,
            icon=":material/check:",
            on_click=state.adopt,
            args=(free,),
            kwargs={"common": False},
        )
        st.button(
            "Reset: one for all",
            key=Key.RESET,
            disabled=rule.is_common,
            help="Every concept that is not locked follows the common threshold again.",
            on_click=_reset,
        )


def _reset() -> None:
    view = state.current()
    rule, locked = view.rule, set(view.plan.locked)
    state.set_rule(rule.without_own(name for name, _ in rule.by_concept if name not in locked))
