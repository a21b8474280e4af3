"""The rule in words, decision and operator, the live threshold, and the highlights."""

from __future__ import annotations

import math
from dataclasses import replace

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

import evalcore as ec
from pages._ui import highlights, state, wording
from pages._ui.components.dial import DialData, dial
from pages._ui.keys import Key
from pages._ui.view import View

__all__ = ["rule_choices", "rule_panel"]

OPERATOR_WORDS = {">": "greater than  >", ">=": "at least  ≥"}
DECISION_WORDS = {"every": "every concept", "top": "top concept only"}


def rule_panel(evaluation: ec.Evaluation, view: View, *, words: DeltaGenerator) -> None:
    """Say the rule in ``words``, and let people move its threshold."""
    words.markdown(wording.rule_in_words(highlights.rule_of(view)))
    dial(_data(evaluation, view), key=Key.DIAL, on_move=_moved, on_press=_pressed)


def rule_choices(view: View) -> None:
    """Let people choose decision and operator."""
    rule = highlights.rule_of(view)
    state.seed(Key.DECISION, rule.decision)
    state.seed(Key.OPERATOR, rule.operator)
    for label, key, words in (
        ("Decision", Key.DECISION, DECISION_WORDS),
        ("Operator", Key.OPERATOR, OPERATOR_WORDS),
    ):
        st.segmented_control(
            label,
            list(words),
            format_func=words.__getitem__,
            key=key,
            required=True,
            label_visibility="collapsed",
            on_change=_chosen,
        )


def _data(evaluation: ec.Evaluation, view: View) -> DialData:
    rule, pinned = highlights.rule_of(view), highlights.pinned_of(view)
    low, high = evaluation.score_range
    touching = evaluation.n_on_threshold(rule)
    verb = "lies" if touching == 1 else "lie"
    return {
        "value": rule.default,
        "text": wording.number(rule.default),
        "low": low,
        "high": high,
        "step": 10.0 ** (math.floor(math.log10(high - low)) - 2),
        "pinned": pinned.default,
        "pinnedText": f"pinned: {wording.short_rule(pinned, beside=rule)}",
        "atPin": rule == pinned,
        "touching": f"{wording.plural(touching, 'input')} {verb} exactly on it",
        "highlights": highlights.strip(evaluation, rule=rule, pinned=pinned),
        "count": _answered(),
    }


def _answered() -> int:
    live = st.session_state.get(Key.DIAL, {}).get("live")
    return int(live["count"]) if live else 0


def _moved() -> None:
    live = st.session_state[Key.DIAL]["live"]
    try:
        rule = replace(highlights.rule_of(state.current()), threshold=live["text"])
    except ec.RuleError:
        return  # the browser checks what is typed; this is no message of our dial
    if live["done"]:
        state.change(rule=rule)
    else:
        state.drag(rule=rule)
    if live["rests"]:
        state.refresh()


def _pressed() -> None:
    name = st.session_state[Key.DIAL]["press"]["name"]
    if name == "pin":
        state.change(pinned=state.current().rule)
        state.refresh()
    elif name == "nothing":
        state.show(ec.Predicted(None))
    elif name == "touching":
        state.show(ec.OnThreshold(None))


def _chosen() -> None:
    rule = highlights.rule_of(state.current())
    state.change(
        rule=replace(
            rule,
            operator=st.session_state[Key.OPERATOR],
            decision=st.session_state[Key.DECISION],
        )
    )
