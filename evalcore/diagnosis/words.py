"""Verdicts and findings in words, for the page Improve and for the report."""

from __future__ import annotations

import math
from collections.abc import Sequence

from evalcore.diagnosis.finding import Finding, FindingKind
from evalcore.diagnosis.verdict import ConceptVerdicts, Grade, RunVerdict, VerdictRules
from evalcore.wording import isolated, names_in_words, plural, rate, shortest

__all__ = [
    "GRADE_WORDS",
    "KIND_WORDS",
    "grades_in_words",
    "rules_in_words",
    "sure_in_words",
    "verdict_in_words",
]

MOST_NAMED = 12
VERDICT_WORDS: dict[RunVerdict, str] = {
    "good": "Good",
    "ok": "OK",
    "poor": "Poor",
    "too_few": "Too few labelled inputs to tell",
    "biased": "and biased: concepts go by something that is not the concept",
    "unstable": "and unstable: splits differ by more than chance",
}
GRADE_WORDS: dict[Grade, str] = {
    "great": "great",
    "ok": "OK",
    "poor": "poor",
    "too_few": "too few to tell",
}
KIND_WORDS: dict[FindingKind, str] = {
    "label_errors": "Suspected labels",
    "cue": "Cue",
    "companion": "Companions",
    "confused": "Confused",
    "slice": "Worse slice",
    "concept_slice": "Worse for one concept",
    "pair": "Worse together",
    "too_few": "Too few labels",
    "unstable": "Unstable",
    "duplicates": "Duplicates, other labels",
    "leak": "Duplicates across splits",
    "images": "Images",
    "open_set": "Open set",
    "never_predicted": "Never predicted",
    "not_probabilities": "Scores",
    "far_from_goal": "Threshold",
    "on_threshold": "Ties",
}


def verdict_in_words(verdict: Sequence[RunVerdict]) -> str:
    """Say how good a run is, and what kind of trouble it has.

    Examples
    --------
    >>> verdict_in_words(("ok", "unstable"))
    'OK, and unstable: splits differ by more than chance.'
    """
    return f"{', '.join(VERDICT_WORDS[word] for word in verdict)}."


def grades_in_words(verdicts: ConceptVerdicts, concepts: Sequence[str]) -> dict[str, str]:
    """Return which concepts are how good: a grade's word to how many and which have it."""
    said = {}
    for grade, word in GRADE_WORDS.items():
        names = [name for name, own in zip(concepts, verdicts.grades, strict=True) if own == grade]
        if names:
            listed = names_in_words(names, most=MOST_NAMED)
            said[word] = f"{plural(len(names), 'concept')}: {listed}"
    return said


def rules_in_words(rules: VerdictRules) -> str:
    """Say from where on a concept is great, or OK."""
    limits = (rules.great_auc, rules.great_lift, rules.ok_auc, rules.ok_lift)
    great_auc, great_lift, ok_auc, ok_lift = map(shortest, limits)
    return (
        f"Great: the lower ends of the 95 % intervals reach {great_auc} for ROC AUC "
        f"and {great_lift} of the way from the prevalence to 1 for average precision; "
        f"OK: {ok_auc} and {ok_lift}; poor: an upper end misses these."
    )


def sure_in_words(finding: Finding) -> str:
    """Say the number with its interval, and what else lies in the same inputs."""
    said = []
    if not math.isnan(finding.number):
        number = f"{_figure(finding.number)} {finding.unit}"
        if not math.isnan(finding.low):
            number += f" (95 %: {_figure(finding.low)} to {_figure(finding.high)})"
        said.append(number)
    if not math.isnan(finding.mistakes):
        said.append(f"at least {plural(round(finding.mistakes), 'mistake')}")
    if finding.also:
        said.append(f"the same inputs: {', '.join(isolated(name) for name in finding.also[:3])}")
    return " · ".join(said)


def _figure(value: float) -> str:
    if value >= 1 and value == round(value):
        return f"{value:,.0f}"
    return f"{value:,.1f}" if value >= 10 else rate(value, digits=2)
