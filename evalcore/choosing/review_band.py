"""A review band: accept above, reject below, and let people look at what lies between."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from evalcore.arrays import BoolArray, FloatArray, IntArray
from evalcore.choosing.choice import Choice, Found, complete
from evalcore.choosing.choose import found_at, highest_in, pick, positions_of, reasons_of
from evalcore.choosing.goals import Goal
from evalcore.choosing.utility import utility
from evalcore.counting.candidate_thresholds import CandidateThresholds
from evalcore.counting.count_index import CountIndex
from evalcore.counting.evaluation import Evaluation
from evalcore.counting.rules import Mode, Operator, default_mode
from evalcore.errors import GoalError, shorten
from evalcore.measures.metrics import Counts, divide
from evalcore.measures.production import check_prevalence, check_volume

__all__ = ["Band", "DailyZones", "Zone", "review_band"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Zone:
    """Inputs in one zone by their label; int64 arrays of shape (n_names,)."""

    positives: IntArray
    negatives: IntArray

    @property
    def total(self) -> IntArray:
        """Inputs in the zone whose label is known."""
        return self.positives + self.negatives


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class DailyZones:
    """Inputs per day in each zone, and the mistakes that nobody looks at; float64 (n_names,)."""

    accepted: FloatArray
    reviewed: FloatArray
    rejected: FloatArray
    wrongly_accepted: FloatArray
    wrongly_rejected: FloatArray


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Band:
    """Two thresholds per concept. Index j means ``accept.names[j]``.

    Parameters
    ----------
    accept
        An input is accepted where a rule with these thresholds predicts it. Where no threshold is
        precise enough it is NaN and nothing is accepted.
    reject
        An input is rejected where a rule with these thresholds does not predict it. Never above
        ``accept``. Where even the lowest threshold misses too many it is NaN and nothing is
        rejected.
    accepted, reviewed, rejected
        The zones; together all inputs whose label is known.
    """

    accept: Choice
    reject: Choice
    accepted: Zone
    reviewed: Zone
    rejected: Zone

    @property
    def load(self) -> FloatArray:
        """Share of the inputs that people look at; NaN without inputs; shape (n_names,)."""
        total = self.accepted.total + self.reviewed.total + self.rejected.total
        return divide(self.reviewed.total, total)

    def per_day(self, volume: float, *, prevalence: npt.ArrayLike | None = None) -> DailyZones:
        """Return the zones per day at a prevalence, that of the test set for None.

        Raises
        ------
        GoalError
            When the volume is negative or infinite, or a prevalence is outside 0 to 1.
        """
        zones = (self.accepted, self.reviewed, self.rejected)
        positives = sum(zone.positives for zone in zones)
        negatives = sum(zone.negatives for zone in zones)
        none = np.zeros_like(self.accepted.positives)
        totals = Counts(tp=none, fp=none, fn=none + positives, tn=none + negatives)
        share = check_prevalence(totals, prevalence)
        of_positives, of_negatives = check_volume(volume) * share, volume * (1 - share)

        def part(count: IntArray, total: IntArray, per_day: FloatArray) -> FloatArray:
            return np.where(per_day == 0, 0.0, divide(count, total) * per_day)

        right = [part(zone.positives, totals.fn, of_positives) for zone in zones]
        other = [part(zone.negatives, totals.tn, of_negatives) for zone in zones]
        return DailyZones(
            accepted=right[0] + other[0],
            reviewed=right[1] + other[1],
            rejected=right[2] + other[2],
            wrongly_accepted=other[0],
            wrongly_rejected=right[2],
        )


def review_band(
    evaluation: Evaluation,
    *,
    precision: float,
    missed: float,
    operator: Operator = ">",
    decision: Mode | None = None,
    concepts: Sequence[str] | None = None,
) -> Band:
    """Choose for each concept a band that accepts and rejects as much as the promises allow.

    Parameters
    ----------
    precision
        The least precision of what is accepted; above 0, at most 1.
    missed
        The largest share of a concept's positives that may be rejected; from 0 to below 1.

    Raises
    ------
    GoalError
        When one of them is out of range.
    SelectionError
        When a concept is not in the run.

    Notes
    -----
    The accepting threshold is the one of most recall with the precision, not a lower one that would
    only accept more wrong ones; the rejecting one the highest that misses no more than allowed.
    Where the second would be above the first, both are the first: nobody needs to look, and fewer
    positives are rejected than allowed.

    Examples
    --------
    >>> from evalcore import EvalRun, Evaluation
    >>> run = EvalRun.from_arrays([[0.9], [0.7], [0.6], [0.4], [0.1]], [[0], [], [0], [0], []])
    >>> band = review_band(Evaluation(run), precision=0.9, missed=0.4)
    >>> band.accept.threshold.tolist(), band.reject.threshold.tolist(), band.load.tolist()
    ([0.8], [0.5], [0.4])
    """
    accept_goal = Goal.precision_at_least(precision)
    if not (isinstance(missed, (int, float)) and 0 <= missed < 1):
        msg = f"The share of positives rejected must be from 0 to below 1, got {shorten(missed)}."
        raise GoalError(msg)
    reject_goal = Goal.recall_at_least(round(1 - missed, 12) or 1e-12)
    names, positions = positions_of(evaluation, concepts)
    mode = decision or default_mode(evaluation.run.task)
    index = evaluation.index(mode)
    candidates = evaluation.candidate_thresholds(mode).take(positions)
    rows, reached = _rows(candidates, accept_goal, missed=float(missed))
    accept, reject = (
        complete(
            _found(index, candidates, rows[k], reached[k], goal=goal, positions=positions),
            goal=goal,
            operator=operator,
            mode=mode,
            names=names,
            positions=positions,
        )
        for k, goal in enumerate((accept_goal, reject_goal))
    )
    return _zoned(accept, reject)


def _rows(
    candidates: CandidateThresholds, goal: Goal, *, missed: float
) -> tuple[tuple[IntArray, IntArray], tuple[BoolArray, BoolArray]]:
    """Return the rows to accept and to reject at, and whether each keeps its promise."""
    sizes = np.diff(candidates.starts)
    labelled, n_known = np.repeat(candidates.labelled, sizes), np.repeat(candidates.n_known, sizes)
    precise = utility(
        goal, tp=candidates.tp, predicted=candidates.predicted, labelled=labelled, n_known=n_known
    )
    lost = divide(labelled - candidates.tp, labelled)
    # the fewest true positives that are enough: the highest threshold
    strict = np.where(lost <= missed, -candidates.tp, -np.inf)
    accept, is_precise = pick(candidates, precise)
    reject, is_found = pick(candidates, strict)
    reject = np.where(is_precise & is_found, np.minimum(reject, accept), reject)
    return (accept, reject), (is_precise, is_found)


def _found(
    index: CountIndex,
    candidates: CandidateThresholds,
    rows: IntArray,
    reached: BoolArray,
    *,
    goal: Goal,
    positions: IntArray,
) -> Found:
    reasons = reasons_of(goal, candidates.labelled, candidates.n_known, reached)
    closest = highest_in(candidates, goal)
    return found_at(index, candidates, rows, positions=positions, reasons=reasons, closest=closest)


def _zoned(accept: Choice, reject: Choice) -> Band:
    above, below = accept.counts, reject.counts
    negatives = above.fp + above.tn
    # without a threshold to reject below, whatever is not accepted is looked at
    kept = np.where(reject.met, below.tp, below.labelled)
    passed = np.where(reject.met, below.fp, negatives)
    return Band(
        accept=accept,
        reject=reject,
        accepted=Zone(positives=above.tp, negatives=above.fp),
        reviewed=Zone(positives=kept - above.tp, negatives=passed - above.fp),
        rejected=Zone(positives=below.labelled - kept, negatives=negatives - passed),
    )
