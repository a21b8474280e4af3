"""The ways in which a file may be meant, as choices with what would follow from each."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import streamlit as st

import evalcore as ec
from evalcore.base.jobs import Job
from evalcore.readers.folder.build import build_run
from evalcore.readers.folder.files import find_files
from evalcore.readers.folder.kept_columns import keep_reading
from evalcore.readers.folder.preview import preview
from evalcore.readers.reading.proposal import Proposal
from evalcore.readers.reading.reading import Reading
from pages._ui import wording
from pages._ui.session.keys import Key
from pages._ui.shell import frame, loading, opening, sources

__all__ = ["may_set_reading", "proposals_panel", "read_again"]

ROW_HEIGHT = 32
MOST_CONCEPTS = 8
N_ROWS = 5


def proposals_panel(key: str, question: ec.AmbiguousReading) -> None:
    """Draw the question with its proposals, a preview of the chosen one, and the way to take it."""
    proposals: Sequence[Proposal] = question.proposals
    try:
        entry = sources.locate(key)
        handle = loading.open_handle(key)
        table = preview(entry.path).table
    except ec.WorkshopError:
        return  # what is wrong with the file stands above
    mark = hashlib.blake2b(f"{key}\0{handle.stamp}".encode(), digest_size=8).hexdigest()
    picked = st.radio(
        "How is it meant?",
        range(len(proposals)),
        format_func=lambda k: wording.escape(proposals[k].title),
        captions=[_caption(proposal) for proposal in proposals],
        key=f"{Key.PROPOSAL}_{mark}",
    )
    proposal = proposals[picked or 0]
    st.button(
        "Read it so",
        key=Key.TAKE_PROPOSAL,
        type="primary",
        on_click=read_again,
        args=(key, entry.path, table, proposal.reading),
        disabled=not may_set_reading(key),
    )
    if loading.size_of(handle) < loading.LARGE:
        _preview(str(entry.path), handle.stamp, proposal)
    st.markdown("Or by this line in its run.json:")
    st.code(proposal.line, language="json", wrap_lines=True)


def _caption(proposal: Proposal) -> str:
    told = [proposal.consequences, proposal.reason and f"({proposal.reason})"]
    return wording.escape(" ".join(filter(None, told)))


def _preview(path: str, stamp: str, proposal: Proposal) -> None:
    tried = _tried(path, stamp, proposal.line, _proposal=proposal)
    if isinstance(tried, str):
        st.info(wording.escape(tried))
        return
    per_concept, first = tried
    labels, rows = st.columns([2, 3], gap="medium")
    with labels:
        st.markdown("Labels per concept, if it is read so")
        frame.table(
            per_concept,
            row_height=ROW_HEIGHT,
            alt="Labelled, not labelled and unknown inputs of each concept",
        )
    with rows:
        st.markdown("Its first inputs")
        frame.table(first, row_height=ROW_HEIGHT, alt="The first inputs as they are read")


def _shown(score: np.floating[Any]) -> str:
    """Return a score with the digits that it has; a dash where there is none."""
    return wording.shortest(score) if np.isfinite(score) else wording.UNDEFINED


@st.cache_resource(max_entries=16, show_spinner="Trying this reading …")
def _tried(
    path: str,
    stamp: str,  # noqa: ARG001 - what the cache is keyed by, beside the path
    line: str,  # noqa: ARG001 - stands for the reading in the cache's key
    *,
    _proposal: Proposal,
) -> tuple[pd.DataFrame, pd.DataFrame] | str:
    """Return labels per concept and first inputs of a run as it would be, or what is in the way."""
    try:
        run = build_run(find_files(Path(path)), reading=_proposal.reading)
    except ec.AmbiguousReading as question:
        return f"Then there is one more question. {str(question).partition(' Choose one')[0]}"
    except ec.RunError as error:
        return str(error)
    labels = run.labels
    per_concept = pd.DataFrame(
        {
            "concept": run.concepts,
            "labelled": labels.total,
            "not labelled": labels.n_known - labels.total,
            "unknown": run.n_inputs - labels.n_known,
        }
    )
    first = [
        {
            "input": run.ids[i],
            "labels": ", ".join(run.concepts[j] for j in labels.of_input(i)),
            "unknown for": ""
            if labels.known is None
            else ", ".join(
                name for name, known in zip(run.concepts, labels.known[i], strict=True) if not known
            ),
            **{
                run.concepts[j]: _shown(run.scores[i, j])
                for j in range(min(run.n_concepts, MOST_CONCEPTS))
            },
        }
        for i in range(min(run.n_inputs, N_ROWS))
    ]
    return per_concept, pd.DataFrame(first)


def may_set_reading(key: str) -> bool:
    """Tell whether who looks may set how a run is read; say why not."""
    try:
        sources.refuse_reading(key)
    except ec.WorkshopError as error:
        st.info(wording.escape(str(error)))
        return False
    return True


def read_again(key: str, path: Path, table: Path, reading: Reading) -> None:
    """Turn to a run as it is understood in another way; for callbacks.

    The way is kept when the run can be read, and when the next question is asked: an answer that
    was given is not asked for again.
    """
    try:
        sources.refuse_reading(key)
        handle = loading.open_handle(key)
        is_quick = loading.is_ready(handle) and loading.size_of(handle) < loading.LARGE
    except ec.WorkshopError as error:
        opening.fail(key, error, key=key)
        return
    job = Job(partial(_read, path, table, reading))
    job.start()
    done = partial(_take, key, table, reading)
    opening.begin(name=path.name, job=job, done=done, wait=is_quick)


def _read(path: Path, table: Path, reading: Reading) -> ec.EvalRun:
    try:
        return build_run(find_files(path), reading=reading)
    except ec.AmbiguousReading:
        keep_reading(table, reading)
        raise


def _take(key: str, table: Path, reading: Reading, run: ec.EvalRun) -> str:
    keep_reading(table, reading)
    loading.keep(loading.open_handle(key), run)
    return key
