"""Minutes of a workshop: what was decided, polled, settled and asked, and by whom.

Nothing is written for them: they are read off the records of the time in which the workshop was
held.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from evalcore.decisions import Entry
from evalcore.store import Store
from evalcore.truth.log import Log
from evalcore.truth.votes import Settlement
from evalcore.workshop.meeting import PREFIX, Meeting

__all__ = ["Minutes", "held_on", "minutes_of"]

MOST = 20
"""Workshops whose minutes are shown, the last ones."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Minutes:
    """What happened in one workshop.

    Parameters
    ----------
    decided
        Decisions that were recorded meanwhile, the first one first.
    settled
        Disputes that were settled meanwhile, and still are.
    voted
        Name to the number of votes that were cast meanwhile and stand.
    """

    meeting: Meeting
    decided: tuple[Entry, ...]
    settled: tuple[Settlement, ...]
    voted: Mapping[str, int]


def held_on(store: Store, run: str) -> tuple[Meeting, ...]:
    """Return the workshops that began with a run or polled about it, the last one first.

    Raises
    ------
    StoreError
        When the store cannot be read.
    """
    streams: dict[str, Meeting] = {}
    for event in store.events(prefix=PREFIX):
        streams[event.stream] = streams.get(event.stream, Meeting()).carried_on([event])
    found = [
        meeting
        for meeting in streams.values()
        if meeting.run == run or any(poll.run == run for poll in meeting.polls)
    ]
    begun = [meeting for meeting in found if meeting.opened is not None]
    return tuple(begun[::-1][:MOST])


def minutes_of(meeting: Meeting, *, decisions: Iterable[Entry], log: Log) -> Minutes:
    """Return the minutes of a workshop.

    Parameters
    ----------
    decisions
        On record, the last one first.
    log
        What people have said of the run's inputs.
    """

    def held(time: datetime) -> bool:
        begun = meeting.opened is not None and time >= meeting.opened
        return begun and (meeting.closed is None or time <= meeting.closed)

    votes = (vote for votes in log.votes.values() for vote in votes if held(vote.time))
    return Minutes(
        meeting=meeting,
        decided=tuple(one for one in decisions if held(one.decision.time))[::-1],
        settled=tuple(one for one in log.settlements.values() if held(one.time)),
        voted=dict(sorted(Counter(vote.voter for vote in votes).items())),
    )
