"""The kept ranking: the very one that was made, for these labels alone, whatever happened to it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import evalcore as ec
from evalcore.prepared import array_folder, array_writer, entries
from evalcore.runs.parts import joined
from evalcore.truth import kept_suspicion as module
from evalcore.truth.kept_suspicion import kept_suspicion
from evalcore.truth.suspicion import Suspicion, suspicion
from tests.core.truth.test_suspicion import odd_run

TASKS = ("single_label", "multi_label")


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> list[ec.EvalRun]:
    """The runs that were ranked, in place of being read from the cache."""
    ranked: list[ec.EvalRun] = []

    def counted(run: ec.EvalRun) -> Suspicion:
        ranked.append(run)
        return suspicion(run)

    monkeypatch.setattr(module, "suspicion", counted)
    return ranked


def kept(run: ec.EvalRun, cache: Path) -> Suspicion:
    return kept_suspicion(run, cache=cache, least_inputs=1)


def assert_same(one: Suspicion, other: Suspicion) -> None:
    np.testing.assert_array_equal(one.of_inputs, other.of_inputs)
    np.testing.assert_array_equal(one.rival, other.rival)
    assert (one.of_pairs is None) == (other.of_pairs is None)
    if one.of_pairs is not None and other.of_pairs is not None:
        np.testing.assert_array_equal(one.of_pairs, other.of_pairs)
    np.testing.assert_array_equal(one.ranked(most=20), other.ranked(most=20))


@pytest.mark.parametrize("task", TASKS)
def test_a_ranking_is_made_once_and_read_after_that(
    task: str, tmp_path: Path, made: list[ec.EvalRun]
) -> None:
    run = odd_run(task)
    for _ in range(3):
        assert_same(kept(run, tmp_path), suspicion(run))
    assert made == [run]


def test_other_labels_other_scores_and_parts_of_the_run_have_rankings_of_their_own(
    tmp_path: Path, made: list[ec.EvalRun]
) -> None:
    run = odd_run("multi_label")
    labels = ec.Labels(n_inputs=60, n_concepts=4, pairs=np.array([[0, 0], [1, 2]]))
    others = [
        run.subset(np.arange(30)),
        odd_run("multi_label", scale=5.0),
        ec.EvalRun.from_arrays(run.scores, labels.dense(), task="multi_label"),
    ]
    for one in (run, *others, run, *others):
        assert_same(kept(one, tmp_path), suspicion(one))
    assert made == [run, *others]


def test_labels_laid_over_a_run_leave_nothing_behind(
    tmp_path: Path, made: list[ec.EvalRun]
) -> None:
    run = odd_run("multi_label")
    agreed = run.with_labels(ec.Labels(n_inputs=60, n_concepts=4, pairs=np.array([[0, 0]])))
    for _ in range(2):
        assert_same(kept(agreed, tmp_path), suspicion(agreed))
    assert made == [agreed, agreed]
    assert not list(tmp_path.iterdir())


def test_small_runs_are_ranked_each_time(tmp_path: Path, made: list[ec.EvalRun]) -> None:
    run = odd_run("single_label")
    kept_suspicion(run, cache=tmp_path)
    kept_suspicion(run, cache=tmp_path)
    assert made == [run, run]
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    "harm",
    [
        lambda file: file.write_bytes(file.read_bytes()[:-1] + b"x"),
        lambda file: file.write_bytes(b""),
        lambda file: file.unlink(),
    ],
    ids=["altered", "empty", "gone"],
)
@pytest.mark.parametrize("name", [array_folder.HEADER, "0.npy", "2.npy"])
def test_a_damaged_ranking_is_made_again(
    tmp_path: Path, made: list[ec.EvalRun], harm: object, name: str
) -> None:
    run = odd_run("multi_label")
    kept(run, tmp_path)
    (header,) = tmp_path.glob(f"*/{array_folder.HEADER}")
    file = header.with_name(name)
    file.chmod(0o600)
    harm(file)  # type: ignore[operator]

    assert_same(kept(run, tmp_path), suspicion(run))
    assert_same(kept(run, tmp_path), suspicion(run))
    assert made == [run, run]


def test_a_ranking_of_other_code_is_made_again(
    tmp_path: Path, made: list[ec.EvalRun], monkeypatch: pytest.MonkeyPatch
) -> None:
    run = odd_run("single_label")
    with monkeypatch.context() as patch:
        patch.setattr(array_writer, "code_digest", lambda: "older")
        kept(run, tmp_path)
    assert_same(kept(run, tmp_path), suspicion(run))
    kept(run, tmp_path)
    assert made == [run, run]


def test_where_nothing_can_be_kept_the_ranking_is_there_all_the_same(tmp_path: Path) -> None:
    blocked = tmp_path / "a file"
    blocked.write_text("no folder")
    run = odd_run("multi_label")
    assert_same(kept(run, blocked / "cache"), suspicion(run))


def test_rankings_leave_room_like_all_that_is_prepared(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(entries.publish, "__kwdefaults__", {"most_bytes": 6_000})
    for seed in (1.0, 2.0, 3.0, 4.0):
        kept(odd_run("multi_label", scale=seed), tmp_path)
    assert 1 <= len(list(tmp_path.glob(f"*/{array_folder.HEADER}"))) < 4


def test_a_run_in_parts_keeps_its_ranking(tmp_path: Path, made: list[ec.EvalRun]) -> None:
    whole = odd_run("multi_label")
    run = joined([whole.subset(np.arange(40)), whole.subset(np.arange(40, 60))])
    for _ in range(2):
        assert_same(kept(run, tmp_path), suspicion(whole))
    assert made == [run]
