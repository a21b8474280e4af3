"""Not tuned on what is reported: choose on some inputs, count on the others.

A threshold that was picked because it did best on some inputs looks better on them than it is. So
every part of the run takes its turn as the one that is left out: the threshold is chosen on the
other parts and its outcomes are counted on the part left out; the counts of all turns are summed.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from evalcore.arrays import BoolArray, FloatArray, IntArray, TextArray
from evalcore.choosing.choice import Choice
from evalcore.choosing.choose import choose, choose_in
from evalcore.choosing.goals import Goal
from evalcore.counting.candidate_thresholds import CandidateThresholds
from evalcore.counting.count_index import CountIndex, TopScores
from evalcore.counting.evaluation import Evaluation
from evalcore.counting.rules import Mode, Operator, bounds_of
from evalcore.errors import GoalError
from evalcore.measures.metrics import METRICS, Counts
from evalcore.runs.labels import Labels
from evalcore.runs.run import EvalRun

__all__ = [
    "halves",
    "parts_of",
]


__all__ = ["HeldOut", "choose_held_out"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class HeldOut:
    """A choice beside what it comes to on inputs that it was not made on.

    Parameters
    ----------
    choice
        Made on all inputs; its counts are those of the inputs it was made on.
    parts
        Names of the parts that took turns; two halves where the run has no splits.
    thresholds : ndarray of shape (n_parts, n_names), float64
        Chosen on the other parts; NaN where they could not meet the goal.
    counts
        Outcomes on the parts left out, summed over the turns in which there was a threshold.
    n_turns : ndarray of shape (n_names,), int64
        Over how many turns that is.
    """

    choice: Choice
    parts: tuple[str, ...]
    thresholds: FloatArray
    counts: Counts
    n_turns: IntArray

    def difference(self, metric: str) -> FloatArray:
        """Return a metric on the inputs left out minus the same on the inputs chosen on.

        Parameters
        ----------
        metric
            A key of :data:`evalcore.METRICS`.

        Returns
        -------
        ndarray of shape (n_names,), float64
            NaN where one of the two is undefined or there is no threshold.
        """
        value = METRICS[metric](self.counts) - METRICS[metric](self.choice.counts)
        return np.where(self.choice.met & (self.n_turns > 0), value, np.nan)


def choose_held_out(
    evaluation: Evaluation,
    goal: Goal,
    *,
    operator: Operator = ">",
    decision: Mode | None = None,
    concepts: Sequence[str] | None = None,
    common: bool = False,
    progress: Callable[[float], None] | None = None,
) -> HeldOut:
    """Choose as :func:`evalcore.choose` does, and count on inputs that were not chosen on.

    Parameters
    ----------
    progress
        Called with the share of the work done, between 0 and 1.

    Raises
    ------
    GoalError
        When all inputs are in one split, so that nothing is left to choose on.
    SelectionError
        When a concept is not in the run.

    Examples
    --------
    >>> from evalcore import EvalRun, Evaluation
    >>> run = EvalRun.from_arrays(
    ...     [[0.9], [0.2], [0.7], [0.8]], [[0], [], [0], []], folds=["a", "a", "b", "b"]
    ... )
    >>> held_out = choose_held_out(Evaluation(run), Goal.f_beta())
    >>> held_out.thresholds.round(2).tolist(), held_out.counts.fp.tolist()
    ([[0.0], [0.5]], [2])
    """
    whole = choose(
        evaluation, goal, operator=operator, decision=decision, concepts=concepts, common=common
    )
    names, part_of = parts_of(evaluation.run)
    thresholds = np.full((len(names), len(whole.names)), np.nan)
    sums = np.zeros((4, len(whole.names)), dtype=np.int64)
    turns = _folds(PartIndexer.of(evaluation, whole), part_of, n_parts=len(names))
    for k, (rest, part) in enumerate(turns):
        thresholds[k] = rest.choose(goal)
        counts = part.count(thresholds[k])
        used = ~np.isnan(thresholds[k])
        sums += np.where(used, [counts.tp, counts.fp, counts.fn, counts.tn], 0)
        if progress is not None:
            progress((k + 1) / len(names))
    tp, fp, fn, tn = sums
    return HeldOut(
        choice=whole,
        parts=names,
        thresholds=thresholds,
        counts=Counts(tp=tp, fp=fp, fn=fn, tn=tn),
        n_turns=(~np.isnan(thresholds)).sum(axis=0),
    )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class InputsIndexed:
    """Some inputs of a run, for the concepts of a choice.

    Parameters
    ----------
    positions
        Of the concepts, in the index.
    """

    index: CountIndex
    choice: Choice
    positions: IntArray

    def choose(self, goal: Goal) -> FloatArray:
        """Choose thresholds on these inputs; shape (n_names,)."""
        chosen = choose_in(
            self.index,
            goal,
            candidates=None if self.choice.is_common else CandidateThresholds.of(self.index),
            operator=self.choice.operator,
            mode=self.choice.mode,
            names=self.choice.names,
            positions=self.positions,
        )
        return chosen.threshold

    def count(self, thresholds: FloatArray) -> Counts:
        """Count the outcomes at thresholds on these inputs; arrays of shape (n_names,)."""
        every = np.zeros(self.index.labelled.size)
        every[self.positions] = np.nan_to_num(thresholds)
        dtype = self.index.eligible.dtype
        c = self.index.counts(bounds_of(every, operator=self.choice.operator, dtype=dtype))
        return c.take(self.positions)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PartIndexer:
    """Makes indices of any inputs, of the concepts of a choice alone where that spares work."""

    run: EvalRun
    top: TopScores
    whole: CountIndex
    choice: Choice
    positions: IntArray

    @classmethod
    def of(cls, evaluation: Evaluation, choice: Choice) -> PartIndexer:
        run, positions = evaluation.run, choice.positions
        whole = evaluation.index(choice.mode)
        n_different = np.unique(positions).size
        if choice.mode == "every" and 0 < n_different == positions.size < run.n_concepts:
            run, whole = _narrowed(run, choice), whole.take(positions)
            positions = np.arange(positions.size)
        return cls(run=run, top=evaluation.top, whole=whole, choice=choice, positions=positions)

    def inputs(self, chosen: BoolArray) -> InputsIndexed:
        """Return some inputs, indexed anew."""
        keep = np.flatnonzero(chosen)
        if self.choice.mode == "top":
            return self._with(CountIndex.of_top(self.run.labels.take(keep), self.top.take(keep)))
        return self._with(CountIndex.of_every(self.run.subset(keep)))

    def all_but(self, part: InputsIndexed) -> InputsIndexed:
        """Return the inputs that are not in a part, without sorting them again."""
        return self._with(self.whole.without(part.index))

    def _with(self, index: CountIndex) -> InputsIndexed:
        return InputsIndexed(index=index, choice=self.choice, positions=self.positions)


def _folds(
    source: PartIndexer, part_of: IntArray, *, n_parts: int
) -> Iterator[tuple[InputsIndexed, InputsIndexed]]:
    """Yield for each part the inputs outside it and those in it."""
    if n_parts == 2:
        first, second = (source.inputs(part_of == k) for k in range(2))
        yield second, first
        yield first, second
        return
    for k in range(n_parts):
        part = source.inputs(part_of == k)
        yield source.all_but(part), part


def _narrowed(run: EvalRun, choice: Choice) -> EvalRun:
    """Return the run with the concepts of a choice alone."""
    renumbered = np.full(run.n_concepts, -1)
    renumbered[choice.positions] = np.arange(choice.positions.size)
    labels = run.labels
    concepts = renumbered[labels.concepts]
    pairs = np.column_stack([labels.inputs, concepts])[concepts >= 0]
    known = None if labels.known is None else labels.known[:, choice.positions]
    return replace(
        run,
        concepts=choice.names,
        scores=np.ascontiguousarray(run.scores[:, choice.positions]),
        labels=Labels(
            n_inputs=run.n_inputs, n_concepts=choice.positions.size, pairs=pairs, known=known
        ),
        task="multi_label",
        metadata={},
        images=None,
        texts=None,
    )


HALVES: tuple[str, ...] = ("half A", "half B")
MOST_TURNS = 20
"""More splits take their turns in so many groups of neighbours: thresholds that are chosen on 95 %
of the inputs differ little from those chosen on 99.9 %, and a thousand turns take minutes."""


def parts_of(run: EvalRun) -> tuple[tuple[str, ...], IntArray]:
    """Return the names of the parts and each input's part: its split, or else one of two halves.

    Of very many splits a part is some neighbouring ones.

    Raises
    ------
    GoalError
        When there is only one part.
    """
    if run.folds is None:
        names, part_of = HALVES, halves(run.ids)
    else:
        used, part_of = np.unique(run.folds, return_inverse=True)
        names = tuple(run.fold_names[k] for k in used)
        if used.size > MOST_TURNS:
            groups = np.array_split(np.arange(used.size), MOST_TURNS)
            names = tuple(f"{names[one[0]]} to {names[one[-1]]}" for one in groups)
            part_of = np.repeat(np.arange(MOST_TURNS), [one.size for one in groups])[part_of]
    if np.unique(part_of).size < 2:
        msg = f"All {run.n_inputs} inputs are in one part, so that none is left to choose on."
        raise GoalError(msg + " Hint: a run with two splits or more can be chosen across them.")
    return names, part_of


def halves(ids: TextArray) -> IntArray:
    """Return 0 or 1 for each input, by a hash of its id.

    An id stays in its half when inputs are added, taken away or put in another order.
    """
    texts = (text.encode(errors="surrogatepass") for text in ids)
    hashes = (hashlib.blake2b(text, digest_size=1).digest()[0] for text in texts)
    return np.fromiter(hashes, dtype=np.int64, count=ids.size) & 1
