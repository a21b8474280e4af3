"""Drawings take turns, so that in a full room the first to move is the first to see its numbers.

Python runs one thread at a time whatever we do: thirty pages drawn side by side are all ready when
the last one is. One after another, half of them are ready in half that time; and nobody's images
are drawn before everybody's numbers.
"""

from __future__ import annotations

import heapq
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from enum import IntEnum
from itertools import count

__all__ = ["DrawingQueue", "What", "turn"]

LONGEST_WAIT = 1.0
"""Seconds after which a drawing starts although another, of a large run, is still under way."""


class What(IntEnum):
    """What is drawn; the lower comes first."""

    NUMBERS = 0
    IMAGES = 1


class DrawingQueue:
    """A queue in front of what only one at a time can do well."""

    def __init__(self, *, longest_wait: float) -> None:
        self._longest_wait = longest_wait
        self._lock = threading.Lock()
        self._is_taken = False
        self._tickets = count()
        self._waiting: list[tuple[What, int, threading.Event]] = []

    @contextmanager
    def turn(self, what: What) -> Iterator[None]:
        """Wait until it is our turn; after the longest wait go on without."""
        is_ours = self._wait(what)
        try:
            yield
        finally:
            if is_ours:
                self._pass_on()

    def _wait(self, what: What) -> bool:
        with self._lock:
            if not self._is_taken:
                self._is_taken = True
                return True
            called = threading.Event()
            place = (what, next(self._tickets), called)
            heapq.heappush(self._waiting, place)
        if called.wait(self._longest_wait):
            return True
        with self._lock:
            if called.is_set():  # just now
                return True
            self._waiting.remove(place)
            heapq.heapify(self._waiting)
            return False

    def _pass_on(self) -> None:
        with self._lock:
            if self._waiting:
                heapq.heappop(self._waiting)[-1].set()
            else:
                self._is_taken = False


turn = DrawingQueue(longest_wait=LONGEST_WAIT).turn
"""The queue of this server's pages."""
