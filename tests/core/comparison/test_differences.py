"""Two sides against each other: the core's counts, intervals that cover, inputs that are listed."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pytest
from sklearn.metrics import average_precision_score

import evalcore as ec
from evalcore.comparison.differences import COMPARED, Metric, compare_metric
from evalcore.comparison.pairing import pair_concepts, pair_inputs
from evalcore.comparison.resampling import Ordered
from evalcore.comparison.sides import FATES, Comparison, Side, compare
from tests.support.cases import Case


def run_of(scores: np.ndarray, labelled: np.ndarray, *, ids: list[str] | None = None) -> ec.EvalRun:
    return ec.EvalRun.from_arrays(
        scores,
        labelled,
        concepts=[f"c{j}" for j in range(scores.shape[1])],
        task="multi_label",
        ids=ids,
    )


def two_models(
    rng: np.random.Generator, *, n: int = 200, better: float = 0.0, n_concepts: int = 2
) -> tuple[ec.EvalRun, ec.EvalRun]:
    """Two models whose scores go together; the second one may be better."""
    labelled = rng.random((n, n_concepts)) < 0.4
    common = rng.normal(0, 1, labelled.shape)
    first, second = (
        1 / (1 + np.exp(-(common + rng.normal(0, 0.7, labelled.shape) + more * (2 * labelled - 1))))
        for more in (1.0, 1.0 + better)
    )
    return run_of(first, labelled), run_of(second, labelled)


def put(
    left: ec.EvalRun, right: ec.EvalRun, *, paired: bool | None = None, rule: ec.Rule | None = None
) -> Comparison:
    rule = rule or ec.Rule(0.5)
    return compare(
        Side(evaluation=ec.Evaluation(left), rule=rule),
        Side(evaluation=ec.Evaluation(right), rule=rule),
        pairing=pair_inputs(left, right),
        concepts=pair_concepts(left.concepts, right.concepts),
        paired=paired,
    )


@pytest.mark.parametrize("metric", COMPARED)
@pytest.mark.parametrize("paired", [True, False])
def test_both_values_are_those_of_the_core(
    *, metric: Metric, paired: bool, rng: np.random.Generator
) -> None:
    left, right = two_models(rng)
    found = compare_metric(put(left, right, paired=paired), metric, rng=rng, n_draws=50)

    for run, values in ((left, found.left), (right, found.right)):
        evaluation = ec.Evaluation(run)
        own = {
            "roc_auc": evaluation.roc_auc,
            "average_precision": evaluation.average_precision,
        }.get(metric, lambda e=evaluation: ec.METRICS[metric](e.counts(ec.Rule(0.5))))()
        assert values == pytest.approx(own, abs=1e-12)
    assert found.difference == pytest.approx(found.right - found.left)
    assert (found.low <= found.difference).all()
    assert (found.difference <= found.high).all()


def test_average_precision_follows_splits_and_ties(make_case: Callable[..., Case]) -> None:
    case = make_case(n_inputs=50, n_folds=3)
    found = compare_metric(
        put(case.run, case.run), "average_precision", rng=np.random.default_rng(1), n_draws=20
    )

    assert np.allclose(found.left, case.evaluation.average_precision(), equal_nan=True)
    assert np.nan_to_num(found.low).tolist() == np.nan_to_num(found.high).tolist()


def test_drawn_average_precision_is_that_of_the_drawn_inputs(rng: np.random.Generator) -> None:
    labelled = rng.random(40) < 0.4
    scores = np.round(rng.random(40), 1)
    weights = rng.multinomial(40, np.full(40, 1 / 40), size=5)
    ordered = Ordered(scores, labelled, known=np.ones(40, dtype=bool), folds=None)

    found = ordered.average_precision(weights)

    expected = [average_precision_score(labelled, scores, sample_weight=w) for w in weights]
    assert found == pytest.approx(expected)


def test_every_input_has_one_fate_and_is_listed_with_it(rng: np.random.Generator) -> None:
    left, right = two_models(rng, n=80)
    shuffled = rng.permutation(80)
    right = right.subset(shuffled)
    comparison = put(left, right)

    fates = comparison.fates()

    assert sum(counts for counts in fates.values()).tolist() == [80, 80]
    for k in range(2):
        listed = {fate: comparison.members(k, fate) for fate in FATES}
        for fate in FATES:
            assert listed[fate][0].size == fates[fate][k]
            assert (left.ids[listed[fate][0]] == right.ids[listed[fate][1]]).all()
        ours, theirs = listed["mended"]
        labelled = left.labels.has(ours, k)
        assert ((left.scores[ours, k] > 0.5) != labelled).all()
        assert ((right.scores[theirs, k] > 0.5) == labelled).all()


def test_only_inputs_of_both_are_compared_when_paired(rng: np.random.Generator) -> None:
    left, right = two_models(rng, n=60)
    right = right.subset(np.arange(20, 60))

    comparison = put(left, right)

    assert comparison.is_paired
    assert [int(side.n[0]) for side in comparison.counts()] == [40, 40]
    assert [int(m.sum()) for m in put(left, right, paired=False).matrices()] == [
        int(ec.Evaluation(run).matrix(ec.Rule(0.5)).counts.sum()) for run in (left, right)
    ]


def test_few_shared_inputs_are_not_paired_unless_asked(rng: np.random.Generator) -> None:
    left, right = two_models(rng, n=60)
    other = run_of(right.scores, right.labels.dense(), ids=[f"{i + 50}" for i in range(60)])

    assert not put(left, other).is_paired
    assert put(left, other, paired=True).is_paired


def test_the_same_side_twice_does_not_differ(rng: np.random.Generator) -> None:
    left, _ = two_models(rng)
    comparison = put(left, left)

    for metric in COMPARED:
        found = compare_metric(comparison, metric, rng=rng, n_draws=100)
        assert found.difference.tolist() == [0, 0]
        assert not found.differs.any()


def test_another_truth_on_the_same_inputs_is_compared_by_drawing(rng: np.random.Generator) -> None:
    left, _ = two_models(rng, n=300)
    labelled = left.labels.dense()
    labelled[rng.permutation(300)[:40], 0] ^= True
    right = run_of(left.scores, labelled)

    found = compare_metric(put(left, right), "recall", rng=rng)

    assert found.methods == ("bootstrap", "mcnemar_tango")
    assert found.low[0] <= found.difference[0] <= found.high[0]


def test_undefined_sides_are_undefined_and_no_discovery(rng: np.random.Generator) -> None:
    left, right = two_models(rng, n=30)
    found = compare_metric(put(left, right, rule=ec.Rule(2.0)), "precision", rng=rng)

    assert np.isnan(found.difference).all()
    assert not found.differs.any()


def test_a_better_model_is_found_better(rng: np.random.Generator) -> None:
    left, right = two_models(rng, n=1_500, better=1.2)
    comparison = put(left, right)

    for metric in COMPARED:
        found = compare_metric(comparison, metric, rng=rng, n_draws=300)
        assert (found.n_better, found.n_worse) == (2, 0), metric


def test_the_same_seed_draws_the_same_and_concepts_alone_as_together() -> None:
    left, right = two_models(np.random.default_rng(3), n=90)
    comparison = put(left, right)

    together = compare_metric(comparison, "f1", rng=np.random.default_rng(5))
    alone = compare_metric(comparison, "f1", rng=np.random.default_rng(5), concepts=[1])

    assert alone.low[0] == together.low[1]
    assert alone.high[0] == together.high[1]


@pytest.mark.parametrize(
    ("metric", "n"), [("precision", 60), ("precision", 250), ("f1", 60), ("average_precision", 80)]
)
def test_bootstrap_intervals_cover_the_true_difference(metric: Metric, n: int) -> None:
    rng = np.random.default_rng(11)
    tries, n_concepts = 8, 25
    covered = told = 0
    for _ in range(tries):
        left, right = two_models(rng, n=n, n_concepts=n_concepts)
        found = compare_metric(put(left, right), metric, rng=rng, n_draws=200)
        covered += int(((found.low <= 0) & (found.high >= 0)).sum())
        told += int(found.differs.any())

    assert 0.92 <= covered / (tries * n_concepts) <= 0.99
    assert told <= 2  # a family with any discovery, of which 5 % are expected


def test_a_method_is_named_for_every_concept(rng: np.random.Generator) -> None:
    left, right = two_models(rng)
    comparison, apart = put(left, right), put(left, right, paired=False)

    named = {metric: compare_metric(comparison, metric, rng=rng).methods[0] for metric in COMPARED}
    assert named["recall"] == named["accuracy"] == named["specificity"] == "mcnemar_tango"
    assert named["roc_auc"] == "delong"
    assert named["f1"] == "bootstrap"
    assert compare_metric(apart, "recall", rng=rng).methods[0] == "fisher_newcombe"


def test_differences_too_few_to_draw_have_an_interval_all_the_same() -> None:
    labelled = np.array([[True]] * 20 + [[False]] * 20)
    left = run_of(labelled * 0.8, labelled)
    right = run_of(labelled * 0.9, labelled)

    found = compare_metric(put(left, right), "precision", rng=np.random.default_rng(0))

    assert found.methods == ("square_and_add",)
    assert found.low[0] < 0 < found.high[0]
    assert not math.isnan(found.p_value[0])


@pytest.mark.parametrize("seed", range(6))
def test_a_cell_of_the_difference_lists_what_stands_in_it_on_one_side_alone(seed: int) -> None:
    left, right = two_models(np.random.default_rng(seed), n=60, n_concepts=3)
    order = np.random.default_rng(seed).permutation(60)
    shuffled = right.subset(order)
    comparison = put(left, shuffled)
    matrices = comparison.matrices()

    for i in (*range(3), None):
        for j in (*range(3), None):
            ours, theirs, n_entered = comparison.changed(i, j)
            row, column = (3 if k is None else k for k in (i, j))
            change = matrices[1][row, column] - matrices[0][row, column]
            assert 2 * n_entered - ours.size == change
            np.testing.assert_array_equal(left.ids[ours], shuffled.ids[theirs])
            names = [None if k is None else left.concepts[k] for k in (i, j)]
            here = ec.Evaluation(left).members(ec.Rule(0.5), ec.Cell(*names))
            assert np.isin(ours, here).tolist() == [False] * n_entered + [True] * (
                ours.size - n_entered
            )
