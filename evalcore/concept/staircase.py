"""One concept's counts as a staircase over the threshold, exact at every score that occurs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from evalcore.arrays import BoolArray, IntArray, ScoreArray
from evalcore.counting.count_index import CountIndex
from evalcore.counting.evaluation import Evaluation
from evalcore.counting.rules import Mode, Rule
from evalcore.counting.sorted_scores import scored
from evalcore.measures.metrics import Counts

__all__ = [
    "Borderline",
    "Staircase",
    "borderline",
    "count_staircase",
    "may_predict",
    "split_staircases",
    "staircase_of",
]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Staircase:
    """The counts of one concept at every threshold.

    Under ``score > t`` step k holds for ``scores[k - 1] <= t < scores[k]``; step 0 reaches down
    without end, the last one up. Under ``score >= t`` the ends change sides: ``scores[k - 1] < t
    <= scores[k]``. A bound of :meth:`evalcore.counting.rules.Rule.bounds` is right for both.

    Parameters
    ----------
    scores : ndarray of shape (n_steps - 1,)
        The different scores, ascending, in the precision of the run; pairs not scored left out.
    counts : Counts
        Arrays of shape (n_steps,). TP and FP never grow from one step to the next.
    """

    scores: ScoreArray
    counts: Counts

    def at(self, bound: float | np.floating) -> int:
        """Return the step that holds where predicted means ``score > bound``."""
        # in the dtype of the scores: another one would compare in another precision
        return int(np.searchsorted(self.scores, self.scores.dtype.type(bound), side="right"))


def count_staircase(
    eligible: ScoreArray, positives: ScoreArray, *, n_labelled: int, n_known: int
) -> Staircase:
    """Count the outcomes of a concept at every threshold.

    Parameters
    ----------
    eligible : ndarray of shape (n_eligible,)
        Ascending scores that may be predicted, over the pairs whose label is known.
    positives : ndarray of shape (n_positives,)
        Ascending, those of them whose label is present.
    n_labelled, n_known
        Inputs labelled with the concept, and inputs whose label for it is known.

    Examples
    --------
    >>> scores = np.array([0.2, 0.5, 0.5, 0.9])
    >>> steps = count_staircase(scores, np.array([0.5, 0.9]), n_labelled=2, n_known=4)
    >>> steps.scores.tolist(), steps.counts.tp.tolist(), steps.counts.fp.tolist()
    ([0.2, 0.5, 0.9], [2, 2, 1, 0], [2, 1, 0, 0])
    """
    reachable, found = scored(eligible), scored(positives)
    is_last = np.ones(reachable.size, dtype=bool)
    is_last[:-1] = reachable[1:] != reachable[:-1]
    last = np.flatnonzero(is_last)
    scores = reachable[last]
    predicted = np.concatenate([[reachable.size], reachable.size - 1 - last])
    reached = np.searchsorted(found, scores, side="right")
    tp = np.concatenate([[found.size], found.size - reached])
    fp = predicted - tp
    fn = n_labelled - tp
    return Staircase(scores=scores, counts=Counts(tp=tp, fp=fp, fn=fn, tn=n_known - tp - fp - fn))


def staircase_of(evaluation: Evaluation, concept: str, *, mode: Mode) -> Staircase:
    """Return the staircase of one concept over all inputs.

    Raises
    ------
    SelectionError
        When the run has no such concept.
    """
    return _from_index(evaluation.index(mode), evaluation.run.position_of(concept))


def _from_index(index: CountIndex, concept: int) -> Staircase:
    return count_staircase(
        index.eligible.of(concept),
        index.positives.of(concept),
        n_labelled=int(index.labelled[concept]),
        n_known=int(index.n_known[concept]),
    )


def may_predict(evaluation: Evaluation, concept: int, *, mode: Mode) -> BoolArray:
    """Tell for each input whether some threshold predicts the concept; shape (n_inputs,)."""
    if mode == "every":
        return np.ones(evaluation.run.n_inputs, dtype=bool)
    return np.asarray(evaluation.top.concept == concept)


def split_staircases(evaluation: Evaluation, concept: str, *, mode: Mode) -> dict[str, Staircase]:
    """Return the staircase of one concept for every split that has inputs, by the split's name.

    Empty for a run without splits.

    Raises
    ------
    SelectionError
        When the run has no such concept.
    """
    run = evaluation.run
    j = run.position_of(concept)
    if run.folds is None:
        return {}
    return dict(_by_split(evaluation, j, mode=mode))


def _by_split(
    evaluation: Evaluation, concept: int, *, mode: Mode
) -> Iterator[tuple[str, Staircase]]:
    run = evaluation.run
    labels, folds = run.labels, np.asarray(run.folds)
    column = run.scores[:, concept]
    labelled = np.zeros(run.n_inputs, dtype=bool)
    labelled[labels.inputs_of(concept)] = True
    known = np.ones(run.n_inputs, dtype=bool) if labels.known is None else labels.known[:, concept]
    eligible = known & may_predict(evaluation, concept, mode=mode)
    for k in np.unique(folds).tolist():
        here = folds == k
        inside = here & eligible
        yield (
            run.fold_names[k],
            count_staircase(
                np.sort(column[inside]),
                np.sort(column[inside & labelled]),
                n_labelled=int(np.count_nonzero(here & labelled)),
                n_known=int(np.count_nonzero(here & known)),
            ),
        )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Borderline:
    """The inputs nearest a concept's threshold, from the nearest on; equal scores in run order.

    Parameters
    ----------
    predicted, missed : ndarray of int64
        Positions just inside and just outside; their labels for the concept are known.
    """

    predicted: IntArray
    missed: IntArray


def borderline(evaluation: Evaluation, rule: Rule, concept: str, *, k: int = 8) -> Borderline:
    """Find at most k inputs on each side of a concept's threshold.

    Under *top* only the inputs whose highest score is the concept's are near its threshold.

    Raises
    ------
    SelectionError
        When the run has no such concept.
    """
    run = evaluation.run
    j = run.position_of(concept)
    mode = rule.mode_for(run.task)
    bound = rule.bounds(run.concepts, dtype=run.scores.dtype)[j]
    scores = evaluation.index(mode).eligible.scored(j)
    cut = int(np.searchsorted(scores, bound, side="right"))
    near = scores[max(0, cut - k) : cut + k]
    if near.size == 0:
        return Borderline(predicted=np.zeros(0, np.int64), missed=np.zeros(0, np.int64))
    column = run.scores[:, j]
    # the sorted scores say how far the k nearest reach: one pass finds whose they are
    found = np.flatnonzero((column >= near[0]) & (column <= near[-1]))
    found = found[_eligible(evaluation, found, j, mode=mode)]
    inside, outside = found[column[found] > bound], found[column[found] <= bound]
    return Borderline(
        predicted=inside[np.argsort(column[inside], kind="stable")][:k],
        missed=outside[np.argsort(-column[outside], kind="stable")][:k],
    )


def _eligible(evaluation: Evaluation, found: IntArray, concept: int, *, mode: Mode) -> BoolArray:
    known = evaluation.run.labels.knows(found, concept)
    return known & may_predict(evaluation, concept, mode=mode)[found]
