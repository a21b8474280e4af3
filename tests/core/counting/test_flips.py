"""Flips: what changes between two rules, against a loop, with the inputs behind each number."""

from __future__ import annotations

from itertools import product
from typing import Any

import numpy as np
import pytest

import evalcore as ec
from tests.support import oracle
from tests.support.cases import Case, random_case, random_rule

KINDS = tuple(product(("leave", "enter"), ("right", "wrong")))


def slow_flips(
    case: Case, before: ec.Rule, after: ec.Rule
) -> dict[tuple[int, str, str], list[int]]:
    """Return the inputs of each (concept, direction, kind)."""
    result: dict[tuple[int, str, str], list[int]] = {
        (j, direction, kind): [] for j in range(case.n_concepts) for direction, kind in KINDS
    }
    for n, (old, new) in enumerate(zip(case.predicted(before), case.predicted(after), strict=True)):
        for j in old ^ new:
            if case.known[n, j]:
                kind = "right" if case.labelled[n, j] else "wrong"
                result[j, "leave" if j in old else "enter", kind].append(n)
    return result


@pytest.mark.parametrize("seed", range(25))
def test_flips_and_the_inputs_behind_them_are_those_of_a_loop(seed: int) -> None:
    rng = np.random.default_rng(seed)
    case = random_case(rng)
    for _ in range(4):
        before, after = random_rule(rng, case.concepts), random_rule(rng, case.concepts)
        flips = case.evaluation.flips(before, after)
        for (j, direction, kind), expected in slow_flips(case, before, after).items():
            number = getattr(flips, f"{direction}_{kind}")
            assert number.dtype == np.int64
            assert number[j] == len(expected), (before, after)
            members = flips.members(ec.Flip(case.concepts[j], direction, kind == "right"))  # type: ignore[arg-type]
            scores = case.scores[:, j].astype(float).tolist()
            assert members.dtype == np.int64
            assert members.tolist() == oracle.most_confident_first(expected, scores)


@pytest.mark.parametrize("seed", range(15))
def test_without_a_kind_a_flip_has_both_the_right_and_the_wrong(seed: int) -> None:
    rng = np.random.default_rng(seed)
    case = random_case(rng)
    before, after = random_rule(rng, case.concepts), random_rule(rng, case.concepts)
    flips, slow = case.evaluation.flips(before, after), slow_flips(case, before, after)
    for j, direction in product(range(case.n_concepts), ("leave", "enter")):
        expected = sorted([*slow[j, direction, "right"], *slow[j, direction, "wrong"]])
        found = flips.members(ec.Flip(case.concepts[j], direction))  # type: ignore[arg-type]
        assert sorted(found.tolist()) == expected
        # the loop's order: falling score, then the order of the run
        scores = case.scores[:, j].astype(float).tolist()
        assert found.tolist() == oracle.most_confident_first(expected, scores)


@pytest.mark.parametrize("seed", range(15))
def test_going_back_turns_every_flip_round(seed: int) -> None:
    rng = np.random.default_rng(seed)
    case = random_case(rng)
    one, other = random_rule(rng, case.concepts), random_rule(rng, case.concepts)
    there, back = case.evaluation.flips(one, other), case.evaluation.flips(other, one)

    for kind in ("right", "wrong"):
        assert getattr(there, f"leave_{kind}").tolist() == getattr(back, f"enter_{kind}").tolist()
        assert getattr(there, f"enter_{kind}").tolist() == getattr(back, f"leave_{kind}").tolist()
    assert there.total.tolist() == back.total.tolist()


@pytest.mark.parametrize("seed", range(15))
def test_flips_explain_the_change_of_every_count(seed: int) -> None:
    rng = np.random.default_rng(seed)
    case = random_case(rng)
    before, after = random_rule(rng, case.concepts), random_rule(rng, case.concepts)
    old, new = case.evaluation.counts(before), case.evaluation.counts(after)
    flips = case.evaluation.flips(before, after)

    assert (old.tp - flips.leave_right + flips.enter_right).tolist() == new.tp.tolist()
    assert (old.fp - flips.leave_wrong + flips.enter_wrong).tolist() == new.fp.tolist()


@pytest.mark.parametrize("seed", range(10))
def test_nothing_flips_between_a_rule_and_itself(seed: int) -> None:
    rng = np.random.default_rng(seed)
    case = random_case(rng)
    rule = random_rule(rng, case.concepts)

    assert case.evaluation.flips(rule, rule).total.tolist() == [0] * case.n_concepts


def test_raising_a_common_threshold_lets_inputs_leave_and_none_enter(make_case: Any) -> None:
    case = make_case(n_inputs=60, n_concepts=3)
    flips = case.evaluation.flips(ec.Rule(0.2), ec.Rule(0.8))

    assert (flips.enter_right + flips.enter_wrong).tolist() == [0] * 3
    assert (flips.leave_right + flips.leave_wrong).sum() > 0


def test_from_strict_to_loose_the_inputs_on_the_threshold_enter() -> None:
    run = ec.EvalRun.from_arrays(np.float32([[0.3], [0.3], [0.2]]), [[0], [], [0]])
    flips = ec.Evaluation(run).flips(ec.Rule(0.3, operator=">"), ec.Rule(0.3, operator=">="))

    assert (flips.enter_right.tolist(), flips.enter_wrong.tolist()) == ([1], [1])
    assert flips.members(ec.Flip("concept 0", "enter")).tolist() == [0, 1]
    assert flips.members(ec.Flip("concept 0", "leave")).tolist() == []


def test_a_flip_of_a_stranger_is_refused_with_a_hint(small_case: Case) -> None:
    flips = small_case.evaluation.flips(ec.Rule(0.1), ec.Rule(0.6))

    with pytest.raises(ec.SelectionError, match="Did you mean 'dog'"):
        flips.members(ec.Flip("dgo", "leave"))


def test_a_direction_that_is_none_is_refused() -> None:
    with pytest.raises(ec.SelectionError):
        ec.Flip("dog", "leaves")  # type: ignore[arg-type]


def test_whoever_writes_into_flips_changes_nothing_but_their_own_copy(make_case: Any) -> None:
    case = make_case(n_inputs=30, n_concepts=3)
    rules = ec.Rule(0.2), ec.Rule(0.6, decision="every")
    before = case.evaluation.flips(*rules).total.tolist()
    flips = case.evaluation.flips(*rules)
    for direction, kind in KINDS:
        getattr(flips, f"{direction}_{kind}")[:] = -1

    assert case.evaluation.flips(*rules).total.tolist() == before
