"""A decision of the left side on the right one: what it keeps, and what became of its evidence."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from evalcore.decisions import Decision
from evalcore.decisions import words as decision_words
from evalcore.decisions.carry_over import CarriedOver, kept_rows
from pages._ui import wording
from pages._ui.session import state
from pages._ui.session.choosing import one_of_many
from pages._ui.session.keys import Key
from pages._ui.session.view import View
from pages._ui.shell import frame
from pages._ui.shell.record import on_record

__all__ = ["carried_panel", "decision_choice", "decision_of"]

HEADS = ("concept", "threshold", "promised", "then", "on the right", "kept, observed", "proven")


def decision_of(view: View) -> Decision | None:
    """Return the decision that is carried over, None where none was chosen or it is not there.

    Raises
    ------
    StoreError
        When the record cannot be read.
    """
    if view.carried is None:
        return None
    entry = on_record().entry(view.carried)
    return None if entry is None else entry.decision


def decision_choice(view: View, concepts: tuple[str, ...]) -> None:
    """Let people choose a decision to carry over; those of the left run come first."""
    entries = [
        entry
        for entry in on_record().entries
        if entry.state == "in force" and set(entry.decision.names) & set(concepts)
    ]
    entries.sort(key=lambda entry: entry.decision.run.key != view.run)
    titles: dict[str | None, str] = {None: "none"}
    titles |= {
        entry.decision.id: wording.isolated(f"{entry.decision.title} ({entry.decision.author})")
        for entry in entries
    }
    if not entries and view.carried is None:
        return
    one_of_many(
        "Decision to carry over",
        titles,
        view.carried if view.carried in titles else None,
        key=Key.CARRIED,
        take=_take,
        width=240,
        named=True,
    )


def carried_panel(carried: CarriedOver) -> None:
    """Draw which thresholds keep what was promised, and what became of the pinned inputs."""
    decision = carried.applied.decision
    st.header(f"Carried over: {wording.escape(decision.title)}", anchor=False)
    lost = carried.applied.lost()
    goal = decision_words.goal_in_words(decision) or "No goal is on record with it."
    verdict = ""
    if carried.applied.goal is not None:
        verdict = (
            f" As observed it no longer holds for {wording.names_in_words(lost)}."
            if lost
            else " As observed it holds on the right wherever it held."
        )
    st.markdown(wording.escape(goal + verdict))
    frame.table(
        pd.DataFrame(kept_rows(carried), columns=list(HEADS)),
        alt="Which thresholds keep on the right what was promised on the left",
    )
    if carried.pinned:
        st.markdown("**The inputs pinned as evidence**")
        frame.table(
            pd.DataFrame(
                [
                    {"input": one.id, "note": one.note, "on the right": one.in_words}
                    for one in carried.pinned
                ]
            ),
            alt="What became of the inputs pinned as evidence",
        )


def _take(chosen: str | None) -> None:
    view = state.current()
    back = {"right_rule": "same"} if chosen is None and view.right_rule == "decision" else {}
    state.change(carried=chosen, **back)
