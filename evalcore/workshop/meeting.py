"""What happens in a workshop: polls, questions set aside for later; only ever added to.

A workshop has one stream, ``workshop/<name>``; whoever knows the name may follow it. What stands is
computed from the events, and can be carried on by those that were added since.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from evalcore.errors import TruthError
from evalcore.store import Event, Store
from evalcore.truth.votes import Answer, Pair, checked_answer, checked_text

__all__ = [
    "LONGEST_QUESTION",
    "LONGEST_TITLE",
    "PREFIX",
    "Meeting",
    "Poll",
    "Question",
    "limited",
    "read",
    "stream_of",
]

PREFIX = "workshop/"
LONGEST_TITLE = 120
LONGEST_QUESTION = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Poll:
    """A question to everybody about one input and one concept.

    Parameters
    ----------
    run, inputs
        The run's key in the library, and the hash of its inputs' ids.
    answers
        Name to what each said last before the answers were shown.
    shown
        When everybody saw the answers; None before that.
    away
        Whether it was put away from the screens.
    """

    id: str
    pair: Pair
    run: str
    inputs: str
    asked_by: str
    time: datetime
    answers: Mapping[str, Answer] = field(default_factory=dict)
    shown: datetime | None = None
    away: bool = False

    def said(self, answer: Answer) -> tuple[str, ...]:
        """Return who gave an answer, in the order of the alphabet."""
        return tuple(sorted(name for name, given in self.answers.items() if given == answer))


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A question that waits for its time; ``done_by`` is who has ticked it off."""

    id: str
    text: str
    author: str
    time: datetime
    done_by: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Meeting:
    """What stands after the first events of a workshop's stream. Immutable.

    Parameters
    ----------
    version
        The last event that was taken in.
    presenter
        The visitor who opened it, by the name under which a browser is kept.
    run
        The key of the run that it began with.
    polls, questions
        Oldest first.
    unreadable
        What another version or program has written; it hides nothing else.
    """

    version: int = 0
    title: str = ""
    opened_by: str = ""
    presenter: str = ""
    run: str = ""
    opened: datetime | None = None
    closed: datetime | None = None
    polls: tuple[Poll, ...] = ()
    questions: tuple[Question, ...] = ()
    unreadable: tuple[str, ...] = ()

    @property
    def is_open(self) -> bool:
        """Whether it has begun and not ended."""
        return self.opened is not None and self.closed is None

    @property
    def poll(self) -> Poll | None:
        """The poll on everybody's screen; None when there is none."""
        last = self.polls[-1] if self.polls else None
        return None if last is None or last.away else last

    @property
    def waiting(self) -> tuple[Question, ...]:
        """The questions that nobody has ticked off."""
        return tuple(one for one in self.questions if not one.done_by)

    def carried_on(self, events: Iterable[Event]) -> Meeting:
        """Return what stands after more events of the same stream."""
        now = self
        for event in events:
            try:
                now = _TAKE[event.kind](now, event)
            except (TruthError, KeyError, TypeError, ValueError) as error:
                reason = error if isinstance(error, TruthError) else "this workshop cannot read it"
                told = f"{event.kind}, version {event.version}: {reason}"
                now = replace(now, unreadable=(*now.unreadable, told))
            now = replace(now, version=event.version)
        return now


def limited(value: object, what: str, most: int) -> str:
    """Return a text that is neither empty nor too long; raise TruthError when it is."""
    text = checked_text(value, what)
    if not 0 < len(text) <= most:
        msg = f"The {what} has 1 to {most:,} characters, it has {len(text):,}."
        raise TruthError(msg)
    return text


def stream_of(name: str) -> str:
    """Return the stream of a workshop."""
    return PREFIX + name


def read(store: Store, name: str, *, known: Meeting | None = None) -> Meeting:
    """Return what stands in a workshop, carried on from what is known.

    Raises
    ------
    StoreError
        When the store cannot be read.
    """
    meeting, stream = known or Meeting(), stream_of(name)
    if meeting.version == 0:
        return meeting.carried_on(store.events(stream))
    new = store.after({stream: meeting.version}, prefix=stream)
    return meeting.carried_on(event for event in new if event.stream == stream)


# ------------------------------------------------------------------------------ what events change


def _opened(now: Meeting, event: Event) -> Meeting:
    said = event.payload
    return replace(
        now,
        title=limited(said["title"], "title", LONGEST_TITLE),
        presenter=str(said["presenter"]),
        run=str(said["run"]),
        opened_by=event.author,
        opened=event.time,
    )


def _polled(now: Meeting, event: Event) -> Meeting:
    said = event.payload
    poll = Poll(
        id=event.id,
        pair=Pair(str(said["input"]), str(said["concept"])),
        run=str(said["run"]),
        inputs=str(said["inputs"]),
        asked_by=event.author,
        time=event.time,
    )
    return replace(now, polls=(*now.polls, poll))


def _answered(now: Meeting, event: Event) -> Meeting:
    answer = checked_answer(event.payload["answer"])

    def change(poll: Poll) -> Poll:
        if poll.shown is not None:
            return poll  # what others said is known by then
        return replace(poll, answers={**poll.answers, event.author: answer})

    return _with_poll(now, event.payload["poll"], change)


def _with_poll(now: Meeting, poll_id: object, change: Callable[[Poll], Poll]) -> Meeting:
    return replace(now, polls=tuple(change(p) if p.id == poll_id else p for p in now.polls))


def _shown(now: Meeting, event: Event) -> Meeting:
    return _with_poll(
        now, event.payload["poll"], lambda poll: replace(poll, shown=poll.shown or event.time)
    )


def _put_away(now: Meeting, event: Event) -> Meeting:
    return _with_poll(now, event.payload["poll"], lambda poll: replace(poll, away=True))


def _parked(now: Meeting, event: Event) -> Meeting:
    text = limited(event.payload["text"], "question", LONGEST_QUESTION)
    new = Question(id=event.id, text=text, author=event.author, time=event.time)
    return replace(now, questions=(*now.questions, new))


def _done(now: Meeting, event: Event) -> Meeting:
    gone = event.payload["question"]
    ticked = (replace(q, done_by=event.author) if q.id == gone else q for q in now.questions)
    return replace(now, questions=tuple(ticked))


def _closed(now: Meeting, event: Event) -> Meeting:
    return replace(now, closed=event.time)


_TAKE: Mapping[str, Callable[[Meeting, Event], Meeting]] = {
    "opened": _opened,
    "polled": _polled,
    "answered": _answered,
    "shown": _shown,
    "put_away": _put_away,
    "parked": _parked,
    "done": _done,
    "closed": _closed,
}
