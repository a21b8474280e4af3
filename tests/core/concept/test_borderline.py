"""Borderline inputs: against a sort of all of them."""

from __future__ import annotations

import math

import numpy as np
import pytest

import evalcore as ec
from evalcore.concept.staircase import borderline
from tests.support.cases import EDGY, Case, all_rules, random_case


def nearest(case: Case, rule: ec.Rule, j: int, *, k: int) -> tuple[list[int], list[int]]:
    predicted = case.predicted(rule)
    eligible = [
        i
        for i in range(case.n_inputs)
        if case.known[i, j] and case.scores[i, j] != -math.inf and case.decides(rule, i, j)
    ]
    inside = [i for i in eligible if j in predicted[i]]
    outside = [i for i in eligible if j not in predicted[i]]
    return (
        sorted(inside, key=lambda i: float(case.scores[i, j]))[:k],
        sorted(outside, key=lambda i: -float(case.scores[i, j]))[:k],
    )


@pytest.mark.parametrize("seed", range(30))
def test_the_nearest_inputs_of_both_sides_are_found_in_order(seed: int) -> None:
    case = random_case(np.random.default_rng(seed))
    for threshold in EDGY:
        for rule in all_rules(threshold):
            for j, concept in enumerate(case.concepts):
                found = borderline(case.evaluation, rule, concept, k=3)
                wanted = nearest(case, rule, j, k=3)
                assert (found.predicted.tolist(), found.missed.tolist()) == wanted


def test_an_input_on_the_threshold_stands_where_the_operator_puts_it() -> None:
    run = ec.EvalRun.from_arrays([[0.4], [0.5], [0.6]], [[0], [], [0]], concepts=["a"])
    evaluation = ec.Evaluation(run)
    strict = borderline(evaluation, ec.Rule(0.5), "a")
    loose = borderline(evaluation, ec.Rule(0.5, operator=">="), "a")
    assert (strict.predicted.tolist(), strict.missed.tolist()) == ([2], [1, 0])
    assert (loose.predicted.tolist(), loose.missed.tolist()) == ([1, 2], [0])


def test_a_concept_that_was_never_scored_has_no_borderline() -> None:
    run = ec.EvalRun.from_arrays([[-np.inf, 0.5]], [[0]], concepts=["a", "b"])
    found = borderline(ec.Evaluation(run), ec.Rule(0.5, decision="every"), "a")
    assert found.predicted.size == found.missed.size == 0
