"""Sentences about a decision, made from what is in it."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

import numpy as np

from evalcore.choosing.goals import Goal
from evalcore.decisions.decision import Decision

__all__ = [
    "goal_in_words",
    "isolated",
    "met_in_words",
    "name_list",
    "number",
    "rule_in_words",
    "run_in_words",
]

UNDEFINED = "–"
_TURNING = {"R", "AL", "AN", "RLE", "RLO", "LRE", "LRO", "PDF", "RLI", "LRI", "FSI", "PDI"}
MOST_NAMED = 8


def number(value: float) -> str:
    """Return a threshold exactly, with at least two decimals.

    Examples
    --------
    >>> number(0.5), number(0.625), number(1e-7)
    ('0.50', '0.625', '1e-07')
    """
    text = repr(float(value))
    if "e" in text or "." not in text:
        return text
    whole, decimals = text.split(".")
    return f"{whole}.{decimals.ljust(2, '0')}"


def isolated(text: str) -> str:
    """Return a name so that it cannot turn the sentence around it, should it run right to left."""
    if any(unicodedata.bidirectional(letter) in _TURNING for letter in text):
        return f"\u2068{text}\u2069"
    return text


def rule_in_words(decision: Decision) -> str:
    """Say when an input counts as a concept under a decision."""
    passes = "greater than" if decision.operator == ">" else "at least"
    thresholds = {concept.threshold for concept in decision.concepts}
    if len(thresholds) == 1:
        bar = number(thresholds.pop())
    else:
        low, high = number(min(thresholds)), number(max(thresholds))
        bar = f"the concept's threshold, which lies between {low} and {high}"
    if decision.mode == "top":
        return (
            "An input counts as its highest-scoring concept, and only as that one, when that "
            f"score is {passes} {bar}."
        )
    return f"An input counts as a concept when its score for it is {passes} {bar}."


def goal_in_words(decision: Decision) -> str:
    """Say what the thresholds were chosen for; empty when no goal is on record."""
    if decision.goal is None:
        return ""
    whom = "each concept" if decision.goal_concept is None else isolated(decision.goal_concept)
    sure = (
        "as observed on this run"
        if decision.confidence is None
        else f"with {100 * decision.confidence:.4g} % confidence"
    )
    if not decision.goal.is_limit:
        sure = "on this run"
    return f"The goal for {whom}: {_goal(decision.goal)}, {sure}."


def _goal(goal: Goal) -> str:
    percent = f"{100 * goal.level:.6g} %" if goal.level is not None else ""
    match goal.kind:
        case "precision_at_least":
            return f"precision of at least {percent} with the most recall"
        case "recall_at_least":
            return f"recall of at least {percent} with the most precision"
        case "share_at_most":
            return f"at most {percent} of the inputs predicted, with the most recall"
        case "least_cost":
            unit = f" {goal.unit}" if goal.unit else ""
            return (
                f"the least cost, where a false positive costs {goal.cost_fp:g}{unit} and a false "
                f"negative {goal.cost_fn:g}{unit}"
            )
        case "f_beta":
            return f"the highest F{goal.beta:g}"
        case _:
            return "the highest recall + specificity − 1 (Youden's J)"


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
        f"not for {name_list(missed)}."
    )


def name_list(names: Sequence[str]) -> str:
    """Return names in a row, the first few of many.

    Examples
    --------
    >>> name_list(["dog"]), name_list(["dog", "cat", "cow"])
    ('dog', 'dog, cat and cow')
    """
    shown = [isolated(name) for name in names[:MOST_NAMED]]
    if len(names) > MOST_NAMED:
        return f"{', '.join(shown)} and {len(names) - MOST_NAMED:,} more"
    return " and ".join(filter(None, (", ".join(shown[:-1]), *shown[-1:])))


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
