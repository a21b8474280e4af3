"""How far a long piece of work has come, and the way to stop it.

The work calls :func:`report` now and then; whoever wants to know wraps the work in
:func:`watching`. The watcher is bound to the thread, so that the work's own signature stays as it
is, and nobody who does not watch pays for it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

__all__ = ["Watcher", "report", "section", "watching"]

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
    ...     report(1, of=4)
    >>> report(2, of=4)  # nobody watches
    >>> seen
    [0.25]
    """
    token = _watcher.set(watcher)
    try:
        yield
    finally:
        _watcher.reset(token)


def report(done: float, *, of: float) -> None:
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
def section(start: float, end: float) -> Iterator[None]:
    """Let the work of this block count as a part of the whole.

    Parameters
    ----------
    start, end
        The shares of the whole at which the block begins and ends.

    Examples
    --------
    >>> seen = []
    >>> with watching(seen.append):
    ...     with section(0.5, 1.0):
    ...         report(1, of=2)
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
