"""What each column was taken for, and a way to say what it is."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from functools import partial
from pathlib import Path

import pandas as pd
import streamlit as st

import evalcore as ec
from evalcore.base.jobs import Job
from evalcore.readers.folder.assemble import build_run
from evalcore.readers.folder.column_roles import CHOICES
from evalcore.readers.folder.files import find_files
from evalcore.readers.folder.kept_columns import (
    forget_columns,
    keep_columns,
    keep_in_run_json,
    kept_columns,
)
from evalcore.readers.folder.preview import Preview, preview
from evalcore.readers.registry import is_table_run
from evalcore.runs.format_words import SCORE_PREFIX
from pages._ui import wording
from pages._ui.session.keys import Key
from pages._ui.shell import loading, opening, sources

__all__ = ["roles_panel"]

MOST_ROWS = 12
MOST_LETTERS = 24
ROW_HEIGHT = 32
N_EXAMPLES = 3
WORDS = {
    "label": "label (one)",
    "labels": "labels (any number)",
    "not_labels": "not labels",
    "unknown_labels": "unknown labels",
    "score": "score of",
}
"""Roles whose word in run.json is not what people call them."""
_CHOICE = {WORDS.get(choice, choice): choice for choice in CHOICES}


def roles_panel(key: str, *, run: ec.EvalRun | None) -> None:
    """Draw the columns with their roles; those of a table can be changed.

    Parameters
    ----------
    run
        None for a run that cannot be read.
    """
    seen = _look(key)
    if seen is None:
        if run is not None:
            _roles_only(run)
        return
    st.markdown(
        "What each column was taken for, with its first cells. Change what is wrong, then read "
        "the run again; its table stays as it is."
    )
    edited = st.data_editor(
        _rows(seen),
        key=_editor_key(key, seen),
        hide_index=True,
        disabled=["column", "first cells"],
        column_config={
            "taken for": st.column_config.SelectboxColumn(options=list(_CHOICE), required=True),
            "concept": st.column_config.TextColumn(help="Whose scores the column holds."),
        },
        row_height=ROW_HEIGHT,
        height=_height(len(seen.columns)),
    )
    _buttons(key, seen, _changed(seen, edited))


def _look(key: str) -> Preview | None:
    try:
        path = sources.locate(key).path
        return preview(path) if is_table_run(path) else None
    except ec.WorkshopError:
        return None


def _roles_only(run: ec.EvalRun) -> None:
    roles = pd.DataFrame(
        [(role.column, role.role, role.detail) for role in run.report.columns],
        columns=["column", "taken for", "detail"],
    )
    st.dataframe(
        roles,
        hide_index=True,
        row_height=ROW_HEIGHT,
        height=_height(len(roles)),
        alt="Columns of the table and what each was taken for",
    )


def _editor_key(key: str, seen: Preview) -> str:
    # What was typed belongs to these columns with these roles, and to no others.
    state = repr((key, list(seen.columns.items()))).encode("utf-8", "surrogatepass")
    return f"{Key.ROLES}_{hashlib.blake2b(state, digest_size=8).hexdigest()}"


def _height(n_rows: int) -> int:
    # One row more for the head, and a pixel for each border.
    return (min(n_rows, MOST_ROWS) + 1) * ROW_HEIGHT + 2


def _rows(seen: Preview) -> pd.DataFrame:
    words = {choice: word for word, choice in _CHOICE.items()}
    rows = []
    for k, (column, choice) in enumerate(seen.columns.items()):
        is_score = choice.startswith(SCORE_PREFIX)
        concept = choice.removeprefix(SCORE_PREFIX) if is_score else ""
        first = ", ".join(row[k][:MOST_LETTERS] for row in seen.rows[:N_EXAMPLES])
        rows.append((column, words["score" if is_score else choice], concept, first))
    return pd.DataFrame(rows, columns=["column", "taken for", "concept", "first cells"])


def _changed(seen: Preview, edited: pd.DataFrame) -> dict[str, str]:
    """Return the roles that people chose, now or before; the others go by the rules."""
    chosen = {}
    for column, word, concept in zip(
        seen.columns, edited["taken for"], edited["concept"], strict=True
    ):
        choice = _CHOICE[word]
        if choice == "score" and concept:
            choice = f"{SCORE_PREFIX}{concept}"
        if choice != seen.columns[column] or column in seen.chosen:
            chosen[column] = choice
    return chosen


def _buttons(key: str, seen: Preview, chosen: Mapping[str, str]) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button(
            "Read again with these",
            key=Key.APPLY_ROLES,
            on_click=_apply,
            args=(key, seen, dict(chosen)),
            disabled=chosen == seen.chosen,
        )
        kept = kept_columns(seen.table)
        if kept is None:
            return
        if seen.is_folder:
            st.button(
                "Keep in run.json",
                key=Key.KEEP_ROLES,
                help="Writes the key columns into the run's own run.json, and nothing else.",
                on_click=_keep,
                args=(seen, kept),
            )
        st.button(
            "Forget what was chosen", key=Key.FORGET_ROLES, on_click=_forget, args=(key, seen)
        )


def _apply(key: str, seen: Preview, chosen: dict[str, str]) -> None:
    try:
        is_quick = loading.is_ready(loading.open_handle(key))
    except ec.WorkshopError as error:
        opening.fail(key, error, key=key)
        return
    job = Job(partial(_read, seen.path, chosen))
    job.start()
    opening.begin(
        name=seen.path.name,
        job=job,
        done=partial(_take, key, seen.table, chosen),
        wait=is_quick and loading.size_of(loading.open_handle(key)) < loading.LARGE,
    )


def _read(path: Path, chosen: Mapping[str, str]) -> ec.EvalRun:
    return build_run(find_files(path), columns=chosen)


def _take(key: str, table: Path, chosen: Mapping[str, str], run: ec.EvalRun) -> str:
    keep_columns(table, chosen)
    loading.keep(loading.open_handle(key), run)
    return key


def _keep(seen: Preview, kept: Mapping[str, str]) -> None:
    try:
        keep_in_run_json(seen.path, kept)
    except ec.WorkshopError as error:
        opening.fail(f"{seen.path.name}: run.json", error)


def _forget(key: str, seen: Preview) -> None:
    forget_columns(seen.table)
    opening.open_key(key, name=wording.named(seen.path.name, ""))
