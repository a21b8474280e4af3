"""Reading the folders that FiftyOne exports."""

from __future__ import annotations

import base64
import io
import json
import zlib
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from evalcore.errors import RunError
from evalcore.readers import load_run
from evalcore.readers.fiftyone.reader import FiftyOneReader
from evalcore.runs.images import ImageError
from evalcore.runs.run import EvalRun
from tests.support.exports import (
    damage,
    loads_or_refuses,
    memory_ratio,
    mutate,
    warnings_of,
    write_json,
)

READER = FiftyOneReader()


def classification(label: str | None, **rest: Any) -> dict[str, Any]:
    return {
        "_id": {"$oid": "64a1"},
        "_cls": "Classification",
        "tags": [],
        "label": label,
        "confidence": None,
        "logits": None,
        **rest,
    }


def classifications(*items: dict[str, Any]) -> dict[str, Any]:
    return {"_cls": "Classifications", "classifications": list(items), "logits": None}


def sample(k: int, truth: Any, prediction: Any, **rest: Any) -> dict[str, Any]:
    return {
        "_id": {"$oid": f"64a1f{k:03d}"},
        "filepath": f"data/{k:03d}.jpg",
        "tags": ["test", "north"],
        "metadata": {"_cls": "ImageMetadata", "width": 32},
        "_media_type": "image",
        "_rand": 0.5,
        "uniqueness": 0.25,
        "created_at": {"$date": "2024-05-01T00:00:00Z"},
        "ground_truth": truth,
        "predictions": prediction,
        **rest,
    }


def single() -> list[dict[str, Any]]:
    return [
        sample(1, classification("cat"), classification("cat", confidence=0.9)),
        sample(2, classification("dog"), classification("cat", confidence=0.4)),
        sample(3, None, classification("dog", confidence=0.7)),
        sample(4, classification("dog"), None),
    ]


def export(folder: Path, samples: list[Any], **metadata: Any) -> Path:
    write_json(folder / "samples.json", {"samples": samples})
    document = {"name": "pets", "version": "1.0", "classes": {}, **metadata}
    write_json(folder / "metadata.json", document)
    return folder


def load(folder: Path, samples: list[Any], **metadata: Any) -> EvalRun:
    return load_run(export(folder / "pets", samples, **metadata))


def packed(values: Any) -> dict[str, Any]:
    file = io.BytesIO()
    np.save(file, values, allow_pickle=False)
    text = base64.b64encode(zlib.compress(file.getvalue())).decode()
    return {"$binary": {"base64": text, "subType": "00"}}


def test_one_classification_each_makes_a_sparse_single_label_run(tmp_path: Path) -> None:
    folder = export(tmp_path / "pets", single())
    (folder / "data").mkdir()
    for k in range(1, 5):
        (folder / "data" / f"00{k}.jpg").write_bytes(b"picture")
    assert READER.recognises(folder)
    assert READER.recognises(folder / "samples.json")
    run = load_run(folder)
    assert (run.name, run.dataset, run.task) == ("pets", "pets", "single_label")
    assert run.report.format == "folder, FiftyOne dataset (JSON)"
    assert run.ids.tolist() == ["64a1f001", "64a1f002", "64a1f003", "64a1f004"]
    assert run.concepts == ("cat", "dog")
    assert run.scores.tolist() == [[0.9, -np.inf], [0.4, -np.inf], [-np.inf, 0.7], [-np.inf] * 2]
    assert run.labels.dense().tolist() == [[True, False], [False, True], [False] * 2, [False, True]]
    assert run.metadata["tags"].tolist() == ["test, north"] * 4
    assert run.metadata["uniqueness"].tolist() == ["0.25"] * 4
    assert set(run.metadata) == {"tags", "uniqueness"}
    assert run.images is not None
    assert run.images.read(0) == b"picture"
    assert load_run(folder / "samples.json").fingerprint == run.fingerprint


def test_lists_of_classifications_make_a_multi_label_run(tmp_path: Path) -> None:
    samples = [
        sample(
            1,
            classifications(classification("cat"), classification("dog")),
            classifications(
                classification("cat", confidence=0.9), classification("cow", confidence=0.1)
            ),
        ),
        sample(2, classifications(), classifications(classification("dog", confidence=0.3))),
    ]
    run = load(tmp_path, samples)
    assert (run.task, run.concepts) == ("multi_label", ("cat", "cow", "dog"))
    assert run.labels.dense().tolist() == [[True, False, True], [False] * 3]
    assert run.scores.tolist() == [[0.9, 0.1, -np.inf], [-np.inf, -np.inf, 0.3]]


@pytest.mark.parametrize("store", [list, lambda values: packed(np.array(values))])
@pytest.mark.parametrize("place", ["default_classes", "classes", "info"])
def test_logits_without_confidence_are_kept_as_scores(
    tmp_path: Path, store: Any, place: str
) -> None:
    classes = ["dog", "cat", "cow"]
    metadata = {
        "default_classes": {"default_classes": classes},
        "classes": {"classes": {"predictions": classes}},
        "info": {"info": {"default_classes": classes}},
    }[place]
    samples = [
        sample(1, classification("cat"), classification("cat", logits=store([-1.5, 4.0, 0.0]))),
        sample(2, classification("cow"), classification("dog", logits=store([2.0, 1.0, -3.0]))),
    ]
    run = load(tmp_path, samples, **metadata)
    assert run.concepts == ("dog", "cat", "cow")
    assert run.scores.tolist() == [[-1.5, 4.0, 0.0], [2.0, 1.0, -3.0]]
    assert "look like logits" in warnings_of(run)


def test_confidence_is_preferred_to_logits_and_it_is_said(tmp_path: Path) -> None:
    samples = [
        sample(1, classification("cat"), classification("cat", confidence=0.9, logits=[1.0, 2.0])),
        sample(2, classification("dog"), classification("dog", confidence=0.8, logits=[1.0, 2.0])),
    ]
    run = load(tmp_path, samples)
    told = [notice.text for notice in run.report.notices if notice.level == "info"]
    assert run.scores.max() == 0.9
    assert any("the confidences of field 'predictions'" in text for text in told)


def test_fields_of_other_names_are_found_by_what_they_hold(tmp_path: Path) -> None:
    samples = [
        {**sample(k, None, None), "human": classification("a"), "resnet": None} for k in range(3)
    ]
    for k, item in enumerate(samples):
        item["resnet"] = classification("ab"[k % 2], confidence=0.5)
    run = load(tmp_path, samples)
    assert run.labels.total.tolist() == [3, 0]
    told = "".join(notice.text for notice in run.report.notices)
    assert "field 'human' is the ground truth" in told


def test_images_that_were_not_exported_are_shown_as_addresses(tmp_path: Path) -> None:
    samples = single()
    for item in samples:
        item["filepath"] = "/home/me/pictures/1.jpg"
    run = load(tmp_path, samples)
    assert run.images is None
    assert run.metadata["address"][0] == "/home/me/pictures/1.jpg"
    assert "4 image(s) lie outside" in warnings_of(run)


def test_unknown_labels_and_two_labels_are_told(tmp_path: Path) -> None:
    samples = single()
    samples[0]["ground_truth"]["label"] = "cta"
    run = load(tmp_path, samples)
    assert "'cta' (1 x) Did you mean 'cat'?" in warnings_of(run)


def changed(k: int, **fields: Any) -> list[Any]:
    samples = single()
    samples[k].update(fields)
    return samples


@pytest.mark.parametrize(
    ("samples", "parts"),
    [
        ([], ["there are no samples", "Hint"]),
        ([{"filepath": "a.jpg"}], ["no single field with ground truth", "Hint"]),
        (changed(1, _id={"$oid": "64a1f001"}), ["'64a1f001' in samples 1 and 2"]),
        (changed(1, _id=5), ["sample 2: _id is 5"]),
        (changed(1, filepath=["x"]), ["sample 2: filepath is ['x']", "a text"]),
        (
            changed(1, predictions=classification("cat")),
            ["sample 2", "confidence of 'cat'", "None"],
        ),
        (
            changed(1, predictions=classification("cat", confidence="0.5")),
            ["sample 2", "'0.5'", "a finite number"],
        ),
        (changed(1, ground_truth=classification(["cat"])), ["sample 2: label is ['cat']"]),
        (changed(1, ground_truth={"_cls": "Detections"}), ["sample 2", "'Detections'"]),
        (
            changed(1, predictions=classifications(*[classification("a", confidence=0.5)] * 2)),
            ["sample 2", "'a' is predicted twice"],
        ),
        ([*single(), "x"], ["sample 5: a sample is 'x'"]),
    ],
)
def test_what_is_wrong_is_said_with_its_place(
    tmp_path: Path, samples: list[Any], parts: list[str]
) -> None:
    with pytest.raises(RunError) as caught:
        load(tmp_path, samples)
    message = str(caught.value)
    assert message.startswith("samples.json")
    assert [part for part in parts if part not in message] == [], message


def test_a_path_that_leads_out_of_the_folder_is_a_sample_without_its_picture(
    tmp_path: Path,
) -> None:
    (tmp_path / "secret.jpg").write_bytes(b"nobody may see this")
    run = load(tmp_path, changed(1, filepath="../secret.jpg"))
    assert any("leads out of" in notice.text for notice in run.report.notices), run.report
    with pytest.raises(ImageError):
        run.images.read(1)


def test_two_fields_that_may_be_meant_are_both_named(tmp_path: Path) -> None:
    samples = [
        {
            **sample(1, classification("cat"), None),
            "resnet": classification("cat", confidence=0.5),
            "vit": classification("cat", confidence=0.5),
        }
    ]
    with pytest.raises(RunError, match=r"'resnet', 'vit' may be meant.*Hint"):
        load(tmp_path, samples)


@pytest.mark.parametrize(
    ("logits", "says"),
    [
        ([1.0, 2.0], "2 logits"),
        ([1.0, None, 2.0], "a logit is None"),
        (5, "logits is 5"),
        ({"$binary": {"base64": "!!", "subType": "00"}}, "logits: "),
        (packed(np.zeros((2, 2))), "an array of shape"),
        (packed(np.array([1.0, np.nan, 2.0])), "finite numbers"),
        (packed(np.array(["a", "b", "c"])), "of shape"),
        (packed(np.zeros(10**7)), "an array of shape"),
    ],
)
def test_logits_that_do_not_fit_the_classes_are_refused(
    tmp_path: Path, logits: Any, says: str
) -> None:
    samples = [sample(1, classification("cat"), classification("cat", logits=logits))]
    with pytest.raises(RunError, match=r"samples\.json") as caught:
        load(tmp_path, samples, default_classes=["dog", "cat", "cow"])
    assert says in str(caught.value)


def test_a_samples_file_that_is_a_link_out_is_not_opened(tmp_path: Path) -> None:
    folder = export(tmp_path / "pets", single())
    (folder / "samples.json").rename(tmp_path / "elsewhere.json")
    (folder / "samples.json").symlink_to(tmp_path / "elsewhere.json")
    with pytest.raises(RunError, match=r"samples\.json"):
        READER.read(folder)


def test_other_folders_are_not_recognised(tmp_path: Path) -> None:
    assert not READER.recognises(tmp_path)
    write_json(tmp_path / "samples.json", {"samples": {"a": 1}})
    assert not READER.recognises(tmp_path)


def test_mutated_exports_load_or_are_refused(tmp_path: Path, rng: np.random.Generator) -> None:
    value = {"samples": single()}
    path = tmp_path / "pets" / "samples.json"
    export(tmp_path / "pets", single())
    data = json.dumps(value).encode()
    n_loaded = 0
    for _ in range(200):
        write_json(path, mutate(value, rng))
        n_loaded += loads_or_refuses(READER, path.parent)
        path.write_bytes(damage(data, rng))
        loads_or_refuses(READER, path)
    assert 20 < n_loaded < 390


def test_reading_takes_less_than_three_times_the_run(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    names = [f"concept {j}" for j in range(100)]
    samples = [
        sample(
            k,
            classifications(classification(names[k % 100])),
            classifications(
                *[
                    {"_cls": "Classification", "label": name, "confidence": float(value)}
                    for name, value in zip(names, rng.random(100), strict=True)
                ]
            ),
        )
        for k in range(1500)
    ]
    folder = export(tmp_path / "large", samples)
    del samples
    assert memory_ratio(lambda: READER.read(folder)) < 3
