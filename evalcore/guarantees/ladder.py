"""Thresholds in a fixed order, chosen before any data are seen, for testing one after another."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from evalcore.arrays import BoolArray, FloatArray, IntArray
from evalcore.counting.count_index import CountIndex

__all__ = ["NUMBERS", "SHARES", "Ladder", "ladder_of"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Ladder:
    """Rungs from the strictest to the loosest, and where the tests may start.

    Parameters
    ----------
    rungs : ndarray of shape (n_rungs,), float64, descending
    is_start : ndarray of shape (n_rungs,), bool
        The error that is allowed is divided equally among these.
    digits : ndarray of shape (n_rungs,), int64
        How many digits each rung is written with; of rungs with equal counts the shortest is said.
    """

    rungs: FloatArray
    is_start: BoolArray
    digits: IntArray

    @classmethod
    def of(cls, thresholds: FloatArray, *, starts: tuple[float, ...]) -> Ladder:
        """Sort the thresholds and mark the nearest one to each start."""
        rungs = np.unique(np.concatenate([thresholds, starts]))[::-1]
        return cls(
            rungs=rungs,
            is_start=np.isin(rungs, starts),
            digits=np.array([len(repr(rung)) for rung in rungs.tolist()]),
        )


def _shares() -> Ladder:
    """Thousandths, and hundred-thousandths next to 0 and 1."""
    fine = np.arange(1, 100)
    rungs = [np.arange(1000) / 1000, fine / 100_000, (100_000 - fine) / 100_000]
    # fewer starts spare the error, more of them find the place where scarce data can begin
    starts = (0.95, 0.8, 0.6, 0.4, 0.2, 0.05)
    return Ladder.of(np.concatenate(rungs), starts=starts)


def _numbers() -> Ladder:
    """Numbers of two digits, from 0.001 to 9,900, on both sides of 0."""
    digits = np.arange(10, 100)
    small = [digits / 10.0**k for k in range(1, 5)]
    large = [digits * 10.0**k for k in range(3)]
    one_side = np.concatenate([*small, *large])
    starts = (5.0, 2.0, 1.0, 0.0, -1.0, -3.0)
    return Ladder.of(np.concatenate([one_side, -one_side]), starts=starts)


SHARES = _shares()
"""For scores between 0 and 1."""
NUMBERS = _numbers()
"""For all others."""


def ladder_of(index: CountIndex) -> Ladder:
    """Return the ladder for the kind of scores that an index holds.

    That scores are probabilities is known of a model before it is tested; that this function reads
    it off the scores is a convenience, not a choice by their values.
    """
    scores = index.eligible
    first = scores.first_above(np.full(index.labelled.size, -np.inf, dtype=scores.values.dtype))
    scored = first < scores.starts[1:]
    lowest, highest = scores.values[first[scored]], scores.values[scores.starts[1:][scored] - 1]
    return SHARES if bool((lowest >= 0).all() and (highest <= 1).all()) else NUMBERS
