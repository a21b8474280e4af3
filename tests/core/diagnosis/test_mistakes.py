"""Mistakes kept sparse against a slow loop; the test of where they gather against SciPy."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from scipy import stats

import evalcore as ec
from evalcore.diagnosis.columns import columns_of
from evalcore.diagnosis.companions import _carried, _known_together
from evalcore.diagnosis.mistakes import Mistakes, gathered
from tests.support.cases import Case


def test_mistakes_are_those_that_the_core_counts(make_case: Callable[..., Case]) -> None:
    for task in ("single_label", "multi_label"):
        case = make_case(n_inputs=40, task=task)
        rule = ec.Rule(0.4)
        mistakes = Mistakes.of(case.evaluation, rule)
        counts = case.evaluation.counts(rule)

        assert [mistakes.false_positives.of(j).size for j in range(case.n_concepts)] == (
            counts.fp.tolist()
        )
        assert [mistakes.false_negatives.of(j).size for j in range(case.n_concepts)] == (
            counts.fn.tolist()
        )
        assert mistakes.per_input.sum() == (counts.fp + counts.fn).sum()


def test_pairs_and_known_inputs_are_counted_by_group(make_case: Callable[..., Case]) -> None:
    case = make_case(n_inputs=40, unknown=True, task="multi_label")
    mistakes = Mistakes.of(case.evaluation, ec.Rule(0.4))
    codes = np.arange(40) % 3 - 1

    found = mistakes.labelled.per_group(codes, n_groups=2, n_concepts=case.n_concepts)
    known = mistakes.known_per_group(codes, n_groups=2)

    for group in range(2):
        assert found[group].tolist() == case.labelled[codes == group].sum(axis=0).tolist()
        assert known[group].tolist() == case.known[codes == group].sum(axis=0).tolist()


def test_labels_are_counted_together(make_case: Callable[..., Case]) -> None:
    case = make_case(n_inputs=40, unknown=True, task="multi_label", n_concepts=4)
    mistakes = Mistakes.of(case.evaluation, ec.Rule(0.4))
    labelled = case.labelled.astype(int)

    assert _carried(case.run.labels, mistakes.labelled).tolist() == (labelled.T @ labelled).tolist()
    assert _known_together(case.run.labels).tolist() == (labelled.T @ case.known).tolist()


def test_the_test_is_fishers_and_the_interval_that_of_woolf() -> None:
    found = gathered(
        np.array([12]), np.array([40]), all_hits=np.array([20]), everything=np.array([200])
    )
    table = np.array([[12, 28], [8, 152]])
    expected = stats.contingency.odds_ratio(table + 0, kind="sample")

    assert found.p_value[0] == pytest.approx(
        stats.fisher_exact(table, alternative="greater").pvalue
    )
    assert found.odds_ratio[0] == pytest.approx(expected.statistic, rel=0.06)
    cells = table + 0.5
    reach = 1.959964 * np.sqrt((1 / cells).sum())
    log_odds = np.log(cells[0, 0] * cells[1, 1] / cells[0, 1] / cells[1, 0])
    assert (found.low[0], found.high[0]) == pytest.approx(
        (np.exp(log_odds - reach), np.exp(log_odds + reach))
    )
    assert found.excess[0] == pytest.approx(12 - 40 * 8 / 160)


def test_a_handful_of_mistakes_is_no_evidence() -> None:
    found = gathered(
        np.array([4]), np.array([4]), all_hits=np.array([4]), everything=np.array([1_000])
    )

    assert found.p_value[0] == 1.0


def run_with(**metadata: list[str]) -> ec.EvalRun:
    n = len(next(iter(metadata.values())))
    return ec.EvalRun.from_arrays(
        np.linspace(0, 1, n)[:, None], [[0]] * n, task="multi_label", metadata=metadata
    )


def test_columns_are_divided_by_value_or_into_fifths() -> None:
    run = run_with(
        kind=["a"] * 60 + ["b"] * 60,
        weight=[f"{k / 7}" for k in range(120)],
        id=[f"x{k}" for k in range(120)],
        same=["c"] * 120,
    )

    columns = {column.name: column for column in columns_of(run)}

    assert set(columns) == {"kind", "weight"}
    assert columns["kind"].values == ("a", "b")
    assert np.bincount(columns["weight"].codes).tolist() == [24] * 5


def test_small_groups_are_left_out() -> None:
    (column,) = columns_of(run_with(kind=["a"] * 60 + ["b"] * 60 + ["c"] * 3))

    assert column.values == ("a", "b")
    assert (column.codes == -1).sum() == 3


def test_numbers_that_are_mostly_one_are_divided_where_they_can_be() -> None:
    columns = columns_of(
        run_with(kind=["a"] * 200),
        properties={"width": np.array([320.0] * 100 + [640.0] * 100)},
    )

    assert columns[0].values == ("up to 320", "above 320")
    assert np.bincount(columns[0].codes).tolist() == [100, 100]
