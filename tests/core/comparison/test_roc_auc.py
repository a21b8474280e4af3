"""DeLong: against the sums over all pairs that define it, and how often its intervals cover."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pytest
from sklearn.metrics import roc_auc_score

import evalcore as ec
from evalcore.comparison.roc_auc import auc_difference, auc_interval, auc_parts
from tests.support.cases import Case


def slow_components(
    scores: np.ndarray, labelled: np.ndarray
) -> tuple[float, np.ndarray, np.ndarray]:
    """Return AUC and placements by comparing every pair."""
    wins = (scores[labelled][:, None] > scores[~labelled]) + 0.5 * (
        scores[labelled][:, None] == scores[~labelled]
    )
    return float(wins.mean()), wins.mean(axis=1), wins.mean(axis=0)


def run_of(scores: np.ndarray, labelled: np.ndarray, folds: np.ndarray | None = None) -> ec.EvalRun:
    return ec.EvalRun.from_arrays(
        scores[:, None],
        labelled[:, None],
        task="multi_label",
        folds=None if folds is None else folds.tolist(),
    )


def test_the_auc_is_that_of_the_evaluation(make_case: Callable[..., Case]) -> None:
    for task in ("single_label", "multi_label"):
        case = make_case(n_inputs=60, task=task)
        expected = case.evaluation.roc_auc()
        found = [auc_parts(case.run, j).auc for j in range(case.n_concepts)]

        assert np.allclose(found, expected, equal_nan=True)


def test_variance_and_covariance_are_those_of_delong(rng: np.random.Generator) -> None:
    labelled = rng.random(80) < 0.4
    first, second = (np.round(rng.random(80) + labelled * 0.4, 1) for _ in range(2))

    a, b = (auc_parts(run_of(scores, labelled), 0) for scores in (first, second))

    (_, v10a, v01a), (_, v10b, v01b) = (slow_components(s, labelled) for s in (first, second))
    m, n = labelled.sum(), (~labelled).sum()
    expected = np.cov(v10a, v10b) / m + np.cov(v01a, v01b) / n
    assert a.auc == pytest.approx(roc_auc_score(labelled, first))
    assert a.variance == pytest.approx(expected[0, 0])
    assert b.variance == pytest.approx(expected[1, 1])
    assert float(a.influence @ b.influence) == pytest.approx(expected[0, 1])


def test_the_interval_of_a_difference_follows_from_it(rng: np.random.Generator) -> None:
    labelled = rng.random(200) < 0.3
    first = rng.random(200) + labelled * 0.3
    second = first + rng.normal(0, 0.1, 200)
    a, b = (auc_parts(run_of(scores, labelled), 0) for scores in (first, second))
    here, none = np.arange(200), np.zeros(0, dtype=np.int64)

    paired = auc_difference(a, b, pairs=(here, here))
    unpaired = auc_difference(a, b, pairs=(none, none))

    deviation = np.sqrt(a.variance + b.variance - 2 * a.influence @ b.influence)
    assert paired[0] == pytest.approx(b.auc - a.auc - 1.959964 * deviation, abs=1e-6)
    assert unpaired[1] - unpaired[0] == pytest.approx(
        2 * 1.959964 * np.sqrt(a.variance + b.variance), abs=1e-6
    )
    assert paired[1] - paired[0] < unpaired[1] - unpaired[0]


def test_with_splits_the_variance_is_that_of_the_mean_over_them(rng: np.random.Generator) -> None:
    labelled, folds = rng.random(90) < 0.4, np.repeat([0, 1, 2], 30)
    scores = np.round(rng.random(90) + labelled * 0.3, 1)

    parts = auc_parts(run_of(scores, labelled, folds), 0)

    alone = [auc_parts(run_of(scores[folds == k], labelled[folds == k]), 0) for k in range(3)]
    assert parts.auc == pytest.approx(np.mean([part.auc for part in alone]))
    assert parts.variance == pytest.approx(sum(part.variance for part in alone) / 9)
    assert parts.by_split == pytest.approx([part.auc for part in alone])


def test_a_single_labelled_input_has_an_auc_but_no_interval() -> None:
    parts = auc_parts(run_of(np.array([0.9, 0.1, 0.2]), np.array([True, False, False])), 0)

    assert parts.auc == 1.0
    assert np.isnan(parts.variance)


def test_a_perfect_order_is_not_certain() -> None:
    labelled = np.array([True] * 12 + [False] * 30)
    parts = auc_parts(run_of(labelled.astype(float), labelled), 0)

    low, high = auc_interval(parts)
    ends = auc_difference(parts, parts, pairs=(np.arange(42), np.arange(42)))

    assert (parts.auc, high) == (1.0, 1.0)
    assert 0.7 < low < 0.8
    assert ends[0] < 0 < ends[1]


def test_without_labelled_inputs_there_is_nothing() -> None:
    parts = auc_parts(run_of(np.array([0.9, 0.1]), np.array([False, False])), 0)

    assert np.isnan([parts.auc, *auc_interval(parts)]).all()


@pytest.mark.parametrize(("n", "shift"), [(60, 0.8), (200, 1.6)])
def test_intervals_cover_the_true_auc(n: int, shift: float, rng: np.random.Generator) -> None:
    true = 0.5 * (1 + math.erf(shift / 2))
    covered, differences = 0, 0
    for _ in range(250):
        labelled = np.arange(n) < n // 3
        common = rng.normal(0, 1, n)
        first, second = (
            (common + rng.normal(0, 1, n)) / np.sqrt(2) + shift * labelled for _ in range(2)
        )
        a, b = (auc_parts(run_of(scores, labelled), 0) for scores in (first, second))
        low, high = auc_interval(a)
        covered += low <= true <= high
        ends = auc_difference(a, b, pairs=(np.arange(n), np.arange(n)))
        differences += ends[0] <= 0 <= ends[1]

    assert covered >= 0.92 * 250
    assert 0.92 * 250 <= differences <= 0.98 * 250
