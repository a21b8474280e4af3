"""Metrics: every formula against scikit-learn or the slow definition, 0/0 as NaN, averages."""

from __future__ import annotations

import math
from collections.abc import Callable
from fractions import Fraction
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn import metrics as sk

import evalcore as ec
from evalcore.measures.metrics import divide
from tests.support.cases import Case, random_case, random_rule

FORMULAS: dict[str, Callable[[SimpleNamespace], tuple[int, int]]] = {
    "precision": lambda c: (c.tp, c.tp + c.fp),
    "recall": lambda c: (c.tp, c.tp + c.fn),
    "f1": lambda c: (2 * c.tp, 2 * c.tp + c.fp + c.fn),
    "specificity": lambda c: (c.tn, c.tn + c.fp),
    "false_positive_rate": lambda c: (c.fp, c.fp + c.tn),
    "accuracy": lambda c: (c.tp + c.tn, c.tp + c.fp + c.fn + c.tn),
    "misclassification_rate": lambda c: (c.fp + c.fn, c.tp + c.fp + c.fn + c.tn),
    "prevalence": lambda c: (c.tp + c.fn, c.tp + c.fp + c.fn + c.tn),
}
"""Numerator and denominator, as section 4 of the design writes them."""


def counts_of(*rows: tuple[int, int, int, int]) -> ec.Counts:
    """Counts of concepts given as (tp, fp, fn, tn)."""
    tp, fp, fn, tn = (np.array(column, dtype=np.int64) for column in zip(*rows, strict=True))
    return ec.Counts(tp=tp, fp=fp, fn=fn, tn=tn)


some_counts = st.lists(
    st.tuples(*[st.integers(0, 6) | st.integers(0, 10**12)] * 4), min_size=1, max_size=6
)


def test_the_table_holds_every_metric_of_the_design() -> None:
    assert set(ec.METRICS) == set(FORMULAS)


@pytest.mark.parametrize("name", FORMULAS)
@given(rows=some_counts)
def test_a_metric_is_its_formula_and_nan_where_the_denominator_is_zero(
    name: str, rows: list[tuple[int, int, int, int]]
) -> None:
    values = ec.METRICS[name](counts_of(*rows))

    assert values.dtype == np.float64
    assert values.shape == (len(rows),)
    for value, row in zip(values.tolist(), rows, strict=True):
        top, bottom = FORMULAS[name](
            SimpleNamespace(**dict(zip(("tp", "fp", "fn", "tn"), row, strict=True)))
        )
        if bottom == 0:
            assert math.isnan(value)
        else:
            assert value == float(Fraction(top, bottom))


@pytest.mark.parametrize("seed", range(20))
def test_metrics_agree_with_scikit_learn(seed: int) -> None:
    rng = np.random.default_rng(seed)
    case = random_case(rng, n_inputs=30, n_concepts=4, task="multi_label", unknown=False)
    rule = random_rule(rng, case.concepts)
    c = case.evaluation.counts(rule)
    predicted = [[j in chosen for j in range(case.n_concepts)] for chosen in case.predicted(rule)]

    precision, recall, f1, labelled = sk.precision_recall_fscore_support(
        case.labelled, np.array(predicted), average=None, zero_division=np.nan
    )

    np.testing.assert_allclose(ec.METRICS["precision"](c), precision)
    np.testing.assert_allclose(ec.METRICS["recall"](c), recall)
    np.testing.assert_allclose(ec.METRICS["f1"](c), f1)
    np.testing.assert_array_equal(c.labelled, labelled)


def test_f1_is_zero_and_not_undefined_when_all_is_wrong() -> None:
    assert ec.METRICS["f1"](counts_of((0, 1, 0, 5), (0, 0, 1, 5))).tolist() == [0.0, 0.0]


@given(rows=some_counts)
def test_complements_add_up_to_one(rows: list[tuple[int, int, int, int]]) -> None:
    c = counts_of(*rows)
    for one, other in (
        ("accuracy", "misclassification_rate"),
        ("specificity", "false_positive_rate"),
    ):
        total = ec.METRICS[one](c) + ec.METRICS[other](c)
        assert np.isnan(total).tolist() == np.isnan(ec.METRICS[one](c)).tolist()
        np.testing.assert_allclose(total[~np.isnan(total)], 1)


def test_totals_are_sums_of_outcomes() -> None:
    c = counts_of((1, 2, 4, 8), (10, 20, 40, 80))

    assert c.labelled.tolist() == [5, 50]
    assert c.predicted.tolist() == [3, 30]
    assert c.n.tolist() == [15, 150]
    pooled = c.pooled()
    assert [x.tolist() for x in (pooled.tp, pooled.fp, pooled.fn, pooled.tn)] == [
        [11],
        [22],
        [44],
        [88],
    ]


def test_the_table_of_metrics_cannot_be_written_to() -> None:
    with pytest.raises(TypeError):
        ec.METRICS["precision"] = ec.METRICS["recall"]  # type: ignore[index]


def test_a_macro_average_says_over_how_many_concepts_it_was_taken() -> None:
    c = counts_of((1, 1, 0, 0), (1, 0, 0, 0), (0, 0, 5, 0))

    assert ec.average("precision", c) == ec.Average(value=0.75, n_defined=2, n_concepts=3)


def test_a_micro_average_sums_the_counts_first() -> None:
    c = counts_of((1, 9, 0, 0), (10, 0, 0, 0))

    assert ec.average("precision", c, averaging="micro") == ec.Average(
        value=11 / 20, n_defined=2, n_concepts=2
    )


def test_a_weighted_average_weighs_by_total_labelled() -> None:
    c = counts_of((1, 1, 0, 0), (1, 0, 2, 0))

    assert ec.average("precision", c, averaging="weighted").value == (0.5 * 1 + 1.0 * 3) / 4


@pytest.mark.parametrize("averaging", ec.AVERAGES)
def test_an_average_over_nothing_is_undefined(averaging: str) -> None:
    nothing = counts_of((0, 0, 0, 3), (0, 0, 0, 3))

    result = ec.average("precision", nothing, averaging=averaging)

    assert math.isnan(result.value)
    assert (result.n_defined, result.n_concepts) == (0, 2)


def test_an_unknown_averaging_is_refused() -> None:
    with pytest.raises((ec.WorkshopError, ValueError, KeyError)):
        ec.average("precision", counts_of((1, 1, 0, 0)), averaging="harmonic")  # type: ignore[arg-type]


@pytest.mark.parametrize("averaging", ec.AVERAGES)
@pytest.mark.parametrize("metric", ["precision", "recall", "f1"])
@pytest.mark.parametrize("seed", range(5))
def test_averages_agree_with_scikit_learn(averaging: str, metric: str, seed: int) -> None:
    rng = np.random.default_rng(seed)
    labelled = rng.random((50, 4)) < 0.4
    predicted = rng.random((50, 4)) < 0.4
    case = Case(
        scores=predicted.astype(np.float32),
        labelled=labelled,
        known=np.ones_like(labelled),
        task="multi_label",
    )
    score = {"precision": sk.precision_score, "recall": sk.recall_score, "f1": sk.f1_score}[metric]

    result = ec.average(metric, case.evaluation.counts(ec.Rule(0.5)), averaging=averaging)

    assert result.value == pytest.approx(score(labelled, predicted, average=averaging))


def test_a_mean_leaves_nan_out_and_counts_what_it_took() -> None:
    assert ec.mean_of(np.array([0.2, math.nan, 0.4])) == ec.Average(
        value=pytest.approx(0.3), n_defined=2, n_concepts=3
    )


def test_a_mean_weighs_where_it_is_told_to() -> None:
    values, weights = np.array([1.0, math.nan, 0.0]), np.array([3, 100, 1])

    assert ec.mean_of(values, weights=weights).value == 0.75
    assert math.isnan(ec.mean_of(values, weights=np.zeros(3, dtype=np.int64)).value)


def test_dividing_broadcasts_and_leaves_its_arguments_alone() -> None:
    top, bottom = np.array([1, 2]), np.array([[1], [0]])

    result = divide(top, bottom)

    np.testing.assert_array_equal(result, [[1.0, 2.0], [math.nan, math.nan]])
    assert (top.tolist(), bottom.tolist()) == ([1, 2], [[1], [0]])
