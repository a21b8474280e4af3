"""The load report of the chosen run: what each column was taken for, and what to look at."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from pages._ui import frame, loading, state, wording

__all__ = ["report_panel"]

MOST_COLUMNS = 12


def report_panel() -> None:
    """Draw the report, or why the run cannot be read."""
    view = state.current()
    if view.run is None:
        return
    with frame.errors_as_messages():
        run = loading.run_of(loading.open_handle(view.run))
    st.markdown(f"#### How {wording.escape(run.name)} was read")
    if run.description:
        st.text(run.description)
    notices, columns = st.columns([1, 1], gap="medium")
    with notices:
        st.markdown(f"Read as: {wording.escape(run.report.format)}")
        if not run.report.notices:
            st.success("Nothing to look at: no warnings, nothing mended.")
        for notice in run.report.notices:
            show = st.warning if notice.level == "warning" else st.info
            show(wording.escape(notice.text))
    with columns:
        roles = pd.DataFrame(
            [(role.column, role.role, role.detail) for role in run.report.columns],
            columns=["column", "taken for", "detail"],
        )
        st.dataframe(
            roles,
            hide_index=True,
            height=min(len(roles), MOST_COLUMNS) * 36 + 38,
            alt="Columns of the table and what each was taken for",
        )
