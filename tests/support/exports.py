"""What the tests of the export readers share: writing, damaging, measuring."""

from __future__ import annotations

import json
import tracemalloc
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from evalcore.errors import RunError
from evalcore.readers.registry import Reader
from evalcore.runs.run import EvalRun

WORDS: tuple[Any, ...] = (
    *(None, True, 0, -1, 7, 1.5, 1e308, "", "x", "dog", "../x", "a\0b", "\ud800", "\u202e"),
    *([], [[]], {}, {"a": 1}, [None], [1, "x"], {"id": []}),
)


def write_json(path: Path, value: object) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(value))
    return path


def write_lines(path: Path, rows: list[Any]) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return path


def warnings_of(run: EvalRun) -> str:
    return "\n".join(notice.text for notice in run.report.warnings)


def scores_of(run: EvalRun, concept: str) -> list[float]:
    return run.scores[:, run.position_of(concept)].tolist()


def mutate(value: Any, rng: np.random.Generator) -> Any:
    """Replace, drop, repeat or rename one thing somewhere in a JSON value."""
    if isinstance(value, dict) and value and rng.random() < 0.93:
        key = list(value)[int(rng.integers(len(value)))]
        what = rng.random()
        if what < 0.07:
            return {k: v for k, v in value.items() if k != key}
        if what < 0.12:
            return {(k + "x" if k == key else k): v for k, v in value.items()}
        return {**value, key: mutate(value[key], rng)}
    if isinstance(value, list) and value and rng.random() < 0.93:
        k = int(rng.integers(len(value)))
        what = rng.random()
        if what < 0.07:
            return value[:k] + value[k + 1 :]
        if what < 0.14:
            return [*value, value[k]]
        return [*value[:k], mutate(value[k], rng), *value[k + 1 :]]
    return WORDS[int(rng.integers(len(WORDS)))]


def damage(data: bytes, rng: np.random.Generator) -> bytes:
    """Cut, overwrite or insert some bytes."""
    place = int(rng.integers(len(data)))
    what = rng.random()
    if what < 0.3:
        return data[:place]
    noise = bytes(rng.integers(0, 256, int(rng.integers(1, 5)), dtype=np.uint8))
    if what < 0.6:
        return data[:place] + noise + data[place + len(noise) :]
    token = (b"{", b"}", b"[", b"]", b",", b'"', b"NaN", b"9" * 200, b"\\u", b"[" * 3000)
    return data[:place] + token[int(rng.integers(len(token)))] + data[place:]


def loads_or_refuses(reader: Reader, path: Path) -> bool:
    """Read; anything but a run or a RunError with a text escapes and fails the test."""
    reader.recognises(path)
    message, n_inputs = "", 0
    try:
        n_inputs = reader.read(path).n_inputs
    except RunError as error:
        message = str(error)
    assert n_inputs or 20 < len(message) < 5_000, message
    return n_inputs > 0


def memory_ratio(load: Callable[[], EvalRun]) -> float:
    """Return the peak of memory while loading, in sizes of the finished run."""
    tracemalloc.start()
    try:
        run = load()
        held, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert run.scores.nbytes > 500_000
    assert held >= run.scores.nbytes
    return peak / held
