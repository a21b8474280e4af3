"""Goals: what they ask of counts, their way to JSON and back, and what is refused."""

from __future__ import annotations

import json
import re
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import fbeta_score

import evalcore as ec

LEVELS = st.floats(0, 1, exclude_min=True)
COSTS = st.floats(0, 1e12) | st.integers(0, 10**6)
GOALS = st.one_of(
    st.builds(ec.Goal.f_beta, st.floats(0.001, 1000)),
    st.builds(ec.Goal.precision_at_least, LEVELS),
    st.builds(ec.Goal.recall_at_least, LEVELS),
    st.builds(ec.Goal.share_at_most, LEVELS),
    st.builds(
        ec.Goal.least_cost,
        fp=st.floats(1e-6, 1e6),
        fn=COSTS,
        unit=st.text(st.characters(exclude_categories=["C", "Z"]), max_size=40),
    ),
    st.builds(ec.Goal.youden),
)


def counts(tp: int, fp: int, fn: int, tn: int) -> ec.Counts:
    return ec.Counts(tp=np.array([tp]), fp=np.array([fp]), fn=np.array([fn]), tn=np.array([tn]))


@given(goal=GOALS)
def test_a_goal_comes_back_from_json_equal_to_the_last_bit(goal: ec.Goal) -> None:
    again = ec.Goal.from_dict(json.loads(json.dumps(goal.to_dict())))

    assert again == goal
    assert hash(again) == hash(goal)
    assert again.to_dict() == goal.to_dict()


@pytest.mark.parametrize("per_cent", range(1, 101))
@pytest.mark.parametrize("n", [7, 10, 29, 100, 1000])
def test_a_limit_is_met_exactly_where_the_fraction_meets_the_decimal(per_cent: int, n: int) -> None:
    level, wanted = float(f"{per_cent / 100:.2f}"), Fraction(per_cent, 100)
    for k in range(1, n + 1):
        share = Fraction(k, n)
        right = counts(k, n - k, 0, 0)
        found = counts(k, 0, n - k, 0)
        taken = counts(k, 0, 0, n - k)
        assert ec.Goal.precision_at_least(level).holds(right)[0] == (share >= wanted)
        assert ec.Goal.recall_at_least(level).holds(found)[0] == (share >= wanted)
        assert ec.Goal.share_at_most(level).holds(taken)[0] == (share <= wanted)


def test_an_undefined_rate_meets_no_limit() -> None:
    nothing_predicted, nothing_labelled = counts(0, 0, 3, 4), counts(0, 2, 0, 4)
    nothing_known = counts(0, 0, 0, 0)

    assert not ec.Goal.precision_at_least(0.1).holds(nothing_predicted)[0]
    assert not ec.Goal.recall_at_least(0.1).holds(nothing_labelled)[0]
    assert not ec.Goal.share_at_most(0.1).holds(nothing_known)[0]


def test_a_goal_without_a_limit_holds_everywhere_and_says_that_it_is_none() -> None:
    for goal in (ec.Goal.f_beta(), ec.Goal.youden(), ec.Goal.least_cost(fp=1, fn=1)):
        assert goal.holds(counts(0, 5, 5, 0)).tolist() == [True]
        assert np.isnan(goal.rate(counts(1, 5, 5, 0))).all()
        assert not goal.is_limit
    assert ec.Goal.recall_at_least(0.3).is_limit


@pytest.mark.parametrize("beta", [0.5, 1, 2, 3.3])
def test_f_beta_is_that_of_scikit_learn(beta: float) -> None:
    truth = np.repeat([1, 0, 1, 0], [7, 3, 5, 11])
    predicted = np.repeat([1, 1, 0, 0], [7, 3, 5, 11])

    value = ec.Goal.f_beta(beta).value(counts(7, 3, 5, 11))

    assert value[0] == pytest.approx(fbeta_score(truth, predicted, beta=beta))


def test_each_goal_values_what_it_names() -> None:
    c = counts(6, 2, 4, 8)

    assert ec.Goal.precision_at_least(0.5).value(c)[0] == 0.6
    assert ec.Goal.recall_at_least(0.5).value(c)[0] == 0.75
    assert ec.Goal.share_at_most(0.5).value(c)[0] == 0.6
    assert ec.Goal.youden().value(c)[0] == pytest.approx(0.6 - 0.2)
    assert ec.Goal.least_cost(fp=3, fn=10, unit="€").value(c)[0] == 46


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"kind": "precision_at_least", "level": 90}, "Hint: write 0.9 for 90 %"),
        ({"kind": "precision_at_least", "level": 0}, "above 0 and at most 1, got 0"),
        ({"kind": "recall_at_least", "level": float("nan")}, "finite number, got nan"),
        ({"kind": "recall_at_least", "level": True}, "must be a number, got True"),
        ({"kind": "share_at_most", "level": "0.1"}, "must be a number, got '0.1'"),
        ({"kind": "share_at_most"}, "needs level, which is missing"),
        ({"kind": "share_at_most", "level": 0.1, "beta": 1}, "has no beta, got 1"),
        ({"kind": "share_at_most", "levl": 0.1}, "Did you mean 'level'"),
        ({"kind": "f_beta", "beta": 0}, "1 weighs precision and recall alike"),
        ({"kind": "f_bta", "beta": 1}, "Did you mean 'f_beta'"),
        ({"kind": "least_cost", "cost_fp": 0, "cost_fn": 0, "unit": ""}, "both costs are 0"),
        ({"kind": "least_cost", "cost_fp": -1, "cost_fn": 1, "unit": ""}, "cost_fp must lie"),
        ({"kind": "least_cost", "cost_fp": 1, "cost_fn": 1, "unit": "a\nb"}, "unit must be a line"),
        ({"kind": "least_cost", "cost_fp": 1, "cost_fn": 1, "unit": "x" * 41}, "unit must be"),
        ({"level": 0.5}, "an object with the text 'kind'"),
        ({"kind": ["youden"]}, "an object with the text 'kind'"),
        ([], "must be an object"),
        (None, "must be an object"),
    ],
)
def test_a_malformed_goal_is_refused_with_the_reason(given: Any, message: str) -> None:
    with pytest.raises(ec.GoalError, match=re.escape(message)):
        ec.Goal.from_dict(given)
