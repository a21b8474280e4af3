"""Taking part in a workshop: presenting what is set here, or following what somebody presents.

The name of the workshop stands in the link, so that a reload stays in it. Who opened it presents,
in the tab that they used last. Who follows and changes something looks around by themselves from
then on, until they come back.
"""

from __future__ import annotations

import secrets
from dataclasses import replace

import streamlit as st

from evalcore.workshop.entries import add
from evalcore.workshop.meeting import Meeting
from pages._ui.server.following import open_channel
from pages._ui.server.live import Tell
from pages._ui.server.relay import relay_of
from pages._ui.session import state
from pages._ui.session.keys import Kept
from pages._ui.session.view import Link, View, write_link
from pages._ui.session.visitor import visitor
from pages._ui.shell import navigation
from pages._ui.shell.agreed_truth import said_of
from pages._ui.shell.meetings import (
    OWN,
    Attending,
    attending,
    meeting_of,
    say,
    tell_agenda,
)
from pages._ui.shell.people import may, name_of_voter
from pages._ui.shell.record import open_store

__all__ = [
    "attend",
    "begin",
    "come_back",
    "drags",
    "end",
    "look_around",
    "page_opened",
    "present",
]


def attend() -> None:
    """Take part in the workshop that the link names; call once at the top of a page."""
    name, here = state.asked().workshop, attending()
    if name is None:
        _leave()
        return
    if here is None or here.name != name:
        _join(name)
    elif not (meeting := meeting_of(name)).is_open:
        _over(meeting)
    elif here.part == "presenting" and not here.channel().is_presented_by(here.session):
        here.part = "aside"


def page_opened() -> None:
    """Tell, or note, which page is shown now with everything that is set."""
    here = attending()
    if here is not None:
        here.said = _said()
        here.arrived()
        here.changed()


def _said() -> str:
    """Return by which votes and settlements the page counts; ``""`` where it shows none."""
    view, opened = state.asked(), st.session_state.get(Kept.OPEN_RUN)
    if opened is None or not isinstance(view, View):
        return ""
    is_settling = navigation.address() == "truth" and view.truth_section not in {"vote", "bring_in"}
    return said_of(opened.run) if is_settling or view.truth != "labelled" else ""


def begin(title: str) -> None:
    """Open a workshop and present; for callbacks."""
    run = state.asked().run
    if run is None:
        return
    name = secrets.token_urlsafe(9)
    said = {"title": title, "presenter": visitor(), "run": run}
    add(open_store(), name, "opened", said, author=name_of_voter())
    open_channel(name, presenter=visitor(), wire=relay_of(open_store()))
    state.look(workshop=name)
    _join(name)


def present() -> None:
    """Present from here on; for callbacks."""
    here = attending()
    if here is not None and may("facilitator"):
        here.channel().take(visitor=visitor(), session=here.session)
        here.part = "presenting"
        here.changed()


def look_around() -> None:
    """Follow no more for a while; for callbacks."""
    here = attending()
    if here is not None:
        here.part = "aside"


def come_back() -> None:
    """Show what the presenter has before them, and follow; for callbacks."""
    here = attending()
    shown = here.channel().shown if here else None
    if here is None:
        return
    here.part = "following"
    if shown is None:
        return
    before, is_here = state.asked(), navigation.address() == shown.page
    here.number, here.expected, here.moving = shown.number, (shown.page, shown.query), True
    own = write_link(before)
    state.reopen({**shown.query, **{name: own[name] for name in OWN if name in own}})
    if not is_here:
        state.leave_for(navigation.script_at(shown.page))
    elif _only_numbers(before):
        here.arrived()
        state.refresh()
    st.rerun()


def end() -> None:
    """Close the workshop for everybody; for callbacks."""
    here = attending()
    if here is not None:
        say("closed", {})
        here.channel().end()


def drags() -> Tell | None:
    """Return what takes the numbers under the pointer while this session presents."""
    here = attending()
    if here is None or here.part != "presenting":
        return None
    told, session = here.channel(), here.session
    return lambda board, asked: told.drag(session, board, asked)


def _join(name: str) -> None:
    meeting = meeting_of(name)
    if not meeting.is_open:
        _over(meeting)
        return
    here = Attending(name=name, session=secrets.token_hex(8), part="following")
    told = open_channel(name, presenter=meeting.presenter, wire=relay_of(open_store()))
    st.session_state[Kept.ATTENDING] = here
    st.session_state.pop(Kept.WORKSHOP_OVER, None)
    st.session_state[Kept.ON_CHANGE] = here.changed
    tell_agenda(here)
    if told.presenter == visitor() and may("facilitator"):
        present()
    elif told.shown is not None:
        come_back()


def _over(meeting: Meeting) -> None:
    _leave()
    state.look(workshop=None)
    if meeting.closed:
        st.session_state[Kept.WORKSHOP_OVER] = meeting.title
    else:
        state.complain("There is no such workshop as this link names.")


def _leave() -> None:
    st.session_state.pop(Kept.ATTENDING, None)
    st.session_state.pop(Kept.ON_CHANGE, None)


def _only_numbers(before: Link) -> bool:
    """Tell whether nothing has changed but numbers and images, which are drawn by themselves."""
    opened = st.session_state.get(Kept.OPEN_RUN)
    after = state.asked()
    if opened is None or not isinstance(before, View) or before.run != after.run:
        return False
    if navigation.address() not in {"evaluate", "concept"}:
        return False
    now = state.complete(opened.run)
    alike = replace(before, rule=now.rule, pinned=now.pinned, target=now.target, page=now.page)
    was, rule = before.rule, now.rule
    same = (was.operator, was.mode, was.by_concept) == (rule.operator, rule.mode, rule.by_concept)
    return alike == now and same
