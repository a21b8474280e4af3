"""Runs that no model made: hostile names, missing pictures, a thousand concepts."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd
from PIL import Image

__all__ = ["HOSTILE", "HOSTILE_ID", "write_broken_pictures", "write_hostile", "write_large"]

HOSTILE = (
    "<img src=x onerror=alert(1)>",
    "![a](https://example.invalid/y.png)",
    ":red[x]",
    "$a$",
    "a->b",
    "__proto__",
    "constructor",
    "l" * 300,
    "שלום עולם",
    "evil\u202egnp.exe",
    "one\ntwo",
    "<script>alert(2)</script>",
    "[click](javascript:alert(3))",
    ":material/delete: `code` **bold** ~~gone~~",
    "{{7*7}} ${7*7} %s %(x)s",
    "'\"&amp;&lt;\\",
)
"""Names that somebody may take for Markdown, HTML, LaTeX, a directive or a property."""
HOSTILE_ID = "<img src=x onerror=alert('id')> ![i](https://example.invalid/i.png)"


def write_hostile(folder: Path, *, name: str) -> None:
    """Write a multi-label text run in which every text is hostile."""
    rng = np.random.default_rng(3)
    n = 160
    labelled = rng.random((n, len(HOSTILE))) < 0.3
    scores = np.clip(0.5 * labelled + 0.6 * rng.random(labelled.shape), 0, 1).round(2)
    rows = pd.DataFrame(
        {
            "id": [HOSTILE_ID, *(f"{HOSTILE[k % len(HOSTILE)]} #{k}" for k in range(1, n))],
            "text": [HOSTILE[k % len(HOSTILE)] for k in range(n)],
            "labels": [[HOSTILE[j] for j in np.flatnonzero(row)] for row in labelled],
            "<b>meta</b> ![m](https://example.invalid/m.png)": [HOSTILE[k % 5] for k in range(n)],
            "__proto__": [HOSTILE[(k + 1) % 4] for k in range(n)],
        }
        | {f"score:{concept}": scores[:, j] for j, concept in enumerate(HOSTILE)}
    )
    about = {
        "name": name,
        "model": "<img src=x onerror=alert('model')>",
        "model_version": "![v](https://example.invalid/v.png)",
        "dataset": ":red[data] $x$ a->b",
        "description": "<script>alert('d')</script> ![d](https://example.invalid/d.png)",
        "task": "multi_label",
        "concepts": list(HOSTILE),
    }
    _write(folder, rows, about)


def write_broken_pictures(folder: Path) -> None:
    """Write a run of 12 inputs; input 2 has no file, input 3 is no picture, 4 leads outside."""
    images = folder / "images"
    images.mkdir(parents=True)
    for k in range(12):
        Image.new("RGB", (64, 64), (20 * k, 90, 160)).save(images / f"{k}.png")
    (images / "2.png").unlink()
    (images / "3.png").write_bytes(b"this is no picture")
    paths = [f"images/{k}.png" for k in range(12)]
    rows = pd.DataFrame(
        {
            "id": [f"input {k}" for k in range(12)],
            "image": paths,
            "label": ["cat"] * 8 + ["dog"] * 4,
            "score:cat": [0.1] * 8 + [0.2] * 4,
            "score:dog": [0.9] * 8 + [0.8] * 4,
        }
    )
    _write(folder, rows, {"name": "broken pictures", "task": "single_label"})


def write_large(folder: Path, *, n_inputs: int, n_concepts: int) -> None:
    """Write a single-label run in Parquet with float32 softmax scores."""
    rng = np.random.default_rng(n_concepts)
    label = rng.integers(0, n_concepts, n_inputs)
    logits = 2 * rng.standard_normal((n_inputs, n_concepts), dtype=np.float32)
    here = np.arange(n_inputs)
    logits[here, label] += np.float32(np.log(n_concepts) + 4.5)
    confused = rng.random(n_inputs) < 0.3
    # each concept has a look-alike, the next one
    logits[here[confused], (label[confused] + 1) % n_concepts] += np.float32(
        np.log(n_concepts) + 4.0
    )
    scores: npt.NDArray[np.float32] = np.exp(logits - logits.max(axis=1, keepdims=True))
    scores /= scores.sum(axis=1, keepdims=True)
    names = [f"concept {j:04}" for j in range(n_concepts)]
    rows = pd.DataFrame(scores, columns=[f"score:{name}" for name in names])
    rows.insert(0, "id", [f"input {i:05}" for i in range(n_inputs)])
    rows.insert(1, "text", [f"made-up input {i}" for i in range(n_inputs)])
    rows.insert(2, "label", [names[j] for j in label])
    _write(folder, rows, {"name": folder.name, "task": "single_label", "concepts": names})


def _write(folder: Path, rows: pd.DataFrame, about: dict[str, object]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    rows.to_parquet(folder / "predictions.parquet", index=False)
    (folder / "run.json").write_text(json.dumps(about), encoding="utf-8")
