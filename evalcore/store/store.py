"""The store: streams of events that are only ever added to, and drafts."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Protocol, Self

from sqlalchemy import Connection

from evalcore.store import queries
from evalcore.store.address import open_database
from evalcore.store.database import WAIT_SECONDS, Database
from evalcore.store.drafts import Drafts
from evalcore.store.events import Damaged, Event, Trust, check_chain
from evalcore.store.explain import explained
from evalcore.store.export import Loaded, read_events, write_events
from evalcore.store.limits import check_fields, check_id, check_payload
from evalcore.store.notices import Notices
from evalcore.store.schema import latest_version

__all__ = ["Entries", "Guard", "Store"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Entries:
    """What a store holds, in the order of saving.

    Attributes
    ----------
    found
        The position of each, and the event or what is left of it.
    head
        What :meth:`Store.head` was then.
    """

    found: tuple[tuple[int, Event | Damaged], ...]
    head: tuple[int, str]


class Guard(Protocol):
    """Who stands at the door of a store: everything that is to be saved passes by."""

    def event(self, said: Mapping[str, Any], *, among_many: bool) -> dict[str, Any]:
        """Return what is saved of what is said; raise StoreRefused where it may not be."""

    def draft(self, name: str) -> None:
        """Raise StoreRefused where a draft of this name may not be kept."""


class Store:
    """One opened store; safe to share between threads.

    What a method of it has returned is saved: it survives the end of the process by any means.
    What raises :class:`~evalcore.errors.StoreError` has saved nothing.

    Attributes
    ----------
    drafts
        What people have typed and not saved yet.
    notices
        What the processes that share this store tell each other.

    Examples
    --------
    >>> import tempfile, uuid
    >>> with tempfile.TemporaryDirectory() as folder, Store.open(f"{folder}/a.db") as store:
    ...     for word in ("proposed", "agreed"):
    ...         event = store.append(
    ...             "decision/1",
    ...             kind=word,
    ...             payload={"threshold": 0.62},
    ...             author="Ada",
    ...             event_id=str(uuid.uuid4()),
    ...         )
    ...     [(event.version, event.kind) for event in store.events("decision/1")]
    [(1, 'proposed'), (2, 'agreed')]
    """

    def __init__(self, database: Database, *, guard: Guard | None = None) -> None:
        self._database = database
        self._guard = guard
        self.drafts = Drafts(database, check=None if guard is None else guard.draft)
        self.notices = Notices(database)

    @classmethod
    def open(
        cls, where: str | Path | None = None, *, wait: float = WAIT_SECONDS, create: bool = True
    ) -> Self:
        """Open a store; make it, or bring it up to this version's schema, where needed.

        Parameters
        ----------
        where
            Path of a SQLite file, ``postgresql://user@server/database``, or None for the file
            ``workshop.db`` in the folder of :func:`evalcore.base.home.home`.
        wait
            Seconds to wait for other writers.
        create
            Whether a file that does not exist is made.

        Raises
        ------
        StoreUnavailable
            When it is locked, read-only, full, or cannot be reached.
        StoreMismatch
            When it is no store, another program's, damaged, or of a newer version; it is left as
            it is.
        """
        return cls(open_database(where, wait=wait, create=create))

    def guarded(self, guard: Guard) -> Self:
        """Return the same store with a guard at its door: nothing is saved but what passes it."""
        return type(self)(self._database, guard=guard)

    @property
    def place(self) -> str:
        """Where it is, for the screen: a path, or an address without its password."""
        return self._database.place

    @property
    def schema(self) -> str:
        """The version of its schema."""
        return latest_version()

    def append(
        self,
        stream: str,
        *,
        kind: str,
        payload: Mapping[str, Any],
        author: str,
        event_id: str,
        expected_version: int | None = None,
        payload_version: int = 1,
        trust: Trust = "declared",
    ) -> Event:
        """Add an event to a stream; return it once it is saved.

        Parameters
        ----------
        event_id
            A UUID as text, made when the form was opened: who saves twice stores once and gets
            the event that is there.
        expected_version
            The last version of the stream that the author has seen, 0 for none; None when it does
            not matter what others have added.

        Raises
        ------
        StoreConflict
            When others have added since; what they did is in the message and in ``others``.
        StoreError
            When the content cannot be stored, or the store cannot be written.
        """
        said = _said(
            stream, kind, payload, author, event_id, payload_version=payload_version, trust=trust
        )
        if self._guard is not None:
            said = self._guard.event(said, among_many=False)
        with self._database.write(f"stream {stream}", f"event {said['id']}") as connection:
            known = queries.find(connection, said["id"])
            if known is not None:
                queries.refuse_other_content(known, said)
                return known
            queries.refuse_conflict(connection, stream, expected_version)
            (event,) = self._add(connection, stream, [said])
        return event

    def append_all(self, stream: str, entries: Sequence[Mapping[str, Any]]) -> int:
        """Add many events to a stream, all or none; return how many were not there yet.

        Parameters
        ----------
        entries
            ``kind``, ``payload``, ``author``, ``event_id`` of each, as :meth:`append` takes them.

        Raises
        ------
        StoreConflict
            When one of the ids belongs to an event that says something else.
        StoreError
            When one of them cannot be stored, or the store cannot be written.
        """
        said = [_said(stream, **entry) for entry in entries]
        if self._guard is not None:
            said = [self._guard.event(one, among_many=True) for one in said]
        with self._database.write(f"stream {stream}") as connection:
            known = queries.find_all(connection, [one["id"] for one in said])
            for one in said:
                if one["id"] in known:
                    queries.refuse_other_content(known[one["id"]], one)
            new = [one for one in said if one["id"] not in known]
            return len(self._add(connection, stream, new))

    def _add(
        self, connection: Connection, stream: str, said: Sequence[Mapping[str, Any]]
    ) -> list[Event]:
        """Add what events say to the end of a stream."""
        version, previous = queries.head(connection, stream)
        time = self._database.now(connection)
        new: list[Event] = []
        for one in said:
            version += 1
            new.append(Event.sealed(**one, version=version, previous=previous, time=time))
            previous = new[-1].hash
        queries.add(connection, new)
        return new

    def events(self, stream: str | None = None, *, prefix: str | None = None) -> tuple[Event, ...]:
        """Return the events of a stream, or of all whose names begin so, in the order of saving."""
        with self._database.read() as connection:
            return queries.events(connection, stream, prefix)

    def after(self, seen: Mapping[str, int], *, prefix: str | None = None) -> tuple[Event, ...]:
        """Return the events that somebody has not seen, by the last version seen of each stream.

        Versions of a stream become visible in their order and without gaps, so that nothing is
        missed; the order of saving does not promise that on PostgreSQL.
        """
        with self._database.read() as connection:
            return tuple(
                event
                for stream, last, _ in queries.heads(connection, prefix)
                if last > seen.get(stream, 0)
                for event in queries.events(connection, stream, None, after=seen.get(stream, 0))
            )

    def event(self, event_id: str) -> Event | None:
        """Return the event with an id, None when there is none."""
        with self._database.read() as connection:
            return queries.find(connection, event_id)

    def streams(self, prefix: str | None = None) -> tuple[str, ...]:
        """Return the names of the streams, in the order of their code points."""
        return tuple(self.heads(prefix))

    def heads(self, prefix: str | None = None) -> dict[str, int]:
        """Return the last version of every stream: what :meth:`after` takes."""
        with self._database.read() as connection:
            return {name: last for name, last, _ in queries.heads(connection, prefix)}

    def revision(self, prefix: str | None = None) -> str:
        """Return a text that changes with every event; it keys caches and file names."""
        with self._database.read() as connection:
            return queries.mark(connection, prefix)

    def head(self) -> tuple[int, str]:
        """Return how many events were ever saved, and the seal of all of them.

        It changes with every event, and costs the same however many there are.
        """
        with self._database.read() as connection:
            return queries.chain_head(connection)

    def entries(
        self,
        stream: str | None = None,
        *,
        prefix: str | None = None,
        after: int = 0,
        most: int | None = None,
    ) -> Entries:
        """Return what was saved behind a position, in the order of saving, damaged or not.

        Unlike :meth:`events` it hands out what can be read of a store that was damaged. With
        ``most`` it hands out no more than the first so many: what is many is read in pieces.
        """
        with self._database.read() as connection:
            head = queries.chain_head(connection)
            found = tuple(queries.entries(connection, stream, prefix, after=after, most=most))
        return Entries(found=found, head=head)

    def verify(self) -> int:
        """Check the file, every hash and every link; return how many events there are.

        What is missing is noticed by the chain over all events. It is no signature: who changes a
        store on purpose can seal it anew, so compare with an export where that matters.

        Raises
        ------
        StoreMismatch
            When the file is damaged, or something was changed outside of this program.
        """
        self._database.check()
        with self._database.read() as connection:
            found = (entry for _, entry in queries.entries(connection, None, None))
            return check_chain(found, place=self.place, head=queries.chain_head(connection))

    def export(
        self, target: str | Path | IO[str], *, stream: str | None = None, prefix: str | None = None
    ) -> int:
        """Write events as JSON Lines to a file or a text stream; return how many.

        Drafts are not written: nobody has said them yet.

        Raises
        ------
        StoreError
            When the file cannot be written.
        """
        found = self.events(stream, prefix=prefix)
        with explained(str(target)):
            write_events(found, Path(target) if isinstance(target, str) else target)
        return len(found)

    def load(self, path: str | Path) -> Loaded:
        """Add the events of an export that are not there yet, with their authors and times.

        Raises
        ------
        StoreConflict
            When a stream has gone another way here.
        StoreError
            When the file is none of ours or was changed; nothing of it is added.
        """
        with explained(str(path)):
            found = read_events(Path(path))
        if self._guard is not None:
            for event in found:
                self._guard.event(event.as_json(), among_many=True)
        with self._database.write() as connection:
            added = queries.add_missing(connection, found, source=str(path))
        return Loaded(added=added, known=len(found) - added)

    def backup(self, target: str | Path) -> Path:
        """Write a copy of the database to a file that does not exist yet; return its path.

        Raises
        ------
        StoreError
            When it cannot be written, or this is a PostgreSQL server, which has tools of its own.
        """
        path = Path(target)
        self._database.backup(path)
        return path

    def close(self) -> None:
        """Close the store."""
        self._database.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _said(
    stream: str,
    kind: str,
    payload: Mapping[str, Any],
    author: str,
    event_id: str,
    *,
    payload_version: int = 1,
    trust: Trust = "declared",
) -> dict[str, Any]:
    """Return what an event says, checked; the place, the time and the seal are the store's."""
    said: dict[str, Any] = {
        "id": check_id(event_id),
        "stream": stream,
        "kind": kind,
        "payload_version": payload_version,
        "author": author,
        "trust": trust,
    }
    check_fields(said)
    return said | {"payload": json.loads(check_payload(payload))}
