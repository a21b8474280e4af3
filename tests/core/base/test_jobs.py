"""Background work: its progress is seen, it is shared, and it stops only when nobody waits."""

from __future__ import annotations

import threading
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import evalcore as ec
from evalcore.base.jobs import Job, Jobs, report_progress, watching
from evalcore.errors import CancelledError, RunError


def test_the_result_of_a_key_is_made_once_and_shared() -> None:
    jobs: Jobs[object] = Jobs(kept=2)
    made: list[object] = []

    def work() -> object:
        made.append(object())
        return made[-1]

    first, second = jobs.start("a", work), jobs.start("a", work)
    assert first is second
    assert first.result() is second.result()
    assert len(made) == 1


def test_only_the_last_used_results_are_kept() -> None:
    jobs: Jobs[str] = Jobs(kept=2)
    for key in "abc":
        jobs.start(key, lambda key=key: key).result()
    jobs.start("b", str).result()
    jobs.start("d", lambda: "d").result()
    jobs.start("d", str)
    assert [key for key in "abcd" if jobs.find(key)] == ["b", "d"]


def test_a_failure_is_told_to_everybody_and_tried_again_on_request() -> None:
    jobs: Jobs[str] = Jobs(kept=2)

    def fail() -> str:
        raise RunError("no")

    for _ in range(2):
        with pytest.raises(RunError, match="no"):
            jobs.start("a", fail).result()
    with pytest.raises(RunError, match="no"):
        jobs.start("a", lambda: "yes").result()
    assert jobs.start("a", lambda: "yes", again=True).result() == "yes"


def endless(started: threading.Event) -> str:
    while True:
        started.set()
        report_progress(1, of=2)


def test_work_stops_when_the_last_one_who_waits_leaves() -> None:
    started = threading.Event()
    job = Job(lambda: endless(started))
    job.start()
    job.join("one")
    job.join("two")
    started.wait(10)
    job.leave("one")
    assert not job.was_cancelled
    assert not job.wait(0.05)
    job.leave("two")
    assert job.wait(10)
    with pytest.raises(CancelledError):
        job.result()


def test_a_cancelled_job_is_started_anew() -> None:
    jobs: Jobs[str] = Jobs(kept=2)
    started = threading.Event()
    job = jobs.start("a", lambda: endless(started))
    job.join("one")
    job.leave("one")
    assert jobs.start("a", lambda: "fresh").result() == "fresh"


def test_two_threads_have_a_watcher_each() -> None:
    seen: list[float] = []
    with watching(seen.append):
        other = threading.Thread(target=lambda: report_progress(1, of=4))
        other.start()
        other.join()
        report_progress(3, of=4)
    assert seen == [0.75]


def write(folder: Path, ending: str, *, n_rows: int = 3_000, n_concepts: int = 30) -> Path:
    rng = np.random.default_rng(0)
    names = [f"score:c{j}" for j in range(n_concepts)]
    table = {"label": [f"c{k % n_concepts}" for k in range(n_rows)]}
    table |= {name: rng.random(n_rows).round(3) for name in names}
    path = folder / f"t.{ending}"
    if ending == "parquet":
        pq.write_table(pa.table(table), path)
    elif ending == "csv":
        rows = zip(*(map(str, column) for column in table.values()), strict=True)
        path.write_text("\n".join([",".join(table), *map(",".join, rows)]) + "\n")
    else:
        path.write_text(pa.table(table).to_pandas().to_json(orient="records", lines=True))
    return path


@pytest.mark.parametrize("ending", ["parquet", "csv", "jsonl"])
def test_reading_tells_how_far_it_is_and_only_ever_more(tmp_path: Path, ending: str) -> None:
    path = write(tmp_path, ending)
    seen: list[float] = []
    with watching(seen.append):
        ec.load_run(path)
    after_the_header = seen[1:]
    assert len(after_the_header) >= 3
    assert max(seen) <= 1
    assert max(seen) > 0.5


@pytest.mark.parametrize("ending", ["parquet", "csv", "jsonl"])
def test_reading_can_be_cancelled_half_way(tmp_path: Path, ending: str) -> None:
    def stop(share: float) -> None:
        if share > 0.4:
            msg = "stopped"
            raise CancelledError(msg)

    with watching(stop), pytest.raises(CancelledError):
        ec.load_run(write(tmp_path, ending))
