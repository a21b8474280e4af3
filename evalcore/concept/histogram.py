"""How the scores of one concept are spread, labelled and not labelled apart; exact bins."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from evalcore.arrays import IntArray, ScoreArray
from evalcore.counting.count_index import CountIndex
from evalcore.counting.rules import Operator
from evalcore.runs.run import UNSCORED

__all__ = ["Histogram", "bin_edges", "histogram"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Histogram:
    """Counts of scores between edges.

    Parameters
    ----------
    edges : ndarray of shape (n_bins + 1,)
        Ascending, in the precision of the scores.
    labelled, others : ndarray of shape (n_bins,), int64
        Pairs labelled with the concept, and pairs known not to be.
    n_unscored
        Pairs with a known label that the model gave no score; they stand in no bin.
    """

    edges: ScoreArray
    labelled: IntArray
    others: IntArray
    n_unscored: int


def bin_edges(
    span: tuple[float, float],
    *,
    n_bins: int,
    dtype: np.dtype[np.floating],
) -> ScoreArray:
    """Return equal edges, rounded to the scores' precision as a threshold there would be.

    Examples
    --------
    >>> bin_edges((0, 1), n_bins=4, dtype=np.dtype(np.float32)).tolist()
    [0.0, 0.25, 0.5, 0.75, 1.0]
    """
    low, high = span
    # by whole numbers, so that the edge called 0.3 is the number 0.3
    edges = (low * n_bins + (high - low) * np.arange(n_bins + 1)) / n_bins
    edges[-1] = high
    return edges.astype(dtype)


def histogram(
    index: CountIndex,
    concept: int,
    *,
    span: tuple[float, float],
    n_bins: int = 40,
    operator: Operator = ">",
) -> Histogram:
    """Count the scores of one concept between equal edges.

    Parameters
    ----------
    span
        Reaches from the lowest score to the highest at least.
    operator
        Which bin a score on an edge falls into: as with a threshold at that edge, so that what
        stands right of it is predicted. ``>``: the bin below, ``>=``: the bin above.
    """
    every, positives = index.eligible.of(concept), index.positives.of(concept)
    edges = bin_edges(span, n_bins=n_bins, dtype=every.dtype)
    total, labelled = (_between(values, edges, operator) for values in (every, positives))
    unscored = int(np.searchsorted(every, UNSCORED, side="right"))
    return Histogram(edges=edges, labelled=labelled, others=total - labelled, n_unscored=unscored)


def _between(values: ScoreArray, edges: ScoreArray, operator: Operator) -> IntArray:
    side = "right" if operator == ">" else "left"
    below = np.searchsorted(values, edges, side=side)  # type: ignore[call-overload]
    below[0] = np.searchsorted(values, UNSCORED, side="right")
    below[-1] = values.size
    return np.diff(below)
