"""Reading run folders: run.json, the sparse form, images, and what may not be opened."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from evalcore.errors import RunError
from evalcore.readers import load_run
from evalcore.runs.images import ImageError
from evalcore.runs.run import EvalRun

PREDICTIONS = "id,label,dog,cat\n1,dog,0.9,0.1\n2,cat,0.2,0.8\n"
INPUTS = "id,labels\na,dog\nb,dog|cat\nc,\n"
SCORES = "id,concept,score\na,dog,0.9\nb,cat,0.5\nc,dog,0.1\n"


def make(folder: Path, manifest: object = None, **tables: str) -> Path:
    run = folder / "my_run"
    run.mkdir(exist_ok=True)
    for stem, text in (tables or {"predictions": PREDICTIONS}).items():
        (run / f"{stem}.csv").write_text(text)
    if manifest is not None:
        text = manifest if isinstance(manifest, str) else json.dumps(manifest)
        (run / "run.json").write_text(text)
    return run


def warnings_of(run: EvalRun) -> str:
    return "\n".join(notice.text for notice in run.report.warnings)


def test_a_folder_takes_its_name_unless_run_json_has_one(tmp_path: Path) -> None:
    assert load_run(make(tmp_path)).name == "my_run"
    assert load_run(make(tmp_path, {"name": "Pets"})).name == "Pets"
    assert load_run(tmp_path / "my_run" / "predictions.csv").name == "Pets"


def test_run_json_says_what_the_table_cannot(tmp_path: Path) -> None:
    manifest = {
        "model": "tagger",
        "model_version": "3",
        "dataset": "shelf",
        "dataset_version": "b",
        "description": "words",
        "media": "image",
        "task": "multi_label",
        "concepts": ["cat", "dog"],
        "operator": ">=",
        "default_threshold": 1,
        "label_separator": "/",
    }
    table = "id,label,dog,cat\n1,dog/cat,0.9,0.1\n2,cat,0.2,0.8\n"
    run = load_run(make(tmp_path, manifest, predictions=table))
    assert (run.model, run.model_version, run.dataset) == ("tagger", "3", "shelf")
    assert (run.dataset_version, run.description) == ("b", "words")
    assert (run.default_operator, run.default_threshold) == (">=", 1.0)
    assert run.concepts == ("cat", "dog")
    assert run.labels.dense().tolist() == [[True, True], [True, False]]
    assert run.report.format == "folder, CSV"


def test_an_unknown_key_is_pointed_out(tmp_path: Path) -> None:
    assert "'modle' means nothing here" in warnings_of(load_run(make(tmp_path, {"modle": "x"})))
    assert "Did you mean 'model'?" in warnings_of(load_run(tmp_path / "my_run"))


@pytest.mark.parametrize(
    ("manifest", "parts"),
    [
        ('{"name": "a", "name": "b"}', ["'name'", "more than once"]),
        ('{"default_threshold": NaN}', ["NaN"]),
        ('{"default_threshold": -Infinity}', ["-Infinity"]),
        ('{"default_threshold": 1e999}', ["default_threshold", "finite", "1e999"]),
        ('{"default_threshold": ' + "9" * 400 + "}", ["default_threshold", "finite"]),
        ('{"default_threshold": ' + "9" * 9000 + "}", ["run.json"]),
        ('{"default_threshold": true}', ["finite number", "True"]),
        ('{"name": ', ["row 1, column 10"]),
        ("[" * 200_000, ["nested too deeply"]),
        ("[1]", ["one object"]),
        ('{"name": 3}', ["'name'", "text", "3"]),
        (
            '{"task": "multi-label"}',
            ["multi_label", "'multi-label'", "Did you mean 'multi_label'?"],
        ),
        ('{"operator": "<"}', ["'operator'", '">="', "'<'"]),
        ('{"concepts": "dog"}', ["'concepts'", "list"]),
        ('{"concepts": ["dog", 1]}', ["'concepts'", "1"]),
        ('{"concepts": ["dog", "dog"]}', ["'dog' more than once"]),
        ('{"concepts": ["dgo", "cat"]}', ["'dgo'", "Did you mean 'dog'?", "score:dgo"]),
        ('{"label_separator": ""}', ["label_separator", "''"]),
    ],
)
def test_a_bad_run_json_is_refused(tmp_path: Path, manifest: str, parts: list[str]) -> None:
    with pytest.raises(RunError) as caught:
        load_run(make(tmp_path, manifest))
    assert [part for part in ["run.json", *parts] if part not in str(caught.value)] == []


def test_a_single_label_run_with_two_labels_is_refused(tmp_path: Path) -> None:
    table = "id,label,dog,cat\n1,dog|cat,0.9,0.1\n2,cat,0.2,0.8\n"
    run = make(tmp_path, {"task": "single_label"}, predictions=table)
    with pytest.raises(RunError, match=r"predictions\.csv.*row 2: 'dog\|cat'.*multi_label"):
        load_run(run)


def test_score_columns_that_run_json_leaves_out_are_pointed_out(tmp_path: Path) -> None:
    table = "id,label,score:dog,score:cat\n1,dog,0.9,0.1\n2,,0.2,0.8\n"
    run = load_run(make(tmp_path, {"concepts": ["dog"]}, predictions=table))
    assert run.concepts == ("dog",)
    assert "'score:cat'" in warnings_of(run)


def test_the_sparse_form_fills_what_was_not_scored(tmp_path: Path) -> None:
    run = load_run(make(tmp_path, inputs=INPUTS, scores=SCORES))
    assert run.concepts == ("cat", "dog")
    inf = np.inf
    assert run.scores.tolist() == [[-inf, 0.9], [0.5, -inf], [-inf, 0.1]]
    assert run.report.format == "folder, CSV, sparse"
    assert run.task == "multi_label"


@pytest.mark.parametrize(
    ("inputs", "scores", "parts"),
    [
        (INPUTS, "id,concpt,score\na,dog,1\n", ["scores.csv", "'concept'", "'concpt'"]),
        (INPUTS, SCORES + "a,dog,0.8\n", ["'a' and 'dog' in rows 2 and 5", "Hint"]),
        (INPUTS, SCORES + "a,cat,x\n", ["row 5", "'score'", "'x'"]),
        (INPUTS, "id,concept,score\nA,dog,1\nB,cat,1\na,dog,1\n", ["2 of 3", "would match"]),
        ("id,labels\n1,dog\n2,cat\n", "id,concept,score\n1.0,dog,1\n2.0,cat,1\n", ["'.0'"]),
        ("image,labels\na,dog\n", SCORES, ["inputs.csv", "no column 'id'"]),
    ],
)
def test_a_bad_sparse_run_is_refused(
    tmp_path: Path, inputs: str, scores: str, parts: list[str]
) -> None:
    with pytest.raises(RunError) as caught:
        load_run(make(tmp_path, inputs=inputs, scores=scores))
    assert [part for part in parts if part not in str(caught.value)] == []


def test_a_few_ids_that_do_not_match_are_counted(tmp_path: Path) -> None:
    run = load_run(make(tmp_path, inputs=INPUTS + "d,cat\n", scores=SCORES + "e,dog,0.5\n"))
    assert "1 of 4 ids are no ids of the inputs: 'e'" in warnings_of(run)
    assert "1 inputs have no score: 'd'" in warnings_of(run)


def test_concepts_of_a_sparse_run_follow_run_json(tmp_path: Path) -> None:
    run = make(tmp_path, {"concepts": ["dog", "cat"]}, inputs=INPUTS, scores=SCORES)
    assert load_run(run).concepts == ("dog", "cat")
    (run / "scores.csv").write_text(SCORES + "a,dgo,0.5\n")
    with pytest.raises(RunError, match=r"'dgo' in row 5 Did you mean 'dog'"):
        load_run(run)


def test_missing_images_are_a_warning(tmp_path: Path) -> None:
    table = "image,label,dog,cat\nimages/a.jpg,dog,0.9,0.1\nb.jpg,cat,0.2,0.8\n,cat,0.2,0.8\n"
    run_folder = make(tmp_path, predictions=table)
    (run_folder / "images").mkdir()
    (run_folder / "images" / "a.jpg").write_bytes(b"x")
    run = load_run(run_folder)
    assert "1 image(s) are missing on disk: 'b.jpg' in row 3" in warnings_of(run)
    assert "1 input(s) name no image: row 4" in warnings_of(run)
    assert run.ids.tolist() == ["images/a.jpg", "b.jpg", "row 4"]
    assert run.images is not None
    assert run.images.read(0) == b"x"


@pytest.mark.parametrize(
    "path", ["../secret.jpg", "/etc/passwd", "C:\\x.jpg", "a\\b.jpg", "images/../../x"]
)
def test_an_image_path_that_leads_out_is_never_opened(tmp_path: Path, path: str) -> None:
    (tmp_path / "secret.jpg").write_bytes(b"secret")
    table = f"image,label,dog,cat\n{path},dog,0.9,0.1\nb.jpg,cat,0.2,0.8\n"
    run = load_run(make(tmp_path, predictions=table))
    assert "1 image path(s) are not opened, for they lead out: row 2" in warnings_of(run)
    assert run.images is not None
    with pytest.raises(ImageError):
        run.images.read(0)


@pytest.mark.parametrize(
    "path",
    [
        *("/data/photos/images/dog.jpg", "C:\\photos\\images\\dog.jpg", "images\\dog.jpg"),
        *("../images/dog.jpg", "file:///data/images/dog.jpg", "s3://bucket/images/dog.jpg"),
        *("dog.jpg", "images/dog", "Images/DOG.JPG", "./images/dog.jpg"),
    ],
)
def test_an_image_is_found_below_the_run_by_the_end_of_its_path(tmp_path: Path, path: str) -> None:
    table = f"id,image,label,dog,cat\n1,{path},dog,0.9,0.1\n2,b.jpg,cat,0.2,0.8\n"
    folder = make(tmp_path, predictions=table)
    (folder / "images").mkdir()
    (folder / "images" / "dog.jpg").write_bytes(b"dog")
    run = load_run(folder)
    assert run.images is not None
    assert run.images.read(0) == b"dog"
    assert "images/dog.jpg" in (run.images.name(0), run.images.name(0).removeprefix("./"))


def test_an_image_in_another_unicode_form_is_found_and_two_of_a_name_are_not(
    tmp_path: Path,
) -> None:
    composed, apart = "caf\u00e9.jpg", "cafe\u0301.jpg"
    table = f"image,label,dog,cat\n/x/{apart},dog,0.9,0.1\n/x/b.jpg,cat,0.2,0.8\n"
    folder = make(tmp_path, predictions=table)
    for name in (composed, "one/b.jpg", "two/b.jpg"):
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_bytes(name.encode())
    run = load_run(folder)
    assert run.images is not None
    assert run.images.read(0) == composed.encode()
    with pytest.raises(ImageError):
        run.images.read(1)


def test_an_image_that_is_a_link_out_or_no_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "secret.jpg").write_bytes(b"secret")
    (tmp_path / "photos").mkdir()
    table = (
        "image,label,dog,cat\nlink.jpg,dog,0.9,0.1\npipe.jpg,cat,0.2,0.8\nfolder/a.jpg,dog,1,0\n"
    )
    run = make(tmp_path, predictions=table)
    (run / "link.jpg").symlink_to(tmp_path / "secret.jpg")
    os.mkfifo(run / "pipe.jpg")
    (run / "folder").symlink_to(tmp_path / "photos")
    with pytest.raises(RunError) as caught:
        load_run(run)
    for part in ("3 image path(s)", "link out", "'pipe.jpg' is no regular file", "in a folder"):
        assert part in str(caught.value)


def test_a_link_inside_the_run_is_followed(tmp_path: Path) -> None:
    table = "image,label,dog,cat\nlink.jpg,dog,0.9,0.1\na.jpg,cat,0.2,0.8\n"
    run_folder = make(tmp_path, predictions=table)
    (run_folder / "a.jpg").write_bytes(b"x")
    (run_folder / "link.jpg").symlink_to("a.jpg")
    run = load_run(run_folder)
    assert run.report.warnings == []
    assert run.images is not None
    assert run.images.read(0) == b"x"


def link_out(run: Path, target: Path) -> None:
    target.write_text(PREDICTIONS)
    (run / "predictions.csv").symlink_to(target)


@pytest.mark.parametrize(
    ("prepare", "says"),
    [
        (lambda _run, _target: None, "It is empty"),
        (lambda run, _target: (run / "prediction.csv").write_text("x"), "Did you mean"),
        (link_out, "link out"),
        (lambda run, _target: os.mkfifo(run / "predictions.csv"), "no regular file"),
        (lambda run, _target: (run / "predictions.csv").symlink_to("no"), "leads nowhere"),
        (lambda run, _target: (run / "inputs.csv").write_text("id"), "It holds 'inputs.csv'"),
    ],
)
def test_a_folder_without_a_table_of_its_own_is_refused(
    tmp_path: Path, prepare: Any, says: str
) -> None:
    run = tmp_path / "run"
    run.mkdir()
    prepare(run, tmp_path / "other.csv")
    with pytest.raises(RunError, match=says):
        load_run(run)


def test_two_tables_for_one_run_are_refused(tmp_path: Path) -> None:
    run = make(tmp_path)
    (run / "predictions.parquet").write_bytes(b"PAR1")
    with pytest.raises(RunError, match=r"'predictions\.csv', 'predictions\.parquet'.*keep one"):
        load_run(run)


def test_a_path_that_is_not_there_is_named(tmp_path: Path) -> None:
    make(tmp_path)
    with pytest.raises(RunError, match=r"no such file or folder\. Did you mean 'my_run'\?"):
        load_run(tmp_path / "my_rnu")
    os.mkfifo(tmp_path / "pipe.csv")
    with pytest.raises(RunError, match="neither a folder nor a regular file"):
        load_run(tmp_path / "pipe.csv")
