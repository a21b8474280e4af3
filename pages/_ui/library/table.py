"""The library: a row per run, with what it holds and how well it ranks."""

from __future__ import annotations

import pandas as pd
import streamlit as st

import evalcore as ec
from evalcore.library.folder_of_runs import RunEntry
from pages._ui import wording
from pages._ui.library.open_another import offer_removal, ways_in
from pages._ui.session import state
from pages._ui.session.keys import Key
from pages._ui.shell import loading, navigation, opening, sources
from pages._ui.shell.frame import TASKS

__all__ = ["library_panel"]

ROW_HEIGHT = 32
ORDER = [
    *("run", "folder", "model", "data set", "inputs", "concepts", "task", "ROC AUC", "labels"),
    "note",
]
COLUMNS = {
    "run": st.column_config.TextColumn("run", pinned=True),
    "inputs": st.column_config.NumberColumn("inputs", format="localized"),
    "concepts": st.column_config.NumberColumn("concepts", format="localized"),
    "ROC AUC": st.column_config.TextColumn("run ROC AUC"),
    "labels": st.column_config.BarChartColumn(
        "labels per concept", y_min=0, help="Labelled inputs of each concept, most first."
    ),
    "note": st.column_config.TextColumn("to look at", width="large"),
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
    st.markdown(
        f"The library is `{sources.library_root()}`. Choose a run to see how it was read; "
        "open it to move its threshold."
    )
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
            start = f"The run {wording.escape(str(entry.path))} of the command line was not opened."
            st.error(f"{start} {wording.escape(str(error))}")


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
    rows = pd.DataFrame([_row(entry) for entry in entries], columns=ORDER)
    if (rows["run"] == rows["folder"]).all():
        rows = rows.drop(columns="folder")

    def choose() -> None:
        picked = st.session_state[Key.LIBRARY].selection.rows
        if picked:
            entry = entries[picked[0]]
            opening.open_key(entry.key, name=entry.name)

    st.session_state[Key.LIBRARY] = {"selection": {"rows": [chosen]}}
    st.dataframe(
        rows,
        key=Key.LIBRARY,
        hide_index=True,
        column_config=COLUMNS,
        row_height=ROW_HEIGHT,
        placeholder=wording.UNDEFINED,
        on_select=choose,
        selection_mode="single-row-required",
        alt="The runs of the library with model, data set, size and ROC AUC",
    )


def _row(entry: RunEntry) -> dict[str, object]:
    found: dict[str, object] = {"run": entry.name, "folder": _place(entry)}
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
        "run": summary.name,
        "model": summary.model,
        "data set": summary.dataset,
        "inputs": summary.n_inputs,
        "concepts": summary.n_concepts,
        "task": TASKS[summary.task],
        "ROC AUC": wording.rate(summary.roc_auc),
        "labels": list(summary.labels_per_concept),
        "note": summary.warnings,
    }


def _place(entry: RunEntry) -> str:
    if sources.upload_of(entry.key):
        return "uploaded"
    return entry.key.removeprefix(sources.PATH)


def _lost(key: str) -> None:
    try:
        loading.open_handle(key)
    except ec.RunError as error:
        st.error(wording.escape(str(error)))
