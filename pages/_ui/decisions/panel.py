"""Decisions: put one on record, look at those that are, take them away."""

from __future__ import annotations

import streamlit as st

import evalcore as ec
from evalcore.decisions import Entry, history
from pages._ui import wording
from pages._ui.decisions.form import decision_form
from pages._ui.decisions.history import decision_detail, decision_table
from pages._ui.session.view import View
from pages._ui.shell.record import open_store

__all__ = ["decisions_panel"]


def decisions_panel(evaluation: ec.Evaluation, view: View) -> None:
    """Draw the form, and beside it the decisions on record with the chosen one in full."""
    try:
        store = open_store()
        found = history(store)
    except ec.WorkshopError as error:
        st.error(f"The decisions cannot be shown. {wording.escape(str(error))}")
        return
    here = found.of_run(str(view.run))
    form, record = st.columns([2, 3], gap="large")
    with form:
        in_force = tuple(entry for entry in here if entry.state == "in force")
        decision_form(evaluation, view, store, in_force=in_force)
    with record:
        st.caption(f"On record in {wording.escape(store.place)}")
        for problem in found.unreadable:
            st.warning(wording.escape(problem))
        if not found.entries:
            st.info("Nothing is decided yet. Set the thresholds, then record them here.")
            return
        chosen = _chosen(found.entries, here, view)
        decision_table(found.entries, chosen)
        decision_detail(evaluation, view, chosen, before=_before(here, chosen))


def _chosen(entries: tuple[Entry, ...], here: tuple[Entry, ...], view: View) -> Entry:
    """Return the decision that the link names, else the latest of this run, else of any."""
    wanted = view.plan.decision
    named = [entry for entry in entries if entry.decision.id == wanted]
    if wanted is not None and not named:
        st.warning(f"There is no decision {wording.escape(repr(wanted))} on record here.")
    return (*named, *here, *entries)[0]


def _before(here: tuple[Entry, ...], chosen: Entry) -> Entry | None:
    """Return the decision that was replaced, else the one made before it on the same run."""
    replaced = [e for e in here if e.decision.id == chosen.decision.supersedes]
    older = [e for e in here if e.decision.time < chosen.decision.time]
    return next(iter((*replaced, *older)), None)
