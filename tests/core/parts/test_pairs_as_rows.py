"""The best few scores of each input as rows: whole inputs in every part, however files divide."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import fsspec
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

import evalcore as ec
from evalcore.commands import main
from evalcore.pairs.scored import ScoredPairs
from evalcore.parts.opening import open_parts
from evalcore.parts.pairs import merging
from evalcore.parts.pieces import PER_PAIR, PER_ROW
from evalcore.parts.preparing import Summary, prepare
from tests.support.datasets import (
    CONCEPTS,
    as_lists,
    as_pairs,
    assert_equal,
    table_of,
    unfolded,
    with_labels,
    write_dataset,
    write_divided,
)

SMALL = 20 * PER_ROW
"""So little memory that a part holds some ten inputs."""
ABOUT = {"name": "a run", "concepts": CONCEPTS}


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("THRESHOLD_WORKSHOP_HOME", str(tmp_path / "home"))


@dataclass(frozen=True, kw_only=True)
class Rows:
    """A run whose scores are rows: what it holds, and its folder."""

    listed: pa.Table
    folder: Path

    @property
    def inputs(self) -> pa.Table:
        return self.listed.drop_columns(["concepts", "scores"])

    @property
    def pairs(self) -> pa.Table:
        return as_pairs(self.listed)


def drawn(
    tmp_path: Path,
    *,
    seed: int = 1,
    n: int = 90,
    task: str = "multi_label",
    numbered: bool = False,
    **about: Any,
) -> Rows:
    rng = np.random.default_rng(seed)
    listed = as_lists(table_of(rng, n, task=task, **about), rng, most=3, numbered=numbered)
    order = rng.permutation(n)  # the inputs are in an order that no ids would be sorted in
    rows = Rows(listed=listed.take(order), folder=tmp_path / "rows")
    rows.folder.mkdir()
    (rows.folder / "run.json").write_text(json.dumps({**ABOUT, "task": task}))
    return rows


def write_beside(rows: Rows, rng: np.random.Generator) -> None:
    """Scores in files of their own, beside those of the inputs."""
    write_divided(rows.folder / "predictions", rows.pairs, rng)
    if rng.random() < 0.5:
        write_divided(rows.folder / "inputs", rows.inputs, rng)
    else:
        size = int(rng.integers(1, 40))
        pq.write_table(rows.inputs, rows.folder / "inputs.parquet", row_group_size=size)


def write_together(rows: Rows, rng: np.random.Generator) -> None:
    """Labels in all rows of an input; one that has no score has one row without any."""
    write_divided(rows.folder / "predictions", with_labels(rows.listed), rng)


WRITERS = (write_beside, write_together)


def prepared(rows: Rows, **rest: Any) -> Summary:
    return prepare(str(rows.folder), **{"memory": SMALL, "n_workers": 2, **rest})


@pytest.mark.parametrize("seed", range(7))
@pytest.mark.parametrize("write", WRITERS)
def test_however_files_divide_the_numbers_are_those_of_lists_and_of_one_piece(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    write: Callable[[Rows, np.random.Generator], None],
    seed: int,
) -> None:
    rng = np.random.default_rng(100 + seed)
    monkeypatch.setattr(merging, "AT_ONCE", int(rng.integers(1, 50)))
    task = ("single_label", "multi_label")[seed % 2]
    numbered = write is write_together and seed % 5 == 0
    rows = drawn(
        tmp_path,
        seed=seed,
        n=int(rng.integers(30, 120)),
        task=task,
        numbered=numbered,
        dtype=(np.float32, np.float64)[seed // 2 % 2],
        unknown=seed % 3 == 0,
        splits=seed % 4 == 0,
    )
    write(rows, rng)

    summary = prepared(rows, memory=int(rng.integers(PER_ROW + 3 * PER_PAIR, 60 * PER_ROW)))
    parts = open_parts(rows.folder)

    lists = write_dataset(tmp_path, [rows.listed], concepts=CONCEPTS, task=task)
    prepare(str(lists.parts))
    listed = open_parts(lists.parts)
    assert summary.n_rows == parts.run.n_inputs == len(rows.listed)
    assert summary.n_parts == len(parts.parts)
    assert isinstance(parts.run.parts[0].scores, ScoredPairs)
    assert np.array_equal(np.asarray(parts.run.scores), np.asarray(listed.run.scores))
    assert_equal(listed, parts)
    if not numbered:
        pq.write_table(rows.inputs, lists.whole / "inputs.parquet")
        pq.write_table(rows.pairs, lists.whole / "scores.parquet")
        assert_equal(ec.Evaluation(ec.load_run(lists.whole)), parts)
    some = rng.permutation(len(rows.listed))[:20]
    wanted = rows.listed.take(pa.array(some))
    assert parts.run.ids[some].tolist() == wanted.column("id").to_pylist()
    assert parts.run.texts is not None
    assert parts.run.texts[some].tolist() == wanted.column("text").to_pylist()
    for name in ("number", "place"):
        assert parts.run.metadata[name][some].tolist() == wanted.column(name).to_pylist()
    assert parts.run.images is not None
    assert parts.run.images.name(int(some[0])) == wanted.column("image")[0].as_py()


def write_plainly(rows: Rows, *, n_files: int = 3, group: int = 7) -> None:
    """Inputs and their scores in files that divide alike, with three scores for each input."""
    inputs, pairs = rows.inputs, rows.pairs
    for name, table in (("inputs", inputs), ("predictions", pairs)):
        (rows.folder / name).mkdir()
        for k in range(n_files):
            start, stop = (len(table) * at // n_files for at in (k, k + 1))
            path = rows.folder / name / f"{k}.parquet"
            pq.write_table(table.slice(start, stop - start), path, row_group_size=group)


def full(tmp_path: Path, *, n: int = 30) -> Rows:
    """Inputs of each of which every concept is scored."""
    table = table_of(np.random.default_rng(2), n, task="multi_label")
    scores = np.array([table.column(f"score:{name}").to_numpy() for name in CONCEPTS]).T
    listed = table.drop_columns([f"score:{name}" for name in CONCEPTS])
    listed = listed.append_column("concepts", pa.array([[*CONCEPTS]] * n, pa.list_(pa.string())))
    cells = pa.array(list(scores), pa.list_(pa.float32()))
    rows = Rows(listed=listed.append_column("scores", cells), folder=tmp_path / "rows")
    rows.folder.mkdir()
    (rows.folder / "run.json").write_text(json.dumps({**ABOUT, "task": "multi_label"}))
    return rows


def test_an_input_whose_rows_go_on_in_the_next_row_group_and_file_stays_whole(
    tmp_path: Path,
) -> None:
    rows = full(tmp_path, n=10)
    (rows.folder / "predictions").mkdir()
    pq.write_table(rows.inputs, rows.folder / "inputs.parquet")
    for k, (start, stop) in enumerate(((0, 13), (13, 14), (14, 30))):
        path = rows.folder / "predictions" / f"{k}.parquet"
        pq.write_table(rows.pairs.slice(start, stop - start), path, row_group_size=2)

    summary = prepared(rows, memory=PER_ROW + 3 * PER_PAIR)
    run = open_parts(rows.folder).run

    assert summary.n_parts == 10
    assert [part.n_inputs for part in run.parts] == [1] * 10
    given = np.array(rows.listed.column("scores").to_pylist(), dtype=np.float32)
    assert np.array_equal(np.asarray(run.scores), given)


def test_inputs_without_any_score_are_there_and_take_no_more_memory_than_a_part_may(
    tmp_path: Path,
) -> None:
    rows = full(tmp_path)
    (rows.folder / "predictions").mkdir()
    pq.write_table(rows.inputs, rows.folder / "inputs.parquet")
    scored = pc.is_in(rows.pairs.column("id"), value_set=pa.array(["input 3", "input 20"]))
    pq.write_table(rows.pairs.filter(scored), rows.folder / "predictions" / "0.parquet")

    prepared(rows, memory=5 * PER_ROW)
    evaluation = open_parts(rows.folder)

    assert max(part.n_inputs for part in evaluation.run.parts) == 5
    assert evaluation.run.n_inputs == 30
    held = np.isfinite(np.asarray(evaluation.run.scores)).all(axis=1)
    assert np.flatnonzero(held).tolist() == [3, 20]
    assert evaluation.n_nothing_predicted(ec.Rule(-1.0)) == 28


def test_what_is_prepared_is_kept_and_a_changed_or_new_file_costs_its_own_parts(
    tmp_path: Path,
) -> None:
    rows = full(tmp_path, n=90)
    write_plainly(rows)
    inputs, pairs = rows.inputs, rows.pairs
    first, again = prepared(rows), prepared(rows)
    path = rows.folder / "predictions" / "1.parquet"
    pq.write_table(pairs.slice(90, 90), path, row_group_size=9)
    with pytest.raises(ec.RunError, match="files of this run have changed"):
        open_parts(rows.folder)
    changed = prepared(rows)
    more = table_of(np.random.default_rng(4), 10, start=90, task="multi_label")
    pq.write_table(more.select(inputs.column_names), rows.folder / "inputs" / "3.parquet")
    with pytest.raises(ec.RunError, match="files of this run have changed"):
        open_parts(rows.folder)
    extra = {"id": ["input 92"], "concept": ["dog"], "score": pa.array([0.5], pa.float32())}
    pq.write_table(pa.table(extra), rows.folder / "predictions" / "3.parquet")
    added = prepared(rows)

    assert first.n_parts % 3 == 0
    own = first.n_parts // 3
    assert (first.n_kept, again.n_kept) == (0, first.n_parts)
    assert changed.n_kept == 2 * own
    assert (added.n_parts, added.n_kept) == (first.n_parts + 1, first.n_parts)
    assert open_parts(rows.folder).run.n_inputs == 100


Change = Callable[[pa.Table], pa.Table]


def with_cell(name: str, row: int, value: Any) -> Change:
    def change(table: pa.Table) -> pa.Table:
        values = table.column(name).to_pylist()
        values[row] = value
        kind = table.schema.field(name).type
        return table.set_column(table.column_names.index(name), name, pa.array(values, kind))

    return change


def in_order(*order: int) -> Change:
    def change(table: pa.Table) -> pa.Table:
        return pa.concat_tables([table.take(pa.array(order)), table.slice(len(order))])

    return change


def as_type(name: str, kind: pa.DataType) -> Change:
    def change(table: pa.Table) -> pa.Table:
        return table.set_column(table.column_names.index(name), name, table.column(name).cast(kind))

    return change


def in_parts(name: str) -> Change:
    """Every value of a column in a list of its own."""

    def change(table: pa.Table) -> pa.Table:
        values = pa.array([[value] for value in table.column(name).to_pylist()])
        return table.set_column(table.column_names.index(name), name, values)

    return change


def without(name: str) -> Change:
    return lambda table: table.drop_columns([name])


SCORES, INPUTS = "predictions/1", "inputs/1"


@pytest.mark.parametrize(
    ("file", "change", "place", "said"),
    [
        (
            SCORES,
            with_cell("id", 9, "input 999"),
            (2, 3),
            "1 ids .* none of the inputs', first 'input 9",
        ),
        (SCORES, with_cell("id", 9, "inptu 13"), (2, 3), "'inptu 13'. Did you mean 'input 13'"),
        (SCORES, with_cell("id", 9, None), (2, 3), "'id' holds 1 rows without an id"),
        (
            SCORES,
            in_order(3, 4, 5, 0, 1, 2),
            (1, 4),
            "rows of 'input 10' .*1, row 1. stand .*1, row 2.",
        ),
        (
            SCORES,
            in_order(0, 1, 3, 4, 5, 2),
            (1, 6),
            "rows of 'input 10' .* stand here, after those",
        ),
        (SCORES, with_cell("concept", 8, "dog"), (2, 2), "'concept' scores 'dog' more than once"),
        (
            SCORES,
            with_cell("concept", 8, "dgo"),
            (2, 2),
            "no concept, first 'dgo'. Did you mean 'dog'. Hint",
        ),
        (SCORES, with_cell("concept", 8, "xy"), (2, 2), "no concept, first 'xy'. Hint"),
        (SCORES, with_cell("concept", 8, None), (2, 2), "'concept' holds 1 times no concept"),
        (
            SCORES,
            with_cell("score", 8, np.nan),
            (2, 2),
            "'score' holds 1 scores .* not finite, first nan",
        ),
        (SCORES, with_cell("score", 8, None), (2, 2), "'score' holds 1 times no score"),
        (SCORES, as_type("score", pa.float64()), None, "another type than 0.parquet: float64"),
        (SCORES, as_type("score", pa.string()), None, "column 'score' holds string"),
        *(
            (SCORES, in_parts(name), None, f"column '{name}' holds list<.*>, and")
            for name in ("id", "concept", "score")
        ),
        (SCORES, without("concept"), None, "there is no column 'concept'"),
        (SCORES, without("id"), None, "there is no column 'id'"),
        (
            SCORES,
            lambda t: t.rename_columns(["id", "concept", "scor"]),
            None,
            "Did you mean 'scor'",
        ),
        (INPUTS, without("id"), None, "there is no column 'id'"),
        (INPUTS, without("labels"), None, "there is no column 'label' or 'labels'"),
        (INPUTS, without("place"), None, "other columns than inputs/0.parquet: 'metadata'"),
        (
            INPUTS,
            in_order(*range(10), 0),
            (2, 4),
            "'input 10' .* inputs/1.parquet, row group 1, row 1",
        ),
        (INPUTS, with_cell("id", 4, None), (1, 5), "'id' holds 1 rows without an id"),
        (INPUTS, with_cell("labels", 4, ["dgo"]), (1, 5), "first 'dgo'. Did you mean 'dog'"),
    ],
)
def test_what_is_wrong_is_said_with_file_row_group_and_row(
    tmp_path: Path, file: str, change: Change, place: tuple[int, int] | None, said: str
) -> None:
    rows = full(tmp_path)
    write_plainly(rows)
    path = rows.folder / f"{file}.parquet"
    pq.write_table(change(pq.read_table(path)), path, row_group_size=7)
    named = f"{file}.parquet".removeprefix("predictions/")
    where = ", row group {}, row {}".format(*place) if place else ""

    with pytest.raises(ec.RunError, match=rf"^{named}{where}: .*{said}") as caught:
        prepared(rows)

    assert "Hint: " in str(caught.value)
    with pytest.raises(ec.RunError, match="not prepared yet"):
        open_parts(rows.folder)


def test_an_input_that_is_there_twice_with_scores_is_said_to_be(tmp_path: Path) -> None:
    rows = full(tmp_path)
    named = [*rows.listed.column("id").to_pylist()[:-1], "input 3"]
    rows = Rows(listed=rows.listed.set_column(0, "id", pa.array(named)), folder=rows.folder)
    write_plainly(rows)

    with pytest.raises(
        ec.RunError, match=r"^inputs/2\.parquet, row group 2, row 3: the id 'input 3'"
    ):
        prepared(rows)


@pytest.mark.parametrize(
    ("name", "row", "value", "said"),
    [
        ("labels", 4, ["dog", "cow", "cat"], r"row 5: column 'labels' says something else than in"),
        ("image", 88, "other.png", r"row 89: column 'image' says something else than in the first"),
        (
            "id",
            80,
            "input 3",
            r"row 81: the id 'input 3' stands in 0\.parquet, row group 1, row 10 .* follow each",
        ),
        ("concept", 10, "dog", r"row 11: column 'concept' scores 'dog' more than once, one of 1"),
        ("concept", 10, None, r"row 11: column 'concept' holds 1 times no concept"),
    ],
)
def test_what_rows_with_labels_contradict_is_said(
    tmp_path: Path, name: str, row: int, value: Any, said: str
) -> None:
    rows = full(tmp_path)
    table = rows.inputs.take(pa.array(np.repeat(np.arange(30), 3)))
    for column in ("concept", "score"):
        table = table.append_column(column, rows.pairs.column(column))
    path = rows.folder / "predictions" / "0.parquet"
    path.parent.mkdir()
    pq.write_table(with_cell(name, row, value)(table), path)

    with pytest.raises(ec.RunError, match=rf"^0\.parquet, row group 1, {said}") as caught:
        prepared(rows, memory=10 * PER_ROW)

    assert "Hint: " in str(caught.value)


def test_labels_repeated_in_another_order_are_the_same(tmp_path: Path) -> None:
    rows = full(tmp_path)
    table = rows.inputs.take(pa.array(np.repeat(np.arange(30), 3)))
    for column in ("concept", "score"):
        table = table.append_column(column, rows.pairs.column(column))
    said = table.column("labels").to_pylist()
    turned = pa.array([names[::-1] if k % 2 else names for k, names in enumerate(said)])
    assert turned.to_pylist() != said
    place = table.column_names.index("labels")
    path = rows.folder / "predictions" / "0.parquet"
    path.parent.mkdir()
    pq.write_table(table.set_column(place, "labels", turned), path)

    prepared(rows)
    total = open_parts(rows.folder).run.labels.total.tolist()
    assert total == [sum(name in names for names in said[::3]) for name in CONCEPTS]


@pytest.mark.parametrize("write", WRITERS)
@pytest.mark.parametrize(
    "kind", [pa.int64(), pa.dictionary(pa.int32(), pa.string()), pa.string_view()]
)
def test_ids_may_be_numbers_and_ids_and_concepts_codes(
    tmp_path: Path, write: Callable[[Rows, np.random.Generator], None], kind: pa.DataType
) -> None:
    rows = drawn(tmp_path)
    numbers = rows.listed.column("number").cast(pa.int64())
    rows = Rows(listed=rows.listed.set_column(0, "id", numbers), folder=rows.folder)
    write(rows, np.random.default_rng(3))
    if not pa.types.is_integer(kind):
        for path in rows.folder.rglob("*.parquet"):
            table = pq.read_table(path)
            for name in {"id", "concept"} & {*table.column_names}:
                table = as_type(name, kind)(as_type(name, pa.string())(table))
            pq.write_table(table, path, row_group_size=9)

    prepared(rows)
    run = open_parts(rows.folder).run

    assert run.ids.tolist() == rows.listed.column("number").to_pylist()
    assert np.array_equal(np.asarray(run.scores), unfolded(rows.listed))


def test_folders_of_inputs_may_say_the_split(tmp_path: Path) -> None:
    rows = full(tmp_path)
    for name, table in (("inputs", rows.inputs), ("predictions", rows.pairs)):
        third = len(table) // 3
        for split, some in (("1", table.slice(0, third)), ("2", table.slice(third))):
            path = rows.folder / name / f"split={split}" / "0.parquet"
            path.parent.mkdir(parents=True)
            pq.write_table(some, path)

    prepared(rows)
    run = open_parts(rows.folder).run

    assert run.fold_names == ("1", "2")
    assert np.asarray(run.folds).tolist() == [0] * 10 + [1] * 20


def test_inputs_and_scores_at_an_address_are_read_in_place(tmp_path: Path) -> None:
    rows = full(tmp_path)
    write_plainly(rows)
    address, far = "memory://shelf/rows", fsspec.filesystem("memory")
    far.put(str(rows.folder), "/shelf/rows", recursive=True)
    try:
        prepare(address, out=tmp_path / "out", memory=SMALL)
        run = open_parts(tmp_path / "out").run
        assert run.n_inputs == 30
        assert run.texts is not None
        assert run.texts[20] == "the text of 20"
        far.pipe_file("/shelf/rows/inputs/1.parquet", b"PAR1")
        with pytest.raises(ec.RunError, match="files of this run have changed"):
            open_parts(tmp_path / "out")
        with pytest.raises(ec.RunError, match=r"^inputs/1\.parquet: this is no whole Parquet file"):
            prepare(address, out=tmp_path / "out", memory=SMALL)
    finally:
        far.rm("/shelf/rows", recursive=True)


def test_scores_without_labels_ask_for_a_table_of_inputs_and_two_of_them_are_refused(
    tmp_path: Path,
) -> None:
    rows = full(tmp_path)
    write_plainly(rows)
    (rows.folder / "inputs").rename(rows.folder / "elsewhere")
    with pytest.raises(ec.RunError, match=r"^0\.parquet: .*'label'.* Hint: .* inputs\.parquet"):
        prepared(rows)
    (rows.folder / "elsewhere").rename(rows.folder / "inputs")
    pq.write_table(rows.inputs, rows.folder / "inputs.parquet")
    with pytest.raises(ec.RunError, match=r"inputs\.parquet is there, and so is inputs/.* Hint"):
        prepared(rows)


def test_rows_of_one_input_that_need_more_memory_are_named(tmp_path: Path) -> None:
    rows = full(tmp_path)
    write_plainly(rows)

    with pytest.raises(ec.RunError, match=r"^0\.parquet, row group 1, row 1: the 3 rows of one in"):
        prepared(rows, memory=PER_ROW + 2 * PER_PAIR)


def test_a_dense_run_beside_which_a_table_of_inputs_lies_is_read_as_before(tmp_path: Path) -> None:
    table = table_of(np.random.default_rng(3), 20)
    dense = write_dataset(tmp_path, [table])
    pq.write_table(table.select(["id"]), dense.parts / "inputs.parquet")

    prepare(str(dense.parts))

    assert_equal(ec.Evaluation(ec.load_run(dense.whole)), open_parts(dense.parts))


def test_the_commands_work_and_say_what_was_read(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = full(tmp_path)
    write_plainly(rows)
    folder = str(rows.folder)

    assert main(["check", folder]) == 1
    assert "not prepared yet. Hint: python -m evalcore prepare" in capsys.readouterr().err
    assert main(["prepare", folder]) == 0
    said = capsys.readouterr()
    assert "prepared  30 inputs x 3 concepts\nparts     1\n" in said.out
    assert "30 of 30 rows" in said.err
    assert main(["check", folder]) == 0
    assert "the concepts that are scored" in capsys.readouterr().out
    assert main(["convert", folder, str(tmp_path / "copy")]) == 0
    assert_equal(ec.Evaluation(ec.load_run(tmp_path / "copy")), open_parts(rows.folder))
