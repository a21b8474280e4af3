"""Rules: operators, thresholds and decisions, and the precision in which they are compared."""

from __future__ import annotations

import dataclasses
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import evalcore as ec
from tests.support import oracle
from tests.support.cases import DTYPES

CONCEPTS = ("dog", "cat", "bird")


def bounds(rule: ec.Rule, dtype: type, concepts: tuple[str, ...] = CONCEPTS) -> np.ndarray:
    return rule.bounds(concepts, dtype=np.dtype(dtype))


def is_predicted(score: float, rule: ec.Rule, dtype: type) -> bool:
    return bool(dtype(score) > bounds(rule, dtype)[0])


def test_the_default_rule_is_greater_than_one_half_for_every_concept() -> None:
    rule = ec.Rule()

    assert rule.thresholds(CONCEPTS).tolist() == [0.5, 0.5, 0.5]
    assert (rule.operator, rule.mode, rule.is_common) == (">", None, True)


@pytest.mark.parametrize("dtype", DTYPES)
def test_a_score_on_the_threshold_passes_only_under_greater_or_equal(dtype: type) -> None:
    assert not is_predicted(0.5, ec.Rule(0.5, operator=">"), dtype)
    assert is_predicted(0.5, ec.Rule(0.5, operator=">="), dtype)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("hundredths", range(101))
def test_a_stored_two_decimal_score_lies_on_the_threshold_of_that_name(
    dtype: type, hundredths: int
) -> None:
    name = hundredths / 100

    assert not is_predicted(name, ec.Rule(name, operator=">"), dtype)
    assert is_predicted(name, ec.Rule(name, operator=">="), dtype)
    assert not is_predicted(name, ec.Rule({"dog": name}, operator=">"), dtype)


@pytest.mark.parametrize("dtype", DTYPES)
def test_negative_zero_and_zero_are_one_threshold_and_one_score(dtype: type) -> None:
    for threshold in (0.0, -0.0):
        for score in (0.0, -0.0):
            assert not is_predicted(score, ec.Rule(threshold, operator=">"), dtype)
            assert is_predicted(score, ec.Rule(threshold, operator=">="), dtype)
    assert ec.Rule(0.0) == ec.Rule(-0.0)
    assert hash(ec.Rule(0.0)) == hash(ec.Rule(-0.0))


@pytest.mark.parametrize("operator", ec.OPERATORS)
@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("threshold", [-1e300, -1e39, -7e4, 7e4, 1e39, 1e300])
def test_a_threshold_beyond_the_precision_of_the_scores_still_compares_rightly(
    operator: str, dtype: type, threshold: float
) -> None:
    rule = ec.Rule(threshold, operator=operator)
    extremes = (float(np.finfo(dtype).min), 0.0, float(np.finfo(dtype).max))

    for score in extremes:
        expected = oracle.passes(score, oracle.rounded(threshold, dtype), operator)
        assert is_predicted(score, rule, dtype) == expected


@pytest.mark.parametrize("operator", ec.OPERATORS)
@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("threshold", [-1e300, -7e4, 0.0, 7e4])
def test_a_pair_that_was_not_scored_passes_no_threshold(
    operator: str, dtype: type, threshold: float
) -> None:
    assert not is_predicted(-math.inf, ec.Rule(threshold, operator=operator), dtype)


@pytest.mark.parametrize("dtype", DTYPES)
def test_the_lowest_number_of_a_precision_is_a_threshold_like_any_other(dtype: type) -> None:
    lowest = float(np.finfo(dtype).min)

    assert is_predicted(lowest, ec.Rule(lowest, operator=">="), dtype)
    assert not is_predicted(lowest, ec.Rule(lowest, operator=">"), dtype)


@given(
    score=st.floats(allow_nan=False, allow_infinity=False, width=16),
    threshold=st.floats(allow_nan=False, allow_infinity=False, width=32),
    operator=st.sampled_from(ec.OPERATORS),
    dtype=st.sampled_from(DTYPES),
)
def test_bounds_decide_as_the_words_of_the_rule_do(
    score: float, threshold: float, operator: str, dtype: type
) -> None:
    exact = oracle.rounded(threshold, dtype)
    if operator == ">=" and exact == float(np.finfo(dtype).min):
        return  # has a test of its own

    expected = oracle.passes(score, exact, operator)

    assert is_predicted(score, ec.Rule(threshold, operator=operator), dtype) == expected


@given(
    score=st.floats(allow_nan=False, width=16, min_value=-2, max_value=2),
    steps=st.integers(-2, 2),
    operator=st.sampled_from(ec.OPERATORS),
)
def test_bounds_decide_rightly_within_two_float16_steps_of_the_score(
    score: float, steps: int, operator: str
) -> None:
    threshold = np.float16(score)
    for _ in range(abs(steps)):
        threshold = np.nextafter(threshold, np.float16(math.copysign(math.inf, steps)))

    expected = oracle.passes(score, float(threshold), operator)

    assert is_predicted(score, ec.Rule(float(threshold), operator=operator), np.float16) == expected


def test_exact_thresholds_are_rounded_to_the_precision_of_the_scores() -> None:
    for dtype in DTYPES:
        exact = ec.Rule({"cat": 0.1}, default=0.3).exact(CONCEPTS, dtype=np.dtype(dtype))

        assert exact.dtype == dtype
        assert [float(e) for e in exact] == [oracle.rounded(t, dtype) for t in (0.3, 0.1, 0.3)]


def test_concepts_that_a_mapping_does_not_name_take_the_default() -> None:
    rule = ec.Rule(threshold={"cat": 0.7}, default=0.25)

    assert rule.thresholds(CONCEPTS).tolist() == [0.25, 0.7, 0.25]
    assert [rule.threshold_of(name) for name in CONCEPTS] == [0.25, 0.7, 0.25]
    assert not rule.is_common


def test_one_number_is_the_threshold_of_every_concept_whatever_the_default_says() -> None:
    assert ec.Rule(0.7, default=0.2).thresholds(CONCEPTS).tolist() == [0.7, 0.7, 0.7]


def test_the_order_of_a_mapping_does_not_matter() -> None:
    one, other = ec.Rule({"dog": 0.1, "cat": 0.2}), ec.Rule({"cat": 0.2, "dog": 0.1})

    assert one == other
    assert len({one, other}) == 1


def test_rules_differ_in_every_part() -> None:
    rules = {
        ec.Rule(0.5),
        ec.Rule(0.6),
        ec.Rule(0.5, operator=">="),
        ec.Rule(0.5, decision="top"),
        ec.Rule(0.5, decision="every"),
        ec.Rule({"dog": 0.5}),
        ec.Rule({"dog": 0.5}, default=0.4),
    }

    assert len(rules) == 7


def test_a_rule_cannot_be_changed() -> None:
    rule = ec.Rule(0.5)

    with pytest.raises(dataclasses.FrozenInstanceError):
        rule.operator = ">="  # type: ignore[misc]


def test_a_rule_keeps_its_thresholds_when_the_mapping_it_came_from_changes() -> None:
    given_mapping = {"dog": 0.7}
    rule = ec.Rule(given_mapping)
    given_mapping["dog"] = 0.1

    assert rule.threshold_of("dog") == 0.7
    assert rule == ec.Rule({"dog": 0.7})


def test_the_thresholds_of_a_rule_cannot_be_written_to() -> None:
    rule = ec.Rule({"dog": 0.7})

    with pytest.raises(TypeError):
        rule.threshold["dog"] = 0.1  # type: ignore[index]


def test_replacing_the_operator_keeps_the_rest() -> None:
    rule = ec.Rule({"dog": 0.7}, default=0.2, decision="every")

    changed = dataclasses.replace(rule, operator=">=")

    assert changed == ec.Rule({"dog": 0.7}, default=0.2, decision="every", operator=">=")


def test_the_decision_defaults_to_the_task() -> None:
    assert ec.Rule().mode_for("single_label") == "top"
    assert ec.Rule().mode_for("multi_label") == "every"
    for task in ("single_label", "multi_label"):
        for decision in ec.DECISIONS:
            assert ec.Rule(decision=decision).mode_for(task) == decision


@pytest.mark.parametrize("bad", [math.nan, math.inf, -math.inf, None, "half", [0.5], {}.keys()])
def test_a_threshold_that_is_no_finite_number_is_refused_and_shown(bad: object) -> None:
    with pytest.raises(ec.RuleError, match="finite number, got"):
        ec.Rule(bad)  # type: ignore[arg-type]
    with pytest.raises(ec.RuleError, match="finite number, got"):
        ec.Rule({"dog": bad})  # type: ignore[dict-item]
    with pytest.raises(ec.RuleError, match="finite number, got"):
        ec.Rule({"dog": 0.5}, default=bad)  # type: ignore[arg-type]


def test_a_threshold_too_large_for_a_float_is_refused_like_any_other() -> None:
    with pytest.raises(ec.RuleError, match="finite number"):
        ec.Rule(10**400)


@pytest.mark.parametrize("bad", ["<", "=>", "", None, 1])
def test_an_unknown_operator_is_refused(bad: object) -> None:
    with pytest.raises(ec.RuleError, match="must be '>' or '>='"):
        ec.Rule(operator=bad)  # type: ignore[arg-type]


@pytest.mark.parametrize("bad", ["all", "", "Top", 1])
def test_an_unknown_decision_is_refused(bad: object) -> None:
    with pytest.raises(ec.RuleError, match="must be 'every' or 'top'"):
        ec.Rule(decision=bad)  # type: ignore[arg-type]


def test_a_threshold_for_a_stranger_is_refused_with_a_hint() -> None:
    rule = ec.Rule({"dgo": 0.7})

    for ask in (rule.thresholds, lambda names: rule.bounds(names, dtype=np.dtype(np.float32))):
        with pytest.raises(ec.RuleError, match=r"'dgo', which is no concept.*Did you mean 'dog'"):
            ask(CONCEPTS)


def test_the_common_threshold_moves_and_own_ones_stay() -> None:
    rule = ec.Rule(0.5, operator=">=", decision="top").with_own({"dog": 0.7}).with_default(0.2)

    assert rule.thresholds(CONCEPTS).tolist() == [0.7, 0.2, 0.2]
    assert (rule.operator, rule.mode, rule.is_common) == (">=", "top", False)


def test_own_thresholds_are_added_replaced_and_dropped() -> None:
    rule = ec.Rule(0.5).with_own({"dog": 0.7, "cat": 0.1}).with_own({"cat": 0.3})

    assert rule.thresholds(CONCEPTS).tolist() == [0.7, 0.3, 0.5]
    assert rule.without_own(["dog", "nobody"]) == ec.Rule({"cat": 0.3}, default=0.5)
    assert rule.without_own() == ec.Rule(0.5)
    assert rule.without_own(["dog", "cat"]).is_common


def test_an_own_threshold_equal_to_the_common_one_stays_an_own_one() -> None:
    rule = ec.Rule(0.5).with_own({"dog": 0.5})

    assert not rule.is_common
    assert rule.with_default(0.9).threshold_of("dog") == 0.5


@pytest.mark.parametrize("value", ["x", math.nan, math.inf, None])
def test_an_own_threshold_must_be_a_finite_number(value: object) -> None:
    with pytest.raises(ec.RuleError, match="finite number"):
        ec.Rule(0.5).with_own({"dog": value})  # type: ignore[dict-item]
