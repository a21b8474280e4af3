"""The best threshold: against a loop over every threshold, in exact fractions."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from sklearn.metrics import precision_recall_curve

import evalcore as ec
from evalcore.choosing import common_threshold
from evalcore.choosing.choice import Choice
from evalcore.choosing.choose import choose
from tests.support.cases import DTYPES, Case, coarse_scores, random_case

SEEDS = range(20)
GOALS = (
    ec.Goal.f_beta(),
    ec.Goal.f_beta(0.5),
    ec.Goal.f_beta(2),
    ec.Goal.precision_at_least(0.6),
    ec.Goal.precision_at_least(1),
    ec.Goal.recall_at_least(0.3),
    ec.Goal.recall_at_least(0.9),
    ec.Goal.least_cost(fp=0.1, fn=0.3),
    ec.Goal.least_cost(fp=5, fn=0),
    ec.Goal.least_cost(fp=0, fn=1),
    ec.Goal.share_at_most(0.2),
    ec.Goal.youden(),
)
Four = tuple[int, int, int, int]


def slow_worth(goal: ec.Goal, four: Four) -> Fraction | None:
    """What the goal makes as large as possible; None where its limit is missed or undefined."""
    tp, fp, fn, tn = four
    level = Fraction(repr(goal.level)) if goal.level is not None else Fraction(0)
    match goal.kind:
        case "f_beta":
            square = Fraction(goal.beta) ** 2
            return (1 + square) * tp / ((1 + square) * tp + square * fn + fp)
        case "precision_at_least":
            return Fraction(tp) if tp + fp and Fraction(tp, tp + fp) >= level else None
        case "recall_at_least":
            precision = Fraction(tp, tp + fp) if tp + fp else Fraction(-1)
            return precision if Fraction(tp, tp + fn) >= level else None
        case "least_cost":
            return -(Fraction(repr(goal.cost_fp)) * fp + Fraction(repr(goal.cost_fn)) * fn)
        case "share_at_most":
            return Fraction(tp) if Fraction(tp + fp, sum(four)) <= level else None
    return Fraction(tp, tp + fn) - Fraction(fp, fp + tn)


def slow_best(goal: ec.Goal, options: Sequence[Four]) -> Four | None:
    """The best counts of all; of equal ones the most true and then the fewest false positives."""
    tp, fp, fn, tn = options[0]
    if tp + fn == 0 or (goal.kind == "youden" and fp + tn == 0):
        return None
    ranked = [(slow_worth(goal, four), four[0], -four[1], four) for four in options]
    possible = [entry for entry in ranked if entry[0] is not None]
    return max(possible)[-1] if possible else None


def every_threshold(case: Case, operator: str) -> list[float]:
    """One threshold for each way in which the scores can fall on its two sides."""
    scores = {float(s) for s in case.scores.ravel() if np.isfinite(s)}
    return [*sorted(scores), -6e4 if operator == ">" else 6e4]


def slow_counts(case: Case, rule: ec.Rule) -> list[Four]:
    found = case.outcomes(rule)
    four = ("TP", "FP", "FN", "TN")
    return [tuple(len(found[j, name]) for name in four) for j in range(case.n_concepts)]


def fours(counts: ec.Counts) -> list[Four]:
    columns = (counts.tp, counts.fp, counts.fn, counts.tn)
    return list(zip(*(column.tolist() for column in columns), strict=True))


def summed(rows: Sequence[Four]) -> Four:
    return tuple(sum(column) for column in zip(*rows, strict=True))


def check_interval(case: Case, choice: Choice, k: int, *, of: Callable[[float], Any]) -> None:
    """Count just inside and just outside both ends, and at the decimal."""
    dtype = case.scores.dtype.type
    low, high = dtype(choice.low[k]), dtype(choice.high[k])
    inside = of(float(choice.threshold[k]))
    strict = choice.operator == ">"
    if np.isfinite(low):
        at, beside = float(low), np.nextafter(low, dtype(-np.inf if strict else np.inf))
        assert (of(at) == inside) == strict
        if np.isfinite(beside):
            assert (of(float(beside)) == inside) != strict
    if np.isfinite(high):
        at, beside = float(high), np.nextafter(high, dtype(-np.inf if strict else np.inf))
        assert (of(at) == inside) != strict
        if np.isfinite(beside):
            assert (of(float(beside)) == inside) == strict


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("operator", ec.OPERATORS)
@pytest.mark.parametrize("decision", ec.DECISIONS)
def test_each_concept_gets_the_best_of_all_its_thresholds(
    seed: int, operator: Any, decision: Any
) -> None:
    case = random_case(np.random.default_rng(seed))
    rules = [
        ec.Rule(t, operator=operator, decision=decision) for t in every_threshold(case, operator)
    ]
    options = list(zip(*(slow_counts(case, rule) for rule in rules), strict=True))
    for goal in GOALS:
        choice = choose(case.evaluation, goal, operator=operator, decision=decision)
        best = [slow_best(goal, of_concept) for of_concept in options]
        assert choice.met.tolist() == [four is not None for four in best], goal
        got = fours(choice.counts)
        assert [four for four, met in zip(got, choice.met, strict=True) if met] == [
            four for four in best if four is not None
        ], goal


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("decision", ec.DECISIONS)
def test_the_counts_are_those_of_the_rule_that_takes_the_thresholds(
    seed: int, decision: Any
) -> None:
    rng = np.random.default_rng(seed)
    case, operator = random_case(rng), str(rng.choice(ec.OPERATORS))
    for goal in GOALS:
        choice = choose(case.evaluation, goal, operator=operator, decision=decision)
        # all thresholds at once: under top, one concept's threshold must not change another's count
        rule = ec.Rule(choice.thresholds(), operator=operator, decision=decision)
        expected = slow_counts(case, rule)
        for k in np.flatnonzero(choice.met):
            assert fours(choice.counts)[k] == expected[k]


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("operator", ec.OPERATORS)
def test_counts_stay_inside_the_interval_and_change_outside(
    seed: int, dtype: Any, operator: Any
) -> None:
    case = random_case(np.random.default_rng(seed), dtype=dtype)
    for goal in GOALS[::3]:
        choice = choose(case.evaluation, goal, operator=operator)
        for k in np.flatnonzero(choice.met):

            def of(threshold: float, k: int = k) -> int:
                rule = ec.Rule(threshold, operator=operator)
                return int(case.evaluation.counts(rule).predicted[k])

            check_interval(case, choice, k, of=of)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("operator", ec.OPERATORS)
@pytest.mark.parametrize("decision", ec.DECISIONS)
def test_a_common_threshold_is_the_best_of_all_for_the_summed_counts(
    seed: int, operator: Any, decision: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    # few stops at once, so that small cases take the whole way of the search
    for name, value in {"FIRST_STOPS": 2, "GAPS_AT_ONCE": 1, "STOPS_PER_GAP": 1}.items():
        monkeypatch.setattr(common_threshold, name, value)
    rng = np.random.default_rng(seed)
    case = random_case(rng)
    chosen = [name for name in case.concepts if rng.random() < 0.7] or [case.concepts[0]]
    places = [case.concepts.index(name) for name in chosen]
    rules = [
        ec.Rule(t, operator=operator, decision=decision) for t in every_threshold(case, operator)
    ]
    counts = [slow_counts(case, rule) for rule in rules]
    options = [summed([of_all[j] for j in places]) for of_all in counts]
    for goal in GOALS:
        choice = choose(
            case.evaluation,
            goal,
            operator=operator,
            decision=decision,
            concepts=chosen,
            common=True,
        )
        best = slow_best(goal, options)
        assert choice.met.tolist() == [best is not None] * len(chosen), goal
        if best is None:
            continue
        assert summed(fours(choice.counts)) == best, goal
        assert len(set(choice.threshold.tolist())) == 1
        rule = ec.Rule(choice.threshold[0], operator=operator, decision=decision)
        assert fours(choice.counts) == [slow_counts(case, rule)[j] for j in places]

        def of(threshold: float) -> int:
            rule = ec.Rule(threshold, operator=operator, decision=decision)
            return int(case.evaluation.counts(rule).predicted[places].sum())

        check_interval(case, choice, 0, of=of)


@pytest.mark.parametrize("goal", GOALS, ids=repr)
def test_the_search_for_a_common_threshold_misses_nothing_in_many_scores(
    goal: ec.Goal, rng: np.random.Generator
) -> None:
    truth = rng.random((3000, 5)) < [0.02, 0.1, 0.3, 0.5, 0.05]
    scores = 1 / (1 + np.exp(-rng.normal(2 * truth - 1.5, 1.2)))
    run = ec.EvalRun.from_arrays(scores, truth, task="multi_label")
    choice = choose(ec.Evaluation(run), goal, common=True)

    order = np.argsort(-scores.ravel(), kind="stable")
    tp = np.concatenate([[0], np.cumsum(truth.ravel()[order])])
    fp = np.arange(tp.size) - tp
    n_positive, n = int(truth.sum()), truth.size
    options = [
        (int(t), int(f), n_positive - int(t), n - n_positive - int(f))
        for t, f in zip(tp, fp, strict=True)
    ]

    assert summed(fours(choice.counts)) == slow_best(goal, options)


def test_only_some_concepts_are_answered_in_the_order_asked(make_case: Callable[..., Case]) -> None:
    case = make_case(n_concepts=5, n_inputs=30, task="multi_label")
    all_of_them = choose(case.evaluation, ec.Goal.f_beta())
    a, b = case.concepts[4], case.concepts[1]

    choice = choose(case.evaluation, ec.Goal.f_beta(), concepts=[a, b])

    assert choice.names == (a, b)
    np.testing.assert_array_equal(choice.threshold, all_of_them.threshold[[4, 1]])
    assert fours(choice.counts) == [fours(all_of_them.counts)[j] for j in (4, 1)]
    assert choose(case.evaluation, ec.Goal.f_beta(), concepts=[]).threshold.size == 0
    with pytest.raises(ec.SelectionError, match="no concept 'stranger'"):
        choose(case.evaluation, ec.Goal.f_beta(), concepts=["stranger"])


@pytest.mark.parametrize("common", [False, True])
def test_without_positives_there_is_no_threshold_and_the_reason_says_so(*, common: bool) -> None:
    run = ec.EvalRun.from_arrays([[0.2], [0.7]], [[], []], task="multi_label")
    for goal in GOALS:
        choice = choose(ec.Evaluation(run), goal, common=common)
        assert np.isnan([*choice.threshold, *choice.low, *choice.high]).all()
        assert choice.reasons == ("no_positives",)
        assert choice.thresholds() == {}
        assert fours(choice.counts) == [(0, 0, 0, 2)]


@pytest.mark.parametrize("common", [False, True])
def test_a_limit_out_of_reach_says_how_close_one_gets(*, common: bool) -> None:
    run = ec.EvalRun.from_arrays(
        [[0.9], [0.8], [0.7], [-np.inf]], [[], [0], [0], [0]], task="multi_label"
    )

    precision = choose(ec.Evaluation(run), ec.Goal.precision_at_least(0.9), common=common)
    recall = choose(ec.Evaluation(run), ec.Goal.recall_at_least(0.9), common=common)

    assert precision.reasons == recall.reasons == ("out_of_reach",)
    np.testing.assert_allclose(precision.closest, 2 / 3)
    np.testing.assert_allclose(recall.closest, 2 / 3)


def test_positives_alone_have_no_youden_but_an_f1_of_one() -> None:
    run = ec.EvalRun.from_arrays([[0.2], [0.7]], [[0], [0]], task="multi_label")

    youden = choose(ec.Evaluation(run), ec.Goal.youden())
    f1 = choose(ec.Evaluation(run), ec.Goal.f_beta())

    assert youden.reasons == ("no_negatives",)
    assert fours(f1.counts) == [(2, 0, 0, 0)]
    assert f1.threshold[0] < 0.2


@pytest.mark.parametrize("operator", ec.OPERATORS)
def test_a_single_input_and_constant_scores_are_no_special_case(operator: Any) -> None:
    one = ec.EvalRun.from_arrays([[0.5]], [[0]], task="multi_label")
    same = ec.EvalRun.from_arrays([[0.5]] * 4, [[0], [], [0], []], task="multi_label")

    for run, tp in ((one, 1), (same, 2)):
        choice = choose(ec.Evaluation(run), ec.Goal.f_beta(), operator=operator)
        assert choice.counts.tp.tolist() == [tp]
        assert (choice.low[0], choice.high[0]) == (-np.inf, 0.5)
        rule = ec.Rule(choice.threshold[0], operator=operator)
        assert ec.Evaluation(run).counts(rule).tp.tolist() == [tp]


def test_pairs_that_were_not_scored_are_below_every_interval() -> None:
    run = ec.EvalRun.from_arrays(
        np.array([[-np.inf], [0.4], [-np.inf]], dtype=np.float16),
        [[0], [0], []],
        task="multi_label",
    )

    choice = choose(ec.Evaluation(run), ec.Goal.recall_at_least(0.5))

    assert choice.low.tolist() == [-np.inf]
    assert fours(choice.counts) == [(1, 0, 1, 1)]


def test_of_equal_thresholds_the_one_that_finds_more_is_chosen() -> None:
    # precision 1 at both 0.9 and 0.8; F1 2/3 twice; costs tie exactly although 0.1 * 3 != 0.3
    both_right = ec.EvalRun.from_arrays([[0.9], [0.8], [0.1]], [[0], [0], []], task="multi_label")
    tie = ec.EvalRun.from_arrays(
        [[0.9], [0.8], [0.7], [0.6], [0.5]], [[0], [], [], [], [0]], task="multi_label"
    )

    precise = choose(ec.Evaluation(both_right), ec.Goal.recall_at_least(0.5))
    cost = choose(ec.Evaluation(tie), ec.Goal.least_cost(fp=0.1, fn=0.3))

    assert precise.counts.tp.tolist() == [2]
    assert cost.counts.tp.tolist() == [2]


@pytest.mark.parametrize("dtype", DTYPES)
def test_rounded_scores_get_the_decimal_that_people_would_say(
    dtype: Any, rng: np.random.Generator
) -> None:
    scores = coarse_scores(rng, (60, 4), dtype)
    labelled = scores > 0.45
    run = ec.EvalRun.from_arrays(scores, labelled, task="multi_label")

    above = choose(ec.Evaluation(run), ec.Goal.f_beta(), operator=">")
    from_ = choose(ec.Evaluation(run), ec.Goal.f_beta(), operator=">=")

    assert above.threshold.tolist() == [0.4] * 4
    assert from_.threshold.tolist() == [0.5] * 4


@pytest.mark.parametrize("seed", range(5))
def test_the_highest_f1_is_that_of_scikit_learns_curve(seed: int) -> None:
    rng = np.random.default_rng(seed)
    truth = rng.random((500, 4)) < 0.2
    scores = rng.normal(truth, 1.0).round(1)
    choice = choose(
        ec.Evaluation(ec.EvalRun.from_arrays(scores, truth, task="multi_label")), ec.Goal.f_beta()
    )

    for j, f1 in enumerate(ec.METRICS["f1"](choice.counts)):
        precision, recall, _ = precision_recall_curve(truth[:, j], scores[:, j])
        with np.errstate(invalid="ignore"):
            assert f1 == pytest.approx(np.nanmax(2 * precision * recall / (precision + recall)))


@given(data=st.data())
def test_thresholds_hold_for_whatever_scores_a_machine_can_think_of(data: st.DataObject) -> None:
    shape = data.draw(st.tuples(st.integers(1, 6), st.integers(1, 3)))
    dtype, width = data.draw(
        st.sampled_from([(np.float16, 16), (np.float32, 32), (np.float64, 64)])
    )
    number = st.floats(width=width, allow_nan=False, allow_infinity=False)
    scores = data.draw(arrays.arrays(dtype, shape, elements=number | st.just(-np.inf)))
    labelled = data.draw(arrays.arrays(np.bool_, shape))
    evaluation = ec.Evaluation(ec.EvalRun.from_arrays(scores, labelled, task="multi_label"))
    goal, operator = data.draw(st.sampled_from(GOALS)), data.draw(st.sampled_from(ec.OPERATORS))

    for common in (False, True):
        choice = choose(evaluation, goal, operator=operator, common=common)
        assert np.isfinite(choice.threshold[choice.met]).all()
        counts = evaluation.counts(ec.Rule(choice.thresholds(), operator=operator))
        for j in np.flatnonzero(choice.met):
            assert fours(choice.counts)[j] == fours(counts)[j]


def test_a_score_that_no_finite_threshold_can_tell_apart_is_named_as_the_reason() -> None:
    lowest = np.finfo(np.float64).min
    run = ec.EvalRun.from_arrays([[lowest], [-np.inf]], [[0], []], task="multi_label")

    choice = choose(ec.Evaluation(run), ec.Goal.f_beta())

    assert choice.reasons == ("no_finite_threshold",)
    assert np.isnan(choice.threshold).all()
