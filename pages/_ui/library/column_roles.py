"""What each column was taken for, and a way to say what it is."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import replace

import pandas as pd
import streamlit as st

import evalcore as ec
from evalcore.readers.folder.kept_columns import (
    forget_columns,
    keep_in_run_json,
    kept_reading,
    write_reading,
)
from evalcore.readers.folder.preview import Preview, preview
from evalcore.readers.reading.column_roles import CHOICES
from evalcore.readers.reading.reading import Reading
from evalcore.readers.registry import is_table_run
from evalcore.runs.format_words import SCORE_PREFIX
from pages._ui import wording
from pages._ui.library.proposals import may_set_reading, read_again
from pages._ui.session.keys import Key
from pages._ui.shell import frame, opening, sources

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
TASK_WORDS = {"as found": "", "single-label": "single_label", "multi-label": "multi_label"}
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
    roles = _changed(seen, edited)
    _buttons(key, seen, _settings(key, seen, roles))


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
    frame.table(
        roles,
        row_height=ROW_HEIGHT,
        height=_height(len(roles)),
        alt="Columns of the table and what each was taken for",
    )


def _editor_key(key: str, seen: Preview) -> str:
    return f"{Key.ROLES}_{_mark(key, seen)}"


def _mark(key: str, seen: Preview) -> str:
    # What was typed belongs to these columns with these roles, and to no others.
    known = (key, list(seen.columns.items()), seen.reading.line)
    return hashlib.blake2b(repr(known).encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()


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


def _settings(key: str, seen: Preview, roles: Mapping[str, str]) -> Reading:
    """Draw how labels are written and what they mean; return the reading that was typed."""
    known = seen.reading
    mark = _mark(key, seen)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        task = st.selectbox(
            "Task",
            list(TASK_WORDS),
            index=[*TASK_WORDS.values()].index(known.task),
            key=f"{Key.SET_TASK}_{mark}",
        )
        separator = st.text_input(
            "Between labels",
            known.separator or "",
            key=f"{Key.SET_SEPARATOR}_{mark}",
            placeholder="as found",
            help="What stands between the labels of one cell, such as | or a comma.",
        )
        none = st.text_input(
            "Labels that mean none",
            ", ".join(known.none),
            key=f"{Key.SET_NONE}_{mark}",
            placeholder="No Finding, ok",
            help="Labels of inputs that show none of the concepts, separated by commas.",
        )
        unknown = st.text_input(
            "Labels nobody knows",
            ", ".join(known.unknown),
            key=f"{Key.SET_UNKNOWN}_{mark}",
            placeholder="-1, unsure",
            help="Labels of inputs that take no part in the numbers, separated by commas.",
        )
    return replace(
        known,
        columns=dict(roles),
        task=TASK_WORDS[task],
        separator=separator or None,
        none=_words(none, known.none),
        unknown=_words(unknown, known.unknown),
    )


def _words(text: str, before: tuple[str, ...]) -> tuple[str, ...]:
    """Return the labels that a person listed; labels with commas stay whole where unchanged."""
    if text == ", ".join(before):
        return before
    return tuple(dict.fromkeys(word.strip() for word in text.split(",") if word.strip()))


def _buttons(key: str, seen: Preview, chosen: Reading) -> None:
    if not may_set_reading(key):
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button(
            "Read again with these",
            key=Key.APPLY_ROLES,
            on_click=read_again,
            args=(key, seen.path, seen.table, chosen),
            disabled=chosen == seen.reading,
        )
        kept = kept_reading(seen.table)
        if kept is None:
            return
        if seen.is_folder:
            st.button(
                "Keep in run.json",
                key=Key.KEEP_ROLES,
                help="Writes what was chosen into the run's own run.json, and nothing else.",
                on_click=_keep,
                args=(key, seen, kept),
            )
        st.button(
            "Forget what was chosen", key=Key.FORGET_ROLES, on_click=_forget, args=(key, seen)
        )


def _keep(key: str, seen: Preview, kept: Reading) -> None:
    try:
        sources.refuse_reading(key)
        if kept == Reading(columns=kept.columns):
            keep_in_run_json(seen.path, kept.columns)
        else:
            write_reading(seen.path, kept)
    except ec.WorkshopError as error:
        opening.fail(f"{seen.path.name}: run.json", error)


def _forget(key: str, seen: Preview) -> None:
    try:
        sources.refuse_reading(key)
    except ec.WorkshopError as error:
        opening.fail(seen.path.name, error)
        return
    forget_columns(seen.table)
    opening.open_key(key, name=wording.named(seen.path.name, ""))
