"""The count index: TP, FP, FN and TN under any rule, against a loop over all pairs."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

import evalcore as ec
from evalcore.counting import sorted_scores
from tests.support.cases import (
    DTYPES,
    EDGY,
    Case,
    all_rules,
    coarse_scores,
    random_case,
    random_rule,
)

SEEDS = range(25)


def slow_counts(case: Case, rule: ec.Rule) -> dict[str, list[int]]:
    found = case.outcomes(rule)
    return {
        name.lower(): [len(found[j, name]) for j in range(case.n_concepts)]
        for name in ("TP", "FP", "FN", "TN")
    }


def as_lists(counts: ec.Counts) -> dict[str, list[int]]:
    return {name: getattr(counts, name).tolist() for name in ("tp", "fp", "fn", "tn")}


@pytest.mark.parametrize("seed", SEEDS)
def test_counts_are_those_of_a_loop_over_all_pairs(seed: int) -> None:
    rng = np.random.default_rng(seed)
    case = random_case(rng)
    for _ in range(6):
        rule = random_rule(rng, case.concepts)
        assert as_lists(case.evaluation.counts(rule)) == slow_counts(case, rule), rule


@pytest.mark.parametrize("n_concepts", [48, 49, 70])
@pytest.mark.parametrize("task", ["single_label", "multi_label"])
def test_counts_of_many_concepts_are_those_of_a_loop(
    n_concepts: int, task: str, rng: np.random.Generator, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = random_case(rng, n_inputs=12, n_concepts=n_concepts, task=task)
    for few in (sorted_scores.FEW, 0):
        monkeypatch.setattr(sorted_scores, "FEW", few)
        for _ in range(4):
            rule = random_rule(rng, case.concepts)
            assert as_lists(case.evaluation.counts(rule)) == slow_counts(case, rule), rule


@given(data=st.data())
def test_counts_hold_for_whatever_scores_a_machine_can_think_of(data: st.DataObject) -> None:
    shape = data.draw(st.tuples(st.integers(1, 6), st.integers(1, 4)))
    dtype, width = data.draw(st.sampled_from([(np.float16, 16), (np.float32, 32)]))
    number = st.floats(width=width, allow_nan=False, allow_infinity=False)
    scores = data.draw(arrays.arrays(dtype, shape, elements=number | st.just(-np.inf)))
    labelled = data.draw(arrays.arrays(np.bool_, shape))
    known = data.draw(arrays.arrays(np.bool_, shape)) | labelled
    case = Case(scores=scores, labelled=labelled, known=known, task="multi_label")
    # thresholds on the scores themselves, where operators and ties matter
    finite = [float(s) for s in scores.ravel() if np.isfinite(s) and s > np.finfo(dtype).min]
    threshold = data.draw(st.sampled_from([0.5, *finite]))

    for rule in all_rules(threshold):
        assert as_lists(case.evaluation.counts(rule)) == slow_counts(case, rule), rule


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("decision", ec.DECISIONS)
def test_scores_of_exactly_the_threshold_count_only_under_greater_or_equal(
    dtype: type, decision: Any
) -> None:
    scores = np.array([[0.3], [0.3], [0.29], [0.31]], dtype=dtype)
    run = ec.EvalRun.from_arrays(scores, [[0], [], [0], []])
    evaluation = ec.Evaluation(run)

    strict = evaluation.counts(ec.Rule(0.3, operator=">", decision=decision))
    loose = evaluation.counts(ec.Rule(0.3, operator=">=", decision=decision))

    assert as_lists(strict) == {"tp": [0], "fp": [1], "fn": [2], "tn": [1]}
    assert as_lists(loose) == {"tp": [1], "fp": [2], "fn": [1], "tn": [0]}


def test_the_small_case_counts_as_a_reader_would(small_case: Case) -> None:
    evaluation = small_case.evaluation

    assert as_lists(evaluation.counts(ec.Rule(0.25))) == {
        "tp": [1, 0, 0],
        "fp": [1, 0, 1],
        "fn": [0, 1, 1],
        "tn": [2, 3, 2],
    }
    assert as_lists(evaluation.counts(ec.Rule(0.25, operator=">=", decision="every"))) == {
        "tp": [1, 1, 1],
        "fp": [2, 2, 1],
        "fn": [0, 0, 0],
        "tn": [1, 1, 2],
    }


@pytest.mark.parametrize("dtype", DTYPES)
def test_the_first_concept_wins_an_exact_tie_for_the_top(dtype: type) -> None:
    scores = np.array([[0.2, 0.7, 0.7], [0.7, 0.7, 0.2], [-0.0, 0.0, -0.0]], dtype=dtype)
    run = ec.EvalRun.from_arrays(scores, [2, 1, 1])

    counts = ec.Evaluation(run).counts(ec.Rule(-0.5, decision="top"))

    assert counts.predicted.tolist() == [2, 1, 0]
    assert counts.tp.tolist() == [0, 0, 0]


def test_under_top_the_runner_up_is_not_predicted_when_the_top_misses_its_own_threshold() -> None:
    run = ec.EvalRun.from_arrays([[0.8, 0.7]], [1], concepts=["dog", "cat"])
    rule = ec.Rule({"dog": 0.9, "cat": 0.1}, decision="top")

    assert ec.Evaluation(run).counts(rule).predicted.tolist() == [0, 0]


@pytest.mark.parametrize("operator", ec.OPERATORS)
@pytest.mark.parametrize("decision", ec.DECISIONS)
@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("threshold", [-1e300, -1e6, -1.0])
def test_pairs_that_were_not_scored_are_never_predicted(
    operator: Any, decision: Any, dtype: type, threshold: float
) -> None:
    scores = np.array([[-np.inf, -np.inf], [0.5, -np.inf]], dtype=dtype)
    run = ec.EvalRun.from_arrays(scores, [0, 1])
    evaluation = ec.Evaluation(run)
    rule = ec.Rule(threshold, operator=operator, decision=decision)

    counts = evaluation.counts(rule)

    assert counts.predicted.tolist() == [1, 0]
    assert counts.fn.tolist() == [1, 1]
    for concept in (None, *run.concepts):
        assert evaluation.members(rule, ec.OnThreshold(concept)).tolist() == []


@pytest.mark.parametrize("decision", ec.DECISIONS)
def test_pairs_whose_label_is_unknown_take_no_part(decision: Any) -> None:
    known = np.array([[True, True], [False, True], [True, False]])
    run = ec.EvalRun.from_arrays(
        [[0.9, 0.1], [0.9, 0.1], [0.1, 0.9]], [[0], [], []], known=known, task="multi_label"
    )

    counts = ec.Evaluation(run).counts(ec.Rule(0.5, decision=decision))

    assert as_lists(counts) == {"tp": [1, 0], "fp": [0, 0], "fn": [0, 0], "tn": [1, 2]}
    assert counts.n.tolist() == [2, 2]


def test_what_known_says_wins_over_a_label() -> None:
    run = ec.EvalRun.from_arrays([[0.9, 0.1]], [[0]], known=np.zeros((1, 2), dtype=bool))

    counts = ec.Evaluation(run).counts(ec.Rule(0.5))

    assert as_lists(counts) == {"tp": [0, 0], "fp": [0, 0], "fn": [0, 0], "tn": [0, 0]}


@pytest.mark.parametrize("task", ["single_label", "multi_label"])
def test_no_label_at_all_leaves_only_false_positives_and_true_negatives(
    task: str, rng: np.random.Generator
) -> None:
    scores = coarse_scores(rng, (30, 4), np.float32)
    nothing = np.zeros(scores.shape, dtype=bool)
    case = Case(scores=scores, labelled=nothing, known=~nothing, task=task)
    for rule in all_rules(0.5):
        counts = case.evaluation.counts(rule)
        assert counts.tp.tolist() == counts.fn.tolist() == [0] * 4
        assert as_lists(counts) == slow_counts(case, rule)


def test_counts_are_int64_and_one_per_concept(small_case: Case) -> None:
    for rule in all_rules(0.5):
        counts = small_case.evaluation.counts(rule)
        for name in ("tp", "fp", "fn", "tn"):
            assert getattr(counts, name).dtype == np.int64
            assert getattr(counts, name).shape == (3,)


@pytest.mark.parametrize("seed", SEEDS)
def test_the_four_outcomes_add_up_to_the_inputs_whose_label_is_known(seed: int) -> None:
    rng = np.random.default_rng(seed)
    case = random_case(rng)
    for _ in range(4):
        counts = case.evaluation.counts(random_rule(rng, case.concepts))
        assert counts.n.tolist() == case.known.sum(axis=0).tolist()
        assert counts.labelled.tolist() == case.labelled.sum(axis=0).tolist()
        assert min(getattr(counts, name).min() for name in ("tp", "fp", "fn", "tn")) >= 0


@pytest.mark.parametrize("seed", range(15))
@pytest.mark.parametrize("decision", ec.DECISIONS)
def test_raising_the_threshold_never_adds_predictions(seed: int, decision: Any) -> None:
    case = random_case(np.random.default_rng(seed))
    loose, strict = (
        [
            case.evaluation.counts(ec.Rule(threshold, operator=operator, decision=decision))
            for threshold in sorted(EDGY)
        ]
        for operator in (">=", ">")
    )
    steps = [*pairwise(loose), *pairwise(strict), *zip(loose, strict, strict=True)]
    for lower, higher in steps:
        assert (higher.tp <= lower.tp).all()
        assert (higher.fp <= lower.fp).all()
        assert (higher.tn >= lower.tn).all()


@pytest.mark.parametrize("seed", range(15))
def test_the_order_of_inputs_does_not_matter(seed: int) -> None:
    rng = np.random.default_rng(seed)
    case = random_case(rng)
    shuffled = case.take(rng.permutation(case.n_inputs).tolist())
    rule = random_rule(rng, case.concepts)

    assert as_lists(shuffled.evaluation.counts(rule)) == as_lists(case.evaluation.counts(rule))


@pytest.mark.parametrize("seed", range(15))
def test_every_input_twice_counts_twice(seed: int) -> None:
    rng = np.random.default_rng(seed)
    case = random_case(rng)
    twice = case.take([*range(case.n_inputs), *range(case.n_inputs)])
    rule = random_rule(rng, case.concepts)

    once = as_lists(case.evaluation.counts(rule))

    assert as_lists(twice.evaluation.counts(rule)) == {
        name: [2 * n for n in column] for name, column in once.items()
    }


@pytest.mark.parametrize("seed", range(15))
@pytest.mark.parametrize(
    "rescale",
    [lambda x: 4 * x - 1, lambda x: x / 2, lambda x: x**3 + x],
    ids=["stretched", "halved", "bent"],
)
def test_rescaling_scores_and_thresholds_alike_changes_nothing(
    seed: int, rescale: Callable[[Any], Any]
) -> None:
    rng = np.random.default_rng(seed)
    case = random_case(rng, dtype=np.float64, unscored=False)
    # a grid of eighths, so that the rescaled thresholds are exact as well
    case = case.with_scores(rng.integers(0, 9, case.scores.shape) / 8)
    scaled = case.with_scores(rescale(case.scores))
    for eighths in range(9):
        before, after = all_rules(eighths / 8), all_rules(rescale(eighths / 8))
        for one, other in zip(before, after, strict=True):
            assert as_lists(case.evaluation.counts(one)) == as_lists(
                scaled.evaluation.counts(other)
            )


def test_a_rule_for_a_stranger_is_refused(small_case: Case) -> None:
    with pytest.raises(ec.RuleError, match="'cow', which is no concept"):
        small_case.evaluation.counts(ec.Rule({"cow": 0.5}))
