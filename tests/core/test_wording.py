"""Numbers and sentences as people read them."""

from __future__ import annotations

import json
import math
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import evalcore as ec
from evalcore import wording

ROOT = Path(__file__).resolve().parents[2]
CASES: dict[str, list[list[Any]]] = json.loads(
    (ROOT / "tests" / "support" / "numbers.json").read_text(encoding="utf-8")
)


@pytest.mark.parametrize(
    ("writer", "value", "text"),
    [
        (name, value, text)
        for name, cases in CASES.items()
        if name != "typed"  # what is read, not written; see test_typed_number
        for value, text in cases
    ],
)
def test_numbers_are_written_as_in_every_language(writer: str, value: Any, text: str) -> None:
    assert getattr(wording, writer)(math.nan if value is None else value) == text


@given(st.integers(1, 5000), st.data())
def test_a_rate_is_the_fraction_rounded_half_up(n: int, data: Any) -> None:
    k = data.draw(st.integers(0, n))
    text = wording.rate(k / n)

    if k in {0, n}:
        assert text == f"{k // n}.000"
    elif text.startswith(("< ", "> ")):
        assert Fraction(k, n) < Fraction(5, 10_000) or Fraction(k, n) >= Fraction(9995, 10_000)
    else:
        exact = Fraction(k, n) * 1000
        assert Fraction(text) * 1000 == math.floor(exact + Fraction(1, 2))


@given(st.integers(1, 5000), st.integers(1, 5000), st.sampled_from([0.95, 0.9, 0.5, 1 / 3, 0.999]))
def test_a_rate_beside_a_limit_stands_on_its_side(k: int, n: int, limit: float) -> None:
    value = min(k, n) / max(k, n)
    text = wording.rate(value, beside=limit)

    shown = text.removeprefix("< ").removeprefix("> ")
    if value == limit:
        return
    assert (Fraction(shown) > Fraction(str(limit))) == (value > limit) or text[0] in "<>"
    assert Fraction(shown) != Fraction(str(limit)) or text[0] in "<>"


def test_a_rate_just_below_its_goal_is_not_shown_as_the_goal() -> None:
    assert wording.rate(132 / 139, beside=0.95) == "0.9496"
    assert wording.rate(0.95, beside=0.95) == "0.950"
    assert wording.rate(0.97, beside=0.95) == "0.970"


def test_scores_on_both_sides_of_a_threshold_look_different() -> None:
    assert wording.rate(0.49996, beside=0.5) == "0.49996"
    assert wording.rate(0.50004, beside=0.5) == "0.50004"
    assert wording.rate(0.5, beside=0.5) == "0.500"
    assert wording.rate(0.123456, beside=0.123456) == "0.123456"


def test_a_score_is_the_decimal_that_its_precision_means() -> None:
    assert wording.rate(np.float32(0.8125)) == "0.813"  # type: ignore[arg-type]
    assert wording.rate(np.float32(0.3), beside=0.3) == "0.300"  # type: ignore[arg-type]


@given(st.floats(0.0005, 1), st.sampled_from([1, -1]))
def test_a_change_is_rounded_half_up(size: float, sign: int) -> None:
    expected = Decimal(str(size)).quantize(Decimal("0.001"), rounding=ROUND_HALF_UP)

    assert wording.difference(sign * size) == f"{'+' if sign > 0 else '−'}{expected}"


@given(st.floats(0, 1), st.floats(0, 1))
def test_a_change_never_contradicts_the_two_rates_beside_it(before: float, now: float) -> None:
    told = wording.change(before, now).replace("−", "-").replace("±", "")
    apart = [
        Decimal(str(rate)).quantize(Decimal("0.001"), rounding=ROUND_HALF_UP)
        for rate in (before, now)
    ]
    if apart[0] == apart[1]:
        assert abs(Decimal(told)) <= Decimal("0.001")
    else:
        assert Decimal(told) == apart[1] - apart[0]


def test_a_share_just_below_all_is_not_all() -> None:
    assert wording.percent(0.99999) == "99.999 %"


def test_the_rule_has_one_author() -> None:
    product = [*(ROOT / "evalcore").rglob("*.py"), *(ROOT / "pages").rglob("*.py")]
    product += (ROOT / "pages").rglob("*.js")
    said = [p.name for p in product if "An input counts as" in p.read_text(encoding="utf-8")]

    assert said == ["wording.py"]
    source = (ROOT / "evalcore" / "wording.py").read_text(encoding="utf-8")
    code = "\n".join(line for line in source.splitlines() if not line.startswith("    '"))
    assert code.count("An input counts as") == 1


def test_a_goal_is_said_with_all_its_digits() -> None:
    goal = ec.Goal.precision_at_least(0.99999)

    assert wording.goal_in_words(goal) == "precision of at least 99.999 % with the most recall"
