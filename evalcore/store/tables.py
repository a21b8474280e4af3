"""The tables as the queries see them; what makes them is in ``migrations``."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, RowMapping, Select, and_, column, false, select, table, true

from evalcore.base.unicode import half_of_pair
from evalcore.errors import StoreMismatch, shorten
from evalcore.store.events import Damaged, Event, canonical, time_from, time_text

__all__ = [
    "DRAFTS",
    "EVENTS",
    "HEAD",
    "LAST",
    "NOTICES",
    "VERSION_TABLE",
    "can_be_asked",
    "event_of",
    "event_or_damage",
    "events_asked_for",
    "row_of",
    "within",
]

VERSION_TABLE = "workshop_schema"
KINDS: dict[str, type] = {
    "id": str,
    "stream": str,
    "version": int,
    "kind": str,
    "payload": str,
    "payload_version": int,
    "author": str,
    "trust": str,
    "time": str,
    "previous": str,
    "hash": str,
}
"""Columns of an event in their order, and what each holds."""

EVENTS = table("workshop_events", column("position"), *map(column, KINDS))
"""Position is the order of saving; on PostgreSQL it is not the order of becoming visible."""

DRAFTS = table("workshop_drafts", column("owner"), column("name"), column("text"), column("time"))

HEAD = table("workshop_head", column("events"), column("seal"))
"""One row: how many events were saved, and the seal of all of them in the order of saving."""

NOTICES = table(
    "workshop_notices",
    *map(column, ("topic", "kind", "number", "text", "time")),
)
"""Of each kind within a topic the newest notice."""

LAST = "\U0010ffff"
"""Sorts behind every character that a stream's name may hold."""


def event_of(row: RowMapping) -> Event:
    """Return the event of a row.

    Raises
    ------
    StoreMismatch
        When it was damaged.
    """
    found = event_or_damage(row)
    if isinstance(found, Damaged):
        msg = (
            f"{found.where} is damaged: {found.why}. Hint: run `python -m evalcore store verify`, "
            "and compare the store with a backup."
        )
        raise StoreMismatch(msg)
    return found


def event_or_damage(row: RowMapping) -> Event | Damaged:
    """Return the event of a row, or what is left of it."""
    fields: dict[str, Any] = {name: row[name] for name in KINDS}
    try:
        if odd := [name for name, kind in KINDS.items() if not isinstance(fields[name], kind)]:
            msg = f"not of its kind: {', '.join(odd)}"
            raise ValueError(msg)  # noqa: TRY301 - one kind of damage among others
        fields["payload"] = _DECODER.decode(row["payload"])
        if not isinstance(fields["payload"], dict):
            msg = "its payload is no JSON object"
            raise ValueError(msg)  # noqa: TRY004, TRY301 - one kind of damage among others
        fields["time"] = time_from(row["time"])
        return Event(**fields)
    except (ValueError, RecursionError) as error:
        return Damaged(
            stream=str(row["stream"]),
            version=row["version"] if isinstance(row["version"], int) else 0,
            previous=str(row["previous"]),
            hash=str(row["hash"]),
            why=shorten(f"{error}", width=120).strip("'\""),
        )


def _refuse_constant(text: str) -> None:
    msg = f"its payload holds {text}, which is no JSON number"
    raise ValueError(msg)


_DECODER = json.JSONDecoder(parse_constant=_refuse_constant)
"""Made once: a record holds many thousand payloads."""


def row_of(event: Event) -> Mapping[str, Any]:
    """Return the row of an event; the database gives it its position."""
    return event.as_json() | {
        "payload": canonical(event.payload),
        "time": time_text(event.time),
    }


def can_be_asked(text: str) -> bool:
    """Return whether a database takes this text at all; a link may hold anything."""
    return "\0" not in text and not half_of_pair(text)


def within(stream: str | None, prefix: str | None) -> ColumnElement[bool]:
    """Return the condition for one stream, or for all streams whose names begin so.

    A range of the index; ``LIKE`` would read every row and, on SQLite, confuse ``a`` with ``A``.
    """
    name = EVENTS.c.stream
    conditions: list[ColumnElement[bool]] = [true()]
    if not (can_be_asked(stream or "") and can_be_asked(prefix or "")):
        return false()
    if stream is not None:
        conditions.append(name == stream)
    if prefix:
        conditions += [name >= prefix, name < prefix + LAST]
    return and_(*conditions)


@lru_cache(maxsize=256)
def events_asked_for(stream: str | None, prefix: str | None, after: int) -> Select[Any]:
    """Return the question for events above a version, in the order of saving.

    Every move of a threshold asks again whether anybody has voted; to make the question takes
    longer than to answer it.
    """
    query = select(EVENTS).where(within(stream, prefix)).order_by(EVENTS.c.position)
    return query.where(EVENTS.c.version > after) if after else query
