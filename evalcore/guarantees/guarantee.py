"""A goal that is required with confidence: thresholds that the data prove, not only suggest.

The promise: were the test set drawn anew many times, the threshold chosen here would miss its goal
in the population in at most ``1 - confidence`` of them, however many thresholds were looked at. It
supposes that the inputs are an independent sample of those that the model will see. It is made for
each concept by itself, or for one common threshold.

Recall. With n positives, those found at a threshold are Binomial(n, recall). Recall never rises
with the threshold, so all thresholds, from the lowest up, are one sequence in an order that no data
decide; the first one with too little recall stands in the same place whatever the sample. Rejecting
"recall is below r" in this order while the exact tail is at most 1 - confidence proves every
threshold with at least k positives found, k depending on n, r and the confidence alone.

Precision. With m predicted at a threshold, the right ones among them are Binomial(m, precision),
given m. Precision may rise and fall with the threshold, and thresholds taken from the scores
themselves would make the order depend on the data. So the sequence is a fixed ladder (see
:mod:`evalcore.guarantees.ladder`), from the strictest rung down. One that began at the top alone
would often end there, for want of predictions; so there are several starts. Each brings an equal
part of the error; a rejected rung hands what it had to the next one, a rung that is not rejected
keeps it. This is the fallback procedure, which holds the total error whatever the tests'
dependence.

References
----------
A. N. Angelopoulos, S. Bates, E. J. Candès, M. I. Jordan, L. Lei (2021), "Learn then Test:
Calibrating predictive algorithms to achieve risk control": fixed-sequence testing.
B. L. Wiens, A. Dmitrienko (2005), "The fallback procedure for evaluating a single family of
hypotheses": the error handed on.
"""

from __future__ import annotations

from collections.abc import Sequence

from evalcore.choosing.choose import positions_of
from evalcore.choosing.goals import Goal
from evalcore.counting.evaluation import Evaluation
from evalcore.counting.rules import Mode, Operator, default_mode
from evalcore.errors import GoalError
from evalcore.guarantees.fixed_sequence import Guarantee
from evalcore.guarantees.precision import prove_precision
from evalcore.guarantees.recall import prove_recall
from evalcore.measures.binomial import error_of

__all__ = ["guarantee"]


def guarantee(
    evaluation: Evaluation,
    goal: Goal,
    *,
    confidence: float = 0.95,
    operator: Operator = ">",
    decision: Mode | None = None,
    concepts: Sequence[str] | None = None,
    common: bool = False,
) -> Guarantee:
    """Choose thresholds that meet a precision or recall goal with confidence.

    Parameters
    ----------
    decision, concepts, common
        As in :func:`evalcore.choosing.choose.choose`. A common threshold is proven only where an
        input adds one pair at most (precision under *top*, recall in a single-label run): pairs of
        one input are no independent sample. Elsewhere the reason is ``pairs_share_inputs``.

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
    >>> proven.choice.threshold.tolist(), proven.lower.round(3).tolist()
    ([0.5], [0.916])
    >>> unproven = guarantee(Evaluation(run), Goal.recall_at_least(0.95))
    >>> unproven.choice.reasons, unproven.needed_positives.tolist()
    (('not_provable',), [59.0])
    """
    if goal.kind not in {"precision_at_least", "recall_at_least"}:
        msg = f"Only a precision or a recall can be required with confidence, got {goal!r}."
        raise GoalError(msg)
    error_of(confidence)
    names, positions = positions_of(evaluation, concepts)
    mode = decision or default_mode(evaluation.run.task)
    prove = prove_precision if goal.kind == "precision_at_least" else prove_recall
    return prove(
        evaluation,
        goal,
        confidence=float(confidence),
        operator=operator,
        mode=mode,
        names=names,
        positions=positions,
        common=common and positions.size > 0,
    )
