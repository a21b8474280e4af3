"""Differences of two shares: of the same inputs (paired), or of others; exact tests, and many."""

from __future__ import annotations

from collections.abc import Callable
from statistics import NormalDist

import numpy as np
import numpy.typing as npt
from scipy.special import gammaln

from evalcore.arrays import BoolArray, FloatArray
from evalcore.measures.binomial import upper_tail
from evalcore.measures.intervals import Interval, wilson

__all__ = [
    "discoveries",
    "fisher_p_value",
    "fisher_upper_tail",
    "mcnemar_p_value",
    "paired_interval",
    "square_and_add",
    "unpaired_interval",
]

NEGLIGIBLE = 1e-17
HALVINGS = 60


def mcnemar_p_value(only_left: npt.ArrayLike, only_right: npt.ArrayLike) -> FloatArray:
    """Return the exact two-sided p-value of McNemar's test.

    Parameters
    ----------
    only_left, only_right : array-like of whole numbers, of one shape
        Inputs on which only one of the two sides succeeds.

    Notes
    -----
    Q. McNemar (1947). The smaller of the two counts is binomial with a chance of one half.

    Examples
    --------
    >>> mcnemar_p_value([1, 5, 0], [7, 5, 0]).round(5).tolist()
    [0.07031, 1.0, 1.0]
    """
    c, b = np.asarray(only_left, np.int64), np.asarray(only_right, np.int64)
    return np.minimum(1.0, 2 * upper_tail(np.maximum(b, c), b + c, 0.5))


def paired_interval(
    only_left: npt.ArrayLike,
    only_right: npt.ArrayLike,
    n: npt.ArrayLike,
    *,
    confidence: float = 0.95,
) -> Interval:
    """Return the score interval of a difference of shares, right minus left, of the same inputs.

    Parameters
    ----------
    only_left, only_right, n : array-like of whole numbers, of one shape
        Inputs on which only one side succeeds, and all inputs.

    Returns
    -------
    Interval
        Of that shape, within [-1, 1]; NaN without inputs. It has a width even where the two sides
        agree on every input.

    Notes
    -----
    T. Tango (1998), "Equivalence test and confidence interval for the difference in proportions
    for the paired-sample design", Statistics in Medicine 17.

    Examples
    --------
    >>> interval = paired_interval([7], [1], [21])
    >>> interval.low.round(3).tolist(), interval.high.round(3).tolist()
    ([-0.517], [-0.026])
    """
    b, c, total = (np.asarray(a, np.float64) for a in np.broadcast_arrays(only_right, only_left, n))
    safe = np.where(total > 0, total, 1.0)
    z = NormalDist().inv_cdf((1 + confidence) / 2)
    estimate = (b - c) / safe

    def excess(delta: FloatArray) -> FloatArray:
        return (b - c - safe * delta) - z * np.sqrt(_null_variance(b, c, safe, delta))

    def shortfall(delta: FloatArray) -> FloatArray:
        return -((b - c - safe * delta) + z * np.sqrt(_null_variance(b, c, safe, delta)))

    low = _root(excess, inside=estimate, outside=np.full(estimate.shape, -1.0))
    high = _root(shortfall, inside=estimate, outside=np.full(estimate.shape, 1.0))
    defined = total > 0
    return Interval(low=np.where(defined, low, np.nan), high=np.where(defined, high, np.nan))


def unpaired_interval(
    left: tuple[npt.ArrayLike, npt.ArrayLike],
    right: tuple[npt.ArrayLike, npt.ArrayLike],
    *,
    confidence: float = 0.95,
) -> Interval:
    """Return the interval of a difference of shares, right minus left, of different inputs.

    Parameters
    ----------
    left, right
        Successes and trials of each side.

    Notes
    -----
    R. G. Newcombe (1998), "Interval estimation for the difference between independent
    proportions", Statistics in Medicine 17, method 10.

    Examples
    --------
    >>> interval = unpaired_interval(([48], [80]), ([56], [70]))
    >>> interval.low.round(4).tolist(), interval.high.round(4).tolist()
    ([0.0524], [0.3339])
    """
    sides = [np.asarray(k, np.float64) / np.maximum(n, 1) for k, n in (left, right)]
    first, second = (wilson(k, n, confidence=confidence) for k, n in (left, right))
    return square_and_add(sides[0], first, sides[1], second)


def square_and_add(
    left: FloatArray, left_interval: Interval, right: FloatArray, right_interval: Interval
) -> Interval:
    """Return the interval of right minus left from an interval of each; they count as independent.

    Where the two rise and fall together, as on the same inputs, it is wider than it need be.
    """
    difference = right - left
    below = np.hypot(right - right_interval.low, left_interval.high - left)
    above = np.hypot(right_interval.high - right, left - left_interval.low)
    return Interval(low=difference - below, high=difference + above)


def fisher_upper_tail(
    hits: npt.ArrayLike, drawn: npt.ArrayLike, marked: npt.ArrayLike, total: npt.ArrayLike
) -> FloatArray:
    """Return the chance of so many marked ones or more among those drawn; the arguments broadcast.

    Fisher's exact test, one-sided: of ``total`` inputs ``marked`` have a property, ``drawn`` are
    taken without regard to it, and ``hits`` of these have it.

    Notes
    -----
    The first term by logarithms of factorials, the others by their ratios. On the near side of the
    mean the complement is summed.

    Examples
    --------
    >>> fisher_upper_tail([3, 1], 4, 4, 8).round(6).tolist()
    [0.242857, 0.985714]
    """
    k, n, m, everything = (
        np.asarray(a, np.float64).ravel() for a in np.broadcast_arrays(hits, drawn, marked, total)
    )
    shape = np.broadcast_shapes(*map(np.shape, (hits, drawn, marked, total)))
    least, most = np.maximum(0, n + m - everything), np.minimum(n, m)
    result = np.where(k <= least, 1.0, 0.0)
    inside = (k > least) & (k <= most)
    far = inside & (k * np.maximum(everything, 1) > n * m)
    result[far] = _far_tail(k[far], n[far], m[far], everything[far])
    near = inside & ~far
    # so few: as many of the unmarked ones, among those drawn, as that leaves room for
    result[near] = 1 - _far_tail(
        n[near] - k[near] + 1, n[near], everything[near] - m[near], everything[near]
    )
    return np.clip(result, 0.0, 1.0).reshape(shape)


def fisher_p_value(
    hits: npt.ArrayLike, drawn: npt.ArrayLike, marked: npt.ArrayLike, total: npt.ArrayLike
) -> FloatArray:
    """Return twice the smaller tail of Fisher's exact test, at most 1; see the upper tail."""
    up = fisher_upper_tail(hits, drawn, marked, total)
    missed = np.asarray(drawn) - np.asarray(hits)
    down = fisher_upper_tail(missed, drawn, np.asarray(total) - np.asarray(marked), total)
    return np.minimum(1.0, 2 * np.minimum(up, down))


def discoveries(
    p_values: npt.ArrayLike, *, rate: float = 0.05, n_tests: int | None = None
) -> BoolArray:
    """Tell which p-values are discoveries at a false discovery rate.

    Parameters
    ----------
    p_values : array-like of shape (n,)
        NaN where nothing could be tested; such a row is no test and no discovery.
    rate
        Of all that is called a discovery, at most this share is expected to be chance.
    n_tests
        How many tests there were, when those without any hope were left out beforehand.

    Notes
    -----
    Y. Benjamini, Y. Hochberg (1995), "Controlling the false discovery rate".

    Examples
    --------
    >>> discoveries([0.01, 0.04, 0.5, 0.02]).tolist()
    [True, False, False, True]
    """
    p = np.asarray(p_values, dtype=np.float64)
    tested = np.flatnonzero(~np.isnan(p))
    found = np.zeros(p.size, dtype=bool)
    order = tested[np.argsort(p[tested], kind="stable")]
    limit = rate * np.arange(1, order.size + 1) / max(n_tests or order.size, 1)
    passed = np.flatnonzero(p[order] <= limit)
    if passed.size:
        found[order[: passed[-1] + 1]] = True
    return found


def _null_variance(b: FloatArray, c: FloatArray, n: FloatArray, delta: FloatArray) -> FloatArray:
    """Return the variance of b - c if the true difference of the shares is delta."""
    linear = -b - c + (2 * n - b + c) * delta
    constant = -c * delta * (1 - delta)
    root = np.sqrt(np.maximum(linear * linear - 8 * n * constant, 0.0))
    only_left = (root - linear) / (4 * n)
    return np.asarray(n * np.maximum(2 * only_left + delta * (1 - delta), 0.0))


def _root(
    function: Callable[[FloatArray], FloatArray], *, inside: FloatArray, outside: FloatArray
) -> FloatArray:
    """Return where a function changes sign: at most 0 inside, and above 0 outside if it does."""
    for _ in range(HALVINGS):
        middle = (inside + outside) / 2
        beyond = function(middle) > 0
        inside, outside = np.where(beyond, inside, middle), np.where(beyond, middle, outside)
    return (inside + outside) / 2


def _far_tail(k: FloatArray, n: FloatArray, m: FloatArray, total: FloatArray) -> FloatArray:
    """Sum the terms from k up, for k above the mean."""
    first = np.exp(_log_choose(m, k) + _log_choose(total - m, n - k) - _log_choose(total, n))
    term, sums = np.ones(k.size), np.ones(k.size)
    active, step = np.arange(k.size), 0
    while active.size:
        here = k[active] + step
        up = (m[active] - here) * (n[active] - here)
        down = (here + 1) * (total[active] - m[active] - n[active] + here + 1)
        term = term * up / np.maximum(down, 1)
        sums[active] += term
        step += 1
        if step % 8 == 0:
            going = term > NEGLIGIBLE * sums[active]
            active, term = active[going], term[going]
    return np.minimum(1.0, first * sums)


def _log_choose(n: FloatArray, k: FloatArray) -> FloatArray:
    return np.asarray(gammaln(n + 1) - gammaln(k + 1) - gammaln(n - k + 1))
