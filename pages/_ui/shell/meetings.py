"""How a session takes part in a workshop, and what it says there."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import streamlit as st

import evalcore as ec
from evalcore.workshop.entries import add
from evalcore.workshop.meeting import Meeting, Poll, read
from pages._ui.server.channel import Channel
from pages._ui.server.following import channel, open_channel
from pages._ui.server.relay import relay_of
from pages._ui.session import state
from pages._ui.session.keys import Kept
from pages._ui.session.view import View, write_link
from pages._ui.shell import navigation
from pages._ui.shell.people import name_of_voter
from pages._ui.shell.record import open_store, store_place

__all__ = [
    "OWN",
    "Attending",
    "asked_in",
    "attending",
    "meeting_of",
    "poll_now",
    "save",
    "say",
    "tell_agenda",
]

Part = Literal["presenting", "following", "aside"]
OWN = ("workshop", "big")
"""What everybody has for themselves."""
Query = Mapping[str, Sequence[str]]


@dataclass(slots=True, kw_only=True)
class Attending:
    """How this session takes part.

    Parameters
    ----------
    number
        Of the state that is shown here, while it follows.
    expected
        Page and query that were taken over; None before the first.
    moving
        Whether the page that was taken over is still to come.
    said
        By which votes and settlements the page counts that is shown; ``""`` where it shows none.
    """

    name: str
    session: str
    part: Part
    number: int = 0
    expected: tuple[str, Query] | None = None
    moving: bool = False
    said: str = ""

    def changed(self) -> None:
        """Tell what has changed here, or note that it was changed by who follows."""
        now = (navigation.address(), _shared())
        if not (isinstance(state.asked(), View) or now[0] == ""):
            return  # what the run proposes is still to be filled in
        if self.part == "presenting":
            self.channel().show(self.session, page=now[0], query=now[1])
        elif self.part == "following" and self.expected and not self.moving:
            self.part = "following" if now == self.expected else "aside"

    def arrived(self) -> None:
        """Note that the page is drawn which was taken over, as far as it could be."""
        now = (navigation.address(), _shared())
        if self.moving and self.expected and now[0] == self.expected[0]:
            self.expected, self.moving = now, False

    def channel(self) -> Channel:
        """Return what everybody is told by; it is opened anew after a restart of the server."""
        return channel(self.name) or open_channel(
            self.name, presenter=meeting_of(self.name).presenter, wire=relay_of(open_store())
        )


def attending() -> Attending | None:
    """Return how this session takes part in a workshop; None when it does not."""
    found: Attending | None = st.session_state.get(Kept.ATTENDING)
    return found


def say(kind: str, payload: Mapping[str, Any]) -> None:
    """Save what happens in the workshop and tell everybody; for callbacks."""
    save(kind, payload, event_id=str(uuid.uuid4()))


def save(kind: str, payload: Mapping[str, Any], *, event_id: str) -> bool:
    """Save what happens in the workshop and tell everybody; return whether it was saved."""
    here = attending()
    if here is None:
        return False
    try:
        add(open_store(), here.name, kind, payload, author=name_of_voter(), event_id=event_id)
    except ec.WorkshopError as error:
        state.complain(f"Not saved: {error}")
        return False
    tell_agenda(here)
    return True


def poll_now() -> Poll | None:
    """Return the poll that is on the screens."""
    here = attending()
    return None if here is None else meeting_of(here.name).poll


def tell_agenda(here: Attending) -> None:
    """Tell everybody what is asked now."""
    meeting = meeting_of(here.name)
    poll = meeting.poll
    here.channel().tell(asked=asked_in(meeting), answered=len(poll.answers) if poll else 0)


def asked_in(meeting: Meeting) -> str:
    """Return a text that changes with what is asked of everybody."""
    poll: Poll | None = meeting.poll
    on_screen = f"{poll.id} {poll.shown is not None}" if poll else ""
    return f"{on_screen} {len(meeting.waiting)} {meeting.closed is not None}"


_meetings: dict[tuple[str, str], Meeting] = {}
_lock = threading.Lock()
MOST_MEETINGS = 64


def meeting_of(name: str) -> Meeting:
    """Return what stands in a workshop up to now.

    Raises
    ------
    StoreError
        When the store cannot be read.
    """
    place = (store_place(), name)
    meeting = read(open_store(), name, known=_meetings.get(place))
    with _lock:
        if len(_meetings) > MOST_MEETINGS:
            _meetings.clear()
        _meetings[place] = meeting
    return meeting


def _shared() -> Query:
    return {name: words for name, words in write_link(state.asked()).items() if name not in OWN}
