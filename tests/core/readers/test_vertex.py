"""Reading batch predictions of Vertex AI and AutoML with a label table."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from evalcore.errors import RunError
from evalcore.readers import load_run
from evalcore.readers.vertex.reader import VertexReader
from tests.support.exports import (
    damage,
    loads_or_refuses,
    memory_ratio,
    mutate,
    scores_of,
    warnings_of,
    write_lines,
)

READER = VertexReader()
LABELS = "id,label\ngs://b/1.jpg,daisy\ngs://b/2.jpg,rose\ngs://b/3.jpg,\n"


def row(k: object, scores: dict[str, float]) -> dict[str, Any]:
    return {
        "instance": {"content": f"gs://b/{k}.jpg", "mimeType": "image/jpeg"},
        "prediction": {
            "ids": [str(len(name)) for name in scores],
            "displayNames": list(scores),
            "confidences": list(scores.values()),
        },
    }


def rows() -> list[dict[str, Any]]:
    return [
        row(1, {"daisy": 0.9, "rose": 0.1}),
        row(2, {"rose": 0.6, "daisy": 0.4}),
        row(3, {"rose": 0.2}),
    ]


def job(
    folder: Path, *shards: list[Any], labels: str | bytes = LABELS, name: str = "labels.csv"
) -> Path:
    for k, shard in enumerate(shards or (rows(),), start=1):
        write_lines(folder / f"predictions_0000{k}.jsonl", shard)
    data = labels if isinstance(labels, bytes) else labels.encode()
    (folder / name).write_bytes(data)
    return folder


def test_predictions_and_a_label_table_are_a_run(tmp_path: Path) -> None:
    folder = job(tmp_path / "job", rows()[:2], rows()[2:])
    assert READER.recognises(folder)
    run = load_run(folder)
    assert run.report.format == "folder, Vertex AI batch predictions (JSON Lines)"
    assert (run.name, run.task, run.concepts) == ("job", "single_label", ("daisy", "rose"))
    assert run.ids.tolist() == ["gs://b/1.jpg", "gs://b/2.jpg", "gs://b/3.jpg"]
    assert run.scores.tolist() == [[0.9, 0.1], [0.4, 0.6], [-np.inf, 0.2]]
    assert run.labels.dense().tolist() == [[True, False], [False, True], [False, False]]


def test_a_single_file_takes_the_labels_beside_it(tmp_path: Path) -> None:
    folder = job(tmp_path)
    run = load_run(folder / "predictions_00001.jsonl")
    assert (run.n_inputs, run.name) == (3, "predictions_00001")


def test_the_order_of_the_label_table_counts(tmp_path: Path) -> None:
    labels = "label,gcs_uri,site\nrose,gs://b/2.jpg,north\ndaisy,gs://b/1.jpg,south\n"
    run = load_run(job(tmp_path, rows()[:2], labels=labels))
    assert run.ids.tolist() == ["gs://b/2.jpg", "gs://b/1.jpg"]
    assert scores_of(run, "daisy") == [0.4, 0.9]
    assert run.metadata["site"].tolist() == ["north", "south"]


def test_automl_rows_are_read(tmp_path: Path) -> None:
    old = [
        {
            "ID": f"gs://b/{k}.jpg",
            "annotations": [
                {
                    "annotation_spec_id": "7",
                    "display_name": "daisy",
                    "classification": {"score": 0.25 * k},
                }
            ],
        }
        for k in (1, 2)
    ]
    folder = job(tmp_path, old)
    assert READER.recognises(folder)
    assert scores_of(load_run(folder), "daisy") == [0.25, 0.5, -np.inf]


def test_import_files_are_label_tables(tmp_path: Path) -> None:
    text = "TEST,gs://b/1.jpg,daisy\nTEST,gs://b/2.jpg,rose\nTRAIN,gs://b/9.jpg,rose\nTEST,gs://b/3.jpg\n"
    one = load_run(job(tmp_path / "csv", labels=text.replace("3.jpg", "3.jpg,")))
    assert one.labels.total.tolist() == [1, 1]
    assert (one.task, one.n_inputs) == ("single_label", 3)
    lines = [
        {
            "imageGcsUri": f"gs://b/{k}.jpg",
            "classificationAnnotation": {"displayName": name},
            "dataItemResourceLabels": {"aiplatform.googleapis.com/ml_use": use},
        }
        for k, name, use in ((1, "daisy", "test"), (2, "rose", "test"), (9, "rose", "training"))
    ]
    folder = job(tmp_path / "lines", rows()[:2])
    (folder / "labels.csv").unlink()
    write_lines(folder / "import.jsonl", lines)
    two = load_run(folder)
    assert two.labels.dense().tolist() == [[True, False], [False, True]]
    assert two.metadata["ml_use"].tolist() == ["test", "test"]
    for line, names in zip(lines, (["daisy", "rose"], [], ["rose"]), strict=True):
        del line["classificationAnnotation"]
        line["classificationAnnotations"] = [{"displayName": name} for name in names]
    write_lines(folder / "import.jsonl", lines)
    three = load_run(folder)
    assert (three.task, three.labels.total.tolist()) == ("multi_label", [1, 1])


def test_file_names_match_where_whole_addresses_do_not(tmp_path: Path) -> None:
    labels = "image,label\n1.jpg,daisy\n2.jpg,rose\n3.jpg,\n"
    folder = job(tmp_path, labels=labels)
    (folder / "1.jpg").write_bytes(b"picture")
    run = load_run(folder)
    assert run.ids.tolist() == ["1.jpg", "2.jpg", "3.jpg"]
    assert scores_of(run, "daisy") == [0.9, 0.4, -np.inf]
    assert run.images is not None
    assert run.images.read(0) == b"picture"
    mended = [notice.text for notice in run.report.notices if notice.level == "mended"]
    assert any("matched by their last part" in text for text in mended)


def test_what_the_service_could_not_predict_is_counted(tmp_path: Path) -> None:
    failed = {"instance": {"content": "gs://b/3.jpg"}, "error": {"code": 3, "message": "bad image"}}
    run = load_run(job(tmp_path, [*rows()[:2], failed]))
    assert "1 instance(s) could not be predicted" in warnings_of(run)
    assert "1 inputs have no score: 'gs://b/3.jpg'" in warnings_of(run)


def test_ids_that_do_not_match_are_warned_of_and_refused_below_half(tmp_path: Path) -> None:
    run = load_run(job(tmp_path / "some", [*rows(), row(8, {"rose": 0.5})]))
    assert "1 of 4 ids are no ids of the inputs: 'gs://b/8.jpg'" in warnings_of(run)
    assert run.n_inputs == 3
    with pytest.raises(RunError, match=r"2 of 2 ids.*Hint"):
        load_run(job(tmp_path / "none", [row(8, {"rose": 0.5}), row(9, {"rose": 0.5})]))


def test_unknown_label_names_are_warned_of(tmp_path: Path) -> None:
    run = load_run(job(tmp_path, labels=LABELS.replace("daisy", "dasiy")))
    assert "'dasiy' (1 x) Did you mean 'daisy'?" in warnings_of(run)


def with_prediction(**changes: Any) -> list[Any]:
    changed = rows()
    changed[1]["prediction"].update(changes)
    return changed


@pytest.mark.parametrize(
    ("shard", "parts"),
    [
        (with_prediction(confidences=[0.5]), ["row 2", "2 displayNames, 1 confidences"]),
        (with_prediction(confidences=["x", 1]), ["row 2", "'x'", "a finite number"]),
        (with_prediction(displayNames=["a", "a"], ids=[]), ["row 2", "'a' is predicted twice"]),
        (with_prediction(displayNames=["a", None]), ["row 2", "displayNames is missing"]),
        ([{**rows()[0], "prediction": {"boxes": []}}, rows()[1]], ["row 1", "holds 'boxes'"]),
        ([*rows(), {**rows()[0], "instance": {}}], ["row 4", "instance.content (or key)"]),
        ([*rows(), {**rows()[0], "prediction": [1]}], ["row 4", "prediction is [1]"]),
        ([*rows(), row(1, {"rose": 0.5})], ["row 4", "'gs://b/1.jpg' was predicted in", "row 1"]),
        ([*rows(), 5], ["row 4", "the row is 5"]),
    ],
)
def test_what_is_wrong_is_said_with_file_and_row(
    tmp_path: Path, shard: list[Any], parts: list[str]
) -> None:
    with pytest.raises(RunError) as caught:
        load_run(job(tmp_path / "job", shard))
    message = str(caught.value)
    assert "predictions_00001.jsonl" in message
    assert "Hint" in message
    assert [part for part in parts if part not in message] == [], message


def test_predictions_without_one_label_table_are_refused(tmp_path: Path) -> None:
    folder = job(tmp_path)
    (folder / "more.csv").write_text(LABELS)
    with pytest.raises(RunError, match=r"there are several: 'labels.csv', 'more.csv'.*Hint"):
        load_run(folder)
    (folder / "more.csv").unlink()
    (folder / "labels.csv").unlink()
    with pytest.raises(RunError, match=r"there is none.*labels.csv"):
        load_run(folder)
    with pytest.raises(RunError, match="there is none"):
        load_run(folder / "predictions_00001.jsonl")


def test_a_bad_label_table_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RunError, match=r"'gs://b/1.jpg' in rows 2 and 5"):
        load_run(job(tmp_path, labels=LABELS + "gs://b/1.jpg,rose\n"))
    with pytest.raises(RunError, match=r"labels.csv: no column 'label'"):
        load_run(job(tmp_path, labels="id,lable\n1,2\n"))


def test_a_truncated_file_names_the_row(tmp_path: Path) -> None:
    path = job(tmp_path) / "predictions_00001.jsonl"
    path.write_bytes(path.read_bytes()[:-30])
    with pytest.raises(RunError, match=r"predictions_00001.jsonl: row 3 is cut off.*Hint"):
        load_run(tmp_path)


def test_other_folders_are_not_recognised(tmp_path: Path) -> None:
    assert not READER.recognises(tmp_path)
    (tmp_path / "predictions.jsonl").write_text('{"id": 1, "label": "a", "score:a": 0.5}\n')
    assert not READER.recognises(tmp_path)


def test_mutated_jobs_load_or_are_refused(tmp_path: Path, rng: np.random.Generator) -> None:
    path = job(tmp_path) / "predictions_00001.jsonl"
    data = path.read_bytes()
    labels = (tmp_path / "labels.csv").read_bytes()
    n_loaded = 0
    for _ in range(150):
        changed = [mutate(item, rng) if rng.random() < 0.5 else item for item in rows()]
        write_lines(path, changed)
        n_loaded += loads_or_refuses(READER, tmp_path)
        path.write_bytes(damage(data, rng))
        loads_or_refuses(READER, tmp_path)
        path.write_bytes(data)
        (tmp_path / "labels.csv").write_bytes(damage(labels, rng))
        loads_or_refuses(READER, tmp_path)
        (tmp_path / "labels.csv").write_bytes(labels)
    assert 10 < n_loaded < 295


def test_reading_takes_less_than_three_times_the_run(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    names = [f"concept {j}" for j in range(200)]
    many = [row(k, dict(zip(names, rng.random(200).tolist(), strict=True))) for k in range(1500)]
    for item in many:
        item["prediction"]["ids"] = []
    labels = "id,label\n" + "".join(f"gs://b/{k}.jpg,concept {k % 200}\n" for k in range(1500))
    folder = job(tmp_path, many, labels=labels)
    del many
    assert json.loads((folder / "predictions_00001.jsonl").read_text().split("\n")[0])
    assert memory_ratio(lambda: READER.read(folder)) < 3
