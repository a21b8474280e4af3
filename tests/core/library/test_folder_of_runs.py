"""The library: which runs a folder holds, by a cheap look."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from evalcore.errors import RunError
from evalcore.library.folder_of_runs import find_runs, resolve, source_stamp

TABLE = "id,label,score:a\n1,a,0.5\n"


def make(root: Path, *names: str, text: str = TABLE) -> None:
    for name in names:
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


def keys(root: Path) -> list[str]:
    return [entry.key for entry in find_runs(root)]


def test_folders_and_bare_tables_are_found_and_sorted(tmp_path: Path) -> None:
    make(tmp_path, "pets/predictions.csv", "deep/er/predictions.csv", "bare.csv")
    make(tmp_path, "sparse/inputs.csv", "sparse/scores.csv", "half/inputs.csv")
    make(tmp_path, "too/deep/down/predictions.csv", "_make/predictions.csv", ".x/predictions.csv")
    pq.write_table(pa.table({"image": ["x"], "label": ["a"], "a": [0.5]}), tmp_path / "t.parquet")
    assert keys(tmp_path) == ["bare.csv", "deep/er", "pets", "sparse", "t.parquet"]
    assert find_runs(tmp_path)[0].name == "bare"
    assert find_runs(tmp_path)[1].path == tmp_path / "deep" / "er"


@pytest.mark.parametrize(
    ("header", "listed"),
    [
        ("id,label,dog", True),
        ("image,labels,dog", True),
        ("text,label,dog", True),
        ("x,score:dog", True),
        ("id,labels_as_delivered,labels_true", False),
        ("label,dog", False),
        ("", False),
    ],
)
def test_a_bare_table_counts_when_its_header_looks_like_a_run(
    tmp_path: Path, header: str, *, listed: bool
) -> None:
    make(tmp_path, "some.csv", text=header)
    assert bool(keys(tmp_path)) is listed


def test_files_that_cannot_be_read_are_no_runs_and_no_trouble(tmp_path: Path) -> None:
    (tmp_path / "broken.parquet").write_bytes(b"PAR1 nothing")
    (tmp_path / "page.csv").write_text("<html>")
    os.mkfifo(tmp_path / "pipe.csv")
    assert find_runs(tmp_path) == []
    assert find_runs(tmp_path / "nowhere") == []


def test_links_that_lead_out_are_passed_over(tmp_path: Path) -> None:
    root = tmp_path / "root"
    root.mkdir()
    make(tmp_path, "outside/predictions.csv", "outside.csv")
    (root / "linked").symlink_to(tmp_path / "outside")
    (root / "linked.csv").symlink_to(tmp_path / "outside.csv")
    assert find_runs(root) == []


def test_a_key_is_resolved_or_the_answer_helps(tmp_path: Path) -> None:
    make(tmp_path, "pets/predictions.csv", "bare.csv")
    assert resolve(tmp_path, "pets").path == tmp_path / "pets"
    with pytest.raises(
        RunError, match=r"no run 'pet' here. Did you mean 'pets'\?.*'bare.csv', 'pets'"
    ):
        resolve(tmp_path, "pet")


@pytest.mark.parametrize("key", ["../outside", "/etc", "pets/../../outside", "", ".", "pets/"])
def test_a_key_never_leads_out(tmp_path: Path, key: str) -> None:
    root = tmp_path / "root"
    make(tmp_path, "outside/predictions.csv", "root/pets/predictions.csv")
    with pytest.raises(RunError, match="There is no run"):
        resolve(root, key)


def test_the_stamp_changes_with_the_files_and_only_then(tmp_path: Path) -> None:
    make(tmp_path, "pets/predictions.csv", "pets/images/a.jpg")
    run = tmp_path / "pets"
    before = source_stamp(run)
    assert source_stamp(run) == before
    make(tmp_path, "pets/predictions.csv", text=TABLE + "2,a,0.1\n")
    edited = source_stamp(run)
    make(tmp_path, "pets/images/b.jpg")
    assert len({before, edited, source_stamp(run)}) == 3
    assert source_stamp(run / "predictions.csv") != before
    with pytest.raises(RunError, match="no such file"):
        source_stamp(tmp_path / "nowhere")


def test_runs_in_other_formats_are_listed_too(tmp_path: Path) -> None:
    line = '{"id": "a", "label": "x", "scores": {"x": 0.5}}\n'
    make(tmp_path, "a.jsonl", "deep/predictions.jsonl", "sp/inputs.jsonl", text=line)
    make(tmp_path, "sp/scores.arrow", "notes.txt", "list.json", text='[{"a": 1}]')
    np.savez(tmp_path / "b.npz", scores=[[0.5]], labels=[0])
    assert keys(tmp_path) == ["a.jsonl", "b.npz", "deep", "sp"]
