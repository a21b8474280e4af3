"""Tests in a fixed order: each that is rejected hands its error on to the next one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from evalcore.arrays import BoolArray, IntArray

__all__ = ["Stretch", "reject_in_order"]

FIRST_BLOCK = 128


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """Tests one after another that are all rejected, each at the same error."""

    first: int
    last: int
    error: float

    def __contains__(self, test: int) -> bool:
        return self.first <= test <= self.last


def reject_in_order(
    are_rejected: Callable[[int, int, float], tuple[IntArray, BoolArray]],
    *,
    starts: Sequence[tuple[int, float]],
    stop: int,
) -> tuple[Stretch, ...]:
    """Test a fixed sequence of hypotheses by the fallback procedure.

    Parameters
    ----------
    are_rejected
        Returns the numbers of the tests from the first to below the second number, and whether
        their p-values are at most the third. Asked for no further than the tests go.
    starts
        Number of a test and its own part of the error, ascending. Each hands what it had to the
        next test when it is rejected, and keeps it when it is not. With one start alone, this is
        plain fixed-sequence testing.
    stop
        Number after the last test.

    Returns
    -------
    tuple of Stretch
        What is rejected. A true hypothesis is among it with a probability of at most the sum of
        the starts' errors.
    """
    found, handed_on = [], 0.0
    ends = [*(first for first, _ in starts[1:]), stop][: len(starts)]
    for (first, own), end in zip(starts, ends, strict=True):
        error = own + handed_on
        last, is_whole = _while_rejected(are_rejected, first, end, error=error)
        if last is not None:
            found.append(Stretch(first=first, last=last, error=error))
        handed_on = error if is_whole else 0.0
    return tuple(found)


def _while_rejected(
    are_rejected: Callable[[int, int, float], tuple[IntArray, BoolArray]],
    first: int,
    end: int,
    *,
    error: float,
) -> tuple[int | None, bool]:
    """Return the last test that is rejected before one is not, and whether none is not."""
    last, size = None, FIRST_BLOCK
    while first < end:
        tests, rejected = are_rejected(first, min(end, first + size), error)
        failed = np.flatnonzero(~rejected)
        n_rejected = int(failed[0]) if failed.size else tests.size
        if n_rejected:
            last = int(tests[n_rejected - 1])
        if failed.size:
            return last, False
        first, size = first + size, 4 * size
    return last, True
