"""A run that takes much memory is read by another process: the same run, or words."""

from __future__ import annotations

import threading
from pathlib import Path

import numpy as np
import pytest

import evalcore as ec
from evalcore.base.jobs import Job
from evalcore.errors import CancelledError
from evalcore.prepared import apart, open_apart, opening

MB = 2**20


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    rng = np.random.default_rng(3)
    scores = rng.random((20_000, 40)).astype(np.float32)
    run = ec.EvalRun.from_arrays(scores, [int(k) for k in rng.integers(0, 40, 20_000)])
    run.save(tmp_path / "pets")
    return tmp_path / "pets"


def test_what_takes_little_is_read_here(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(apart, "_read", lambda *_: pytest.fail("was read apart"))
    assert open_apart(folder, cache=tmp_path / "cache").run.n_inputs == 20_000


def test_what_takes_more_is_read_apart_and_is_the_same(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wanted = ec.Evaluation(ec.load_run(folder))
    counts = wanted.counts(ec.Rule(threshold=0.5))
    read_here: list[ec.EvalRun] = []

    def load(path: Path) -> ec.EvalRun:
        read_here.append(ec.load_run(path))
        return read_here[-1]

    monkeypatch.setattr(opening, "load_run", load)
    found = open_apart(folder, cache=tmp_path / "cache", n_bytes=600 * MB, here=MB)
    assert read_here == []
    assert found.run.fingerprint == wanted.run.fingerprint
    assert found.counts(ec.Rule(threshold=0.5)).tp.tolist() == counts.tp.tolist()


def test_what_takes_more_than_may_be_taken_is_refused_in_words(
    folder: Path, tmp_path: Path
) -> None:
    with pytest.raises(ec.RunError, match=r"predictions\.parquet: reading this takes about"):
        open_apart(folder, cache=tmp_path / "cache", n_bytes=2 * MB, here=MB)


def test_what_is_wrong_with_a_file_is_said_from_there(tmp_path: Path) -> None:
    rows = "".join(f"{k},dog,0.5\n" for k in range(40_000))
    (tmp_path / "pets.csv").write_text("id,label,score:dog\n" + rows + "x,dog,abc\n")
    with pytest.raises(ec.RunError, match=r"pets\.csv: 1 score is not a finite number: row 40002"):
        open_apart(tmp_path / "pets.csv", cache=tmp_path / "cache", n_bytes=600 * MB, here=MB)


def test_a_process_that_ends_early_is_a_message(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(apart, "_PROGRAM", "evalcore.no_such_program")
    with pytest.raises(ec.RunError, match=r"pets: reading it ended before it was done.*Hint"):
        open_apart(folder, cache=tmp_path / "cache", n_bytes=600 * MB, here=MB)


def test_nobody_waits_and_the_process_ends(folder: Path, tmp_path: Path) -> None:
    begun = threading.Event()

    def work() -> ec.Evaluation:
        begun.set()
        return open_apart(folder, cache=tmp_path / "cache", n_bytes=600 * MB, here=MB)

    job = Job(work)
    job.join("somebody")
    job.start()
    assert begun.wait(10)
    job.leave("somebody")
    with pytest.raises(CancelledError):
        job.result()


def test_the_memory_that_is_free_is_known() -> None:
    assert 2**28 < apart.free_bytes() < 2**50
