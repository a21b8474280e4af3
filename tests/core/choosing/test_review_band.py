"""The review band: against a loop over every pair of thresholds, and its zones by counting."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np
import pytest

import evalcore as ec
from evalcore.choosing.review_band import Zone, review_band
from tests.support.cases import DTYPES, Case, random_case

SEEDS = range(25)


def options(case: Case, j: int, *, operator: Any, decision: Any) -> list[tuple[int, int]]:
    """(TP, FP) of a concept at every threshold, from the one that predicts most."""
    scores = sorted({float(s) for s in case.scores.ravel() if np.isfinite(s)})
    result = []
    for threshold in [-6e4, *scores, 6e4]:
        rule = ec.Rule(threshold, operator=operator, decision=decision)
        found = case.outcomes(rule)
        result.append((len(found[j, "TP"]), len(found[j, "FP"])))
    return result


def pairs(zone: Zone) -> list[tuple[int, int]]:
    return list(zip(zone.positives.tolist(), zone.negatives.tolist(), strict=True))


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("decision", ec.DECISIONS)
@pytest.mark.parametrize(("precision", "missed"), [(0.7, 0.2), (0.4, 0.5), (1.0, 0.0)])
def test_it_accepts_all_the_right_ones_and_rejects_all_the_inputs_that_the_promises_allow(
    seed: int, decision: Any, precision: float, missed: float
) -> None:
    case = random_case(np.random.default_rng(seed), dtype=DTYPES[seed % 3])
    operator: Any = ec.OPERATORS[seed % 2]
    band = review_band(
        case.evaluation, precision=precision, missed=missed, operator=operator, decision=decision
    )
    for j in range(case.n_concepts):
        labelled = int(case.labelled[:, j].sum())
        at = options(case, j, operator=operator, decision=decision)
        precise = [
            (tp, -fp) for tp, fp in at if tp and Fraction(tp, tp + fp) >= Fraction(repr(precision))
        ]
        enough = [
            (tp, fp)
            for tp, fp in at
            if labelled and Fraction(labelled - tp, labelled) <= Fraction(repr(missed))
        ]
        assert band.accept.met[j] == bool(precise)
        assert band.reject.met[j] == bool(enough)
        if precise:
            tp, minus_fp = max(precise)
            assert pairs(band.accepted)[j] == (tp, -minus_fp)
        if precise and enough:
            kept = min(enough, key=sum)
            # where rejecting would begin above accepting, it begins there, and nobody looks
            assert band.reviewed.total[j] == max(0, sum(kept) - (tp - minus_fp))


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("operator", ec.OPERATORS)
@pytest.mark.parametrize("decision", ec.DECISIONS)
def test_the_zones_are_what_two_rules_count(seed: int, operator: Any, decision: Any) -> None:
    case = random_case(np.random.default_rng(seed))
    band = review_band(
        case.evaluation, precision=0.6, missed=0.3, operator=operator, decision=decision
    )
    rest: dict[str, Any] = {"operator": operator, "decision": decision}
    above = case.outcomes(ec.Rule(band.accept.thresholds(), **rest))
    below = case.outcomes(ec.Rule(band.reject.thresholds(), **rest))

    for j in range(case.n_concepts):
        labelled = int(case.labelled[:, j].sum())
        absent = int((case.known & ~case.labelled)[:, j].sum())
        accepted = (len(above[j, "TP"]), len(above[j, "FP"])) if band.accept.met[j] else (0, 0)
        rejected = (len(below[j, "FN"]), len(below[j, "TN"])) if band.reject.met[j] else (0, 0)
        assert pairs(band.accepted)[j] == accepted
        assert pairs(band.rejected)[j] == rejected
        reviewed = (labelled - accepted[0] - rejected[0], absent - accepted[1] - rejected[1])
        assert pairs(band.reviewed)[j] == reviewed
        assert min(reviewed) >= 0
        if band.accept.met[j] and band.reject.met[j]:
            assert band.accept.threshold[j] >= band.reject.threshold[j]


def test_where_both_promises_meet_nobody_looks_at_anything() -> None:
    run = ec.EvalRun.from_arrays([[0.9], [0.8], [0.2], [0.1]], [[0], [0], [], []])

    band = review_band(ec.Evaluation(run), precision=0.9, missed=0.5)

    assert band.accept.threshold.tolist() == band.reject.threshold.tolist() == [0.5]
    assert band.load.tolist() == [0.0]
    assert pairs(band.accepted) == [(2, 0)]
    assert pairs(band.rejected) == [(0, 2)]


def test_an_accepting_precision_out_of_reach_leaves_more_to_look_at() -> None:
    run = ec.EvalRun.from_arrays([[0.9], [0.8], [0.2]], [[], [0], []])

    band = review_band(ec.Evaluation(run), precision=0.9, missed=0.0)

    assert band.accept.reasons == ("out_of_reach",)
    assert band.accept.closest.tolist() == [0.5]
    assert pairs(band.accepted) == [(0, 0)]
    assert pairs(band.reviewed) == [(1, 1)]
    assert pairs(band.rejected) == [(0, 1)]


def test_positives_that_were_not_scored_leave_nothing_to_reject() -> None:
    run = ec.EvalRun.from_arrays([[0.9], [-np.inf], [0.2]], [[0], [0], []], task="multi_label")

    band = review_band(ec.Evaluation(run), precision=0.9, missed=0.1)

    assert band.reject.reasons == ("out_of_reach",)
    assert pairs(band.rejected) == [(0, 0)]
    assert pairs(band.reviewed) == [(1, 1)]


def test_without_positives_everything_is_looked_at_and_the_reason_says_why() -> None:
    run = ec.EvalRun.from_arrays([[0.9], [0.2]], [[], []], task="multi_label")

    band = review_band(ec.Evaluation(run), precision=0.9, missed=0.1)

    assert band.accept.reasons == band.reject.reasons == ("no_positives",)
    assert band.load.tolist() == [1.0]


def test_the_load_per_day_follows_volume_and_prevalence(rng: np.random.Generator) -> None:
    truth = rng.random((500, 1)) < 0.3
    run = ec.EvalRun.from_arrays(rng.normal(truth * 1.5, 1.0), truth, task="multi_label")
    band = review_band(ec.Evaluation(run), precision=0.8, missed=0.1)
    own, other = band.per_day(1_000), band.per_day(1_000, prevalence=0.05)
    positive, negative = int(truth.sum()), int((~truth).sum())
    (right, wrong), (looked, for_nothing) = pairs(band.accepted)[0], pairs(band.reviewed)[0]
    lost, _ = pairs(band.rejected)[0]

    np.testing.assert_allclose(own.reviewed, 1_000 * band.load)
    np.testing.assert_allclose(
        other.reviewed, 50 * looked / positive + 950 * for_nothing / negative
    )
    np.testing.assert_allclose(other.accepted, 50 * right / positive + 950 * wrong / negative)
    np.testing.assert_allclose(other.wrongly_accepted, 950 * wrong / negative)
    np.testing.assert_allclose(other.wrongly_rejected, 50 * lost / positive)
    np.testing.assert_allclose(other.accepted + other.reviewed + other.rejected, 1_000)


def test_promises_out_of_range_are_refused() -> None:
    evaluation = ec.Evaluation(ec.EvalRun.from_arrays([[0.9]], [[0]]))

    with pytest.raises(ec.GoalError, match="level must be above 0"):
        review_band(evaluation, precision=0, missed=0.1)
    for missed in (1, -0.1, 5, float("nan")):
        with pytest.raises(ec.GoalError, match="from 0 to below 1, got"):
            review_band(evaluation, precision=0.9, missed=missed)
    band = review_band(evaluation, precision=0.9, missed=0.1)
    with pytest.raises(ec.GoalError, match="The volume per day"):
        band.per_day(-5)
