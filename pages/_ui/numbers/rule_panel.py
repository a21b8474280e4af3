"""Decision and operator, and the dial with the threshold and the highlights."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace

import streamlit as st

import evalcore as ec
from evalcore.counting.rules import Mode, Operator
from pages._ui import wording
from pages._ui.components.threshold_slider.data import DialData, DialNumbers
from pages._ui.components.threshold_slider.threshold_slider import dial
from pages._ui.components.words.words import words
from pages._ui.session import state
from pages._ui.session.choosing import one_of_few
from pages._ui.session.keys import Key
from pages._ui.session.view import View
from pages._ui.shell import frame
from pages._ui.wording import Words

__all__ = [
    "answered",
    "place_dial",
    "rule_choices",
    "rule_heading",
    "rule_history",
    "rule_panel",
    "rule_words",
]

OPERATOR_WORDS: dict[Operator, str] = {">": "greater than  >", ">=": "at least  ≥"}
OFF = "Off: each concept has a threshold of its own."
DECISION_WORDS: dict[Mode, str] = {"every": "every concept", "top": "top concept only"}


def rule_panel(
    evaluation: ec.Evaluation, view: View, *, numbers: DialNumbers, address: str
) -> None:
    """Let people move the threshold; ``address`` answers while they drag."""
    pinned = view.pinned.default
    place_dial(
        evaluation,
        numbers=numbers,
        pinned=pinned,
        address=address,
        on_move=_moved,
        on_press=_pressed,
        off=OFF if wording.follows_none(view.rule, evaluation.run.concepts) else "",
    )


def place_dial(
    evaluation: ec.Evaluation,
    *,
    numbers: DialNumbers,
    pinned: float,
    address: str,
    on_move: Callable[[], None],
    on_press: Callable[[], None],
    off: str = "",
    key: Key = Key.DIAL,
    field: str = "dial",
) -> None:
    """Draw the dial; without an ``address`` every move that it shows is a message to us.

    Parameters
    ----------
    off
        Why no threshold can be set here; empty where it can.
    key, field
        Of one of several dials on a page, and the part of a live answer that is its own.
    """
    low, high = evaluation.score_range
    data: DialData = {
        "numbers": numbers,
        "low": low,
        "high": high,
        "step": 10.0 ** (math.floor(math.log10(high - low)) - 2),
        "pinned": pinned,
        "answered": answered(key),
        "off": off,
        "live": address,
        "field": field,
        "plain": key != Key.DIAL,
    }
    dial(data, key=key, on_move=on_move, on_press=on_press)


def answered(key: Key = Key.DIAL) -> str:
    """Return the dial's message that all follows which is drawn now, empty before the first.

    Whatever live answers move is told it: a page may come when the threshold has moved on.
    """
    return str((st.session_state.get(key, {}).get("live") or {}).get("count", ""))


def rule_heading(view: View, run: ec.EvalRun, *, field: str = "rule") -> None:
    """Say the rule that is set, and offer the one before.

    Parameters
    ----------
    field
        The part of a live answer that replaces the sentence; empty where it is of one concept.
    """
    said = wording.rule_in_words(view.rule, among=run.concepts)
    with frame.row():
        rule_words(said, field=field)
        rule_history(view)


def rule_words(said: Words, *, field: str = "rule") -> None:
    """Say the rule; see :func:`rule_heading`."""
    words(
        {"field": field, "answered": answered() if field else None, "words": said, "level": 2},
        key=Key.RULE_WORDS,
    )


def rule_history(view: View) -> None:
    """Offer to go back to the rule before, and forward again; changes nothing by itself."""
    before, after = state.earlier_rules(), state.undone_rules()
    for key, label, rules, turn in (
        (Key.UNDO, "Undo", before, state.undo),
        (Key.REDO, "Redo", after, state.redo),
    ):
        there = wording.short_rule(rules[-1], beside=view.rule) if rules else ""
        st.button(
            label,
            key=key,
            icon=f":material/{label.lower()}:",
            type="tertiary",
            disabled=not rules,
            help=f"{label}: {'back to ' if turn is state.undo else ''}{there}" if rules else None,
            on_click=_turn,
            args=(turn,),
        )


def _turn(turn: Callable[[], None]) -> None:
    turn()
    st.rerun()


def rule_choices(view: View) -> None:
    """Let people choose decision and operator."""
    rule = view.rule
    one_of_few("Decision", DECISION_WORDS, rule.mode, key=Key.DECISION, take=_decide)
    one_of_few("Operator", OPERATOR_WORDS, rule.operator, key=Key.OPERATOR, take=_operate)
    if not rule.is_common:
        st.button(
            "One threshold for all",
            key=Key.ONE_FOR_ALL,
            help="Let every concept follow the common threshold again.",
            on_click=_drop_own,
        )


def _moved() -> None:
    live = st.session_state[Key.DIAL]["live"]
    try:
        rule = state.current().rule.with_default(live["text"])
    except ec.RuleError:
        return  # the browser checks what is typed; this is no message of our dial
    if live["done"]:
        state.change(rule=rule)
    else:
        state.drag(rule=rule)
    state.follow()


def _pressed() -> None:
    name = st.session_state[Key.DIAL]["press"]["name"]
    if name == "pin":
        state.change(pinned=state.current().rule)
        state.refresh()
    elif name == "back":
        state.change(rule=state.current().pinned)
        st.rerun()
    elif name == "nothing":
        state.show(ec.Predicted(None))
    elif name == "touching":
        state.show(ec.OnThreshold(None))


def _drop_own() -> None:
    state.change(rule=state.current().rule.without_own())


def _decide(mode: Mode) -> None:
    state.change(rule=replace(state.current().rule, mode=mode))


def _operate(operator: Operator) -> None:
    state.change(rule=replace(state.current().rule, operator=operator))
