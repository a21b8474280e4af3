"""Which confusions matter most, and the matrix condensed to them."""

from __future__ import annotations

import numpy as np

from evalcore.arrays import IntArray

__all__ = ["condense", "condense_diagonal", "most_confused", "worst_cell"]


def condense(counts: IntArray, *, shown: IntArray) -> IntArray:
    """Return the rows and columns of the shown concepts, "(other)", and the margin.

    Parameters
    ----------
    counts : ndarray of shape (n_concepts + 1, n_concepts + 1), int64
        As in :class:`evalcore.counting.matrix.Matrix`.
    shown : ndarray of int64
        Positions of the concepts to show, in order.

    Returns
    -------
    ndarray of shape (n_shown + 1 or n_shown + 2, same), int64
        "(other)" is there only when concepts are left out. Its numbers are sums over its cells.
    """
    n_concepts = counts.shape[0] - 1
    if shown.size == n_concepts:
        order = np.append(shown, n_concepts)
        return np.asarray(counts[np.ix_(order, order)])
    return _with_other(_with_other(counts, shown).T, shown).T


def condense_diagonal(counts: IntArray, *, shown: IntArray) -> IntArray:
    """Condense the diagonal of a matrix alone, everything else being 0.

    In a single-label run these are the inputs that are labelled with the column of their cell.
    """
    diagonal = np.diagonal(counts)[:-1]
    kept = diagonal[shown]
    if shown.size < diagonal.size:
        kept = np.append(kept, diagonal.sum() - kept.sum())
    return np.diag(np.append(kept, 0))


def most_confused(counts: IntArray, *, n: int) -> IntArray:
    """Return the positions of the n concepts with the most mistaken inputs, worst first.

    Mistaken: off the diagonal in the concept's row or column, "nothing predicted" included.
    """
    wrong = counts.copy()
    np.fill_diagonal(wrong, 0)
    weight = wrong.sum(axis=1)[:-1] + wrong.sum(axis=0)[:-1]
    return np.argsort(-weight, kind="stable")[:n]


def worst_cell(counts: IntArray, also: IntArray | None = None) -> tuple[int, int] | None:
    """Return (row, column) of the largest confusion of two concepts, or None without any."""
    wrong = counts[:-1, :-1] - (0 if also is None else also[:-1, :-1])
    np.fill_diagonal(wrong, 0)
    if wrong.max(initial=0) <= 0:
        return None
    row, column = np.unravel_index(int(wrong.argmax()), wrong.shape)
    return int(row), int(column)


def _with_other(counts: IntArray, shown: IntArray) -> IntArray:
    kept, margin = counts[shown], counts[-1:]
    other = counts.sum(axis=0, keepdims=True) - kept.sum(axis=0) - margin
    return np.vstack([kept, other, margin])
