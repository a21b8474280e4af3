"""The load report of the chosen run: what each column was taken for, and what to look at."""

from __future__ import annotations

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

import evalcore as ec
from pages._ui import wording
from pages._ui.library.column_roles import roles_panel
from pages._ui.library.proposals import proposals_panel
from pages._ui.session.keys import Key
from pages._ui.shell import loading, opening
from pages._ui.shell.places import told

__all__ = ["report_panel"]


def report_panel(*, question_place: DeltaGenerator) -> None:
    """Draw the report, or why the run cannot be read; and let people say what its columns are.

    Parameters
    ----------
    question_place
        Where it is said of a run that it cannot be read yet: nearer to what was just chosen.
    """
    key = opening.looked_at()
    if key is None:
        return
    try:
        handle = loading.open_handle(key)
        if not loading.is_ready(handle):
            if not opening.is_reading(key):
                opening.offer(handle)
            return
        run = loading.run_of(handle)
    except ec.WorkshopError as error:
        with question_place:
            _unreadable(key, error)
        return
    st.markdown(f"#### How {wording.escape(run.name)} was read")
    if run.description:
        st.text(run.description)
    notices, columns = st.columns([2, 3], gap="medium")
    with notices:
        _notices(run)
    with columns:
        roles_panel(key, run=run)


def _notices(run: ec.EvalRun) -> None:
    st.markdown(f"Read as: {wording.escape(run.report.format)}")
    if not run.report.notices:
        st.success("Nothing to look at: no warnings, nothing mended.")
    for notice in run.report.notices:
        show = st.warning if notice.level == "warning" else st.info
        show(wording.escape(notice.text))


def _unreadable(key: str, error: ec.WorkshopError) -> None:
    is_asked = isinstance(error, ec.AmbiguousReading)
    st.markdown(f"#### {'How is it meant?' if is_asked else 'Why it cannot be read'}")
    if isinstance(error, ec.AmbiguousReading):
        st.warning(told(str(error).partition(" Choose one")[0]))
        proposals_panel(key, error)
        # asked by the server whether it is open: a drawing anew would close it under people's hands
        none = st.expander(
            "None of these: say what the columns are", key=Key.NONE_OF_THESE, on_change="rerun"
        )
        if none.open:
            with none:
                roles_panel(key, run=None)
        return
    st.error(told(error))
    roles_panel(key, run=None)
