"""What a search for thresholds found: intervals, decimals and counts, or why there is none."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from evalcore.arrays import BoolArray, FloatArray, IntArray, ScoreArray
from evalcore.choosing.goals import Goal
from evalcore.choosing.shortest_decimal import shortest_decimal
from evalcore.counting.rules import Mode, Operator
from evalcore.measures.metrics import Counts

__all__ = ["Choice", "Found", "Reason", "complete"]

Reason = Literal[
    "",
    "no_positives",
    "no_negatives",
    "out_of_reach",
    "no_finite_threshold",
    "not_provable",
    "pairs_share_inputs",
]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Choice:
    """The best thresholds for a goal. Index j means ``names[j]``.

    Parameters
    ----------
    goal, operator, mode
        What was asked.
    names
        The concepts asked about, in the order asked.
    positions : ndarray of shape (n_names,), int64
        Their positions in the run.
    is_common
        True when one threshold was chosen for all of them, by their summed counts. The arrays
        below then repeat it; ``counts`` are each concept's own at it.
    threshold : ndarray of shape (n_names,), float64
        The shortest decimal inside the interval; NaN where the goal cannot be met.
    low, high : ndarray of shape (n_names,), float64
        All thresholds in [low, high) (under ``>=`` in (low, high]) give exactly these counts. The
        ends are scores, or infinite; NaN where the goal cannot be met.
    counts
        Outcomes at the threshold; where there is none, those of predicting nothing.
    reasons
        Empty where the goal is met. ``no_positives`` (nothing is labelled), ``no_negatives`` (only
        for Youden's J), ``out_of_reach`` (no threshold meets the limit), ``no_finite_threshold``,
        and from :func:`evalcore.guarantee.guarantee` ``not_provable`` and ``pairs_share_inputs``.
    closest : ndarray of shape (n_names,), float64
        The highest precision or recall that any threshold reaches; NaN for goals without either.

    Notes
    -----
    Of thresholds that serve the goal equally well, the one with the most true positives is chosen,
    and of those the one with the fewest false positives.
    """

    goal: Goal
    operator: Operator
    mode: Mode
    names: tuple[str, ...]
    positions: IntArray
    is_common: bool
    threshold: FloatArray
    low: FloatArray
    high: FloatArray
    counts: Counts
    reasons: tuple[Reason, ...]
    closest: FloatArray

    @property
    def decision(self) -> Mode:
        """The mode, by the name under which it is asked for."""
        return self.mode

    @property
    def met(self) -> BoolArray:
        """True where there is a threshold; shape (n_names,)."""
        return ~np.isnan(self.threshold)

    def thresholds(self) -> dict[str, float]:
        """Return concept name to threshold, where there is one."""
        pairs = zip(self.names, self.threshold.tolist(), strict=True)
        return {name: value for (name, value), met in zip(pairs, self.met, strict=True) if met}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Found:
    """The intervals found, before decimals are chosen; arrays of shape (n_names,).

    Parameters
    ----------
    low, high : in the dtype of the scores
    counts
        At thresholds of the interval.
    """

    low: ScoreArray
    high: ScoreArray
    counts: Counts
    reasons: tuple[Reason, ...]
    closest: FloatArray
    is_common: bool = False


def complete(
    found: Found,
    *,
    goal: Goal,
    operator: Operator,
    mode: Mode,
    names: tuple[str, ...],
    positions: IntArray,
) -> Choice:
    """Choose the shortest decimals, and leave NaN where a reason says that there is none."""
    threshold = shortest_decimal(found.low, found.high, dtype=found.low.dtype, operator=operator)
    reasons = tuple(
        reason or ("" if is_finite else "no_finite_threshold")
        for reason, is_finite in zip(found.reasons, np.isfinite(threshold), strict=True)
    )
    met = np.array([not reason for reason in reasons], dtype=bool)
    c = found.counts
    counts = Counts(
        tp=np.where(met, c.tp, 0),
        fp=np.where(met, c.fp, 0),
        fn=np.where(met, c.fn, c.labelled),
        tn=np.where(met, c.tn, c.n - c.labelled),
    )
    low, high = (end.astype(np.float64) for end in (found.low, found.high))
    return Choice(
        goal=goal,
        operator=operator,
        mode=mode,
        names=names,
        positions=positions,
        is_common=found.is_common,
        threshold=np.where(met, threshold, np.nan),
        low=np.where(met, low, np.nan),
        high=np.where(met, high, np.nan),
        counts=counts,
        reasons=reasons,
        closest=found.closest,
    )
