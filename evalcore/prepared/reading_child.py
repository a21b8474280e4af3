"""The program that reads a run and leaves it prepared: see :mod:`evalcore.prepared.apart`.

``python -m evalcore.prepared.reading_child BYTES CACHE RUN`` says how far it is in lines of JSON.
"""

from __future__ import annotations

import contextlib
import json
import os
import sys
import time
from collections.abc import Mapping
from pathlib import Path

from evalcore.base.jobs import watching
from evalcore.errors import WorkshopError
from evalcore.prepared.opening import open_prepared
from evalcore.readers.tables.limits import room

EVERY = 0.2
"""Seconds between two words on how far it is."""
MOST = 0.99
"""The share that is said before all is written."""


def main(n_bytes: int, cache: Path, path: Path) -> None:
    """Read and prepare a run."""
    _limit(n_bytes)
    said_at = 0.0

    def watch(share: float) -> None:
        nonlocal said_at
        if time.monotonic() - said_at > EVERY:
            said_at = time.monotonic()
            _say({"done": min(share, MOST)})

    try:
        with watching(watch), room(n_bytes):
            open_prepared(path, cache=cache, least_scores=1)
    except WorkshopError as error:
        _say({"error": str(error)})
    except MemoryError:
        msg = (
            f"{path.name}: reading this takes more than the {n_bytes / 2**20:,.0f} MB of memory "
            "that reading may take. Hint: evaluate a sample, or start the app with "
            "`-- --read-memory 8` (GB)."
        )
        _say({"error": msg})
    else:
        _say({"done": 1})


def _say(what: Mapping[str, object]) -> None:
    sys.stdout.write(json.dumps(what) + "\n")
    sys.stdout.flush()


def _limit(n_bytes: int) -> None:
    """Take no more memory than agreed, where the system has a say, and the processor last."""
    with contextlib.suppress(ImportError, AttributeError, OSError, ValueError):
        os.nice(5)
        import resource  # noqa: PLC0415 - Windows has none

        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
        most = pages * os.sysconf("SC_PAGE_SIZE") + n_bytes
        resource.setrlimit(resource.RLIMIT_AS, (most, most))


if __name__ == "__main__":
    main(int(sys.argv[1]), Path(sys.argv[2]), Path(sys.argv[3]))
