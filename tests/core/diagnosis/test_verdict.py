"""Verdicts: by the ends of intervals, and against chance."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats
from sklearn.metrics import average_precision_score

import evalcore as ec
from evalcore.diagnosis.verdict import VerdictRules, grade, run_verdict


def run_of(
    n: int, *, shift: float, n_concepts: int = 1, seed: int = 0, share: float = 0.4
) -> ec.EvalRun:
    rng = np.random.default_rng(seed)
    labelled = rng.random((n, n_concepts)) < share
    scores = rng.normal(0, 1, labelled.shape) + shift * labelled
    return ec.EvalRun.from_arrays(
        scores, labelled, task="multi_label", folds=rng.integers(0, 4, n).tolist()
    )


@pytest.mark.parametrize(
    ("n", "shift", "expected"),
    [(2_000, 4.0, "great"), (2_000, 1.8, "ok"), (2_000, 0.3, "poor"), (12, 4.0, "too_few")],
)
def test_a_concept_is_judged_by_the_near_end(n: int, shift: float, expected: str) -> None:
    assert grade(ec.Evaluation(run_of(n, shift=shift))).grades == (expected,)


def test_rules_can_be_set() -> None:
    evaluation = ec.Evaluation(run_of(2_000, shift=1.8))

    assert grade(evaluation, rules=VerdictRules(great_auc=0.7, great_lift=0.2)).grades == ("great",)


def test_lift_is_the_way_from_the_prevalence_to_one() -> None:
    run = ec.EvalRun.from_arrays(
        run_of(300, shift=1.0).scores, run_of(300, shift=1.0).labels.dense(), task="multi_label"
    )
    labelled = run.labels.dense()[:, 0]
    expected = average_precision_score(labelled, run.scores[:, 0])

    found = grade(ec.Evaluation(run))

    assert found.lift[0] == pytest.approx((expected - labelled.mean()) / (1 - labelled.mean()))
    assert found.lift_low[0] < found.lift[0] < found.lift_high[0]


def test_intervals_of_the_lift_cover() -> None:
    true = grade(ec.Evaluation(run_of(200_000, shift=1.5, seed=99))).lift[0]
    found = [grade(ec.Evaluation(run_of(300, shift=1.5, seed=k, n_concepts=5))) for k in range(20)]
    covered = [
        (low <= true) & (true <= high)
        for one in found
        for low, high in zip(one.lift_low, one.lift_high, strict=True)
    ]

    assert np.mean(covered) >= 0.9


def test_a_run_is_good_when_its_concepts_are() -> None:
    assert run_verdict(grade(ec.Evaluation(run_of(2_000, shift=4.0, n_concepts=3))), []) == (
        "good",
    )


def test_splits_that_differ_make_a_run_unstable() -> None:
    run = run_of(1_200, shift=1.5)
    assert run.folds is not None
    worse = np.where((run.folds == 0)[:, None], np.random.default_rng(1).normal(size=(1_200, 1)), 0)
    broken = ec.EvalRun.from_arrays(
        run.scores + 3 * worse, run.labels.dense(), task="multi_label", folds=run.folds.tolist()
    )

    assert not grade(ec.Evaluation(run)).differs_by_split.any()
    assert grade(ec.Evaluation(broken)).differs_by_split.all()
    assert "unstable" in run_verdict(grade(ec.Evaluation(broken)), [])


def test_splits_by_chance_seldom_differ() -> None:
    differ = [
        grade(ec.Evaluation(run_of(400, shift=2.5, seed=k, n_concepts=10))).differs_by_split.sum()
        for k in range(20)
    ]

    # 200 concepts at a false discovery rate of 0.01
    assert sum(differ) <= stats.binom.ppf(0.999, 200, 0.01)


def test_scores_without_any_order_have_no_skill() -> None:
    assert not grade(ec.Evaluation(run_of(2_000, shift=0.0))).has_skill.any()
    assert grade(ec.Evaluation(run_of(2_000, shift=0.5))).has_skill.all()
