"""Memory: the arrays that an object holds, and the peak of the process."""

from __future__ import annotations

import contextlib
import gc
import os
import re
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from types import FunctionType, MethodType, ModuleType
from typing import Any

import numpy as np

__all__ = ["held_bytes", "peak_growth", "peaks_below", "resident_bytes"]

OPAQUE = (type, ModuleType, FunctionType, MethodType, str, bytes, int, float, type(None))
STATUS = Path("/proc/self/status")
RESET = Path("/proc/self/clear_refs")


def held_bytes(root: object) -> int:
    """Return the bytes of all arrays reachable from an object, each buffer once.

    A view counts as the whole array that it keeps alive.
    """
    seen: set[int] = set()
    buffers: dict[int, int] = {}
    waiting = [root]
    while waiting:
        item = waiting.pop()
        if id(item) in seen or isinstance(item, OPAQUE):
            continue
        seen.add(id(item))
        if isinstance(item, np.ndarray):
            owner = _owner(item)
            buffers[id(owner)] = owner.nbytes
        else:
            waiting.extend(_parts(item))
    return sum(buffers.values())


def peak_growth(call: Callable[[], Any]) -> tuple[Any, int | None]:
    """Return the result of a call, and by how much resident memory rose at its highest point.

    None where the system does not tell (anything but Linux).
    """
    gc.collect()
    before = _status("VmRSS")
    if before is None:
        return call(), None
    RESET.write_text("5")
    result = call()
    return result, (_status("VmHWM") or before) - before


def peaks_below(
    process_id: int, *, until: Callable[[], bool], every: float = 0.05
) -> tuple[int, int] | None:
    """Return the most memory that a process or one started by it had, looked at now and then.

    Of its own, and with the pages of files that it had mapped; each of the process that had most.
    None where the system does not tell.
    """
    own = mapped = 0
    while not until():
        for place in _family(process_id):
            with contextlib.suppress(OSError):
                own = max(own, _bytes_of("RssAnon", place / "status") or 0)
                mapped = max(mapped, _bytes_of("VmRSS", place / "status") or 0)
        time.sleep(every)
    return (own, mapped) if own else None


def _family(process_id: int) -> Iterator[Path]:
    """Give the process and all that were started by it."""
    place = Path(f"/proc/{process_id}")
    with contextlib.suppress(OSError):
        lists = [thread / "children" for thread in (place / "task").iterdir()]
        children = [int(child) for one in lists for child in one.read_text().split()]
        yield place
        for child in children:
            yield from _family(child)


def resident_bytes(process_id: int) -> int | None:
    """Return the resident memory of another process; None where the system does not tell."""
    status = Path(f"/proc/{process_id}/status")
    return _bytes_of("VmRSS", status) if status.exists() else None


def _owner(array: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    while isinstance(array.base, np.ndarray):
        array = array.base
    return array


def _parts(item: object) -> Iterator[object]:
    if isinstance(item, Mapping):
        yield from item.values()
    elif isinstance(item, (tuple, list, set, frozenset)):
        yield from item
    yield from getattr(item, "__dict__", {}).values()
    for cls in type(item).__mro__:
        for name in getattr(cls, "__slots__", ()):
            if hasattr(item, name):
                yield getattr(item, name)


def _status(name: str) -> int | None:
    if not (STATUS.exists() and os.access(RESET, os.W_OK)):
        return None
    return _bytes_of(name, STATUS)


def _bytes_of(name: str, status: Path) -> int | None:
    found = re.search(rf"{name}:\s+(\d+) kB", status.read_text(encoding="utf-8"))
    return int(found.group(1)) * 1024 if found else None
