"""What a typed number means: the same in every field, and in the browser."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from pages._ui.numbers.typed_number import RefusedNumber, TypedRange, read_number

ROOT = Path(__file__).resolve().parents[3]
CASES = json.loads((ROOT / "tests" / "support" / "numbers.json").read_text(encoding="utf-8"))
CONFIDENCE = TypedRange(name="A confidence", low=0.5, high=0.9999, example="95 %", in_percent=True)

SIZE = TypedRange(name="A size", low=1, high=10_000, example="50", whole=True)


@pytest.mark.parametrize(("text", "low", "high", "wanted"), CASES["typed"])
def test_a_typed_number_is_what_it_says_or_is_refused(
    text: str, low: float, high: float, wanted: float | str
) -> None:
    within = TypedRange(name="A number", low=low, high=high, example="0.5")
    if isinstance(wanted, str):
        with pytest.raises(RefusedNumber) as refused:
            read_number(text, within)
        assert str(refused.value) == wanted
    else:
        assert read_number(text, within) == wanted


@pytest.mark.parametrize("text", ["95", "95 %", "0.95", "0,95", "95,0"])
def test_a_field_of_percents_knows_them_with_and_without_the_sign(text: str) -> None:
    assert read_number(text, CONFIDENCE) == 0.95


@pytest.mark.parametrize("text", ["100", "49", "1", "0.95 %", ""])
def test_a_field_of_percents_refuses_what_lies_outside(text: str) -> None:
    with pytest.raises(RefusedNumber):
        read_number(text, CONFIDENCE)


@pytest.mark.parametrize(("text", "wanted"), [("50", 50), ("1,000", 1_000), ("1 000", 1_000)])
def test_a_field_of_whole_numbers_reads_thousands(text: str, wanted: int) -> None:
    assert read_number(text, SIZE) == wanted


@pytest.mark.parametrize("text", ["0.7", "1,5", "0", "10001", "70 %", "many"])
def test_a_field_of_whole_numbers_refuses_the_rest(text: str) -> None:
    with pytest.raises(RefusedNumber, match="A size"):
        read_number(text, SIZE)


def test_an_exponent_of_thousands_of_digits_is_refused_in_words() -> None:
    within = TypedRange(name="A threshold", low=0, high=1, example="0.62")
    for text in ("1e" + "9" * 5_000, "9" * 5_000, "1e-" + "9" * 5_000 + "x"):
        with pytest.raises(RefusedNumber):
            read_number(text, within)
