"""Damaged files: each loads, or says why not, within seconds and bounded memory."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import zipfile
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from pyarrow import feather

import evalcore as ec

ROOT = Path(__file__).resolve().parents[3]
COUNT = 120
"""Of each format; ``python -m tests.bench attack`` tries many more."""
N_INPUTS = 40
CONCEPTS = ("dog", "cat", "bird")


def sample() -> ec.EvalRun:
    rng = np.random.default_rng(1)
    scores = rng.random((N_INPUTS, 3)).astype(np.float32)
    labels = [CONCEPTS[k] for k in rng.integers(0, 3, N_INPUTS)]
    ids = [f"{k:03}" for k in range(N_INPUTS)]
    return ec.EvalRun.from_arrays(
        scores, labels, concepts=CONCEPTS, ids=ids, folds=[k % 3 for k in range(N_INPUTS)]
    )


def table(run: ec.EvalRun) -> pa.Table:
    labels = [[run.concepts[j] for j in run.labels.of_input(k)] for k in range(N_INPUTS)]
    scores = {f"score:{name}": run.scores[:, j] for j, name in enumerate(run.concepts)}
    return pa.table({"id": run.ids.tolist(), "labels": labels, "fold": ["0"] * N_INPUTS, **scores})


def write_csv(run: ec.EvalRun, path: Path) -> None:
    rows = ["id,label,score:dog,score:cat,score:bird"]
    for k in range(N_INPUTS):
        name = run.concepts[int(run.labels.of_input(k)[0])]
        rows.append(f"{run.ids[k]},{name}," + ",".join(map(str, run.scores[k])))
    path.write_text("\n".join(rows) + "\n")


def write_jsonl(run: ec.EvalRun, path: Path) -> None:
    path.write_text("".join(json.dumps(row) + "\n" for row in table(run).to_pylist()))


def write_npz(run: ec.EvalRun, path: Path) -> None:
    labels = run.labels.dense()
    np.savez(path, scores=run.scores, labels=labels, ids=run.ids.astype(str), concepts=CONCEPTS)


def write_stream(run: ec.EvalRun, path: Path) -> None:
    content = table(run)
    with pa.OSFile(str(path), "wb") as sink, pa.ipc.new_stream(sink, content.schema) as writer:
        writer.write_table(content)


def write_zip(run: ec.EvalRun, path: Path) -> None:
    run.save(path.parent / "run")
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in ("run.json", "predictions.parquet"):
            archive.write(path.parent / "run" / name, f"run/{name}")


WRITERS: dict[str, Callable[[ec.EvalRun, Path], object]] = {
    "csv": write_csv,
    "jsonl": write_jsonl,
    "npz": write_npz,
    "parquet": lambda run, path: pq.write_table(table(run), path, write_page_checksum=True),
    "feather": lambda run, path: feather.write_feather(table(run), path, compression="lz4"),
    "arrow": lambda run, path: feather.write_feather(table(run), path, compression="uncompressed"),
    "arrows": write_stream,
    "zip": write_zip,
}


def outcomes(path: Path) -> list[dict[str, str]]:
    done = subprocess.run(  # noqa: S603 - our own interpreter and program
        [
            sys.executable,
            str(ROOT / "tests/support/fuzz_child.py"),
            str(path),
            "7",
            str(COUNT),
        ],
        env={**os.environ, "PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    found = [json.loads(line) for line in done.stdout.splitlines()]
    # A process that dies (a signal, the alarm) leaves fewer lines than it was given files.
    assert (done.returncode, len(found)) == (0, COUNT), done.stderr[-2000:]
    return found


@pytest.mark.parametrize("ending", WRITERS)
def test_a_damaged_file_loads_or_says_why(tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"pets.{ending}"
    WRITERS[ending](sample(), path)
    found = outcomes(path)
    crashes = [item["message"] for item in found if item["result"] == "crash"]
    assert crashes == []
    messages = [item["message"] for item in found if item["result"] == "refused"]
    assert [text for text in messages if not text.startswith(("pets", "predictions", "run"))] == []
    counts = Counter(item["result"] for item in found)
    assert counts["refused"] > COUNT // 4
    if ending in ("npz", "zip"):
        # Every byte of the content is covered by a checksum.
        assert counts["other"] <= COUNT // 20
