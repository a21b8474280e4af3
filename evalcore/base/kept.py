"""What is computed once and kept: a property for good, and of many questions the last few."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any, Generic, TypeVar, cast

__all__ = ["Lately", "once"]

K = TypeVar("K")
T = TypeVar("T")


class once(Generic[T]):  # noqa: N801 - reads as the decorator that it is
    """A property computed once per object, under the object's own lock.

    ``functools.cached_property`` will not do: since Python 3.12 every waiting thread computes
    again, and before that one lock served all objects of the class.
    """

    def __init__(self, compute: Callable[[Any], T]) -> None:
        self.compute, self.name = compute, compute.__name__
        self.__doc__ = compute.__doc__

    def __get__(self, owner: Any, kind: object = None) -> T:  # noqa: ANN401
        if owner is None:
            return self  # type: ignore[return-value]
        with owner._lock:  # noqa: SLF001
            if self.name not in vars(owner):
                vars(owner)[self.name] = self.compute(owner)
            return cast("T", vars(owner)[self.name])


class Lately(Generic[K, T]):
    """The answers to the last few questions; safe to share between threads.

    What is not there is computed under no lock: whoever asks something else does not wait for it.

    Examples
    --------
    >>> lately = Lately[int, int](2)
    >>> [lately.get(n, lambda n=n: print(n) or n) for n in (1, 2, 1, 3, 2)]
    1
    2
    3
    2
    [1, 2, 1, 3, 2]
    """

    def __init__(self, n_kept: int) -> None:
        self._n_kept, self._kept = n_kept, dict[K, T]()
        self._lock = threading.Lock()

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self._n_kept,)

    def get(self, asked: K, compute: Callable[[], T]) -> T:
        """Return what is kept of a question, or computed now; it is then the youngest."""
        with self._lock:
            if asked in self._kept:
                self._kept[asked] = found = self._kept.pop(asked)
                return found
        found = compute()
        with self._lock:
            self._kept[asked] = found
            if len(self._kept) > self._n_kept:
                del self._kept[next(iter(self._kept))]
        return found
