"""Chosen on some inputs, counted on the others: against doing it by hand, turn by turn."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import evalcore as ec
from evalcore.choosing.held_out import HeldOut, choose_held_out, halves, parts_of
from tests.support.cases import Case, random_case

GOALS = (ec.Goal.f_beta(), ec.Goal.precision_at_least(0.6), ec.Goal.least_cost(fp=1, fn=2))
FOUR = ("tp", "fp", "fn", "tn")


def by_hand(
    case: Case, part_of: np.ndarray, goal: ec.Goal, **how: Any
) -> tuple[list[list[float]], dict[str, list[int]]]:
    """Cut the run, choose on the rest, count on the part; sum where there was a threshold."""
    sums = {name: np.zeros(case.n_concepts, dtype=int) for name in FOUR}
    thresholds = []
    for k in np.unique(part_of):
        rest, part = (
            case.take(np.flatnonzero(mask).tolist()) for mask in (part_of != k, part_of == k)
        )
        chosen = ec.choose(rest.evaluation, goal, **how)
        rule = ec.Rule(chosen.thresholds(), operator=chosen.operator, decision=chosen.decision)
        found = part.outcomes(rule)
        for j in np.flatnonzero(chosen.met):
            for name in FOUR:
                sums[name][j] += len(found[j, name.upper()])
        thresholds.append(chosen.threshold.tolist())
    return thresholds, {name: sums[name].tolist() for name in FOUR}


def check(held_out: HeldOut, expected: tuple[list[list[float]], dict[str, list[int]]]) -> None:
    np.testing.assert_array_equal(held_out.thresholds, expected[0])
    assert {name: getattr(held_out.counts, name).tolist() for name in FOUR} == expected[1]


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize("decision", ec.DECISIONS)
@pytest.mark.parametrize("common", [False, True])
def test_every_split_takes_its_turn_to_be_left_out(
    seed: int, decision: Any, *, common: bool
) -> None:
    case = random_case(np.random.default_rng(seed), n_inputs=40, n_folds=3)
    operator: Any = ec.OPERATORS[seed % 2]
    for goal in GOALS:
        how: dict[str, Any] = {"operator": operator, "decision": decision, "common": common}
        held_out = choose_held_out(case.evaluation, goal, **how)
        check(held_out, by_hand(case, np.array(case.folds), goal, **how))
        whole = ec.choose(case.evaluation, goal, **how)
        np.testing.assert_array_equal(held_out.choice.threshold, whole.threshold)


@pytest.mark.parametrize("decision", ec.DECISIONS)
def test_a_run_without_splits_is_halved(decision: Any, rng: np.random.Generator) -> None:
    case = random_case(rng, n_inputs=60, n_folds=0)

    held_out = choose_held_out(case.evaluation, GOALS[0], decision=decision)

    assert held_out.parts == ("half A", "half B")
    check(held_out, by_hand(case, halves(case.run.ids), GOALS[0], decision=decision))


@pytest.mark.parametrize("decision", ec.DECISIONS)
def test_some_concepts_are_answered_as_among_all(decision: Any, rng: np.random.Generator) -> None:
    case = random_case(rng, n_inputs=60, n_concepts=5, n_folds=3, unknown=True)
    all_of_them = choose_held_out(case.evaluation, GOALS[0], decision=decision)
    names = [case.concepts[3], case.concepts[0]]

    some = choose_held_out(case.evaluation, GOALS[0], decision=decision, concepts=names)

    assert some.choice.names == tuple(names)
    np.testing.assert_array_equal(some.thresholds, all_of_them.thresholds[:, [3, 0]])
    for name in FOUR:
        expected = getattr(all_of_them.counts, name)[[3, 0]]
        assert getattr(some.counts, name).tolist() == expected.tolist()


def test_the_difference_is_held_out_minus_chosen_on(rng: np.random.Generator) -> None:
    truth = rng.random((400, 6)) < 0.1
    run = ec.EvalRun.from_arrays(rng.normal(truth, 1.0), truth, task="multi_label")

    held_out = choose_held_out(ec.Evaluation(run), ec.Goal.f_beta())
    difference = held_out.difference("f1")

    f1 = ec.METRICS["f1"]
    np.testing.assert_array_equal(difference, f1(held_out.counts) - f1(held_out.choice.counts))
    # what was picked because it looked best looks worse elsewhere
    assert difference.mean() < 0


def test_a_turn_without_a_threshold_adds_no_counts() -> None:
    # the only positive is in split b: nothing can be chosen there from split a
    run = ec.EvalRun.from_arrays(
        [[0.9], [0.1], [0.8], [0.3]], [[], [], [0], []], folds=["a", "a", "b", "b"]
    )

    held_out = choose_held_out(ec.Evaluation(run), ec.Goal.f_beta())

    assert np.isnan(held_out.thresholds[:, 0]).tolist() == [False, True]
    assert held_out.n_turns.tolist() == [1]
    assert int(held_out.counts.n[0]) == 2
    assert np.isnan(held_out.difference("recall")).all()


def test_an_id_keeps_its_half_whatever_else_is_in_the_run(rng: np.random.Generator) -> None:
    ids = np.array([f"photo {k}.jpg" for k in range(4_000)] + ["\ud800", ""], dtype=object)
    order = rng.permutation(ids.size)[:1_000]

    assert halves(ids)[order].tolist() == halves(ids[order]).tolist()
    assert 0.45 < halves(ids).mean() < 0.55


def test_progress_is_told_from_part_to_part(rng: np.random.Generator) -> None:
    case = random_case(rng, n_inputs=30, n_folds=0)
    told: list[float] = []

    choose_held_out(case.evaluation, ec.Goal.youden(), progress=told.append)

    assert told == [0.5, 1.0]


def test_a_single_split_leaves_nothing_to_choose_on() -> None:
    one = ec.EvalRun.from_arrays([[0.9], [0.1]], [[0], []], folds=["a", "a"])
    single = ec.EvalRun.from_arrays([[0.9]], [[0]])

    for run in (one, single):
        with pytest.raises(ec.GoalError, match="none is left to choose on"):
            parts_of(run)


def test_a_thousand_splits_take_turns_in_groups_of_neighbours() -> None:
    n = 1_000
    run = ec.EvalRun.from_arrays([[k / n] for k in range(n)], [[0]] * n, folds=range(n))
    names, part_of = parts_of(run)
    assert len(names) == 20
    assert (names[0], names[-1]) == ("0 to 49", "950 to 999")
    assert part_of.tolist() == [k // 50 for k in range(n)]
    odd = ec.EvalRun.from_arrays([[0.5]] * 21, [[0]] * 21, folds=range(21))
    assert sorted(parts_of(odd)[1].tolist()) == [0, 0, *range(1, 20)]
