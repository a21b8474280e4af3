"""Fewer points for drawing, and the same picture."""

from __future__ import annotations

import numpy as np

from evalcore.arrays import FloatArray, IntArray

__all__ = ["COLUMNS", "thin"]

COLUMNS = 240
"""Columns of pixels that a curve is thinned for."""


def thin(
    x: FloatArray, y: FloatArray, *, span: tuple[float, float], columns: int = COLUMNS
) -> IntArray:
    """Choose the points of a line that its picture needs.

    Of the points in one column of pixels the first, the last, the lowest and the highest are
    kept: whatever the line does inside a column, it is drawn from its lowest to its highest there.
    No point of the line is further than one column from the thinned line at the same height.

    Parameters
    ----------
    x, y : ndarray of shape (n_points,)
        ``x`` ascends or descends. Points where either is NaN are not drawn, and left out.
    span
        The ends of the axis of ``x``; points beyond them count to the column at the end.

    Returns
    -------
    ndarray of int64
        Positions of at most ``4 * columns`` points, ascending.

    Notes
    -----
    U. Jugel et al. (2014), "M4: a visualization-oriented time series data aggregation".

    Examples
    --------
    >>> thin(np.linspace(0, 1, 1_001), np.linspace(0, 1, 1_001), span=(0, 1), columns=2).tolist()
    [0, 499, 500, 1000]
    """
    drawn = np.flatnonzero(~(np.isnan(x) | np.isnan(y)))
    if drawn.size <= 4:
        return drawn
    low, high = span
    share = (x[drawn] - low) / ((high - low) or 1.0)
    column = np.clip(np.floor(share * columns), 0, columns - 1).astype(np.int64)
    is_first = np.ones(drawn.size, dtype=bool)
    is_first[1:] = column[1:] != column[:-1]
    first = np.flatnonzero(is_first)
    group = np.cumsum(is_first) - 1
    height = y[drawn]
    ends = [first, np.append(first[1:], drawn.size) - 1]
    extremes = [
        _first_equal(height, extreme.reduceat(height, first), group)
        for extreme in (np.minimum, np.maximum)
    ]
    return drawn[np.unique(np.concatenate([*ends, *extremes]))]


def _first_equal(values: FloatArray, wanted: FloatArray, group: IntArray) -> IntArray:
    """Return the position of the first value of each group that equals what is wanted of it."""
    hits = np.flatnonzero(values == wanted[group])
    _, first = np.unique(group[hits], return_index=True)
    return hits[first]
