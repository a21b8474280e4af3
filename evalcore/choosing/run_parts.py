"""The parts of a run that take turns to be left out: its splits, or two halves."""

from __future__ import annotations

import hashlib

import numpy as np

from evalcore.arrays import IntArray, TextArray
from evalcore.errors import GoalError
from evalcore.runs.run import EvalRun

__all__ = ["halves", "parts_of"]

HALVES = ("half A", "half B")


def parts_of(run: EvalRun) -> tuple[tuple[str, ...], IntArray]:
    """Return the names of the parts and each input's part: its split, or else one of two halves.

    Raises
    ------
    GoalError
        When there is only one part.
    """
    if run.folds is None:
        names, part_of = HALVES, halves(run.ids)
    else:
        used, part_of = np.unique(run.folds, return_inverse=True)
        names = tuple(run.fold_names[k] for k in used)
    if np.unique(part_of).size < 2:
        msg = f"All {run.n_inputs} inputs are in one part, so that none is left to choose on."
        raise GoalError(msg + " Hint: a run with two splits or more can be chosen across them.")
    return names, part_of


def halves(ids: TextArray) -> IntArray:
    """Return 0 or 1 for each input, by a hash of its id.

    An id stays in its half when inputs are added, taken away or put in another order.
    """
    texts = (text.encode(errors="surrogatepass") for text in ids)
    hashes = (hashlib.blake2b(text, digest_size=1).digest()[0] for text in texts)
    return np.fromiter(hashes, dtype=np.int64, count=ids.size) & 1
