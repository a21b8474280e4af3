"""Appending in a test, with everything filled in that the test is not about."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from evalcore.store import Event, Store

Say = Callable[..., Event]


def saying(store: Store) -> Say:
    def append(stream: str = "decision/1", kind: str = "proposed", **fields: Any) -> Event:
        fields = {
            "payload": {"threshold": 0.62},
            "author": "Ada",
            "event_id": new_id(),
        } | fields
        return store.append(stream, kind=kind, **fields)

    return append


def new_id() -> str:
    return str(uuid.uuid4())


@contextmanager
def writing_elsewhere(store: Store, *names: str) -> Iterator[None]:
    """Let another thread be in the middle of writing until the block ends."""
    inside, leave = threading.Event(), threading.Event()

    def hold() -> None:
        with store._database.write(*names):
            inside.set()
            leave.wait()

    holder = threading.Thread(target=hold)
    holder.start()
    try:
        assert inside.wait(30)
        yield
    finally:
        leave.set()
        holder.join()
