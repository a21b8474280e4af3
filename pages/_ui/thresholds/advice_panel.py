"""The answer to a goal: sentences, a table of links, and a way to take thresholds over."""

from __future__ import annotations

import streamlit as st

import evalcore as ec
from evalcore.choosing.held_out import HeldOut
from pages._ui import wording
from pages._ui.components.table.table import table
from pages._ui.numbers.linked_table import LinkedTable
from pages._ui.session import state
from pages._ui.session.keys import Kept, Key
from pages._ui.session.view import View
from pages._ui.shell import frame
from pages._ui.thresholds import advice_words, costs
from pages._ui.thresholds.advice import Advice, advice, held_out, is_proven
from pages._ui.thresholds.advice_tables import recommendations
from pages._ui.thresholds.preview import preview_panel

__all__ = ["advice_panel"]

TABLE_HEIGHT = 460
QUICK = 5_000_000
"""Pairs of inputs and concepts up to which choosing on parts of them takes no time to speak of."""
NOTE = (
    "A concept's name opens its recommendation in words. TP, FP and FN show the inputs behind "
    "them, and set nothing. 95 %: Wilson intervals. Left out: chosen on the other splits (or "
    "the other half) and counted on the part left out, so not tuned on what is reported."
)


def advice_panel(evaluation: ec.Evaluation, view: View) -> None:
    """Say what the goal comes to, and let people take it over."""
    found = advice(evaluation, view)
    fair, unfair = _left_out(evaluation, view)
    for sentence in filter(None, [*_sentences(evaluation, found, fair), unfair]):
        st.markdown(sentence)
    with frame.row():
        _use(found, view.rule)
        _fair_choice(evaluation, view)
    shown = _table(evaluation, view)
    table(
        {
            "field": "advice",
            "columns": shown.heads,
            "rows": shown.rows,
            "totals": shown.totals,
            "selected": None if view.trial is None else shown.cell_of(view.target),
            "sort": None,
            "height": TABLE_HEIGHT if view.trial is None else TABLE_HEIGHT // 2,
            "caption": "Recommended thresholds",
            "empty": "",
        },
        key=Key.ADVICE,
        on_pick=_picked,
        on_sort=lambda: None,
    )
    preview_panel(evaluation, view)
    st.caption(NOTE)


def _sentences(evaluation: ec.Evaluation, found: Advice, fair: HeldOut | None) -> list[str]:
    dtype = evaluation.run.scores.dtype
    if found.choice.is_common:
        return advice_words.common_sentences(found, fair, dtype=dtype)
    if len(found.choice.names) == 1:
        return advice_words.sentences(found, fair, k=0, dtype=dtype)
    said = [advice_words.summary_sentence(found)]
    return [*said, advice_words.reach_in_words(found.proof)] if found.proof is not None else said


def _fair_choice(evaluation: ec.Evaluation, view: View) -> None:
    if is_proven(view.plan):
        return
    state.seed(Key.FAIR, _is_fair(evaluation, view))
    st.toggle(
        "Check on inputs left out",
        key=Key.FAIR,
        help="Choose on the other splits (or the other half), count on the part left out: figures "
        "that the threshold was not tuned on. Takes seconds for hundreds of concepts.",
        on_change=lambda: state.set_plan(fair=st.session_state[Key.FAIR]),
    )


def _is_fair(evaluation: ec.Evaluation, view: View) -> bool:
    """Tell whether to count on inputs left out: as chosen, else where it is quick."""
    plan = view.plan
    if is_proven(plan):
        return False  # what is proven holds for all inputs like these
    if plan.fair is not None:
        return plan.fair
    n_concepts = 1 if plan.concept is not None else evaluation.run.n_concepts
    return evaluation.run.n_inputs * n_concepts <= QUICK


def _left_out(evaluation: ec.Evaluation, view: View) -> tuple[HeldOut | None, str]:
    """Return the figures of the inputs left out, or None and why there are none."""
    if not _is_fair(evaluation, view):
        return None, ""
    try:
        return held_out(evaluation, view), ""
    except ec.GoalError as error:
        return None, wording.escape(str(error))


def _table(evaluation: ec.Evaluation, view: View) -> LinkedTable:
    return recommendations(
        advice(evaluation, view),
        _left_out(evaluation, view)[0],
        rule=view.rule,
        dtype=evaluation.run.scores.dtype,
    )


def _use(found: Advice, rule: ec.Rule) -> None:
    thresholds = found.choice.thresholds()
    if not thresholds:
        return
    is_taken = all(rule.threshold_of(name) == value for name, value in thresholds.items())
    if is_taken and (rule.is_common or not found.choice.is_common):
        st.markdown(":green[:material/check:] The live rule is this one.", width="content")
        _record_button("Record it as a decision")
        return
    name, value = next(iter(thresholds.items()))
    if found.choice.is_common:
        label = f"Use {wording.number(value)} for all"
    elif len(thresholds) == 1:
        label = f"Use {wording.number(value)} for {wording.escape(name)}"
    else:
        label = f"Use all {len(thresholds):,} thresholds"
    cost = costs.cost_in_words(found.choice)
    if cost:
        st.markdown(cost, width="content")
    st.button(label, key=Key.USE, icon=":material/check:", on_click=_take)
    _record_button("Use and record as a decision")


def _record_button(label: str) -> None:
    st.button(
        label,
        key=Key.USE_AND_RECORD,
        icon=":material/task_alt:",
        on_click=_take_to_record,
    )


def _take_to_record() -> None:
    """Take the thresholds over, and turn to the form with the goal filled in."""
    _take()
    plan = state.current().plan
    whom = "" if plan.concept is None else f"{plan.concept}: "
    st.session_state[Kept.PROPOSED_TITLE] = f"{whom}{wording.goal_in_words(plan.goal)}"
    state.set_plan(section="decisions")


def _take() -> None:
    choice = advice(frame.opened().evaluation, state.current()).choice
    state.adopt(choice.thresholds(), common=choice.is_common)


def _picked() -> None:
    view, evaluation = state.current(), frame.opened().evaluation
    pick = st.session_state[Key.ADVICE]["pick"]
    row = int(pick["row"])
    target = _table(evaluation, view).target(row, int(pick["column"]))
    choice = advice(evaluation, view).choice
    if isinstance(target, ec.Labelled):
        state.set_plan(concept=target.concept)
    elif target is not None and choice.met[row]:
        threshold = float(choice.threshold[row])
        rule = view.rule.without_own().with_default(threshold)
        if not choice.is_common:
            rule = view.rule.with_own({choice.names[row]: threshold})
        state.change(target=target, trial=rule, trial_pinned=None)
