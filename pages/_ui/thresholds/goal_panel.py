"""What the thresholds are chosen for: whom, the goal with its numbers, and how sure it must be."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import streamlit as st

import evalcore as ec
from pages._ui.numbers.number_field import number_field
from pages._ui.numbers.typed_number import TypedRange
from pages._ui.session import state
from pages._ui.session.choosing import one_of_few, one_of_many
from pages._ui.session.keys import Key
from pages._ui.session.plan import RANGES, Plan
from pages._ui.thresholds.advice import can_be_proven
from pages._ui.thresholds.advice_words import GOAL_WORDS

__all__ = ["goal_panel"]

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
_FIELDS: dict[str, tuple[str, Key, str]] = {
    "level": ("Level", Key.LEVEL, "0.9"),
    "beta": ("Beta", Key.BETA, "2"),
    "cost_fp": ("Cost of a false positive", Key.COST_FP, "1"),
    "cost_fn": ("Cost of a false negative", Key.COST_FN, "5"),
}
"""Field of a goal -> its label, its widget, and a number that would do."""
_GOALS = (
    "F-beta: precision and recall in one number. Youden's J: recall + specificity − 1. Least cost: "
    "each false positive and each false negative costs what you say. Share at most: as many of "
    "the inputs as people can handle."
)
_BETA = "1 weighs precision and recall alike, 2 favours recall, 0.5 favours precision."


def goal_panel(run: ec.EvalRun, plan: Plan, *, whom: bool = True) -> bool:
    """Let people set whom the goal is for, the goal, and how sure it must be.

    Returns
    -------
    bool
        Whether every field shows what is set: else nothing is to be answered yet.
    """
    with st.container(horizontal=True, vertical_alignment="top", gap="small"):
        if whom:
            _whom(run, plan)
        is_whole = _goal(plan.goal)
        if can_be_proven(plan.goal):
            is_whole &= _required(run, plan)
    return is_whole


def _whom(run: ec.EvalRun, plan: Plan) -> None:
    names: dict[str | None, str] = {None: "all concepts"} | {name: name for name in run.concepts}
    one_of_many(
        "Threshold for",
        names,
        plan.concept,
        key=Key.FOR,
        take=lambda concept: state.set_plan(concept=concept),
        width=170,
        named=True,
    )
    if plan.concept is None and run.n_concepts > 1:
        one_of_few(
            "As",
            COMMON_WORDS,
            plan.common,
            key=Key.COMMON,
            take=lambda common: state.set_plan(common=common),
            named=True,
        )


def _goal(goal: ec.Goal) -> bool:
    state.seed(Key.GOAL, goal.kind)
    st.selectbox(
        "Goal",
        list(GOAL_WORDS),
        format_func=GOAL_WORDS.__getitem__,
        key=Key.GOAL,
        width=state.wide(210),
        help=_GOALS,
        on_change=_choose_kind,
    )
    set_here = [name for name in _FIELDS if getattr(goal, name) is not None]
    is_whole = [_number(name, getattr(goal, name)) for name in set_here]
    if goal.kind == "least_cost":
        state.seed(Key.UNIT, goal.unit or "")
        st.text_input(
            "Unit", key=Key.UNIT, placeholder="minutes, €", max_chars=40, width=state.wide(110),
            on_change=lambda: _take(unit=st.session_state[Key.UNIT].strip()),
        )  # fmt: skip
    return all(is_whole)


def _number(name: str, value: float) -> bool:
    label, key, example = _FIELDS[name]
    low, high = RANGES[name]
    return number_field(
        label,
        key,
        value,
        within=TypedRange(name=label, low=low, high=high, example=example),
        take=lambda number: _take(**{name: number}),
        width=150 if "Cost" in label else 110,
        help=_BETA if name == "beta" else None,
    )


def _required(run: ec.EvalRun, plan: Plan) -> bool:
    one_of_few(
        "Required",
        REQUIRED_WORDS,
        plan.confidence is not None,
        key=Key.REQUIRED,
        take=_require,
        named=True,
        help="As observed: of the counts of this run. With confidence: proven for all inputs like "
        "these, however many thresholds were looked at.",
    )
    if plan.confidence is None:
        return True
    low, high = RANGES["confidence"]
    is_whole = number_field(
        "Confidence",
        Key.CONFIDENCE,
        plan.confidence,
        within=TypedRange(name="Confidence", low=low, high=high, example="95 %", in_percent=True),
        take=lambda number: state.set_plan(confidence=number),
        width=120,
    )
    if run.n_concepts > 1 and plan.concept is None and not plan.common:
        _joint(plan)
    return is_whole


def _joint(plan: Plan) -> None:
    one_of_few(
        "Holding",
        JOINT_WORDS,
        plan.joint,
        key=Key.JOINT,
        take=lambda joint: state.set_plan(joint=joint),
        named=True,
        help="Concept by concept: the confidence is for each by itself; of 100 concepts about 5 "
        "may miss at 95 %. Jointly: that all of them meet the goal at once; it takes more inputs.",
    )


def _choose_kind() -> None:
    kind = st.session_state[Key.GOAL]
    before = state.current().plan.goal
    fields = dict(_PLAIN[kind])
    if before.kind in {"precision_at_least", "recall_at_least"} and "level" in fields:
        fields["level"] = before.level if kind != "share_at_most" else fields["level"]
    state.set_plan(goal=ec.Goal(kind=kind, **fields))


def _take(**fields: Any) -> None:  # noqa: ANN401 - the fields of a goal
    try:
        state.set_plan(goal=replace(state.current().plan.goal, **fields))
    except ec.GoalError as error:
        state.complain(str(error))


def _require(is_sure: bool) -> None:  # noqa: FBT001 - what was chosen
    state.set_plan(confidence=DEFAULT_CONFIDENCE if is_sure else None)
