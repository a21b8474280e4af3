"""Exact binomial tails and the limits that follow from them, for up to millions of trials."""

from __future__ import annotations

import math
from statistics import NormalDist

import numpy as np
import numpy.typing as npt

from evalcore.arrays import FloatArray

__all__ = ["least_successes", "lower_limit", "trials_needed", "upper_limit", "upper_tail"]

NEGLIGIBLE = 1e-17
MOST_TRIALS = 10_000_000
EXACT_TRIALS = 20_000
_SMALL = 16
_STIRLING_ERRORS = np.array(
    [0.0]
    + [
        math.lgamma(n + 1) - (n + 0.5) * math.log(n) + n - math.log(2 * math.pi) / 2
        for n in range(1, _SMALL)
    ]
)


def upper_tail(
    successes: npt.ArrayLike,
    trials: npt.ArrayLike,
    probability: npt.ArrayLike,
    *,
    at_most: float = 1.0,
) -> FloatArray:
    """Return the probability of so many successes or more; the arguments are broadcast.

    Parameters
    ----------
    successes, trials : array-like of whole numbers
    probability : array-like
        Of one success, between 0 and 1.
    at_most
        A tail that exceeds this is not summed to its end: a number between this and the tail is
        returned. That saves most of the work where only small tails matter.

    Returns
    -------
    ndarray of float64
        To about nine digits for a million trials, more for fewer.

    Notes
    -----
    The first term by C. Loader (2000), "Fast and accurate computation of binomial probabilities";
    the others by their ratios, which are below 1 on the far side of the mean. On the near side the
    complement is summed.

    Examples
    --------
    >>> upper_tail([9, 10], 10, 0.5).round(6).tolist()
    [0.010742, 0.000977]
    """
    k, n, p = (
        array.astype(np.float64).ravel()
        for array in np.broadcast_arrays(successes, trials, probability)
    )
    shape = np.broadcast_shapes(np.shape(successes), np.shape(trials), np.shape(probability))
    result = np.where((k <= 0) | ((p >= 1) & (k <= n)), 1.0, 0.0)
    inside = (k > 0) & (k <= n) & (p > 0) & (p < 1)
    far = inside & (k > n * p)
    result[far] = _far_tail(k[far], n[far], p[far], at_most=at_most)
    near = inside & ~far
    # so many failures or more, one too many for k successes
    result[near] = 1 - _far_tail(n[near] - k[near] + 1, n[near], 1 - p[near])
    return result.reshape(shape)


def lower_limit(
    successes: npt.ArrayLike, trials: npt.ArrayLike, *, error: npt.ArrayLike
) -> FloatArray:
    """Return the share below which so many successes would be rarer than ``error``.

    The one-sided limit of Clopper and Pearson (1934), above the true share in at most ``error`` of
    all samples. NaN without trials.

    Examples
    --------
    >>> lower_limit([10, 0, 0], [10, 10, 0], error=0.05).round(4).tolist()
    [0.7411, 0.0, nan]
    """
    k, n, error_of = (
        array.astype(np.float64).ravel() for array in np.broadcast_arrays(successes, trials, error)
    )
    shape = np.broadcast_shapes(np.shape(successes), np.shape(trials), np.shape(error))
    result = np.where(n > 0, 0.0, np.nan)
    some = (k > 0) & (n > 0)
    result[some] = _root(k[some], n[some], error_of[some])
    return result.reshape(shape)


def upper_limit(
    successes: npt.ArrayLike, trials: npt.ArrayLike, *, error: npt.ArrayLike
) -> FloatArray:
    """Return the share above which so few successes would be rarer than ``error``."""
    failures = np.asarray(trials) - np.asarray(successes)
    return 1 - lower_limit(failures, trials, error=error)


def least_successes(
    trials: npt.ArrayLike, *, probability: float, error: float
) -> npt.NDArray[np.int64]:
    """Return the least number of successes whose upper tail is at most ``error``.

    One more than the trials where even success in all of them is too likely.

    Examples
    --------
    >>> least_successes([28, 29, 100], probability=0.9, error=0.05).tolist()
    [29, 29, 96]
    """
    n = np.asarray(trials, dtype=np.int64)
    low, high = np.zeros_like(n), n + 1
    while (open_ := high - low > 1).any():
        middle = (low + high) // 2
        enough = upper_tail(middle, n, probability, at_most=error) <= error
        low = np.where(open_ & ~enough, middle, low)
        high = np.where(open_ & enough, middle, high)
    return high


def trials_needed(
    rate: npt.ArrayLike, *, probability: npt.ArrayLike, error: npt.ArrayLike
) -> FloatArray:
    """Return about how many trials, at a rate of success, would show more than a probability.

    Returns
    -------
    ndarray of float64
        A number n such that n trials with a share ``rate`` of successes have an upper tail of at
        most ``error`` under ``probability``; beyond 20,000 by the normal approximation. NaN where
        the rate is not above the probability, or more than ten million would be needed.

    Examples
    --------
    >>> trials_needed([1.0, 0.95, 0.9], probability=0.9, error=0.05).tolist()
    [29.0, 129.0, nan]
    """
    rates, p, error_of = (
        array.astype(np.float64).ravel() for array in np.broadcast_arrays(rate, probability, error)
    )
    shape = np.broadcast_shapes(np.shape(rate), np.shape(probability), np.shape(error))
    result = np.full(rates.size, np.nan)
    possible = (rates > p) & (error_of > 0)
    z = np.array([NormalDist().inv_cdf(1 - e) for e in error_of[possible].tolist()])
    excess = rates[possible] - p[possible]
    result[possible] = np.ceil(z * z * p[possible] * (1 - p[possible]) / (excess * excess))
    small = possible & (result <= EXACT_TRIALS)
    result[small] = _least_trials(rates[small], p[small], error_of[small])
    return np.where(result <= MOST_TRIALS, result, np.nan).reshape(shape)


def _least_trials(rates: FloatArray, p: FloatArray, error: FloatArray) -> FloatArray:
    def suffices(n: FloatArray) -> npt.NDArray[np.bool_]:
        # a rate is a quotient: times n it may land a hair below a whole number
        tail = upper_tail(np.floor(rates * n + 1e-9), n, p, at_most=float(error.max(initial=0.0)))
        return tail <= error

    low, high = np.zeros(rates.shape), np.ones(rates.shape)
    while (open_ := ~suffices(high)).any():
        low, high = np.where(open_, high, low), np.where(open_, 2 * high, high)
    while (high - low > 1).any():
        middle = (low + high) // 2
        enough = suffices(middle)
        low, high = np.where(enough, low, middle), np.where(enough, middle, high)
    return high


def _far_tail(k: FloatArray, n: FloatArray, p: FloatArray, *, at_most: float = 1.0) -> FloatArray:
    """Sum the terms from k up, for k above the mean; 0 < p < 1 and 0 < k <= n."""
    mass = np.exp(_log_mass(k, n, p))
    with np.errstate(divide="ignore", over="ignore"):
        # a little more, so that rounding does not bring a stopped sum back to the limit
        limit = at_most * (1 + 1e-9) / mass
    total = _terms(k, n, p, at_most=limit)
    return np.minimum(1.0, mass * total)


def _terms(k: FloatArray, n: FloatArray, p: FloatArray, *, at_most: FloatArray) -> FloatArray:
    """Return the sum of the terms from k up, the term at k being 1, or more than ``at_most``."""
    odds = p / (1 - p)
    total, term = np.ones(k.size), np.ones(k.size)
    active = np.arange(k.size)
    step = 0
    while active.size:
        here = k[active] + step
        term = term * (n[active] - here) / (here + 1) * odds[active]
        total[active] += term
        step += 1
        if step % 8 == 0:
            so_far = total[active]
            going = (term > NEGLIGIBLE * so_far) & (so_far <= at_most[active])
            active, term = active[going], term[going]
    return total


def _log_mass(k: FloatArray, n: FloatArray, p: FloatArray) -> FloatArray:
    """Return the logarithm of the probability of exactly k successes, 0 < k <= n."""
    failures = n - k
    safe = np.maximum(failures, 1)
    exponent = (
        _stirling_error(n)
        - _stirling_error(k)
        - _stirling_error(safe)
        - _deviance(k, n * p)
        - _deviance(safe, n * (1 - p))
    )
    between = exponent + np.log(n / (2 * math.pi * k * safe)) / 2
    return np.where(failures > 0, between, n * np.log(p))


def _deviance(observed: FloatArray, expected: FloatArray) -> FloatArray:
    excess = (observed - expected) / expected
    return expected * ((1 + excess) * np.log1p(excess) - excess)


def _stirling_error(n: FloatArray) -> FloatArray:
    """Return log n! minus Stirling's approximation of it, for n of 1 and above."""
    square = n * n
    tail = 1 / 1260 - (1 / 1680 - 1 / 1188 / square) / square
    series = (1 / 12 - (1 / 360 - tail / square) / square) / n
    return np.where(n < _SMALL, _STIRLING_ERRORS[np.minimum(n, _SMALL - 1).astype(int)], series)


def _root(k: FloatArray, n: FloatArray, error: FloatArray) -> FloatArray:
    """Solve upper_tail(k, n, p) = error for p by Newton's method, from below.

    The logarithm of the tail is concave in p, so that the steps climb towards the root and never
    pass it: the limit errs, if at all, on the careful side.
    """
    log_error = np.log(error)
    by_moments = k / n - np.sqrt(-log_error / (2 * n))  # Hoeffding
    p = np.maximum(by_moments, k / (math.e * n) * np.exp(log_error / k))
    active = np.arange(k.size)
    while active.size:
        kk, nn, pp = k[active], n[active], p[active]
        total = _terms(kk, nn, pp, at_most=np.full(kk.size, np.inf))
        log_tail = _log_mass(kk, nn, pp) + np.log(total)
        # d tail / d p = k / p * mass
        step = (log_error[active] - log_tail) * pp * total / kk
        p[active] = np.minimum(pp + np.maximum(step, 0.0), kk / nn)
        active = active[step > 1e-13 * pp]
    return p
