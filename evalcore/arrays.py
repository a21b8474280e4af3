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
    "sorted_together",
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
    pairs = _ordered_bits(values.astype(np.float32)).astype(np.uint64)
    pairs <<= np.uint64(32)
    pairs |= np.arange(values.size, dtype=np.uint64)
    pairs.sort()
    pairs &= np.uint64(2**32 - 1)
    return pairs.astype(np.intp)


def sorted_together(
    values: ScoreArray,
    codes: npt.NDArray[np.uint8],
    *,
    n_codes: int,
    out: ScoreArray | None = None,
) -> tuple[ScoreArray, npt.NDArray[np.uint8]]:
    """Return values in ascending order and the code of each; NaN is not among them.

    Value and code are sorted as one whole number, as wide as the value alone: the values of some
    powers of two below the highest one leave enough bits free. The few below these are sorted by
    themselves, and many of them as wider numbers.

    Parameters
    ----------
    codes : ndarray of the values' shape, uint8
        Below ``n_codes``.
    out
        Of the values' shape and dtype: memory that the ascending values may be returned in.

    Examples
    --------
    >>> values, codes = np.array([0.5, -1, 0.25]), np.array([7, 2, 9], dtype=np.uint8)
    >>> [column.tolist() for column in sorted_together(values, codes, n_codes=10)]
    [[-1.0, 0.25, 0.5], [2, 9, 7]]
    """
    if not values.size:
        return values, codes
    n_bits = (n_codes - 1).bit_length()
    is_signed = bool(values.min() < 0)
    keys = _ordered_bits(values, is_signed=is_signed, out=out)
    floor = _lowest_with_room(keys, n_bits)
    low = np.flatnonzero(keys < floor)
    if 2 * low.size > keys.size and keys.itemsize == 4:
        keys, low = keys.astype(np.uint64), low[:0]
        floor = keys.dtype.type(0)
    if 2 * low.size > keys.size:
        order = np.argsort(values)
        return values[order], codes[order]
    keys -= floor
    keys <<= keys.dtype.type(n_bits)
    keys |= codes
    keys[low] = 0  # they come first, where they are put in order in the end
    keys.sort()
    found = keys.astype(np.uint8) & np.uint8((1 << n_bits) - 1)
    keys >>= keys.dtype.type(n_bits)
    keys += floor
    ascending = _of_ordered_bits(keys, values.dtype, is_signed=is_signed)
    if low.size:
        here = slice(low.size)
        ascending[here], found[here] = sorted_together(values[low], codes[low], n_codes=n_codes)
    return ascending, found


def _lowest_with_room(keys: npt.NDArray[Any], n_bits: int) -> Any:  # noqa: ANN401 - a key
    """Return the lowest number whose distance from the highest key leaves so many bits free."""
    room = 1 << (8 * keys.itemsize - n_bits)
    return keys.dtype.type(max(0, int(keys.max()) + 1 - room))


def _ordered_bits(
    values: ScoreArray, *, is_signed: bool = True, out: ScoreArray | None = None
) -> npt.NDArray[Any]:
    """Return whole numbers of at least 32 bits that are in order as the numbers are."""
    # -0.0 and 0.0 are one score
    bits = np.add(values, values.dtype.type(0), out=out).view(f"u{values.itemsize}")
    if is_signed:
        _turn(bits, bits.view(f"i{bits.itemsize}").copy())
    return bits if bits.itemsize > 2 else bits.astype(np.uint32)


def _of_ordered_bits(
    keys: npt.NDArray[Any], dtype: np.dtype[Any], *, is_signed: bool
) -> ScoreArray:
    bits = keys.astype(f"u{dtype.itemsize}", copy=False)
    if is_signed:
        _turn(bits, ~bits.view(f"i{bits.itemsize}"))
    return bits.view(dtype)


def _turn(bits: npt.NDArray[Any], signs: npt.NDArray[Any]) -> None:
    """Turn all bits where the sign is negative, elsewhere the first one; signs are used up."""
    n_bits = 8 * bits.itemsize
    signs >>= signs.dtype.type(n_bits - 1)
    turned = signs.view(bits.dtype)
    turned |= bits.dtype.type(1 << (n_bits - 1))
    bits ^= turned


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
