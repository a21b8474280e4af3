"""The agreed truth laid over a run: counts follow it exactly, and the original stays."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import evalcore as ec
from evalcore.truth.agreed import Outcome, Verdict
from evalcore.truth.overlay import AgreedTruth, lay_over
from evalcore.truth.relabelled import relabelled
from evalcore.truth.votes import Pair
from tests.support.cases import Case, random_case, random_rule

OUTCOMES: tuple[Outcome, ...] = ("yes", "no", "unknown", "disputed", "open")


def verdicts(run: ec.EvalRun, said: dict[tuple[int, int], Outcome]) -> dict[Pair, Verdict]:
    return {
        Pair(str(run.ids[i]), run.concepts[j]): Verdict(outcome=outcome)
        for (i, j), outcome in said.items()
    }


def random_verdicts(run: ec.EvalRun, rng: np.random.Generator) -> dict[Pair, Verdict]:
    places = np.argwhere(rng.random(run.scores.shape) < 0.3)
    return verdicts(
        run, {(int(i), int(j)): OUTCOMES[int(rng.integers(5))] for i, j in places.tolist()}
    )


def dense(labels: ec.Labels) -> list[list[str]]:
    known = labels.known if labels.known is not None else np.ones(labels.dense().shape, dtype=bool)
    state = np.where(labels.dense(), "yes", np.where(known, "no", "unknown"))
    return state.tolist()


def laid(case: Case, said: dict[tuple[int, int], Outcome]) -> tuple[list[list[str]], AgreedTruth]:
    truth = lay_over(case.run, verdicts(case.run, said))
    return dense(truth.labels), truth


def test_only_what_is_agreed_changes_and_the_run_as_delivered_stays(small_case: Case) -> None:
    before = dense(small_case.run.labels)
    said: dict[tuple[int, int], Outcome] = {
        (0, 0): "no",
        (1, 1): "disputed",
        (2, 2): "unknown",
        (3, 0): "open",
        (3, 2): "yes",
    }
    now, truth = laid(small_case, said)

    assert (now[0][0], now[2][2]) == ("no", "unknown")
    assert truth.decided.tolist() == [[0, 0], [2, 2], [3, 2]]
    assert [row[1:2] for row in now] == [row[1:2] for row in before]
    assert [(c.pair, c.original, c.agreed) for c in truth.changes] == [
        (Pair("0", "dog"), "yes", "no"),
        (Pair("2", "bird"), "no", "unknown"),
    ]
    assert truth.disputed.tolist() == [[1, 1]]
    assert (truth.n_voted, truth.n_open, truth.n_elsewhere) == (5, 1, 0)
    assert dense(small_case.run.labels) == before


def test_with_one_label_per_input_an_agreed_concept_takes_its_place(small_case: Case) -> None:
    now, truth = laid(small_case, {(0, 1): "yes"})

    assert now[0] == ["no", "yes", "no"]
    assert [(c.concept, c.agreed, c.implied) for c in truth.changes] == [
        (0, "no", True),
        (1, "yes", False),
    ]


def test_two_agreed_concepts_of_one_input_are_a_dispute(small_case: Case) -> None:
    now, truth = laid(small_case, {(0, 1): "yes", (0, 2): "yes"})

    assert now == dense(small_case.run.labels)
    assert truth.disputed.tolist() == [[0, 1], [0, 2]]


def test_a_label_that_an_agreed_concept_replaces_is_disputed_no_more(small_case: Case) -> None:
    now, truth = laid(small_case, {(0, 0): "disputed", (0, 1): "yes"})

    assert now[0] == ["no", "yes", "no"]
    assert truth.disputed.tolist() == []


def test_verdicts_on_other_inputs_are_counted_and_left_out(small_case: Case) -> None:
    truth = lay_over(small_case.run, {Pair("not here", "dog"): Verdict(outcome="yes")})

    assert truth.labels is small_case.run.labels
    assert (truth.n_voted, truth.n_elsewhere) == (0, 1)


def test_a_pair_that_was_unknown_becomes_known() -> None:
    run = ec.EvalRun.from_arrays([[0.9, 0.1]], [[0]], known=[[True, False]], task="multi_label")
    truth = lay_over(run, verdicts(run, {(0, 1): "no"}))

    assert [(c.original, c.agreed) for c in truth.changes] == [("unknown", "no")]
    assert truth.labels.known is None


def test_one_digest_for_one_truth_whatever_the_order_of_the_run(small_case: Case) -> None:
    said: dict[tuple[int, int], Outcome] = {(0, 0): "no", (3, 2): "unknown"}
    given = verdicts(small_case.run, said)
    turned = small_case.run.subset(np.array([3, 1, 0, 2]))

    assert lay_over(turned, given).digest == lay_over(small_case.run, given).digest
    assert lay_over(small_case.run, {}).digest != lay_over(small_case.run, given).digest


def same(one: Any, other: Any) -> None:
    np.testing.assert_array_equal(one, other)


@pytest.mark.parametrize("seed", range(60))
def test_the_index_that_follows_the_labels_is_the_one_built_anew(
    seed: int,
) -> None:
    rng = np.random.default_rng(seed)
    case = random_case(rng)
    truth = lay_over(case.run, random_verdicts(case.run, rng))
    again = lay_over(case.run, random_verdicts(case.run, rng))
    # one truth after another, as votes come in
    followed = relabelled(relabelled(case.evaluation, truth.labels), again.labels)
    run = ec.EvalRun.from_arrays(
        case.run.scores,
        again.labels.dense(),
        known=again.labels.known,
        concepts=case.concepts,
        folds=case.folds,
        task=case.run.task,
    )
    anew = ec.Evaluation(run)

    same(followed.roc_auc(), anew.roc_auc())
    same(followed.average_precision(), anew.average_precision())
    same(followed.mean_scores(), anew.mean_scores())
    assert followed.score_range == anew.score_range
    for _ in range(4):
        rule = random_rule(rng, case.concepts)
        for name in ("tp", "fp", "fn", "tn"):
            same(getattr(followed.counts(rule), name), getattr(anew.counts(rule), name))
        same(followed.matrix(rule).counts, anew.matrix(rule).counts)
        same(followed.also_labelled(rule), anew.also_labelled(rule))
        same(followed.unknown_labels(rule), anew.unknown_labels(rule))
        for outcome in ("TP", "FP", "FN", "TN"):
            selection = ec.Outcome(case.concepts[0], outcome)
            same(followed.members(rule, selection), anew.members(rule, selection))


def test_a_run_with_other_labels_has_a_fingerprint_of_its_own(small_case: Case) -> None:
    run = small_case.run
    labels = lay_over(run, verdicts(run, {(0, 0): "no"})).labels
    changed = run.with_labels(labels)

    assert changed.fingerprint != run.fingerprint
    assert changed.fingerprint == run.with_labels(labels).fingerprint
    assert changed.scores is run.scores
    assert run.labels is not labels


def test_labels_of_another_shape_or_against_the_task_are_refused(small_case: Case) -> None:
    two = np.zeros((4, 3), dtype=bool)
    two[0, :2] = True
    for labels, words in (
        (ec.Labels.from_dense(two), "two labels"),
        (ec.Labels.from_dense(two[:, :2]), "shape"),
    ):
        with pytest.raises(ec.RunError, match=words):
            small_case.run.with_labels(labels)
