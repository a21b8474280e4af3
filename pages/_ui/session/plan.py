"""What a person asks of the thresholds: goal, promise, volumes, band; written into the link.

A plan lives inside the view. What differs from the plain plan stands in the link, under words of
its own; what a link asks for in vain is told as a problem.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal, get_args

from evalcore import GOAL_KINDS, EvalRun, Goal, GoalError
from evalcore.wording import shortest

__all__ = ["PLAIN_GOAL", "RANGES", "Plan", "Section", "read_plan", "write_plan"]

Section = Literal["goal", "concepts", "production", "band", "decisions"]
Query = Mapping[str, Sequence[str]]

PLAIN_GOAL = Goal.f_beta()
PLAIN_VOLUME = 1_000.0
RANGES = {
    "level": (0.001, 1.0),
    "beta": (0.01, 100.0),
    "cost_fp": (0.0, 1e9),
    "cost_fn": (0.0, 1e9),
    "confidence": (0.5, 0.9999),
    "volume": (1.0, 1e11),
    "accept": (0.001, 0.999),
    "miss": (0.001, 0.999),
    "prevalence": (0.0, 1.0),
}
"""What the controls can show: a link that asks for more is refused, so that no control ever shows
another number than the one that is computed with."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What is set on the Thresholds page.

    Parameters
    ----------
    concept
        Whom the goal is for; None is all concepts.
    common
        One threshold for all concepts instead of one for each.
    confidence
        None requires the goal of the observed counts; a number requires it with that confidence.
    joint
        Whether the confidence is that all concepts meet the goal at once.
    volume
        Inputs per day in production.
    prevalences
        Concept to its share of the inputs in production, where it is not the run's.
    accept, miss
        The review band: least precision of what is accepted, largest share of positives rejected.
    locked
        Concepts whose threshold no recommendation may change.
    fair
        Whether to choose on some inputs and count on the others, too; None where it is quick.
    evidence
        Ids of the inputs pinned as evidence for the next decision.
    decision
        The id of the decision on record that is looked at.
    """

    section: Section = "goal"
    concept: str | None = None
    common: bool = False
    goal: Goal = PLAIN_GOAL
    confidence: float | None = None
    joint: bool = False
    volume: float = PLAIN_VOLUME
    prevalences: tuple[tuple[str, float], ...] = ()
    accept: float = 0.95
    miss: float = 0.05
    locked: tuple[str, ...] = ()
    fair: bool | None = None
    evidence: tuple[str, ...] = ()
    decision: str | None = None

    @property
    def is_joint(self) -> bool:
        """Whether a confidence is asked for, and for several concepts at once."""
        alone = self.common or self.concept is not None
        return self.joint and self.confidence is not None and not alone

    def known_to(self, run: EvalRun) -> Plan:
        """Return the plan without the concepts that a run has not."""
        there = set(run.concepts)
        return replace(
            self,
            concept=self.concept if self.concept in there else None,
            prevalences=tuple(pair for pair in self.prevalences if pair[0] in there),
            locked=tuple(name for name in self.locked if name in there),
        )


def write_plan(plan: Plan) -> dict[str, list[str]]:
    """Return the words of a link for what differs from the plain plan."""
    base = Plan()
    parts = plan.goal.to_dict()
    words: dict[str, list[str]] = {
        "section": [plan.section] if plan.section != base.section else [],
        "for": [plan.concept] if plan.concept is not None else [],
        "common": ["1"] if plan.common else [],
        "joint": ["1"] if plan.joint else [],
        "goal": [str(parts.pop("kind")), *(f"{name}={value}" for name, value in parts.items())],
        "prevalence": [part for name, p in plan.prevalences for part in (name, repr(p))],
        "locked": list(plan.locked),
        "evidence": list(plan.evidence),
        "decision_id": [plan.decision] if plan.decision is not None else [],
        "fair": [] if plan.fair is None else [str(int(plan.fair))],
    }
    if plan.goal == base.goal:
        words["goal"] = []
    for name in ("confidence", "volume", "accept", "miss"):
        value = getattr(plan, name)
        words[name] = [repr(value)] if value != getattr(base, name) else []
    return {name: values for name, values in words.items() if values}


def read_plan(query: Query, problems: list[str]) -> Plan:
    """Return the plan that a link describes; what it asks in vain is added to ``problems``."""
    base = Plan()

    def number(name: str) -> float | None:
        if name not in query:
            return None
        value = _number(query[name][-1])
        problem = _outside(name, value)
        if problem:
            problems.append(f"{name}={query[name][-1]}: {problem}")
        return None if problem else value

    volume, accept, miss = number("volume"), number("accept"), number("miss")
    return Plan(
        section=_section(query, problems),
        concept=query["for"][-1] if query.get("for") else None,
        common=query.get("common") == ["1"],
        goal=_goal(query, problems),
        confidence=number("confidence"),
        joint=query.get("joint") == ["1"],
        volume=base.volume if volume is None else volume,
        prevalences=_prevalences(query, problems),
        accept=base.accept if accept is None else accept,
        miss=base.miss if miss is None else miss,
        locked=tuple(dict.fromkeys(query.get("locked", ()))),
        evidence=tuple(dict.fromkeys(query.get("evidence", ()))),
        decision=query["decision_id"][-1] if query.get("decision_id") else None,
        fair={"0": False, "1": True}.get(query["fair"][-1]) if query.get("fair") else None,
    )


def _section(query: Query, problems: list[str]) -> Section:
    asked = query["section"][-1] if query.get("section") else "goal"
    for section in get_args(Section):
        if asked == section:
            return section
    problems.append(f"section={asked} is not one of {', '.join(get_args(Section))}.")
    return "goal"


def _goal(query: Query, problems: list[str]) -> Goal:
    words = list(query.get("goal", ()))
    if not words:
        return PLAIN_GOAL
    convert: dict[str, Callable[[str], float | str]] = {"unit": str}
    parts = [word.partition("=") for word in words[1:]]
    fields = {name: convert.get(name, _number)(value) for name, _, value in parts}
    try:
        goal = Goal.from_dict({"kind": words[0], **fields})
    except GoalError as error:
        problems.append(f"{error} Goals: {', '.join(GOAL_KINDS)}.")
        return PLAIN_GOAL
    set_here = {name: value for name, value in goal.to_dict().items() if name in RANGES}
    outside = [f"{name}: {_outside(name, value)}" for name, value in set_here.items()
               if _outside(name, value)]  # fmt: skip
    problems += [f"goal={'&goal='.join(words)}: {text}" for text in outside]
    return PLAIN_GOAL if outside else goal


def _prevalences(query: Query, problems: list[str]) -> tuple[tuple[str, float], ...]:
    words = list(query.get("prevalence", ()))
    pairs = {name: _number(value) for name, value in zip(words[::2], words[1::2], strict=False)}
    if len(words) % 2 or not all(0 <= value <= 1 for value in pairs.values()):
        problems.append("prevalence needs pairs of a concept and a share from 0 to 1.")
        return ()
    return tuple(sorted(pairs.items()))


def _outside(name: str, value: float) -> str:
    """Say what is wrong with a number that no control can show; empty where one can."""
    least, most = RANGES[name]
    if least <= value <= most:
        return ""
    ends = f"{shortest(least)} to {shortest(most)}"
    return f"it must be a number from {ends}. The usual one is used instead."


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return math.nan
