"""The server is asked to stop: streams that would go on for ever end first.

Uvicorn waits for every answer under way before it ends, and says nothing to those who give them. So
the signal is heard here, too, before it is passed on.
"""

from __future__ import annotations

import signal
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from types import FrameType

__all__ = ["is_stopping", "lifespan", "when_stopping"]

SIGNALS = (signal.SIGINT, signal.SIGTERM)
_stopping = threading.Event()
_calls: list[Callable[[], None]] = []
_before: dict[int, Callable[[int, FrameType | None], object] | int | None] = {}
"""Who heard the signals before, and hears them after us."""


def is_stopping() -> bool:
    """Tell whether the server was asked to stop."""
    return _stopping.is_set()


def when_stopping(call: Callable[[], None]) -> None:
    """Call something when the server is asked to stop; it must wait for no lock."""
    _calls.append(call)


@asynccontextmanager
async def lifespan(_: object) -> AsyncIterator[None]:
    """Listen while the server runs."""
    _stopping.clear()
    if threading.current_thread() is threading.main_thread():
        for number in SIGNALS:
            _before[number] = signal.signal(number, _heard)
    try:
        yield
    finally:
        for heard in [*_before]:
            signal.signal(heard, _before.pop(heard))


def _heard(number: int, frame: FrameType | None) -> None:
    _stopping.set()
    for call in _calls:
        call()
    handler = _before.get(number)
    if callable(handler):
        handler(number, frame)
