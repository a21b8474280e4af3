"""Matched operating points: against a slow look at every threshold."""

from __future__ import annotations

import math

import numpy as np
import pytest

import evalcore as ec
from evalcore.comparison.operating_points import MATCHED_BY, Costs, MatchedBy, match_rule
from evalcore.comparison.pairing import pair_concepts

COSTS = Costs(fp=1.0, fn=3.0)


def random_run(rng: np.random.Generator, *, n: int = 60, skill: float = 0.3) -> ec.EvalRun:
    labelled = rng.random((n, 3)) < 0.35
    scores = np.round(rng.random((n, 3)) * 0.7 + skill * labelled, 2).astype(np.float32)
    return ec.EvalRun.from_arrays(scores, labelled, concepts=["a", "b", "c"], task="multi_label")


def number(by: MatchedBy, counts: ec.Counts, k: int | None) -> float:
    """The number that is matched, from counts of one concept, or of all for None."""
    tp, fp, fn, tn = (
        (part.sum() if k is None else part[k])
        for part in (counts.tp, counts.fp, counts.fn, counts.tn)
    )
    n = tp + fp + fn + tn
    return {
        "precision": tp / (tp + fp) if tp + fp else math.nan,
        "recall": tp / (tp + fn) if tp + fn else math.nan,
        "predicted": (tp + fp) / n,
        "cost": (COSTS.fp * fp + COSTS.fn * fn) / n,
    }[by]


@pytest.mark.parametrize("by", MATCHED_BY)
@pytest.mark.parametrize("operator", [">", ">="])
@pytest.mark.parametrize("common", [False, True])
def test_no_threshold_serves_better_than_the_one_found(
    *, by: MatchedBy, operator: str, common: bool, rng: np.random.Generator
) -> None:
    left, right = (ec.Evaluation(random_run(rng, skill=skill)) for skill in (0.25, 0.4))
    rule = ec.Rule(0.55, operator=operator)  # type: ignore[arg-type]
    pairs = pair_concepts(left.run.concepts, right.run.concepts)

    matched = match_rule(
        (left, rule), (right, rule), concepts=pairs, by=by, common=common, costs=COSTS
    )

    for k in [None] if common else range(3):
        wanted = number(by, left.counts(rule), k)
        grid = [
            right.counts(ec.Rule(t, operator=operator))  # type: ignore[arg-type]
            for t in np.arange(-0.005, 1.2, 0.005)
        ]
        keeps = [
            counts
            for counts in grid
            if (number(by, counts, k) >= wanted if by in {"precision", "recall"} else
                number(by, counts, k) <= wanted + 1e-12)
        ]  # fmt: skip
        tps = [counts.tp.sum() if k is None else counts.tp[k] for counts in keeps]
        found = right.counts(matched.rule)
        tp = found.tp.sum() if k is None else found.tp[k]
        assert matched.reasons[k or 0] == ""
        assert matched.wanted[k or 0] == pytest.approx(wanted)
        assert matched.reached[k or 0] == pytest.approx(number(by, found, k))
        # recall: the fewest that reach it; else the most
        assert tp == (min(tps) if by == "recall" else max(tps))


def test_only_the_top_concept_counts_under_top(rng: np.random.Generator) -> None:
    run = ec.Evaluation(random_run(rng))
    rule = ec.Rule(0.4, mode="top")
    pairs = pair_concepts(run.run.concepts, run.run.concepts)

    for by in MATCHED_BY:
        matched = match_rule((run, rule), (run, rule), concepts=pairs, by=by)
        assert run.counts(matched.rule).tp.tolist() == run.counts(rule).tp.tolist()
        assert matched.rule.mode == "top"


def test_what_cannot_be_matched_says_why_and_keeps_its_threshold() -> None:
    left = ec.EvalRun.from_arrays(
        [[0.9, 0.9, 0.2, 0.9], [0.1, 0.8, 0.1, 0.2]],
        [[0, 1, 3], [1]],
        concepts=["none here", "poor here", "silent", "fine"],
        task="multi_label",
    )
    right = ec.EvalRun.from_arrays(
        [[0.9, 0.1, 0.9, 0.7], [0.1, 0.9, 0.2, 0.1]],
        [[1, 3], [2]],
        concepts=["none here", "poor here", "silent", "fine"],
        task="multi_label",
    )
    rule = ec.Rule({"poor here": 0.3}, default=0.5)
    evaluations = ec.Evaluation(left), ec.Evaluation(right)
    pairs = pair_concepts(left.concepts, right.concepts)

    matched = match_rule(
        (evaluations[0], ec.Rule(0.5)), (evaluations[1], rule), concepts=pairs, by="precision"
    )

    assert matched.reasons == ("nothing_labelled", "out_of_reach", "undefined", "")
    assert matched.rule.threshold_of("poor here") == 0.3
    assert matched.rule.threshold_of("silent") == 0.5
    assert np.isnan(matched.reached[:3]).all()


def test_concepts_of_one_side_alone_keep_their_thresholds(rng: np.random.Generator) -> None:
    left = ec.Evaluation(random_run(rng))
    other = random_run(rng)
    right = ec.Evaluation(
        ec.EvalRun.from_arrays(other.scores, other.labels.dense(), concepts=["b", "x", "y"])
    )
    rule = ec.Rule({"x": 0.31}, default=0.6)

    matched = match_rule(
        (left, ec.Rule(0.5)),
        (right, rule),
        concepts=pair_concepts(left.run.concepts, right.run.concepts),
        by="recall",
        common=True,
    )

    assert matched.names == ("b",)
    assert matched.rule.threshold_of("x") == 0.31
    assert matched.rule.threshold_of("y") == 0.6
