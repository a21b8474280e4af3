"""Differences of shares: published worked examples, SciPy, and how often intervals cover."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from evalcore.comparison.proportions import (
    discoveries,
    fisher_p_value,
    fisher_upper_tail,
    mcnemar_p_value,
    paired_interval,
    unpaired_interval,
)

NEWCOMBE_1998 = [
    # successes and trials of each, limits of first minus second: table II, method 10
    ((56, 70), (48, 80), 0.0524, 0.3339),
    ((9, 10), (3, 10), 0.1705, 0.8090),
    ((5, 56), (0, 29), -0.0381, 0.1926),
    ((0, 10), (0, 20), -0.1611, 0.2775),
    ((0, 10), (0, 10), -0.2775, 0.2775),
    ((10, 10), (0, 10), 0.6075, 1.0),
]


@pytest.mark.parametrize(("first", "second", "low", "high"), NEWCOMBE_1998)
def test_unpaired_intervals_are_those_of_newcombe(
    first: tuple[int, int], second: tuple[int, int], low: float, high: float
) -> None:
    interval = unpaired_interval(second, first)

    assert float(interval.low) == pytest.approx(low, abs=5.1e-5)
    assert float(interval.high) == pytest.approx(high, abs=5.1e-5)


def test_the_paired_interval_is_that_of_the_published_example() -> None:
    # airway reactivity before and after a transplantation: 1, 1, 7, 12 (Fagerland et al. 2014)
    interval = paired_interval(7, 1, 21)

    assert float(interval.low) == pytest.approx(-0.517, abs=5e-4)
    assert float(interval.high) == pytest.approx(-0.026, abs=5e-4)


@pytest.mark.parametrize(("b", "c", "n"), [(3, 9, 40), (12, 0, 30), (1, 1, 9), (40, 20, 160)])
def test_at_the_ends_of_a_paired_interval_the_score_test_just_rejects(
    b: int, c: int, n: int
) -> None:
    interval = paired_interval(c, b, n)

    for end in (float(interval.low), float(interval.high)):
        # the most likely chances under this difference, by search
        grid = np.linspace(max(0.0, -end), min(1.0, (1 - end) / 2), 400_001)[1:-1]
        rest = 1 - 2 * grid - end
        likelihood = (
            c * np.log(grid)
            + b * np.log(grid + end)
            + (n - b - c) * np.log(np.maximum(rest, 1e-300))
        )
        chance = grid[likelihood.argmax()]
        score = (b - c - n * end) / np.sqrt(n * (2 * chance + end - end * end))
        assert abs(score) == pytest.approx(1.959964, abs=2e-3)


def test_two_sides_that_agree_everywhere_have_an_interval_all_the_same() -> None:
    interval = paired_interval([0, 0], [0, 0], [10, 1000])

    assert (interval.low < 0).all()
    assert (interval.high > 0).all()
    assert interval.high[0] == pytest.approx(0.2775, abs=1e-4)
    assert interval.high[1] < 0.004


def test_without_inputs_there_is_no_interval() -> None:
    assert np.isnan(paired_interval([0], [0], [0]).low).all()
    assert np.isnan(unpaired_interval(([0], [0]), ([1], [2])).low).all()


@pytest.mark.parametrize(("b", "c"), [(0, 0), (3, 3), (1, 7), (12, 2), (60, 95)])
def test_mcnemar_is_the_binomial_test_of_the_discordant_inputs(b: int, c: int) -> None:
    expected = stats.binomtest(b, b + c, 0.5).pvalue if b + c else 1.0

    assert mcnemar_p_value([c], [b])[0] == pytest.approx(expected, rel=1e-9)


def test_fisher_tails_are_those_of_the_hypergeometric_distribution(
    rng: np.random.Generator,
) -> None:
    total = rng.integers(1, 400, 300)
    marked, drawn = rng.integers(0, total + 1), rng.integers(0, total + 1)
    hits = rng.hypergeometric(marked, total - marked, drawn)

    found = fisher_upper_tail(hits, drawn, marked, total)

    expected = stats.hypergeom.sf(hits - 1, total, marked, drawn)
    assert found == pytest.approx(expected, rel=1e-7, abs=1e-12)


def test_fisher_holds_for_large_tables() -> None:
    expected = stats.hypergeom.sf(1_099, 100_000, 20_000, 5_000)

    assert fisher_upper_tail(1_100, 5_000, 20_000, 100_000) == pytest.approx(expected, rel=1e-6)


def test_a_two_sided_p_value_is_twice_the_smaller_tail() -> None:
    table = [[8, 2], [1, 5]]
    one_sided = min(
        stats.fisher_exact(table, alternative=side).pvalue for side in ("less", "greater")
    )

    assert fisher_p_value(8, 10, 9, 16) == pytest.approx(2 * one_sided, rel=1e-9)


def test_discoveries_are_those_of_benjamini_and_hochberg(rng: np.random.Generator) -> None:
    for _ in range(20):
        p = rng.random(50) ** 3
        expected = stats.false_discovery_control(p) <= 0.1

        assert discoveries(p, rate=0.1).tolist() == expected.tolist()


def test_what_was_not_tested_is_no_discovery_and_no_test() -> None:
    assert discoveries([0.04, np.nan, np.nan]).tolist() == [True, False, False]
    assert discoveries([0.04], n_tests=2).tolist() == [False]
    assert discoveries([]).tolist() == []


@pytest.mark.parametrize(
    ("both", "only_left", "only_right"), [(0.7, 0.05, 0.1), (0.9, 0.02, 0.02), (0.3, 0.3, 0.1)]
)
def test_paired_intervals_cover_the_true_difference(
    both: float, only_left: float, only_right: float, rng: np.random.Generator
) -> None:
    chances = [both, only_left, only_right, 1 - both - only_left - only_right]
    drawn = rng.multinomial(60, chances, size=5_000)
    interval = paired_interval(drawn[:, 1], drawn[:, 2], 60)

    true = only_right - only_left
    covered = np.mean((interval.low <= true) & (true <= interval.high))

    assert 0.93 <= covered <= 0.985
