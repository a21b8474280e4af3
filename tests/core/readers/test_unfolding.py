"""Small files that stand for gigabytes: decided before anything is unfolded, in little memory."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import evalcore as ec
from evalcore.errors import did_you_mean
from evalcore.readers.tables.limits import RoomError, room
from tests.support.unfolding import UNFOLDING

ROOT = Path(__file__).resolve().parents[3]
MEGABYTES, SECONDS = 1_536, 60
LOADED = {"texts.parquet", "images.parquet", "concepts20000.csv"}
"""These hold the same long text many times, which is kept once, or are large and legitimate."""
SLOW = {
    *("rows60.parquet", "zeros1.npz", "zeros3.npz", "half_zeros.npz"),
    *("texts_by_difference.parquet", "columns1000000.csv"),
    *("empty_lines60.zip", "empty_entries.zip"),
}
"""To write or to read: tried by ``python -m tests.bench attack``; their like stand here too."""
NAMED = {"sparse": "scores.csv", "empty_lines2.zip": "predictions.csv"}
"""What messages call a file inside another."""


@pytest.fixture(scope="module")
def outcomes(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Any]:
    folder = tmp_path_factory.mktemp("unfolding")
    names = [name for name in UNFOLDING if name not in SLOW]
    for name in names:
        UNFOLDING[name](folder / name)
    done = subprocess.run(  # noqa: S603 - our own interpreter and program
        [
            *(sys.executable, str(ROOT / "tests/support/reading_child.py")),
            *(str(MEGABYTES), str(SECONDS), *(str(folder / name) for name in names)),
        ],
        env={**os.environ, "PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
        check=False,
        timeout=600,
    )
    found = [json.loads(line) for line in done.stdout.splitlines()]
    assert (done.returncode, len(found)) == (0, len(names)), (found[-1:], done.stderr[-2000:])
    return {item["name"]: item for item in found}


@pytest.mark.parametrize("name", [name for name in UNFOLDING if name not in SLOW])
def test_what_would_unfold_beyond_measure_is_refused_in_words(
    outcomes: Mapping[str, Any], name: str
) -> None:
    said = outcomes[name]["said"]
    if name in LOADED:
        assert said == "loaded"
    else:
        assert said.startswith(NAMED.get(name, name))
        assert "Hint" in said
        assert len(said) < 2_000


def test_nothing_takes_more_than_its_budget(outcomes: Mapping[str, Any]) -> None:
    assert max(item["peak"] for item in outcomes.values()) < 2 * 2**30


def test_a_run_that_needs_more_room_than_there_is_says_how_much(tmp_path: Path) -> None:
    path = tmp_path / "pets.parquet"
    scores = np.random.default_rng(0).random((20_000, 10))
    columns = {f"score:{j}": scores[:, j] for j in range(10)}
    pq.write_table(pa.table({"label": ["1"] * 20_000, **columns}), path)
    with (
        room(2**20),
        pytest.raises(RoomError, match=r"pets\.parquet: reading this takes about 2 MB.*--read-"),
    ):
        ec.load_run(path)
    assert ec.load_run(path).n_inputs == 20_000


def test_a_name_is_compared_with_few_others_and_never_for_long() -> None:
    many = [f"column {k}" for k in range(1_000_000)]
    assert did_you_mean("Column 999999", many) == " Did you mean 'column 999999'?"
    assert did_you_mean("x" * 60_000, ["y" * 60_000]) == ""
    assert did_you_mean("dgo", ["z" * 60_000, "dog"]) == " Did you mean 'dog'?"
