"""What is wrong with a run in parts is said with the file, the row group, and how to mend it."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import evalcore as ec
from evalcore.base.jobs import watching
from evalcore.commands import main
from evalcore.parts import building, verify, workers
from evalcore.parts.dataset import Dataset
from evalcore.parts.opening import open_parts
from evalcore.parts.part_folder import part_path
from evalcore.parts.pieces import Piece, pieces_of
from evalcore.parts.plan_file import PLAN, prepared_at, prepared_folder
from evalcore.parts.preparing import Progress, prepare
from tests.support.datasets import (
    CONCEPTS,
    MEMORY,
    MEMORY_OF_LISTS,
    Written,
    as_lists,
    table_of,
    write_dataset,
    write_file,
)

Mend = Callable[[pa.Table], pa.Table]


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("THRESHOLD_WORKSHOP_HOME", str(tmp_path / "home"))


@pytest.fixture
def written(tmp_path: Path) -> Written:
    rng = np.random.default_rng(1)
    return write_dataset(tmp_path, [table_of(rng, 90, start=90 * k) for k in range(2)])


def prepared(written: Written, **rest: Any) -> None:
    prepare(str(written.parts), **{"memory": MEMORY, "n_workers": 2, **rest})


def planned(written: Written) -> list[Piece]:
    return pieces_of(Dataset.at(str(written.parts)), n_bytes=MEMORY)


def in_parts(name: str) -> Mend:
    """Every value of a column in a list of its own."""

    def change(table: pa.Table) -> pa.Table:
        values = pa.array([[value] for value in table.column(name).to_pylist()])
        return table.set_column(table.column_names.index(name), name, values)

    return change


def not_utf8(name: str, kind: pa.DataType) -> Mend:
    """Bytes that are no text, whatever the type of the column says."""

    def change(table: pa.Table) -> pa.Table:
        values = pa.array([b"\xff\xfe%d" % k for k in range(len(table))])
        texts = pa.Array.from_buffers(kind, len(values), values.buffers())
        return table.set_column(table.column_names.index(name), name, texts)

    return change


def with_cell(name: str, row: int, value: Any) -> Mend:
    def change(table: pa.Table) -> pa.Table:
        values = table.column(name).to_pylist()
        values[row] = value
        place = table.column_names.index(name)
        return table.set_column(place, name, pa.array(values, table.schema.field(name).type))

    return change


def as_type(name: str, kind: pa.DataType) -> Mend:
    def change(table: pa.Table) -> pa.Table:
        place = table.column_names.index(name)
        return table.set_column(place, name, table.column(name).cast(kind))

    return change


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda t: t.drop_columns(["score:cow"]), r"1\.parquet: .* other score columns than 0\.p"),
        (lambda t: t.drop_columns(["place"]), r"1\.parquet: it has other columns than 0.*metadata"),
        (as_type("score:cow", pa.float64()), r"1\.parquet: .* another type .* float64 instead of"),
        (as_type("score:cow", pa.string()), r"1\.parquet: column 'score:cow' holds string"),
        (with_cell("score:cow", 45, None), r"1\.parquet, row group 2, row 6: .* without a score"),
        (with_cell("score:cow", 3, np.nan), r"row group 1, row 4: .* 1 scores that are not finite"),
        (with_cell("score:cow", 3, np.inf), r"row group 1, row 4: .* not finite, first inf"),
        (with_cell("label", 85, "dgo"), r"row group 3, row 6: .* no concept, .* mean 'dog'"),
        (with_cell("id", 1, "input 7"), r"row group 1, row 2: the id 'input 7' stands in 0\.parq"),
        (with_cell("id", 1, None), r"row group 1, row 2: column 'id' .* without an id"),
        (
            in_parts("id"),
            r"^1\.parquet: column 'id' holds list<.*>, .* one text or number in each row",
        ),
        (in_parts("text"), r"^1\.parquet: column 'text' holds list<.*>, .* one text or number"),
        (in_parts("score:cow"), r"^1\.parquet: column 'score:cow' holds list<.*>, .* numbers"),
        (as_type("image", pa.binary()), r"^1\.parquet: column 'image' holds binary, and it must"),
        (not_utf8("id", pa.binary()), r"^1\.parquet.* as texts: Invalid UTF8 payload"),
        (not_utf8("id", pa.string()), r"^1\.parquet.* as texts: .* Hint: .*UTF-8"),
        (not_utf8("place", pa.string()), r"^1\.parquet.* as texts: .*can't decode byte 0xff"),
    ],
)
def test_a_bad_file_is_named_with_what_is_wrong(written: Written, change: Mend, said: str) -> None:
    table = change(table_of(np.random.default_rng(2), 90, start=90))
    write_file(written.parts, "1.parquet", table)

    with pytest.raises(ec.RunError, match=said) as caught:
        prepared(written)

    assert "Hint: " in str(caught.value)
    with pytest.raises(ec.RunError, match="not prepared yet"):
        open_parts(written.parts)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (with_cell("concepts", 45, ["dog"]), r"row group 2, row 6: .* names 1 con.* holds 2\."),
        (with_cell("concepts", 3, ["dog", "cta"]), r"1, row 4: .* no concept, .* 'cta'.*'cat'"),
        (with_cell("concepts", 3, ["dog", "dog"]), r"row group 1, row 4: .* 'dog' more than once"),
        (with_cell("concepts", 3, ["dog", None]), r"1, row 4: .* 'concepts' holds 1 times no conc"),
        (with_cell("scores", 3, [0.5, None]), r"row 4: column 'scores' holds 1 times no score"),
        (
            with_cell("scores", 3, [0.5, np.nan]),
            r"1, row 4: .* 1 scores that are not finite, .*nan",
        ),
        (with_cell("scores", 3, None), r"row group 1, row 4: .* names 2 concepts, .* holds 0"),
        (as_type("scores", pa.list_(pa.string())), r"1\.parquet: column 'scores' holds string"),
        (as_type("scores", pa.list_(pa.float64())), r"1\.parquet: .* another type than 0\.parquet"),
        (lambda t: t.drop_columns(["concepts"]), r"1\.parquet: there is no score column for 'dog'"),
    ],
)
def test_bad_lists_of_scores_are_named_with_what_is_wrong(
    tmp_path: Path, change: Mend, said: str
) -> None:
    rng = np.random.default_rng(2)
    tables = [as_lists(table_of(rng, 90, start=90 * k), rng) for k in range(2)]
    for row in (3, 45):
        for name, cell in (("concepts", ["dog", "cat"]), ("scores", [0.5, 0.25])):
            tables[1] = with_cell(name, row, cell)(tables[1])
    written = write_dataset(tmp_path, tables, concepts=CONCEPTS)
    write_file(written.parts, "1.parquet", change(tables[1]))

    with pytest.raises(ec.RunError, match=said) as caught:
        prepared(written, memory=MEMORY_OF_LISTS)

    assert "Hint: " in str(caught.value)


def test_metadata_that_are_no_texts_are_left_out(tmp_path: Path) -> None:
    table = table_of(np.random.default_rng(1), 9)
    for name, value in (("box", {"left": 1}), ("tags", ["a", "b"]), ("thumbnail", b"\xff\xd8")):
        table = table.append_column(name, pa.array([value] * 9))
    written = write_dataset(tmp_path, [table])

    prepared(written)

    assert sorted(open_parts(written.parts).run.metadata) == ["number", "place"]


def test_a_score_column_in_the_name_of_a_folder_is_none(tmp_path: Path) -> None:
    table = table_of(np.random.default_rng(1), 9).drop_columns(["score:cow"])
    written = write_dataset(tmp_path, [table], concepts=CONCEPTS)
    (written.parts / "predictions" / "score:cow=0.5").mkdir()
    written.files[0].rename(written.parts / "predictions" / "score:cow=0.5" / "0.parquet")

    with pytest.raises(ec.RunError, match=r"0\.parquet: there is no score column for 'cow'"):
        prepared(written)


def test_a_file_whose_name_is_no_text_is_refused_in_words(written: Written) -> None:
    written.files[1].rename(os.fsdecode(os.fsencode(written.files[1].parent) + b"/\xff.parquet"))

    with pytest.raises(ec.RunError, match=r"^'predictions/\ufffd\.parquet': .* not in UTF-8. Hint"):
        prepared(written)


def test_lists_of_scores_need_the_concepts_of_the_run(tmp_path: Path) -> None:
    rng = np.random.default_rng(2)
    written = write_dataset(tmp_path, [as_lists(table_of(rng, 9), rng)])

    with pytest.raises(ec.RunError, match=r"0\.parquet: .* Hint: name every concept of the model"):
        prepared(written)


def test_numbers_of_concepts_count_from_nought(tmp_path: Path) -> None:
    rng = np.random.default_rng(2)
    table = as_lists(table_of(rng, 9), rng, numbered=True)
    table = with_cell("scores", 3, [0.5])(with_cell("concepts", 3, [3])(table))
    written = write_dataset(tmp_path, [table], concepts=CONCEPTS)

    with pytest.raises(ec.RunError, match=r"row 4: .* no concept, first 3\. Hint: .* from 0 to 2"):
        prepared(written)


def test_a_file_that_is_cut_short_is_named(written: Written) -> None:
    content = written.files[1].read_bytes()
    written.files[1].write_bytes(content[: len(content) // 2])

    with pytest.raises(ec.RunError, match=r"^1\.parquet: this is no whole Parquet file"):
        prepared(written)


def test_a_damaged_page_is_named_with_its_row_groups(written: Written) -> None:
    content = bytearray(written.files[1].read_bytes())
    content[4:600] = bytes(596)
    written.files[1].write_bytes(bytes(content))

    with pytest.raises(ec.RunError, match=r"1\.parquet, row groups 1 to 1: cannot be read"):
        prepared(written)


def test_two_labels_in_a_single_label_run_are_refused(tmp_path: Path) -> None:
    table = table_of(np.random.default_rng(1), 50, task="multi_label")
    written = write_dataset(tmp_path, [table], task="single_label")

    with pytest.raises(ec.RunError, match=r"row group \d, row \d+: .* two labels .*multi_label"):
        prepared(written)


def test_a_row_group_that_needs_more_memory_is_named(written: Written) -> None:
    with pytest.raises(ec.RunError, match=r"0\.parquet, row group 1: its 40 rows .*--memory"):
        prepared(written, memory=1_000)


def test_a_full_disk_is_said_and_what_is_finished_is_kept(
    written: Written, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, n_written = building.whole_folder, [0]

    def full(target: Path) -> Any:
        n_written[0] += 1
        if n_written[0] > 2:
            raise OSError(28, "No space left on device")
        return real(target)

    with monkeypatch.context() as patch:
        patch.setattr(building, "whole_folder", full)
        with pytest.raises(ec.RunError, match=r"No space left on device. Hint: make room"):
            prepared(written, n_workers=1)

    assert prepare(str(written.parts), memory=MEMORY).n_kept == 2


def test_a_file_replaced_while_parts_are_built_is_refused_and_only_its_parts_built_anew(
    written: Written,
) -> None:
    out, pieces = prepared_folder(str(written.parts)), planned(written)
    changed: list[str] = []

    def replace_another(_: Progress) -> None:
        if changed:
            return
        [first] = [piece.named for piece in pieces if part_path(out, piece.key).exists()]
        changed.append("1.parquet" if first == "0.parquet" else "0.parquet")
        start = 90 * int(changed[0][0])
        table = table_of(np.random.default_rng(4), 90, start=start)
        write_file(written.parts, changed[0], table)

    with pytest.raises(ec.RunError, match=r"the file was replaced .*prepare the run") as refused:
        prepared(written, n_workers=1, watch=replace_another)
    assert str(refused.value).startswith(changed[0])
    with pytest.raises(ec.RunError, match="not prepared"):
        open_parts(written.parts)
    assert prepare(str(written.parts), memory=MEMORY).n_kept == 3
    labelled = [table.column("label").to_pylist() for table in map(pq.read_table, written.files)]
    wanted = [sum(labels.count(name) for labels in labelled) for name in CONCEPTS]
    assert open_parts(written.parts).run.labels.total.tolist() == wanted


@pytest.mark.parametrize("name", ["predictions/1.parquet", "run.json"])
def test_a_link_out_of_the_run_is_not_followed(written: Written, tmp_path: Path, name: str) -> None:
    prepared(written)
    other = write_dataset(tmp_path / "other", [table_of(np.random.default_rng(9), 90, start=90)])
    target = {"run.json": other.parts / "run.json"}.get(name, other.files[0])
    (written.parts / name).unlink()
    (written.parts / name).symlink_to(target)

    with pytest.raises(ec.RunError, match=rf"^{name}: this is a link out of the run's folder"):
        prepared(written)
    if name != "run.json":
        with pytest.raises(ec.RunError, match=rf"^{name}: this is a link out of the run's folder"):
            open_parts(written.parts)


def test_nor_is_a_folder_that_is_one_whatever_its_files_are(
    written: Written, tmp_path: Path
) -> None:
    outside = tmp_path / "outside"
    (written.parts / "predictions").rename(outside)
    (written.parts / "predictions").symlink_to(outside)
    # the first of its files leads back into the run
    (outside / "0.parquet").rename(written.parts / "own.parquet")
    (outside / "0.parquet").symlink_to(written.parts / "own.parquet")

    with pytest.raises(
        ec.RunError, match=r"^predictions/1\.parquet: this is a link out of the run"
    ):
        prepared(written)


def test_what_somebody_else_prepared_is_opened_by_nobody_who_does_not_vouch_for_it(
    written: Written, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "shared" / "prepared"
    prepared(written, out=out)
    assert open_parts(out).run.n_inputs == 180
    plan = (out / PLAN).read_text()
    (out / PLAN).write_text(plan.replace(str(written.parts), "s3://elsewhere/run"))
    refused = "by somebody else, and says itself from which files and servers"
    for look in (open_parts, verify, lambda path: prepare(str(path))):
        with pytest.raises(ec.RunError, match=refused):
            look(out)
    (out / PLAN).write_text(plan)
    assert open_parts(out).run.n_inputs == 180
    monkeypatch.setenv("THRESHOLD_WORKSHOP_HOME", str(tmp_path / "another home"))
    with pytest.raises(ec.RunError, match=refused):
        open_parts(out)

    assert main(["prepare", str(out)]) == 0
    assert open_parts(out).run.n_inputs == 180


def test_a_scheduler_that_is_not_there_is_named(
    written: Written, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workers, "PATIENCE", "1s")

    with pytest.raises(ec.RunError, match="no Dask scheduler is to be reached there"):
        prepared(written, scheduler="tcp://127.0.0.1:9")


def test_a_folder_of_another_version_and_a_damaged_one_are_refused(written: Written) -> None:
    prepared(written)
    out, _ = prepared_at(written.parts)
    entries = json.loads((out / PLAN).read_text())
    (out / PLAN).write_text(json.dumps({**entries, "version": 0}))
    with pytest.raises(ec.RunError, match=r"another version .*prepare the run again"):
        open_parts(written.parts)
    (out / PLAN).write_text("{")
    with pytest.raises(ec.RunError, match=r"parts\.json is damaged"):
        open_parts(written.parts)


def test_a_part_that_was_cut_is_refused_and_built_again(written: Written) -> None:
    prepared(written)
    out, _ = prepared_at(written.parts)
    array = max(out.glob("parts/*/*.npy"), key=lambda path: path.stat().st_size)
    array.chmod(0o600)
    array.write_bytes(array.read_bytes()[:-8])

    with pytest.raises(ec.RunError, match=r"is damaged .*another size.* prepare"):
        open_parts(written.parts)
    assert prepare(str(written.parts), memory=MEMORY).n_kept == 5
    assert open_parts(written.parts).run.n_inputs == 180


def test_a_part_that_was_altered_is_found_by_verifying_and_built_again(written: Written) -> None:
    prepared(written)
    out, _ = prepared_at(written.parts)
    right = open_parts(written.parts).counts(ec.Rule(0.5)).tp.tolist()
    for array in out.glob("parts/*/*.npy"):
        array.chmod(0o600)
        content = bytearray(array.read_bytes())
        content[-1] ^= 1
        array.write_bytes(content)
        break

    assert prepare(str(written.parts), memory=MEMORY).n_kept == 6
    assert prepare(str(written.parts), memory=MEMORY, verify=True).n_kept == 5
    assert prepare(str(written.parts), memory=MEMORY, verify=True).n_kept == 6
    assert open_parts(written.parts).counts(ec.Rule(0.5)).tp.tolist() == right


def test_a_file_replaced_while_its_run_is_open_is_told_from_what_was_prepared(
    written: Written,
) -> None:
    prepared(written)
    run = open_parts(written.parts).run
    write_file(written.parts, "1.parquet", table_of(np.random.default_rng(9), 95, start=90))

    assert run.texts is not None
    assert run.texts[3] == "the text of 3"
    with pytest.raises(ec.RunError, match=r"1\.parquet: the file was replaced .* prepare"):
        run.texts[100]


@pytest.mark.parametrize("room", ["parts", "whole"])
def test_what_is_found_damaged_behind_an_open_run_is_withdrawn_and_built_again(
    written: Written, room: str
) -> None:
    prepared(written)
    verify(written.parts)
    out, _ = prepared_at(written.parts)
    before = open_parts(written.parts).counts(ec.Rule(0.3))
    file = max((out / room).glob("*/1.npy"))
    others = [one for one in out.glob("parts/*/0.npy") if one.parent != file.parent]
    written_at = [one.stat().st_mtime_ns for one in others]
    file.chmod(0o600)
    content = bytearray(file.read_bytes())
    content[-1] ^= 1
    file.write_bytes(content)

    with pytest.raises(ec.RunError, match=r"is damaged on the disk \(.*, block 1\)"):
        verify(written.parts)
    with pytest.raises(ec.RunError, match="not prepared yet"):
        open_parts(written.parts)
    prepared(written)
    verify(written.parts)
    after = open_parts(written.parts).counts(ec.Rule(0.3))

    np.testing.assert_array_equal(after.tp, before.tp)
    assert [one.stat().st_mtime_ns for one in others] == written_at


def test_parts_that_were_left_behind_are_no_damage(written: Written) -> None:
    prepared(written)
    out, found = prepared_at(written.parts)
    assert found is not None
    old = part_path(out, found.pieces[0].key)

    def replaced(_: float) -> None:
        if old.exists():
            shutil.rmtree(old)
            (out / PLAN).write_text(replace(found, whole="another").to_json())

    with watching(replaced):
        verify(written.parts)

    assert (out / PLAN).exists()
