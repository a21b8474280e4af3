"""Names for the array types that the core passes around."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import numpy.typing as npt

__all__ = [
    "BoolArray",
    "FloatArray",
    "IntArray",
    "ScoreArray",
    "TextArray",
    "grouped_order",
    "is_among",
    "places_between",
    "stable_order",
    "text_column",
]

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]
ScoreArray = npt.NDArray[np.floating[Any]]
"""Scores in the precision they arrived in: float16, float32 or float64."""
TextArray = npt.NDArray[np.object_]
"""One Python string per input."""


def text_column(values: Iterable[Any]) -> TextArray:
    """Return values as one column, as they are; NumPy would measure, cut or unpack them.

    Examples
    --------
    >>> text_column(["dog", None]).tolist()
    ['dog', None]
    """
    return np.array([*values, None], dtype=object)[:-1]


def grouped_order(keys: npt.NDArray[np.integer[Any]]) -> npt.NDArray[np.intp]:
    """Return the positions that put equal keys together, from 0 on; each group as it comes."""
    # numpy sorts whole numbers of 16 bits by radix
    narrow = keys.astype(np.uint16) if keys.max(initial=0) < 2**16 else keys
    return np.argsort(narrow, kind="stable")


def stable_order(values: ScoreArray) -> npt.NDArray[np.intp]:
    """Return the positions that sort values, equal ones as they come; NaN is not among them.

    As ``argsort(kind="stable")`` does. Numbers of 32 bits and fewer are sorted together with their
    positions as whole numbers of 64 bits, for which processors have instructions.

    Examples
    --------
    >>> stable_order(np.array([0.5, -1.0, 0.5, -0.0, 0.0], dtype=np.float32)).tolist()
    [1, 3, 4, 0, 2]
    """
    if values.dtype.itemsize > 4:
        return np.argsort(values, kind="stable")
    bits = (values.astype(np.float32) + np.float32(0)).view(np.uint32)  # -0.0 and 0.0 are one score
    # in the order of the numbers: of negative ones all bits turned, of others the first one
    bits ^= (bits.view(np.int32) >> 31).view(np.uint32) | np.uint32(1 << 31)
    pairs = bits.astype(np.uint64)
    pairs <<= np.uint64(32)
    pairs |= np.arange(values.size, dtype=np.uint64)
    pairs.sort()
    pairs &= np.uint64(2**32 - 1)
    return pairs.astype(np.intp)


def places_between(first: IntArray, stop: IntArray) -> IntArray:
    """Return the places from ``first[k]`` up to ``stop[k]`` for each k, one after another.

    Examples
    --------
    >>> places_between(np.array([4, 7, 0]), np.array([6, 7, 2])).tolist()
    [4, 5, 0, 1]
    """
    sizes = stop - first
    if not sizes.all():
        first, stop, sizes = (values[sizes > 0] for values in (first, stop, sizes))
    if not sizes.size:
        return np.zeros(0, dtype=np.intp)
    ends = np.cumsum(sizes)
    # np.repeat is slow on many short runs: go through them step by step, with leaps between
    steps = np.ones(int(ends[-1]), dtype=np.intp)
    steps[0] = first[0]
    steps[ends[:-1]] = first[1:] - stop[:-1] + 1
    return np.cumsum(steps, out=steps)


def is_among(values: IntArray, ascending: IntArray) -> BoolArray:
    """Tell which values occur among others; shape of the values."""
    if not ascending.size:
        return np.zeros(values.shape, dtype=bool)
    place = np.minimum(np.searchsorted(ascending, values), ascending.size - 1)
    return np.asarray(ascending[place] == values)
