"""One writer at a time per file: a thread lock in the process, a lock file between processes.

SQLite has locks of its own, but a waiting writer polls them with growing pauses, so that some wait
far longer than others; and no checkpoint may run beside a write (a bug of SQLite before 3.51.3).
"""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from evalcore.errors import StoreUnavailable

if sys.platform == "win32":
    import msvcrt

    def _try_lock(file: IO[bytes]) -> None:
        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
else:
    import fcntl

    def _try_lock(file: IO[bytes]) -> None:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)


__all__ = ["FileLock"]

_PAUSE = 0.002
_in_process: dict[Path, threading.Lock] = {}
_registry = threading.Lock()


class FileLock:
    """The right to write to one file, among all threads and processes of this machine."""

    def __init__(self, path: Path, *, wait: float) -> None:
        self.path = path
        self.wait = wait
        self.lock_path = path.with_name(path.name + ".lock")
        with _registry:
            self._thread_lock = _in_process.setdefault(path, threading.Lock())

    @contextmanager
    def held(self) -> Iterator[None]:
        """Hold the lock.

        Raises
        ------
        StoreUnavailable
            When others have held it all the time that this one waits.
        OSError
            When the lock file cannot be made.
        """
        until = time.monotonic() + self.wait
        if not self._thread_lock.acquire(timeout=self.wait):
            raise self._locked()
        try:
            # opened anew each time: a lock dies with its process, and with this file
            with self.lock_path.open("ab") as file:
                self._acquire(file, until)
                yield
        finally:
            self._thread_lock.release()

    def _acquire(self, file: IO[bytes], until: float) -> None:
        while True:
            try:
                _try_lock(file)
            except OSError:
                if time.monotonic() >= until:
                    raise self._locked() from None
                time.sleep(_PAUSE)
            else:
                return

    def _locked(self) -> StoreUnavailable:
        return StoreUnavailable(
            f"{self.path}: others were writing to it for {self.wait:g} seconds. Nothing was saved. "
            "Hint: save again; if it stays so, look which program holds the file."
        )
