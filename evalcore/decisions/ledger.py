"""Decisions on record: recorded, superseded, withdrawn; who, when and why; never edited.

A decision and all that supersede it stand in one stream, ``decision/<id of the first>``. So
superseding is one event, which cannot be cut in half, and two people who replace the same decision
cannot both succeed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from evalcore.decisions.decision import Decision, State, revision_of
from evalcore.errors import DecisionError, shorten
from evalcore.store import Event, Store

__all__ = ["Entry", "History", "find", "history", "record", "supersede", "withdraw"]

PREFIX = "decision/"
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
    """The decisions on record, the latest first, and what could not be read."""

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


def history(store: Store) -> History:
    """Return all decisions on record, the latest first.

    What another version or another program has written is told in ``unreadable`` and hides
    nothing else.

    Raises
    ------
    StoreError
        When the store cannot be read.
    """
    streams: dict[str, list[Event]] = {}
    for event in store.events(prefix=PREFIX):
        streams.setdefault(event.stream, []).append(event)
    entries: list[Entry] = []
    unreadable: list[str] = []
    for events in streams.values():
        try:
            entries += _entries(events)
        except DecisionError as error:
            unreadable.append(str(error))
    entries.sort(key=lambda entry: (entry.decision.time, entry.decision.id), reverse=True)
    return History(entries=tuple(entries), unreadable=tuple(unreadable))


def find(store: Store, decision_id: str) -> Entry:
    """Return a decision on record.

    Raises
    ------
    DecisionError
        When there is none of this id.
    """
    entry = history(store).entry(decision_id)
    if entry is None:
        msg = f"There is no decision {shorten(decision_id)} on record."
        raise DecisionError(msg)
    return entry


def _entries(events: Sequence[Event]) -> list[Entry]:
    """Return the decisions of one stream, each with what became of it."""
    entries: list[Entry] = []
    version = events[-1].version
    for event in events:
        where = f"decision on record, {event.stream} version {event.version}"
        if event.kind in {RECORDED, SUPERSEDED}:
            decision = Decision.from_dict(_content(event), where=where).at(event.time)
            if event.kind == SUPERSEDED:
                _end(entries, decision.supersedes, event, why=decision.reasons, by=decision.id)
            entries.append(Entry(decision=decision, stream=event.stream, version=version))
        elif event.kind == WITHDRAWN:
            _end(entries, event.payload.get("decision"), event, why=event.payload.get("reason"))
        else:
            msg = f"{where}: {shorten(event.kind)} is unknown. Hint: use a newer workshop."
            raise DecisionError(msg)
    return entries


def _end(
    entries: list[Entry], ended: object, event: Event, *, why: object, by: str | None = None
) -> None:
    for k, entry in enumerate(entries):
        if entry.decision.id == ended:
            entries[k] = replace(
                entry,
                state="superseded" if by else "withdrawn",
                ended_by=event.author,
                ended_at=event.time,
                ended_why=str(why or ""),
                successor=by,
            )


def _payload(decision: Decision) -> dict[str, Any]:
    # The time is the store's: the same decision sent twice is then one and the same event.
    return {name: value for name, value in decision.to_dict().items() if name != "time"}


def _content(event: Event) -> Mapping[str, Any]:
    return {**event.payload, "time": event.time.isoformat()}


def _saved(event: Event) -> Entry:
    decision = Decision.from_dict(_content(event)).at(event.time)
    return Entry(decision=decision, stream=event.stream, version=event.version)


def _require_in_force(entry: Entry) -> None:
    if entry.state != "in force":
        msg = f"This decision is {entry.state} already, by {shorten(entry.ended_by)}."
        raise DecisionError(msg + " Hint: look at the latest one.")
