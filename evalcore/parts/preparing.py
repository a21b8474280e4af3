"""Preparing a run in parts: planned from row groups, built in parallel, committed in the end.

What is finished is kept when it is stopped; what changed is built anew, and nothing else.
"""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from filelock import FileLock

from evalcore.errors import RunError
from evalcore.parts.building import build_part
from evalcore.parts.dataset import Dataset
from evalcore.parts.opening import opened_parts
from evalcore.parts.pairs.merging import pieces_of_pairs
from evalcore.parts.part_folder import mapped, part_path, splits_in
from evalcore.parts.pieces import Piece, pieces_of, repeated_id
from evalcore.parts.plan_file import Prepared, memory_before, origin_of
from evalcore.parts.verifying import is_built
from evalcore.parts.whole import Measured, is_put_together, measure, put_together, whole_key
from evalcore.parts.workers import run_all
from evalcore.runs.given import encode_folds
from evalcore.runs.run import EvalRun

__all__ = ["Progress", "Summary", "prepare"]

HOUR = 3_600
DESCRIBED = ("model", "model_version", "dataset", "dataset_version", "description")
CONCEPTS_AT_ONCE = 2
MOST_GROUPS = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far it is.

    Parameters
    ----------
    what
        ``rows`` while parts are built, then ``concepts`` while they are measured.
    share
        Of all the work, about.
    seconds
        Since this kind of work began.
    """

    what: str
    done: int
    of: int
    share: float
    seconds: float

    @property
    def rate(self) -> float:
        """How many a second."""
        return self.done / self.seconds if self.seconds else 0.0

    @property
    def seconds_left(self) -> float:
        """Seconds that the rest takes at this rate."""
        return (self.of - self.done) / self.rate if self.rate else 0.0


Watcher = Callable[[Progress], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """What was done."""

    out: Path
    n_rows: int
    n_concepts: int
    n_parts: int
    n_kept: int
    n_bytes: int
    seconds: float


def prepare(
    address: str,
    *,
    out: Path | None = None,
    scheduler: str | None = None,
    memory: int | None = None,
    n_workers: int | None = None,
    verify: bool = False,
    vouched: bool = False,
    watch: Watcher = lambda _: None,
) -> Summary:
    """Prepare a run in parts, as far as it is not prepared.

    Parameters
    ----------
    address
        The run's folder, or the address of one; or what was prepared of it before.
    out
        Where to; a folder of the workshop's own when omitted.
    scheduler
        See :func:`evalcore.parts.workers.run_all`.
    memory
        Bytes that building one part may take; when omitted as before, so that parts are kept.
    verify
        Whether to compare every byte of what is there with its digest, and not headers and sizes.
    vouched
        See :func:`evalcore.parts.plan_file.origin_of`.

    Raises
    ------
    RunError
        When the files cannot be read, contradict themselves, or there is no room.
    """
    started = time.monotonic()
    origin, folder = origin_of(address, out=out, vouched=vouched)
    dataset = Dataset.at(origin)
    n_bytes = memory_before(folder) if memory is None else memory
    plan = pieces_of_pairs if dataset.columns.pair else pieces_of
    pieces = plan(dataset, n_bytes=n_bytes)
    _make(folder)
    todo = [piece for piece in pieces if not is_built(folder, piece, verify=verify)]
    tasks = [(dataset.address, dataset.columns, piece, str(folder), verify) for piece in todo]
    tally = _Tally(watch, what="rows", of=sum(piece.n_inputs for piece in todo), until=0.8)
    run_all(build_part, tasks, scheduler=scheduler, n_workers=n_workers, done=tally.add)
    found = _planned(dataset, pieces, folder, n_bytes)
    if not is_put_together(folder, found.whole, verify=verify):
        _complete(folder, found, scheduler, n_workers, watch)
    with FileLock(folder / "commit.lock"):
        found.write(folder)
        _remove_others(folder, found)
    return Summary(
        out=folder,
        n_rows=sum(piece.n_inputs for piece in pieces),
        n_concepts=len(dataset.columns.concepts),
        n_parts=len(pieces),
        n_kept=len(pieces) - len(todo),
        n_bytes=sum(file.stat().st_size for file in folder.rglob("*.npy")),
        seconds=time.monotonic() - started,
    )


class _Tally:
    """Adds up what is done, and tells who watches."""

    def __init__(
        self, watch: Watcher, *, what: str, of: int, until: float, since: float = 0.0
    ) -> None:
        self.watch, self.what, self.of = watch, what, of
        self.since, self.until = since, until
        self.done, self.started = 0, time.monotonic()

    def add(self, n: int) -> None:
        self.done += n
        share = self.since + (self.until - self.since) * self.done / max(self.of, 1)
        seconds = time.monotonic() - self.started
        self.watch(
            Progress(what=self.what, done=self.done, of=self.of, share=share, seconds=seconds)
        )


def _make(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        msg = f"{folder}: cannot be written: {error.strerror}. Hint: name another one by --out."
        raise RunError(msg) from None


def _planned(dataset: Dataset, pieces: Sequence[Piece], folder: Path, memory: int) -> Prepared:
    manifest, columns = dataset.manifest, dataset.columns
    names = {name for piece in pieces for name in splits_in(folder, piece, columns)}
    given = manifest.folds or ()
    about = {
        "name": dataset.name,
        **{name: getattr(manifest, name) for name in DESCRIBED},
        "default_operator": manifest.operator,
        "default_threshold": manifest.default_threshold,
        "fold_names": given if names <= set(given) and given else encode_folds(sorted(names))[0],
    }
    key = whole_key([piece.key for piece in pieces])
    return Prepared(
        address=dataset.address,
        about=about,
        columns=columns,
        pieces=tuple(pieces),
        whole=key,
        stamps=dataset.stamps,
        memory=memory,
    )


def _complete(
    folder: Path, found: Prepared, scheduler: str | None, n_workers: int | None, watch: Watcher
) -> None:
    """Measure every concept in all parts."""
    runs, built = opened_parts(folder, found)
    _refuse_repeated_ids(folder, found, runs)
    n = len(found.columns.concepts)
    size = max(CONCEPTS_AT_ONCE, n // MOST_GROUPS)
    groups = [list(range(k, min(k + size, n))) for k in range(0, n, size)]
    tally = _Tally(watch, what="concepts", of=n, since=0.8, until=0.98)
    measured: list[Measured] = []

    def done(some: list[Measured]) -> None:
        measured.extend(some)
        tally.add(len(some))

    tasks = [(str(folder), found.to_json(), group) for group in groups]
    run_all(_measured, tasks, scheduler=scheduler, n_workers=n_workers, done=done)
    measured.sort(key=lambda one: one.concept)
    put_together(folder, found, runs, built, measured)


def _measured(folder: str, plan: str, concepts: list[int]) -> list[Measured]:
    # mapped for these concepts alone: what was looked at is given back with them
    runs, built = opened_parts(Path(folder), Prepared.from_json(plan))
    return measure(runs, built, concepts)


def _refuse_repeated_ids(folder: Path, found: Prepared, runs: Sequence[EvalRun]) -> None:
    if found.columns.id is None:
        return
    parts = [
        mapped(part_path(folder, piece.key), content=piece.key).arrays for piece in found.pieces
    ]
    every = np.sort(np.concatenate([part["ids.hashes"] for part in parts]))
    twice = np.unique(every[1:][every[1:] == every[:-1]])
    seen: dict[str, str] = {}
    for piece, run, part in zip(found.pieces, runs, parts, strict=True):
        for row in np.flatnonzero(np.isin(part["ids.hashes"], twice)).tolist():
            name = str(run.ids[row])  # other texts may have the same hash
            place = piece.place(int(part["firsts"][row]) if "firsts" in part else row)
            if name in seen:
                several = "firsts" in part
                raise repeated_id(name, at=place, before=seen[name], have_rows=several)
            seen[name] = place


def _remove_others(folder: Path, found: Prepared) -> None:
    """Remove parts of files that changed or are gone, unless somebody may be building them."""
    kept = {piece.key for piece in found.pieces} | {found.whole}
    for entry in [*(folder / "parts").iterdir(), *(folder / "whole").iterdir()]:
        if entry.stem not in kept and time.time() - entry.stat().st_mtime > HOUR:
            shutil.rmtree(entry, ignore_errors=True) if entry.is_dir() else entry.unlink()
