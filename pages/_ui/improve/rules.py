"""From where on a concept is great, or OK: rules that stand on the page and can be set."""

from __future__ import annotations

from contextlib import suppress

import streamlit as st

from evalcore.diagnosis.verdict import VerdictRules
from evalcore.diagnosis.words import rules_in_words
from pages._ui import wording
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
        for name, label in NAMES.items():
            key = of_each(Key.VERDICT_RULE, name)
            state.seed(key, getattr(rules, name))
            st.number_input(label, 0.0, 1.0, step=0.05, format="%.12g", key=key, on_change=_take)
        st.button("The usual rules", key=Key.USUAL_RULES, on_click=_reset)


def _take() -> None:
    texts = tuple(repr(float(st.session_state[of_each(Key.VERDICT_RULE, name)])) for name in NAMES)
    great_auc, ok_auc, great_lift, ok_lift = map(float, texts)
    if great_auc < ok_auc or great_lift < ok_lift:
        state.complain("What is great must ask for at least as much as what is OK.")
        return
    state.look(verdict=texts)


def _reset() -> None:
    state.look(verdict=())
