"""What was planted in the kitchen run is found; where nothing is, nothing is found."""

from __future__ import annotations

import csv
from collections import Counter
from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pytest

import evalcore as ec
from evalcore.diagnosis.diagnose import Diagnosis, diagnose
from evalcore.diagnosis.finding import FACTS, Finding
from evalcore.truth.suspicion import suspicion

KITCHEN = Path(__file__).resolve().parents[3] / "sample_runs" / "kitchen"
RULE = ec.Rule(0.5)
INFERRED_FROM_SLICES = {"slice", "concept_slice", "cue", "pair"}


@cache
def kitchen() -> ec.EvalRun:
    return replace(ec.load_run(KITCHEN), images=None, fingerprint="")


@cache
def diagnosed() -> Diagnosis:
    return diagnose(
        ec.Evaluation(kitchen()),
        RULE,
        rng=np.random.default_rng(0),
        suspicion=suspicion(kitchen()),
    )


def first(n: int = 10) -> tuple[Finding, ...]:
    return diagnosed().findings[:n]


def only(kind: str, *concepts: str) -> Finding:
    found = [f for f in first() if f.kind == kind and set(concepts) <= set(f.concepts)]
    assert found, f"no {kind} of {concepts} among the first: {[f.headline for f in first()]}"
    return found[0]


def test_the_two_that_look_alike_are_found_with_their_inputs() -> None:
    finding = only("confused", "apple", "tomato")
    run = kitchen()
    apple, tomato = (run.position_of(name) for name in ("apple", "tomato"))
    labelled, passes = run.labels.dense(), run.scores > 0.5
    expected = [
        (passes[:, one] & ~labelled[:, one] & labelled[:, other])
        for one, other in ((apple, tomato), (tomato, apple))
    ]

    assert finding.inputs.tolist() == np.flatnonzero(expected[0] | expected[1]).tolist()
    # as sample_runs/README.md counts them
    assert "126" in finding.headline
    assert "103" in finding.headline
    assert "86" in finding.headline
    assert finding.low > 10


def test_the_shortcut_is_called_a_cue_and_named() -> None:
    finding = only("cue", "teapot")

    assert finding.subject == "surface = blue check"
    assert "124 of 131" in finding.headline
    assert "2 of 15" in finding.headline
    assert finding.inputs.size == 44 + 13
    assert (kitchen().metadata["surface"][finding.inputs[:44]] == "blue check").all()


def test_the_rare_concept_has_too_few_labels() -> None:
    finding = only("too_few", "whisk")

    assert "38 inputs" in finding.headline
    assert finding.inputs.size == 38
    assert (finding.low, finding.high) == pytest.approx((0.2138, 0.4985), abs=5e-3)


def test_the_phone_pictures_are_the_worse_slice() -> None:
    finding = next(f for f in first() if f.kind == "slice")

    assert finding.subject == "source = phone"
    assert finding.inputs.size == 536
    assert 0 < finding.low < finding.number < finding.high


def test_wrong_labels_are_among_those_to_look_at_first() -> None:
    finding = next(f for f in first() if f.kind == "label_errors")
    with (KITCHEN.parent / "_kitchen_wrong_labels.csv").open(encoding="utf-8") as file:
        wrong = {row["id"] for row in csv.DictReader(file)}
    listed = set(kitchen().ids[finding.inputs].tolist())

    # 32 of 1,600 inputs have wrong labels: 1 of 50 would be met by chance
    assert len(listed & wrong) >= 6
    assert len(listed) <= 50


def test_what_is_said_of_single_concepts_there_is_not_said_twice() -> None:
    assert not [f for f in diagnosed().findings if f.subject.endswith("source = phone")][1:]


def test_the_run_is_ok_and_biased_and_not_unstable() -> None:
    assert diagnosed().run_verdict == ("ok", "biased")


def test_findings_stand_in_the_order_of_what_they_cost() -> None:
    costs = np.array([f.mistakes for f in diagnosed().findings])
    told = costs[~np.isnan(costs)]

    assert np.isnan(costs[told.size :]).all()
    assert (np.diff(told) <= 0).all()
    assert {f.kind for f in diagnosed().findings if np.isnan(f.p_value)} <= FACTS | {
        "far_from_goal"
    }


def test_every_finding_says_what_to_do_and_points_at_inputs_of_the_run() -> None:
    for finding in diagnosed().findings:
        assert finding.headline.endswith(".")
        assert finding.action.endswith(".")
        assert finding.gain.endswith(".")
        assert finding.inputs.dtype == np.int64
        assert np.unique(finding.inputs).size == finding.inputs.size
        assert finding.inputs.size == 0 or finding.inputs.max() < kitchen().n_inputs
    keys = [finding.key for finding in diagnosed().findings]
    assert len(set(keys)) == len(keys)


def test_the_same_is_found_whatever_the_order_of_the_inputs(rng: np.random.Generator) -> None:
    order = rng.permutation(kitchen().n_inputs)
    shuffled = diagnose(ec.Evaluation(kitchen().subset(order)), RULE, rng=np.random.default_rng(0))

    before = [f for f in diagnosed().findings if f.kind != "label_errors"]

    assert [f.headline for f in shuffled.findings] == [f.headline for f in before]
    for one, other in zip(shuffled.findings, before, strict=True):
        assert np.sort(order[one.inputs]).tolist() == np.sort(other.inputs).tolist()


def test_nothing_is_inferred_of_labels_dealt_at_random() -> None:
    run, found = kitchen(), Counter[str]()
    for seed in range(10):
        rng = np.random.default_rng(seed)
        dealt = replace(run, labels=run.labels.take(rng.permutation(run.n_inputs)), fingerprint="")
        diagnosis = diagnose(
            ec.Evaluation(dealt), RULE, rng=rng, suspicion=None if seed else suspicion(dealt)
        )
        found.update(f.kind for f in diagnosis.findings)
        assert "poor" in diagnosis.run_verdict

    assert set(found) <= FACTS - {"label_errors"}


def test_nothing_is_inferred_of_columns_dealt_at_random() -> None:
    run, found = kitchen(), Counter[str]()
    for seed in range(10):
        rng = np.random.default_rng(seed)
        columns = {
            name: cells[rng.permutation(run.n_inputs)] for name, cells in run.metadata.items()
        }
        folds = run.folds[rng.permutation(run.n_inputs)] if run.folds is not None else None
        dealt = replace(run, metadata=columns, folds=folds, fingerprint="")
        diagnosis = diagnose(ec.Evaluation(dealt), RULE, rng=rng)
        found.update(f.kind for f in diagnosis.findings)
        found["unstable"] += "unstable" in diagnosis.run_verdict

    assert found["unstable"] <= 1  # ten runs at a false discovery rate of 0.01
    assert sum(found[kind] for kind in INFERRED_FROM_SLICES) == 0


def test_a_run_of_one_input_is_diagnosed() -> None:
    run = ec.EvalRun.from_arrays([[0.9]], [[0]], concepts=["dog"], task="multi_label")
    diagnosis = diagnose(ec.Evaluation(run), RULE, rng=np.random.default_rng(0))

    assert diagnosis.run_verdict == ("too_few",)
    assert {f.kind for f in diagnosis.findings} == {"too_few", "open_set"}
