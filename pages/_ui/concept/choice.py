"""Which concept the page is about: searched, stepped through, or named by the link."""

from __future__ import annotations

import numpy as np
import streamlit as st

import evalcore as ec
from evalcore.errors import did_you_mean
from pages._ui import wording
from pages._ui.inputs.listing import deciding
from pages._ui.session import state
from pages._ui.session.keys import Key, of_each
from pages._ui.session.view import ConceptOrder, View, write_link
from pages._ui.shell import frame, navigation

__all__ = ["concept_choice", "concept_link", "ordered", "own_choice"]

MOST_OFFERED = 8
ORDER_WORDS: dict[ConceptOrder, str] = {
    "f1": "lowest F1 first",
    "auc": "lowest ROC AUC first",
    "name": "by name",
    "run": "run order",
}


def concept_choice(evaluation: ec.Evaluation, view: View) -> str:
    """Let people choose; stop the page when the link names a concept that the run has not."""
    concepts = ordered(evaluation, view.rule, view.concept_order)
    listed = None if view.target is None else deciding(view.target)
    if state.came_by_menu() and listed in concepts and listed != view.concept:
        # from a list of egg's false positives the page opens egg
        state.look(concept=listed)
    elif view.concept is None:
        state.look(concept=concepts[0])
    view = state.current()
    known = view.concept in concepts
    state.seed(Key.CONCEPT, view.concept if known else None)
    st.selectbox(
        "Concept",
        concepts,
        key=Key.CONCEPT,
        placeholder="Choose a concept",
        label_visibility="collapsed",
        width=state.wide(220),
        on_change=lambda: _choose(st.session_state[Key.CONCEPT]),
    )
    at = concepts.index(str(view.concept)) if known else None
    for key, label, step in (
        (Key.PREVIOUS, "◀ Previous", -1),
        (Key.NEXT, "Next ▶", 1),
    ):
        there = at is not None and 0 <= at + step < len(concepts)
        st.button(
            label,
            key=key,
            help=f"In this order: {ORDER_WORDS[view.concept_order]}",
            disabled=not there,
            on_click=_step,
            args=(step,),
        )
    _order_choice(view)
    if at is None:
        _lost(str(view.concept), concepts)
        st.stop()
    st.caption(f"{at + 1:,} of {len(concepts):,}", width="content")
    return str(view.concept)


def _order_choice(view: View) -> None:
    state.seed(Key.CONCEPT_ORDER, view.concept_order)
    st.selectbox(
        "Order of the concepts",
        list(ORDER_WORDS),
        format_func=ORDER_WORDS.__getitem__,
        key=Key.CONCEPT_ORDER,
        label_visibility="collapsed",
        width=state.wide(180),
        on_change=lambda: state.look(concept_order=st.session_state[Key.CONCEPT_ORDER]),
    )


def _choose(concept: str | None) -> None:
    if concept is not None:
        state.change(concept=concept, target=None)


def _step(step: int) -> None:
    """Go on from where the concept stands now: the threshold may have changed the order."""
    view = state.current()
    concepts = ordered(frame.opened().evaluation, view.rule, view.concept_order)
    at = concepts.index(str(view.concept)) + step
    if 0 <= at < len(concepts):
        _choose(concepts[at])


def _lost(name: str, concepts: list[str]) -> None:
    said = f"This run has no concept {wording.escape(repr(name))}."
    hint = did_you_mean(name, concepts)
    st.warning(f"{said}{wording.escape(hint) if hint else ''} Choose one above, or one of these.")
    with frame.row():
        for k, concept in enumerate(concepts[:MOST_OFFERED]):
            label = f"Open {wording.escape(concept)}"
            st.button(label, key=of_each(Key.OFFERED, k), on_click=_choose, args=(concept,))


def own_choice(view: View, concept: str) -> None:
    """Let the concept have a threshold of its own, or follow the common one."""
    rule = view.rule
    state.seed(Key.OWN_THRESHOLD, concept in dict(rule.by_concept))
    st.toggle(
        "Own threshold",
        key=Key.OWN_THRESHOLD,
        help="Off: the threshold moves for every concept that has none of its own.",
        on_change=_take_own,
        args=(concept,),
    )


def _take_own(concept: str) -> None:
    rule = state.current().rule
    if st.session_state[Key.OWN_THRESHOLD]:
        state.change(rule=rule.with_own({concept: rule.threshold_of(concept)}))
    else:
        state.change(rule=rule.without_own([concept]))


def concept_link(evaluation: ec.Evaluation, concept: str | None) -> None:
    """Offer to look at a concept in depth; for the page that shows a number of it."""
    if concept is None or concept not in evaluation.run.concepts:
        st.empty()  # a fragment must write into its place at every run
        return
    if st.button(f"Open {wording.escape(concept)}", key=Key.OPEN_CONCEPT, icon=":material/search:"):
        view = state.change(concept=concept, target=None)
        st.switch_page(navigation.CONCEPT, query_params=write_link(view))


def ordered(evaluation: ec.Evaluation, rule: ec.Rule, order: ConceptOrder) -> list[str]:
    """Return all concepts; those whose number is undefined come last.

    Parameters
    ----------
    order
        ``f1`` is F1 under the rule; ROC AUC follows no threshold.
    """
    concepts = list(evaluation.run.concepts)
    if order == "run":
        return concepts
    if order == "name":
        return sorted(concepts, key=lambda name: (name.casefold(), name))
    by_auc = order == "auc"
    worth = evaluation.roc_auc() if by_auc else ec.METRICS["f1"](evaluation.counts(rule))
    return [concepts[j] for j in np.argsort(worth, kind="stable")]  # NaN sorts last
