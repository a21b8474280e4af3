"""Opening a run: from its cache where that holds, else from its files."""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path

from evalcore.base.whole_writes import whole_file
from evalcore.counting.evaluation import Evaluation
from evalcore.prepared import packing
from evalcore.prepared.entries import MOST_BYTES, publish, read_entry
from evalcore.prepared.source_files import Source
from evalcore.readers import load_run

__all__ = ["LARGE", "open_prepared"]

LARGE = 5_000_000
"""Runs with fewer scores are read as fast as their cache would be."""
STAMPS = "stamps"


def open_prepared(
    path: str | os.PathLike[str],
    *,
    cache: Path,
    least_scores: int = LARGE,
    most_bytes: int = MOST_BYTES,
) -> Evaluation:
    """Return the evaluation of a run, prepared for the next time when it is large.

    Parameters
    ----------
    path
        What :func:`evalcore.load_run` opens.
    cache
        The folder of prepared runs; it need not exist. Where it cannot be written, or the disk is
        full, the run opens all the same.
    least_scores
        Smaller runs are not prepared.
    most_bytes
        Size of all prepared runs together.

    Raises
    ------
    RunError
        When the run cannot be read.
    """
    run_path = Path(path)
    source, content = _found(run_path, cache)
    if source is None:
        return Evaluation(load_run(run_path))
    prepared = _opened(run_path, cache, content)
    if prepared is None:
        evaluation = Evaluation(load_run(run_path))
        is_worth_it = evaluation.run.scores.size >= least_scores
        if not is_worth_it or not packing.is_packable(evaluation.run, path=run_path):
            return evaluation
        written = _write(evaluation, source, content, cache=cache, most_bytes=most_bytes)
        if written is None:
            return evaluation
        source = written
        # the pages of the cache in place of our own: other processes have them as well
        prepared = _opened(run_path, cache, content) or evaluation
    _remember(source, content, cache)
    return prepared


def _found(path: Path, cache: Path) -> tuple[Source | None, str]:
    """Return the run's files and their digest, which is only taken when the stamp is new."""
    try:
        source = Source.of(path)
        if source is None:
            return None, ""
        return source, _recalled(source, cache) or source.content()
    except OSError:
        return None, ""  # reading the run says what is wrong with its files


def _opened(path: Path, cache: Path, content: str) -> Evaluation | None:
    shelf = read_entry(cache, content)
    return None if shelf is None else packing.unpack(shelf, path=path)


def _write(
    evaluation: Evaluation, source: Source, content: str, *, cache: Path, most_bytes: int
) -> Source | None:
    """Write the cache; return the run's files, looked at once more, or None."""
    shelf = packing.pack(evaluation)
    try:
        again = Source.of(source.path)
        if again is None or again.stamp != source.stamp or source.content() != content:
            return None  # changed while it was read: nobody knows what was
        publish(cache, content, shelf, most_bytes=most_bytes)
    except (OSError, ValueError):
        return None
    return again


def _stamp_file(source: Source, cache: Path) -> Path:
    name = hashlib.sha256(str(source.path.resolve()).encode("utf-8", "surrogateescape"))
    return cache / STAMPS / f"{name.hexdigest()}.json"


def _line(source: Source, content: str) -> bytes:
    """Return the stamp with its digest, and a digest of both."""
    body = json.dumps([source.stamp, content])
    return f"{hashlib.sha256(body.encode()).hexdigest()} {body}\n".encode()


def _recalled(source: Source, cache: Path) -> str | None:
    try:
        line = _stamp_file(source, cache).read_bytes()
        content = str(json.loads(line.partition(b" ")[2])[1])
    except (OSError, ValueError, IndexError, TypeError, KeyError):
        return None
    return content if line == _line(source, content) else None


def _remember(source: Source, content: str, cache: Path) -> None:
    if not source.is_settled:
        return
    file = _stamp_file(source, cache)
    line = _line(source, content)
    try:
        if file.exists() and file.read_bytes() == line:
            return
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with whole_file(file) as aside:
            aside.write_bytes(line)
    except OSError:
        return
