"""From where on a concept is great, or OK: rules that stand on the page and can be set."""

from __future__ import annotations

from contextlib import suppress

import streamlit as st

from evalcore.diagnosis.verdict import VerdictRules
from evalcore.diagnosis.words import rules_in_words
from pages._ui import wording
from pages._ui.numbers.number_field import number_field
from pages._ui.numbers.typed_number import TypedRange
from pages._ui.session import state
from pages._ui.session.keys import Key, of_each
from pages._ui.session.view import View

__all__ = ["rules_choice", "rules_of", "say_rules"]

NAMES = {
    "great_auc": "ROC AUC of a great concept",
    "ok_auc": "ROC AUC of one that is OK",
    "great_lift": "Average precision of a great concept, from prevalence (0) to 1",
    "ok_lift": "Average precision of one that is OK, from prevalence (0) to 1",
}


def rules_of(view: View) -> VerdictRules:
    """Return the rules that a link sets; the usual ones where it sets none that make sense."""
    usual = VerdictRules()
    if len(view.verdict) != len(NAMES):
        return usual
    with suppress(ValueError):
        values = [float(text) for text in view.verdict]
        great_auc, ok_auc, great_lift, ok_lift = values
        if (
            all(0 <= value <= 1 for value in values)
            and great_auc >= ok_auc
            and (great_lift >= ok_lift)
        ):
            return VerdictRules(**dict(zip(NAMES, values, strict=True)))
    return usual


def say_rules(view: View, *, n_tests: int) -> None:
    """Say the rules, and how many questions were asked."""
    rules = rules_of(view)
    st.markdown(
        wording.escape(
            f"{rules_in_words(rules)} {n_tests:,} questions were asked; of what was inferred at "
            "most one in a hundred is expected to be chance."
        )
    )


def rules_choice(view: View) -> None:
    """Let people set the rules."""
    rules = rules_of(view)
    with st.popover("Set these rules …"):
        for name in NAMES:
            _field(rules, name)
        st.button("The usual rules", key=Key.USUAL_RULES, on_click=_reset)


def _field(rules: VerdictRules, name: str) -> None:
    label, value = NAMES[name], getattr(rules, name)
    # what is great asks for at least as much as what is OK
    grade, measure = name.split("_")
    low = getattr(rules, f"ok_{measure}") if grade == "great" else 0.0
    high = getattr(rules, f"great_{measure}") if grade == "ok" else 1.0
    within = TypedRange(
        name=label.split(",")[0], low=low, high=high, example=wording.shortest(value)
    )

    def take(number: float) -> None:
        set_now = rules_of(state.current())
        now = {other: getattr(set_now, other) for other in NAMES} | {name: number}
        state.look(verdict=tuple(repr(float(one)) for one in now.values()))

    number_field(label, of_each(Key.VERDICT_RULE, name), value, within=within, take=take, width=420)


def _reset() -> None:
    state.look(verdict=())
