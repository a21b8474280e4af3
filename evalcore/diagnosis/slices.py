"""Where the model is worse, and which concepts go by something that is not the concept."""

from __future__ import annotations

import math
from collections.abc import Iterator
from statistics import NormalDist

import numpy as np

from evalcore.arrays import BoolArray, FloatArray
from evalcore.comparison.roc_auc import normal_p_value
from evalcore.diagnosis.columns import Column
from evalcore.diagnosis.finding import Finding, percent, quoted, several
from evalcore.diagnosis.mistakes import Gathered, Mistakes, gathered
from evalcore.wording import rate

__all__ = ["WORTH", "cues", "group_in_words", "worse_for_concepts", "worse_slices"]

WORTH = 0.05
"""A larger p-value can be no discovery, however few the tests."""


def worse_slices(mistakes: Mistakes, columns: tuple[Column, ...]) -> tuple[list[Finding], int]:
    """Find groups with more mistakes per input, over all concepts; return them and how many tests.

    Parameters
    ----------
    columns
        Each of their groups is compared with the other inputs of the column.
    """
    per_input = mistakes.per_input.astype(np.float64)
    found, n_tests = [], 0
    for column in columns:
        told = column.codes >= 0
        for group, value in enumerate(column.values):
            here = column.codes == group
            rest = told & ~here
            if rest.sum() < 2:
                continue
            n_tests += 1
            found += _worse(column, value, here, rest, per_input)
    return found, n_tests


def _worse(
    column: Column, value: str, here: BoolArray, rest: BoolArray, per_input: FloatArray
) -> list[Finding]:
    inside, outside = per_input[here], per_input[rest]
    more = float(inside.mean() - outside.mean())
    if more <= 0:
        return []
    deviation = math.sqrt(inside.var(ddof=1) / inside.size + outside.var(ddof=1) / outside.size)
    reach = NormalDist().inv_cdf(0.975) * deviation
    name = group_in_words(column, value)
    positions = np.flatnonzero(here)
    order = np.argsort(-inside, kind="stable")
    there_said = rate(float(outside.mean()), digits=2)
    here_said = rate(float(inside.mean()), beside=float(outside.mean()), digits=2)
    finding = Finding(
        kind="slice",
        subject=f"{column.name} = {value}",
        number=more,
        low=more - reach,
        high=more + reach,
        unit="more mistakes per input",
        inputs=positions[order],
        mistakes=max(inside.size * (more - reach), 0.0),
        p_value=normal_p_value(more, deviation) / 2,
        headline=f"The model is worse where {name}: {here_said} mistakes per input, "
        f"{there_said} elsewhere.",
        action=f"Collect and train on more inputs where {name}, or keep such inputs out.",
        gain=f"About {several(round(inside.size * more), 'mistake')} fewer, if it became as good "
        "there as elsewhere.",
    )
    return [finding]


def cues(
    mistakes: Mistakes, columns: tuple[Column, ...], concepts: tuple[str, ...]
) -> tuple[list[Finding], int]:
    """Find concepts that are predicted by a cue: too often with it, and too seldom without it."""
    found, n_tests = [], 0
    for column in columns:
        wrong, right = _per_group(mistakes, column)
        n_tests += wrong.hits.size
        for group, j in _worth_a_look(wrong):
            one, other = wrong.take((group, j)), right.take((group, j))
            if float(other.p_value) < WORTH:
                found.append(
                    _cue(mistakes, column, (group, j), concepts[j], wrong=one, right=other)
                )
    return found, n_tests


def _cue(
    mistakes: Mistakes,
    column: Column,
    place: tuple[int, int],
    concept: str,
    *,
    wrong: Gathered,
    right: Gathered,
) -> Finding:
    group, j = place
    value = column.values[group]
    name = group_in_words(column, value)
    false_positives = mistakes.false_positives.of(j)
    missed = mistakes.false_negatives.of(j)
    inputs = np.concatenate(
        [
            false_positives[column.codes[false_positives] == group],
            missed[column.codes[missed] != group],
        ]
    )
    n_missed_elsewhere = int(right.unmarked - right.others)
    return Finding(
        kind="cue",
        concepts=(concept,),
        subject=f"{column.name} = {value}",
        number=float(wrong.odds_ratio),
        low=float(wrong.low),
        high=float(wrong.high),
        unit="times the odds of a false positive",
        inputs=inputs,
        mistakes=float(wrong.least_excess) + n_missed_elsewhere,
        # by a cue goes only what fails both ways: the larger of the two p-values counts
        p_value=max(float(wrong.p_value), float(right.p_value)),
        headline=f"{quoted(concept)} goes by a cue: {name}. Of its "
        f"{several(int(wrong.hits + wrong.others), 'false positive')}, {int(wrong.hits):,} are "
        f"there; it finds {int(right.hits):,} of {int(right.marked):,} there and "
        f"{int(right.others):,} of {int(right.unmarked):,} elsewhere.",
        action=f"Train with {quoted(concept)} where it is not so that {name}, and with such inputs "
        f"that show no {quoted(concept)}.",
        gain=f"About {several(round(float(wrong.excess)), 'false positive')} fewer, and "
        f"{several(n_missed_elsewhere, 'missed input')} that could be found.",
    )


def worse_for_concepts(
    mistakes: Mistakes, columns: tuple[Column, ...], concepts: tuple[str, ...]
) -> tuple[list[Finding], int]:
    """Find groups in which one concept has more false positives, or is missed more often."""
    found, n_tests = [], 0
    for column in columns:
        wrong, right = _per_group(mistakes, column)
        missed = _missed(right)
        for tests, what in ((wrong, "false positives"), (missed, "missed")):
            n_tests += tests.hits.size
            for group, j in _worth_a_look(tests):
                one = tests.take((group, j))
                found.append(
                    _of_concept(mistakes, column, (group, j), concepts[j], test=one, what=what)
                )
    return found, n_tests


def _of_concept(
    mistakes: Mistakes,
    column: Column,
    place: tuple[int, int],
    concept: str,
    *,
    test: Gathered,
    what: str,
) -> Finding:
    group, j = place
    value = column.values[group]
    name = group_in_words(column, value)
    pairs = mistakes.false_positives if what == "false positives" else mistakes.false_negatives
    members = pairs.of(j)
    share, other = (
        float(hits) / max(float(n), 1)
        for hits, n in ((test.hits, test.marked), (test.others, test.unmarked))
    )
    did = (
        f"is predicted wrongly on {percent(share)} of the inputs without it where {name}"
        if what == "false positives"
        else f"is missed on {percent(share)} of the inputs with it where {name}"
    )
    return Finding(
        kind="concept_slice",
        concepts=(concept,),
        subject=f"{what}: {column.name} = {value}",
        number=float(test.odds_ratio),
        low=float(test.low),
        high=float(test.high),
        unit="times the odds",
        inputs=members[column.codes[members] == group],
        mistakes=float(test.least_excess),
        p_value=float(test.p_value),
        headline=f"{quoted(concept)} {did}, {percent(other)} elsewhere.",
        action=f"Look at these inputs; add examples where {name} to the training data.",
        gain=f"About {several(round(float(test.excess)), 'mistake')} fewer, if it became as good "
        "there as elsewhere.",
    )


def _per_group(mistakes: Mistakes, column: Column) -> tuple[Gathered, Gathered]:
    """Test false positives, and labelled inputs that were found; shape (n_groups, n_concepts)."""
    shape = {"n_groups": len(column.values), "n_concepts": mistakes.labels.n_concepts}
    codes = column.codes
    wrong, missed, labelled = (
        pairs.per_group(codes, **shape)
        for pairs in (mistakes.false_positives, mistakes.false_negatives, mistakes.labelled)
    )
    known = mistakes.known_per_group(codes, n_groups=len(column.values))
    told = codes >= 0
    everybody = np.where(told, 0, -1)
    all_of = {"n_groups": 1, "n_concepts": mistakes.labels.n_concepts}
    all_wrong, all_missed, all_labelled = (
        pairs.per_group(everybody, **all_of)
        for pairs in (mistakes.false_positives, mistakes.false_negatives, mistakes.labelled)
    )
    all_known = mistakes.known_per_group(everybody, n_groups=1)
    return (
        gathered(wrong, known - labelled, all_hits=all_wrong, everything=all_known - all_labelled),
        gathered(
            labelled - missed,
            labelled,
            all_hits=all_labelled - all_missed,
            everything=all_labelled,
        ),
    )


def _missed(right: Gathered) -> Gathered:
    """Turn a test of inputs found into one of inputs missed."""
    return gathered(
        right.marked - right.hits,
        right.marked,
        all_hits=right.marked - right.hits + right.unmarked - right.others,
        everything=right.marked + right.unmarked,
    )


def _worth_a_look(tests: Gathered) -> Iterator[tuple[int, int]]:
    """Yield the places of tests that could be discoveries at all."""
    groups, concepts = np.nonzero(tests.p_value < WORTH)
    yield from zip(groups.tolist(), concepts.tolist(), strict=True)


def group_in_words(column: Column, value: str) -> str:
    """Return a group as it is said after *where*."""
    if column.kind == "property" and value.endswith("fifth"):
        return f"{column.name} is in its {value}"
    if column.kind == "split":
        return f"the split is {quoted(value)}"
    return f"{column.name} is {quoted(value)}"
