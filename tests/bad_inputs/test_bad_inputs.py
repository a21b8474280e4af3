"""Every line of the list of bad inputs: its level, and what the message or the tile says."""

from __future__ import annotations

import errno
import io
import re
import time
import tracemalloc
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

import evalcore as ec
from evalcore.library.archive import load_archive
from evalcore.runs.images import ImageError
from evalcore.runs.thumbnails import thumbnail
from tests.bad_inputs.book import GOOD_CSV, GOOD_JSONL, BadInput, array_file, parquet, text
from tests.bad_inputs.formats import FORMATS
from tests.bad_inputs.labels import LABELS
from tests.bad_inputs.pictures import PICTURES, Picture
from tests.bad_inputs.places import PLACES
from tests.bad_inputs.scores import SCORES
from tests.bad_inputs.tables import TABLES

ANY_FORMAT = {
    "pets.csv": text(GOOD_CSV),
    "pets.jsonl": text(GOOD_JSONL, name="pets.jsonl"),
    "pets.parquet": parquet({"id": ["a"], "label": ["x"], "score:x": [0.5]}),
    "pets.npz": array_file(scores=np.zeros((2, 1)), labels=np.array([0, -1])),
}
BAD_INPUTS = (*TABLES, *LABELS, *SCORES, *FORMATS, *PLACES)


def opened(path: Path) -> ec.EvalRun:
    if path.suffix == ".zip":
        into = path.parent / "unpacked"
        into.mkdir()
        return load_archive(path, into=into)
    return ec.load_run(path)


def of_level(*levels: str) -> pytest.MarkDecorator:
    chosen = [entry for entry in BAD_INPUTS if entry.level in levels]
    return pytest.mark.parametrize("entry", chosen, ids=lambda entry: entry.line)


@pytest.fixture
def path(entry: BadInput, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name, value in entry.limits.items():
        monkeypatch.setattr(name, value)
    return entry.write(tmp_path)


@of_level("E")
def test_it_is_refused_in_words_that_help(entry: BadInput, path: Path) -> None:
    with pytest.raises(ec.RunError) as caught:
        opened(path)
    message = str(caught.value)
    assert [part for part in entry.says if part not in message] == [], message
    assert len(message) < 1_500, "values and lists are shortened"


@of_level("W")
def test_it_is_loaded_with_a_warning(entry: BadInput, path: Path) -> None:
    run = opened(path)
    warnings = [notice.text for notice in run.report.warnings]
    assert any(all(part in text for part in entry.says) for text in warnings), warnings
    assert entry.holds(run)


@of_level("F")
def test_it_is_mended_and_listed_in_the_report(entry: BadInput, path: Path) -> None:
    run = opened(path)
    mended = "\n".join(item.text for item in run.report.notices if item.level == "mended")
    assert [part for part in entry.says if part not in mended] == [], mended
    assert run.report.warnings == []
    assert entry.holds(run)


@of_level("kept")
def test_it_is_data_like_any_other(entry: BadInput, path: Path) -> None:
    assert entry.holds(opened(path))


@pytest.mark.parametrize("picture", PICTURES, ids=lambda picture: picture.line)
def test_an_image_is_a_tile_whatever_it_is(picture: Picture, tmp_path: Path) -> None:
    if picture.data is not None:
        (tmp_path / "x.jpg").write_bytes(picture.data)
    (tmp_path / "p.csv").write_text("image,label,score:a\nx.jpg,a,.5\n")
    images = ec.load_run(tmp_path / "p.csv").images
    assert images is not None
    started = time.perf_counter()
    if picture.says:
        with pytest.raises(ImageError, match=re.escape(picture.says)):
            thumbnail(images, 0, size=64)
    else:
        shown = thumbnail(images, 0, size=64)
        left, right = ends(shown.data)
        assert np.abs(np.subtract(left, picture.left)).max() < 12, left
        assert np.abs(np.subtract(right, picture.right)).max() < 12, right
    assert time.perf_counter() - started < 5, "nothing large was decoded"


def ends(data: bytes) -> tuple[tuple[int, ...], tuple[int, ...]]:
    with Image.open(io.BytesIO(data)) as opened:
        shown = opened.convert("RGB")
    middle = shown.height // 2
    return tuple(
        shown.getpixel((x, middle))  # type: ignore[misc]
        for x in (shown.width // 8, shown.width - 1 - shown.width // 8)
    )


@pytest.mark.parametrize("name", ["pets.csv", "pets.jsonl", "pets.parquet", "pets.npz"])
def test_a_file_that_vanishes_or_is_forbidden_while_it_is_read_is_said(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = ANY_FORMAT[name](tmp_path)
    honest = Path.open
    refused = 0
    for limit in range(1, 12):
        turns = iter(range(1, 1_000))

        def forbidden(self: Path, *args: Any, **options: Any) -> Any:
            if next(turns) >= limit:  # noqa: B023 - both of this round
                raise PermissionError(errno.EACCES, "Permission denied", str(self))
            return honest(self, *args, **options)

        with monkeypatch.context() as patch:
            patch.setattr(Path, "open", forbidden)
            said = refusal(path)
        n_opened = next(turns) - 1
        assert (n_opened >= limit) == bool(said)
        assert not said or "permission denied" in said.casefold() or "pets" in said
        refused += bool(said)
    assert refused > 0


def refusal(path: Path) -> str:
    try:
        ec.load_run(path)
    except ec.RunError as error:
        return str(error)
    return ""


def test_ten_times_the_columns_take_about_ten_times_as_long(tmp_path: Path) -> None:
    few, many = (_seconds_for(tmp_path, n_columns) for n_columns in (4_000, 40_000))
    assert many < 40 * few, "a search per column took a hundred times as long"


def _seconds_for(folder: Path, n_columns: int) -> float:
    header = ",".join(f"score:c{j}" for j in range(n_columns))
    rows = "".join(f"{k},c{k}," + ",".join(["0.5"] * n_columns) + "\n" for k in range(2))
    path = folder / f"wide{n_columns}.csv"
    path.write_text(f"id,label,{header}\n{rows}")
    started = time.process_time()
    assert ec.load_run(path).n_concepts == n_columns
    return time.process_time() - started


def test_a_zip_bomb_is_refused_at_constant_memory(tmp_path: Path) -> None:
    bomb = next(entry for entry in BAD_INPUTS if entry.line == "a ZIP bomb")
    path = bomb.write(tmp_path)
    tracemalloc.start()
    with pytest.raises(ec.RunError):
        opened(path)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 8 * 2**20


def test_no_line_stands_here_twice() -> None:
    lines = [entry.line for entry in BAD_INPUTS]
    assert len(set(lines)) == len(lines)
