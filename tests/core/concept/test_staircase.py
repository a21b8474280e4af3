"""The staircase of counts: every threshold agrees with the counts of the rule, ties included."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from sklearn.metrics import precision_recall_curve, roc_curve

import evalcore as ec
from evalcore.concept.staircase import Staircase, split_staircases, staircase_of
from evalcore.measures.metrics import METRICS
from tests.support.cases import EDGY, Case, all_rules, random_case

SEEDS = range(30)
OUTCOMES = ("tp", "fp", "fn", "tn")


def numbers(counts: ec.Counts, k: int) -> list[int]:
    return [int(getattr(counts, name)[k]) for name in OUTCOMES]


def steps_at(steps: Staircase, case: Case, rule: ec.Rule, j: int) -> list[int]:
    bound = rule.bounds(case.concepts, dtype=case.scores.dtype)[j]
    return numbers(steps.counts, steps.at(bound))


@pytest.mark.parametrize("seed", SEEDS)
def test_the_step_at_a_threshold_has_the_counts_of_the_rule(seed: int) -> None:
    case = random_case(np.random.default_rng(seed))
    for j, concept in enumerate(case.concepts):
        for threshold in EDGY:
            for rule in all_rules(threshold):
                mode = rule.mode_for(case.task)
                steps = staircase_of(case.evaluation, concept, mode=mode)
                counted = case.outcomes(rule)
                wanted = [len(counted[j, name.upper()]) for name in OUTCOMES]
                assert steps_at(steps, case, rule, j) == wanted


@pytest.mark.parametrize("operator", ec.OPERATORS)
def test_the_count_changes_at_the_score_itself_on_the_side_that_the_operator_says(
    operator: str,
) -> None:
    run = ec.EvalRun.from_arrays([[0.2], [0.5], [0.5], [0.9]], [[], [0], [], [0]], concepts=["a"])
    steps = staircase_of(ec.Evaluation(run), "a", mode="every")
    predicted = []
    for t in (0.49, 0.5, 0.51):
        rule = ec.Rule(t, operator=operator)
        bound = rule.bounds(["a"], dtype=run.scores.dtype)[0]
        predicted.append(int(steps.counts.predicted[steps.at(bound)]))
    assert predicted == ([3, 1, 1] if operator == ">" else [3, 3, 1])


@pytest.mark.parametrize("seed", SEEDS)
def test_a_higher_threshold_never_predicts_more(seed: int) -> None:
    case = random_case(np.random.default_rng(seed))
    for concept in case.concepts:
        for mode in ec.DECISIONS:
            steps = staircase_of(case.evaluation, concept, mode=mode)
            assert (np.diff(steps.scores) > 0).all()
            assert (np.diff(steps.counts.tp) <= 0).all()
            assert (np.diff(steps.counts.fp) <= 0).all()
            assert len(set(steps.counts.n.tolist())) == 1
            assert steps.counts.predicted[-1] == 0


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("seed", range(8))
def test_the_steps_are_those_of_scikit_learn(seed: int, dtype: type) -> None:
    rng = np.random.default_rng(seed)
    case = random_case(
        rng, n_inputs=60, n_concepts=3, dtype=dtype, unscored=False, task="multi_label"
    )
    for j, concept in enumerate(case.concepts):
        known = case.known[:, j]
        truth, scores = case.labelled[known, j], case.scores[known, j]
        if truth.all() or not truth.any():
            continue
        steps = staircase_of(case.evaluation, concept, mode="every")
        precision, recall, thresholds = precision_recall_curve(truth, scores)
        # scikit-learn counts score >= threshold: step k holds just below score k
        np.testing.assert_array_equal(thresholds, steps.scores)
        here = slice(0, -1)
        np.testing.assert_allclose(METRICS["precision"](steps.counts)[here], precision[:-1])
        np.testing.assert_allclose(METRICS["recall"](steps.counts), recall)
        rates, found, _ = roc_curve(truth, scores, drop_intermediate=False)
        np.testing.assert_allclose(METRICS["false_positive_rate"](steps.counts)[::-1], rates)
        np.testing.assert_allclose(METRICS["recall"](steps.counts)[::-1], found)


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize("mode", ec.DECISIONS)
def test_a_split_has_the_steps_of_its_inputs_alone(seed: int, mode: str) -> None:
    case = random_case(np.random.default_rng(seed), n_folds=3, n_inputs=40)
    for concept in case.concepts:
        found = split_staircases(case.evaluation, concept, mode=mode)
        assert len(found) == len(case.splits)
        for inputs, steps in zip(case.splits, found.values(), strict=True):
            part = replace(case.take(inputs), folds=None, names=case.concepts)
            alone = staircase_of(part.evaluation, concept, mode=mode)
            np.testing.assert_array_equal(steps.scores, alone.scores)
            for name in OUTCOMES:
                wanted = getattr(alone.counts, name)
                np.testing.assert_array_equal(getattr(steps.counts, name), wanted)


def test_a_run_without_splits_has_none() -> None:
    case = random_case(np.random.default_rng(1), n_folds=0)
    assert split_staircases(case.evaluation, case.concepts[0], mode="every") == {}


def test_an_unknown_concept_is_told() -> None:
    case = random_case(np.random.default_rng(1))
    with pytest.raises(ec.SelectionError, match="nobody"):
        staircase_of(case.evaluation, "nobody", mode="every")
