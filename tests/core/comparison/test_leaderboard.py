"""Versions against each other: scikit-learn's measures, and marks that chance seldom earns."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.metrics import average_precision_score, f1_score, roc_auc_score

import evalcore as ec
from evalcore.comparison.leaderboard import MEASURES, Column, leaderboard


def runs_of(
    rng: np.random.Generator, *, lifts: tuple[float, ...], n: int = 300, n_concepts: int = 3
) -> tuple[np.ndarray, list[ec.EvalRun]]:
    labelled = rng.random((n, n_concepts)) < 0.35
    common = rng.normal(0, 1, labelled.shape)
    names = [f"c{j}" for j in range(n_concepts)]
    runs = [
        ec.EvalRun.from_arrays(
            common + rng.normal(0, 0.6, labelled.shape) + lift * labelled,
            labelled,
            concepts=names,
            task="multi_label",
        )
        for lift in lifts
    ]
    return labelled, runs


def test_every_measure_is_the_textbooks(rng: np.random.Generator) -> None:
    labelled, (run,) = runs_of(rng, lifts=(1.5,))
    scores = np.asarray(run.scores)
    columns = [Column(measure=m, of=of) for m in MEASURES for of in ("macro", "micro", "=c1")]
    found = dict(zip(columns, leaderboard([run], columns).measured[0], strict=True))

    def told(measure: str, of: str) -> float:
        return found[Column(measure=measure, of=of)]  # type: ignore[arg-type]

    for measure, oracle in (
        ("roc_auc", roc_auc_score),
        ("average_precision", average_precision_score),
    ):
        each = [oracle(labelled[:, j], scores[:, j]) for j in range(3)]
        assert told(measure, "macro") == pytest.approx(np.mean(each))
        assert told(measure, "=c1") == pytest.approx(each[1])
        assert told(measure, "micro") == pytest.approx(oracle(labelled.ravel(), scores.ravel()))
    thresholds = np.unique(scores[:, 1])
    assert told("best_f1", "=c1") == pytest.approx(
        max(f1_score(labelled[:, 1], scores[:, 1] >= t) for t in thresholds)
    )
    precise = []
    for t in thresholds:
        taken = scores[:, 1] >= t
        if (taken & labelled[:, 1]).sum() >= 0.9 * labelled[:, 1].sum():
            precise.append((taken & labelled[:, 1]).sum() / taken.sum())
    assert told("precision_at_recall", "=c1") == pytest.approx(max(precise))


def test_a_run_is_measured_as_on_every_other_page(rng: np.random.Generator) -> None:
    labelled, (run,) = runs_of(rng, lifts=(1.0,), n=120)
    split = ec.EvalRun.from_arrays(
        np.asarray(run.scores), labelled, concepts=run.concepts, task="multi_label",
        folds=[f"f{k % 3}" for k in range(120)],
    )  # fmt: skip
    found = leaderboard([split], [Column(measure="roc_auc"), Column(measure="average_precision")])
    evaluation = ec.Evaluation(split)

    expected = [evaluation.roc_auc(), evaluation.average_precision()]
    assert found.measured[0].tolist() == [ec.mean_of(values).value for values in expected]


def test_what_is_much_better_is_marked_and_only_that() -> None:
    rng = np.random.default_rng(5)
    _, runs = runs_of(rng, lifts=(1.0, 1.0, 2.5))
    columns = [Column(measure=measure) for measure in MEASURES]
    found = leaderboard(runs, columns)

    assert found.was_told
    assert found.is_best[:2].sum() == 0
    assert found.is_best[2].all()


def test_equal_models_are_seldom_told_apart() -> None:
    columns = [Column(measure="roc_auc"), Column(measure="best_f1")]
    marked = np.zeros(2)
    for seed in range(40):
        _, runs = runs_of(np.random.default_rng(seed), lifts=(1.0, 1.0), n=200, n_concepts=2)
        marked += leaderboard(runs, columns).is_best.any(axis=0)

    # at 95 % confidence two of forty are expected; more than seven would be one in two hundred
    assert (marked <= 7).all()


def test_a_concept_that_a_run_has_not_is_undefined_and_one_run_is_never_best() -> None:
    run = ec.EvalRun.from_arrays([[0.9], [0.1]], [[0], []], concepts=["dog"])
    found = leaderboard([run], [Column(measure="roc_auc", of="=cat"), Column(measure="roc_auc")])

    assert np.isnan(found.measured[0, 0])
    assert found.measured[0, 1] == 1.0
    assert not found.is_best.any()
