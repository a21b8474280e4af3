"""Opening runs once per process and sharing them between all sessions."""

from __future__ import annotations

import contextlib
import gc
from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial
from itertools import chain, islice
from pathlib import Path

import numpy as np
import streamlit as st

import evalcore as ec
from evalcore import parts
from evalcore.base.home import home_of_prepared
from evalcore.base.jobs import Job, Jobs, report_progress
from evalcore.library.archive import is_archive
from evalcore.library.folder_of_runs import RunEntry, source_stamp
from evalcore.library.uploads import take_upload
from evalcore.parts.files import tables_in
from evalcore.prepared import open_apart
from evalcore.runs.joined import JoinedRows
from pages._ui import wording
from pages._ui.server import thumbnails
from pages._ui.session.options import options, shows_paths
from pages._ui.shell import sources
from pages._ui.shell.measuring import property_slice, property_slices

__all__ = [
    "Handle",
    "Summary",
    "damage_of",
    "evaluation_of",
    "few_valued",
    "is_ready",
    "keep",
    "library",
    "must_be_prepared",
    "open_handle",
    "read_upload",
    "reading",
    "run_of",
    "say_empty",
    "size_of",
    "slices",
    "summary_of",
]

LARGE = 32 * 2**20
"""A run of fewer bytes is read at once; a larger one in the background, with progress."""
LARGEST_KEPT = 5_000_000
"""Scores of an upload that is kept as it was read; a larger one is mapped when it is opened."""
MOST_SLICES = 1_000
"""More cannot be chosen from a list."""
MOST_VALUES = 50
"""A metadata column with more different values than this is no slice."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """What the library says of a run; kept when the run itself is not."""

    name: str
    model: str
    dataset: str
    n_inputs: int
    n_concepts: int
    task: str
    roc_auc: float
    labels_per_concept: tuple[int, ...]
    warnings: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Handle:
    """One opened run, or the part of it that the filters leave: what the caches are keyed by."""

    key: str
    path: str
    stamp: str
    split: str | None = None
    slice: tuple[str, str] | None = None


def library(also: str | None = None, *, others: bool = False) -> list[RunEntry]:
    """Return all runs that can be chosen, without reading them.

    Parameters
    ----------
    also
        The run of a link, which may be one that is not listed.
    others
        Whether to return the files of the library, too, that are no run yet.
    """
    entries = sources.every_run(others=others)
    if also is not None and also not in [entry.key for entry in entries]:
        with contextlib.suppress(ec.RunError):
            entries.append(sources.locate(also))
    return entries


def open_handle(
    key: str, *, split: str | None = None, part: tuple[str, str] | None = None
) -> Handle:
    """Return the handle of a run, as its files are now.

    Raises
    ------
    RunError
        When there is no such run, or it may not be opened.
    """
    entry = sources.locate(key)
    path = str(entry.path)
    return Handle(key=entry.key, path=path, stamp=source_stamp(entry.path), split=split, slice=part)


def run_of(handle: Handle) -> ec.EvalRun:
    """Return the whole run, read at most once while its files stay the same.

    Raises
    ------
    RunError
        When the run cannot be read.
    """
    return reading(handle).result().run


def reading(handle: Handle, *, again: bool = False) -> Job[ec.Evaluation]:
    """Return the reading of a run, which all sessions share; started when it is not under way."""
    key = (handle.path, handle.stamp)
    return _runs.start(key, partial(_load, key), again=again)


def keep(handle: Handle, run: ec.EvalRun) -> None:
    """Keep a run that was read elsewhere, so that it is not read again."""
    _publish(run)
    _runs.put((handle.path, handle.stamp), ec.Evaluation(run))


def is_ready(handle: Handle) -> bool:
    """Tell whether a run is read already, or so small that it is read at once."""
    if damage_of(handle) is not None:
        return False
    job = _runs.find((handle.path, handle.stamp))
    is_read = job is not None and job.has_ended and not job.was_cancelled
    return is_read or size_of(handle) < LARGE or must_be_prepared(handle) is False


def must_be_prepared(handle: Handle) -> bool | None:
    """Tell of a run in parts whether it has to be prepared first; None of any other run."""
    path = Path(handle.path)
    return not parts.is_prepared(path) if parts.is_in_parts(path) else None


def damage_of(handle: Handle) -> str | None:
    """Return what is damaged of a run in parts that was opened and looked through since."""
    job = _checks.find((handle.path, handle.stamp))
    return str(job.error) if job is not None and isinstance(job.error, ec.RunError) else None


def size_of(handle: Handle) -> int:
    """Return the bytes of a run's tables."""
    top = Path(handle.path)
    is_folder = top.is_dir()
    paths = [*top.iterdir(), *tables_in(top)] if is_folder else [top]
    return sum(path.stat().st_size for path in paths if path.is_file())


def evaluation_of(handle: Handle) -> ec.Evaluation:
    """Return the evaluation of the run, or of what split and slice leave of it.

    Raises
    ------
    RunError
        When the run cannot be read, or the filters leave nothing or name what is not there.
    """
    # by name: Streamlit looks up the name of every other argument, which takes longer than all else
    return _evaluate(path=handle.path, stamp=handle.stamp, split=handle.split, part=handle.slice)


def summary_of(handle: Handle) -> Summary:
    """Return what the library says of a run.

    Raises
    ------
    RunError
        When the run cannot be read.
    """
    return _summarise(handle.path, handle.stamp)


def say_empty() -> None:
    """Say that the library holds no run, and what to do."""
    st.info(
        f"There are no runs in {_library()} yet. Put a run folder or a CSV there, "
        "upload one, or start the app with `-- --runs DIR`."
    )


def _library() -> str:
    return f"`{sources.library_root()}`" if shows_paths() else "the library"


def slices(run: ec.EvalRun) -> list[tuple[str, str]]:
    """Return the (column, value) pairs by which a run can be sliced, the first of very many.

    Metadata first, then properties of the inputs themselves where these were measured.
    """
    of_metadata = ((name, value) for name, values in few_valued(run).items() for value in values)
    return list(islice(chain(of_metadata, property_slices(run)), MOST_SLICES))


def few_valued(run: ec.EvalRun) -> dict[str, list[str]]:
    """Return the metadata columns of a few values each, and these in order; found once per run."""
    return _few_valued(fingerprint=run.fingerprint, _run=run)


@st.cache_resource(max_entries=32, show_spinner=False)
def _few_valued(fingerprint: str, _run: ec.EvalRun) -> dict[str, list[str]]:  # noqa: ARG001 - the key
    found = {name: sorted(_few(column)) for name, column in _run.metadata.items()}
    return {name: values for name, values in found.items() if len(values) > 1}


def _few(column: Iterable[str]) -> set[str]:
    """Return the different values of a column; none when there are too many for slices."""
    if isinstance(column, JoinedRows):
        return column.few(MOST_VALUES)
    values: set[str] = set()
    for value in column:
        values.add(value)
        if len(values) > MOST_VALUES:
            return set()
    return values


_runs: Jobs[ec.Evaluation] = Jobs(kept=8)


_checks: Jobs[None] = Jobs(kept=8)


def _load(key: tuple[str, str]) -> ec.Evaluation:
    path = Path(key[0])
    if is_archive(path):
        with path.open("rb") as file:
            upload, run = take_upload(file, name=path.name, read=read_upload)
        evaluation = ec.Evaluation(run) if run else _opened(upload.path)
    else:
        evaluation = _opened(path)
    _publish(evaluation.run)
    if evaluation.run.parts:
        # it is opened before all of it is looked at: that is done behind the open run
        _checks.start(key, partial(_look_through, key), again=True)
    return evaluation


def _look_through(key: tuple[str, str]) -> None:
    try:
        parts.verify(Path(key[0]))
    except ec.RunError:
        _runs.forget(key)
        _evaluate.clear()
        raise


def _opened(path: Path) -> ec.Evaluation:
    if parts.is_in_parts(path):
        if not parts.is_prepared(path):
            parts.prepare(str(path), watch=lambda told: report_progress(told.share, of=1))
        return parts.open_parts(path)
    return open_apart(path, cache=home_of_prepared(), n_bytes=options().read_memory)


def read_upload(path: Path) -> ec.EvalRun | None:
    """Return the run of an upload that was read on the way; None when it waits prepared."""
    run = _opened(path).run
    return run if run.scores.size < LARGEST_KEPT else None


def _publish(run: ec.EvalRun) -> None:
    thumbnails.publish(run)
    _settle()


@st.cache_resource(max_entries=1_000, show_spinner="Reading the runs …")
def _summarise(path: str, stamp: str) -> Summary:
    evaluation = _evaluate(path=path, stamp=stamp, split=None, part=None)
    run = evaluation.run
    return Summary(
        name=run.name,
        model=wording.named(run.model, run.model_version),
        dataset=wording.named(run.dataset, run.dataset_version),
        n_inputs=run.n_inputs,
        n_concepts=run.n_concepts,
        task=run.task,
        roc_auc=ec.mean_of(evaluation.roc_auc()).value,
        labels_per_concept=tuple(np.sort(run.labels.total)[::-1].tolist()),
        warnings=" ".join(notice.text for notice in run.report.warnings),
    )


@st.cache_resource(max_entries=12, show_spinner="Building the index …")
def _evaluate(
    path: str, stamp: str, split: str | None, part: tuple[str, str] | None
) -> ec.Evaluation:
    whole = reading(Handle(key=path, path=path, stamp=stamp)).result()
    if split is None and part is None:
        return whole
    run = _filtered(whole.run, split=split, part=part)
    thumbnails.publish(run)
    evaluation = ec.Evaluation(run)
    _settle()
    return evaluation


def _filtered(run: ec.EvalRun, *, split: str | None, part: tuple[str, str] | None) -> ec.EvalRun:
    keep = np.ones(run.n_inputs, dtype=bool)
    if split is not None:
        if split not in run.fold_names or run.folds is None:
            msg = f"This run has no split {split!r}. It has: {', '.join(run.fold_names) or 'none'}."
            raise ec.RunError(msg)
        keep &= run.folds == run.fold_names.index(split)
    if part is not None:
        column, value = part
        if column in run.metadata:
            here = run.metadata[column] == value
        else:
            found = property_slice(run, part)
            if found is None:
                raise ec.RunError(_no_column(run, column))
            here = found
        if not here.any():
            msg = f"No input has {value!r} in the column {column!r}. Hint: choose another slice."
            raise ec.RunError(msg)
        keep &= here
    if not keep.any():
        msg = "Split and slice together leave no input. Choose another split or slice."
        raise ec.RunError(msg)
    return run.subset(np.flatnonzero(keep))


def _no_column(run: ec.EvalRun, column: str) -> str:
    return (
        f"This run has no column {column!r}. It has: {', '.join(run.metadata) or 'none'}. "
        "Hint: properties of the inputs become columns when they are measured on the page Improve."
    )


def _settle() -> None:
    """Move what was loaded out of the garbage collector's sight: it need not walk it again."""
    gc.collect()
    gc.freeze()
