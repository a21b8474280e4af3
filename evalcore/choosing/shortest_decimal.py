"""The shortest decimal of an interval of thresholds, in the precision of the scores."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from evalcore.arrays import BoolArray, FloatArray, ScoreArray
from evalcore.counting.rules import Operator

__all__ = ["lies_inside", "shortest_decimal"]

POWERS = range(-22, 23)
"""10 to these is exact in float64, so that a quotient by it is the decimal's own float64."""
LARGEST_WHOLE = 2.0**53


def lies_inside(
    threshold: npt.ArrayLike, low: ScoreArray, high: ScoreArray, *, operator: Operator
) -> BoolArray:
    """Tell whether thresholds, rounded to the dtype of ``low``, lie in their intervals.

    Under ``>`` an interval is [low, high): scores of ``high`` and above are predicted. Under
    ``>=`` it is (low, high].
    """
    with np.errstate(over="ignore"):
        rounded = np.asarray(threshold, dtype=np.float64).astype(low.dtype)
    if operator == ">":
        return (low <= rounded) & (rounded < high)
    return (low < rounded) & (rounded <= high)


def shortest_decimal(
    low: npt.ArrayLike, high: npt.ArrayLike, *, dtype: npt.DTypeLike, operator: Operator = ">"
) -> FloatArray:
    """Return for each interval the decimal inside it that ends at the coarsest place.

    Of several such decimals the one nearest to the middle. Where one end is infinite, the one
    nearest to the other, no further from it than its distance from 0, or 1.

    Parameters
    ----------
    low, high : array-like of shape (n,)
        Ends that are scores, or infinite; low < high. See :func:`lies_inside` for which belongs.
    dtype
        Precision of the scores: a decimal is inside when it is after rounding to it.

    Returns
    -------
    ndarray of shape (n,), float64
        NaN where no finite number lies inside.

    Examples
    --------
    >>> shortest_decimal([0.31, 0.1, 0.97], [0.38, 0.3, np.inf], dtype=np.float64).tolist()
    [0.34, 0.2, 1.0]
    >>> shortest_decimal([0.29], [0.3], dtype=np.float32, operator=">=").tolist()
    [0.3]
    """
    with np.errstate(over="ignore"):
        lows, highs = (np.atleast_1d(np.asarray(end)).astype(dtype) for end in (low, high))
    first, last = _reals(lows, highs, operator=operator)
    aim = np.where(np.isposinf(highs), first, _middle(first, last))
    aim = np.where(np.isneginf(lows), last, aim)
    result = np.full(lows.size, np.nan)
    waiting = np.flatnonzero(np.isfinite(first) & np.isfinite(last))
    for power in POWERS:
        found = _multiples(first[waiting], last[waiting], aim=aim[waiting], power=power)
        for candidate in found:
            open_ = waiting[np.isnan(result[waiting])]
            at = candidate[np.isnan(result[waiting])]
            fits = lies_inside(at, lows[open_], highs[open_], operator=operator)
            result[open_[fits]] = at[fits]
        waiting = waiting[np.isnan(result[waiting])]
        if waiting.size == 0:
            break
    for j in np.flatnonzero(np.isnan(result)):
        result[j] = _any_inside(lows[j : j + 1], highs[j : j + 1], operator=operator)
    # -0.0 is 0.0
    return result + 0.0


def _reals(
    lows: ScoreArray, highs: ScoreArray, *, operator: Operator
) -> tuple[FloatArray, FloatArray]:
    """Return the ends of the real numbers that round into each interval."""
    down, up = np.array(-np.inf, dtype=lows.dtype), np.array(np.inf, dtype=lows.dtype)
    with np.errstate(over="ignore", under="ignore"):
        first = lows if operator == ">" else np.nextafter(lows, up)
        last = np.nextafter(highs, down) if operator == ">" else highs
        before, after = np.nextafter(first, down), np.nextafter(last, up)
    begin = _middle(before.astype(np.float64), first.astype(np.float64))
    end = _middle(last.astype(np.float64), after.astype(np.float64))
    with np.errstate(invalid="ignore", over="ignore"):
        cut_low = end - np.maximum(1, np.abs(end))
        cut_high = begin + np.maximum(1, np.abs(begin))
    open_low, open_high = np.isneginf(lows), np.isposinf(highs)
    both = open_low & open_high
    first_real = np.where(both, 0.0, np.where(open_low, cut_low, begin))
    last_real = np.where(both, 0.0, np.where(open_high, cut_high, end))
    return first_real, last_real


def _middle(low: FloatArray, high: FloatArray) -> FloatArray:
    with np.errstate(invalid="ignore", over="ignore"):
        return np.where(np.isfinite(low) & np.isfinite(high), low / 2 + high / 2, high)


def _multiples(
    first: FloatArray, last: FloatArray, *, aim: FloatArray, power: int
) -> list[FloatArray]:
    """Return multiples of 10 ** -power near the aim that may lie inside, best first."""
    scale = 10.0 ** abs(power)

    def count(value: FloatArray) -> FloatArray:
        return value * scale if power >= 0 else value / scale

    def value(steps: FloatArray) -> FloatArray:
        return steps / scale if power >= 0 else steps * scale

    with np.errstate(over="ignore", invalid="ignore"):
        low, high = count(first), count(last)
        slack = 4 * np.spacing(np.maximum(np.abs(low), np.abs(high)))
        low, high = np.ceil(low - slack), np.floor(high + slack)
        nearest = np.clip(np.rint(count(aim)), low, np.maximum(low, high))
        possible = (low <= high) & (np.abs(nearest) < LARGEST_WHOLE)
        return [
            np.where(possible & (low <= steps) & (steps <= high), value(steps), np.nan)
            for steps in (nearest, nearest + 1, nearest - 1)
        ]


def _any_inside(low: ScoreArray, high: ScoreArray, *, operator: Operator) -> float:
    """Return a number inside one interval, where 22 places are not enough for a decimal."""
    info = np.finfo(low.dtype)
    after = np.nextafter(low, info.max)
    before = np.nextafter(high, info.min)
    ends = (low, before) if operator == ">" else (high, after)
    for candidate in (*(float(end[0]) for end in ends), 1e300, -1e300):
        inside = lies_inside([candidate], low, high, operator=operator)[0]
        if math.isfinite(candidate) and inside:
            return candidate
    return math.nan
