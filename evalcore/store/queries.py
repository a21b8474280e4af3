"""The questions to the table of events, and the one way to add to it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence

from sqlalchemy import Connection, insert, select, text, update

from evalcore.errors import StoreConflict, StoreMismatch, shorten
from evalcore.store.events import FIRST, Damaged, Event, canonical, chained, gaps
from evalcore.store.tables import (
    EVENTS,
    HEAD,
    LAST,
    can_be_asked,
    event_of,
    event_or_damage,
    events_asked_for,
    row_of,
    within,
)

__all__ = [
    "add",
    "add_missing",
    "chain_head",
    "entries",
    "events",
    "find",
    "head",
    "heads",
    "mark",
    "refuse_conflict",
    "refuse_other_content",
]

N_NAMED = 3
MOST_ASKED = 500
"""Ids in one question: databases have a limit of their own."""


def find(connection: Connection, event_id: str) -> Event | None:
    """Return the event with an id, None when there is none."""
    return find_all(connection, [event_id]).get(event_id) if can_be_asked(event_id) else None


def find_all(connection: Connection, ids: Sequence[str]) -> dict[str, Event]:
    """Return those of some events that are there, by their ids."""
    found: dict[str, Event] = {}
    for start in range(0, len(ids), MOST_ASKED):
        query = select(EVENTS).where(EVENTS.c.id.in_(ids[start : start + MOST_ASKED]))
        found |= {row["id"]: event_of(row) for row in connection.execute(query).mappings()}
    return found


def head(connection: Connection, stream: str) -> tuple[int, str]:
    """Return version and hash of the last event of a stream; 0 and the first hash without one."""
    query = (
        select(EVENTS.c.version, EVENTS.c.hash)
        .where(EVENTS.c.stream == stream)
        .order_by(EVENTS.c.version.desc())
        .limit(1)
    )
    row = connection.execute(query).first()
    return (0, FIRST) if row is None else (row[0], row[1])


_HEADS = text(
    """
    WITH RECURSIVE names (stream) AS (
        SELECT MIN(stream) FROM workshop_events WHERE stream >= :low AND stream < :high
        UNION ALL
        SELECT (
            SELECT MIN(stream) FROM workshop_events
            WHERE stream > names.stream AND stream < :high
        ) FROM names WHERE names.stream IS NOT NULL
    )
    SELECT event.stream, event.version, event.hash FROM names
    JOIN workshop_events AS event ON event.stream = names.stream AND event.version = (
        SELECT MAX(version) FROM workshop_events AS one WHERE one.stream = names.stream
    )
    ORDER BY event.stream
    """
)
"""From one stream to the next by the index: events are many, streams are few."""


def heads(connection: Connection, prefix: str | None) -> list[tuple[str, int, str]]:
    """Return name, last version and last hash of every stream, in the order of the names."""
    low = prefix or ""
    if not can_be_asked(low):
        return []
    rows = connection.execute(_HEADS, {"low": low, "high": low + LAST})
    return [(stream, version, digest) for stream, version, digest in rows]


def events(
    connection: Connection, stream: str | None, prefix: str | None, *, after: int = 0
) -> tuple[Event, ...]:
    """Return events in the order of saving, those above a version only."""
    wanted = events_asked_for(stream, prefix, after)
    return tuple(map(event_of, connection.execute(wanted).mappings()))


def entries(
    connection: Connection,
    stream: str | None,
    prefix: str | None,
    *,
    after: int = 0,
    most: int | None = None,
) -> Iterator[tuple[int, Event | Damaged]]:
    """Yield everything there is in the order of saving, damaged or not, behind a position."""
    query = select(EVENTS).where(within(stream, prefix), EVENTS.c.position > after)
    for row in connection.execute(query.order_by(EVENTS.c.position).limit(most)).mappings():
        yield row["position"], event_or_damage(row)


def chain_head(connection: Connection, *, lock: bool = False) -> tuple[int, str]:
    """Return how many events were saved, and the seal of all of them.

    Parameters
    ----------
    lock
        Whether other writers wait until this transaction ends, so that the order of positions is
        the order of the chain and of becoming visible.

    Raises
    ------
    StoreMismatch
        When the store says it not once.
    """
    query = select(HEAD.c.events, HEAD.c.seal)
    rows = connection.execute(query.with_for_update() if lock else query).all()
    if len(rows) != 1 or not isinstance(rows[0][0], int):
        msg = (
            "The record was changed outside of Threshold Workshop: the table workshop_head does "
            "not say how many events there are. Hint: put the last backup in its place."
        )
        raise StoreMismatch(msg)
    return rows[0][0], str(rows[0][1])


def mark(connection: Connection, prefix: str | None) -> str:
    """Return a text that differs whenever events were added: their number, and a hash of the heads.

    A hash covers everything before it in its stream, so that all events count; and no order of
    positions is relied on, which on PostgreSQL is not that of becoming visible.
    """
    last = heads(connection, prefix)
    digest = hashlib.sha256(canonical(last).encode("ascii")).hexdigest()
    return f"{sum(version for _, version, _ in last)}-{digest[:16]}"


def refuse_conflict(connection: Connection, stream: str, expected: int | None) -> None:
    """Refuse to add when the stream is not where the writer believes.

    Raises
    ------
    StoreConflict
        When others have added since, or the expected version was never there.
    """
    if expected is None:
        return
    version, _ = head(connection, stream)
    if expected == version:
        return
    others = events(connection, stream, None, after=expected) if expected >= 0 else ()
    if not others:
        msg = (
            f"{shorten(stream)} has {version} entries, {expected} were expected. Nothing was saved."
        )
        raise StoreConflict(msg)
    raise StoreConflict(_what_they_did(others), others=others)


def _what_they_did(others: Sequence[Event]) -> str:
    said = [
        f"{shorten(e.author)} saved {shorten(e.kind)} at {_when(e)} (version {e.version})"
        for e in others[-N_NAMED:]
    ]
    more = f"; and {len(others) - N_NAMED} more before" if len(others) > N_NAMED else ""
    return (
        f"Somebody else was faster: {'; '.join(said)}{more}. Yours was not saved. Hint: look at "
        "what they did, then save again if yours still holds."
    )


def _when(event: Event) -> str:
    return f"{event.time:%Y-%m-%d %H:%M:%S} UTC"


def refuse_other_content(known: Event, wanted: Mapping[str, object]) -> None:
    """Refuse an id that stands for something else already.

    Raises
    ------
    StoreConflict
        When the event with this id does not say what is to be saved.
    """
    if not known.says(wanted):
        msg = (
            f"The id {known.id} stands for another entry: {shorten(known.author)} saved "
            f"{shorten(known.kind)} at {_when(known)}. Yours was not saved. "
            "Hint: reload the page, then save again."
        )
        raise StoreConflict(msg, others=(known,))


def add(connection: Connection, new: Sequence[Event]) -> None:
    """Add events that stand in the right place already."""
    if not new:
        return
    number, seal = chain_head(connection, lock=True)
    connection.execute(insert(EVENTS), [dict(row_of(event)) for event in new])
    after = {"events": number + len(new), "seal": chained(seal, (event.hash for event in new))}
    connection.execute(update(HEAD).values(after))


def add_missing(connection: Connection, found: Sequence[Event], *, source: str) -> int:
    """Add the events of an export that are not there yet; return how many.

    Raises
    ------
    StoreConflict
        When a stream goes on in another way here than in the export.
    """
    query = select(EVENTS.c.id, EVENTS.c.hash)
    known = {row.id: row.hash for row in connection.execute(query)}
    last: dict[str, tuple[int, str]] = {}
    new: list[Event] = []
    for event in found:
        if known.get(event.id) == event.hash:
            continue
        if event.stream not in last:
            last[event.stream] = head(connection, event.stream)
        here = last[event.stream][0]
        if event.id in known or any(gaps(event, last)):
            msg = (
                f"{source}: version {event.version} of {shorten(event.stream)} does not continue "
                f"what this store has of it ({here} entries). Nothing was added. Hint: load the "
                "export into a new store and compare them."
            )
            raise StoreConflict(msg, others=events(connection, event.stream, None))
        known[event.id] = event.hash
        new.append(event)
    add(connection, new)
    return len(new)
