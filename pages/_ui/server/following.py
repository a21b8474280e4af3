"""What one presenter shows, told to everybody who follows: pushed, never asked for."""

from __future__ import annotations

import asyncio
import threading
from collections import OrderedDict
from collections.abc import AsyncIterator

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from pages._ui.server.admission import person_behind
from pages._ui.server.channel import Channel, Wire
from pages._ui.server.stopping import is_stopping, when_stopping
from pages._ui.session.visitor import COOKIE, name_of

__all__ = ["ROUTES", "channel", "open_channel"]

KEPT = 64
"""Channels that are kept; beyond them the one that was used longest ago ends."""
HEARTBEAT = 15.0
"""Seconds of silence after which a sign of life keeps proxies from closing a stream."""
_channels: OrderedDict[str, Channel] = OrderedDict()
_lock = threading.Lock()


def channel(name: str) -> Channel | None:
    """Return the channel of a workshop, up to now; None where nobody here has opened it."""
    with _lock:
        found = _channels.get(name)
    if found is not None and found.wire is not None:
        found.wire.catch_up(found)
    return found


def open_channel(name: str, *, presenter: str, wire: Wire | None = None) -> Channel:
    """Return the channel of a workshop, up to now; open it where this server does not have it yet.

    Parameters
    ----------
    wire
        By which the servers of one workshop tell each other; without it this one is alone.
    """
    with _lock:
        found = _channels.setdefault(name, Channel(name, presenter=presenter, wire=wire))
        _channels.move_to_end(name)
        gone = _channels.popitem(last=False)[1] if len(_channels) > KEPT else None
    if gone is not None:
        gone.end(everywhere=False)
    if found.wire is not None:
        found.wire.catch_up(found)
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
    told = _channels.get(request.path_params["name"])  # what is new elsewhere comes by itself
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
