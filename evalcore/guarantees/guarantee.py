"""A goal that is required with confidence: thresholds that the data prove, not only suggest.

The promise: were the test set drawn anew many times, the threshold chosen here would miss its goal
in the population in at most ``1 - confidence`` of them, however many thresholds were looked at. It
supposes that the inputs are an independent sample of those that the model will see. It is made for
each concept by itself, for all of them jointly (the error divided among them: Bonferroni), or for
one common threshold. What it says depends on the order of the scores alone, not on their scale.

Recall. With n positives, those found at a threshold are Binomial(n, recall). Recall never rises
with the threshold, so all thresholds, from the lowest up, are one sequence in an order that no data
decide; the first one with too little recall stands in the same place whatever the sample. Rejecting
"recall is below r" in this order while the exact tail is at most 1 - confidence proves every
threshold with at least k positives found, k depending on n, r and the confidence alone.

Precision. Rung k of the ladder (:mod:`evalcore.guarantees.ladder`) predicts the k inputs above the
score of the next one, t. Given t, these k are independent draws from the inputs above t, so the
right ones among them are Binomial(k, precision at t), exactly. The rungs are tested from a start
down, in the order of k. A sequence that began at the top alone would often end there, for want of
predictions; so there are several starts, fixed by the number of inputs. Each brings an equal part
of the error; a rejected rung hands what it had to the next one, a rung that is not rejected keeps
it: the fallback procedure.

Why this holds although the thresholds are found in the data. First without ties. The precision at t
then changes continuously with t, so where thresholds turn from good (at least the goal p) to bad,
or back, it equals p. Cut the scores there. Between two cuts, and above the first, inputs are right
with probability p on the average, for so they are above either cut. Given how many inputs each
piece holds, these are independent draws from it. And these numbers alone decide in which piece a
start lies, and which bad piece is the first below it that holds a score: whatever is tested first
there has k0 inputs above it, of which those in whole pieces are right with probability p each, and
those from within the bad piece with less (the precision at its upper cut is p, at t below p). So
the right ones are Binomial(k0, p) at the most, given the numbers of the pieces; given these, it is
also fixed which starts have handed what they had down to k0. False rejections at different k0 take
their errors from different starts, so all together happen with at most the whole error.

Ties. Break them by lot, so that there are none, and think of the rungs within a tie as left out. A
bad piece that begins inside a tie lasts to its end at least, since the precision only falls within
it; so the first rung that is tested in a bad piece, coming from a good one, still has nothing from
that piece above it but draws that are right with less than p. And a start is the last rung that
predicts at most so many, so that what is above it is given by t and k alone, whatever ties with t.
The exception is a start whose rung could prove nothing, so few does it predict: it moves to the
first rung that could. That is exact where this rung is the strictest of all; else how the inputs
above it divide is known a little too well, and that the promise holds there, too, is shown by
simulation alone (``python -m tests.bench proofs``).

The threshold is t itself (under ``>=`` the next number above it), the lowest with these counts:
of the others nothing has been shown by this.

References
----------
A. N. Angelopoulos, S. Bates, E. J. Candès, M. I. Jordan, L. Lei (2021), "Learn then Test:
Calibrating predictive algorithms to achieve risk control": fixed-sequence testing.
B. L. Wiens, A. Dmitrienko (2005), "The fallback procedure for evaluating a single family of
hypotheses": the error handed on.
S. Holm (1979), "A simple sequentially rejective multiple test procedure".
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from evalcore.arrays import BoolArray, FloatArray, IntArray
from evalcore.choosing.choose import positions_of
from evalcore.choosing.goals import Goal
from evalcore.counting.evaluation import Evaluation
from evalcore.counting.rules import Mode, Operator, Rule, default_mode
from evalcore.errors import GoalError
from evalcore.guarantees.ladder import Ladder
from evalcore.guarantees.precision import ladders_of, prove_precision, proven_rungs
from evalcore.guarantees.proof import Guarantee, Verdict
from evalcore.guarantees.recall import prove_recall
from evalcore.measures.binomial import error_of, upper_tail

__all__ = ["guarantee", "verify"]


def guarantee(
    evaluation: Evaluation,
    goal: Goal,
    *,
    confidence: float = 0.95,
    operator: Operator = ">",
    decision: Mode | None = None,
    concepts: Sequence[str] | None = None,
    common: bool = False,
    joint: bool = False,
) -> Guarantee:
    """Choose thresholds that meet a precision or recall goal with confidence.

    Parameters
    ----------
    decision, concepts, common
        As in :func:`evalcore.choosing.choose.choose`. A common threshold is proven only where an
        input adds one pair at most (precision under *top*, recall in a single-label run): pairs of
        one input are no independent sample. Elsewhere the reason is ``pairs_share_inputs``.
    joint
        Whether the confidence is that all of these concepts meet the goal at once. Each then has
        an equal part of the error. Else it is for each by itself: of 100 concepts about 5 may miss
        at 95 %.

    Raises
    ------
    GoalError
        When the goal is about neither precision nor recall, or the confidence is out of range.
    SelectionError
        When a concept is not in the run.

    Examples
    --------
    >>> from evalcore import EvalRun, Evaluation
    >>> run = EvalRun.from_arrays([[0.9]] * 34 + [[0.1]], [[0]] * 34 + [[]])
    >>> proven = guarantee(Evaluation(run), Goal.recall_at_least(0.9))
    >>> proven.choice.threshold.tolist(), proven.p_value.round(3).tolist()
    ([0.5], [0.028])
    >>> unproven = guarantee(Evaluation(run), Goal.recall_at_least(0.95))
    >>> unproven.choice.reasons, unproven.best_level.tolist()
    (('not_provable',), [0.91])
    """
    error = _error_for(goal, confidence)
    names, positions = positions_of(evaluation, concepts)
    prove = prove_precision if goal.kind == "precision_at_least" else prove_recall
    is_common = common and positions.size > 0
    is_joint = joint and not is_common
    return prove(
        evaluation,
        goal,
        confidence=float(confidence),
        error=error / max(1, positions.size) if is_joint else error,
        operator=operator,
        mode=decision or default_mode(evaluation.run.task),
        names=names,
        positions=positions,
        common=is_common,
        joint=is_joint,
    )


def verify(
    evaluation: Evaluation,
    goal: Goal,
    rule: Rule,
    *,
    confidence: float,
    concepts: Sequence[str] | None = None,
    common: bool = False,
    joint: bool = False,
    chosen_here: bool = True,
) -> tuple[Verdict, ...]:
    """Tell whether a precision or recall goal holds under a rule, as observed and proven.

    Parameters
    ----------
    concepts
        Whom the goal is for; None: all concepts.
    common
        Whether the goal is for the summed counts of these concepts under their common threshold.
    joint
        Whether the confidence is that all of them meet the goal at once.
    chosen_here
        Whether these very inputs may have picked the thresholds: then only what :func:`guarantee`
        proves is proven. On others one exact test per concept will do (Holm's when ``joint``).

    Returns
    -------
    tuple of Verdict
        One per concept, in the order asked; one alone when ``common``.

    Raises
    ------
    GoalError
        When the goal is about neither precision nor recall, or the confidence is out of range.
    RuleError, SelectionError
        When the rule, or ``concepts``, names a concept that is not in the run.

    Examples
    --------
    >>> from evalcore import EvalRun, Evaluation
    >>> run = EvalRun.from_arrays([[0.9]] * 10 + [[0.1]] * 10, [[0]] * 9 + [[]] * 11)
    >>> goal = Goal.precision_at_least(0.9)
    >>> verify(Evaluation(run), goal, Rule(0.5), confidence=0.95)[0].proven
    False
    """
    error = _error_for(goal, confidence)
    names, positions = positions_of(evaluation, concepts)
    common = common and positions.size > 0
    counts = evaluation.counts(rule).take(positions)
    counts = counts.pooled() if common else counts
    trials = counts.predicted if goal.kind == "precision_at_least" else counts.labelled
    p_value = upper_tail(counts.tp, trials, goal.level or 0.0)
    mode = rule.mode_for(evaluation.run.task)
    if common and not _is_sample(evaluation, goal, mode):
        p_value = np.full(1, np.nan)
    # one threshold chosen for all of them is what a common proof is about
    is_one = not common or np.unique(rule.thresholds(evaluation.run.concepts)[positions]).size == 1
    each = error / p_value.size if joint and p_value.size else error
    if not chosen_here:
        proven = _holm(p_value, error=error) if joint else p_value <= error
    elif goal.kind == "recall_at_least" or not is_one:
        proven = (p_value <= each) & is_one
    else:
        ladders = ladders_of(evaluation.index(mode), positions, common=common)
        proven = _on_a_rung(ladders, trials, level=goal.level or 0.0, error=each)
        proven &= ~np.isnan(p_value)
    rates, meets = goal.rate(counts), goal.holds(counts)
    return tuple(
        Verdict(
            concept=None if common else names[j],
            successes=int(counts.tp[j]),
            trials=int(trials[j]),
            observed=float(rates[j]),
            meets=bool(meets[j]),
            proven=bool(proven[j]),
            p_value=float(p_value[j]),
        )
        for j in range(p_value.size)
    )


def _error_for(goal: Goal, confidence: float) -> float:
    if goal.kind not in {"precision_at_least", "recall_at_least"}:
        msg = f"Only a precision or a recall can be required with confidence, got {goal!r}."
        raise GoalError(msg)
    return error_of(confidence)


def _is_sample(evaluation: Evaluation, goal: Goal, mode: Mode) -> bool:
    """Tell whether an input adds one pair at most to the summed counts of a goal."""
    if goal.kind == "precision_at_least":
        return mode == "top"
    return evaluation.run.task == "single_label"


def _on_a_rung(
    ladders: list[Ladder], predicted: IntArray, *, level: float, error: float
) -> BoolArray:
    """Tell for each ladder whether the rung that predicts so many is proven."""
    found = [
        any(k in stretch for stretch in proven_rungs(ladder, level=level, error=error))
        for ladder, k in zip(ladders, predicted.tolist(), strict=True)
    ]
    return np.array(found, dtype=bool)


def _holm(p_value: FloatArray, *, error: float) -> BoolArray:
    order = np.argsort(p_value, kind="stable")
    held = p_value[order] <= error / np.arange(p_value.size, 0, -1)
    proven = np.zeros(p_value.size, dtype=bool)
    proven[order] = np.logical_and.accumulate(held)
    return proven
