"""Saving a run: a round trip is exact, and the folder appears whole or not at all."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import hypothesis.strategies as st
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis.extra import numpy as hnp

import evalcore as ec
from evalcore.runs.images import FileImages

TWO = [[0.9, 0.2], [0.4, 0.6]]


def assert_same(run: ec.EvalRun, back: ec.EvalRun) -> None:
    assert back.scores.dtype == run.scores.dtype
    assert back.scores.tobytes() == run.scores.tobytes()
    for name in ("concepts", "task", "fold_names", "default_operator", "default_threshold"):
        assert getattr(back, name) == getattr(run, name), name
    for name in ("name", "model", "model_version", "dataset", "dataset_version", "description"):
        assert getattr(back, name) == getattr(run, name), name
    assert back.ids.tolist() == run.ids.tolist()
    assert back.labels.inputs.tolist() == run.labels.inputs.tolist()
    assert back.labels.concepts.tolist() == run.labels.concepts.tolist()
    assert (back.labels.known is None) == (run.labels.known is None)
    if run.labels.known is not None and back.labels.known is not None:
        assert back.labels.known.tolist() == run.labels.known.tolist()
    texts = [None if r.texts is None else r.texts.tolist() for r in (run, back)]
    assert texts[0] == texts[1]
    metadata = [{k: v.tolist() for k, v in r.metadata.items()} for r in (run, back)]
    assert metadata[0] == metadata[1]
    assert back.fingerprint == run.fingerprint


texts = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=6)


@settings(max_examples=80, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_any_run_comes_back_exactly(tmp_path: Path, data: st.DataObject) -> None:
    shape = data.draw(st.tuples(st.integers(1, 7), st.integers(1, 4)))
    dtype = data.draw(st.sampled_from([np.float16, np.float32, np.float64]))
    finite = {"allow_nan": False, "allow_infinity": False}
    scores = data.draw(hnp.arrays(dtype, shape, elements=finite))
    if data.draw(st.booleans()):
        scores[data.draw(hnp.arrays(bool, shape))] = -np.inf
        scores[0, 0] = -0.0

    def column() -> st.SearchStrategy[Any]:
        return st.lists(st.one_of(texts, st.just("")), min_size=shape[0], max_size=shape[0])

    concepts = data.draw(
        st.lists(st.one_of(texts, st.just("")), min_size=shape[1], max_size=shape[1], unique=True)
    )
    run = ec.EvalRun.from_arrays(
        scores,
        data.draw(hnp.arrays(bool, shape)),
        concepts=concepts,
        known=data.draw(st.none() | hnp.arrays(bool, shape)),
        ids=data.draw(st.lists(texts, min_size=shape[0], max_size=shape[0], unique=True)),
        folds=data.draw(st.none() | column()),
        texts=data.draw(st.none() | column()),
        metadata=data.draw(
            st.dictionaries(st.one_of(texts, st.sampled_from(["id", "Label ", "fold"])), column())
        ),
    )
    folder = tmp_path / os.urandom(8).hex()
    assert run.save(folder) == folder
    assert_same(run, ec.load_run(folder))


def test_what_run_json_says_comes_back(tmp_path: Path) -> None:
    said = {
        "name": "a",
        "model": "b",
        "model_version": "c",
        "dataset": "d",
        "dataset_version": "e",
        "description": "f\n<b>",
        "default_operator": ">=",
    }
    run = ec.EvalRun.from_arrays(TWO, [0, None], default_threshold=0.1, task="multi_label", **said)
    run.save(tmp_path / "run")
    assert_same(run, ec.load_run(tmp_path / "run"))


@pytest.mark.parametrize("name", ["digits", "kitchen", "tickets"])
def test_the_sample_runs_come_back_exactly(tmp_path: Path, name: str) -> None:
    run = ec.load_run(Path(__file__).parents[3] / "sample_runs" / name)
    run.save(tmp_path / "copy")
    back = ec.load_run(tmp_path / "copy")
    assert_same(run, back)
    if run.images is not None:
        assert back.images is not None
        for k in range(0, run.n_inputs, 97):
            assert back.images.read(k) == run.images.read(k)
            assert back.images.name(k) == run.images.name(k)


def test_a_subset_with_a_split_that_nobody_is_in_comes_back(tmp_path: Path) -> None:
    run = ec.EvalRun.from_arrays(TWO, [0, 1], folds=["b", "a"]).subset(np.array([0]))
    run.save(tmp_path / "run")
    back = ec.load_run(tmp_path / "run")
    assert (back.fold_names, back.scores.tolist()) == (("a", "b"), [[0.9, 0.2]])


def test_embedded_images_come_back(tmp_path: Path) -> None:
    run = ec.EvalRun.from_arrays(TWO, [0, 1], images=[b"one", None])
    run.save(tmp_path / "run")
    back = ec.load_run(tmp_path / "run")
    assert back.images is not None
    assert back.images.read(0) == b"one"
    assert [notice.count for notice in back.report.warnings if "no image" in notice.text] == [1]


def test_image_files_are_copied_and_missing_ones_stay_missing(tmp_path: Path) -> None:
    photos = tmp_path / "photos"
    photos.mkdir()
    (photos / "a.png").write_bytes(b"picture")
    run = ec.EvalRun.from_arrays(TWO, [0, 1], images=[photos / "a.png", str(photos / "b.png")])
    run.save(tmp_path / "run")
    back = ec.load_run(tmp_path / "run")
    assert (tmp_path / "run" / "a.png").read_bytes() == b"picture"
    assert back.images is not None
    assert back.images.read(0) == b"picture"
    assert "'b.png'" in "".join(notice.text for notice in back.report.warnings)


def test_images_of_no_known_kind_are_refused() -> None:
    with pytest.raises(ec.RunError, match=r"images: .* got bytes, str"):
        ec.EvalRun.from_arrays(TWO, [0, 1], images=[b"x", "y"])
    with pytest.raises(ec.RunError, match=r"images: .* got int"):
        ec.EvalRun.from_arrays(TWO, [0, 1], images=[1, 2])


def test_what_is_there_is_never_overwritten(tmp_path: Path) -> None:
    run = ec.EvalRun.from_arrays(TWO, [0, 1])
    (tmp_path / "empty").mkdir()
    run.save(tmp_path / "empty")
    for name in ("empty", "empty/run.json"):
        before = {p.name: p.read_bytes() for p in (tmp_path / "empty").iterdir()}
        with pytest.raises(ec.RunError, match=r"something already.*Hint"):
            run.save(tmp_path / name)
        assert {p.name: p.read_bytes() for p in (tmp_path / "empty").iterdir()} == before


def test_a_failure_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("evalcore.runs.save._write_table", fail)
    with pytest.raises(ec.RunError, match=r"No space left on device\. Nothing was written"):
        ec.EvalRun.from_arrays(TWO, [0, 1]).save(tmp_path / "deep" / "run")
    assert list((tmp_path / "deep").iterdir()) == []


def test_names_that_are_no_unicode_never_become_a_run_to_save() -> None:
    with pytest.raises(ec.RunError, match="half of a surrogate pair"):
        ec.EvalRun.from_arrays(TWO, [0, 1], concepts=["\ud800", "b"])


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"ids": ["", "b"]}, "empty id"),
        ({"scores": np.full((2, 2), -np.inf)}, "without a single score"),
        ({"images": FileImages(Path(), ["../x.png", ""])}, "leads out"),
        ({"images": FileImages(Path(), ["Run.json", ""])}, "name of a table"),
    ],
)
def test_a_run_that_could_not_be_read_back_is_not_saved(
    tmp_path: Path, change: dict[str, Any], says: str
) -> None:
    parts = {"scores": TWO, "labels": [0, 1], **change}
    with pytest.raises(ec.RunError, match=says):
        ec.EvalRun.from_arrays(**parts).save(tmp_path / "run")
    assert list(tmp_path.iterdir()) == []
