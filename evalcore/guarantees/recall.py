"""Recall with confidence: every threshold from the lowest up to the last that the data prove."""

from __future__ import annotations

import numpy as np

from evalcore.arrays import IntArray
from evalcore.choosing.choice import Found, Reason, complete
from evalcore.choosing.choose import found_at, found_common, pick
from evalcore.choosing.common_threshold import CommonSearch
from evalcore.choosing.goals import Goal
from evalcore.counting.count_index import CountIndex
from evalcore.counting.evaluation import Evaluation
from evalcore.counting.rules import Mode, Operator
from evalcore.guarantees.proof import MOST_TIMES, Guarantee
from evalcore.measures.binomial import least_successes, lower_limit, trials_needed, upper_tail
from evalcore.measures.metrics import divide

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
    needed = np.full(lacking.shape, np.nan)
    of_all = np.broadcast_to(most, lacking.shape), np.broadcast_to(labelled, lacking.shape)
    needed[lacking] = trials_needed(
        *(part[lacking] for part in of_all), probability=level, error=error
    )
    needed[needed > MOST_TIMES * of_all[1]] = np.nan
    # the lowest threshold is the same for every test set: its limit is no picked one
    limit = np.floor(100 * lower_limit(most, labelled, error=error) + 1e-9) / 100
    n_known = index.n_known[positions].sum() if common else index.n_known[positions]
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
        needed_inputs=np.ceil(needed * divide(n_known, labelled)),
    )


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
