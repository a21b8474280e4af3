"""A recommendation in sentences, every one of them made from counts."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

import evalcore as ec
from evalcore.choosing.held_out import HeldOut
from evalcore.errors import name_list
from evalcore.guarantees.proof import MOST_TIMES
from evalcore.measures.binomial import CHANCE
from evalcore.measures.intervals import INTERVALS
from pages._ui import wording
from pages._ui.thresholds.advice import Advice
from pages._ui.thresholds.costs import cost_of_mistakes

__all__ = [
    "GOAL_WORDS",
    "common_sentences",
    "interval_in_words",
    "reach_in_words",
    "sentences",
    "summary_sentence",
    "why_not",
]

GOAL_WORDS: dict[str, str] = {
    "f_beta": "highest F-beta",
    "precision_at_least": "precision at least",
    "recall_at_least": "recall at least",
    "least_cost": "least expected cost",
    "share_at_most": "share predicted at most",
    "youden": "highest Youden's J",
}
_LIMITED = {"precision_at_least": "precision", "recall_at_least": "recall"}
MOST_NAMED = 5


def interval_in_words(low: float, high: float, *, operator: str, dtype: np.dtype[Any]) -> str:
    """Say which thresholds give the same counts, in the precision of the scores."""
    a, b = (np.format_float_positional(dtype.type(end), trim="0") for end in (low, high))
    strict = operator == ">"
    if math.isinf(low) and math.isinf(high):
        return "Every threshold gives these counts."
    if math.isinf(low):
        return f"Every threshold {'below' if strict else 'up to'} {b} gives these counts."
    if math.isinf(high):
        return f"Every threshold {'from' if strict else 'above'} {a} up gives these counts."
    ends = f"from {a} to just below {b}" if strict else f"from just above {a} to {b}"
    return f"Every threshold {ends} gives these counts."


def why_not(advice: Advice, k: int) -> str:
    """Say why there is no threshold for the k-th concept; empty where there is one. Markdown."""
    choice, proof = advice.choice, advice.proof
    labelled = int(choice.counts.labelled[k])
    closest = choice.closest[k]
    match choice.reasons[k]:
        case "":
            return ""
        case "no_positives":
            return "No input is labelled with it, so nothing can be chosen."
        case "no_negatives":
            return "Every input is labelled with it, so there is no specificity."
        case "out_of_reach":
            if math.isnan(closest):
                return "No threshold reaches it."
            most = wording.rate(float(closest), beside=choice.goal.level)
            return f"No threshold reaches it. The most is {most}."
        case "pairs_share_inputs":
            return (
                "One threshold for all cannot be proven where an input counts for several "
                "concepts at once: choose one for each."
            )
        case "not_provable" if proof is not None:
            return (
                f"Not provable with {labelled:,} positives. {_instead(proof, k)}{_needed(proof, k)}"
            )
        case _:
            return "No finite threshold separates the scores."


def _instead(proof: ec.Guarantee, k: int) -> str:
    """Name the best level that could be proven, where there is one."""
    level = proof.best_level[k]
    if math.isnan(level):
        return ""
    return f"{wording.shortest(level)} could be proven at {wording.percent(proof.confidence)}. "


def _needed(proof: ec.Guarantee, k: int) -> str:
    inputs, positives = proof.needed_inputs[k], proof.needed_positives[k]
    if math.isnan(inputs):
        precise = proof.choice.goal.kind == "precision_at_least"
        what = "predicted inputs, all of them right" if precise else "positives, all of them found"
        fewest = "" if proof.fewest is None else f"It takes at least {proof.fewest:,} {what}; "
        return f"{fewest}that {MOST_TIMES} times as many inputs would do cannot be said of these."
    some = "about" if proof.choice.goal.kind == "recall_at_least" else "at least"
    return (
        f"With a test set of about {math.ceil(inputs):,} inputs, {math.ceil(positives):,} of them "
        f"positives, {some} {round(10 * CHANCE)} of 10 test sets would prove it."
    )


def sentences(
    advice: Advice, left_out: HeldOut | None, *, k: int, dtype: np.dtype[Any]
) -> list[str]:
    """Say what one concept's recommendation comes to, in sentences of Markdown."""
    choice = advice.choice
    name = f"**{wording.escape(choice.names[k])}**"
    if not choice.met[k]:
        return [f"{name}: {why_not(advice, k)}"]
    counts = choice.counts.take(slice(k, k + 1))
    passes = "above" if choice.operator == ">" else "from"
    at = wording.number(choice.threshold[k])
    said = [
        f"{name} {passes} **{at}**: {_found(counts)}; {_right(counts)}.",
        interval_in_words(choice.low[k], choice.high[k], operator=choice.operator, dtype=dtype),
    ]
    if choice.goal.kind == "least_cost":
        said.append(cost_of_mistakes(choice.goal, counts))
    if advice.proof is not None:
        said.append(_proven(advice.proof, k))
    if left_out is not None:
        said.append(_left_out_in_words(choice.counts.take(slice(k, k + 1)), left_out, k=k))
    return said


def summary_sentence(advice: Advice) -> str:
    """Say for how many concepts there is a threshold, and name those without. Markdown."""
    choice = advice.choice
    if choice.is_common:
        return ""
    missing = [name for name, met in zip(choice.names, choice.met, strict=True) if not met]
    n = len(choice.names)
    if not missing:
        said = f"There is a threshold for each of the {wording.plural(n, 'concept')}."
    else:
        named = name_list(map(wording.escape, missing), limit=MOST_NAMED)
        said = f"There is a threshold for {n - len(missing):,} of {n:,} concepts. None for {named}."
    return said + _that_need_none(choice)


def _that_need_none(choice: ec.Choice) -> str:
    """Name the concepts whose highest score alone decides, however low it is. Markdown."""
    needless = choice.met & np.isneginf(choice.low)
    if choice.mode != "top" or not needless.any():
        return ""
    names = [wording.escape(choice.names[k]) for k in np.flatnonzero(needless)]
    verb = "needs" if len(names) == 1 else "need"
    return f" {name_list(names, limit=MOST_NAMED)} {verb} none: to score highest is enough."


def common_sentences(
    advice: Advice, left_out: HeldOut | None, *, dtype: np.dtype[Any]
) -> list[str]:
    """Say what one threshold for all comes to, by the summed counts. Markdown."""
    choice = advice.choice
    if not choice.met.any():
        return [f"One threshold for all: {why_not(advice, 0)}"]
    counts = choice.counts.pooled()
    passes = "above" if choice.operator == ">" else "from"
    at = wording.number(choice.threshold[0])
    said = [
        f"All concepts {passes} **{at}**: {_found(counts)}; {_right(counts)}.",
        interval_in_words(choice.low[0], choice.high[0], operator=choice.operator, dtype=dtype),
    ]
    if choice.goal.kind == "least_cost":
        said.append(cost_of_mistakes(choice.goal, counts))
    if advice.proof is not None:
        said.append(_proven(advice.proof, 0))
    if left_out is not None:
        said.append(_left_out_in_words(left_out.choice.counts.pooled(), left_out, whole=True))
    return said


def _found(counts: ec.Counts) -> str:
    tp, labelled = int(counts.tp[0]), int(counts.labelled[0])
    return f"{tp:,} of {labelled:,} labelled are found (recall {_with_interval(counts, 'recall')})"


def _right(counts: ec.Counts) -> str:
    tp, predicted = int(counts.tp[0]), int(counts.predicted[0])
    if predicted == 0:
        return "nothing is predicted (precision –)"
    return (
        f"{tp:,} of {predicted:,} predicted are right "
        f"(precision {_with_interval(counts, 'precision')})"
    )


def _with_interval(counts: ec.Counts, metric: str) -> str:
    value, interval = ec.METRICS[metric](counts), INTERVALS[metric](counts)
    return f"{wording.rate(value[0])}, 95 %: {wording.between(interval.low[0], interval.high[0])}"


def _proven(proof: ec.Guarantee, k: int) -> str:
    rate = _LIMITED[proof.choice.goal.kind]
    return (
        f"With {wording.percent(proof.confidence)} confidence its {rate} in the population is "
        f"at least {wording.shortest(proof.choice.goal.level or 0.0)} "
        f"(p-value {wording.rate(proof.p_value[k])})."
    )


def reach_in_words(proof: ec.Guarantee) -> str:
    """Say whether the confidence is for each concept by itself or for all at once; else empty."""
    n, sure = int(proof.choice.met.sum()), wording.percent(proof.confidence)
    if n < 2 or proof.choice.is_common:
        return ""
    if proof.is_joint:
        return f"Jointly: with {sure} confidence all {n:,} of these goals hold at once."
    n_may_miss = n * (1 - proof.confidence)
    few = f"about {round(n_may_miss):,}" if n_may_miss >= 1.5 else "one or the other"
    return (
        f"Concept by concept: the {sure} are for each by itself, so that of these {n:,} {few} "
        "may miss the goal."
    )


def _left_out_in_words(
    here: ec.Counts, left_out: HeldOut, *, k: int = 0, whole: bool = False
) -> str:
    turns, n_parts = int(left_out.n_turns[k]), len(left_out.parts)
    if turns == 0:
        return "On the other inputs alone no threshold could be chosen."
    there = left_out.counts.pooled() if whole else left_out.counts.take(slice(k, k + 1))
    figures = []
    for metric in ("recall", "precision"):
        tuned, fair = float(ec.METRICS[metric](here)[0]), float(ec.METRICS[metric](there)[0])
        change = wording.change(tuned, fair) or wording.UNDEFINED
        figures.append(f"{metric} {wording.rate(fair)} instead of {wording.rate(tuned)} ({change})")
    short = "" if turns == n_parts else f" (in {turns} of {n_parts} turns there was a threshold)"
    return (
        f"Chosen on the other inputs and counted on the part left out{short}: {', '.join(figures)}."
    )
