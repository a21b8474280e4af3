"""Decisions: put one on record, look at those that are, take them away."""

from __future__ import annotations

import streamlit as st

import evalcore as ec
from evalcore.decisions import Entry, History
from pages._ui import wording
from pages._ui.decisions.form import decision_form
from pages._ui.decisions.history import decision_detail, decision_table
from pages._ui.session.options import shows_paths
from pages._ui.session.view import View
from pages._ui.shell.people import say_role
from pages._ui.shell.places import told
from pages._ui.shell.record import on_record, open_store

__all__ = ["decisions_panel"]

MOST_UNREADABLE = 20


def decisions_panel(evaluation: ec.Evaluation, view: View) -> None:
    """Draw the form, and beside it the decisions on record with the chosen one in full."""
    problem = ""
    try:
        found = on_record()
    except ec.WorkshopError as error:
        # the form stays, with what was typed: the store may be back in a minute
        found, problem = History(entries=()), str(error)
    here = found.of_run(str(view.run))
    form, record = st.columns([2, 3], gap="large")
    with form:
        in_force = tuple(entry for entry in here if entry.state == "in force")
        if say_role("facilitator"):
            decision_form(evaluation, view, in_force=in_force)
    with record:
        if problem:
            st.error(f"The decisions cannot be shown. {told(problem)}")
        else:
            _record(evaluation, view, found, here)


def _record(evaluation: ec.Evaluation, view: View, found: History, here: tuple[Entry, ...]) -> None:
    if shows_paths():
        st.caption(f"On record in {wording.escape(open_store().place)}")
    if found.entries:
        chosen = _chosen(found.entries, here, view)
        decision_table(found.entries, chosen)
        decision_detail(evaluation, view, chosen, before=_before(here, chosen))
    else:
        st.info("Nothing is decided yet. Set the thresholds, then record them here.")
    if found.unreadable:
        with st.expander(f"Set aside, as it cannot be read: {len(found.unreadable):,}"):
            for text in found.unreadable[:MOST_UNREADABLE]:
                st.text(text)


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
    # in the order of recording, whatever the clocks said
    older = here[here.index(chosen) + 1 :] if chosen in here else ()
    return next(iter((*replaced, *older)), None)
