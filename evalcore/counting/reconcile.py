"""One truth, checked: the table, the matrix and the gallery hold the same numbers."""

from __future__ import annotations

import numpy as np

from evalcore.arrays import IntArray
from evalcore.counting.matrix import Matrix
from evalcore.measures.metrics import Counts

__all__ = ["disagreements"]


def disagreements(counts: Counts, matrix: Matrix, *, listed: int, stated: int) -> list[str]:
    """Return a sentence for every pair of numbers that should be equal and is not.

    Parameters
    ----------
    counts, matrix
        Of one run under one rule.
    listed, stated
        How many inputs the gallery lists, and how many the clicked number says.
    """
    found = []
    diagonal: IntArray = np.diagonal(matrix.counts)[:-1]
    if not np.array_equal(diagonal, counts.tp):
        found.append("The diagonal of the matrix differs from the true positives of the table.")
    if listed != stated:
        found.append(f"The gallery lists {listed:,} inputs, the number says {stated:,}.")
    return found
