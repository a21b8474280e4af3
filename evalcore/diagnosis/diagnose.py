"""Everything that is found wrong with a run, in the order of what it costs."""

from __future__ import annotations

import math
from contextlib import suppress
from dataclasses import dataclass, replace

import numpy as np

from evalcore.base.jobs import progress_section
from evalcore.choosing.goals import Goal
from evalcore.comparison.proportions import discoveries
from evalcore.counting.evaluation import Evaluation
from evalcore.counting.rules import Rule
from evalcore.diagnosis.amounts import (
    image_findings,
    never_predicted,
    on_threshold,
    open_set,
    too_few,
)
from evalcore.diagnosis.columns import columns_of
from evalcore.diagnosis.companions import by_companions
from evalcore.diagnosis.duplicates import alike, duplicate_findings
from evalcore.diagnosis.finding import Finding, quoted
from evalcore.diagnosis.label_errors import suspected_labels
from evalcore.diagnosis.mistakes import Mistakes
from evalcore.diagnosis.pairs import worse_together
from evalcore.diagnosis.properties import Properties
from evalcore.diagnosis.score_findings import far_from_goal, not_probabilities
from evalcore.diagnosis.slices import cues, worse_for_concepts, worse_slices
from evalcore.diagnosis.verdict import (
    ConceptVerdicts,
    RunVerdict,
    VerdictRules,
    grade,
    run_verdict,
)
from evalcore.errors import GoalError
from evalcore.truth.suspicion import Suspicion

__all__ = ["FALSE_DISCOVERIES", "Diagnosis", "diagnose"]

FALSE_DISCOVERIES = 0.01
"""Of what is inferred, at most this share is expected to be chance."""
MOSTLY_THE_SAME = 0.8


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Diagnosis:
    """What is wrong with a run under a rule.

    Parameters
    ----------
    verdicts, run_verdict
    findings
        The most mistakes first; what no mistake can be put down to stands last.
    n_tests
        Everything that was looked at, found or not.
    """

    verdicts: ConceptVerdicts
    run_verdict: tuple[RunVerdict, ...]
    findings: tuple[Finding, ...]
    n_tests: int


def diagnose(
    evaluation: Evaluation,
    rule: Rule,
    *,
    rng: np.random.Generator,
    properties: Properties | None = None,
    rules: VerdictRules | None = None,
    goal: Goal | None = None,
    suspicion: Suspicion | None = None,
) -> Diagnosis:
    """Look at a run from every side, and keep what is more than chance.

    Parameters
    ----------
    properties
        Measured before, where inputs have images or texts; None: these are left out.
    suspicion
        Of the labels, made before: it takes its time in a large run. None: left out.
    goal
        What the thresholds are judged by; the highest F1 when left open.

    Notes
    -----
    Benjamini and Hochberg's procedure at a rate of 0.01, over everything that was looked at, in
    four families, so that many true findings of one do not let chance into another: slices and
    cues; pairs of slices; other concepts; scores as probabilities. Concepts whose scores order the
    inputs no better than chance are left out: nothing but that explains their mistakes.
    """
    run = evaluation.run
    with progress_section(0.0, 0.4):
        verdicts = grade(evaluation, rules=rules)
    with progress_section(0.4, 0.7):
        mistakes = Mistakes.of(evaluation, rule, of_concepts=verdicts.has_skill)
    columns = columns_of(run, properties=None if properties is None else properties.values)
    families = [
        [
            worse_slices(mistakes, columns),
            cues(mistakes, columns, run.concepts),
            worse_for_concepts(mistakes, columns, run.concepts),
        ],
        [worse_together(mistakes, columns)],
        [by_companions(mistakes, run.concepts)],
        [not_probabilities(evaluation, skilled=verdicts.has_skill, rng=rng)],
    ]
    kept_ones = [finding for family in families for finding in _discovered(family)]
    n_tests = sum(n for family in families for _, n in family)
    found = _without_repeats(_gathered(kept_ones))
    found += _seen(evaluation, rule, properties)
    with suppress(GoalError):  # a single split leaves nothing to choose on
        found += far_from_goal(evaluation, rule, goal=goal, of_concepts=verdicts.has_skill)
    if suspicion is not None:
        found += suspected_labels(evaluation, rule, suspicion, skilled=verdicts.has_skill)
    return Diagnosis(
        verdicts=verdicts,
        run_verdict=run_verdict(verdicts, found),
        findings=tuple(sorted(found, key=_cost)),
        n_tests=n_tests,
    )


def _discovered(family: list[tuple[list[Finding], int]]) -> list[Finding]:
    """Return the findings of a family that are more than chance."""
    inferred = [finding for found, _ in family for finding in found]
    n_tests = sum(n for _, n in family)
    kept = discoveries([f.p_value for f in inferred], rate=FALSE_DISCOVERIES, n_tests=n_tests)
    return [finding for finding, is_kept in zip(inferred, kept, strict=True) if is_kept]


def _seen(evaluation: Evaluation, rule: Rule, properties: Properties | None) -> list[Finding]:
    found = [
        *too_few(evaluation, rule),
        *open_set(evaluation),
        *never_predicted(evaluation, rule),
        *on_threshold(evaluation, rule),
    ]
    if properties is not None:
        groups = alike(properties.digests, properties.hashes)
        found += duplicate_findings(evaluation.run, groups)
        found += image_findings(evaluation.run, properties)
    return found


def _gathered(found: list[Finding]) -> list[Finding]:
    """Make one finding of all companions of a concept, and one of all concepts' scores."""
    groups: dict[tuple[str, str], list[Finding]] = {}
    rest = []
    for finding in found:
        if finding.kind == "companion":
            groups.setdefault(("companion", finding.concepts[0]), []).append(finding)
        elif finding.kind == "not_probabilities":
            groups.setdefault(("not_probabilities", ""), []).append(finding)
        else:
            rest.append(finding)
    return rest + [_as_one(kind, group) for (kind, _), group in groups.items()]


def _as_one(kind: str, group: list[Finding]) -> Finding:
    """Return the finding that tells the most of a group, with what the others add."""
    if kind == "not_probabilities":
        worst = max(group, key=lambda finding: finding.number)
        others = [quoted(f.concepts[0]) for f in group if f is not worst]
        more = f" So it is with {', '.join(others)}." if others else ""
        return replace(
            worst,
            concepts=tuple(finding.concepts[0] for finding in group),
            headline=worst.headline + more,
        )
    worst = max(group, key=lambda finding: finding.mistakes)
    others = [quoted(f.concepts[1]) for f in group if f is not worst]
    more = f" So it does by {', '.join(others)}." if others else ""
    inputs = [worst.inputs, *(f.inputs for f in group if f is not worst)]
    together = np.concatenate(inputs)
    first = np.sort(np.unique(together, return_index=True)[1])
    return replace(
        worst,
        concepts=(*worst.concepts, *(f.concepts[1] for f in group if f is not worst)),
        inputs=together[first],
        headline=worst.headline + more,
    )


def _without_repeats(found: list[Finding]) -> list[Finding]:
    """Leave out what says of the same inputs what a costlier finding says already.

    A group in which everything is worse explains why single concepts are; a cue or a slice is told
    once, by the column in which it costs the most.
    """
    kept: list[Finding] = []
    for finding in sorted(found, key=_cost):
        place = next((k for k, other in enumerate(kept) if _says_it(other, finding)), None)
        if place is None:
            kept.append(finding)
        elif finding.subject and finding.subject not in {kept[place].subject, *kept[place].also}:
            also = (*kept[place].also, finding.subject)
            kept[place] = replace(kept[place], also=also)
    return kept


def _says_it(kept: Finding, finding: Finding) -> bool:
    kinds = {kept.kind, finding.kind}
    if kinds in ({"slice"}, {"pair"}) or (
        kinds <= {"cue", "concept_slice"} and kept.concepts == finding.concepts
    ):
        shared = np.isin(finding.inputs, kept.inputs).mean() if finding.inputs.size else 0.0
        return bool(shared >= MOSTLY_THE_SAME)
    if kept.kind == "slice" and finding.kind == "concept_slice":
        return finding.subject.endswith(kept.subject)
    return False


def _cost(finding: Finding) -> tuple[bool, float]:
    return math.isnan(finding.mistakes), -np.nan_to_num(finding.mistakes)
