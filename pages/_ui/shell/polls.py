"""A poll: one input, one concept, four answers, which nobody sees before all are shown."""

from __future__ import annotations

import uuid

import numpy as np
import streamlit as st

import evalcore as ec
from evalcore.truth import votes
from evalcore.truth.votes import ANSWERS, Answer
from evalcore.wording import plural
from evalcore.workshop.entries import count_as_votes
from evalcore.workshop.meeting import Meeting, Poll
from pages._ui import wording
from pages._ui.components.gallery.gallery import gallery
from pages._ui.server import thumbnails
from pages._ui.session import state
from pages._ui.session.choosing import one_concept
from pages._ui.session.keys import Kept, Key, of_each
from pages._ui.shell import meetings
from pages._ui.shell.agreed_truth import inputs_digest, log_of, stream_for, tell_said
from pages._ui.shell.meetings import Attending
from pages._ui.shell.people import may, name_of_voter, who
from pages._ui.shell.record import open_store

__all__ = ["ANSWER_WORDS", "ask_the_room", "poll_here", "poll_panel"]

SMALL = 110
"""Pixels of the picture beside a poll."""
ANSWER_WORDS: dict[Answer, str] = {
    answer: words.capitalize() for answer, words in votes.ANSWER_WORDS.items()
}


def ask_the_room(run: ec.EvalRun, name: str, *, concept: str | None) -> None:
    """Let who presents ask everybody about an input."""
    here = meetings.attending()
    if here is None or here.part != "presenting":
        return
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        one_concept(run, concept, key=Key.POLL_CONCEPT)
        st.button(
            "Ask everybody",
            key=Key.POLL,
            icon=":material/how_to_vote:",
            on_click=_ask,
            args=(name, str(uuid.uuid4())),
        )


def _ask(name: str, event_id: str) -> None:
    run = state.current().run
    said = {
        "input": name,
        "concept": st.session_state[Key.POLL_CONCEPT],
        "run": str(run),
        "inputs": inputs_digest(st.session_state[Kept.OPEN_RUN].run),
    }
    meetings.save("polled", said, event_id=event_id)


def poll_here(*, place: str) -> None:
    """Draw the poll of the workshop that this page takes part in, if there is one."""
    here = meetings.attending()
    if here is not None:
        poll_panel(here, meetings.meeting_of(here.name), place=place)


def poll_panel(here: Attending, meeting: Meeting, *, place: str) -> None:
    """Draw the poll that is on the screens: the question, one's answer, and at last all answers."""
    poll = meeting.poll
    if poll is None:
        return
    pictured, asked = st.columns([1, 5]) if place == "bar" else (None, st.container())
    if pictured is not None:
        with pictured:
            _picture(poll)
    with asked:
        st.markdown(f"**Does this show *{wording.escape(poll.pair.concept)}*?**")
        if poll.shown is None:
            _answers(poll, place)
        else:
            _shown(poll)
        if here.part == "presenting":
            _steer(poll, place)


def _picture(poll: Poll) -> None:
    opened = st.session_state.get(Kept.OPEN_RUN)
    run: ec.EvalRun | None = None if opened is None else opened.run
    if run is None or poll.inputs != inputs_digest(run):
        st.caption(f"input {wording.escape(poll.pair.input)} of {wording.escape(poll.run)}")
        return
    position = int(np.flatnonzero(run.ids == poll.pair.input)[0])
    name = str(run.ids[position])
    gallery(
        {
            "items": [
                {
                    "key": position,
                    "id": name,
                    "src": thumbnails.url(run, position),
                    "text": None if run.texts is None else str(run.texts[position]),
                    "scores": [],
                    "note": "",
                    "marks": [{"text": name, "strong": False}],
                }
            ],
            "size": SMALL,
            "selected": None,
            "empty": "",
        },
        key=of_each(Key.GALLERY, "poll"),
        on_open=_look,
    )


def _look() -> None:
    poll = meetings.poll_now()
    if poll is not None:
        state.change(input=poll.pair.input)
    st.rerun()


def _answers(poll: Poll, place: str) -> None:
    name = name_of_voter()
    mine = poll.answers.get(name)
    allowed = bool(name) and may("reviewer")
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        for answer in ANSWERS:
            st.button(
                ANSWER_WORDS[answer],
                key=of_each(Key.POLL_ANSWER, (answer, poll.id, place)),
                type="primary" if mine == answer else "secondary",
                disabled=not allowed,
                on_click=_answer,
                args=(poll.id, answer),
            )
        if not name and may("reviewer"):
            if place == "dialog":
                who(place="dialog")
            st.caption("Type your name first.", width="content")
        st.caption(
            f"{plural(len(poll.answers), 'answer')} so far, hidden until shown.", width="content"
        )


def _answer(poll_id: str, answer: Answer) -> None:
    meetings.say("answered", {"poll": poll_id, "answer": answer})


def _shown(poll: Poll) -> None:
    said = []
    for answer in ANSWERS:
        names = poll.said(answer)
        if names:
            whose = wording.escape(", ".join(names))
            said.append(f"**{ANSWER_WORDS[answer]} {len(names):,}** ({whose})")
    st.markdown(" · ".join(said) if said else "Nobody has answered.")


def _steer(poll: Poll, place: str) -> None:
    with st.container(horizontal=True, gap="small"):
        if poll.shown is None:
            st.button(
                "Show the answers",
                key=of_each(Key.POLL_SHOW, place),
                on_click=meetings.say,
                args=("shown", {"poll": poll.id}),
            )
        else:
            st.button(
                "Count as votes",
                key=of_each(Key.POLL_COUNT, place),
                disabled=not poll.answers,
                help="Each answer becomes that person's vote on the Ground truth page.",
                on_click=_count,
                args=(poll,),
            )
        st.button(
            "Put away",
            key=of_each(Key.POLL_AWAY, place),
            type="tertiary",
            on_click=meetings.say,
            args=("put_away", {"poll": poll.id}),
        )


def _count(poll: Poll) -> None:
    run = st.session_state[Kept.OPEN_RUN].run
    if poll.inputs != inputs_digest(run):
        state.complain("Open the run that was asked about, then count the answers.")
        return
    try:
        version = log_of(run).version_of(poll.pair.concept)
        count_as_votes(open_store(), stream_for(run), poll, definition=version)
    except ec.WorkshopError as error:
        state.complain(f"Not counted: {error}")
        return
    tell_said(run)
    meetings.say("put_away", {"poll": poll.id})
