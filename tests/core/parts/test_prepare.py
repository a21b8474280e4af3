"""A run in parts is prepared part by part, and then has the numbers of the same run in one file."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import fsspec
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import evalcore as ec
from evalcore.commands import main
from evalcore.decisions import draw_up, to_json
from evalcore.pairs.scored import ScoredPairs
from evalcore.parts import preparing
from evalcore.parts.opening import open_parts
from evalcore.parts.preparing import Progress, Summary, prepare
from tests.support.datasets import (
    CONCEPTS,
    MEMORY,
    MEMORY_OF_LISTS,
    Written,
    as_lists,
    assert_equal,
    table_of,
    unfolded,
    write_dataset,
    write_file,
)


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("THRESHOLD_WORKSHOP_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


@pytest.fixture
def written(tmp_path: Path) -> Written:
    rng = np.random.default_rng(1)
    return write_dataset(tmp_path, [table_of(rng, 90, start=90 * k) for k in range(3)])


def prepared(written: Written, **rest: Any) -> Summary:
    return prepare(str(written.parts), **{"memory": MEMORY, "n_workers": 2, **rest})


@pytest.mark.parametrize("task", ["single_label", "multi_label"])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize(("unknown", "splits"), [(False, False), (True, True)])
def test_a_run_in_parts_is_the_run_of_one_file(
    tmp_path: Path, task: str, dtype: Any, unknown: Any, splits: Any
) -> None:
    rng = np.random.default_rng(3)
    drawn = {"task": task, "dtype": dtype, "unknown": unknown, "splits": splits}
    tables = [table_of(rng, n, start=start, **drawn) for n, start in ((90, 0), (47, 90), (7, 137))]
    written = write_dataset(tmp_path, tables, task=task)

    summary = prepared(written)
    parts, whole = open_parts(written.parts), ec.Evaluation(ec.load_run(written.whole))

    assert summary.n_parts == len(parts.parts) == 6
    assert parts.run.scores.dtype == np.dtype(dtype)
    assert_equal(whole, parts)
    for name in ("name", "concepts", "task", "fold_names"):
        assert getattr(parts.run, name) == getattr(whole.run, name)
    assert parts.run.ids.tolist() == whole.run.ids.tolist()
    assert list(parts.run.metadata) == list(whole.run.metadata)
    some = np.array([130, 0, 77, 137, 41])
    assert parts.run.texts is not None
    assert parts.run.texts[some].tolist() == [f"the text of {k}" for k in some]
    for name, column in whole.run.metadata.items():
        assert parts.run.metadata[name][some].tolist() == column[some].tolist()
    assert parts.run.images is not None
    assert parts.run.images.name(130) == "images/130.png"


@pytest.mark.parametrize("task", ["single_label", "multi_label"])
@pytest.mark.parametrize("numbered", [False, True])
@pytest.mark.parametrize(("unknown", "splits"), [(False, False), (True, True)])
def test_of_listed_scores_the_numbers_are_those_of_the_array_that_they_stand_for(
    tmp_path: Path, task: str, numbered: Any, unknown: Any, splits: Any
) -> None:
    rng = np.random.default_rng(3)
    drawn = {"task": task, "unknown": unknown, "splits": splits}
    tables = [table_of(rng, n, start=start, **drawn) for n, start in ((90, 0), (47, 90))]
    listed = [as_lists(table, rng, numbered=numbered) for table in tables]
    written = write_dataset(tmp_path, listed, task=task, concepts=CONCEPTS)

    summary = prepared(written, memory=MEMORY_OF_LISTS)
    parts = open_parts(written.parts)

    together = pa.concat_tables(listed)
    given = together.column("labels" if task == "multi_label" else "label").to_pylist()
    labels = [[CONCEPTS.index(name) for name in _names(one)] for one in given]
    unsure = together.column("unknown_labels").to_pylist() if unknown else [[]] * len(given)
    known = ~np.array([[name in one for name in CONCEPTS] for one in unsure])
    whole = ec.Evaluation(
        ec.EvalRun.from_arrays(
            unfolded(together),
            ec.Labels.from_lists(labels, n_concepts=len(CONCEPTS)).dense(),
            concepts=CONCEPTS,
            task=task,  # type: ignore[arg-type]
            known=known if unknown else None,
            folds=together.column("fold").to_pylist() if splits else None,
        )
    )
    assert summary.n_parts == len(parts.parts) == 5
    assert isinstance(parts.run.parts[0].scores, ScoredPairs)
    assert np.array_equal(np.asarray(parts.run.scores), whole.run.scores)
    assert_equal(whole, parts)


def _names(label: Any) -> list[str]:
    return label if isinstance(label, list) else [label] if label else []


def test_folders_may_say_the_split(tmp_path: Path) -> None:
    rng = np.random.default_rng(5)
    tables = [table_of(rng, 30, start=30 * k) for k in range(2)]
    written = write_dataset(tmp_path, tables)
    for path, split in zip(written.files, ("train", "test"), strict=True):
        target = path.parent / f"split={split}" / path.name
        target.parent.mkdir()
        path.rename(target)

    prepared(written)
    run = open_parts(written.parts).run

    assert run.fold_names == ("test", "train")
    assert run.ids[0] == "input 30"
    assert np.asarray(run.folds).tolist() == [0] * 30 + [1] * 30


def test_a_folder_may_repeat_what_its_files_say_and_not_contradict_them(tmp_path: Path) -> None:
    rng = np.random.default_rng(5)
    written = write_dataset(tmp_path, [table_of(rng, 30, start=30 * k) for k in range(2)])
    for path in written.files:
        path.unlink()
    for name, same in (("cat", True), ("dog", False)):
        table = table_of(rng, 30, start=30 * same)
        place = table.column_names.index("label")
        said = pa.array(["cat"] * 30).dictionary_encode()
        write_file(written.parts, f"label={name}/0.parquet", table.set_column(place, "label", said))

    with pytest.raises(ec.RunError, match=r"^label=dog/0\.parquet: column 'label' says something"):
        prepared(written)
    shutil.rmtree(written.parts / "predictions" / "label=dog")
    prepared(written)
    assert open_parts(written.parts).run.labels.total.tolist() == [0, 30, 0]


def test_folders_say_values_as_they_are_spelt_and_that_there_is_none(tmp_path: Path) -> None:
    rng = np.random.default_rng(5)
    days = ("01", "1", "1%2F2", "__HIVE_DEFAULT_PARTITION__")
    written = write_dataset(tmp_path, [table_of(rng, 3, start=3 * k) for k in range(len(days))])
    for path, day in zip(written.files, days, strict=True):
        target = path.parent / f"day={day}" / "site=a" / path.name
        target.parent.mkdir(parents=True)
        path.rename(target)

    prepared(written)
    metadata = open_parts(written.parts).run.metadata

    assert [*metadata][-2:] == ["day", "site"]
    assert Counter(metadata["day"][:].tolist()) == {"01": 3, "1": 3, "1/2": 3, "": 3}


def test_inputs_without_ids_are_called_by_file_and_row(tmp_path: Path) -> None:
    table = table_of(np.random.default_rng(0), 50).drop_columns(["id"])
    written = write_dataset(tmp_path, [table])

    prepared(written)

    assert open_parts(written.parts).run.ids[45] == "0:45"


def test_what_is_prepared_is_kept_and_a_changed_file_costs_itself_only(written: Written) -> None:
    first = prepared(written)
    again = prepare(str(written.parts))  # with as much memory as before, though nobody says so
    rng = np.random.default_rng(2)
    write_file(written.parts, "1.parquet", table_of(rng, 90, start=90))
    with pytest.raises(ec.RunError, match=r"files of this run have changed .* prepare"):
        open_parts(written.parts)
    changed = prepared(written)
    write_file(written.parts, "3.parquet", table_of(rng, 30, start=270))
    added = prepared(written)

    assert [(one.n_parts, one.n_kept) for one in (first, again, changed, added)] == [
        (9, 0),
        (9, 9),
        (9, 6),
        (10, 9),
    ]
    assert open_parts(written.parts).run.n_inputs == 300


def test_what_was_prepared_elsewhere_is_prepared_again_by_its_own_name(
    written: Written, tmp_path: Path
) -> None:
    out = tmp_path / "on the shelf"
    prepared(written, out=out)
    write_file(written.parts, "1.parquet", table_of(np.random.default_rng(2), 90, start=90))
    with pytest.raises(ec.RunError, match=r"have changed .* prepare '.*/on the shelf'"):
        open_parts(out)
    again = prepare(str(out))

    assert (again.out, again.n_kept) == (out, 6)
    assert open_parts(out).run.n_inputs == 270


def test_a_run_at_an_address_of_fsspec_is_read_in_place(written: Written, tmp_path: Path) -> None:
    address, out = "memory://bucket/a run", tmp_path / "on the shelf"
    far = fsspec.filesystem("memory")
    far.put(str(written.parts), "/bucket/a run", recursive=True)

    first = prepare(address, out=out, memory=MEMORY)
    parts = open_parts(out)
    assert_equal(ec.Evaluation(ec.load_run(written.whole)), parts)
    assert parts.run.texts is not None
    assert parts.run.texts[np.array([200])].tolist() == ["the text of 200"]
    # as many bytes as before: what tells that a file changed is neither its size nor a time
    far.pipe("/bucket/a run/predictions/1.parquet", written.files[1].read_bytes())
    with pytest.raises(ec.RunError, match="have changed"):
        open_parts(out)
    assert (first.n_parts, prepare(address, out=out).n_kept) == (9, 6)
    assert_equal(ec.Evaluation(ec.load_run(written.whole)), open_parts(out))
    far.rm("/bucket", recursive=True)

    with pytest.raises(ec.RunError, match=r"memory://bucket/a run: there is no such folder"):
        prepare(address, out=out)
    with pytest.raises(ec.RunError, match=r"cannot be reached: .*nowhere"):
        prepare("nowhere://bucket", out=out)


def test_many_small_files_share_parts_and_have_the_numbers_of_one_file(tmp_path: Path) -> None:
    rng = np.random.default_rng(6)
    tables = [table_of(rng, 6, start=6 * k) for k in range(60)]
    # other files may hold a column as another type
    codes = pa.array(range(180, 186), pa.int64())
    tables[30] = tables[30].set_column(tables[30].column_names.index("number"), "number", codes)
    written = write_dataset(tmp_path, tables[:1], group=4)
    for k, table in enumerate(tables):
        write_file(written.parts, f"{k:02d}.parquet", table, group=4)
    written.files[0].unlink()
    text = pa.array([str(k) for k in range(180, 186)])
    tables[30] = tables[30].set_column(tables[30].column_names.index("number"), "number", text)
    pq.write_table(pa.concat_tables(tables), written.whole / "predictions.parquet")

    first = prepare(str(written.parts), memory=30_000)
    parts, whole = open_parts(written.parts), ec.Evaluation(ec.load_run(written.whole))
    assert_equal(whole, parts)
    assert parts.run.ids.tolist() == whole.run.ids.tolist()
    some = np.array([359, 0, 181, 180, 41])
    assert parts.run.texts is not None
    assert parts.run.texts[some].tolist() == [f"the text of {k}" for k in some]
    assert parts.run.metadata["number"][some].tolist() == [str(k) for k in some]
    write_file(written.parts, "17.parquet", table_of(rng, 6, start=102), group=4)
    changed = prepare(str(written.parts), memory=30_000)
    write_file(written.parts, "17 and a half.parquet", table_of(rng, 5, start=360), group=4)
    added = prepare(str(written.parts), memory=30_000)

    assert 6 < first.n_parts < 30
    assert changed.n_kept == first.n_parts - 1
    assert added.n_kept >= first.n_parts - 2  # it may cut the part that it falls into in two
    assert open_parts(written.parts).run.n_inputs == 365


def test_a_file_without_rows_is_no_part_and_no_change(written: Written) -> None:
    write_file(written.parts, "1a.parquet", table_of(np.random.default_rng(0), 1).slice(0, 0))

    assert prepared(written).n_parts == 9
    assert open_parts(written.parts).run.n_inputs == 270


def test_inputs_of_small_files_without_ids_are_called_by_file_and_row(tmp_path: Path) -> None:
    tables = [table_of(np.random.default_rng(k), 5).drop_columns(["id"]) for k in range(3)]
    written = write_dataset(tmp_path, tables)

    prepare(str(written.parts))

    run = open_parts(written.parts).run
    assert len(run.parts) < 3
    assert run.ids[[0, 7, 14]].tolist() == ["0:0", "1:2", "2:4"]
    assert np.flatnonzero(run.ids == "2:1").tolist() == [11]


def test_a_killed_prepare_goes_on_where_it_was(written: Written, home: Path) -> None:
    """Killed twice with SIGKILL after its first parts, then finished."""
    command = [sys.executable, "-m", "evalcore", "prepare", str(written.parts)]
    n_found = 0
    for least in (2, 5):
        child = subprocess.Popen(  # noqa: S603 - our own program
            [*command, "--memory", f"{MEMORY}B", "--workers", "1"], stderr=subprocess.DEVNULL
        )
        until = time.monotonic() + 60
        while n_found < least and time.monotonic() < until and child.poll() is None:
            n_found = len(list(home.glob("parts/*/parts/*/header.json")))
        os.kill(child.pid, signal.SIGKILL)
        child.wait()

    summary = prepared(written)

    assert summary.n_kept >= 5
    assert_equal(ec.Evaluation(ec.load_run(written.whole)), open_parts(written.parts))


def test_two_at_once_do_not_harm_each_other(written: Written) -> None:
    with ThreadPoolExecutor(2) as pool:
        found = list(pool.map(lambda _: prepared(written), range(2)))

    assert {one.n_parts for one in found} == {9}
    assert_equal(ec.Evaluation(ec.load_run(written.whole)), open_parts(written.parts))


def test_progress_is_told_in_rows_and_then_in_concepts(written: Written) -> None:
    told: list[Progress] = []

    prepared(written, watch=told.append)

    assert [one.done for one in told if one.what == "rows"][-1] == 270
    assert [one.done for one in told if one.what == "concepts"][-1] == len(CONCEPTS)
    shares = [one.share for one in told]
    assert shares == sorted(shares)
    assert told[-1].seconds_left == 0


def test_the_commands_work_on_a_run_in_parts(
    written: Written, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    parts, report = str(written.parts), tmp_path / "report.html"

    assert main(["check", parts]) == 1
    assert "not prepared yet. Hint: python -m evalcore prepare" in capsys.readouterr().err
    assert main(["prepare", parts, "--memory", f"{MEMORY}B", "--workers", "2"]) == 0
    said = capsys.readouterr()
    assert "prepared  270 inputs x 3 concepts\nparts     9\n" in said.out
    assert "270 of 270 rows" in said.err
    assert main(["check", parts]) == 0
    assert "format    run in 9 parts (Parquet)" in capsys.readouterr().out
    assert main(["report", parts, "--out", str(report)]) == 0
    assert "dog" in report.read_text(encoding="utf-8")
    copy = tmp_path / "copy"
    assert main(["convert", parts, str(copy)]) == 0
    assert_equal(ec.Evaluation(ec.load_run(copy)), open_parts(written.parts))


@pytest.mark.parametrize("goal", [0.3, 0.9])
def test_a_decision_is_applied_to_and_checked_on_a_run_in_parts_as_on_the_whole(
    written: Written, tmp_path: Path, capsys: pytest.CaptureFixture[str], goal: float
) -> None:
    prepared(written)
    evaluation, file = ec.Evaluation(ec.load_run(written.whole)), tmp_path / "decision.json"
    decision = draw_up(
        evaluation,
        ec.Rule({"dog": 0.25}),
        title="Strict",
        author="Ada",
        goal=ec.Goal.precision_at_least(goal),
    )
    file.write_text(to_json(decision), encoding="utf-8")

    def printed(path: Path) -> tuple[list[int], str]:
        asked = (["apply", str(file), str(path)], ["check", str(path), "--decision", str(file)])
        strictly = [*asked[1], "--strict"]
        status = [main(arguments) for arguments in (*asked, strictly)]
        said = capsys.readouterr().out
        return status, said.replace(str(path), "the run").replace(path.name, "the run")

    assert printed(written.parts) == printed(written.whole)


def test_parts_of_files_that_are_gone_are_removed(
    written: Written, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(preparing, "HOUR", -1)
    prepared(written)
    written.files[0].unlink()
    prepared(written)

    assert len(list(home.glob("parts/*/parts/*/header.json"))) == 6
    assert open_parts(written.parts).run.n_inputs == 180
