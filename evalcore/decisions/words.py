"""Sentences about a decision, made from what is in it."""

from __future__ import annotations

from collections.abc import Sequence

from evalcore import wording
from evalcore.decisions.decision import Decision
from evalcore.decisions.parts import TruthUsed
from evalcore.decisions.proof import can_be_proven
from evalcore.wording import isolated, names_in_words

__all__ = ["goal_in_words", "met_in_words", "rule_in_words", "run_in_words", "truth_in_words"]


def rule_in_words(decision: Decision) -> str:
    """Say when an input counts as a concept under a decision."""
    bar = wording.thresholds_in_words([concept.threshold for concept in decision.concepts])
    said = wording.rule_in_words(operator=decision.operator, mode=decision.mode, bar=bar)
    return wording.plain(said)


def goal_in_words(decision: Decision) -> str:
    """Say what the thresholds were chosen for; empty when no goal is on record."""
    if decision.goal is None:
        return ""
    whom = "each concept" if decision.goal_concept is None else isolated(decision.goal_concept)
    if decision.goal_common:
        whom = "all concepts together"
    sure = (
        "as observed on this run"
        if decision.confidence is None
        else f"with {wording.percent(decision.confidence)} confidence"
    )
    if decision.confidence is not None and decision.goal_joint:
        sure += " that all meet it at once"
    if not decision.goal.is_limit:
        sure = "on this run"
    return f"The goal for {whom}: {wording.goal_in_words(decision.goal)}, {sure}."


def met_in_words(decision: Decision) -> str:
    """Say for how many concepts the goal's limit was met: as observed, and as proven."""
    goal = decision.goal
    if goal is None or not goal.is_limit:
        return ""
    chosen = decision.goal_concept
    wanted = [name for name in decision.names if chosen in (None, name)]
    counts = decision.counts.take([decision.names.index(name) for name in wanted])
    if decision.goal_common:
        held = bool(goal.holds(counts.pooled())[0])
        observed = f"The summed counts of this run {'meet' if held else 'do not meet'} it."
    else:
        holds = goal.holds(counts)
        observed = _for_whom("The counts of this run meet it", wanted, holds.tolist())
    return f"{observed}{_proven_in_words(decision, wanted)}"


def _proven_in_words(decision: Decision, wanted: Sequence[str]) -> str:
    if decision.confidence is None or decision.goal is None or not can_be_proven(decision.goal):
        return ""
    if decision.proven is None:
        return " Whether that proves it is not on record."
    proven = [name in set(decision.proven) for name in wanted]
    if decision.goal_common or not any(proven):
        return " It is proven." if all(proven) else " It is not proven: it is not met."
    return f" {_for_whom('It is proven', wanted, proven)}"


def _for_whom(what: str, names: Sequence[str], holds: Sequence[bool]) -> str:
    missed = [name for name, held in zip(names, holds, strict=True) if not held]
    if not missed:
        return f"{what}." if len(names) == 1 else f"{what} for all {len(names):,} concepts."
    return (
        f"{what} for {len(names) - len(missed):,} of {len(names):,} concepts, not for "
        f"{names_in_words(missed)}."
    )


def run_in_words(decision: Decision) -> str:
    """Say on what was decided: run, model, data set, how many inputs of which part."""
    run = decision.run
    model, data = _named(run.model, run.model_version), _named(run.dataset, run.dataset_version)
    inputs = f"{run.n_inputs:,} input{'' if run.n_inputs == 1 else 's'}"
    parts = [] if run.split is None else [f"split {isolated(run.split)}"]
    if run.slice is not None:
        column, value = run.slice
        is_value = f"= {isolated(value)}" if value else "is empty"
        parts.append(f"{isolated(column)} {is_value}")
    about = " on ".join(filter(None, (model, data)))
    what = f"{isolated(run.name)} ({about})" if about else isolated(run.name)
    part = f" of {', '.join(parts)}" if parts else ""
    return f"{what}: {inputs}{part}, {truth_in_words(decision.truth)}"


def truth_in_words(truth: TruthUsed | None) -> str:
    """Say by which labels was counted, and how one tells them again."""
    if truth is None:
        return "by the labels as delivered"
    if truth.digest is None:
        return "by the labels as agreed at that moment"
    counts = wording.plural(truth.n_changed or 0, "label") + " changed"
    if truth.n_disputed:
        counts += f", {wording.plural(truth.n_disputed, 'dispute')} open"
    return f"by the labels as agreed ({counts}; truth {truth.digest[:8]})"


def _named(name: str, version: str) -> str:
    marked = isolated(version)
    return " ".join(filter(None, (isolated(name), f"version {marked}" if version else "")))
