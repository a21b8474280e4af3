"""Thresholds of one run at which it works as another does: two models' 0.5 mean different things.

Every threshold that counts differently is looked at, exactly; where the wanted number lies between
two of them, the side that keeps the promise is taken (a recall or precision of at least, so many
predictions or such a cost at most).
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from evalcore.arrays import BoolArray, FloatArray, IntArray, ScoreArray
from evalcore.base.jobs import report_progress
from evalcore.choosing.shortest_decimal import shortest_decimal
from evalcore.comparison.pairing import ConceptPairs
from evalcore.counting.evaluation import Evaluation
from evalcore.counting.rules import Operator, Rule
from evalcore.measures.metrics import Counts, divide
from evalcore.runs.run import UNSCORED

__all__ = ["MATCHED_BY", "Costs", "Matched", "MatchedBy", "Unmatched", "match_rule"]

MatchedBy = Literal["precision", "recall", "predicted", "cost"]
MATCHED_BY: tuple[MatchedBy, ...] = ("precision", "recall", "predicted", "cost")
Unmatched = Literal["", "nothing_labelled", "undefined", "out_of_reach", "no_threshold"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Costs:
    """What one false positive and one false negative cost."""

    fp: float = 1.0
    fn: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Matched:
    """The right side's thresholds at which it works as the left side does.

    Parameters
    ----------
    rule
        For the right run. Concepts that could not be matched keep the threshold they had.
    names
        Of the right run; index k of what follows.
    wanted, reached : ndarray of shape (n_names,), float64
        The number of the left side and that of the right one at its threshold: a precision, a
        recall, inputs predicted, or a cost per input. NaN where there is none.
    reasons
        Why a concept could not be matched, empty where it was. ``nothing_labelled``: the right run
        has no label of it. ``undefined``: the left side's number is 0/0, or it predicts nothing.
        ``out_of_reach``: no threshold comes to it. ``no_threshold``: no number lies beyond the
        scores.
    is_common
        Whether one threshold was sought for all of these concepts, by their summed counts.
    """

    rule: Rule
    names: tuple[str, ...]
    wanted: FloatArray
    reached: FloatArray
    reasons: tuple[Unmatched, ...]
    is_common: bool


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Steps:
    """Counts at every threshold, from predicting nothing to predicting everything.

    Parameters
    ----------
    low, high
        Thresholds in [low, high) count so.
    predicted, tp
        In ascending order.
    labelled, n
        Totals; the inputs whose label is known, summed over concepts.
    """

    low: ScoreArray
    high: ScoreArray
    predicted: IntArray
    tp: IntArray
    labelled: int
    n: int

    @classmethod
    def of(cls, scores: ScoreArray, labelled: BoolArray) -> _Steps:
        """Count at every threshold over some scores, those not scored among them."""
        scored = scores > UNSCORED
        order = np.argsort(-scores[scored], kind="stable")
        ordered, right = scores[scored][order], labelled[scored][order]
        ends = np.flatnonzero(np.append(ordered[1:] != ordered[:-1], ordered.size > 0))
        infinite = np.array([np.inf], dtype=scores.dtype)
        high = np.concatenate([infinite, ordered[ends]])
        return cls(
            low=np.concatenate([ordered[ends], -infinite]),
            high=high,
            predicted=np.concatenate([[0], ends + 1]),
            tp=np.concatenate([[0], np.cumsum(right)[ends]]).astype(np.int64),
            labelled=int(labelled.sum()),
            n=int(scores.size),
        )

    def values(self, by: MatchedBy, costs: Costs) -> FloatArray:
        """Return the number that is matched at every step."""
        match by:
            case "precision":
                return divide(self.tp, self.predicted)
            case "recall":
                return divide(self.tp, np.full(self.tp.size, self.labelled))
            case "predicted":
                return self.predicted / max(self.n, 1)
            case "cost":
                wrong = costs.fp * (self.predicted - self.tp) + costs.fn * (self.labelled - self.tp)
                return wrong / max(self.n, 1)

    def find(self, by: MatchedBy, wanted: float, costs: Costs) -> int | None:
        """Return the step that comes to a number, with the most true positives otherwise."""
        values = self.values(by, costs)
        if by == "recall":
            fitting = np.flatnonzero(values >= wanted)
            return int(fitting[0]) if fitting.size else None
        # a sum of costs may miss an equal one by its last digit
        slack = 1e-12 * abs(wanted) if by == "cost" else 0.0
        fits = values >= wanted if by == "precision" else values <= wanted + slack
        if not fits.any():
            return None
        if by == "predicted":
            return int(np.flatnonzero(fits)[-1])
        return int(np.flatnonzero(fits & (self.tp == self.tp[fits].max()))[0])


def match_rule(
    left: tuple[Evaluation, Rule],
    right: tuple[Evaluation, Rule],
    *,
    concepts: ConceptPairs,
    by: MatchedBy,
    common: bool = False,
    costs: Costs | None = None,
) -> Matched:
    """Find the thresholds at which the right run works as the left one does under its rule.

    Parameters
    ----------
    left, right
        The run as an evaluation and its rule. The right rule's operator, mode and the thresholds
        that cannot be matched stay.
    by
        ``precision`` or ``recall``: at least the left side's. ``predicted``: at most as large a
        share of the inputs predicted. ``cost``: at most the left side's cost per input, with the
        most recall.
    common
        One threshold for all concepts, by their summed counts.
    """
    costs = costs or Costs()
    (ours, our_rule), (theirs, their_rule) = left, right
    positions = [ours.run.position_of(name) for name in concepts.left]
    counts = ours.counts(our_rule).take(np.array(positions, dtype=np.int64))
    wanted = _wanted(counts.pooled() if common and positions else counts, by, costs)
    groups = [list(concepts.right)] if common else [[name] for name in concepts.right]
    own: dict[str, float] = {}
    reached, reasons = np.full(len(concepts.right), np.nan), [""] * len(concepts.right)
    done = 0
    for target, names in zip(wanted.tolist(), groups, strict=False):
        report_progress(done, of=len(concepts.right))
        steps = _steps(theirs, their_rule, names)
        threshold, value, reason = _one(
            steps, by, target, costs=costs, operator=their_rule.operator
        )
        here = slice(done, done + len(names))
        reached[here], reasons[here] = value, [reason] * len(names)
        own |= dict.fromkeys(names, threshold) if not reason else {}
        done += len(names)
    return Matched(
        rule=_with_thresholds(their_rule, own, theirs.run.concepts),
        names=concepts.right,
        wanted=np.full(len(concepts.right), wanted[0]) if common and positions else wanted,
        reached=reached,
        reasons=tuple(reasons),  # type: ignore[arg-type]
        is_common=common,
    )


def _wanted(counts: Counts, by: MatchedBy, costs: Costs) -> FloatArray:
    match by:
        case "precision":
            return divide(counts.tp, counts.predicted)
        case "recall":
            return divide(counts.tp, counts.labelled)
        case "predicted":
            return divide(counts.predicted, counts.n)
        case "cost":
            return divide(costs.fp * counts.fp + costs.fn * counts.fn, counts.n)


def _one(
    steps: _Steps, by: MatchedBy, wanted: float, *, costs: Costs, operator: Operator
) -> tuple[float, float, Unmatched]:
    """Return the threshold at a number, the number reached, and why there is none."""
    nothing = math.nan, math.nan
    if math.isnan(wanted) or (by in {"predicted", "recall"} and wanted == 0):
        return (*nothing, "undefined")
    if steps.labelled == 0 and by != "predicted":
        return (*nothing, "nothing_labelled")
    found = steps.find(by, wanted, costs)
    if found is None or (by == "precision" and steps.tp[found] == 0 and wanted > 0):
        return (*nothing, "out_of_reach")
    low, high = steps.low[found : found + 1], steps.high[found : found + 1]
    threshold = shortest_decimal(low, high, dtype=low.dtype, operator=operator)[0]
    if not math.isfinite(threshold):
        return (*nothing, "no_threshold")
    return float(threshold), float(steps.values(by, costs)[found]), ""


def _steps(evaluation: Evaluation, rule: Rule, names: Sequence[str]) -> _Steps:
    run, top = evaluation.run, evaluation.top
    everybody = np.arange(run.n_inputs)
    scores, labelled = [], []
    for name in names:
        concept = run.position_of(name)
        known = run.labels.knows(everybody, concept)
        column = run.scores[:, concept]
        if rule.mode_for(run.task) == "top":
            column = np.where(top.concept == concept, column, np.array(UNSCORED, column.dtype))
        scores.append(column[known])
        labelled.append(run.labels.has(everybody, concept)[known])
    return _Steps.of(np.concatenate(scores), np.concatenate(labelled))


def _with_thresholds(rule: Rule, own: Mapping[str, float], concepts: Sequence[str]) -> Rule:
    if len(own) == len(concepts) and len(set(own.values())) == 1:
        return rule.without_own().with_default(next(iter(own.values())))
    return rule.with_own(own) if own else rule
