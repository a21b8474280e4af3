"""What the thresholds are chosen for: whom, the goal with its numbers, and how sure it must be."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import streamlit as st

import evalcore as ec
from pages._ui.session import state
from pages._ui.session.keys import Key
from pages._ui.session.plan import Plan
from pages._ui.thresholds.advice import can_be_proven
from pages._ui.thresholds.advice_words import GOAL_WORDS

__all__ = ["goal_panel"]

ALL_CONCEPTS = "all concepts"
DEFAULT_CONFIDENCE = 0.95
COMMON_WORDS = {False: "one for each", True: "one for all"}
JOINT_WORDS = {False: "concept by concept", True: "jointly"}
REQUIRED_WORDS = {False: "as observed", True: "with confidence"}
_PLAIN: dict[str, dict[str, Any]] = {
    "f_beta": {"beta": 1.0},
    "precision_at_least": {"level": 0.9},
    "recall_at_least": {"level": 0.9},
    "least_cost": {"cost_fp": 1.0, "cost_fn": 5.0, "unit": ""},
    "share_at_most": {"level": 0.1},
    "youden": {},
}


def goal_panel(run: ec.EvalRun, plan: Plan, *, whom: bool = True) -> None:
    """Let people set whom the goal is for, the goal, and how sure it must be."""
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        if whom:
            _whom(run, plan)
        _goal(plan.goal)
        if can_be_proven(plan.goal):
            _required(run, plan)


def _whom(run: ec.EvalRun, plan: Plan) -> None:
    # by position, 0 for all of them: a concept may bear any name
    names = [ALL_CONCEPTS, *run.concepts]
    state.seed(Key.FOR, 0 if plan.concept is None else run.position_of(plan.concept) + 1)

    def choose() -> None:
        place = st.session_state[Key.FOR]
        state.set_plan(concept=run.concepts[place - 1] if place else None)

    st.selectbox(
        "Threshold for",
        range(len(names)),
        format_func=names.__getitem__,
        key=Key.FOR,
        width=170,
        on_change=choose,
    )
    if plan.concept is None and run.n_concepts > 1:
        state.seed(Key.COMMON, plan.common)
        st.segmented_control(
            "As",
            list(COMMON_WORDS),
            format_func=COMMON_WORDS.__getitem__,
            key=Key.COMMON,
            required=True,
            on_change=lambda: state.set_plan(common=st.session_state[Key.COMMON]),
        )


def _goal(goal: ec.Goal) -> None:
    state.seed(Key.GOAL, goal.kind)
    st.selectbox(
        "Goal",
        list(GOAL_WORDS),
        format_func=GOAL_WORDS.__getitem__,
        key=Key.GOAL,
        width=210,
        on_change=_choose_kind,
    )
    if goal.level is not None:
        _number("Level", Key.LEVEL, goal.level, low=0.001, high=1.0, step=0.01)
    if goal.beta is not None:
        help_ = "1 weighs precision and recall alike, 2 favours recall, 0.5 favours precision."
        _number("Beta", Key.BETA, goal.beta, low=0.01, high=100.0, step=0.5, help_=help_)
    if goal.kind == "least_cost":
        cost_fp, cost_fn = goal.cost_fp or 0.0, goal.cost_fn or 0.0
        _number("Cost of a false positive", Key.COST_FP, cost_fp, low=0.0, high=1e9, step=1.0)
        _number("Cost of a false negative", Key.COST_FN, cost_fn, low=0.0, high=1e9, step=1.0)
        state.seed(Key.UNIT, goal.unit or "")
        st.text_input(
            "Unit", key=Key.UNIT, placeholder="minutes, €", max_chars=40, width=110,
            on_change=_take_numbers,
        )  # fmt: skip


def _number(
    label: str, key: Key, value: float, *, low: float, high: float, step: float, help_: str = ""
) -> None:
    state.seed(key, min(max(value, low), high))
    st.number_input(
        label,
        min_value=low,
        max_value=high,
        step=step,
        format="%.6g",
        key=key,
        width=150 if "Cost" in label else 110,
        help=help_ or None,
        on_change=_take_numbers,
    )


def _required(run: ec.EvalRun, plan: Plan) -> None:
    state.seed(Key.REQUIRED, plan.confidence is not None)
    st.segmented_control(
        "Required",
        list(REQUIRED_WORDS),
        format_func=REQUIRED_WORDS.__getitem__,
        key=Key.REQUIRED,
        required=True,
        help="As observed: of the counts of this run. With confidence: proven for all inputs like "
        "these, however many thresholds were looked at.",
        on_change=_choose_required,
    )
    if plan.confidence is not None:
        state.seed(Key.CONFIDENCE, 100 * plan.confidence)
        st.number_input(
            "Confidence, %",
            min_value=50.0,
            max_value=99.99,
            step=1.0,
            format="%.6g",
            key=Key.CONFIDENCE,
            width=120,
            on_change=_take_confidence,
        )
        if run.n_concepts > 1 and plan.concept is None and not plan.common:
            _joint(plan)


def _joint(plan: Plan) -> None:
    state.seed(Key.JOINT, plan.joint)
    st.segmented_control(
        "Holding",
        list(JOINT_WORDS),
        format_func=JOINT_WORDS.__getitem__,
        key=Key.JOINT,
        required=True,
        help="Concept by concept: the confidence is for each by itself; of 100 concepts about 5 "
        "may miss at 95 %. Jointly: that all of them meet the goal at once; it takes more inputs.",
        on_change=lambda: state.set_plan(joint=st.session_state[Key.JOINT]),
    )


def _choose_kind() -> None:
    kind = st.session_state[Key.GOAL]
    before = state.current().plan.goal
    fields = dict(_PLAIN[kind])
    if before.kind in {"precision_at_least", "recall_at_least"} and "level" in fields:
        fields["level"] = before.level if kind != "share_at_most" else fields["level"]
    state.set_plan(goal=ec.Goal(kind=kind, **fields))


def _take_numbers() -> None:
    goal = state.current().plan.goal
    keys = {"level": Key.LEVEL, "beta": Key.BETA, "cost_fp": Key.COST_FP, "cost_fn": Key.COST_FN}
    fields = {name: st.session_state[key] for name, key in keys.items() if _is_set(goal, name)}
    if goal.unit is not None:
        fields["unit"] = st.session_state[Key.UNIT].strip()
    try:
        state.set_plan(goal=replace(goal, **fields))
    except ec.GoalError as error:
        state.complain(str(error))


def _is_set(goal: ec.Goal, name: str) -> bool:
    return getattr(goal, name) is not None


def _choose_required() -> None:
    state.set_plan(confidence=DEFAULT_CONFIDENCE if st.session_state[Key.REQUIRED] else None)


def _take_confidence() -> None:
    # 100 * 0.95 is 95, and 95 / 100 is 0.95; rounded, so that nobody reads 0.9500000000000001
    state.set_plan(confidence=round(st.session_state[Key.CONFIDENCE] / 100, 9))
