"""Decisions on record: recorded, superseded, withdrawn; who, when and why; never edited.

A decision and all that supersede it stand in one stream, ``decision/<id of the first>``. So
superseding is one event, which cannot be cut in half, and two people who replace the same decision
cannot both succeed.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from evalcore.decisions.decision import LONGEST_AUTHOR, Decision, State, revision_of
from evalcore.decisions.fields import LONGEST_TEXT, Fields
from evalcore.errors import DecisionError, shorten
from evalcore.store import Damaged, Event, Store

__all__ = ["Entry", "History", "Ledger", "find", "history", "record", "supersede", "withdraw"]

PREFIX = "decision/"
AT_ONCE = 500
"""Entries that are read at once."""
RECORDED, SUPERSEDED, WITHDRAWN = "recorded", "superseded", "withdrawn"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A decision on record, and what became of it.

    Parameters
    ----------
    stream, version
        Where it stands in the store, and the last version of that stream when it was read: what
        :func:`supersede` and :func:`withdraw` must not have missed.
    state
        ``in force``, ``superseded`` or ``withdrawn``.
    ended_by, ended_at, ended_why, successor
        Who ended it, when, why, and the id of the decision that took its place.
    """

    decision: Decision
    stream: str
    version: int
    state: State = "in force"
    ended_by: str | None = None
    ended_at: datetime | None = None
    ended_why: str | None = None
    successor: str | None = None

    @property
    def revision(self) -> str:
        """A short text for file names that changes with what became of the decision."""
        return revision_of(self.decision, state=self.state)


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """The decisions on record, the last recorded first, and what could not be read."""

    entries: tuple[Entry, ...]
    unreadable: tuple[str, ...] = ()

    def of_run(self, key: str) -> tuple[Entry, ...]:
        """Return the decisions made on a run, by its key in the library."""
        return tuple(entry for entry in self.entries if entry.decision.run.key == key)

    def entry(self, decision_id: str) -> Entry | None:
        """Return the entry of a decision, None when it is not on record."""
        found = (entry for entry in self.entries if entry.decision.id == decision_id)
        return next(found, None)


def record(store: Store, decision: Decision) -> Entry:
    """Record a decision that replaces none; return it with the time of the store.

    Recording the same decision again records nothing and returns what is there.

    Raises
    ------
    StoreConflict
        When another decision has this id.
    StoreError
        When it cannot be saved; nothing was.
    """
    if decision.supersedes is not None:
        msg = "This decision supersedes another one. Hint: use supersede."
        raise DecisionError(msg)
    return _saved(
        store.append(
            PREFIX + decision.id,
            kind=RECORDED,
            payload=_payload(decision),
            author=decision.author,
            event_id=decision.id,
            expected_version=0,
        )
    )


def supersede(store: Store, entry: Entry, decision: Decision) -> Entry:
    """Record a decision in the place of another one; its author and reasons say who and why.

    Raises
    ------
    DecisionError
        When the other one is no longer in force.
    StoreConflict
        When somebody else was faster.
    StoreError
        When it cannot be saved; nothing was.
    """
    decision = replace(decision, supersedes=entry.decision.id)
    known = store.event(decision.id)
    if known is None:
        _require_in_force(entry)
    return _saved(
        store.append(
            entry.stream,
            kind=SUPERSEDED,
            payload=_payload(decision),
            author=decision.author,
            event_id=decision.id,
            expected_version=entry.version,
        )
    )


def withdraw(store: Store, entry: Entry, *, author: str, reason: str, event_id: str) -> None:
    """Withdraw a decision: it stays on record, and no longer holds.

    Raises
    ------
    DecisionError
        When it is no longer in force, or author or reason are missing.
    StoreConflict
        When somebody else was faster.
    StoreError
        When it cannot be saved; nothing was.
    """
    for name, value in (("name", author), ("reason", reason)):
        if not value.strip():
            msg = f"Who withdraws a decision gives a {name}."
            raise DecisionError(msg)
    said = Fields({"name": author.strip(), "reason": reason.strip()}, "withdrawing")
    said.text("name", most=LONGEST_AUTHOR)
    said.text("reason", most=LONGEST_TEXT)
    if store.event(event_id) is None:
        _require_in_force(entry)
    store.append(
        entry.stream,
        kind=WITHDRAWN,
        payload={"decision": entry.decision.id, "reason": reason.strip()},
        author=author.strip(),
        event_id=event_id,
        expected_version=entry.version,
    )


class Ledger:
    """The decisions on record in one store: read once, and from then on only what is new.

    Safe to share between threads.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._lock = threading.Lock()
        self._forget()

    def _forget(self) -> None:
        self._streams: dict[str, _Stream] = {}
        self._position = 0
        self._head: tuple[int, str] | None = None
        self._history = History(entries=())

    def history(self) -> History:
        """Return all decisions on record, the latest first.

        What is damaged, or was written by another version or program, is told in ``unreadable``
        and hides nothing else.

        Raises
        ------
        StoreError
            When the store cannot be read.
        """
        with self._lock:
            head = self._store.head()
            if self._head is not None and head[0] < self._head[0]:
                self._forget()  # another store stands there now
            if head != self._head:
                self._read()
            return self._history

    def _read(self) -> None:
        head, is_more = self._store.head(), True
        while is_more:  # in pieces: payloads take many times what is kept of them
            found = self._store.entries(prefix=PREFIX, after=self._position, most=AT_ONCE).found
            for position, event in found:
                self._streams.setdefault(event.stream, _Stream()).add(position, event)
                self._position = position
            is_more = len(found) == AT_ONCE
        self._head = head  # as it was before the first of them, so that nothing is missed
        streams = self._streams.values()
        placed = [pair for stream in streams for pair in stream.entries.items()]
        self._history = History(
            entries=tuple(entry for _, entry in sorted(placed, key=_position, reverse=True)),
            unreadable=tuple(problem for stream in streams for problem in stream.unreadable),
        )


def _position(pair: tuple[int, Entry]) -> int:
    return pair[0]


def history(store: Store) -> History:
    """Return all decisions on record, see :meth:`Ledger.history`, which reads them but once.

    Raises
    ------
    StoreError
        When the store cannot be read.
    """
    return Ledger(store).history()


def find(store: Store, decision_id: str) -> Entry:
    """Return a decision on record.

    Raises
    ------
    DecisionError
        When there is none of this id.
    """
    event = store.event(decision_id)
    stream = _Stream()
    if event is not None and event.stream.startswith(PREFIX):
        for position, one in store.entries(stream=event.stream).found:
            stream.add(position, one)
    found = [entry for entry in stream.entries.values() if entry.decision.id == decision_id]
    if not found:
        msg = f"There is no decision {shorten(decision_id)} on record."
        raise DecisionError(msg)
    return found[0]


class _Stream:
    """The decisions of one stream by the position of their events, each with what became of it."""

    def __init__(self) -> None:
        self.entries: dict[int, Entry] = {}
        self.unreadable: list[str] = []

    def add(self, position: int, event: Event | Damaged) -> None:
        """Take the next event of the stream; one that cannot be read is set aside."""
        where = f"decision on record, {event.stream} version {event.version}"
        if isinstance(event, Damaged):
            self.unreadable.append(f"{where}: damaged, {event.why}.")
        else:
            try:
                self._take(position, event, where)
            except DecisionError as error:
                self.unreadable.append(str(error))
        self.entries = {
            k: replace(entry, version=event.version) for k, entry in self.entries.items()
        }

    def _take(self, position: int, event: Event, where: str) -> None:
        if event.kind == WITHDRAWN:
            _end(self.entries, event, event.payload.get("decision"), why="reason")
        elif event.kind in {RECORDED, SUPERSEDED}:
            if event.kind == SUPERSEDED:  # ended, even by what cannot be read
                by = str(event.payload.get("id"))
                _end(self.entries, event, event.payload.get("supersedes"), why="reasons", by=by)
            decision = Decision.from_dict(_content(event), where=where).at(event.time)
            self.entries[position] = Entry(
                decision=decision, stream=event.stream, version=event.version
            )
        else:
            msg = f"{where}: {shorten(event.kind)} is unknown. Hint: use a newer workshop."
            raise DecisionError(msg)


def _end(
    entries: dict[int, Entry], event: Event, ended: object, *, why: str, by: str | None = None
) -> None:
    for position, entry in entries.items():
        if entry.decision.id == ended:
            entries[position] = replace(
                entry,
                state="superseded" if by else "withdrawn",
                ended_by=event.author,
                ended_at=event.time,
                ended_why=str(event.payload.get(why) or ""),
                successor=by,
            )


def _payload(decision: Decision) -> dict[str, Any]:
    """Return what is saved of a decision, once it is sure that it can be read back.

    Raises
    ------
    DecisionError
        When it breaks a rule of the reader; nothing was saved.
    """
    # The time is the store's: the same decision sent twice is then one and the same event.
    payload = {name: value for name, value in decision.to_dict().items() if name != "time"}
    time = datetime.now(UTC)
    again = Decision.from_dict(payload | {"time": time.isoformat()}).at(time)
    if again != decision.at(time):
        msg = "This decision would not be read back as it is, so it was not saved."
        raise DecisionError(msg)
    return payload


def _content(event: Event) -> Mapping[str, Any]:
    return {**event.payload, "time": event.time.isoformat()}


def _saved(event: Event) -> Entry:
    decision = Decision.from_dict(_content(event)).at(event.time)
    return Entry(decision=decision, stream=event.stream, version=event.version)


def _require_in_force(entry: Entry) -> None:
    if entry.state != "in force":
        msg = f"This decision is {entry.state} already, by {shorten(entry.ended_by)}."
        raise DecisionError(msg + " Hint: look at the latest one.")
