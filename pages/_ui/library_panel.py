"""The library: a row per run, with what it holds and how well it ranks."""

from __future__ import annotations

import pandas as pd
import streamlit as st

import evalcore as ec
from evalcore.library import RunEntry
from pages._ui import loading, navigation, state, wording
from pages._ui.header import TASKS
from pages._ui.keys import Key

__all__ = ["library_panel"]

ROW_HEIGHT = 32
COLUMNS = {
    "run": st.column_config.TextColumn("run", pinned=True),
    "inputs": st.column_config.NumberColumn("inputs", format="localized"),
    "concepts": st.column_config.NumberColumn("concepts", format="localized"),
    "ROC AUC": st.column_config.NumberColumn("run ROC AUC", format="%.3f"),
    "labels": st.column_config.BarChartColumn(
        "labels per concept", y_min=0, help="Labelled inputs of each concept, most first."
    ),
    "note": st.column_config.TextColumn("to look at", width="large"),
}


def library_panel() -> None:
    """Draw the table of runs; choosing one shows its report, the button opens it."""
    st.subheader("Runs")
    entries = loading.library()
    if not entries:
        loading.say_empty()
        return
    st.markdown(
        f"The library is `{loading.library_root()}`. Choose a run to see how it was read; "
        "open it to move its threshold."
    )
    keys = [entry.key for entry in entries]
    view = state.current()
    chosen = keys.index(view.run) if view.run in keys else 0
    _table(entries, chosen)
    if view.run is not None and view.run not in keys:
        _lost(view.run, keys)
    elif view.run is None:
        state.open_run(keys[chosen])
    name = wording.escape(entries[chosen].name)
    if st.button(f"Evaluate {name}", key=Key.OPEN, type="primary"):
        st.switch_page(navigation.EVALUATE, query_params=state.link(keys[chosen]))


def _table(entries: list[RunEntry], chosen: int) -> None:
    rows = pd.DataFrame([_row(entry) for entry in entries])
    if (rows["run"] == rows["folder"]).all():
        rows = rows.drop(columns="folder")

    def choose() -> None:
        picked = st.session_state[Key.LIBRARY].selection.rows
        if picked:
            state.open_run(entries[picked[0]].key)

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
    try:
        summary = loading.summary_of(loading.open_handle(entry.key))
    except ec.RunError as error:
        return {"run": entry.name, "folder": entry.key, "note": f"Cannot be read: {error}"}
    return {
        "run": summary.name,
        "folder": entry.key,
        "model": summary.model,
        "data set": summary.dataset,
        "inputs": summary.n_inputs,
        "concepts": summary.n_concepts,
        "task": TASKS[summary.task],
        "ROC AUC": summary.roc_auc,
        "labels": list(summary.labels_per_concept),
        "note": summary.warnings,
    }


def _lost(key: str, keys: list[str]) -> None:
    names = ", ".join(wording.escape(name) for name in keys)
    st.error(f"There is no run {wording.escape(repr(key))} here. There are: {names}.")
