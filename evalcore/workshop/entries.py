"""Adding to a workshop: it is opened and closed, polls are asked and answered, questions parked.

What a function of this module has returned is saved; a retry with the same id saves nothing more.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from typing import Any

from evalcore.errors import TruthError
from evalcore.store import Event, Store
from evalcore.truth.votes import checked_answer, checked_name
from evalcore.workshop.meeting import (
    LONGEST_QUESTION,
    LONGEST_TITLE,
    Meeting,
    Poll,
    limited,
    read,
    stream_of,
)

__all__ = ["add", "count_as_votes"]


def add(
    store: Store,
    name: str,
    kind: str,
    payload: Mapping[str, Any],
    *,
    author: str,
    event_id: str | None = None,
) -> Event:
    """Save what happens in a workshop, once it is sure that it can be read back.

    Parameters
    ----------
    kind
        ``opened``, ``polled``, ``answered``, ``shown``, ``put_away``, ``parked``, ``done`` or
        ``closed``.

    Raises
    ------
    TruthError
        When it is malformed, or comes too late; nothing was saved.
    StoreError
        When it cannot be saved; nothing was.
    """
    who = checked_name(author)
    if event_id is None or store.event(event_id) is None:
        _CHECKS[kind](read(store, name), payload)
    return store.append(
        stream_of(name),
        kind=kind,
        payload=payload,
        author=who,
        event_id=event_id or str(uuid.uuid4()),
    )


def count_as_votes(store: Store, stream: str, poll: Poll, *, definition: int) -> int:
    """Add the answers of a poll to the log of a data set; return how many are new.

    Parameters
    ----------
    stream
        Of the data set, see :func:`evalcore.truth.log.stream_of`.
    definition
        The version of the concept's definition that was on the screen, 0 for none.

    Raises
    ------
    StoreError
        When they cannot be saved; none was.
    """
    shown = {"remark": "", "shown": "a poll in a workshop", "definition": definition}
    return store.append_all(
        stream,
        [
            {
                "kind": "vote",
                "payload": {**poll.pair._asdict(), "answer": answer, **shown},
                "author": name,
                "event_id": str(uuid.uuid5(uuid.UUID(poll.id), name)),
            }
            for name, answer in poll.answers.items()
        ],
    )


def _first(now: Meeting, said: Mapping[str, Any]) -> None:
    limited(said.get("title"), "title", LONGEST_TITLE)
    if now.opened is not None:
        msg = "This workshop has begun already."
        raise TruthError(msg)


def _under_way(now: Meeting, said: Mapping[str, Any]) -> None:  # noqa: ARG001 - as the others
    if not now.is_open:
        msg = "This workshop is over." if now.closed else "There is no such workshop."
        raise TruthError(msg)


def _on_screen(now: Meeting, said: Mapping[str, Any]) -> None:
    _under_way(now, said)
    if now.poll is None or now.poll.id != said.get("poll"):
        msg = "This poll is over. Hint: look at the one on the screen."
        raise TruthError(msg)


def _in_time(now: Meeting, said: Mapping[str, Any]) -> None:
    _on_screen(now, said)
    checked_answer(said.get("answer"))
    if now.poll is not None and now.poll.shown is not None:
        msg = "The answers are shown already, so that nothing more is taken."
        raise TruthError(msg)


def _worth_keeping(now: Meeting, said: Mapping[str, Any]) -> None:
    _under_way(now, said)
    limited(said.get("text"), "question", LONGEST_QUESTION)


_CHECKS: Mapping[str, Callable[[Meeting, Mapping[str, Any]], None]] = {
    "opened": _first,
    "polled": _under_way,
    "answered": _in_time,
    "shown": _on_screen,
    "put_away": _on_screen,
    "parked": _worth_keeping,
    "done": _under_way,
    "closed": _under_way,
}
