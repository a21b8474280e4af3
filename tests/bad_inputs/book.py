"""One entry of the list of bad inputs, and how its file is written."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

import evalcore as ec

__all__ = [
    "GOOD_CSV",
    "GOOD_JSONL",
    "BadInput",
    "Write",
    "archive",
    "array_file",
    "folder",
    "parquet",
    "text",
]

Level = Literal["E", "W", "F", "kept"]
Write = Callable[[Path], Path]
"""Writes the input into an empty folder; returns what is opened."""

GOOD_CSV = "id,label,score:dog,score:cat\n007,dog,0.9,0.1\n12E3,cat,0.25,0.75\n"
GOOD_JSONL = (
    '{"id": "a", "labels": ["dog"], "scores": {"dog": 0.9, "cat": 0.1}}\n'
    '{"id": "b", "labels": ["cat"], "scores": {"dog": 0.2, "cat": 0.8}}\n'
)


@dataclass(frozen=True, slots=True, kw_only=True)
class BadInput:
    """One line of the document.

    Parameters
    ----------
    line
        The line, in words.
    level
        E: refused. W: loaded with a warning. F: mended and listed. kept: data like any other.
    write
        Writes it.
    says
        What the message holds: file, row, column, value, rule and fix, as far as there are such.
    holds
        What must be true of the run when it is loaded.
    limits
        Limits of the product made small for the test, by their dotted names.
    """

    line: str
    level: Level
    write: Write
    says: tuple[str, ...] = ()
    holds: Callable[[ec.EvalRun], object] = lambda run: run.n_inputs
    limits: Mapping[str, Any] = field(default_factory=dict)


def text(content: str | bytes, *, name: str = "pets.csv") -> Write:
    """Return a writer of one file."""

    def write(here: Path) -> Path:
        path = here / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return write


def folder(files: Mapping[str, str | bytes], *, change: Callable[[Path], object] = id) -> Write:
    """Return a writer of a run's folder; ``change`` makes what is no plain file."""

    def write(here: Path) -> Path:
        run = here / "run"
        run.mkdir()
        for name, content in files.items():
            path = run / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content if isinstance(content, bytes) else content.encode())
        change(run)
        return run

    return write


def parquet(columns: Mapping[str, Any], *, keep: float = 1.0) -> Write:
    """Return a writer of a Parquet file, or of the first part of one."""

    def write(here: Path) -> Path:
        path = here / "pets.parquet"
        pq.write_table(pa.table(dict(columns)), path)
        data = path.read_bytes()
        path.write_bytes(data[: int(len(data) * keep)])
        return path

    return write


def array_file(*, keep: float = 1.0, compressed: bool = False, **arrays: Any) -> Write:
    """Return a writer of an NPZ file, or of the first part of one."""

    def write(here: Path) -> Path:
        path = here / "pets.npz"
        save = np.savez_compressed if compressed else np.savez
        save(path, **arrays)
        data = path.read_bytes()
        path.write_bytes(data[: int(len(data) * keep)])
        return path

    return write


def archive(
    *entries: tuple[str, bytes], kind: int = 0, flags: int = 0, method: int = zipfile.ZIP_DEFLATED
) -> Write:
    """Return a writer of a ZIP with a run and, after it, odd entries."""

    def write(here: Path) -> Path:
        stream = io.BytesIO()
        with zipfile.ZipFile(stream, "w", method) as zipped:
            zipped.writestr("run/predictions.csv", GOOD_CSV)
            for name, content in entries:
                entry = zipfile.ZipInfo("x")
                entry.filename = name
                entry.external_attr = (kind | 0o644) << 16
                zipped.writestr(entry, content, compress_type=method)
        data = bytearray(stream.getvalue())
        data[data.rindex(b"PK\1\2") + 8] |= flags
        path = here / "run.zip"
        path.write_bytes(data)
        return path

    return write
