"""What one presenter shows, told to everybody who follows: pushed, never asked for.

A channel keeps the newest of each kind of message and nothing older, so it is bounded, and who was
away gets what holds now. Every message has a number; browsers that lost the connection say the last
one they have seen. The numbers start from the clock: those of a server that was started anew are
above all that were told before.
"""

from __future__ import annotations

import asyncio
import json
import threading
import time
from collections import Counter, OrderedDict
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Literal

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from pages._ui.server.admission import person_behind
from pages._ui.server.stopping import is_stopping, when_stopping
from pages._ui.session.visitor import COOKIE, name_of

__all__ = ["ROUTES", "Channel", "Shown", "channel", "open_channel"]

KEPT = 64
"""Channels that are kept; beyond them the one that was used longest ago ends."""
MOST_STREAMS = 500
"""Browsers that follow one channel."""
HEARTBEAT = 15.0
"""Seconds of silence after which a sign of life keeps proxies from closing a stream."""
Kind = Literal["state", "drag", "agenda", "over"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """What the presenter has before them: a page, and everything that a link sets."""

    number: int
    page: str
    query: Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Message:
    number: int
    kind: Kind
    text: str

    def encoded(self) -> str:
        return f"id: {self.number}\nevent: {self.kind}\ndata: {self.text}\n\n"


class Channel:
    """What is told to those who follow one workshop; safe to share between threads."""

    def __init__(self, name: str, *, presenter: str) -> None:
        self.name = name
        self.presenter = presenter
        """The visitor who presents."""
        self._lock = threading.Lock()
        self._number = time.time_ns() // 1_000_000
        self._session = ""
        self._asked = 0.0
        self._shown: Shown | None = None
        self._agenda: dict[str, Any] = {}
        self._newest: dict[Kind, _Message] = {}
        self._bells: dict[int, tuple[str, Callable[[], None]]] = {}

    @property
    def shown(self) -> Shown | None:
        """What the presenter has before them; None before anything was told."""
        return self._shown

    def take(self, *, visitor: str, session: str) -> None:
        """Let a session present from now on; another one of the same person no longer does."""
        with self._lock:
            self.presenter, self._session, self._asked = visitor, session, 0.0

    def is_presented_by(self, session: str) -> bool:
        """Return whether a session is the one that presents."""
        return self._session == session

    def show(self, session: str, *, page: str, query: Mapping[str, Sequence[str]]) -> None:
        """Tell what the presenter has set, once it differs from what was told last."""
        with self._lock:
            before = self._shown
            same = before is not None and (before.page, before.query) == (page, query)
            if self._session != session or same:
                return
            number = self._next()
            self._shown = Shown(number=number, page=page, query=query)
            self._newest.pop("drag", None)  # it led here
            self._put("state", number, json.dumps({"number": number}))

    def drag(self, session: str, board: str, asked: float = 0.0) -> None:
        """Tell the numbers under the presenter's pointer, as JSON that was made for them already.

        They are of the state told last; who has not got there yet leaves them out. Of answers that
        overtake each other the one that was asked for last stays.
        """
        with self._lock:
            if self._session != session or self._shown is None or asked < self._asked:
                return
            self._asked = asked
            number = self._next()
            text = f'{{"number": {number}, "base": {self._shown.number}, "board": {board}}}'
            self._put("drag", number, text)

    def tell(self, **agenda: object) -> None:
        """Tell what is asked of everybody: the poll, how many have answered, how many are here."""
        with self._lock:
            if all(self._agenda.get(name) == value for name, value in agenda.items()):
                return
            self._agenda |= agenda
            number = self._next()
            self._put("agenda", number, json.dumps({"number": number, **self._agenda}))

    def end(self) -> None:
        """Tell that it is over; streams end with it."""
        with self._lock:
            self._put("over", self._next(), "{}")

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
        with self._lock:
            here = Counter(visitor for visitor, _ in self._bells.values())
            here.pop(self.presenter, None)
        self.tell(here=len(here))

    def _next(self) -> int:
        self._number += 1
        return self._number

    def _put(self, kind: Kind, number: int, text: str) -> None:
        self._newest[kind] = _Message(number=number, kind=kind, text=text)
        for _, ring in self._bells.values():
            ring()


_channels: OrderedDict[str, Channel] = OrderedDict()
_lock = threading.Lock()


def channel(name: str) -> Channel | None:
    """Return the channel of a workshop; None where nobody has opened it on this server."""
    with _lock:
        return _channels.get(name)


def open_channel(name: str, *, presenter: str) -> Channel:
    """Return the channel of a workshop; open it where this server does not have it yet."""
    with _lock:
        found = _channels.setdefault(name, Channel(name, presenter=presenter))
        _channels.move_to_end(name)
        gone = _channels.popitem(last=False)[1] if len(_channels) > KEPT else None
    if gone is not None:
        gone.end()
    return found


def _ring_all() -> None:
    # for a signal, which may find a lock taken: copies, and no lock
    for told in list(_channels.values()):
        for _, ring in list(told._bells.values()):  # noqa: SLF001 - of this module
            ring()


when_stopping(_ring_all)


async def _messages(told: Channel, after: int, visitor: str) -> AsyncIterator[str]:
    loop, bell = asyncio.get_running_loop(), asyncio.Event()

    def ring() -> None:
        loop.call_soon_threadsafe(bell.set)

    with told.listening(visitor, ring):
        while True:
            bell.clear()  # before the look, so that what comes during it is looked at again
            for message in told.since(after):
                after = message.number
                yield message.encoded()
                if message.kind == "over":
                    return
            if is_stopping():
                return
            try:
                await asyncio.wait_for(bell.wait(), HEARTBEAT)
            except TimeoutError:
                yield ": still here\n\n"


async def _answer(request: Request) -> Response:
    told = channel(request.path_params["name"])
    if told is None:
        return Response("There is no such workshop.", status_code=404, media_type="text/plain")
    if told.is_full or not person_behind(request).may("viewer"):
        return Response("Nobody more can follow.", status_code=503, media_type="text/plain")
    seen = request.headers.get("last-event-id") or request.query_params.get("after", "")
    after = int(seen[:16]) if seen.isdecimal() else 0
    return StreamingResponse(
        _messages(told, after, name_of(request.cookies.get(COOKIE, ""))),
        media_type="text/event-stream",
        headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"},
    )


ROUTES = [Route("/follow/{name}", _answer)]
