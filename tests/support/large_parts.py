"""Large made-up runs in parts, written file by file: for the bench and for the browser."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

__all__ = ["write_in_lists", "write_in_parts"]


def write_in_parts(
    run: Path, *, n_inputs: int, n_concepts: int, n_files: int, images: Sequence[str] = ()
) -> None:
    """Write a single-label run of float32 scores, with ids and one metadata column.

    Parameters
    ----------
    images
        Paths within the run, given to the inputs in turn.
    """
    (run / "predictions").mkdir(parents=True)
    names = [f"concept {j:02d}" for j in range(n_concepts)]
    (run / "run.json").write_text(json.dumps({"name": run.name, "concepts": names}))
    rng, n = np.random.default_rng(0), n_inputs // n_files
    for k in range(n_files):
        labels = rng.integers(0, n_concepts + 1, n)
        scores = rng.random((n_concepts, n), dtype=np.float32) * np.float32(0.8)
        shown = np.flatnonzero(labels < n_concepts)
        scores[labels[shown], shown] += np.float32(0.2)
        columns: dict[str, Any] = {
            "id": pa.array([f"{k}-{i}" for i in range(n)]),
            "label": _coded(labels, [*names, ""]),
            "source": _coded(rng.integers(0, 3, n), ["phone", "web", "scan"]),
        } | {f"score:{name}": pa.array(scores[j]) for j, name in enumerate(names)}
        if images:
            columns["image"] = _coded(np.arange(n) % len(images), images)
        path = run / "predictions" / f"{k:03d}.parquet"
        pq.write_table(pa.table(columns), path, row_group_size=125_000)


def write_in_lists(
    run: Path,
    *,
    n_inputs: int,
    n_concepts: int,
    n_files: int,
    n_listed: int = 20,
    as_rows: bool = False,
) -> None:
    """Write a multi-label run of which each input's best few concepts are listed.

    The label is among them, mostly first, beside concepts that stand near it, and a third of the
    inputs has a second label. Of the concepts the first ones are the most frequent.

    Parameters
    ----------
    as_rows
        Whether to write each score as a row, and the inputs into files beside.
    """
    (run / "predictions").mkdir(parents=True)
    names = [f"concept {j:05d}" for j in range(n_concepts)]
    about = {"name": run.name, "concepts": names, "task": "multi_label"}
    (run / "run.json").write_text(json.dumps(about))
    rng, n = np.random.default_rng(0), n_inputs // n_files
    for k in range(n_files):
        label = (n_concepts * rng.random(n) ** 2).astype(np.int64)
        near = np.cumsum(rng.integers(1, n_concepts // n_listed, (n, n_listed)), axis=1)
        listed = (label[:, None] + np.minimum(near, n_concepts - 1)) % n_concepts
        place = rng.geometric(0.6, n).clip(1, n_listed) - 1
        listed[np.arange(n), place] = label
        n_labels = 1 + ((rng.random(n) < 0.3) & (place != 1))
        ends = np.concatenate([[0], np.cumsum(n_labels)])
        labels = np.repeat(label, n_labels)
        labels[ends[1:][n_labels == 2] - 1] = listed[n_labels == 2, 1]
        scores = -np.sort(-(rng.random((n, n_listed), dtype=np.float32) ** 3), axis=1)
        starts = np.arange(n + 1) * n_listed
        ids = pa.array([f"{k}-{i}" for i in range(n)])
        inputs: dict[str, Any] = {
            "id": ids,
            "labels": _lists(ends, _coded(labels, names)),
            "source": _coded(rng.integers(0, 3, n), ["phone", "web", "scan"]),
        }
        named, given = _coded(listed.reshape(-1), names), pa.array(scores.reshape(-1))
        path = run / "predictions" / f"{k:03d}.parquet"
        if as_rows:
            owners = ids.take(pa.array(np.repeat(np.arange(n), n_listed)))
            pq.write_table(pa.table({"id": owners, "concept": named, "score": given}), path)
            path = run / "inputs" / path.name
            path.parent.mkdir(exist_ok=True)
        else:
            inputs |= {"concepts": _lists(starts, named), "scores": _lists(starts, given)}
        pq.write_table(pa.table(inputs), path, row_group_size=125_000)


def _lists(starts: Any, values: Any) -> Any:
    return pa.ListArray.from_arrays(pa.array(starts, pa.int32()), values)


def _coded(codes: Any, values: Sequence[str]) -> Any:
    return pa.DictionaryArray.from_arrays(pa.array(codes), pa.array(values)).cast(pa.string())
