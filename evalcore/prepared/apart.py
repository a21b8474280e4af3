"""Runs that take much memory to read are read by another process, which has a limit of its own.

It leaves the run prepared, and this process maps what was left. Whatever a file turns out to hold,
the server goes on.
"""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from evalcore.base.jobs import report_progress
from evalcore.counting.evaluation import Evaluation
from evalcore.errors import RunError
from evalcore.prepared.opening import open_prepared
from evalcore.readers.tables.limits import RoomError, room

__all__ = ["free_bytes", "open_apart"]

HERE = 512 * 2**20
"""What may be made of a file in this process."""
_PROGRAM = "evalcore.prepared.reading_child"


def open_apart(
    path: str | os.PathLike[str], *, cache: Path, n_bytes: int | None = None, here: int = HERE
) -> Evaluation:
    """Return the evaluation of a run, read by another process where it takes much memory.

    Parameters
    ----------
    path
        What :func:`evalcore.load_run` opens.
    cache
        The folder of prepared runs.
    n_bytes
        Memory that the other process may take; half of what is free when omitted.
    here
        Memory that may be taken here before the other process is asked.

    Raises
    ------
    RunError
        When the run cannot be read, or not in the memory there is.
    CancelledError
        When whoever waits for it does not want it any more.
    """
    most = free_bytes() // 2 if n_bytes is None else n_bytes
    try:
        with room(min(here, most)):
            return open_prepared(path, cache=cache)
    except RoomError:
        _read(Path(path), cache, most)
    # Mapped where it could be prepared; what cannot, such as images in a table, fits by now.
    with room(most):
        return open_prepared(path, cache=cache)


def free_bytes() -> int:
    """Return the memory that is free, or that of the machine where the system does not say."""
    with contextlib.suppress(OSError, ValueError, StopIteration):
        lines = Path("/proc/meminfo").read_text(encoding="ascii").splitlines()
        return next(int(line.split()[1]) * 1024 for line in lines if "MemAvailable" in line)
    try:
        return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (AttributeError, ValueError, OSError):
        return 8 * 2**30


def _read(path: Path, cache: Path, n_bytes: int) -> None:
    root = Path(__file__).resolve().parents[2]
    places = os.pathsep.join(filter(None, [str(root), os.environ.get("PYTHONPATH")]))
    child = subprocess.Popen(  # noqa: S603 - our own interpreter and program
        [sys.executable, "-m", _PROGRAM, str(n_bytes), str(cache), str(path)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={**os.environ, "PYTHONPATH": places},
    )
    with child:
        try:
            for line in child.stdout or ():
                if _is_end(json.loads(line)):
                    return
        finally:
            child.kill()
    msg = (
        f"{path.name}: reading it ended before it was done; it takes more than the "
        f"{n_bytes / 2**20:,.0f} MB of memory that reading may take. Hint: evaluate a sample, or "
        "start the app with `-- --read-memory 8` (GB)."
    )
    raise RunError(msg)


def _is_end(said: Mapping[str, Any]) -> bool:
    if "error" in said:
        raise RunError(said["error"])
    report_progress(said["done"], of=1)
    return bool(said["done"] >= 1)
