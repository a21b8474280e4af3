"""The events as JSON Lines: taken away, read back, and moved from one store to another."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from evalcore.base.strict_json import RefusedError, strict_decoder
from evalcore.base.whole_writes import whole_file
from evalcore.errors import StoreError, StoreMismatch, shorten
from evalcore.store.events import Event, canonical, time_from
from evalcore.store.limits import MAX_CHARACTERS, check_fields, check_id, check_payload

__all__ = ["HEADER", "Loaded", "read_events", "write_events"]

HEADER = {"format": "threshold-workshop events", "format_version": 1}
"""The first line. The others are events, see :meth:`Event.as_json`."""
_FIELDS = frozenset(Event.__slots__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Loaded:
    """What came of reading a file of events into a store: how many were new, and how many known."""

    added: int
    known: int


def write_events(events: Iterable[Event], target: Path | IO[str]) -> None:
    """Write events as lines; a file appears whole or not at all.

    Raises
    ------
    OSError
        When the file cannot be written.
    """
    if not isinstance(target, Path):
        target.writelines(_lines(events))
        return
    with whole_file(target) as aside, aside.open("x", encoding="ascii", newline="\n") as file:
        file.writelines(_lines(events))


def _lines(events: Iterable[Event]) -> Iterator[str]:
    yield canonical(HEADER) + "\n"
    for event in events:
        yield canonical(event.as_json()) + "\n"


def read_events(path: Path) -> list[Event]:
    """Return the events of a file, each checked against its hash.

    Raises
    ------
    StoreMismatch
        When the file is none of ours, is cut short, or an event is not what its hash seals.
    OSError
        When the file cannot be read.
    """
    events: list[Event] = []
    with path.open("rb") as file:
        row = 0
        while line := file.readline(2 * MAX_CHARACTERS):
            row += 1
            try:
                # an editor may have put a byte order mark before the first line
                content = _object(line.decode("utf-8-sig" if row == 1 else "utf-8"))
                if row == 1:
                    _check_first(content)
                else:
                    events.append(_event(content))
            except (ValueError, RefusedError, StoreError, RecursionError) as error:
                msg = f"{path}: row {row}: {_words(error)} Nothing was read into the store."
                raise StoreMismatch(msg) from error
    if not row:
        msg = f"{path}: the file is empty; it should begin with {canonical(HEADER)}."
        raise StoreMismatch(msg)
    return events


def _words(error: Exception) -> str:
    if isinstance(error, UnicodeDecodeError):
        return "this is no text in UTF-8."
    if isinstance(error, json.JSONDecodeError):
        return f"this is no whole JSON object ({error.msg} at character {error.pos + 1})."
    return f"{str(error).rstrip('.')}."


def _object(line: str) -> Mapping[str, Any]:
    content = strict_decoder().decode(line)
    if not isinstance(content, dict):
        msg = f"a JSON object is expected, got {shorten(content)}"
        raise StoreMismatch(msg)
    return content


def _check_first(content: Mapping[str, Any]) -> None:
    if content.get("format") != HEADER["format"]:
        msg = f"this is no export of a store; it should begin with {canonical(HEADER)}"
        raise StoreMismatch(msg)
    if content.get("format_version") != HEADER["format_version"]:
        msg = f"a newer version has written this: {shorten(content.get('format_version'))}"
        raise StoreMismatch(msg)


def _event(content: Mapping[str, Any]) -> Event:
    if set(content) != _FIELDS:
        odd = sorted(_FIELDS ^ set(content))
        msg = f"an event has the fields {', '.join(Event.__slots__)}; missing or odd: {odd}"
        raise StoreMismatch(msg)
    check_fields(content)
    check_payload(content["payload"])
    version, time = content["version"], content["time"]
    if not isinstance(version, int) or isinstance(version, bool) or not isinstance(time, str):
        msg = f"version or time are not what they should be: {version!r}, {shorten(time)}"
        raise StoreMismatch(msg)
    event = Event(**{**content, "id": check_id(content["id"]), "time": time_from(time)})
    if event.as_json() != dict(content) or event.seal() != event.hash:
        msg = f"the event {event.id} is not what its hash seals: it was changed, or is damaged"
        raise StoreMismatch(msg)
    return event
