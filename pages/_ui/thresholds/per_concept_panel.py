"""Thresholds concept by concept: edit, take over recommendations, lock, reset."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import streamlit as st

import evalcore as ec
from pages._ui import wording
from pages._ui.session import state
from pages._ui.session.keys import Key
from pages._ui.session.view import View
from pages._ui.shell import frame
from pages._ui.thresholds.advice import advice

__all__ = ["own_panel"]

ROW_HEIGHT = 32
MOST_HEIGHT = 470
_CONFIG = {
    "take": st.column_config.CheckboxColumn(
        "take", help="Take this recommendation over.", width=50
    ),
    "lock": st.column_config.CheckboxColumn("lock", help="No recommendation changes it.", width=50),
    "concept": st.column_config.TextColumn("concept", pinned=True),
    "threshold": st.column_config.NumberColumn(
        "threshold", help="Type another one; every page follows.", format="%.10g"
    ),
    "own": st.column_config.CheckboxColumn("own", help="Has a threshold of its own.", width=50),
    "recommended": st.column_config.NumberColumn("recommended", format="%.10g"),
    **{
        name: st.column_config.NumberColumn(name, format="%+d")
        for name in ("TP change", "FP change", "FN change")
    },
    **{
        name: st.column_config.NumberColumn(name, format="%+.3f")
        for name in ("recall change", "precision change", "F1 change")
    },
}
_EDITABLE = ("take", "lock", "threshold")


def own_panel(evaluation: ec.Evaluation, view: View) -> None:
    """Draw the editable table, and the buttons that act on all or on the ticked rows."""
    view = replace(view, plan=replace(view.plan, concept=None, common=False))
    rows = _rows(evaluation, view)
    place = st.container()
    edited = st.data_editor(
        rows,
        # another rule or lock draws the table anew: what was edited is then part of the rows
        key=f"{Key.OWN}-{hash((view.rule, view.plan))}",
        hide_index=True,
        disabled=[str(name) for name in rows if name not in _EDITABLE],
        column_config=_CONFIG,
        row_height=ROW_HEIGHT,
        height=min(MOST_HEIGHT, ROW_HEIGHT * (len(rows) + 1) + 3),
        placeholder=wording.UNDEFINED,
    )
    _apply_edits(rows, edited, view)
    with place:
        _buttons(evaluation, view, edited)
    st.caption(
        "Effect: what taking the recommendation over would change in TP, FP, FN, recall, precision "
        "and F1 of the concept. Without a recommendation the goal cannot be met for it."
    )


def _rows(evaluation: ec.Evaluation, view: View) -> pd.DataFrame:
    rule, choice = view.rule, advice(evaluation, view).choice
    now, then = (
        evaluation.counts(one).take(choice.positions)
        for one in (rule, rule.with_own(choice.thresholds()))
    )
    own = {name for name, _ in rule.by_concept}
    columns: dict[str, Any] = {
        "take": np.zeros(len(choice.names), dtype=bool),
        "lock": [name in view.plan.locked for name in choice.names],
        "concept": list(choice.names),
        "threshold": [rule.threshold_of(name) for name in choice.names],
        "own": [name in own for name in choice.names],
        "recommended": choice.threshold,
    }
    met = choice.met
    for name in ("tp", "fp", "fn"):
        change = getattr(then, name) - getattr(now, name)
        columns[f"{name.upper()} change"] = pd.array(np.where(met, change, 0), dtype="Int64")
        columns[f"{name.upper()} change"][~met] = pd.NA
    for name, label in (("recall", "recall"), ("precision", "precision"), ("f1", "F1")):
        change = ec.METRICS[name](then) - ec.METRICS[name](now)
        columns[f"{label} change"] = np.where(met, change, np.nan)
    return pd.DataFrame(columns)


def _apply_edits(rows: pd.DataFrame, edited: pd.DataFrame, view: View) -> None:
    """Take over what was typed into the table: thresholds into the rule, locks into the plan."""
    typed = {
        name: value
        for name, value, before in zip(
            rows["concept"], edited["threshold"], rows["threshold"], strict=True
        )
        if value != before
    }
    bad = [name for name, value in typed.items() if value is None or not math.isfinite(value)]
    if bad:
        names = ", ".join(wording.escape(name) for name in bad)
        st.error(f"A threshold must be a finite number: {names}. The one before still applies.")
        return
    locked = tuple(edited.loc[edited["lock"], "concept"])
    elsewhere = tuple(name for name in view.plan.locked if name not in set(rows["concept"]))
    if typed:
        state.set_rule(view.rule.with_own(typed))
    if set(locked + elsewhere) != set(view.plan.locked):
        state.set_plan(locked=locked + elsewhere)
    if typed or set(locked + elsewhere) != set(view.plan.locked):
        st.rerun()


def _buttons(evaluation: ec.Evaluation, view: View, edited: pd.DataFrame) -> None:
    thresholds = advice(evaluation, view).choice.thresholds()
    ticked = {name: thresholds[name] for name in edited.loc[edited["take"], "concept"]
              if name in thresholds}  # fmt: skip
    free = {name: t for name, t in thresholds.items() if name not in view.plan.locked}
    with frame.row():
        st.button(
            f"Take {wording.plural(len(ticked), 'ticked one')} over",
            key=Key.TAKE_SOME,
            disabled=not ticked,
            on_click=state.adopt,
            args=(ticked,),
            kwargs={"common": False},
        )
        st.button(
            f"Take all {len(free):,} over",
            key=Key.TAKE_ALL,
            disabled=not free,
            icon=":material/check:",
            on_click=state.adopt,
            args=(thresholds,),
            kwargs={"common": False},
        )
        st.button(
            "Reset: one for all",
            key=Key.RESET,
            disabled=view.rule.is_common,
            help="Every concept that is not locked follows the common threshold again.",
            on_click=_reset,
        )


def _reset() -> None:
    view = state.current()
    rule, locked = view.rule, set(view.plan.locked)
    state.set_rule(rule.without_own(name for name, _ in rule.by_concept if name not in locked))
