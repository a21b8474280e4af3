"""Precision with confidence: thresholds in the order of how many inputs they predict."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from evalcore.arrays import BoolArray, FloatArray, IntArray
from evalcore.choosing.choice import Choice, Reason
from evalcore.choosing.choose import highest_rate
from evalcore.choosing.goals import Goal
from evalcore.choosing.shortest_decimal import shortest_decimal
from evalcore.counting.count_index import CountIndex
from evalcore.counting.evaluation import Evaluation
from evalcore.counting.rules import Mode, Operator
from evalcore.guarantees.fixed_sequence import Stretch, reject_in_order
from evalcore.guarantees.ladder import MOST_STARTS, Ladder, starts_for, starts_of_all_levels
from evalcore.guarantees.proof import MOST_TIMES, Guarantee
from evalcore.measures.binomial import least_successes, trials_needed, upper_tail
from evalcore.measures.metrics import divide

__all__ = ["ladders_of", "prove_precision", "proven_rungs"]

FEWEST = 10
"""Fewer predicted inputs say next to nothing of the rate among them."""
BEST_OF = 0.92
"""Chance asked of the rung that looks best of five, and better than it is (bench ``needed``)."""


def prove_precision(
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
    """Choose, among the rungs proven to have the precision, the one of most recall."""
    index, level = evaluation.index(mode), goal.level or 0.0
    # pairs of one input are no independent sample
    shared = common and mode == "every"
    ladders = ladders_of(index, positions, common=common)
    best = [_best_rung(one, level=level, error=error) for one in ladders if not shared]
    rungs, right, spent = (
        (np.array(column) for column in zip(*best, strict=True))
        if best
        else np.zeros((3, len(ladders)))
    )
    met = rungs > 0
    edges = [one.ends_of(int(rung)) for one, rung in zip(ladders, rungs, strict=True)]
    sizes = index.labelled[positions], index.n_known[positions]
    if common:
        sizes = tuple(part.sum(keepdims=True) for part in sizes)
    found = {
        "p_value": np.where(met, upper_tail(right, rungs, level), np.nan),
        "error": np.where(met, spent, np.nan),
        "lower": np.where(met, level, np.nan),
        **_instead(ladders, ~met & (not shared), *sizes, level=level, error=error),
    }
    shape = positions.shape
    choice = _choice(
        evaluation,
        np.broadcast_to(met, shape),
        np.broadcast_to(np.array(edges, dtype=np.float64).reshape(-1, 2).T, (2, *shape)),
        goal=goal,
        operator=operator,
        mode=mode,
        names=names,
        positions=positions,
        common=common,
        shared=shared,
    )
    return Guarantee(
        choice=choice,
        confidence=confidence,
        is_joint=joint,
        **{name: np.broadcast_to(values, shape) for name, values in found.items()},
    )


def ladders_of(index: CountIndex, positions: IntArray, *, common: bool) -> list[Ladder]:
    """Return a ladder per concept, or one of all of them together."""
    if common:
        return [Ladder.of_all(index, positions)]
    return [Ladder.of(index, j) for j in positions.tolist()]


def proven_rungs(ladder: Ladder, *, level: float, error: float) -> tuple[Stretch, ...]:
    """Return the rungs of a ladder that are proven to have the precision."""
    starts = starts_for(ladder.n_inputs, level=level, error=error)
    if not starts:
        return ()
    rungs, _ = ladder.starts_at(np.array(starts), least=np.array(starts[0]))
    # starts within one tie are one
    parts: dict[int, float] = {}
    for rung in rungs.tolist():
        parts[rung] = parts.get(rung, 0) + error / len(starts)

    def are_rejected(first: int, stop: int, spent: float) -> tuple[IntArray, BoolArray]:
        k, right = ladder.rungs(first, stop)
        return k, k - right <= most_wrong(stop, level=level, error=spent)[k]

    return reject_in_order(are_rejected, starts=list(parts.items()), stop=ladder.n_inputs + 1)


def most_wrong(stop: int, *, level: float, error: float) -> IntArray:
    """Return how many of k predicted inputs may be wrong so that the rest prove the level.

    Returns
    -------
    ndarray of int64
        For k from 0 to ``stop`` - 1, and further; -1 where even none proves it.
    """
    # many concepts ask alike: computed once for a power of two of inputs
    return _most_wrong(1 << max(8, stop.bit_length()), level, round(error, 15))


@lru_cache(maxsize=64)
def _most_wrong(stop: int, level: float, error: float) -> IntArray:
    k = np.arange(stop)
    return k - least_successes(k, probability=level, error=error)


def _best_rung(ladder: Ladder, *, level: float, error: float) -> tuple[int, int, float]:
    """Return the proven rung of most true positives, of those the strictest; zeros for none.

    With it how many it gets right, and its error.
    """
    proven = proven_rungs(ladder, level=level, error=error)
    if not proven:
        return 0, 0, 0.0
    most = int(ladder.at(np.array([proven[-1].last]))[1][0])
    first = ladder.first_rung_with(most)
    stretch = next(one for one in proven if one.last >= first)
    return max(first, stretch.first), most, stretch.error


def _instead(
    ladders: list[Ladder],
    lacking: BoolArray,
    labelled: IntArray,
    n_known: IntArray,
    *,
    level: float,
    error: float,
) -> dict[str, FloatArray]:
    """Return what could be proven where the goal is not, and what would be needed for it."""
    best, right, predicted = (np.full(lacking.size, np.nan) for _ in range(3))
    for j in np.flatnonzero(lacking).tolist():
        best[j] = _best_level(ladders[j], below=level, error=error)
        right[j], predicted[j] = _most_promising(ladders[j], level=level)
    trials = np.full(lacking.size, np.nan)
    there = predicted > 0
    trials[there] = trials_needed(
        *(of[there] for of in (right, predicted)),
        probability=level, error=error / MOST_STARTS, chance=BEST_OF,
    )  # fmt: skip
    trials[trials > MOST_TIMES * predicted] = np.nan
    return {
        "best_level": best,
        "needed_positives": np.ceil(divide(trials * labelled, predicted)),
        "needed_predicted": trials,
        "needed_inputs": np.ceil(divide(trials * n_known, predicted)),
    }


def _best_level(ladder: Ladder, *, below: float, error: float) -> float:
    """Return the highest level, in hundredths below a goal, that could be proven; else NaN."""
    levels, starts, least, part = starts_of_all_levels(ladder.n_inputs, error)
    asked = levels < below - 1e-9
    rungs, right = ladder.starts_at(starts[asked], least=least[asked])
    proven = upper_tail(right, rungs, levels[asked]) <= part[asked]
    return float(levels[asked][proven].max()) if proven.any() else np.nan


def _most_promising(ladder: Ladder, *, level: float) -> tuple[int, int]:
    """Return of some rungs the right and the predicted of the one that would need fewest inputs."""
    asked = ladder.n_inputs >> np.arange(1, 6)
    rungs, right = ladder.starts_at(asked, least=np.full(asked.size, FEWEST))
    excess = np.maximum(
        0.0, divide(right, rungs) - np.sqrt(0.7 * divide(level * (1 - level), rungs)) - level
    )
    best = int(np.nan_to_num(excess * excess * rungs).argmax())
    return int(right[best]), int(rungs[best])


def _choice(
    evaluation: Evaluation,
    met: BoolArray,
    ends: FloatArray,
    *,
    goal: Goal,
    operator: Operator,
    mode: Mode,
    names: tuple[str, ...],
    positions: IntArray,
    common: bool,
    shared: bool,
) -> Choice:
    """Return the lowest threshold of one rung per concept, between its ends, and its counts."""
    index = evaluation.index(mode)
    low, high = ends
    threshold = _lowest(low, high, index=index, operator=operator)
    threshold = np.where(met, threshold, np.nan)
    bounds = np.full(index.labelled.size, np.inf)
    bounds[positions] = np.where(met, low, np.inf)
    counts = index.counts(bounds.astype(index.eligible.dtype)).take(positions)
    labelled = counts.labelled
    return Choice(
        goal=goal,
        operator=operator,
        mode=mode,
        names=names,
        positions=positions,
        is_common=common,
        threshold=threshold,
        low=np.where(met, low, np.nan),
        high=np.where(met, high, np.nan),
        counts=counts,
        reasons=_reasons(met, labelled, shared=shared, common=common),
        closest=highest_rate(evaluation, goal, mode, positions, common=common),
    )


def _lowest(
    low: FloatArray, high: FloatArray, *, index: CountIndex, operator: Operator
) -> FloatArray:
    """Return the lowest threshold between the ends, with the digits that the scores' dtype has."""
    dtype = index.eligible.dtype
    at = low.astype(dtype)
    if operator == ">=":
        at = np.nextafter(at, np.array(np.inf, dtype=dtype))
    written = np.array([float(str(value)) for value in at])
    decimal = shortest_decimal(low, high, dtype=dtype, operator=operator)
    return np.where(np.isfinite(low), written, decimal)


def _reasons(
    met: BoolArray, labelled: IntArray, *, shared: bool, common: bool
) -> tuple[Reason, ...]:
    any_positive = labelled > 0 if not common else np.full(labelled.shape, (labelled > 0).any())
    unproven = np.where(any_positive, "not_provable", "no_positives")
    found = np.where(met, "", "pairs_share_inputs" if shared else unproven)
    return tuple(found.tolist())
