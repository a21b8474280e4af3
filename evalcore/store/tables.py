"""The tables as the queries see them; what makes them is in ``migrations``."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from sqlalchemy import ColumnElement, RowMapping, and_, column, false, table, true

from evalcore.base.unicode import half_of_pair
from evalcore.store.events import Event, canonical, time_from, time_text

__all__ = [
    "DRAFTS",
    "EVENTS",
    "LAST",
    "VERSION_TABLE",
    "can_be_asked",
    "event_of",
    "row_of",
    "within",
]

VERSION_TABLE = "workshop_schema"

EVENTS = table(
    "workshop_events",
    column("position"),
    *(
        column(name)
        for name in (
            "id",
            "stream",
            "version",
            "kind",
            "payload",
            "payload_version",
            "author",
            "trust",
            "time",
            "previous",
            "hash",
        )
    ),
)
"""Position is the order of saving; on PostgreSQL it is not the order of becoming visible."""

DRAFTS = table("workshop_drafts", column("owner"), column("name"), column("text"), column("time"))

LAST = "\U0010ffff"
"""Sorts behind every character that a stream's name may hold."""


def event_of(row: RowMapping) -> Event:
    """Return the event of a row."""
    fields: dict[str, Any] = {name: row[name] for name in row if name != "position"}
    fields["payload"] = json.loads(row["payload"])
    fields["time"] = time_from(row["time"])
    return Event(**fields)


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
