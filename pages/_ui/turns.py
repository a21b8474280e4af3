"""Drawings take turns, so that in a full room the first to move is the first to see its numbers.

Python runs one thread at a time whatever we do: thirty pages drawn side by side are all ready when
the last one is. One after another, half of them are ready in half that time.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

__all__ = ["turn"]

LONGEST_WAIT = 0.25
"""Seconds after which a drawing starts although another, of a large run, is still under way."""

_turn = threading.Lock()


@contextmanager
def turn() -> Iterator[None]:
    """Wait until it is our turn, but not for long."""
    ours = _turn.acquire(timeout=LONGEST_WAIT)
    try:
        yield
    finally:
        if ours:
            _turn.release()
