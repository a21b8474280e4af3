"""Timing: the best of several calls, each with the next of several arguments."""

from __future__ import annotations

import gc
import itertools
import time
from collections.abc import Callable, Sequence
from typing import Any

__all__ = ["best_of", "once"]

PATIENCE = 0.6
"""Seconds after which a call is not repeated any more, once it ran often enough."""


def best_of(
    call: Callable[..., Any], *, arguments: Sequence[tuple[Any, ...]] = ((),), at_least: int = 3
) -> float:
    """Return the shortest time of a call in seconds.

    The shortest, because other work on the machine only ever adds. The arguments take turns, so
    that a cached answer cannot pass for a fast one.
    """
    times: list[float] = []
    turns = itertools.cycle(arguments)
    while len(times) < at_least or (sum(times) < PATIENCE and len(times) < 200):
        _, seconds = once(call, *next(turns))
        times.append(seconds)
    return min(times)


def once(call: Callable[..., Any], *arguments: Any) -> tuple[Any, float]:
    """Return the result of one call and its time in seconds, without garbage collection."""
    gc.disable()
    try:
        start = time.perf_counter()
        result = call(*arguments)
        return result, time.perf_counter() - start
    finally:
        gc.enable()
