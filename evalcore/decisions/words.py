"""Sentences about a decision, made from what is in it."""

from __future__ import annotations

import numpy as np

from evalcore import wording
from evalcore.decisions.decision import Decision
from evalcore.wording import isolated, names_in_words

__all__ = ["goal_in_words", "met_in_words", "rule_in_words", "run_in_words"]


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
    sure = (
        "as observed on this run"
        if decision.confidence is None
        else f"with {wording.percent(decision.confidence)} confidence"
    )
    if not decision.goal.is_limit:
        sure = "on this run"
    return f"The goal for {whom}: {wording.goal_in_words(decision.goal)}, {sure}."


def met_in_words(decision: Decision) -> str:
    """Say for how many concepts the goal's limit was met by the counts at the decision."""
    goal = decision.goal
    if goal is None or not goal.is_limit:
        return ""
    chosen = decision.goal_concept
    wanted = np.array([chosen is None or name == chosen for name in decision.names])
    met = goal.holds(decision.counts) & wanted
    missed = [name for j, name in enumerate(decision.names) if wanted[j] and not met[j]]
    if not missed:
        return "The counts of this run meet it." if wanted.sum() == 1 else (
            f"The counts of this run meet it for all {wanted.sum():,} concepts."
        )  # fmt: skip
    return (
        f"The counts of this run meet it for {met.sum():,} of {wanted.sum():,} concepts, "
        f"not for {names_in_words(missed)}."
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
    return f"{what}: {inputs}{' of ' + ', '.join(parts) if parts else ''}"


def _named(name: str, version: str) -> str:
    marked = isolated(version)
    return " ".join(filter(None, (isolated(name), f"version {marked}" if version else "")))
