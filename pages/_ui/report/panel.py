"""What the page Report draws: what goes into it, the file, and the page as it is printed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import streamlit as st

from evalcore.decisions import Entry
from evalcore.decisions.words import truth_in_words
from evalcore.diagnosis.diagnose import Diagnosis
from evalcore.diagnosis.worklist import Handled
from evalcore.reports import CHAPTERS, Against, Chapter, Contents, to_report
from evalcore.truth.agreement import Agreement
from evalcore.workshop.meeting import PREFIX
from evalcore.workshop.minutes import Minutes, held_on, minutes_of
from pages._ui.session import state
from pages._ui.session.answer_key import AnswerKey
from pages._ui.session.keys import Key
from pages._ui.session.view import View
from pages._ui.shell import frame
from pages._ui.shell.agreed_truth import log_of
from pages._ui.shell.frame import OpenRun
from pages._ui.shell.record import on_record, open_store

__all__ = ["Evidence", "choices", "on_this_run", "report_panel", "revision"]

HEIGHT = 900
QUICK = 2_000_000
"""A run of fewer scores is written while the page waits."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """Where the chapters come from that other pages find; each is asked only when it is chosen."""

    against: Callable[[], Against | None]
    diagnosis: Callable[[], Diagnosis]
    handled: Mapping[str, Handled]
    agreement: Callable[[], dict[str, Agreement]]
    minutes: Callable[[], tuple[Minutes, ...]]
    depends_on: tuple[object, ...] = field(default=())


def choices(opened: OpenRun, view: View) -> None:
    """Let people choose the chapters, and whose curves are drawn."""
    chapters = [chapter for chapter in CHAPTERS if chapter not in view.left_out]
    state.seed(Key.CHAPTERS, chapters)
    st.pills(
        "What goes into it",
        list(CHAPTERS),
        selection_mode="multi",
        format_func=CHAPTERS.__getitem__,
        key=Key.CHAPTERS,
        on_change=_take_chapters,
    )
    if "concepts" in chapters:
        concepts = opened.evaluation.run.concepts
        state.seed(Key.DRAWN, [name for name in view.drawn if name in concepts])
        st.multiselect(
            "Concepts whose curves are drawn",
            concepts,
            key=Key.DRAWN,
            placeholder="the twelve with the lowest F1",
            on_change=_take_drawn,
        )


def on_this_run(opened: OpenRun) -> tuple[Minutes, ...]:
    """Return the minutes of the workshops that were held on the open run."""
    log, entries = log_of(opened.run), on_record().of_run(opened.handle.key)
    held = held_on(open_store(), opened.handle.key)
    return tuple(minutes_of(one, decisions=entries, log=log) for one in held)


def revision(opened: OpenRun) -> tuple[str, str]:
    """Return a text each that changes with what was said of the run's inputs, and in workshops."""
    with frame.errors_as_messages():
        return log_of(opened.run).head, open_store().revision(PREFIX)


def report_panel(opened: OpenRun, view: View, evidence: Evidence) -> None:
    """Offer the report as a file, and show it."""
    run = opened.evaluation.run
    if run.scores.size > QUICK and not st.toggle("Write the report", key=Key.WRITE_REPORT):
        st.info("Writing the report of a run of this size takes a while.")
        return
    with frame.errors_as_messages():
        decisions = on_record().of_run(opened.handle.key)
        text = _written(_key(opened, view, evidence, decisions), opened, view, evidence, decisions)
    name = "".join(letter if letter.isalnum() else "-" for letter in run.name)
    st.download_button(
        f"Take away the report ({len(text.encode()) / 1e6:.1f} MB, HTML)",
        text,
        file_name=f"{name}-report.html",
        mime="text/html",
        key=Key.REPORT,
        icon=":material/download:",
        on_click="ignore",
        help="One file that opens without a server and prints on A4.",
    )
    st.iframe(text, height=HEIGHT, alt="The report as it is taken away")


def _key(
    opened: OpenRun, view: View, evidence: Evidence, decisions: tuple[Entry, ...]
) -> AnswerKey:
    asked = (view.rule, view.left_out, view.drawn, view.plan.goal, _part(opened, view))
    revisions = tuple(entry.revision for entry in decisions)
    return AnswerKey.of(
        "report",
        opened.evaluation.run,
        opened.handle,  # runs of one content have names of their own
        *asked,
        revisions,
        tuple(evidence.handled.values()),
        evidence.depends_on,
    )


@st.cache_resource(max_entries=8, show_spinner="Writing the report …")
def _written(
    key: AnswerKey,  # noqa: ARG001 - the key
    _opened: OpenRun,
    _view: View,
    _evidence: Evidence,
    _decisions: tuple[Entry, ...],
) -> str:
    chapters: frozenset[Chapter] = frozenset(CHAPTERS).difference(_view.left_out)
    return to_report(
        Contents(
            evaluation=_opened.evaluation,
            rule=_view.rule,
            as_labelled=_opened.against,
            chapters=chapters,
            concepts=_view.drawn or None,
            goal=_view.plan.goal,
            part=_part(_opened, _view),
            decisions=_decisions,
            against=_evidence.against() if "comparison" in chapters else None,
            diagnosis=_evidence.diagnosis() if "findings" in chapters else None,
            handled=_evidence.handled,
            agreement=_evidence.agreement() if "agreement" in chapters else {},
            minutes=_evidence.minutes() if "minutes" in chapters else (),
        )
    )


def _part(opened: OpenRun, view: View) -> str:
    """Say which part of the run it is, and by which labels; what differs has its own table."""
    said = []
    if view.split is not None:
        said.append(f"split {view.split}")
    if view.slice is not None:
        said.append(f"{view.slice[0]} = {view.slice[1]}")
    said.append(truth_in_words(opened.truth_used))
    if opened.differs:
        said.append("with what that changes against the labels as delivered")
    return ", ".join(said)


def _take_chapters() -> None:
    chosen = st.session_state[Key.CHAPTERS]
    state.look(left_out=tuple(chapter for chapter in CHAPTERS if chapter not in chosen))


def _take_drawn() -> None:
    state.look(drawn=tuple(st.session_state[Key.DRAWN]))
