"""Appending in a test, with everything filled in that the test is not about."""

from __future__ import annotations

import uuid
from collections.abc import Callable
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
