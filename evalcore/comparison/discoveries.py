"""Many questions at once: which answers remain when chance has had as many tries."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from evalcore.arrays import BoolArray

__all__ = ["discoveries"]


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
