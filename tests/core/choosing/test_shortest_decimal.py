"""The shortest decimal of an interval: inside in the scores' precision, and none is coarser."""

from __future__ import annotations

import math
from decimal import Decimal
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from evalcore.choosing.shortest_decimal import shortest_decimal
from tests.support.cases import DTYPES
from tests.support.oracle import rounded

OPERATORS = (">", ">=")


def is_inside(text: Decimal, low: float, high: float, *, dtype: Any, operator: str) -> bool:
    value = rounded(float(text), dtype)
    return low <= value < high if operator == ">" else low < value <= high


def places(number: float) -> int:
    """Position of the last digit: 2 for 0.25, -1 for 30; 0 is a multiple of everything."""
    exponent = Decimal(repr(number)).normalize().as_tuple().exponent
    assert isinstance(exponent, int)
    return exponent * -1 if number else -400


def coarser_inside(low: float, high: float, *, at: int, dtype: Any, operator: str) -> bool:
    """Try all multiples of 10 ** -at around the interval."""
    unit = Decimal(1).scaleb(-at)
    first = math.floor(Decimal(low) / unit) - 1
    last = math.ceil(Decimal(high) / unit) + 1
    middle = range(first, min(last, first + 4) + 1), range(max(first, last - 4), last + 1)
    return any(
        is_inside(k * unit, low, high, dtype=dtype, operator=operator) for ks in middle for k in ks
    )


@given(data=st.data(), operator=st.sampled_from(OPERATORS))
@pytest.mark.parametrize("dtype", DTYPES)
def test_it_lies_inside_and_no_coarser_decimal_does(
    dtype: Any, data: st.DataObject, operator: Any
) -> None:
    width = np.dtype(dtype).itemsize * 8
    number = st.floats(-1000, 1000, width=width) | st.integers(0, 100).map(
        lambda k: float(dtype(k / 100))
    )
    low, high = sorted(data.draw(st.tuples(number, number)))
    if low == high:
        high = float(np.nextafter(dtype(low), dtype(np.inf)))

    found = float(shortest_decimal([low], [high], dtype=dtype, operator=operator)[0])

    assert is_inside(Decimal(repr(found)), low, high, dtype=dtype, operator=operator)
    at = places(found)
    if -400 < at <= 16:
        assert not coarser_inside(low, high, at=at - 1, dtype=dtype, operator=operator)


@pytest.mark.parametrize("operator", OPERATORS)
@pytest.mark.parametrize("dtype", DTYPES)
def test_neighbouring_scores_have_a_decimal_between_them(dtype: Any, operator: Any) -> None:
    scores = np.sort(np.random.default_rng(3).random(300)).astype(dtype)
    scores = np.unique(np.concatenate([scores, np.nextafter(scores, dtype(1))]))

    found = shortest_decimal(scores[:-1], scores[1:], dtype=dtype, operator=operator)

    for value, (low, high) in zip(found.tolist(), pairwise(scores.tolist()), strict=True):
        assert is_inside(Decimal(repr(value)), low, high, dtype=dtype, operator=operator)


@pytest.mark.parametrize("dtype", DTYPES)
def test_every_score_of_two_places_gets_its_own_two_places_back(dtype: Any) -> None:
    scores = (np.arange(101) / 100).astype(dtype)

    above = shortest_decimal(scores[:-1], scores[1:], dtype=dtype, operator=">")
    from_ = shortest_decimal(scores[:-1], scores[1:], dtype=dtype, operator=">=")

    assert above.tolist() == [k / 100 for k in range(100)]
    assert from_.tolist() == [k / 100 for k in range(1, 101)]


@pytest.mark.parametrize(
    ("low", "high", "expected"),
    [
        (0.31, 0.38, 0.34),
        (0.0, 0.9, 0.0),
        (0.02, 0.97, 0.5),
        (12.3, 37.8, 30.0),
        (0.97, np.inf, 1.0),
        (1.0, np.inf, 1.0),
        (1.3, np.inf, 2.0),
        (-np.inf, 0.02, 0.0),
        (-np.inf, 0.0, -1.0),
        (-np.inf, np.inf, 0.0),
        (1.5e-7, 3.2e-7, 2e-7),
        (123_456.0, 987_654.0, 600_000.0),
        (-0.38, -0.31, -0.34),
    ],
)
def test_what_a_person_would_say(low: float, high: float, expected: float) -> None:
    assert shortest_decimal([low], [high], dtype=np.float64).tolist() == [expected]


def test_where_no_finite_number_lies_inside_there_is_none() -> None:
    largest = np.finfo(np.float64).max

    found = shortest_decimal([-np.inf], [-largest], dtype=np.float64, operator=">")
    also = shortest_decimal([largest], [np.inf], dtype=np.float64, operator=">=")

    assert np.isnan([*found, *also]).all()


@pytest.mark.parametrize("operator", OPERATORS)
@pytest.mark.parametrize("dtype", [np.float16, np.float32])
def test_beyond_the_largest_number_of_a_precision_lies_one_that_overflows(
    dtype: Any, operator: Any
) -> None:
    largest = np.finfo(dtype).max

    above = shortest_decimal([largest], [np.inf], dtype=dtype, operator=operator)[0]
    under = shortest_decimal([-np.inf], [-largest], dtype=dtype, operator=operator)[0]

    assert math.isfinite(above)
    assert math.isfinite(under)
    assert rounded(above, dtype) == (largest if operator == ">" else np.inf)
    assert rounded(under, dtype) == (-largest if operator == ">=" else -np.inf)


def test_tiny_numbers_beyond_the_places_are_still_answered() -> None:
    low, high = 5e-324, 1e-300

    found = shortest_decimal([low], [high], dtype=np.float64)[0]

    assert low <= found < high
