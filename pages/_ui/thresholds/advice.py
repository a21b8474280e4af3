"""What the core recommends for the plan of a page, computed once and shared by all sessions."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

import evalcore as ec
from evalcore.choosing.held_out import HeldOut, choose_held_out
from pages._ui.session.answer_key import AnswerKey
from pages._ui.session.plan import Plan
from pages._ui.session.view import View

__all__ = ["Advice", "advice", "can_be_proven", "held_out", "is_proven"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Advice:
    """The recommended thresholds, and what is proven of them where that was asked."""

    choice: ec.Choice
    proof: ec.Guarantee | None


def can_be_proven(goal: ec.Goal) -> bool:
    """Tell whether a goal can be required with confidence."""
    return goal.kind in {"precision_at_least", "recall_at_least"}


def is_proven(plan: Plan) -> bool:
    """Tell whether a plan asks for a proof."""
    return plan.confidence is not None and can_be_proven(plan.goal)


def advice(evaluation: ec.Evaluation, view: View) -> Advice:
    """Recommend thresholds for the plan of a view, under the operator and decision of its rule."""
    return _advise(_key("recommended", evaluation, view), _evaluation=evaluation, _view=view)


def held_out(evaluation: ec.Evaluation, view: View) -> HeldOut:
    """Choose for the plan on the other parts, and count on the part left out."""
    return _leave_out(_key("left out", evaluation, view), _evaluation=evaluation, _view=view)


def _key(question: str, evaluation: ec.Evaluation, view: View) -> AnswerKey:
    rule, plan = view.rule, view.plan
    asked = (plan.goal, plan.confidence, plan.joint, plan.concept, plan.common)
    return AnswerKey.of(question, evaluation.run, *asked, rule.operator, rule.mode)


def _concepts(plan: Plan) -> list[str] | None:
    return None if plan.concept is None else [plan.concept]


@st.cache_resource(max_entries=128, show_spinner="Looking at every threshold …")
def _advise(
    key: AnswerKey,  # noqa: ARG001 - the key
    *,
    _evaluation: ec.Evaluation,
    _view: View,
) -> Advice:
    rule, plan = _view.rule, _view.plan
    common = plan.common and plan.concept is None
    if plan.confidence is not None and is_proven(plan):
        proof = ec.guarantee(
            _evaluation,
            plan.goal,
            confidence=plan.confidence,
            operator=rule.operator,
            decision=rule.mode,
            concepts=_concepts(plan),
            common=common,
            joint=plan.is_joint,
        )
        return Advice(choice=proof.choice, proof=proof)
    choice = ec.choose(
        _evaluation,
        plan.goal,
        operator=rule.operator,
        decision=rule.mode,
        concepts=_concepts(plan),
        common=common,
    )
    return Advice(choice=choice, proof=None)


@st.cache_resource(max_entries=64, show_spinner="Choosing on some inputs, counting on others …")
def _leave_out(
    key: AnswerKey,  # noqa: ARG001 - the key
    *,
    _evaluation: ec.Evaluation,
    _view: View,
) -> HeldOut:
    rule, plan = _view.rule, _view.plan
    return choose_held_out(
        _evaluation,
        plan.goal,
        operator=rule.operator,
        decision=rule.mode,
        concepts=_concepts(plan),
        common=plan.common and plan.concept is None,
    )
