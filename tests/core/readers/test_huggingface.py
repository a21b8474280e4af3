"""Reading Hugging Face data sets, written by the real package, with pipeline predictions."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import datasets
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from datasets import ClassLabel, Image, List, Value
from PIL import Image as Pillow

from evalcore.errors import RunError
from evalcore.readers import load_run
from evalcore.readers.huggingface.reader import HuggingFaceReader
from tests.support.exports import (
    damage,
    loads_or_refuses,
    memory_ratio,
    mutate,
    scores_of,
    warnings_of,
    write_json,
    write_lines,
)

READER = HuggingFaceReader()
NAMES = ["cat", "dog", "cow"]
PAIRS = List({"label": Value("string"), "score": Value("float32")})


def picture(k: int) -> dict[str, Any]:
    data = io.BytesIO()
    Pillow.new("RGB", (4, 4), (k, 0, 0)).save(data, "PNG")
    return {"bytes": data.getvalue(), "path": f"{k}.png"}


def pipeline(**scores: float) -> list[dict[str, Any]]:
    return [{"label": name, "score": score} for name, score in scores.items()]


PREDICTIONS = [pipeline(cat=0.9, dog=0.1), pipeline(dog=0.6, cat=0.3, cow=0.1), pipeline(cow=0.5)]


def features(**rest: Any) -> dict[str, Any]:
    return {"image": Image(), "label": ClassLabel(names=NAMES), "site": Value("string"), **rest}


def write(path: Path, kinds: dict[str, Any] | None = None, **columns: Any) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    given = {
        "image": [picture(k) for k in range(3)],
        "label": [0, 1, -1],
        "site": ["north", "south", None],
        **columns,
    }
    kinds = features() if kinds is None else kinds
    table = datasets.Dataset.from_dict(
        {name: given[name] for name in kinds}, features=datasets.Features(kinds)
    )
    datasets.disable_progress_bars()
    table.to_parquet(str(path))
    return path


def with_column(path: Path, predictions: Any = PREDICTIONS) -> Path:
    return write(path, features(predictions=PAIRS), predictions=predictions)


def with_json(folder: Path, predictions: object = PREDICTIONS) -> Path:
    write(folder / "data" / "test-00000-of-00001.parquet")
    write_json(folder / "predictions.json", predictions)
    return folder


def test_a_column_of_predictions_is_joined_by_row(tmp_path: Path) -> None:
    path = with_column(tmp_path / "pets.parquet")
    assert READER.recognises(path)
    run = load_run(path)
    assert run.report.format.startswith("file, Hugging Face dataset (Parquet)")
    assert (run.name, run.task, run.concepts) == ("pets", "single_label", ("cat", "dog", "cow"))
    assert run.scores.dtype == np.float32
    none = -np.inf
    np.testing.assert_array_equal(
        run.scores, np.array([[0.9, 0.1, none], [0.3, 0.6, 0.1], [none, none, 0.5]], np.float32)
    )
    assert run.labels.dense().tolist() == [[True, False, False], [False, True, False], [False] * 3]
    assert run.ids.tolist() == ["0.png", "1.png", "2.png"]
    assert run.metadata["site"].tolist() == ["north", "south", ""]
    assert run.images is not None
    assert run.images.read(1) == picture(1)["bytes"]


def test_predictions_in_json_are_joined_in_the_order_of_the_rows(tmp_path: Path) -> None:
    folder = with_json(tmp_path / "pets")
    assert READER.recognises(folder)
    run = load_run(folder)
    assert (run.name, run.scores.dtype) == ("pets", np.float64)
    assert scores_of(run, "cat") == [0.9, 0.3, -np.inf]


def test_json_lines_with_ids_are_joined_by_id(tmp_path: Path) -> None:
    kinds = {"id": Value("string"), "label": ClassLabel(names=NAMES), "text": Value("string")}
    folder = tmp_path / "tickets"
    write(folder / "test.parquet", kinds, id=["007", "7", "x"], text=["a", "b", "c"])
    rows = [
        {"id": name, "predictions": item}
        for name, item in zip(("x", "007", "7"), PREDICTIONS, strict=True)
    ]
    write_lines(folder / "predictions.jsonl", rows)
    run = load_run(folder)
    assert run.ids.tolist() == ["007", "7", "x"]
    assert scores_of(run, "cat") == [0.3, -np.inf, 0.9]
    assert run.texts is not None
    assert run.texts.tolist() == ["a", "b", "c"]
    rows[0]["id"] = "y"
    write_lines(folder / "predictions.jsonl", rows)
    assert "1 of 3 ids are no ids of the inputs: 'y'" in warnings_of(load_run(folder))
    rows[1]["id"] = "z"
    write_lines(folder / "predictions.jsonl", rows)
    with pytest.raises(RunError, match=r"2 of 3 ids.*Hint"):
        load_run(folder)


def test_shards_are_one_data_set(tmp_path: Path) -> None:
    folder = tmp_path / "pets"
    for k in range(2):
        with_column(folder / "data" / f"test-0000{k}-of-00002.parquet")
    run = load_run(folder)
    assert run.n_inputs == 6
    assert run.ids.tolist() == ["1", "2", "3", "4", "5", "6"]
    assert run.images is not None
    assert run.images.read(4) == picture(1)["bytes"]
    mended = [notice.text for notice in run.report.notices if notice.level == "mended"]
    assert any("names repeat" in text for text in mended)


def test_lists_of_class_labels_make_a_multi_label_run(tmp_path: Path) -> None:
    kinds = {"labels": List(ClassLabel(names=NAMES)), "predictions": PAIRS}
    path = write(
        tmp_path / "tags.parquet", kinds, labels=[[0, 2], [], [1]], predictions=PREDICTIONS
    )
    run = load_run(path)
    assert run.task == "multi_label"
    assert run.labels.dense().tolist() == [[True, False, True], [False] * 3, [False, True, False]]


def test_numbered_labels_are_the_classes_of_the_data_set(tmp_path: Path) -> None:
    numbered = [pipeline(LABEL_1=0.8, LABEL_0=0.2), pipeline(LABEL_1=0.5), pipeline(LABEL_2=0.5)]
    run = load_run(with_json(tmp_path / "pets", numbered))
    assert run.concepts == ("cat", "dog", "cow")
    assert scores_of(run, "dog") == [0.8, 0.5, -np.inf]
    assert any("LABEL_0" in notice.text for notice in run.report.notices)


def test_a_top_prediction_alone_is_read(tmp_path: Path) -> None:
    best = [{"label": "cat", "score": 0.9}, {"label": "dog", "score": 0.6}, []]
    run = load_run(with_json(tmp_path / "pets", best))
    assert scores_of(run, "cat") == [0.9, -np.inf, -np.inf]


def test_labels_of_texts_that_were_never_predicted_are_warned_of(tmp_path: Path) -> None:
    kinds = {"label": Value("string"), "predictions": PAIRS}
    path = write(
        tmp_path / "x.parquet", kinds, label=["cat", "dgo", "a|b"], predictions=PREDICTIONS
    )
    assert "'dgo' (1 x) Did you mean 'dog'?; 'a|b'" in warnings_of(load_run(path))


@pytest.mark.parametrize(
    ("predictions", "parts"),
    [
        (PREDICTIONS[:2], ["2 predictions for 3 rows", "test-00000-of-00001.parquet", "Hint"]),
        ([*PREDICTIONS[:2], [{"label": "cat"}]], ["item 3: the score of 'cat' is None", "finite"]),
        ([*PREDICTIONS[:2], pipeline(cat=True)], ["item 3", "True"]),
        ([*PREDICTIONS[:2], [{"label": None, "score": 1}]], ["item 3: label is missing"]),
        ([*PREDICTIONS[:2], "cat"], ["item 3: a prediction is 'cat'", "a list"]),
        ([*PREDICTIONS[:2], [*pipeline(cat=0.1)] * 2], ["item 3", "'cat' is scored twice"]),
        ([*PREDICTIONS[:2], {"id": 1, "score": "label"}], ["item 3: an item holds 'id', 'score'"]),
        ([{"id": "0.png", "predictions": PREDICTIONS[0]}] * 2, ["item 2", "item 1 too"]),
        ([{"id": "0.png", "predictions": PREDICTIONS[0]}, []], ["1 of 2 predictions have no id"]),
    ],
)
def test_what_is_wrong_is_said_with_its_place(
    tmp_path: Path, predictions: object, parts: list[str]
) -> None:
    with pytest.raises(RunError) as caught:
        load_run(with_json(tmp_path / "pets", predictions))
    message = str(caught.value)
    assert message.startswith("predictions.json")
    assert [part for part in parts if part not in message] == [], message


@pytest.mark.parametrize(
    ("predictions", "says"),
    [
        ([pipeline(cat=0.5), pipeline(cat=float("nan")), []], "1 prediction.*row 2"),
        ([pipeline(cat=0.5), [], [{"label": None, "score": 0.5}]], "1 prediction.*row 3"),
        ([pipeline(cat=0.5), [*pipeline(cat=0.5)] * 2, []], "scored twice.*'cat'.*row 2"),
        ([[], [], []], "Hint"),
    ],
)
def test_a_bad_column_is_refused(tmp_path: Path, predictions: Any, says: str) -> None:
    with pytest.raises(RunError, match=says):
        READER.read(with_column(tmp_path / "pets.parquet", predictions))


def test_a_folder_needs_one_file_of_predictions_and_shards_that_are_alike(tmp_path: Path) -> None:
    folder = with_json(tmp_path / "pets")
    write_json(folder / "others.json", PREDICTIONS)
    with pytest.raises(RunError, match=r"several: 'others.json', 'predictions.json'.*Hint"):
        load_run(folder)
    write(folder / "data" / "train.parquet", {"label": ClassLabel(names=NAMES)})
    with pytest.raises(RunError, match=r"differ in the columns 'image', 'site'.*Hint"):
        load_run(folder)


def test_no_label_column_is_refused(tmp_path: Path) -> None:
    kinds = {"site": Value("string"), "predictions": PAIRS}
    with pytest.raises(RunError, match=r"no single label column: there are 'site'.*Hint"):
        load_run(write(tmp_path / "x.parquet", kinds, predictions=PREDICTIONS))


def test_plain_parquet_and_other_folders_are_not_recognised(tmp_path: Path) -> None:
    pq.write_table(pa.table({"label": ["a"], "score:a": [0.5]}), tmp_path / "plain.parquet")
    (tmp_path / "broken.parquet").write_bytes(b"PAR1 nothing PAR1")
    for name in ("plain.parquet", "broken.parquet", "nowhere", ""):
        assert not READER.recognises(tmp_path / name)
    assert not READER.recognises(write(tmp_path / "unscored.parquet"))


def test_mutated_predictions_and_files_load_or_are_refused(
    tmp_path: Path, rng: np.random.Generator
) -> None:
    folder = with_json(tmp_path / "pets")
    path = folder / "predictions.json"
    shard = with_column(tmp_path / "column.parquet")
    data, text = shard.read_bytes(), json.dumps(PREDICTIONS).encode()
    n_loaded = 0
    for _ in range(120):
        n_loaded += loads_or_refuses(READER, write_json(path, mutate(PREDICTIONS, rng)).parent)
        path.write_bytes(damage(text, rng))
        loads_or_refuses(READER, folder)
        shard.write_bytes(damage(data, rng))
        loads_or_refuses(READER, shard)
    assert 10 < n_loaded < 245


def test_reading_takes_less_than_three_times_the_run(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    names = [f"concept {j}" for j in range(200)]
    many = [
        pipeline(**dict(zip(names, rng.random(200).tolist(), strict=True))) for _ in range(2000)
    ]
    kinds = {"label": ClassLabel(names=names), "predictions": PAIRS}
    labels = [k % 200 for k in range(2000)]
    path = write(tmp_path / "a.parquet", kinds, label=labels, predictions=many)
    write(tmp_path / "b" / "b.parquet", {"label": kinds["label"]}, label=labels)
    write_json(tmp_path / "b" / "predictions.json", many)
    del many
    assert memory_ratio(lambda: READER.read(path)) < 3
    assert memory_ratio(lambda: READER.read(tmp_path / "b")) < 3
