"""Binomial tails and limits: against scipy, at every size that a run can have."""

from __future__ import annotations

from fractions import Fraction
from math import comb

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from evalcore.measures.binomial import lower_limit, trials_needed, upper_limit, upper_tail


@pytest.mark.parametrize("n", [1, 2, 10, 15, 16, 17, 34, 120, 5_000, 1_000_000])
@pytest.mark.parametrize("p", [1e-4, 0.05, 0.5, 0.9, 0.99])
def test_tails_are_those_of_scipy(n: int, p: float) -> None:
    spread = np.sqrt(n * p * (1 - p))
    around = np.floor(n * p + spread * np.linspace(-8, 8, 41))
    k = np.unique(np.clip(np.concatenate([around, [0, 1, n - 1, n]]), 0, n))

    np.testing.assert_allclose(
        upper_tail(k, n, p), stats.binom.sf(k - 1, n, p), rtol=1e-8, atol=1e-300
    )


@given(n=st.integers(1, 300), share=st.floats(0, 1), p=st.floats(1e-6, 1 - 1e-6))
def test_tails_are_those_of_scipy_wherever_one_looks(n: int, share: float, p: float) -> None:
    k = round(share * n)

    assert upper_tail(k, n, p) == pytest.approx(stats.binom.sf(k - 1, n, p), rel=1e-9, abs=1e-300)


def test_the_ends_are_exact() -> None:
    assert upper_tail([0, 1, 5, 6], 5, 1.0).tolist() == [1, 1, 1, 0]
    assert upper_tail([0, 1], 5, 0.0).tolist() == [1, 0]
    assert upper_tail(0, 0, 0.5) == 1
    assert upper_tail(1, 0, 0.5) == 0
    assert upper_tail(5, 5, 0.5) == 0.5**5


def test_arguments_are_broadcast() -> None:
    assert upper_tail(np.ones((3, 1)), np.ones(4), 0.5).tolist() == [[0.5] * 4] * 3
    assert upper_tail(np.zeros((0, 3)), 5, 0.5).shape == (0, 3)


@pytest.mark.parametrize("n", [1, 7, 34, 1_000, 1_000_000])
@pytest.mark.parametrize("error", [0.2, 0.05, 1e-4])
def test_limits_are_those_of_clopper_and_pearson(n: int, error: float) -> None:
    k = np.unique(np.linspace(0, n, 23).astype(int))
    low, high = lower_limit(k, n, error=error), upper_limit(k, n, error=error)

    with np.errstate(invalid="ignore"):
        expected_low = np.where(k == 0, 0, stats.beta.ppf(error, k, n - k + 1))
        expected_high = np.where(k == n, 1, stats.beta.ppf(1 - error, k + 1, n - k))
    np.testing.assert_allclose(low, expected_low, rtol=1e-7)
    np.testing.assert_allclose(high, expected_high, rtol=1e-7)


def test_without_trials_there_are_no_limits() -> None:
    assert np.isnan(lower_limit(0, 0, error=0.05))
    assert np.isnan(upper_limit(0, 0, error=0.05))


def chance_of(new: int, k: int, n: int, error: float) -> float:
    """How likely so many new trials show a rate above 0.9, guessing the rate from k of n."""
    least = int(stats.binom.isf(error, new, 0.9)) + 1
    return float(stats.betabinom.sf(least - 1, new, k + 0.5, n - k + 0.5))


@pytest.mark.parametrize(("k", "n"), [(28, 28), (97, 100), (960, 1_000), (9_300, 10_000)])
@pytest.mark.parametrize("error", [0.05, 0.005])
def test_so_many_trials_suffice_in_eight_of_ten_cases(k: int, n: int, error: float) -> None:
    needed = int(trials_needed(k, n, probability=0.9, error=error))

    assert chance_of(needed, k, n, error) == pytest.approx(0.8, abs=0.06)


def test_many_trials_are_told_to_a_few_per_cent() -> None:
    needed = int(trials_needed(90_350, 100_000, probability=0.9, error=0.05))

    assert needed > 10_000
    assert chance_of(needed, 90_350, 100_000, 0.05) == pytest.approx(0.8, abs=0.01)


def test_a_rate_that_is_hardly_above_needs_more_than_there_is() -> None:
    found = trials_needed(
        [90, 50, 0, 900_001], [100, 100, 0, 1_000_000], probability=0.9, error=0.05
    )

    assert np.isnan(found).all()
    assert trials_needed(np.zeros(0), 0, probability=0.9, error=0.05).size == 0


@pytest.mark.parametrize(("n", "p"), [(1, 0.5), (12, 0.3), (40, 0.9), (150, 0.95)])
def test_tails_are_those_of_whole_number_fractions(n: int, p: float) -> None:
    share, total = Fraction(str(p)), Fraction(0)
    exact = []
    for k in range(n, -1, -1):
        total += comb(n, k) * share**k * (1 - share) ** (n - k)
        exact.append(float(total))

    np.testing.assert_allclose(upper_tail(np.arange(n, -1, -1), n, p), exact, rtol=1e-11)


@pytest.mark.parametrize("error", [0.2, 0.05, 1e-4])
def test_a_limit_is_where_the_tail_is_the_error(error: float) -> None:
    k, n = np.array([1, 5, 29, 90]), np.array([10, 6, 30, 100])

    np.testing.assert_allclose(upper_tail(k, n, lower_limit(k, n, error=error)), error, rtol=1e-9)
