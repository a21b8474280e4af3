"""Long pieces of work: in the background, with their progress, shared by all who want the result.

The work calls :func:`report_progress` now and then; whoever wants to know wraps the work in
:func:`watching`. The watcher is bound to the thread, so that the work's own signature stays as it
is, and nobody who does not watch pays for it.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Generic, TypeVar

from evalcore.errors import CancelledError, WorkshopError

__all__ = ["Job", "Jobs", "Watcher", "progress_section", "report_progress", "watching"]

T = TypeVar("T")
Watcher = Callable[[float], None]
"""Is given the share that is done, 0 to 1; raises :class:`evalcore.errors.CancelledError`."""

_watcher: ContextVar[Watcher | None] = ContextVar("progress_watcher", default=None)


@contextmanager
def watching(watcher: Watcher) -> Iterator[None]:
    """Let a watcher see the work of this block, in this thread.

    Examples
    --------
    >>> seen = []
    >>> with watching(seen.append):
    ...     report_progress(1, of=4)
    >>> report_progress(2, of=4)  # nobody watches
    >>> seen
    [0.25]
    """
    token = _watcher.set(watcher)
    try:
        yield
    finally:
        _watcher.reset(token)


def report_progress(done: float, *, of: float) -> None:
    """Tell the watcher how much is done.

    Raises
    ------
    CancelledError
        When the watcher wants the work to stop; nothing of it is kept.
    """
    watcher = _watcher.get()
    if watcher is not None:
        watcher(min(1.0, done / of) if of > 0 else 1.0)


@contextmanager
def progress_section(start: float, end: float) -> Iterator[None]:
    """Let the work of this block count as a part of the whole.

    Parameters
    ----------
    start, end
        The shares of the whole at which the block begins and ends.

    Examples
    --------
    >>> seen = []
    >>> with watching(seen.append):
    ...     with progress_section(0.5, 1.0):
    ...         report_progress(1, of=2)
    >>> seen
    [0.75, 1.0]
    """
    outer = _watcher.get()
    if outer is None:
        yield
        return
    with watching(lambda share: outer(start + (end - start) * share)):
        yield
    outer(end)


class Job(Generic[T]):
    """Work in a thread of its own.

    Parameters
    ----------
    work
        Calls :func:`report_progress` now and then, at which it can be cancelled.
    """

    def __init__(self, work: Callable[[], T]) -> None:
        self.share_done = 0.0
        self.error: BaseException | None = None
        self._work = work
        self._result: list[T] = []
        self._stop = threading.Event()
        self._ended = threading.Event()
        self._waiting: set[Hashable] = set()

    def start(self) -> None:
        """Start the work; call once."""
        threading.Thread(target=self._run, name="workshop-job", daemon=True).start()

    @property
    def has_ended(self) -> bool:
        """True when the work is done, has failed or was cancelled."""
        return self._ended.is_set()

    @property
    def was_cancelled(self) -> bool:
        """True when the work was stopped, or will be at its next report."""
        return self._stop.is_set()

    def join(self, who: Hashable) -> None:
        """Note who waits for the result."""
        self._waiting.add(who)

    def leave(self, who: Hashable) -> None:
        """Wait no longer; when nobody else does, the work is stopped."""
        self._waiting.discard(who)
        if not self._waiting:
            self._stop.set()

    def wait(self, seconds: float | None = None) -> bool:
        """Wait for the end and tell whether it has come."""
        return self._ended.wait(seconds)

    def result(self) -> T:
        """Wait for the end and return what was made.

        Raises
        ------
        WorkshopError
            What the work raised.
        """
        self._ended.wait()
        if self.error is not None:
            raise self.error.with_traceback(None)
        return self._result[0]

    def _run(self) -> None:
        try:
            with watching(self._watch):
                self._result.append(self._work())
        except BaseException as error:  # noqa: BLE001 - raised again where the result is wanted
            # The traceback would keep alive what was read so far.
            self.error = error.with_traceback(None) if isinstance(error, WorkshopError) else error
        finally:
            self.share_done = 1.0
            self._ended.set()

    def _watch(self, share: float) -> None:
        if self._stop.is_set():
            msg = "Reading was cancelled."
            raise CancelledError(msg)
        self.share_done = max(self.share_done, share)


class Jobs(Generic[T]):
    """Jobs by key: the same key is worked on once, and its result kept while there is room.

    Parameters
    ----------
    kept
        How many ended jobs are kept, the last used ones.
    """

    def __init__(self, *, kept: int) -> None:
        self._kept = kept
        self._jobs: OrderedDict[Hashable, Job[T]] = OrderedDict()
        self._lock = threading.Lock()

    def start(self, key: Hashable, work: Callable[[], T], *, again: bool = False) -> Job[T]:
        """Return the job of a key, started when there is none; one that was cancelled is none.

        Parameters
        ----------
        again
            Whether a job that failed is started anew.
        """
        with self._lock:
            job = self._jobs.get(key)
            if job is None or job.was_cancelled or (again and job.error is not None):
                job = self._jobs[key] = Job(work)
                job.start()
            self._jobs.move_to_end(key)
            self._trim()
            return job

    def find(self, key: Hashable) -> Job[T] | None:
        """Return the job of a key, if there is one."""
        with self._lock:
            return self._jobs.get(key)

    def put(self, key: Hashable, result: T) -> None:
        """Keep a result that was made elsewhere."""
        job = Job(lambda: result)
        job._run()  # noqa: SLF001 - of this module, and done at once
        with self._lock:
            self._jobs[key] = job
            self._trim()

    def forget(self, key: Hashable) -> None:
        """Keep the result of a key no longer."""
        with self._lock:
            self._jobs.pop(key, None)

    def _trim(self) -> None:
        ended = [key for key, job in self._jobs.items() if job.has_ended]
        for key in ended[: max(0, len(ended) - self._kept)]:
            del self._jobs[key]
