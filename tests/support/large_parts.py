"""A large made-up run in parts, written file by file: for the bench and for the browser."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

__all__ = ["write_in_parts"]


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


def _coded(codes: Any, values: Sequence[str]) -> Any:
    return pa.DictionaryArray.from_arrays(pa.array(codes), pa.array(values)).cast(pa.string())
