"""Distribution and reliability of scores: against loops, numpy and scikit-learn."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.calibration import calibration_curve

import evalcore as ec
from evalcore.concept.score_shape import bin_edges, calibration, histogram
from evalcore.measures.intervals import wilson
from tests.support.cases import random_case

SEEDS = range(20)


@pytest.mark.parametrize("operator", ec.OPERATORS)
@pytest.mark.parametrize("seed", SEEDS)
def test_what_stands_right_of_an_edge_is_what_a_threshold_there_predicts(
    seed: int, operator: str
) -> None:
    case = random_case(np.random.default_rng(seed))
    index, span = case.evaluation.index("every"), case.evaluation.score_range
    for j, concept in enumerate(case.concepts):
        found = histogram(index, j, span=span, n_bins=10, operator=operator)
        # the ends of the axis take in all that is there
        for b, edge in enumerate(found.edges[1:-1].tolist(), start=1):
            rule = ec.Rule({concept: edge}, operator=operator, decision="every")
            counts = case.evaluation.counts(rule)
            assert found.labelled[b:].sum() == counts.tp[j]
            assert found.others[b:].sum() == counts.fp[j]


@pytest.mark.parametrize("seed", SEEDS)
def test_every_known_pair_stands_in_one_bin_or_was_not_scored(seed: int) -> None:
    case = random_case(np.random.default_rng(seed))
    for j in range(case.n_concepts):
        found = histogram(case.evaluation.index("every"), j, span=case.evaluation.score_range)
        known = case.known[:, j]
        scored = np.isfinite(case.scores[:, j])
        assert found.labelled.sum() == (case.labelled[:, j] & scored).sum()
        assert found.others.sum() == (~case.labelled[:, j] & known & scored).sum()
        assert found.n_unscored == (known & ~scored).sum()
        assert found.labelled.min() >= 0
        assert found.others.min() >= 0


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_an_edge_is_the_number_that_people_write(dtype: type) -> None:
    edges = bin_edges((0, 1), n_bins=100, dtype=np.dtype(dtype))
    for k, edge in enumerate(edges.tolist()):
        assert edge == float(np.array(float(f"{k / 100:.2f}"), dtype=dtype))


@pytest.mark.parametrize("seed", SEEDS)
def test_reliability_is_that_of_scikit_learn(seed: int) -> None:
    rng = np.random.default_rng(seed)
    case = random_case(rng, n_inputs=200, task="multi_label", unscored=False, dtype=np.float64)
    for j in range(case.n_concepts):
        known = case.known[:, j]
        truth, scores = case.labelled[known, j], case.scores[known, j]
        found = calibration(case.evaluation.index("every"), j, n_bins=5)
        if scores.min() < 0 or scores.max() > 1:
            assert found is None
            continue
        assert found is not None
        observed, mean = calibration_curve(truth, np.abs(scores), n_bins=5)
        filled = found.n > 0
        np.testing.assert_allclose(found.observed[filled], observed)
        np.testing.assert_allclose(found.mean_score[filled], mean)
        assert np.isnan(found.observed[~filled]).all()
        gaps = [abs(o - m) * n for o, m, n in zip(observed, mean, found.n[filled], strict=True)]
        assert found.error == pytest.approx(sum(gaps) / scores.size)
        assert found.n.sum() == scores.size
        interval = wilson(found.n_labelled, found.n)
        np.testing.assert_array_equal(found.interval.high, interval.high)


def test_scores_beyond_0_and_1_are_no_probabilities() -> None:
    for scores in ([[-0.001], [0.5]], [[0.5], [1.001]]):
        run = ec.EvalRun.from_arrays(scores, [[], [0]], concepts=["a"])
        assert calibration(ec.Evaluation(run).index("every"), 0) is None


def test_scores_that_are_the_truth_have_no_error_and_opposite_ones_have_1() -> None:
    for labels, error in (([[], [0]], 0.0), ([[0], []], 1.0)):
        run = ec.EvalRun.from_arrays([[0.0], [1.0]], labels, concepts=["a"])
        found = calibration(ec.Evaluation(run).index("every"), 0)
        assert found is not None
        assert found.error == error


def test_a_concept_that_was_never_scored_has_no_error_to_tell() -> None:
    run = ec.EvalRun.from_arrays([[-np.inf, 0.5]], [[0]], concepts=["a", "b"])
    found = calibration(ec.Evaluation(run).index("every"), 0)
    assert found is not None
    assert np.isnan(found.error)
    assert found.n.sum() == 0
