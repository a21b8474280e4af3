"""Answers that people gave elsewhere: a file is read, shown as understood, and taken over."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from tempfile import TemporaryDirectory

import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

import evalcore as ec
from evalcore import wording as core_wording
from evalcore.truth.outside import OutsideAnswers, read_answers, take_over
from pages._ui import wording
from pages._ui.session import state
from pages._ui.session.answer_key import AnswerKey
from pages._ui.session.keys import Kept, Key
from pages._ui.shell import frame
from pages._ui.shell.agreed_truth import stream_for, tell_said
from pages._ui.shell.frame import OpenRun
from pages._ui.shell.people import name_of_voter, say_role
from pages._ui.shell.record import open_store

__all__ = ["bring_in"]

FIRST = 8
"""Answers that are shown before they are taken over."""


def bring_in(opened: OpenRun) -> None:
    """Draw the way in for a file of answers, and what was understood of it."""
    st.markdown(
        "**Answers from elsewhere**: a table with a row per answer (input, person, concept, "
        "answer), a row per person and input (label), or a column per person; Label Studio's JSON; "
        "CVAT's XML or ZIP (tags of images); or the corrections that this page has given out. "
        "Nothing is taken over before you say so."
    )
    if not say_role("facilitator"):
        return
    file: UploadedFile | None = st.file_uploader(
        "File of answers", key=Key.ANSWER_FILE, label_visibility="collapsed"
    )
    if file is None:
        return
    with frame.errors_as_messages():
        run = opened.run
        found = _read(AnswerKey.of("answers of a file", run, file.file_id), run, file)
        _understood(found)
        _take(opened, found)


@st.cache_resource(max_entries=4, show_spinner="Reading the answers …")
def _read(
    key: AnswerKey,  # noqa: ARG001 - the key
    _run: ec.EvalRun,
    _file: UploadedFile,
) -> OutsideAnswers:
    with TemporaryDirectory() as folder:
        # by its ending alone: what a browser calls a file is no name for a path
        path = Path(folder) / f"answers{Path(_file.name).suffix.casefold()[:8]}"
        path.write_bytes(_file.getbuffer())
        return read_answers(path, _run, file=_file.name)


def _understood(found: OutsideAnswers) -> None:
    answers = core_wording.plural(len(found.answers), "answer")
    inputs = core_wording.plural(found.n_inputs, "input")
    n_settled = core_wording.plural(len(found.answers), "settled pair")
    whose = n_settled if found.settled else f"{answers} of {_people(found)}"
    st.markdown(f"**{whose} on {inputs}** · read as {wording.escape(found.form)}")
    for text in found.told:
        st.info(wording.escape(text))
    shown = found.answers[:FIRST]
    frame.table(
        {
            "who": [one.voter or "–" for one in shown],
            "input": [one.pair.input for one in shown],
            "concept": [one.pair.concept for one in shown],
            "answer": [one.answer.replace("_", " ") for one in shown],
            "remark": [one.remark for one in shown],
        },
        alt="The first answers as they were understood",
    )
    by_answer = Counter(one.answer.replace("_", " ") for one in found.answers)
    st.caption(
        "In all: " + ", ".join(f"{n:,} {answer}" for answer, n in by_answer.most_common()) + "."
    )


def _people(found: OutsideAnswers) -> str:
    return "1 person" if len(found.voters) == 1 else f"{len(found.voters):,} people"


def _take(opened: OpenRun, found: OutsideAnswers) -> None:
    n = len(found.answers)
    st.button(
        f"Take over {n:,} settled" if found.settled else f"Take over {n:,} answers",
        key=Key.BRING_IN,
        type="primary",
        disabled=not name_of_voter(),
        on_click=_save,
        args=(stream_for(opened.run), found),
    )
    if not name_of_voter():
        st.caption("Type your name above: it is kept who has brought them in.")

    kept: tuple[str, int] = st.session_state.get(Kept.BROUGHT_IN, ("", 0))
    if kept[0] == found.digest:
        new = core_wording.plural(kept[1], "settled pair" if found.settled else "answer")
        st.success(
            f"{new} taken over and saved."
            if kept[1]
            else "All of them were taken over before; nothing was added."
        )


def _save(stream: str, found: OutsideAnswers) -> None:
    try:
        new = take_over(open_store(), stream, found, by=name_of_voter())
    except ec.WorkshopError as error:
        state.complain(f"Not taken over: {error}")
    else:
        tell_said(frame.opened().run)
        st.session_state[Kept.BROUGHT_IN] = (found.digest, new)
