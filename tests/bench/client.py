"""A browser session without a browser: a WebSocket that speaks Streamlit's own messages.

A :class:`Visit` opens the Evaluate page, moves the threshold and reads the numbers that come back.
A :class:`LiveRoute` asks ``pages/_ui/server/live.py``, as the dial does while it is dragged.
"""

from __future__ import annotations

import asyncio
import json
import re
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

from streamlit.proto.Alert_pb2 import Alert
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.Delta_pb2 import Delta
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState
from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Origin, Subprotocol

from pages._ui.session.keys import Key
from pages._ui.session.visitor import COOKIE

__all__ = ["Answer", "LiveRoute", "Visit", "VisitError", "asking", "cookie_header", "visiting"]

PATIENCE = 60.0
"""Seconds after which an answer counts as lost."""
XSRF = "_streamlit_xsrf"
GOES_ON = ForwardMsg.FINISHED_EARLY_FOR_RERUN


class VisitError(Exception):
    """The server showed an error, broke off, or did not answer in time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What came back after a move.

    Parameters
    ----------
    text
        The threshold that the dial shows.
    predicted
        The column "predicted" of the summary, a count per concept.
    seconds
        From the move to these numbers.
    whole
        Seconds from the move to the end of the drawing, images included.
    """

    text: str
    predicted: tuple[int, ...]
    seconds: float
    whole: float


@asynccontextmanager
async def visiting(
    origin: str,
    *,
    secret: str = "",
    cookies: Mapping[str, str] | None = None,
    whole: bool = True,
    **query: str | list[str],
) -> AsyncIterator[Visit]:
    """Open the Evaluate page with a query, in a session that ends with the block.

    Parameters
    ----------
    secret
        What the visitor's browser keeps; without it the session is one of its own.
    cookies
        Those of a browser that has signed in.
    whole
        Whether the numbers have to be there; who is not admitted sees none.
    """
    kept = {**({COOKIE: secret} if secret else {}), **(cookies or {})}
    # as the browser does: without the token Streamlit believes no login
    tokens = [Subprotocol(kept[XSRF])] if XSRF in kept else []
    async with connect(
        f"ws{origin.removeprefix('http')}/_stcore/stream",
        origin=Origin(origin),
        subprotocols=[Subprotocol("streamlit"), *tokens],
        additional_headers={"Cookie": cookie_header(kept)} if kept else None,
        max_size=None,
    ) as socket:
        visit = Visit(socket)
        await visit.open(whole=whole, **query)
        yield visit


class Visit:
    """One session on the Evaluate page; its numbers are those that were sent last."""

    def __init__(self, socket: ClientConnection) -> None:
        self._socket = socket
        self._query = ""
        self._page = ""
        self.sent_to = ""
        """Where the page sends its browser, to sign in or out."""
        self._fragment = ""
        self._n_moves = 0
        self._ids: dict[str, str] = {}
        self._fragments: dict[str, str] = {}
        self._data: dict[str, dict[str, Any]] = {}
        self.words: list[str] = []
        """Sentences of the page, as they came."""

    async def open(self, *, whole: bool = True, **query: str | list[str]) -> None:
        """Open the page and wait until it is drawn."""
        self._query = urlencode(query, doseq=True) or self._query
        asked = self._rerun()
        asked.rerun_script.page_name = "evaluate"
        await self._send(asked)
        async with asyncio.timeout(PATIENCE):
            while not await self._is_finished():
                pass
        if whole and not {Key.DIAL, Key.SUMMARY} <= set(self._data):
            msg = f"The page of {self._query!r} came without dial and summary."
            raise VisitError(msg)

    async def move(self, text: str, *, done: bool = True) -> Answer:
        """Hold the dial still at a threshold, or let it go; return what the page then shows."""
        self._n_moves += 1
        move = {"text": text, "done": done, "count": str(self._n_moves)}
        asked = self._rerun()
        asked.rerun_script.fragment_id = self._fragment
        state = WidgetState(id=self._ids[Key.DIAL], json_value=json.dumps({"live": move}))
        asked.rerun_script.widget_states.widgets.append(state)
        del self._data[Key.DIAL], self._data[Key.SUMMARY]
        start, numbers = time.perf_counter(), None
        await self._send(asked)
        async with asyncio.timeout(PATIENCE):
            while not await self._is_finished():
                if numbers is None and self._follows(move["count"]):
                    numbers = time.perf_counter()
        whole = time.perf_counter() - start
        if numbers is None:
            msg = f"The page was drawn without the numbers at {text}."
            raise VisitError(msg)
        return self._answer(seconds=numbers - start, whole=whole)

    async def act(self, key: str, text: str | None = None) -> float:
        """Press a button, or fill a field; return the seconds until the answer is drawn."""
        asked = self._rerun()
        asked.rerun_script.fragment_id = self._fragments[key]
        identity = self._ids[key]
        pressed = WidgetState(id=identity, trigger_value=True)
        state = pressed if text is None else WidgetState(id=identity, string_value=text)
        asked.rerun_script.widget_states.widgets.append(state)
        start = time.perf_counter()
        await self._send(asked)
        async with asyncio.timeout(PATIENCE):
            while not await self._is_finished():
                pass
        return time.perf_counter() - start

    def key_of(self, beginning: str) -> str:
        """Return the key of an element that was drawn last, by how it begins."""
        return next(key for key in reversed(self._ids) if key.startswith(beginning))

    @property
    def query(self) -> str:
        """What the link of the page sets."""
        return self._query

    @property
    def shown(self) -> tuple[str, tuple[int, ...]]:
        """Threshold and predicted counts that the page shows now."""
        return self._data[Key.DIAL]["numbers"]["text"], _predicted(self._data[Key.SUMMARY])

    @property
    def live(self) -> str:
        """Address of the live route, relative to the server."""
        return str(self._data[Key.DIAL]["live"])

    @property
    def pictures(self) -> list[str]:
        """Addresses of the pictures on the page, relative to the server."""
        return re.findall(r"thumbs/[\w-]+/\d+", json.dumps(self._data))

    def _rerun(self) -> BackMsg:
        asked = BackMsg()
        asked.rerun_script.query_string = self._query
        asked.rerun_script.page_script_hash = self._page
        return asked

    async def _send(self, asked: BackMsg) -> None:
        await self._socket.send(asked.SerializeToString())

    async def _is_finished(self) -> bool:
        message = await self._receive()
        finished = message.WhichOneof("type") == "script_finished"
        return finished and message.script_finished != GOES_ON

    async def _receive(self) -> ForwardMsg:
        received = await self._socket.recv()
        message = ForwardMsg.FromString(bytes(received))
        match message.WhichOneof("type"):
            case "new_session":
                self._page = message.new_session.page_script_hash
            case "navigation":
                self._page = message.navigation.page_script_hash
            case "auth_redirect":
                self.sent_to = message.auth_redirect.url
            case "page_info_changed":
                self._query = message.page_info_changed.query_string
            case "delta":
                self._take(message.delta)
            case "ref_hash":
                msg = "A message came as a reference, which configuration rules out."
                raise VisitError(msg)
        return message

    def _take(self, delta: Delta) -> None:
        element = delta.new_element
        kind = element.WhichOneof("type")
        if kind in {"button", "text_input"}:
            identity = getattr(element, kind).id
            key = identity.split("-", maxsplit=2)[-1]
            self._ids.pop(key, None)
            self._ids[key], self._fragments[key] = identity, delta.fragment_id
        match kind:
            case "exception":
                raise VisitError(element.exception.message)
            case "alert" if element.alert.format == Alert.ERROR:
                raise VisitError(element.alert.body)
            case "markdown":
                self.words.append(element.markdown.body)
            case "bidi_component":
                identity = element.bidi_component.id
                # $$ID-hash-key
                key = identity.split("-", maxsplit=2)[-1]
                self._ids[key] = identity
                self._data[key] = json.loads(element.bidi_component.json)
                if key == Key.DIAL:
                    self._fragment = delta.fragment_id

    def _follows(self, count: str) -> bool:
        dial = self._data.get(Key.DIAL)
        return dial is not None and dial["answered"] == count and Key.SUMMARY in self._data

    def _answer(self, *, seconds: float, whole: float) -> Answer:
        text, predicted = self.shown
        return Answer(text=text, predicted=predicted, seconds=seconds, whole=whole)


def cookie_header(cookies: Mapping[str, str]) -> str:
    """Return how a browser sends its cookies."""
    return "; ".join(f"{name}={value}" for name, value in cookies.items())


@asynccontextmanager
async def asking(
    origin: str, live: str, *, cookies: Mapping[str, str] | None = None
) -> AsyncIterator[LiveRoute]:
    """Keep a connection to the live route open."""
    parts = urlsplit(origin)
    reader, writer = await asyncio.open_connection(parts.hostname, parts.port)
    head = f"Host: {parts.netloc}\r\nCookie: {cookie_header(cookies or {})}\r\n"
    try:
        yield LiveRoute(reader, writer, head=head, path=f"/{live}")
    finally:
        writer.close()
        await writer.wait_closed()


class LiveRoute:
    """What the dial asks while it is dragged."""

    def __init__(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, *, head: str, path: str
    ) -> None:
        self._reader, self._writer = reader, writer
        self._head, self._path = head, path

    async def move(self, text: str) -> Answer:
        """Ask for the numbers at a threshold."""
        start = time.perf_counter()
        asked = f"GET {self._path}?t={quote(text)} HTTP/1.1\r\n{self._head}\r\n"
        self._writer.write(asked.encode("ascii"))
        async with asyncio.timeout(PATIENCE):
            head = (await self._reader.readuntil(b"\r\n\r\n")).decode("latin-1")
            status, *lines = head.split("\r\n")
            fields = dict(line.lower().split(": ", maxsplit=1) for line in lines if line)
            body = await self._reader.readexactly(int(fields["content-length"]))
        if status.split()[1] != "200":
            raise VisitError(status, body.decode(errors="replace"))
        board = json.loads(body)
        took = time.perf_counter() - start
        return Answer(
            text=board["dial"]["text"],
            predicted=_predicted(board["table"]),
            seconds=took,
            whole=took,
        )


def _predicted(table: dict[str, Any]) -> tuple[int, ...]:
    place = [column["name"] for column in table["columns"]].index("predicted")
    return tuple(row[place] for row in table["rows"])
