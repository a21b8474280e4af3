"""A rule applied to a run: who is predicted as what, without ever making the whole table."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt

from evalcore.arrays import BoolArray, IntArray, ScoreArray
from evalcore.base.processor import several_at_a_time
from evalcore.counting.count_index import TopScores
from evalcore.counting.ranked_inputs import RankedInputs
from evalcore.counting.rules import Mode
from evalcore.pairs.condensed import Pairs
from evalcore.pairs.scored import ScoredPairs
from evalcore.pairs.sparse_table import spans
from evalcore.runs.run import EvalRun

__all__ = [
    "PartPredictions",
    "PredictedScores",
    "Predictions",
    "count_by_pass",
    "decidable",
    "one_after_another",
]


LONG = 128
"""Inputs per concept from which on those of every row are counted by themselves."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PredictedScores:
    """What is predicted of pairs that are looked up one by one.

    Parameters
    ----------
    bounds : ndarray of shape (n_concepts,)
        A score is predicted when it is greater than its concept's bound.
    """

    run: EvalRun
    top: TopScores
    mode: Mode
    bounds: ScoreArray

    def has(self, positions: IntArray, concept: int) -> BoolArray:
        """Tell for each position whether the concept is predicted."""
        if self.mode == "top":
            passes = self.top.score[positions] > self.bounds[concept]
            return passes & (self.top.concept[positions] == concept)
        return np.asarray(self.run.scores[positions, concept] > self.bounds[concept])

    @property
    def is_common(self) -> bool:
        """True when all bounds are equal."""
        return bool((self.bounds == self.bounds[0]).all())


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Predictions(PredictedScores):
    """The predictions of a run under one rule, put together of those of its parts."""

    parts: tuple[PartPredictions, ...]

    def inputs_of(self, concept: int) -> IntArray:
        """Return the positions of all inputs predicted as the concept, ascending."""
        found = (part.in_run(part.inputs_of(concept)) for part in self.parts)
        return one_after_another(list(found))

    def nothing(self) -> BoolArray:
        """Tell for each input whether no concept is predicted; shape (n_inputs,)."""
        return one_after_another([part.nothing() for part in self.parts])


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PartPredictions(PredictedScores):
    """The predictions of one part of a run; positions are those in the part.

    Parameters
    ----------
    start
        Position of its first input in the run.
    label_scores
        Returns the score of each labelled pair, in the order of ``run.labels``.
    """

    ranked: RankedInputs
    start: int
    label_scores: Callable[[], ScoreArray]

    def in_run(self, positions: IntArray) -> IntArray:
        """Return the positions in the run of some of this part."""
        return positions + self.start if self.start else positions

    def inputs_of(self, concept: int) -> IntArray:
        """Return the positions of all inputs predicted as the concept, ascending."""
        if self.ranked.covers(self.bounds[concept : concept + 1]):
            return np.sort(self.ranked.best_first(concept, self.bounds[concept]))
        return np.flatnonzero(self.run.scores[:, concept] > self.bounds[concept])

    def pairs(self) -> tuple[IntArray, IntArray]:
        """Return input and concept of all predicted pairs."""
        if self.ranked.covers(self.bounds):
            return self.ranked.pairs(self.bounds)
        inputs, concepts = np.divmod(
            np.flatnonzero(self.run.scores > self.bounds), self.run.n_concepts
        )
        return inputs, concepts

    def may_predict(self, inputs: IntArray, scores: ScoredPairs) -> Pairs:
        """Return input, concept and score of the pairs of some inputs that a threshold decides."""
        if self.mode == "top":
            tops = self.top.take(inputs)
            return inputs, tops.concept, tops.score
        places, sizes = spans(scores.starts, inputs)
        return np.repeat(inputs, sizes), scores.concepts[places], scores.values[places]

    def scored_for(self, concept: int) -> Pairs:
        """Return the same of one concept; ranked, if all of its pairs are."""
        values, stop = self.ranked.scores.scored(concept), int(self.ranked.starts[concept + 1])
        inputs = self.ranked.inputs[stop - values.size : stop]
        return inputs, np.full(inputs.size, concept), values

    def labelled_pairs(self) -> Pairs:
        """Return the same of the labelled pairs."""
        labels = self.run.labels
        inputs, concepts = labels.inputs, labels.concepts
        if self.mode == "every":
            return inputs, concepts, self.label_scores()
        tops = self.top.take(inputs)
        is_top = tops.concept == concepts
        return inputs[is_top], concepts[is_top], tops.score[is_top]

    def nothing(self) -> BoolArray:
        """Tell for each input whether no concept is predicted; shape (n_inputs,)."""
        passes = self.top.passes(self.bounds)
        if self.mode == "top" or self.is_common:
            return ~passes
        if self.ranked.covers(self.bounds):
            passes[self.ranked.above(self.bounds)] = True
            return ~passes
        # another concept with a lower threshold may pass where the top one does not
        unsure = np.flatnonzero(~passes & (self.top.score > self.bounds.min()))
        passes[self._passing(unsure)] = True
        return ~passes

    def _passing(self, inputs: IntArray) -> IntArray:
        """Return those of some inputs of which any score passes, in any order."""
        scores = self.run.scores
        if not (isinstance(scores, np.ndarray) and scores.flags.f_contiguous):
            return inputs[(scores[inputs] > self.bounds).any(axis=1)]
        found = [inputs[:0]]
        for j in np.argsort(self.bounds).tolist():
            # the bounds of all concepts to come are at least as high
            inputs = inputs[self.top.score[inputs] > self.bounds[j]]
            passes = scores[:, j].take(inputs) > self.bounds[j]
            found.append(inputs[passes])
            inputs = inputs[~passes]
            if not inputs.size:
                break
        return np.concatenate(found)

    def exact_matches(self) -> BoolArray:
        """Tell for each input whether the predicted concepts are exactly its labels."""
        labels = self.run.labels
        n_labels = np.diff(labels.input_starts)
        found = self.hits()
        n_found = np.bincount(labels.inputs[found], minlength=self.run.n_inputs)
        complete = n_found == n_labels
        if self.mode == "top":
            return complete & (n_labels == self.top.passes(self.bounds))
        if self.ranked.covers(self.bounds):
            predicted = self.ranked.above(self.bounds)
            return complete & (np.bincount(predicted, minlength=self.run.n_inputs) == n_labels)
        # only inputs whose labels are all predicted can match: count what else they are given
        candidates = np.flatnonzero(complete)
        for block in np.array_split(candidates, max(1, candidates.size // 65_536)):
            n_predicted = np.count_nonzero(self.run.scores[block] > self.bounds, axis=1)
            complete[block] = n_predicted == n_labels[block]
        return complete

    def hits(self) -> BoolArray:
        """Tell for each labelled pair, in the order of ``run.labels``, whether it is predicted."""
        labels = self.run.labels
        if self.mode == "top":
            passes = self.top.passes(self.bounds)[labels.inputs]
            return passes & (self.top.concept[labels.inputs] == labels.concepts)
        return np.asarray(self.label_scores() > self.bounds[labels.concepts])


def decidable(run: EvalRun) -> BoolArray:
    """Tell for each input whether its labels are known well enough to call it right or wrong."""
    known = run.labels.fully_known
    if run.task == "single_label":
        return known | (np.diff(run.labels.input_starts) > 0)
    return known


def one_after_another(parts: Sequence[npt.NDArray[Any]]) -> npt.NDArray[Any]:
    """Return arrays joined; the only one as it is."""
    return parts[0] if len(parts) == 1 else np.concatenate(parts)


def count_by_pass(run: EvalRun, bounds: ScoreArray) -> IntArray:
    """Count as :meth:`CellIndex.count` of the matrix does, by comparing the scores themselves."""
    counts = np.zeros((run.n_concepts + 1, run.n_concepts + 1), dtype=np.int64)
    if isinstance(run.scores, np.ndarray) and run.scores.flags.f_contiguous:
        _count_by_columns(counts, run, bounds)
        return counts
    for i in range(run.n_concepts):
        inputs = run.labels.inputs_of(i)
        counts[i, :-1] = np.count_nonzero(run.scores[inputs] > bounds, axis=0)
    counts[-1, :-1] = np.count_nonzero(run.scores[run.labels.unlabelled] > bounds, axis=0)
    return counts


def _count_by_columns(counts: IntArray, run: EvalRun, bounds: ScoreArray) -> None:
    """Count concept by concept, where the scores of each lie together; in threads."""
    labels = run.labels
    # the inputs of one row after another: gathering bits is cheaper than gathering scores
    order = np.concatenate([labels.by_concept, labels.unlabelled]).astype(np.intp)
    ends = np.append(labels.concept_starts, order.size)

    def count(j: int) -> None:
        above = (run.scores[:, j] > bounds[j]).take(order)
        if order.size > LONG * run.n_concepts:
            spans = pairwise(ends.tolist())
            counts[:, j] = [np.count_nonzero(above[start:stop]) for start, stop in spans]
        else:
            counts[:, j] = np.diff(np.append(0, np.cumsum(above))[ends])

    several_at_a_time(count, range(run.n_concepts))
