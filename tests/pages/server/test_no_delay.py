"""Small answers are not held back: what the system is told about each connection."""

from __future__ import annotations

import asyncio
import runpy
import socket
import sys
import threading
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route, WebSocketRoute
from starlette.types import Receive
from starlette.websockets import WebSocket
from websockets.sync.client import connect

from pages._ui.server import no_delay


def is_prompt(receive: Receive) -> str:
    """What the system was told of the connection behind a request."""
    connection = receive.__self__.transport.get_extra_info("socket")  # type: ignore[attr-defined]
    return str(connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY) != 0)


async def answer(request: Request) -> Response:
    return PlainTextResponse(is_prompt(request.receive))


async def talk(session: WebSocket) -> None:
    await session.accept()
    await session.send_text(is_prompt(session._receive))
    await session.close()


@contextmanager
def served(middleware: list[Middleware]) -> Iterator[str]:
    """Serve as Streamlit does: uvicorn, on a socket that was bound without naming the protocol."""
    app = Starlette(routes=[Route("/", answer), WebSocketRoute("/", talk)], middleware=middleware)
    bound = socket.socket(family=socket.AF_INET)
    bound.bind(("127.0.0.1", 0))
    bound.listen()
    config = uvicorn.Config(app, log_level="error", lifespan="off", ws="websockets-sansio")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [bound]})
    thread.start()
    try:
        yield f"127.0.0.1:{bound.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(timeout=30)
        assert not thread.is_alive()


@pytest.mark.parametrize(
    ("middleware", "expected"), [(no_delay.MIDDLEWARE, "True"), ([], "False")], ids=["ours", "none"]
)
def test_messages_leave_at_once_only_because_we_say_so(
    middleware: list[Middleware], expected: str
) -> None:
    with served(middleware) as host:
        with urllib.request.urlopen(f"http://{host}/", timeout=30) as given:
            assert given.read().decode() == expected
        with connect(f"ws://{host}/") as session:
            assert session.recv(timeout=30) == expected


def test_a_server_that_shows_no_connection_is_served_all_the_same() -> None:
    seen: list[object] = []

    async def app(*asked: object) -> None:
        seen.append(asked[0])

    async def scene() -> None:
        async def receive() -> dict[str, object]:
            return {}

        async def send(message: object) -> None:
            pass

        await no_delay._NoDelay(app)({"type": "http"}, receive, send)  # type: ignore[arg-type]

    asyncio.run(scene())
    assert seen == [{"type": "http"}]


def test_the_server_lets_the_thread_that_sends_have_its_turn_soon() -> None:
    before = sys.getswitchinterval()
    try:
        sys.setswitchinterval(0.005)
        runpy.run_path("app.py", run_name="app")
        assert sys.getswitchinterval() == pytest.approx(no_delay.TURN)
        assert no_delay.TURN < 0.005
    finally:
        sys.setswitchinterval(before)
