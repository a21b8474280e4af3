"""An event: who said what and when, sealed by a hash that also covers the event before it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Literal, Self

from evalcore.errors import StoreMismatch, shorten

__all__ = [
    "FIRST",
    "TRUSTS",
    "Damaged",
    "Event",
    "Trust",
    "canonical",
    "chained",
    "check_chain",
    "gaps",
    "time_from",
    "time_text",
]

Trust = Literal["declared", "verified"]
TRUSTS: tuple[Trust, ...] = ("declared", "verified")
"""Whether the author said who they are, or somebody has checked it (a login)."""

FIRST = ""
"""What stands for the hash of the event before the first one of a stream."""

N_NAMED = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One entry of a stream; it is never changed and never deleted.

    Attributes
    ----------
    id
        Made by who saves (a UUID as text), so that saving twice stores once.
    stream, version
        Where it stands: the streams are counted separately, from 1 and without gaps.
    kind, payload, payload_version
        What it says; a JSON object whose meaning belongs to whoever wrote it.
    author, trust
        Who says it, and how sure that is.
    time
        When it was saved, by the clock of the server; aware, in UTC.
    previous, hash
        SHA-256 of the event before it in the stream (``""`` for the first), and of this one.
    """

    id: str
    stream: str
    version: int
    kind: str
    payload: Mapping[str, Any] = field(hash=False)
    payload_version: int
    author: str
    trust: Trust
    time: datetime
    previous: str
    hash: str

    @classmethod
    def sealed(cls, **fields: Any) -> Self:  # noqa: ANN401 - every field but the hash
        """Return the event of these fields with its hash."""
        unsealed = cls(**fields, hash="")
        return cls(**fields, hash=unsealed.seal())

    def seal(self) -> str:
        """Return the SHA-256 of everything but the hash itself, in hexadecimal."""
        content = self.as_json()
        del content["hash"]
        return hashlib.sha256(canonical(content).encode("ascii")).hexdigest()

    def as_json(self) -> dict[str, Any]:
        """Return the event as a JSON object, as it is exported and hashed."""
        return {
            "id": self.id,
            "stream": self.stream,
            "version": self.version,
            "kind": self.kind,
            "payload": dict(self.payload),
            "payload_version": self.payload_version,
            "author": self.author,
            "trust": self.trust,
            "time": time_text(self.time),
            "previous": self.previous,
            "hash": self.hash,
        }

    def says(self, fields: Mapping[str, Any]) -> bool:
        """Return whether these fields have these values, to the letter of their JSON."""
        mine = self.as_json()
        return all(canonical(mine[name]) == canonical(value) for name, value in fields.items())


@dataclass(frozen=True, slots=True, kw_only=True)
class Damaged:
    """An entry that is no event any more: what can be told of it, and why it cannot be read."""

    stream: str
    version: int
    previous: str
    hash: str
    why: str

    @property
    def where(self) -> str:
        """Where it stands, for messages."""
        return f"version {self.version} of {shorten(self.stream)}"


def canonical(value: object) -> str:
    r"""Return the one JSON text of a value: ASCII, keys in order, no spaces.

    Both databases keep this text as it is: neither a NUL nor another encoding can change it.

    Examples
    --------
    >>> canonical({"b": 0.1, "a": "é"})
    '{"a":"\\u00e9","b":0.1}'
    """
    return json.dumps(value, sort_keys=True, separators=(",", ":"), allow_nan=False)


def time_text(time: datetime) -> str:
    """Return a time as it is stored, hashed and exported: UTC, always with microseconds.

    Examples
    --------
    >>> time_text(datetime(2026, 5, 4, 12, 30, tzinfo=UTC))
    '2026-05-04T12:30:00.000000Z'
    """
    return time.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"


def time_from(text: str) -> datetime:
    """Return the time that :func:`time_text` has written.

    Raises
    ------
    ValueError
        When the text is no such time.
    """
    time = datetime.fromisoformat(text)
    if time.tzinfo is None:
        msg = f"a time without its zone: {text}"
        raise ValueError(msg)
    try:
        return time.astimezone(UTC)
    except OverflowError:
        msg = f"a time that is none in UTC, before the year 1 or after 9999: {text}"
        raise ValueError(msg) from None


def check_chain(
    found: Iterable[Event | Damaged], *, place: str, head: tuple[int, str] | None
) -> int:
    """Check events that are in the order of saving; return how many there are.

    Parameters
    ----------
    head
        How many were saved, and the :func:`chained` seal of all of them; None where it was not
        kept yet.

    Raises
    ------
    StoreMismatch
        When an event was changed, removed or put in between, with the first of them.
    """
    heads: dict[str, tuple[int, str]] = {}
    problems: list[str] = []
    number, seal = 0, FIRST
    for number, event in enumerate(found, start=1):  # noqa: B007 - the last number is the count
        problems += gaps(event, heads)
        seal = chained(seal, [event.hash])
    if head is not None and head[0] != number:
        problems.append(f"{head[0]:,} events were saved, and there are {number:,}")
    elif head is not None and head[1] != seal and not problems:
        problems.append("the events are not those that were saved, or stand in another order")
    if problems:
        more = f" and {len(problems) - N_NAMED:,} more" if len(problems) > N_NAMED else ""
        msg = (
            f"{place}: the record was changed outside of Threshold Workshop: "
            f"{'; '.join(problems[:N_NAMED])}{more}. Hint: compare it with a backup or an export."
        )
        raise StoreMismatch(msg)
    return number


def chained(seal: str, hashes: Iterable[str]) -> str:
    """Return the seal of all events of a store after some more were added.

    Streams are chained each by itself; this one chain over all of them shows that a whole stream
    is gone.
    """
    for one in hashes:
        seal = hashlib.sha256(f"{seal}{one}".encode()).hexdigest()
    return seal


def gaps(event: Event | Damaged, heads: dict[str, tuple[int, str]]) -> Iterator[str]:
    """Yield what is wrong with an event after those before it, and make it the head.

    Parameters
    ----------
    heads
        Version and hash of the last event of each stream.
    """
    version, previous = heads.get(event.stream, (0, FIRST))
    where = f"version {event.version} of {shorten(event.stream)}"
    if event.version != version + 1:
        yield f"{where} follows version {version}"
    elif event.previous != previous:
        yield f"{where} does not follow the event before it"
    if isinstance(event, Damaged):
        yield f"{where} is damaged: {event.why}"
    elif event.seal() != event.hash:
        yield f"{where} does not have the content that its hash seals"
    heads[event.stream] = (event.version, event.hash)
