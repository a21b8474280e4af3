"""The best threshold for a goal, exactly: over every threshold that there is, not over a grid."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from evalcore.arrays import BoolArray, FloatArray, IntArray, ScoreArray
from evalcore.choosing.choice import Choice, Found, Reason, complete
from evalcore.choosing.common_threshold import Best, CommonSearch
from evalcore.choosing.goals import Goal
from evalcore.choosing.utility import utility
from evalcore.counting.candidate_thresholds import CandidateThresholds
from evalcore.counting.count_index import CountIndex
from evalcore.counting.evaluation import Evaluation
from evalcore.counting.rules import Mode, Operator, default_mode
from evalcore.measures.metrics import divide

__all__ = [
    "choose",
    "choose_in",
    "found_at",
    "found_common",
    "highest_in",
    "highest_rate",
    "neighbours",
    "pick",
    "positions_of",
    "reasons_of",
]


def choose(
    evaluation: Evaluation,
    goal: Goal,
    *,
    operator: Operator = ">",
    decision: Mode | None = None,
    concepts: Sequence[str] | None = None,
    common: bool = False,
) -> Choice:
    """Choose the best threshold for each concept, or one for all of them.

    Parameters
    ----------
    decision
        The mode; None: the task's default. Under *top* a concept's threshold acts only on the
        inputs of which it is the top concept, so the choice is exact for each concept there too.
    concepts
        Whom to choose for; None: all concepts.
    common
        One threshold for all of these concepts, by their summed (micro) counts.

    Raises
    ------
    SelectionError
        When a concept is not in the run.

    Examples
    --------
    >>> from evalcore import EvalRun, Evaluation
    >>> run = EvalRun.from_arrays([[0.9], [0.8], [0.3], [0.1]], [[0], [], [0], []])
    >>> choice = choose(Evaluation(run), Goal.f_beta())
    >>> choice.threshold.tolist(), choice.low.tolist(), choice.high.tolist()
    ([0.2], [0.1], [0.3])
    """
    names, positions = positions_of(evaluation, concepts)
    mode = decision or default_mode(evaluation.run.task)
    return choose_in(
        evaluation.index(mode),
        goal,
        candidates=None if common else evaluation.candidate_thresholds(mode),
        operator=operator,
        mode=mode,
        names=names,
        positions=positions,
    )


def choose_in(
    index: CountIndex,
    goal: Goal,
    *,
    candidates: CandidateThresholds | None,
    operator: Operator,
    mode: Mode,
    names: tuple[str, ...],
    positions: IntArray,
) -> Choice:
    """Choose as :func:`choose` does, in an index; one common threshold without candidates."""
    if candidates is None and positions.size:
        found = _common(index, goal, positions)
    else:
        candidates = candidates or CandidateThresholds.of(index)
        found = _each(index, candidates.take(positions), goal, positions)
    return complete(
        found, goal=goal, operator=operator, mode=mode, names=names, positions=positions
    )


def positions_of(
    evaluation: Evaluation, concepts: Sequence[str] | None
) -> tuple[tuple[str, ...], IntArray]:
    """Return the names of some concepts, of all for None, and their positions in the run."""
    run = evaluation.run
    if concepts is None:
        return run.concepts, np.arange(run.n_concepts)
    place = {name: j for j, name in enumerate(run.concepts)}
    found = [place[name] if name in place else run.position_of(name) for name in concepts]
    return tuple(concepts), np.array(found, dtype=np.int64)


def pick(candidates: CandidateThresholds, values: FloatArray) -> tuple[IntArray, BoolArray]:
    """Return each concept's row of highest utility and whether it is worth anything; (n_concepts,).

    Rows ascend by score, so the first of equal ones has the most true positives.
    """
    highest = candidates.highest(values)
    sizes = np.diff(candidates.starts)
    return candidates.first_of(values == np.repeat(highest, sizes)), highest > -np.inf


def neighbours(
    index: CountIndex, positions: IntArray, predicted: IntArray
) -> tuple[ScoreArray, ScoreArray]:
    """Return the scores on both sides of thresholds that predict so many; infinite for no score."""
    scores = index.eligible
    above = np.diff(scores.starts)[positions] - predicted
    low = np.where(above > 0, scores.nth(positions, above - 1), -np.inf)
    high = np.where(predicted > 0, scores.nth(positions, above), np.inf)
    return low.astype(scores.dtype), high.astype(scores.dtype)


def highest_rate(
    evaluation: Evaluation, goal: Goal, mode: Mode, positions: IntArray, *, common: bool
) -> FloatArray:
    """Return the highest precision or recall that any threshold reaches; (n_positions,)."""
    if common:
        pool = CommonSearch.of(evaluation.index(mode), positions=positions)
        return np.full(positions.size, pool.highest_rate(goal))
    return highest_in(evaluation.candidate_thresholds(mode).take(positions), goal)


def highest_in(candidates: CandidateThresholds, goal: Goal) -> FloatArray:
    """Return the highest precision or recall of each concept's rows; NaN for other goals."""
    match goal.kind:
        case "precision_at_least":
            rates = divide(candidates.tp, candidates.predicted)
        case "recall_at_least":
            rates = divide(candidates.tp, candidates.labelled[candidates.concept])
        case _:
            return np.full(candidates.labelled.size, np.nan)
    highest = candidates.highest(np.nan_to_num(rates, nan=-1.0))
    return np.where(highest < 0, np.nan, highest)


def found_at(
    index: CountIndex,
    candidates: CandidateThresholds,
    rows: IntArray,
    *,
    positions: IntArray,
    reasons: tuple[Reason, ...],
    closest: FloatArray,
) -> Found:
    """Return the intervals and counts of one row per concept."""
    return Found(
        low=neighbours(index, positions, candidates.predicted[rows])[0],
        high=candidates.score[rows],
        counts=candidates.counts(rows),
        reasons=reasons,
        closest=closest,
    )


def found_common(
    index: CountIndex, best: Best, *, positions: IntArray, reason: Reason, closest: float
) -> Found:
    """Return one interval for all of the concepts, and each one's own counts in it."""
    dtype, n = index.eligible.dtype, positions.size
    low, high = (np.full(n, end, dtype=dtype) for end in (best.low, best.high))
    # every bound in [low, high) counts alike, so the lower end will do
    c = index.counts(np.full(index.labelled.size, best.low, dtype=dtype))
    return Found(
        low=low,
        high=high,
        counts=c.take(positions),
        reasons=(reason,) * n,
        closest=np.full(n, closest),
        is_common=True,
    )


def reasons_of(
    goal: Goal, labelled: IntArray, n_known: IntArray, reached: BoolArray
) -> tuple[Reason, ...]:
    """Return why a goal cannot be met, empty where it can; one entry per concept."""
    found = np.where(reached, "", "out_of_reach")
    if goal.kind == "youden":
        found = np.where(labelled < n_known, found, "no_negatives")
    found = np.where(labelled > 0, found, "no_positives")
    return tuple(found.tolist())


def _each(
    index: CountIndex, candidates: CandidateThresholds, goal: Goal, positions: IntArray
) -> Found:
    sizes = np.diff(candidates.starts)
    labelled, n_known = np.repeat(candidates.labelled, sizes), np.repeat(candidates.n_known, sizes)
    values = utility(
        goal, tp=candidates.tp, predicted=candidates.predicted, labelled=labelled, n_known=n_known
    )
    rows, reached = pick(candidates, values)
    return found_at(
        index,
        candidates,
        rows,
        positions=positions,
        reasons=reasons_of(goal, candidates.labelled, candidates.n_known, reached),
        closest=highest_in(candidates, goal),
    )


def _common(index: CountIndex, goal: Goal, positions: IntArray) -> Found:
    pool = CommonSearch.of(index, positions=positions)
    best = pool.best(goal)
    reached = np.array([best.utility > -np.inf])
    sums = np.full(1, pool.labelled), np.full(1, pool.n_known)
    reason = reasons_of(goal, *sums, reached)[0]
    closest = pool.highest_rate(goal)
    return found_common(index, best, positions=positions, reason=reason, closest=closest)
