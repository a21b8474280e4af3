"""Recall with confidence: every threshold from the lowest up to the last that the data prove."""

from __future__ import annotations

import numpy as np

from evalcore.arrays import BoolArray, FloatArray, IntArray
from evalcore.choosing.choice import Found, Reason, complete
from evalcore.choosing.choose import found_at, found_common, pick
from evalcore.choosing.common_threshold import CommonSearch
from evalcore.choosing.goals import Goal
from evalcore.counting.count_index import CountIndex
from evalcore.counting.evaluation import Evaluation
from evalcore.counting.rules import Mode, Operator
from evalcore.guarantees.proof import MOST_TIMES, Guarantee
from evalcore.measures.binomial import (
    fewest_trials,
    least_successes,
    lower_limit,
    trials_holding,
    trials_needed,
    upper_tail,
)
from evalcore.measures.metrics import divide
from evalcore.runs.run import UNSCORED

__all__ = ["prove_recall"]


def prove_recall(
    evaluation: Evaluation,
    goal: Goal,
    *,
    confidence: float,
    error: float,
    operator: Operator,
    mode: Mode,
    names: tuple[str, ...],
    positions: IntArray,
    common: bool,
    joint: bool,
) -> Guarantee:
    """Choose, among the thresholds proven to have the recall, the one of most precision.

    All that find enough positives are proven together (see :mod:`evalcore.guarantee`), so picking
    among them costs nothing.
    """
    index, level = evaluation.index(mode), goal.level or 0.0
    if common:
        shared = evaluation.run.task != "single_label"
        found, most, labelled = _common(index, positions, level, error, shared=shared)
    else:
        found, most, labelled = _each(evaluation, mode, positions, level, error)
    choice = complete(
        found,
        goal=goal,
        operator=operator,
        mode=mode,
        names=names,
        positions=positions,
    )
    tp = choice.counts.tp.sum() if common else choice.counts.tp
    lacking = np.array([reason == "not_provable" for reason in choice.reasons], dtype=bool)
    of_all = np.broadcast_to(most, lacking.shape), np.broadcast_to(labelled, lacking.shape)
    n_known = index.n_known[positions].sum() if common else index.n_known[positions]
    needed, n_inputs = _needed(*of_all, n_known, lacking, level=level, error=error)
    sure = np.zeros(lacking.shape, dtype=bool)
    if mode == "every" and not common:
        sure = lacking & (of_all[0] == of_all[1]) & _is_scored(evaluation, positions, lacking)
        needed[sure] = fewest_trials(level, error=error)
        n_inputs[sure] = trials_holding(needed[sure], of_all[1][sure], n_known[sure])
    too_many = ~sure & (needed > MOST_TIMES * of_all[1])
    needed[too_many] = n_inputs[too_many] = np.nan
    # the lowest threshold is the same for every test set: its limit is no picked one
    limit = np.floor(100 * lower_limit(most, labelled, error=error) + 1e-9) / 100
    return Guarantee(
        choice=choice,
        confidence=confidence,
        is_joint=joint,
        p_value=np.where(choice.met, upper_tail(tp, labelled, level), np.nan),
        error=np.where(choice.met, error, np.nan),
        lower=np.where(choice.met, level, np.nan),
        best_level=np.where(lacking & (limit > 0), limit, np.nan),
        needed_positives=needed,
        needed_predicted=np.full(positions.size, np.nan),
        needed_inputs=n_inputs,
    )


def _needed(
    most: IntArray,
    labelled: IntArray,
    n_known: IntArray,
    lacking: BoolArray,
    *,
    level: float,
    error: float,
) -> tuple[FloatArray, FloatArray]:
    """Return how many positives would prove the recall, and how many inputs hold as many."""
    needed = np.full(lacking.shape, np.nan)
    needed[lacking] = trials_needed(
        most[lacking], labelled[lacking], probability=level, error=error
    )
    return needed, np.ceil(needed * divide(n_known, labelled))


def _is_scored(evaluation: Evaluation, positions: IntArray, asked: BoolArray) -> BoolArray:
    """Tell of which concepts every input has a score: the lowest threshold finds all of them."""
    found = np.zeros(positions.shape, dtype=bool)
    for k in np.flatnonzero(asked).tolist():
        found[k] = bool((evaluation.run.scores[:, positions[k]] > UNSCORED).all())
    return found


def _each(
    evaluation: Evaluation, mode: Mode, positions: IntArray, level: float, error: float
) -> tuple[Found, IntArray, IntArray]:
    """Return what was found, the most positives that any threshold finds, and their total."""
    candidates = evaluation.candidate_thresholds(mode).take(positions)
    least = least_successes(candidates.labelled, probability=level, error=error)
    sizes = np.diff(candidates.starts)
    proven = candidates.tp >= np.repeat(least, sizes)
    precision = np.nan_to_num(divide(candidates.tp, candidates.predicted), nan=-1.0)
    rows, reached = pick(candidates, np.where(proven, precision, -np.inf))
    most = candidates.tp[candidates.starts[:-1]]
    found = found_at(
        evaluation.index(mode),
        candidates,
        rows,
        positions=positions,
        reasons=_reasons(candidates.labelled, reached=reached.tolist()),
        closest=divide(most, candidates.labelled),
    )
    return found, most, candidates.labelled


def _common(
    index: CountIndex, positions: IntArray, level: float, error: float, *, shared: bool
) -> tuple[Found, IntArray, IntArray]:
    pool = CommonSearch.of(index, positions=positions)
    labelled, most = np.full(1, pool.labelled), pool.tp[:1]
    least = int(least_successes(pool.labelled, probability=level, error=error))
    reached = least <= int(most[0])
    # so many found is the same as this share found: both quotients are rounded alike
    share = float(least / pool.labelled) if reached else 1.0
    best = pool.best(Goal.recall_at_least(share))
    reasons = ("pairs_share_inputs",) if shared else _reasons(labelled, reached=[reached])
    found = found_common(
        index,
        best,
        positions=positions,
        reason=reasons[0],
        closest=float(divide(most, labelled)[0]),
    )
    return found, most, labelled


def _reasons(labelled: IntArray, *, reached: list[bool]) -> tuple[Reason, ...]:
    return tuple(
        "" if is_proven else "not_provable" if n else "no_positives"
        for n, is_proven in zip(labelled.tolist(), reached, strict=True)
    )
