"""Exact binomial tails and the limits that follow from them, for up to millions of trials."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from evalcore.arrays import BoolArray, FloatArray
from evalcore.errors import GoalError, shorten

__all__ = [
    "CHANCE",
    "error_of",
    "fewest_trials",
    "least_successes",
    "lower_limit",
    "trials_holding",
    "trials_needed",
    "upper_limit",
    "upper_tail",
]

MOST_TRIALS = 10_000_000
CHANCE = 0.8
"""With which a number of trials that is said to be needed will do."""
NODES = 50


def upper_tail(
    successes: npt.ArrayLike, trials: npt.ArrayLike, probability: npt.ArrayLike
) -> FloatArray:
    """Return the probability of so many successes or more; the arguments are broadcast.

    Parameters
    ----------
    successes, trials : array-like of whole numbers
    probability : array-like
        Of one success, between 0 and 1.

    Notes
    -----
    The regularized incomplete beta function I(p; k, n - k + 1), exact to about thirteen digits.

    Examples
    --------
    >>> upper_tail([9, 10], 10, 0.5).round(6).tolist()
    [0.010742, 0.000977]
    """
    from scipy import special  # noqa: PLC0415 - half a second, which few questions need to wait

    k, n, p = (
        array.astype(np.float64) for array in np.broadcast_arrays(successes, trials, probability)
    )
    inside = (k > 0) & (k <= n)
    result = np.where(k <= 0, 1.0, 0.0)
    result[inside] = special.betainc(k[inside], n[inside] - k[inside] + 1, p[inside])
    return result


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
    from scipy import special  # noqa: PLC0415 - half a second, which few questions need to wait

    k, n, error_of_each = (
        array.astype(np.float64) for array in np.broadcast_arrays(successes, trials, error)
    )
    result = np.where(n > 0, 0.0, np.nan)
    some = (k > 0) & (n > 0)
    result[some] = special.betaincinv(k[some], n[some] - k[some] + 1, error_of_each[some])
    return result


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
        enough = upper_tail(middle, n, probability) <= error
        low = np.where(open_ & ~enough, middle, low)
        high = np.where(open_ & enough, middle, high)
    return high


def trials_needed(
    successes: npt.ArrayLike,
    trials: npt.ArrayLike,
    *,
    probability: float,
    error: float,
    chance: float = CHANCE,
) -> FloatArray:
    """Return about how many new trials would show that a rate is above a probability.

    Parameters
    ----------
    successes, trials : array-like of whole numbers
        What was observed of the rate.

    Returns
    -------
    ndarray of float64
        The least n found such that, with the chance, n new trials have an upper tail of at most
        ``error`` under ``probability``. NaN where no n is likely enough to, or more than ten
        million would be needed.

    Notes
    -----
    The rate is not known but guessed from what was observed: the chance is that of the
    beta-binomial distribution after Jeffreys' prior, so that of all those who are told a number,
    about that share will succeed. A number that would do at the rate observed does in half of the
    cases.

    Examples
    --------
    >>> trials_needed([20, 28, 17], [20, 30, 20], probability=0.8, error=0.05).tolist()
    [22.0, 82.0, nan]
    """
    rates = _likely_rates(successes, trials)

    def of_success(new: npt.NDArray[np.int64]) -> FloatArray:
        least = least_successes(new, probability=probability, error=error)
        return np.asarray(upper_tail(least[..., None], new[..., None], rates).mean(axis=-1))

    return _least(of_success, chance, where=(rates > probability).mean(axis=-1) >= chance)


def trials_holding(
    wanted: npt.ArrayLike, successes: npt.ArrayLike, trials: npt.ArrayLike
) -> FloatArray:
    """Return how many new trials hold so many successes with a chance of :data:`CHANCE`.

    Parameters
    ----------
    wanted, successes, trials : array-like of whole numbers
        How many successes are to be held; and what was observed of the rate.

    Examples
    --------
    >>> trials_holding(29, 28, 280).tolist()
    354.0
    """
    rates, least = _likely_rates(successes, trials), np.asarray(wanted, dtype=np.float64)

    def of_enough(new: npt.NDArray[np.int64]) -> FloatArray:
        return np.asarray(upper_tail(least[..., None], new[..., None], rates).mean(axis=-1))

    return _least(of_enough, CHANCE, where=np.broadcast_to(True, rates.shape[:-1]))  # noqa: FBT003


def _likely_rates(successes: npt.ArrayLike, trials: npt.ArrayLike) -> FloatArray:
    """Return rates that are as likely as one another, by Jeffreys' prior; a last axis of nodes."""
    from scipy import special  # noqa: PLC0415 - half a second, which few questions need to wait

    k, n = (np.asarray(a, dtype=np.float64) for a in np.broadcast_arrays(successes, trials))
    parts = (np.arange(NODES) + 0.5) / NODES
    return np.asarray(special.betaincinv(k[..., None] + 0.5, (n - k)[..., None] + 0.5, parts))


def _least(
    chance_of: Callable[[npt.NDArray[np.int64]], FloatArray], chance: float, *, where: BoolArray
) -> FloatArray:
    """Return the least numbers of trials, to a hundredth, of which something is likely enough."""
    low, high = np.zeros(where.shape, dtype=np.int64), np.ones(where.shape, dtype=np.int64)
    while (open_ := where & (high <= MOST_TRIALS) & (chance_of(high) < chance)).any():
        low, high = np.where(open_, high, low), np.where(open_, 2 * high, high)
    while (high - low > np.maximum(1, high // 100)).any():
        middle = (low + high) // 2
        enough = chance_of(middle) >= chance
        low, high = np.where(enough, low, middle), np.where(enough, middle, high)
    return np.where(where & (high <= MOST_TRIALS), high, np.nan)


def fewest_trials(probability: float, *, error: float) -> float:
    """Return the least number of trials that show a rate above a probability if all succeed.

    Examples
    --------
    >>> fewest_trials(0.9, error=0.05), fewest_trials(0.0, error=0.05), fewest_trials(1, error=0.1)
    (29.0, 1.0, nan)
    """
    if probability >= 1:
        return math.nan
    if probability <= 0:
        return 1.0
    return float(max(1, math.ceil(math.log(error) / math.log(probability))))


def error_of(confidence: float) -> float:
    """Return 1 - confidence, as it would be written.

    Raises
    ------
    GoalError
        When the confidence is not a number between 0 and 1.

    Examples
    --------
    >>> error_of(0.95), 1 - 0.95
    (0.05, 0.050000000000000044)
    """
    if not (isinstance(confidence, (int, float)) and 1e-9 <= confidence <= 1 - 1e-9):
        msg = f"The confidence must lie between 0 and 1, got {shorten(confidence)}."
        raise GoalError(msg + " Hint: write 0.95 for 95 %.")
    return round(1 - confidence, 12)
