"""Answers leave at once, however small they are.

Streamlit binds its socket without naming the protocol. asyncio then does not see that it is TCP and
leaves Nagle's algorithm on: the system holds a small message back until the one before has been
acknowledged, which takes the other side 40 ms. A move of the threshold is many small messages.

They are sent by one thread while others compute, and each time it waits for its turn at the
interpreter: 5 ms, unless Python is told otherwise.
"""

from __future__ import annotations

import socket
import sys
from typing import Any

from starlette.middleware import Middleware
from starlette.types import ASGIApp, Receive, Scope, Send

__all__ = ["MIDDLEWARE", "switch_often"]

TCP = {socket.AF_INET, socket.AF_INET6}
TURN = 0.001
"""Seconds that a thread computes at the most while others wait."""


def switch_often() -> None:
    """Let the thread that sends have its turn soon; for the process that serves."""
    sys.setswitchinterval(TURN)


class _NoDelay:
    """Tells the system, for the connection of each request, not to hold anything back."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        connection = _connection_behind(receive)
        if connection is not None and connection.family in TCP:
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        await self.app(scope, receive, send)


def _connection_behind(receive: Receive) -> Any:  # noqa: ANN401 - asyncio's stand-in for a socket
    """Return the socket of a request, or None where the server is not uvicorn.

    ASGI does not pass it on, but uvicorn's ``receive`` is a method of what holds the transport. (So
    is its ``send``, which Starlette wraps before it gets here.)
    """
    transport = getattr(getattr(receive, "__self__", None), "transport", None)
    return None if transport is None else transport.get_extra_info("socket")


MIDDLEWARE = [Middleware(_NoDelay)]
