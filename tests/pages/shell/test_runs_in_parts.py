"""A run in parts is a run of the library: prepared when somebody says so, then like any other."""

from __future__ import annotations

import json
from functools import partial
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest

import evalcore as ec
from evalcore.parts import open_parts, prepare
from evalcore.parts.plan_file import prepared_at
from evalcore.runs import parts as parts_module
from evalcore.runs.images import FileImages
from pages._ui.session.keys import Key
from pages._ui.shell import loading
from tests.pages.conftest import Library
from tests.support.datasets import (
    CONCEPTS,
    MEMORY,
    as_lists,
    as_pairs,
    table_of,
    with_labels,
    write_dataset,
    write_file,
)
from tests.support.visitor import Visitor

PAGES = ("evaluate", "concept", "thresholds", "truth", "improve", "report", "guide", "runs")


@pytest.fixture
def big(library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A run in nine parts that waits to be prepared, as a large one would."""
    monkeypatch.setenv("THRESHOLD_WORKSHOP_HOME", str(tmp_path / "home"))
    monkeypatch.setattr(loading, "LARGE", 0)
    rng = np.random.default_rng(1)
    tables = [table_of(rng, 90, start=90 * k, splits=True) for k in range(3)]
    written = write_dataset(tmp_path / "made", tables)
    return written.parts.rename(library.folder / "big")


def prepared(big: Path) -> ec.Evaluation:
    prepare(str(big), memory=MEMORY)
    return open_parts(big)


def test_what_is_not_prepared_is_offered_and_then_prepared(big: Path) -> None:
    visitor = Visitor.at_evaluate(run="big")
    assert "This run is in parts (0 MB) and not prepared yet" in visitor.text

    visitor.set_button(Key.READ)
    loading.reading(loading.open_handle("big")).wait(60)
    visitor.run()

    assert visitor.view.run == "big"
    assert visitor.table(Key.SUMMARY)["labelled"].sum() > 0
    assert len(open_parts(big).parts) == 1  # of three small files


def test_its_numbers_and_lists_are_those_of_the_run(big: Path) -> None:
    evaluation = prepared(big)
    visitor = Visitor.at_evaluate(run="big", t="0.3")

    counts = evaluation.counts(visitor.rule)
    table = visitor.table(Key.SUMMARY)
    assert table["TP"].tolist()[-3:] == counts.tp.tolist()
    members = evaluation.members(visitor.rule, ec.Cell("cat", "dog"))
    assert visitor.headline == f"**labelled cat, predicted dog**: {members.size} inputs"


@pytest.mark.parametrize("page", PAGES)
def test_every_page_opens_on_it_and_asks_only_for_images_that_it_shows(
    big: Path, page: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    prepared(big)
    asked: set[int] = set()
    stamp = FileImages.stamp

    def noting(images: FileImages, position: int) -> str:
        asked.add(position)
        return stamp(images, position)

    monkeypatch.setattr(FileImages, "stamp", noting)
    visitor = Visitor(run="big")
    visitor.app.switch_page(f"pages/{page}.py")
    visitor.run()

    assert visitor.problems == []
    assert len(asked) < 100  # of 270


@pytest.mark.parametrize("together", [False, True])
def test_of_a_run_whose_scores_are_rows_the_page_shows_its_inputs(
    library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, together: bool
) -> None:
    monkeypatch.setenv("THRESHOLD_WORKSHOP_HOME", str(tmp_path / "home"))
    rng = np.random.default_rng(1)
    listed = as_lists(table_of(rng, 90), rng, most=3)
    monkeypatch.setattr(loading, "LARGE", 0)
    folder = library.folder / "rows"
    write_file(folder, "0.parquet", (with_labels if together else as_pairs)(listed), group=7)
    (folder / "run.json").write_text(json.dumps({"concepts": CONCEPTS, "task": "single_label"}))
    if not together:
        inputs = listed.drop_columns(["concepts", "scores"])
        pq.write_table(inputs, folder / "inputs.parquet", row_group_size=11)
    evaluation = prepared(folder)
    assert len(evaluation.parts) > 1
    visitor = Visitor.at_evaluate(run="rows", t="0.3")
    members = evaluation.members(visitor.rule, ec.Cell("cow", "cat"))
    assert visitor.headline == f"**labelled cow, predicted cat**: {members.size} inputs"
    shown = [(card["id"], card["text"]) for card in visitor.data(Key.GALLERY)["items"]]
    assert shown == [(f"input {k}", f"the text of {k}") for k in members.tolist()]
    assert evaluation.run.images is not None
    assert evaluation.run.images.name(int(members[0])) == f"images/{members[0]}.png"

    (folder / ("predictions/0.parquet" if together else "inputs.parquet")).touch()
    assert "its files have changed" in Visitor.at_evaluate(run="rows").text


def test_a_slice_and_a_split_of_it_are_runs(big: Path) -> None:
    run = prepared(big).run
    here = (run.metadata["place"] == "north") & (run.folds == run.fold_names.index("9"))
    visitor = Visitor.at_evaluate(run="big", split="9", slice=["place", "north"])

    table = visitor.table(Key.SUMMARY)
    labels = run.labels.take(np.flatnonzero(here))
    assert table["labelled"].tolist()[-3:] == labels.total.tolist()


@pytest.mark.parametrize("page", ["improve", "truth"])
def test_what_looks_at_every_input_says_so_of_a_large_one(
    big: Path, page: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    prepared(big)
    monkeypatch.setattr(parts_module, "MOST_SCORES", 100)
    visitor = Visitor(run="big")
    visitor.app.switch_page(f"pages/{page}.py")
    visitor.run()

    said = visitor.text.replace("\\", "")
    assert "looks at every input by itself, and this run is in 9 parts with 270 inputs" in said


def test_a_file_that_came_later_is_noticed(big: Path) -> None:
    prepared(big)
    write_file(big, "9.parquet", table_of(np.random.default_rng(2), 10, start=270, splits=True))

    assert "its files have changed" in Visitor.at_evaluate(run="big").text


def test_what_is_damaged_on_the_disk_is_said_at_the_next_look_and_prepared_again(big: Path) -> None:
    prepared(big)
    out, _ = prepared_at(big)
    visitor = Visitor.at_evaluate(run="big", t="0.3")
    table = visitor.table(Key.SUMMARY)
    handle = loading.open_handle("big")
    key = (handle.path, handle.stamp)
    sound = loading._checks.find(key)
    assert sound is not None
    assert sound.wait(60)
    assert sound.error is None

    file = next(iter(out.glob("parts/*/1.npy")))
    file.chmod(0o600)
    content = bytearray(file.read_bytes())
    content[-1] ^= 1
    file.write_bytes(content)
    loading._checks.forget(key)
    loading._checks.start(key, partial(loading._look_through, key)).wait(60)
    visitor.run()
    said = visitor.text.replace("\\", "")
    assert ", block 1), so it is shown no longer" in said

    visitor.set_button(Key.READ)
    loading.reading(loading.open_handle("big")).wait(60)
    visitor.run()
    assert visitor.table(Key.SUMMARY)["TP"].tolist() == table["TP"].tolist()
    assert open_parts(big).run.n_inputs == 270
