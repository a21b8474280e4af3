"""The board computes nothing twice that it can say twice."""

from __future__ import annotations

from typing import Any, Literal

import numpy as np
import pytest

import evalcore as ec
from evalcore import wording
from evalcore.truth.disputes import OpenDisputes, band, with_roc_auc
from pages._ui.concept.live_numbers import concept_board_at
from pages._ui.evaluate.live_numbers import board, board_at
from pages._ui.server.live import Asked
from pages._ui.session.view import Link
from tests.support.cases import random_case


@pytest.mark.parametrize(("panel", "expected"), [("flips", 1), ("summary", 0)])
def test_what_flips_is_counted_once_for_the_table_and_its_sentence(
    monkeypatch: pytest.MonkeyPatch, panel: Literal["flips", "summary"], expected: int
) -> None:
    case = random_case(np.random.default_rng(3))
    view = Link(rule=ec.Rule(0.3), pinned=ec.Rule(0.6), panel=panel).complete(case.run)
    counted: list[ec.Flips] = []
    plain = ec.Evaluation.flips

    def flips(evaluation: ec.Evaluation, *rules: Any) -> ec.Flips:
        counted.append(plain(evaluation, *rules))
        return counted[-1]

    monkeypatch.setattr(ec.Evaluation, "flips", flips)
    shown = board(case.evaluation, view, shown=np.arange(case.n_concepts))
    assert len(counted) == expected
    assert (shown["flips"] is not None) == (panel == "flips")


def test_while_a_threshold_is_dragged_the_bands_of_open_disputes_follow() -> None:
    case = random_case(np.random.default_rng(5), n_inputs=30, n_concepts=4, task="multi_label")
    view = Link(rule=ec.Rule(0.3), pinned=ec.Rule(0.6)).complete(case.run)
    evaluation, shown = case.evaluation, np.arange(4)
    asked = np.array([[3, 0], [7, 1], [9, 1]])
    disputes = with_roc_auc(evaluation, OpenDisputes.of(evaluation, asked, settled=asked[:0, 0]))
    told = board_at(view, shown=shown, disputes=disputes)(evaluation, Asked(threshold="0.5"))[
        "dial"
    ]
    spans = band(disputes, evaluation, ec.Rule(0.5))
    bands = {one["label"]: one["band"] for one in told["highlights"]}
    for averaging in ("macro", "micro"):
        for metric, name in (("precision", "precision"), ("recall", "recall"), ("f1", "F1")):
            span = spans.average(metric, averaging=averaging)
            assert bands[f"{averaging} {name}"] == span.in_words()
    matches = spans.accuracy(evaluation.accuracy(ec.Rule(0.5)))
    assert matches is not None
    assert bands["exact match"] == matches.in_words()
    assert disputes.roc_auc is not None
    assert bands["run ROC AUC"] == disputes.roc_auc.in_words()
    assert told["disputes"] == "From the worst to the best outcome while 3 disputes are open."

    without = board_at(view, shown=shown)(evaluation, Asked(threshold="0.5"))["dial"]
    assert {one["band"] for one in without["highlights"]} == {""}


def test_the_bands_of_a_concept_follow_its_own_threshold() -> None:
    case = random_case(np.random.default_rng(5), n_inputs=30, n_concepts=4, task="multi_label")
    view = Link(rule=ec.Rule(0.3), pinned=ec.Rule(0.6)).complete(case.run)
    asked = np.array([[3, 0], [7, 0], [9, 1]])
    disputes = OpenDisputes.of(case.evaluation, asked, settled=asked[:0, 0])
    concept = case.concepts[0]
    told = concept_board_at(view, concept, disputes=disputes)(
        case.evaluation, Asked(threshold="0.5")
    )["dial"]
    spans = band(disputes, case.evaluation, ec.Rule({concept: 0.5}, default=0.3))
    bands = {one["label"]: one["band"] for one in told["highlights"]}
    assert bands["precision"] == spans.concept("precision", 0).in_words()
    assert bands["recall"] == spans.concept("recall", 0).in_words()
    assert bands["labelled"] == ""


def test_on_the_difference_a_concept_tells_what_the_agreement_changes_at_the_rule_that_is_set() -> (
    None
):
    case = random_case(np.random.default_rng(5), n_inputs=30, n_concepts=4, task="multi_label")
    view = Link(rule=ec.Rule(0.3), pinned=ec.Rule(0.6)).complete(case.run)
    turned = case.run.with_labels(ec.Labels.from_dense(~case.run.labels.dense()))
    agreed, concept = ec.Evaluation(turned), case.concepts[0]
    answer = concept_board_at(view, concept, against=case.evaluation)(
        agreed, Asked(threshold="0.5")
    )
    shown = {one["label"]: one for one in answer["dial"]["highlights"]}
    rule = ec.Rule({concept: 0.5}, default=0.3)
    now, then = (one.counts(rule).labelled[0] for one in (agreed, case.evaluation))
    assert shown["labelled"]["value"] == f"{now}"
    assert shown["labelled"]["delta"] == wording.signed_count(int(now - then))
    precision = [float(ec.METRICS["precision"](one.counts(rule))[0]) for one in
                 (case.evaluation, agreed)]  # fmt: skip
    assert shown["precision"]["delta"] == wording.change(*precision)
