"""Thresholds: what should the threshold be, what will it cost, how sure can we be."""

import streamlit as st

from pages._ui.concept.trade_off import trade_off
from pages._ui.decisions.panel import decisions_panel
from pages._ui.numbers.rule_panel import rule_heading
from pages._ui.session import state
from pages._ui.session.choosing import one_of_few
from pages._ui.session.keys import Key
from pages._ui.shell import frame
from pages._ui.thresholds.advice import advice
from pages._ui.thresholds.advice_panel import advice_panel
from pages._ui.thresholds.band_panel import band_panel
from pages._ui.thresholds.goal_panel import goal_panel
from pages._ui.thresholds.per_concept_panel import own_panel
from pages._ui.thresholds.production_panel import production_panel

QUESTIONS = {
    "goal": "What should it be?",
    "concepts": "Per concept",
    "production": "In production",
    "band": "Review band",
    "decisions": "Decisions",
}

frame.open_page()
opened = frame.open_run()
view = state.current()

rule_heading(view, opened.run, field="")
one_of_few(
    "Question",
    QUESTIONS,
    view.plan.section,
    key=Key.SECTION,
    take=lambda section: state.set_plan(section=section),
)


def with_picture(concept: str) -> None:
    recommended = advice(opened.evaluation, view).choice.thresholds().get(concept)
    dial_place = st.container()
    answer_place, picture_place = st.columns([3, 2], gap="medium")
    with answer_place:
        advice_panel(opened.evaluation, view)
    trade_off(
        opened.evaluation,
        view,
        concept,
        recommended=recommended,
        places=(dial_place, picture_place),
    )


match view.plan.section:
    case "goal":
        if goal_panel(opened.run, view.plan):
            if view.plan.concept is None:
                advice_panel(opened.evaluation, view)
            else:
                with_picture(view.plan.concept)
    case "concepts":
        if goal_panel(opened.run, view.plan, whom=False):
            own_panel(opened.evaluation, view)
    case "production":
        production_panel(opened.evaluation, view)
    case "band":
        band_panel(opened.evaluation, view)
    case "decisions":
        decisions_panel(opened.evaluation, view)
