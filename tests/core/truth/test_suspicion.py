"""Suspicion: planted errors stand in front, and the blocks are those of one plain pass."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest
from sklearn.metrics import average_precision_score

import evalcore as ec
from evalcore.base.jobs import watching
from evalcore.errors import CancelledError
from evalcore.truth import neighbours
from evalcore.truth import suspicion as module
from evalcore.truth.suspicion import Suspicion, suspicion

SAMPLES = Path(__file__).resolve().parents[3] / "sample_runs"


def softmax(x: np.ndarray) -> np.ndarray:
    e = np.exp(x - x.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


def swapped_run(
    n: int = 3_000, k: int = 6, *, share: float = 0.08, dtype: object = np.float32
) -> tuple[ec.EvalRun, np.ndarray]:
    """A skewed single-label run of a fair classifier, with known wrong labels."""
    rng = np.random.default_rng(4)
    truth = rng.choice(k, size=n, p=np.arange(1, k + 1) / (k * (k + 1) / 2))
    margin = rng.normal(4, 1.5, size=n)
    scores = rng.normal(size=(n, k))
    scores[np.arange(n), truth] += margin
    wrong = rng.random(n) < share
    given = np.where(wrong, (truth + rng.integers(1, k, size=n)) % k, truth)
    run = ec.EvalRun.from_arrays(
        softmax(scores).astype(dtype), given.tolist(), concepts=[f"c{j}" for j in range(k)]
    )
    return run, wrong


def kitchen() -> tuple[ec.EvalRun, np.ndarray]:
    """The sample run, and which of its pairs are labelled wrongly on purpose."""
    run = ec.load_run(SAMPLES / "kitchen")
    wrong = np.zeros(run.scores.shape, dtype=bool)
    row_of = {name: i for i, name in enumerate(run.ids.tolist())}
    with (SAMPLES / "_kitchen_wrong_labels.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            delivered, true = (
                {name for name in row[column].split("|") if name}
                for column in ("labels_as_delivered", "labels_true")
            )
            for name in delivered ^ true:
                wrong[row_of[row["id"]], run.position_of(name)] = True
    return run, wrong


def test_wrong_labels_of_one_label_per_input_stand_in_front() -> None:
    run, wrong = swapped_run()
    found = suspicion(run)

    assert average_precision_score(wrong, found.of_inputs) > 0.9


def test_the_rival_is_mostly_what_the_input_really_shows() -> None:
    run, wrong = swapped_run()
    found = suspicion(run)
    front = found.ranked(most=100)

    assert (found.of_inputs[front[:, 0]] == np.sort(found.of_inputs)[::-1][:100]).all()
    top = run.scores.argmax(axis=1)
    assert np.mean(top[front[:, 0]] == front[:, 1]) > 0.8
    assert wrong[front[:, 0]].mean() > 0.9


def test_the_planted_errors_of_the_kitchen_stand_in_front() -> None:
    run, wrong = kitchen()
    found = suspicion(run)
    front = found.ranked(most=50)

    assert found.of_pairs is not None
    precision = wrong[front[:, 0], front[:, 1]].mean()
    assert precision > 10 * wrong.mean()
    assert average_precision_score(wrong.ravel(), found.of_pairs.ravel()) > 0.12
    assert average_precision_score(wrong.any(axis=1), found.of_inputs) > 0.16


@pytest.mark.parametrize("dtype", [np.float16, np.float64])
def test_every_precision_gives_nearly_the_same_ranking(dtype: object) -> None:
    (one, wrong), (other, _) = swapped_run(), swapped_run(dtype=dtype)
    first, second = (
        average_precision_score(wrong, suspicion(run).of_inputs) for run in (one, other)
    )
    assert first == pytest.approx(second, abs=0.01)


@pytest.mark.parametrize("task", ["single_label", "multi_label"])
def test_blocks_of_another_size_give_the_same(task: str, monkeypatch: pytest.MonkeyPatch) -> None:
    run = swapped_run(700)[0] if task == "single_label" else kitchen()[0]
    whole = suspicion(run)
    monkeypatch.setattr(module, "BLOCK", 37)
    parts = suspicion(run)

    np.testing.assert_allclose(whole.of_inputs, parts.of_inputs, atol=1e-3)


def test_an_input_is_not_its_own_neighbour() -> None:
    """Its own label would speak for itself."""
    features = np.zeros((3, 1))
    table = np.eye(3)
    found = neighbours.Neighbours.of(features, table, rows=np.arange(3), n_inputs=3)

    assert np.diag(found.sums(features, start=0)).tolist() == [0, 0, 0]


def odd_run(task: str, *, scale: float = 1.0) -> ec.EvalRun:
    rng = np.random.default_rng(2)
    scores = scale * rng.normal(size=(60, 4))
    scores = scores if scale > 1 else softmax(scores)
    scores[rng.random(scores.shape) < 0.2] = -np.inf
    if task == "single_label":
        labels = [None if i % 5 == 0 else int(rng.integers(4)) for i in range(60)]
        return ec.EvalRun.from_arrays(scores, labels, concepts=list("abcd"), task="single_label")
    known = rng.random(scores.shape) < 0.8
    return ec.EvalRun.from_arrays(
        scores, (rng.random(scores.shape) < 0.3) & known, known=known, task="multi_label"
    )


@pytest.mark.parametrize("task", ["single_label", "multi_label"])
@pytest.mark.parametrize("scale", [1.0, 5.0])
def test_what_has_no_label_has_no_suspicion_and_the_rest_has_one(task: str, scale: float) -> None:
    run = odd_run(task, scale=scale)
    found = suspicion(run)

    if found.of_pairs is None:
        assert np.isnan(found.of_inputs).nonzero()[0].tolist() == list(range(0, 60, 5))
        assert (found.rival[::5] == -1).all()
        return
    assert run.labels.known is not None
    assert (np.isnan(found.of_pairs) == ~run.labels.known).all()
    assert np.isfinite(found.of_pairs[run.labels.known]).all()


@pytest.mark.parametrize(
    "run",
    [
        ec.EvalRun.from_arrays([[0.5]], [[0]], concepts=["a"]),
        ec.EvalRun.from_arrays([[0.5, 0.5]], [None], concepts=["a", "b"], task="single_label"),
        ec.EvalRun.from_arrays([[0.5, 0.5]] * 2, [[0], []], task="multi_label"),
    ],
)
def test_tiny_runs_are_no_trouble(run: ec.EvalRun) -> None:
    assert isinstance(suspicion(run), Suspicion)


def test_what_people_agree_on_leaves_the_ranking_and_the_rest_keeps_its_order() -> None:
    run, _ = kitchen()
    found = suspicion(run)
    everything = found.ranked(most=10**9)
    agreed = everything[[0, 2, 3, 700]]
    left = found.without(agreed, labels=run.labels)

    gone = {*map(tuple, agreed.tolist())}
    assert left.ranked(most=10**9).tolist() == [
        pair for pair in everything.tolist() if tuple(pair) not in gone
    ]
    assert (left.n_left_out, found.n_left_out) == (4, 0)
    assert found.ranked(most=10**9).tolist() == everything.tolist()


def test_an_input_leaves_the_ranking_when_its_label_or_the_rival_is_agreed_on() -> None:
    run, _ = swapped_run(700)
    found = suspicion(run)
    (first, rival), (second, _), (third, other) = found.ranked(most=3).tolist()
    own = int(run.labels.of_input(second)[0])
    third_one = next(
        j for j in range(run.n_concepts) if j not in {other, int(run.labels.of_input(third)[0])}
    )
    agreed = np.array([(first, rival), (second, own), (third, third_one)])
    left = found.without(agreed, labels=run.labels)

    assert left.ranked(most=1)[0].tolist() == [third, other]
    assert left.n_left_out == 2


@pytest.mark.parametrize("most", [1, 7, 500, 10**9])
def test_the_front_of_all_pairs_is_that_of_a_plain_sort(most: int) -> None:
    found = suspicion(kitchen()[0])
    assert found.of_pairs is not None
    front = found.ranked(most=most)

    values = found.of_pairs[front[:, 0], front[:, 1]]
    assert values.tolist() == np.sort(found.of_pairs, axis=None)[::-1][:most].tolist()
    assert len({*map(tuple, front.tolist())}) == len(front)


def test_the_pairs_of_one_concept_are_ranked_alone() -> None:
    run, _ = kitchen()
    found = suspicion(run)
    concept = 3
    ranked = found.ranked(most=20, concept=concept)
    values = found.of_concept(run.labels, concept)

    assert (ranked[:, 1] == concept).all()
    assert values[ranked[:, 0]].tolist() == np.sort(values)[::-1][:20].tolist()


def test_it_says_how_far_it_is_and_can_be_stopped() -> None:
    run, _ = kitchen()
    seen: list[float] = []
    with watching(seen.append):
        suspicion(run)
    assert seen == sorted(seen)
    assert seen[-1] == 1

    def stop(share: float) -> None:
        if share > 0.5:
            raise CancelledError("enough")

    with watching(stop), pytest.raises(CancelledError):
        suspicion(run)
