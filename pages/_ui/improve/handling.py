"""Findings ticked off, put aside with a reason, and gone in this version: kept in the store."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import streamlit as st

import evalcore as ec
from evalcore.diagnosis.diagnose import Diagnosis
from evalcore.diagnosis.finding import Finding
from evalcore.diagnosis.worklist import (
    LONGEST_REASON,
    Handled,
    State,
    handle,
    handled,
    stream_of,
)
from evalcore.wording import isolated, plural
from pages._ui import wording
from pages._ui.session import state
from pages._ui.session.keys import Key, of_each
from pages._ui.shell.agreed_truth import inputs_digest
from pages._ui.shell.record import open_store

__all__ = ["Desk", "buttons", "closed_panel", "desk_of", "is_closed", "note"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """What has been done about the findings of a data set, and by whom more is done.

    Parameters
    ----------
    run
        The run as it is looked at.
    marks
        Key of a finding to the last thing done about it.
    author
        Asks for the name of who sits there.
    """

    run: ec.EvalRun
    stream: str
    marks: Mapping[str, Handled]
    author: Callable[[], str]


def desk_of(whole: ec.EvalRun, run: ec.EvalRun, *, author: Callable[[], str]) -> Desk:
    """Return what has been done about the findings of a run's data set.

    Raises
    ------
    StoreError
        When the store cannot be read.
    """
    stream = stream_of(inputs_digest(whole))
    marks = handled(open_store().events(stream))
    return Desk(run=run, stream=stream, marks=marks, author=author)


def is_closed(desk: Desk, finding: Finding) -> bool:
    """Tell whether nobody need look at a finding: put aside, or ticked off in this very run."""
    mark = desk.marks.get(finding.key)
    return mark is not None and mark.closes(desk.run)


def note(desk: Desk, finding: Finding) -> str:
    """Say that a finding was ticked off in another version, and is there again."""
    mark = desk.marks.get(finding.key)
    if mark is None or mark.state != "done" or is_closed(desk, finding):
        return ""
    return f"Ticked off by {isolated(mark.author)} in {isolated(mark.run)}, and found here again."


def buttons(desk: Desk, finding: Finding) -> None:
    """Offer to tick a finding off, or to put it aside with a reason."""
    st.button(
        "Tick off",
        key=of_each(Key.TICK_OFF, finding.key),
        icon=":material/check:",
        on_click=_do,
        args=(desk, finding, "done"),
        help="Done: it is said when it is there again in the next version.",
    )
    with st.popover("Put aside …"):
        st.text_area(
            "Why it does not matter",
            key=of_each(Key.ASIDE_WHY, finding.key),
            height=80,
            max_chars=LONGEST_REASON,
        )
        st.button(
            "Put aside",
            key=of_each(Key.PUT_ASIDE, finding.key),
            on_click=_do,
            args=(desk, finding, "aside"),
        )


def closed_panel(desk: Desk, found: Diagnosis) -> None:
    """Draw what was ticked off and put aside, and what was and is gone in this version."""
    here = {finding.key: finding for finding in found.findings}
    closed = [finding for finding in found.findings if is_closed(desk, finding)]
    gone = [
        mark
        for key, mark in desk.marks.items()
        if key not in here and mark.fingerprint != desk.run.fingerprint
    ]
    if gone:
        n = plural(len(gone), "finding")
        st.markdown(
            f"**Gone in this version: {n} that {'was' if len(gone) == 1 else 'were'} "
            "dealt with before.**"
        )
        for mark in gone:
            st.markdown(f"- {wording.escape(f'{mark.headline} ({mark.in_words})')}")
    if not closed:
        return
    with st.expander(f"{plural(len(closed), 'finding')} ticked off or put aside"):
        for finding in closed:
            mark = desk.marks[finding.key]
            with st.container(horizontal=True, vertical_alignment="center"):
                st.markdown(wording.escape(f"{finding.headline} ({mark.in_words})"))
                st.button(
                    "Take up again",
                    key=of_each(Key.TAKE_UP, finding.key),
                    on_click=_do,
                    args=(desk, finding, "open"),
                )


def _do(desk: Desk, finding: Finding, what: State) -> None:
    reason = str(st.session_state.get(of_each(Key.ASIDE_WHY, finding.key), ""))
    try:
        handle(
            open_store(),
            desk.stream,
            finding,
            state=what,
            run=desk.run,
            author=desk.author(),
            reason=reason if what == "aside" else "",
        )
    except ec.WorkshopError as error:
        state.complain(f"Not saved. {error}")
