"""Columns that a person gave a role: by run.json, or kept for a table by the workshop."""

from __future__ import annotations

import json
from pathlib import Path

import pyarrow as pa
import pyarrow.feather
import pyarrow.parquet as pq
import pytest

import evalcore as ec
from evalcore.commands import main
from evalcore.errors import RunError
from evalcore.library.folder_of_runs import source_stamp
from evalcore.readers.folder.build import build_run
from evalcore.readers.folder.files import find_files
from evalcore.readers.folder.kept_columns import (
    forget_columns,
    keep_columns,
    keep_in_run_json,
    kept_columns,
)
from evalcore.readers.folder.preview import preview

TABLE = "nr,truth,p_dog,p_cat,city\na,dog,0.9,0.2,Ulm\nb,dog|cat,0.1,0.8,Bonn\nc,,0.4,0.5,Ulm\n"
CHOSEN = {"nr": "id", "truth": "labels", "p_dog": "score:dog", "p_cat": "score:cat"}


@pytest.fixture(autouse=True)
def own_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("THRESHOLD_WORKSHOP_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


@pytest.fixture
def run_folder(tmp_path: Path) -> Path:
    folder = tmp_path / "export"
    folder.mkdir()
    (folder / "predictions.csv").write_text(TABLE)
    return folder


def manifest(folder: Path, **entries: object) -> Path:
    (folder / "run.json").write_text(json.dumps(entries))
    return folder


def refused(folder: Path, columns: object, **more: object) -> str:
    with pytest.raises(RunError) as error:
        ec.load_run(manifest(folder, columns=columns, **more))
    return str(error.value)


def test_without_a_word_the_run_cannot_be_read_and_the_message_says_the_way(
    run_folder: Path,
) -> None:
    with pytest.raises(RunError, match=r"by 'columns' in run\.json"):
        ec.load_run(run_folder)


def test_run_json_says_what_the_columns_are(run_folder: Path) -> None:
    run = ec.load_run(manifest(run_folder, columns=CHOSEN))
    assert run.concepts == ("dog", "cat")
    assert run.ids.tolist() == ["a", "b", "c"]
    assert run.labels.total.tolist() == [2, 1]
    assert run.scores.tolist() == [[0.9, 0.2], [0.1, 0.8], [0.4, 0.5]]
    assert list(run.metadata) == ["city"]


@pytest.mark.parametrize(("word", "task"), [("label", "single_label"), ("labels", "multi_label")])
def test_the_word_for_the_labels_says_how_many_there_may_be(
    run_folder: Path, word: str, task: str
) -> None:
    (run_folder / "predictions.csv").write_text(TABLE.replace("dog|cat", "cat"))
    run = ec.load_run(manifest(run_folder, columns=CHOSEN | {"truth": word}))
    assert run.task == task


def test_a_chosen_column_wins_over_one_that_is_only_named_so(tmp_path: Path) -> None:
    (tmp_path / "predictions.csv").write_text(
        "id,label,checked,score:dog,score:cat\n1,dog,cat,0.9,0.1\n2,dog,dog,0.5,0.4\n"
    )
    run = ec.load_run(manifest(tmp_path, columns={"checked": "label", "score:cat": "ignore"}))
    assert run.concepts == ("dog",)
    assert run.labels.total.tolist() == [1]
    assert run.metadata["label"].tolist() == ["dog", "dog"]


def test_columns_that_nobody_spoke_about_go_by_the_rules(tmp_path: Path) -> None:
    (tmp_path / "predictions.csv").write_text("key,truth,dog,cat\n1,dog,0.9,0.1\n2,cat,0.5,0.4\n")
    run = ec.load_run(manifest(tmp_path, columns={"truth": "label"}))
    assert run.concepts == ("dog", "cat")
    assert list(run.metadata) == ["key"]


def test_every_role_can_be_given(tmp_path: Path) -> None:
    header = "a,b,c,d,e,f,g,h,i,j"
    (tmp_path / "predictions.csv").write_text(f"{header}\n1,x.png,hi,dog,,,k,0.5,m,z\n")
    roles = [
        "id",
        "image",
        "text",
        "labels",
        "not_labels",
        "unknown_labels",
        "fold",
        "score",
        "metadata",
        "ignore",
    ]
    run = ec.load_run(manifest(tmp_path, columns=dict(zip(header.split(","), roles, strict=True))))
    found = {role.column: role.role for role in run.report.columns}
    assert found == {
        "a": "id",
        "b": "image",
        "c": "text",
        "d": "labels",
        "e": "not labelled",
        "f": "unknown",
        "g": "split",
        "h": "score",
        "i": "metadata",
        "j": "ignored",
    }


@pytest.mark.parametrize(
    ("columns", "says"),
    [
        ({"truth": "lable"}, ("'columns'", "'truth'", "'lable'", "Did you mean 'label'", "Roles:")),
        ({"truth": 3}, ("'columns'", "'truth'", "3", "Roles:")),
        ({"p_dog": "score:"}, ("'p_dog'", "'score:'", "score:<concept>")),
        ({"thruth": "label"}, ("'thruth'", "predictions.csv", "Did you mean 'truth'")),
        ({"nr": "id", "city": "id"}, ("'nr'", "'city'", "'id'", "Hint")),
        ({"truth": "label", "city": "labels"}, ("two columns", "'truth'", "'city'")),
        ({"p_dog": "score:x", "p_cat": "score:x"}, ("two columns", "'p_dog'", "'p_cat'")),
        (["truth"], ("'columns'", "an object", "['truth']")),
        ("label", ("'columns'", "an object")),
    ],
)
def test_what_is_wrong_is_said_with_key_value_and_fix(
    run_folder: Path, columns: object, says: tuple[str, ...]
) -> None:
    text = refused(run_folder, columns)
    assert text.startswith("run.json: ")
    for part in says:
        assert part in text


def test_a_chosen_score_must_be_one_of_the_concepts(run_folder: Path) -> None:
    text = refused(run_folder, CHOSEN, concepts=["dog", "cta"])
    assert "'cat'" in text
    assert "Did you mean 'cta'" in text


def test_two_columns_for_one_concept_are_refused(tmp_path: Path) -> None:
    (tmp_path / "predictions.csv").write_text("label,score:dog,d2\ndog,0.9,0.1\n")
    assert "both hold the scores of 'dog'" in refused(tmp_path, {"d2": "score:dog"})


def test_a_sparse_table_of_inputs_takes_roles_but_no_scores(tmp_path: Path) -> None:
    (tmp_path / "inputs.csv").write_text("key,truth,n\na,dog,1\nb,cat,2\n")
    (tmp_path / "scores.csv").write_text("id,concept,score\na,dog,0.5\nb,cat,0.5\n")
    run = ec.load_run(manifest(tmp_path, columns={"key": "id", "truth": "label"}))
    assert run.ids.tolist() == ["a", "b"]
    assert "a table of their own" in refused(tmp_path, {"n": "score"})


def test_roles_kept_for_a_bare_file_hold_for_its_content(tmp_path: Path, own_home: Path) -> None:
    table, copy, other = (tmp_path / name for name in ("t.csv", "copy.csv", "other.csv"))
    table.write_text(TABLE)
    copy.write_text(TABLE)
    other.write_text(TABLE.replace("0.9", "0.8"))
    keep_columns(table, CHOSEN)
    assert ec.load_run(table).concepts == ("dog", "cat")
    assert kept_columns(copy) == CHOSEN
    assert kept_columns(other) is None
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "copy.csv",
        "home",
        "other.csv",
        "t.csv",
    ]
    assert len(list((own_home / "mappings").iterdir())) == 1


def test_the_report_says_that_roles_were_chosen(tmp_path: Path) -> None:
    table = tmp_path / "t.csv"
    table.write_text(TABLE)
    keep_columns(table, CHOSEN)
    assert any("was chosen" in notice.text for notice in ec.load_run(table).report.notices)


def test_keeping_and_forgetting_changes_the_stamp(tmp_path: Path) -> None:
    table = tmp_path / "t.csv"
    table.write_text(TABLE)
    before = source_stamp(table)
    keep_columns(table, CHOSEN)
    assert source_stamp(table) != before
    forget_columns(table)
    assert source_stamp(table) == before
    assert kept_columns(table) is None


def test_check_honours_what_was_kept(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    table = tmp_path / "t.csv"
    table.write_text(TABLE)
    assert main(["check", str(table)]) == 1
    keep_columns(table, CHOSEN)
    assert main(["check", str(table)]) == 0
    assert "  p_dog: score (concept 'dog')" in capsys.readouterr().out.splitlines()


def test_roles_are_written_into_run_json_when_there_is_none(run_folder: Path) -> None:
    keep_columns(run_folder / "predictions.csv", CHOSEN)
    keep_in_run_json(run_folder, CHOSEN)
    assert json.loads((run_folder / "run.json").read_text()) == {"columns": CHOSEN}
    assert kept_columns(run_folder / "predictions.csv") is None, "kept in one place"
    assert ec.load_run(run_folder).concepts == ("dog", "cat")
    assert sorted(path.name for path in run_folder.iterdir()) == ["predictions.csv", "run.json"]


def test_every_other_key_of_run_json_stays(run_folder: Path) -> None:
    manifest(run_folder, name="é", mine=[1, {"a": None}], default_threshold=0.25)
    keep_in_run_json(run_folder, CHOSEN)
    assert json.loads((run_folder / "run.json").read_text(encoding="utf-8")) == {
        "name": "é",
        "mine": [1, {"a": None}],
        "default_threshold": 0.25,
        "columns": CHOSEN,
    }


def test_a_run_json_that_is_unusable_is_left_alone(run_folder: Path) -> None:
    (run_folder / "run.json").write_text("{")
    with pytest.raises(RunError, match="not valid JSON"):
        keep_in_run_json(run_folder, CHOSEN)
    assert (run_folder / "run.json").read_text() == "{"


def test_a_bare_file_gets_no_run_json(tmp_path: Path) -> None:
    table = tmp_path / "t.csv"
    table.write_text(TABLE)
    with pytest.raises(RunError, match="only a folder"):
        keep_in_run_json(table, CHOSEN)
    assert not (tmp_path / "run.json").exists()


def test_a_write_that_fails_changes_nothing(
    run_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    manifest(run_folder, name="x")

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(RunError, match="No space left on device"):
        keep_in_run_json(run_folder, CHOSEN)
    assert json.loads((run_folder / "run.json").read_text()) == {"name": "x"}
    assert sorted(path.name for path in run_folder.iterdir()) == ["predictions.csv", "run.json"]


def test_roles_can_be_tried_without_keeping_them(run_folder: Path) -> None:
    assert build_run(find_files(run_folder), columns=CHOSEN).concepts == ("dog", "cat")
    with pytest.raises(RunError, match="no column 'label'"):
        ec.load_run(run_folder)


def write(folder: Path, ending: str) -> Path:
    columns = {
        "nr": ["a", "b"],
        "truth": ["dog", "cat"],
        "p_dog": [0.5, 0.25],
        "picture": [b"x"] * 2,
    }
    path = folder / f"t.{ending}"
    if ending == "parquet":
        pq.write_table(pa.table(columns), path)
    elif ending == "feather":
        pyarrow.feather.write_feather(pa.table(columns), str(path))
    else:
        columns["picture"] = ["x"] * 2
        rows = [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]
        lines = map(json.dumps, rows) if ending == "jsonl" else [",".join(columns)]
        cells = [] if ending == "jsonl" else [",".join(map(str, row.values())) for row in rows]
        path.write_text("\n".join([*lines, *cells]) + "\n")
    return path


@pytest.mark.parametrize("ending", ["csv", "jsonl", "parquet", "feather"])
def test_the_preview_shows_the_first_cells_of_every_format(tmp_path: Path, ending: str) -> None:
    seen = preview(write(tmp_path, ending))
    assert list(seen.columns) == ["nr", "truth", "p_dog", "picture"]
    assert [row[:3] for row in seen.rows] == [("a", "dog", "0.5"), ("b", "cat", "0.25")]
    assert seen.columns["picture"] == ("metadata" if ending in ("csv", "jsonl") else "ignore")


def test_the_preview_says_what_was_taken_for_what(run_folder: Path) -> None:
    assert set(preview(run_folder).columns.values()) == {"metadata"}
    seen = preview(manifest(run_folder, columns=CHOSEN))
    assert seen.columns == {**CHOSEN, "city": "metadata"}
    assert seen.chosen == CHOSEN
    assert seen.is_folder


def test_the_preview_speaks_the_words_of_run_json(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("id,file_name,label,split,dog,cat,score:x\n1,a,dog,f,0,1,0\n")
    assert preview(tmp_path / "t.csv").columns == {
        "id": "id",
        "file_name": "image",
        "label": "label",
        "split": "fold",
        "dog": "metadata",
        "cat": "metadata",
        "score:x": "score:x",
    }


def test_truth_in_a_second_file_is_seen_in_the_preview(tmp_path: Path) -> None:
    (tmp_path / "predictions.csv").write_text("id,dog,cat\n1,.9,.1\n2,.2,.8\n")
    (tmp_path / "labels.csv").write_text("id,label,city\n2,cat,Ulm\n1,dog,Bonn\n")
    seen = preview(tmp_path)
    assert seen.columns == {
        "id": "id",
        "dog": "score:dog",
        "cat": "score:cat",
        "label": "label",
        "city": "metadata",
    }
    assert seen.rows[0] == ("1", ".9", ".1", "dog", "Bonn")
