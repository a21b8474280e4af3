"""A property that is computed once, whichever thread asks first."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Generic, TypeVar, cast

__all__ = ["once"]

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
