"""ROC AUC, average precision and mean scores: scikit-learn and pair-by-pair loops, with splits."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from sklearn.metrics import average_precision_score, roc_auc_score

import evalcore as ec
from tests.support import oracle
from tests.support.cases import DTYPES, Case, random_case, random_labels

SEEDS = range(25)


def known_part(case: Case, inputs: list[int], j: int) -> tuple[list[bool], list[float]]:
    chosen = [i for i in inputs if case.known[i, j]]
    return [bool(case.labelled[i, j]) for i in chosen], [float(case.scores[i, j]) for i in chosen]


def slow_average_precision(labelled: list[bool], scores: list[float]) -> float:
    if not any(labelled):
        return math.nan
    # scikit-learn takes no infinities: anything below the finite scores ranks the same
    finite = [s if s != -math.inf else -1e9 for s in scores]
    return float(average_precision_score(labelled, finite))


def slow_roc_auc(labelled: list[bool], scores: list[float]) -> float:
    if all(labelled) or not any(labelled):
        return math.nan
    finite = [s if s != -math.inf else -1e9 for s in scores]
    return float(roc_auc_score(labelled, finite))


def per_split(case: Case, measure: Callable[[list[bool], list[float]], float]) -> list[list[float]]:
    """One list per concept, one value per split."""
    return [
        [measure(*known_part(case, inputs, j)) for inputs in case.splits]
        for j in range(case.n_concepts)
    ]


@pytest.mark.parametrize("seed", SEEDS)
def test_roc_auc_is_that_of_scikit_learn_and_of_counting_pairs(seed: int) -> None:
    case = random_case(np.random.default_rng(seed))
    found = case.evaluation.roc_auc()

    assert found.dtype == np.float64
    for measure in (slow_roc_auc, oracle.roc_auc):
        expected = [oracle.mean_of_defined(values) for values in per_split(case, measure)]
        np.testing.assert_allclose(found, expected, atol=1e-12)


@pytest.mark.parametrize("seed", SEEDS)
def test_average_precision_is_that_of_scikit_learn(seed: int) -> None:
    case = random_case(np.random.default_rng(seed))
    expected = [
        oracle.mean_of_defined(values) for values in per_split(case, slow_average_precision)
    ]

    found = case.evaluation.average_precision()

    assert found.dtype == np.float64
    np.testing.assert_allclose(found, expected, atol=1e-12)


def test_with_splits_the_mean_over_them_is_not_the_pooled_value() -> None:
    # each split is in perfect order, but one scores a step higher than the other
    scores = [[0.1], [0.2], [0.3], [0.4]]
    run = ec.EvalRun.from_arrays(scores, [[], [0], [], [0]], folds=["a", "a", "b", "b"])
    pooled = ec.EvalRun.from_arrays(scores, [[], [0], [], [0]])

    assert ec.Evaluation(run).roc_auc().tolist() == [1.0]
    assert ec.Evaluation(pooled).roc_auc().tolist() == [0.75]


def test_a_split_in_which_roc_auc_is_undefined_is_left_out_of_the_mean() -> None:
    scores = [[0.1], [0.2], [0.3], [0.4], [0.9], [0.8]]
    labels = [[], [0], [0], [], [0], [0]]
    run = ec.EvalRun.from_arrays(scores, labels, folds=[0, 0, 1, 1, 2, 2])
    evaluation = ec.Evaluation(run)

    np.testing.assert_array_equal(evaluation.ranking.roc_auc, [[1.0], [0.0], [math.nan]])
    assert evaluation.roc_auc().tolist() == [0.5]
    assert evaluation.roc_auc_deviation().tolist() == [math.sqrt(0.5)]


@pytest.mark.parametrize("labels", [[[], []], [[0], [0]]], ids=["no positives", "only positives"])
def test_roc_auc_is_undefined_when_a_class_is_missing(labels: list[list[int]]) -> None:
    run = ec.EvalRun.from_arrays([[0.1], [0.9]], labels)

    assert np.isnan(ec.Evaluation(run).roc_auc()).tolist() == [True]


def test_average_precision_is_undefined_without_positives_and_one_with_nothing_else() -> None:
    run = ec.EvalRun.from_arrays([[0.1, 0.1], [0.9, 0.9]], [[1], [1]])

    np.testing.assert_array_equal(ec.Evaluation(run).average_precision(), [math.nan, 1.0])


@pytest.mark.parametrize("dtype", DTYPES)
def test_constant_scores_have_a_roc_auc_of_one_half(dtype: type) -> None:
    run = ec.EvalRun.from_arrays(np.full((5, 1), 0.3, dtype=dtype), [[0], [], [0], [], []])

    assert ec.Evaluation(run).roc_auc().tolist() == [0.5]
    assert ec.Evaluation(run).average_precision().tolist() == [0.4]


def test_negative_zero_and_zero_tie() -> None:
    run = ec.EvalRun.from_arrays([[-0.0], [0.0], [0.0], [-0.0]], [[0], [0], [], []])

    assert ec.Evaluation(run).roc_auc().tolist() == [0.5]


@pytest.mark.parametrize("seed", range(15))
def test_the_deviation_over_splits_is_the_sample_standard_deviation(seed: int) -> None:
    case = random_case(np.random.default_rng(seed), n_inputs=30, n_folds=4)
    expected = []
    for values in per_split(case, slow_roc_auc):
        defined = [v for v in values if not math.isnan(v)]
        expected.append(np.std(defined, ddof=1) if len(defined) > 1 else math.nan)

    np.testing.assert_allclose(case.evaluation.roc_auc_deviation(), expected, atol=1e-12)


def test_without_splits_there_is_no_deviation(make_case: Any) -> None:
    case = make_case(n_inputs=30, n_concepts=3, n_folds=0)

    assert np.isnan(case.evaluation.roc_auc_deviation()).all()


@pytest.mark.parametrize("seed", range(15))
@pytest.mark.parametrize(
    "rescale", [lambda x: 4 * x - 1, lambda x: x**3, np.exp], ids=["stretched", "cubed", "exp"]
)
def test_rescaling_the_scores_changes_no_ranking(
    seed: int, rescale: Callable[[np.ndarray], np.ndarray]
) -> None:
    case = random_case(np.random.default_rng(seed), dtype=np.float64, unscored=False)
    scaled = case.with_scores(rescale(case.scores))

    np.testing.assert_array_equal(scaled.evaluation.roc_auc(), case.evaluation.roc_auc())
    np.testing.assert_array_equal(
        scaled.evaluation.average_precision(), case.evaluation.average_precision()
    )


@pytest.mark.parametrize("seed", range(15))
def test_neither_the_order_nor_the_number_of_copies_of_the_inputs_matters(seed: int) -> None:
    rng = np.random.default_rng(seed)
    case = random_case(rng)
    again = case.take(rng.permutation([*range(case.n_inputs)] * 2).tolist())

    for name in ("roc_auc", "average_precision", "mean_scores"):
        np.testing.assert_allclose(
            getattr(again.evaluation, name)(), getattr(case.evaluation, name)(), rtol=1e-12
        )


def test_turning_the_scores_round_turns_roc_auc_round(make_case: Any) -> None:
    case = make_case(n_inputs=40, n_concepts=4, unscored=False)
    turned = case.with_scores(-case.scores)

    np.testing.assert_allclose(turned.evaluation.roc_auc(), 1 - case.evaluation.roc_auc())


def test_many_concepts_rank_as_scikit_learn_does(rng: np.random.Generator) -> None:
    labelled = random_labels(rng, (60, 64), task="multi_label")
    scores = rng.integers(0, 11, labelled.shape).astype(np.float32) / np.float32(10)
    case = Case(scores=scores, labelled=labelled, known=np.ones_like(labelled), task="multi_label")

    np.testing.assert_allclose(
        case.evaluation.roc_auc(), roc_auc_score(labelled, scores, average=None), atol=1e-12
    )


@pytest.mark.parametrize("seed", range(25))
def test_mean_scores_are_those_of_a_loop(seed: int) -> None:
    case = random_case(np.random.default_rng(seed))
    concepts = range(case.n_concepts)
    expected = [
        [
            oracle.mean_of_defined(
                [
                    oracle.mean_score(case.scores, case.labelled, i, j, inputs=inputs)
                    for inputs in case.splits
                ]
            )
            for j in concepts
        ]
        for i in concepts
    ]

    found = case.evaluation.mean_scores()

    assert found.dtype == np.float64
    np.testing.assert_allclose(found, expected, atol=1e-12)


def test_means_of_float16_scores_are_summed_in_float64() -> None:
    # 5,000 times 0.9: float16 sums stop growing at 2,048 and so
    run = ec.EvalRun.from_arrays(np.full((5_000, 1), 0.9, dtype=np.float16), [[0]] * 5_000)

    assert ec.Evaluation(run).mean_scores()[0, 0] == pytest.approx(float(np.float16(0.9)))


def test_a_subset_that_misses_a_split_ranks_over_the_splits_it_has() -> None:
    scores = [[0.1], [0.2], [0.3], [0.4]]
    run = ec.EvalRun.from_arrays(scores, [[], [0], [], [0]], folds=["a", "a", "b", "b"])

    part = ec.Evaluation(run.subset(np.array([0, 1])))

    assert part.roc_auc().tolist() == [1.0]
    assert part.average_precision().tolist() == [1.0]
    assert part.mean_scores().tolist() == [[0.2]]
