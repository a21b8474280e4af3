"""Opening runs once per process and sharing them between all sessions."""

from __future__ import annotations

import argparse
import gc
import os
import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import streamlit as st

import evalcore as ec
from evalcore.library import RunEntry, find_runs, resolve, source_stamp
from pages._ui import thumbs, wording

__all__ = [
    "Handle",
    "Summary",
    "evaluation_of",
    "library",
    "library_root",
    "open_handle",
    "run_of",
    "say_empty",
    "slices",
    "summary_of",
]

RUNS_VARIABLE = "THRESHOLD_WORKSHOP_RUNS"
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


def library_root() -> Path:
    """Return the folder of runs: ``-- --runs DIR``, an environment variable, or the samples."""
    parser = argparse.ArgumentParser(add_help=False, allow_abbrev=False)
    parser.add_argument("--runs", nargs="?")
    given = parser.parse_known_args(sys.argv[1:])[0].runs or os.environ.get(RUNS_VARIABLE)
    return Path(given) if given else Path(__file__).parents[2] / "sample_runs"


def library() -> list[RunEntry]:
    """Return the runs of the library, without reading them."""
    return find_runs(library_root())


def open_handle(
    key: str, *, split: str | None = None, part: tuple[str, str] | None = None
) -> Handle:
    """Return the handle of a run of the library, as its files are now.

    Raises
    ------
    RunError
        When the library has no such run.
    """
    entry = resolve(library_root(), key)
    path = str(entry.path)
    return Handle(key=entry.key, path=path, stamp=source_stamp(entry.path), split=split, slice=part)


def run_of(handle: Handle) -> ec.EvalRun:
    """Return the whole run, read at most once while its files stay the same.

    Raises
    ------
    RunError
        When the run cannot be read.
    """
    return _read(handle.path, handle.stamp)


def evaluation_of(handle: Handle) -> ec.Evaluation:
    """Return the evaluation of the run, or of what split and slice leave of it.

    Raises
    ------
    RunError
        When the run cannot be read, or the filters leave nothing or name what is not there.
    """
    return _evaluate(handle.path, handle.stamp, handle.split, handle.slice)


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
        f"There are no runs in `{library_root()}` yet. Put a run folder or a CSV there, "
        "or start the app with `-- --runs DIR`."
    )


def slices(run: ec.EvalRun) -> list[tuple[str, str]]:
    """Return the (column, value) pairs by which a run can be sliced."""
    pairs = []
    for name, column in run.metadata.items():
        values = sorted(set(column.tolist()))
        if 1 < len(values) <= MOST_VALUES:
            pairs += [(name, value) for value in values]
    return pairs


@st.cache_resource(max_entries=8, show_spinner="Reading the run …")
def _read(path: str, stamp: str) -> ec.EvalRun:  # noqa: ARG001 - the stamp is part of the key
    run = ec.load_run(path)
    thumbs.publish(run)
    _settle()
    return run


@st.cache_resource(max_entries=1_000, show_spinner="Reading the runs …")
def _summarise(path: str, stamp: str) -> Summary:
    evaluation = _evaluate(path, stamp, None, None)
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
    run = _read(path, stamp)
    if split is not None or part is not None:
        run = _filtered(run, split=split, part=part)
        thumbs.publish(run)
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
        if column not in run.metadata:
            msg = f"This run has no column {column!r}. It has: {', '.join(run.metadata) or 'none'}."
            raise ec.RunError(msg)
        keep &= run.metadata[column] == value
    if not keep.any():
        msg = "Split and slice together leave no input. Choose another split or slice."
        raise ec.RunError(msg)
    return run.subset(np.flatnonzero(keep), key=f"{split}/{part}")


def _settle() -> None:
    """Move what was loaded out of the garbage collector's sight: it need not walk it again."""
    gc.collect()
    gc.freeze()
