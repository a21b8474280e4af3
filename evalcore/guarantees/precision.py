"""Precision with confidence: a fixed ladder of thresholds, tested from the strictest down."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from evalcore.arrays import BoolArray, FloatArray, IntArray, ScoreArray
from evalcore.choosing.choice import Choice, Reason
from evalcore.choosing.choose import highest_rate, neighbours
from evalcore.choosing.goals import Goal
from evalcore.counting.count_index import CountIndex
from evalcore.counting.evaluation import Evaluation
from evalcore.counting.rules import Mode, Operator, bounds_of
from evalcore.guarantees.fixed_sequence import Guarantee, reject_in_order
from evalcore.guarantees.ladder import Ladder, ladder_of
from evalcore.measures.binomial import error_of, lower_limit, trials_needed, upper_tail
from evalcore.measures.metrics import Counts, divide

__all__ = ["prove_precision"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Rungs:
    """Counts at every rung of a ladder; arrays of shape (n_concepts, n_rungs)."""

    ladder: Ladder
    bounds: ScoreArray
    tp: IntArray
    predicted: IntArray

    @classmethod
    def of(
        cls, index: CountIndex, *, positions: IntArray, operator: Operator, ladder: Ladder
    ) -> _Rungs:
        dtype = index.eligible.values.dtype
        bounds = bounds_of(ladder.rungs, operator=operator, dtype=dtype)
        tp, predicted = (
            part.above_each(bounds, segments=positions)
            for part in (index.positives, index.eligible)
        )
        return cls(ladder=ladder, bounds=bounds, tp=tp, predicted=predicted)

    def summed(self) -> _Rungs:
        """Return the counts of all concepts together, as one."""
        tp, predicted = (part.sum(axis=0, keepdims=True) for part in (self.tp, self.predicted))
        return _Rungs(ladder=self.ladder, bounds=self.bounds, tp=tp, predicted=predicted)

    def p_values(self, level: float) -> FloatArray:
        """Return the tail at every rung, 1 where even the rate is below the level."""
        result = np.ones(self.tp.shape)
        hopeful = self.tp > level * self.predicted
        # many rungs count alike: one number per pair of counts, to look each up once
        keys = self.tp[hopeful] << 32 | self.predicted[hopeful]
        different, place = np.unique(keys, return_inverse=True)
        tp, predicted = different >> 32, different & 0xFFFFFFFF
        result[hopeful] = upper_tail(tp, predicted, level)[place]
        return result

    def best_of(self, rejected: BoolArray) -> IntArray:
        """Return each concept's rung of most true positives among the rejected, or -1.

        Of equal ones the strictest, which has the fewest false positives; of those with the same
        counts the one with the fewest digits.
        """
        most = np.where(rejected, self.tp, -1).max(axis=1, keepdims=True, initial=-1)
        equal = rejected & (self.tp == most)
        fewest = np.where(equal, self.predicted, np.iinfo(np.int64).max).min(axis=1, keepdims=True)
        equal &= self.predicted == fewest
        digits = np.where(equal, self.ladder.digits, np.iinfo(np.int64).max)
        return np.where(equal.any(axis=1), digits.argmin(axis=1), -1)


def prove_precision(
    evaluation: Evaluation,
    goal: Goal,
    *,
    confidence: float,
    operator: Operator,
    mode: Mode,
    names: tuple[str, ...],
    positions: IntArray,
    common: bool,
) -> Guarantee:
    """Choose, among the rungs proven to have the precision, the one of most recall."""
    index, level, error = evaluation.index(mode), goal.level or 0.0, error_of(confidence)
    each = _Rungs.of(index, positions=positions, operator=operator, ladder=ladder_of(index))
    tested = each.summed() if common else each
    p_values = tested.p_values(level)
    rejected, levels = reject_in_order(p_values, is_start=tested.ladder.is_start, error=error)
    # pairs of one input are no independent sample
    rejected &= not (common and mode == "every")
    rung = tested.best_of(rejected)
    choice = _choice(
        evaluation,
        each,
        np.broadcast_to(rung, positions.shape),
        goal=goal,
        operator=operator,
        mode=mode,
        names=names,
        positions=positions,
        common=common,
    )
    place = np.arange(rung.size), np.maximum(rung, 0)
    tp, predicted, spent = tested.tp[place], tested.predicted[place], levels[place]
    lacking = np.array([reason == "not_provable" for reason in choice.reasons], dtype=bool)
    labelled = index.labelled[positions]
    needed = _needed(
        tested,
        labelled.sum(keepdims=True) if common else labelled,
        among=lacking[:1] if common else lacking,
        level=level,
        error=error,
    )
    met = choice.met
    return Guarantee(
        choice=choice,
        confidence=confidence,
        p_value=np.where(met, p_values[place], np.nan),
        error=np.where(met, spent, np.nan),
        lower=np.where(met, lower_limit(tp, predicted, error=np.maximum(spent, 1e-12)), np.nan),
        needed_positives=np.broadcast_to(needed[0], positions.shape),
        needed_predicted=np.broadcast_to(needed[1], positions.shape),
    )


def _choice(
    evaluation: Evaluation,
    each: _Rungs,
    rung: IntArray,
    *,
    goal: Goal,
    operator: Operator,
    mode: Mode,
    names: tuple[str, ...],
    positions: IntArray,
    common: bool,
) -> Choice:
    """Return the thresholds and counts at one rung per concept; -1 means none is proven."""
    index, met = evaluation.index(mode), rung >= 0
    place = np.arange(positions.size), np.maximum(rung, 0)
    tp, predicted = (np.where(met, part[place], 0) for part in (each.tp, each.predicted))
    labelled, n_known = index.labelled[positions], index.n_known[positions]
    low, high = (end.astype(np.float64) for end in neighbours(index, positions, predicted))
    if common:
        low, high = np.full_like(low, low.max()), np.full_like(high, high.min())
    return Choice(
        goal=goal,
        operator=operator,
        mode=mode,
        names=names,
        positions=positions,
        is_common=common,
        threshold=np.where(met, each.ladder.rungs[place[1]], np.nan),
        low=np.where(met, low, np.nan),
        high=np.where(met, high, np.nan),
        counts=Counts(
            tp=tp, fp=predicted - tp, fn=labelled - tp, tn=n_known - labelled - predicted + tp
        ),
        reasons=_reasons(met, labelled, shared=common and mode == "every", common=common),
        closest=highest_rate(evaluation, goal, mode, positions, common=common),
    )


def _reasons(
    met: BoolArray, labelled: IntArray, *, shared: bool, common: bool
) -> tuple[Reason, ...]:
    any_positive = labelled > 0 if not common else np.full(labelled.shape, (labelled > 0).any())
    unproven = np.where(any_positive, "not_provable", "no_positives")
    found = np.where(met, "", "pairs_share_inputs" if shared else unproven)
    return tuple(found.tolist())


def _needed(
    rungs: _Rungs, labelled: IntArray, *, among: BoolArray, level: float, error: float
) -> tuple[FloatArray, FloatArray]:
    """Return the fewest positives, and the predicted inputs, that would prove one of the starts.

    NaN outside ``among``.
    """
    starts = rungs.ladder.is_start
    tp, predicted = rungs.tp[:, starts], rungs.predicted[:, starts]
    rate = np.where(among[:, None], divide(tp, predicted), np.nan)
    share = error / max(1, int(starts.sum()))
    trials = trials_needed(rate, probability=level, error=share)
    positives = np.ceil(divide(trials * labelled[:, None], predicted))
    place = np.arange(labelled.size), np.nan_to_num(positives, nan=np.inf).argmin(axis=1)
    return positives[place], trials[place]
