"""The library: a row per run, with what it holds and how well it ranks."""

from __future__ import annotations

import math

import streamlit as st

import evalcore as ec
from evalcore.library.folder_of_runs import RunEntry
from pages._ui import wording
from pages._ui.components.table.data import TableColumn
from pages._ui.components.table.table import table
from pages._ui.library.open_another import offer_removal, ways_in
from pages._ui.session import state
from pages._ui.session.keys import Key
from pages._ui.session.options import shows_paths
from pages._ui.shell import loading, navigation, opening, sources
from pages._ui.shell.frame import TASKS
from pages._ui.shell.places import told

__all__ = ["library_panel"]

MOST_HEIGHT = 420
NAMED = "run"
COLUMNS: dict[str, TableColumn] = {
    NAMED: {"name": NAMED, "kind": "text", "help": "", "link": False},
    "folder": {"name": "folder", "kind": "text", "help": "", "link": False, "fold": 2},
    "model": {"name": "model", "kind": "text", "help": "", "link": False, "fold": 3},
    "data set": {"name": "data set", "kind": "text", "help": "", "link": False, "fold": 4},
    "inputs": {"name": "inputs", "kind": "count", "help": "", "link": False},
    "concepts": {"name": "concepts", "kind": "count", "help": "", "link": False, "fold": 6},
    "task": {"name": "task", "kind": "text", "help": "", "link": False, "fold": 8},
    "ROC AUC": {
        "name": "ROC AUC",
        "kind": "rate",
        "help": "Of the run: mean over its concepts.",
        "link": False,
    },
    "labels": {
        "name": "labels",
        "kind": "text",
        "help": "Labelled inputs of the rarest and of the most frequent concept.",
        "link": False,
        "fold": 9,
    },
    "note": {"name": "note", "kind": "text", "help": "To look at.", "link": False, "fold": 1},
}


def library_panel() -> None:
    """Draw the table of runs, the button that opens one, and the ways to open another."""
    st.subheader("Runs")
    _given_problems()
    view = state.asked()
    entries = loading.library(view.run, others=True)
    if not entries:
        loading.say_empty()
        ways_in()
        return
    where = f"The library is `{sources.library_root()}`. " if shows_paths() else ""
    st.markdown(f"{where}Choose a run to see how it was read; open it to move its threshold.")
    keys = [entry.key for entry in entries]
    if view.run is not None and view.run not in keys:
        _lost(view.run)
    elif view.run is None:
        _open_first(entries)
    looked = opening.looked_at()
    chosen = keys.index(looked) if looked in keys else 0
    _table(entries, chosen)
    with st.container(horizontal=True, vertical_alignment="center"):
        _evaluate(entries[chosen])
        ways_in()
        offer_removal(keys[chosen])


def _open_first(entries: list[RunEntry]) -> None:
    """Open the run that was asked for at the start, or the first that can be read at once."""
    asked = {entry.key for entry in sources.given_runs()}
    for entry in entries:
        try:
            handle = loading.open_handle(entry.key)
            if entry.key in asked:
                opening.require(handle)
            if loading.is_ready(handle):
                loading.run_of(handle)
                state.open_run(entry.key)
                return
        except ec.RunError:
            continue  # its row says why


def _given_problems() -> None:
    for entry in sources.given_runs():
        try:
            handle = loading.open_handle(entry.key)
            if loading.is_ready(handle):
                loading.run_of(handle)
        except ec.RunError as error:
            named = str(entry.path) if shows_paths() else entry.name
            start = f"The run {wording.escape(named)} of the command line was not opened."
            st.error(f"{start} {told(error)}")


def _evaluate(entry: RunEntry) -> None:
    try:
        handle = loading.open_handle(entry.key)
        is_open = loading.is_ready(handle) and bool(loading.run_of(handle))
    except ec.RunError:
        is_open = False
    label = f"Evaluate {wording.escape(entry.name)}"
    if st.button(label, key=Key.OPEN, icon=":material/tune:", disabled=not is_open):
        st.switch_page(navigation.EVALUATE, query_params=state.link(entry.key))


def _table(entries: list[RunEntry], chosen: int) -> None:
    rows = [_row(entry) for entry in entries]
    names = list(COLUMNS)
    if all(row[NAMED] == row["folder"] for row in rows):
        names.remove("folder")
    table(
        {
            "field": "",
            "columns": [COLUMNS[name] for name in names],
            "rows": [[row.get(name) for name in names] for row in rows],
            "selected": (chosen, 0),
            "sort": None,
            "height": MOST_HEIGHT,
            "whole_rows": True,
            "caption": "The runs of the library; a row opens its run",
            "empty": "",
        },
        key=Key.LIBRARY,
        on_pick=lambda: _choose(entries),
        on_sort=lambda: None,
    )


def _choose(entries: list[RunEntry]) -> None:
    row = int(st.session_state[Key.LIBRARY]["pick"]["row"])
    if 0 <= row < len(entries):
        opening.open_key(entries[row].key, name=entries[row].name)
        st.rerun()


def _row(entry: RunEntry) -> dict[str, str | float | None]:
    found: dict[str, str | float | None] = {NAMED: entry.name, "folder": _place(entry)}
    try:
        handle = loading.open_handle(entry.key)
        if not loading.is_ready(handle):
            size = loading.size_of(handle) / 2**20
            return found | {"note": f"{size:,.0f} MB, not read yet: choose it to read it."}
        summary = loading.summary_of(handle)
    except ec.AmbiguousReading as question:
        return found | {"note": f"Not read yet: {str(question).partition(' Choose one')[0]}"}
    except ec.RunError as error:
        return found | {"note": f"Not read yet: {error}"}
    return found | {
        NAMED: summary.name,
        "model": summary.model,
        "data set": summary.dataset,
        "inputs": summary.n_inputs,
        "concepts": summary.n_concepts,
        "task": TASKS[summary.task],
        "ROC AUC": None if math.isnan(summary.roc_auc) else summary.roc_auc,
        "labels": _spread(summary.labels_per_concept),
        "note": summary.warnings,
    }


def _spread(labels: tuple[int, ...]) -> str:
    if not labels:
        return wording.UNDEFINED
    low, high = min(labels), max(labels)
    return f"{low:,}" if low == high else f"{low:,} to {high:,}"


def _place(entry: RunEntry) -> str:
    if sources.upload_of(entry.key):
        return "uploaded"
    return entry.key.removeprefix(sources.PATH)


def _lost(key: str) -> None:
    try:
        loading.open_handle(key)
    except ec.RunError as error:
        st.error(told(error))
