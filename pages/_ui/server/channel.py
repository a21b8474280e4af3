"""A channel: what one presenter shows, told to everybody who follows.

It keeps the newest of each kind of message and nothing older, so it is bounded, and who was away
gets what holds now. Every message has a number; browsers that lost the connection say the last one
they have seen. The numbers start from the clock: those of a server that was started anew are above
all that were told before. Each process has a channel of its own, and hands on what that is told.
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Literal, Protocol

__all__ = ["Channel", "Shown", "Wire"]

MOST_STREAMS = 500
"""Browsers that follow one channel."""
Kind = Literal["state", "drag", "agenda", "over"]
ELSEWHERE = ("asked", "answered", "said")
"""What of the agenda is the same in every process."""


class Wire(Protocol):
    """How a channel reaches those of other processes, see ``relay.py``."""

    def tell(self, name: str, kind: str, number: int, text: str) -> None:
        """Hand on what was told here."""

    def is_heard(self, name: str) -> bool:
        """Return whether anybody follows elsewhere."""

    def wake(self) -> None:
        """Listen, while anybody follows here."""

    def catch_up(self, channel: Channel) -> None:
        """Bring what was told elsewhere up to now."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """What the presenter has before them: a page, and everything that a link sets."""

    number: int
    page: str
    query: Mapping[str, Sequence[str]]
    told_as: int
    """Its number where it was told, which other processes know it by."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Message:
    number: int
    kind: Kind
    text: str

    def encoded(self) -> str:
        return f"id: {self.number}\nevent: {self.kind}\ndata: {self.text}\n\n"


class Channel:
    """What is told to those who follow one workshop; safe to share between threads."""

    def __init__(self, name: str, *, presenter: str, wire: Wire | None = None) -> None:
        self.name = name
        self.wire = wire
        self.presenter = presenter
        """The visitor who presents."""
        self._lock = threading.Lock()
        self._number = time.time_ns() // 1_000_000
        self._session = ""
        self._asked = 0.0
        self.shown: Shown | None = None
        """What the presenter has before them; None before anything was told."""
        self._agenda: dict[str, Any] = {}
        self._newest: dict[Kind, _Message] = {}
        self._bells: dict[int, tuple[str, Callable[[], None]]] = {}
        self._elsewhere = 0
        self._known: dict[str, int] = {}  # of each kind the newest, here or elsewhere

    def take(self, *, visitor: str, session: str) -> None:
        """Let a session present from now on; another one of the same person no longer does."""
        with self._lock:
            self.presenter, self._session, self._asked = visitor, session, 0.0
            self._hand_on("taken", self._next(), {"visitor": visitor, "session": session})

    def is_presented_by(self, session: str) -> bool:
        """Return whether a session is the one that presents."""
        return self._session == session

    def show(self, session: str, *, page: str, query: Mapping[str, Sequence[str]]) -> None:
        """Tell what the presenter has set, once it differs from what was told last."""
        with self._lock:
            before = self.shown
            same = before is not None and (before.page, before.query) == (page, query)
            if self._session != session or same:
                return
            now = self._next()
            self._show(Shown(number=now, page=page, query=query, told_as=now))
            self._hand_on("state", now, {"page": page, "query": query})

    def drag(self, session: str, board: str, asked: float = 0.0) -> None:
        """Tell the numbers under the presenter's pointer, as JSON that was made for them already.

        They are of the state told last; who has not got there yet leaves them out. Of answers that
        overtake each other the one that was asked for last stays.
        """
        with self._lock:
            if self._session != session or self.shown is None or asked < self._asked:
                return
            self._asked = asked
            number = self._next()
            self._put_drag(number, self.shown, board)
            told_as = self.shown.told_as
        if self.wire is not None and self.wire.is_heard(self.name):
            # never parsed on its way: it may be long, and comes many times a second
            self.wire.tell(self.name, "drag", number, f"{told_as} {board}")

    def tell(self, **agenda: object) -> None:
        """Tell what is asked of everybody, how many are here, and what was said of the inputs."""
        with self._lock:
            if all(self._agenda.get(name) == value for name, value in agenda.items()):
                return
            self._put_agenda(agenda)
            if everywhere := {name: agenda[name] for name in ELSEWHERE if name in agenda}:
                self._hand_on("agenda", self._number, everywhere)

    def end(self, *, everywhere: bool = True) -> None:
        """Tell that it is over, at every process or at this one; streams end with it."""
        with self._lock:
            self._put("over", self._next(), "{}")
            if everywhere:
                self._hand_on("over", self._number, {})

    def hear(self, kind: str, number: int, text: str) -> None:
        """Take in what the channel of another process was told, unless something newer is known.

        Raises
        ------
        ValueError, KeyError
            When it was told by another version that says it otherwise.
        """
        with self._lock:
            if number <= self._known.get(kind, 0):
                return
            self._number = max(self._number, number)
            if kind == "drag":
                self._hear_drag(text)
            else:
                self._hear(kind, number, json.loads(text))
            self._known[kind] = number

    def count_elsewhere(self, people: int) -> None:
        """Take in how many follow in other processes."""
        if people != self._elsewhere:
            self._elsewhere = people
            self._count()

    @property
    def n_streams(self) -> int:
        """How many browsers follow in this process."""
        return len(self._bells)

    @property
    def n_people(self) -> int:
        """How many people follow in this process, besides who presents."""
        return len({visitor for visitor, _ in [*self._bells.values()]} - {self.presenter})

    def since(self, number: int) -> list[_Message]:
        """Return the newest message of each kind that is younger than one that was seen."""
        with self._lock:
            found = [one for one in self._newest.values() if one.number > number]
        return sorted(found, key=lambda one: one.number)

    @contextmanager
    def listening(self, visitor: str, ring: Callable[[], None]) -> Iterator[None]:
        """Ring at every message, from whatever thread it comes; count who listens."""
        key = id(ring)
        with self._lock:
            self._bells[key] = (visitor, ring)
        self._count()
        if self.wire is not None:
            self.wire.wake()
        try:
            yield
        finally:
            with self._lock:
                del self._bells[key]
            self._count()

    @property
    def is_full(self) -> bool:
        """Whether no more browsers can follow."""
        return len(self._bells) >= MOST_STREAMS

    def _count(self) -> None:
        self.tell(here=self.n_people + self._elsewhere)

    def _hear(self, kind: str, number: int, said: Mapping[str, Any]) -> None:
        match kind:
            case "taken":
                self.presenter, self._session = str(said["visitor"]), str(said["session"])
                self._asked = 0.0
            case "state":
                page, query = str(said["page"]), dict(said["query"])
                self._show(Shown(number=self._next(), page=page, query=query, told_as=number))
            case "agenda":
                self._put_agenda({name: said[name] for name in ELSEWHERE if name in said})
            case "over":
                self._put("over", self._next(), "{}")

    def _hear_drag(self, text: str) -> None:
        told_as, _, board = text.partition(" ")
        if self.shown and self.shown.told_as == int(told_as):
            self._put_drag(self._next(), self.shown, board)

    def _hand_on(self, kind: str, number: int, said: Mapping[str, Any]) -> None:
        self._known[kind] = number
        if self.wire is not None:
            self.wire.tell(self.name, kind, number, json.dumps(said))

    def _show(self, shown: Shown) -> None:
        self.shown = shown
        self._newest.pop("drag", None)  # it led here
        self._put("state", shown.number, json.dumps({"number": shown.number}))

    def _put_drag(self, number: int, base: Shown, board: str) -> None:
        self._put(
            "drag", number, f'{{"number": {number}, "base": {base.number}, "board": {board}}}'
        )

    def _put_agenda(self, agenda: Mapping[str, object]) -> None:
        self._agenda |= agenda
        number = self._next()
        self._put("agenda", number, json.dumps({"number": number, **self._agenda}))

    def _next(self) -> int:
        self._number += 1
        return self._number

    def _put(self, kind: Kind, number: int, text: str) -> None:
        self._newest[kind] = _Message(number=number, kind=kind, text=text)
        for _, ring in self._bells.values():
            ring()
