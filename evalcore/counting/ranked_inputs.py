"""Inputs ranked by score under each concept: who is predicted, without a pass over all inputs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from evalcore.arrays import IntArray, ScoreArray, grouped_order, places_between, stable_order
from evalcore.counting.count_index import TopScores
from evalcore.counting.sorted_scores import (
    ScoreSegments,
    SortedScores,
    for_each_segment,
)
from evalcore.pairs.scored import ScoredPairs
from evalcore.runs.run import EvalRun

__all__ = ["RankedInputs"]

SHARE = 0.07
"""Ranked inputs may take this share of the memory of the scores; the lowest are left to a pass."""
PAIR_BYTES = 8
"""Half for the input, half for its part of the checkpoints of the matrix."""
FEW_EACH = 256
"""Up to so many inputs of each concept are taken by their places, more by slices."""
SMALL = 1_000_000
"""Up to this many pairs are ranked whatever the share."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class RankedInputs:
    """The (input, concept) pairs above a floor, ordered by concept and score.

    Parameters
    ----------
    scores
        Sorted scores of at least these pairs: the highest of segment j belong to ``inputs``.
    inputs : ndarray of shape (n_pairs,), int32
        (Where only the rows of the matrix are asked for, a code for those an input stands in.)
        From the least confident to the most; of equal scores the later input first, so that read
        backwards they are in the order of the run.
    starts : ndarray of shape (n_concepts + 1,), int64
        Inputs of concept j are ``inputs[starts[j]:starts[j + 1]]``.
    floor
        Pairs at or below it are missing.
    """

    scores: ScoreSegments
    inputs: npt.NDArray[np.integer[Any]]
    starts: IntArray
    floor: float

    @classmethod
    def of(cls, scores: ScoreSegments, *, run: EvalRun, top: TopScores | None) -> RankedInputs:
        """Rank the pairs that may be predicted: of every concept, or of each input's top one."""
        floor = -np.inf
        if top is not None:
            inputs, concepts, values = np.arange(run.n_inputs), top.concept, top.score
        elif isinstance(run.scores, ScoredPairs):
            pairs = run.scores
            inputs, concepts, values = pairs.inputs, pairs.concepts, pairs.values
        else:
            floor = floor_of(run.scores)
            inputs, concepts, values = pairs_above(run.scores, floor)
        return cls.arrange(
            # the count index leaves out unknown pairs, the matrix and the pages do not
            scores if run.labels.known is None else None,
            inputs=inputs,
            concepts=concepts,
            values=values,
            n_concepts=run.n_concepts,
            floor=floor,
        )

    @classmethod
    def of_columns(cls, columns: ScoreArray, *, floor: float) -> RankedInputs:
        """Rank the pairs above a floor, given concept by concept: (n_concepts, n_inputs)."""
        bound = columns.dtype.type(floor)
        inputs, values = [], []
        for column in columns:
            # of equal scores the later input first
            found = np.flatnonzero(column > bound)[::-1]
            found = found[stable_order(column[found])]
            inputs.append(found.astype(np.int32))
            values.append(column[found])
        starts = np.cumsum([0, *map(len, inputs)])
        scores = SortedScores(values=np.concatenate(values), starts=starts)
        return cls(scores=scores, inputs=np.concatenate(inputs), starts=starts, floor=floor)

    @classmethod
    def of_labelled(cls, scores: ScoreSegments, *, run: EvalRun) -> RankedInputs:
        """Rank the labelled pairs, under the concepts they are labelled with."""
        labels = run.labels
        return cls.arrange(
            scores,
            inputs=labels.inputs,
            concepts=labels.concepts,
            values=run.scores[labels.inputs, labels.concepts],
            n_concepts=run.n_concepts,
        )

    @classmethod
    def of_scores(cls, values: ScoreArray) -> RankedInputs:
        """Rank all inputs by one score each, whatever concept it is for."""
        inputs = np.arange(values.size)
        concepts = np.zeros_like(inputs)
        return cls.arrange(None, inputs=inputs, concepts=concepts, values=values, n_concepts=1)

    @classmethod
    def arrange(
        cls,
        scores: ScoreSegments | None,
        *,
        inputs: IntArray,
        concepts: IntArray,
        values: ScoreArray,
        n_concepts: int,
        floor: float = -np.inf,
    ) -> RankedInputs:
        """Order pairs given by ascending input; with ``scores`` None keep the values."""
        order = grouped_order(concepts[::-1])
        starts = np.concatenate([[0], np.cumsum(np.bincount(concepts, minlength=n_concepts))])
        grouped = values[::-1][order]

        def by_score(span: slice) -> None:
            order[span] = order[span][stable_order(grouped[span])]

        for_each_segment(starts, by_score)
        return cls(
            scores=scores or SortedScores(values=values[::-1][order], starts=starts),
            inputs=inputs[::-1][order].astype(np.int32),
            starts=starts,
            floor=floor,
        )

    def covers(self, bounds: ScoreArray) -> bool:
        """Tell whether every pair above these bounds is there."""
        return bool(bounds.min() >= bounds.dtype.type(self.floor))

    def above(self, bounds: ScoreArray) -> IntArray:
        """Return the inputs of all pairs above their concept's bound, grouped by concept."""
        n_above = self.scores.above(bounds)
        return self.take(self.starts[1:] - n_above, self.starts[1:])

    def pairs(self, bounds: ScoreArray) -> tuple[IntArray, IntArray]:
        """Return input and concept of all pairs above their concept's bound."""
        n_above = self.scores.above(bounds)
        inputs = self.take(self.starts[1:] - n_above, self.starts[1:])
        return inputs, np.repeat(np.arange(n_above.size), n_above)

    def between(self, low: ScoreArray, high: ScoreArray) -> IntArray:
        """Return the inputs of all pairs above ``low`` and not above ``high``."""
        stop = self.starts[1:]
        return self.take(stop - self.scores.above(low), stop - self.scores.above(high))

    def best_first(self, concept: int, bound: ScoreArray) -> IntArray:
        """Return the inputs above a concept's bound, most confident first."""
        segment = self.scores.scored(concept)
        n_above = segment.size - int(np.searchsorted(segment, bound, side="right"))
        stop = int(self.starts[concept + 1])
        return self.inputs[stop - n_above : stop][::-1].astype(np.int64)

    def take(self, first: IntArray, stop: IntArray) -> IntArray:
        """Return ``inputs[first[j]:stop[j]]`` of every concept, one after another."""
        some = np.flatnonzero(first < stop)
        if int((stop - first).sum()) < FEW_EACH * some.size:
            return np.asarray(self.inputs.take(places_between(first, stop)))
        spans = zip(first[some].tolist(), stop[some].tolist(), strict=True)
        return np.concatenate([self.inputs[:0], *(self.inputs[a:b] for a, b in spans)])


def floor_of(scores: ScoreArray) -> float:
    """Return the score below which pairs are not ranked, so that they fit their share of memory."""
    budget = max(SMALL, int(scores.nbytes * SHARE) // PAIR_BYTES)
    if scores.size <= budget:
        return -np.inf
    sample = scores[:: max(1, scores.shape[0] // 2_000)]
    # a score that occurs: between two of them lies NaN when both are -inf
    return float(np.quantile(sample, 1 - budget / scores.size, method="higher"))


def pairs_above(scores: ScoreArray, floor: float) -> tuple[IntArray, IntArray, ScoreArray]:
    """Return input, concept and score of the pairs above a floor, in ascending order of inputs."""
    bound = np.array(floor, dtype=scores.dtype)
    parts = []
    for start in range(0, scores.shape[0], 8_192):
        block = scores[start : start + 8_192]
        places = np.flatnonzero(block > bound)
        row, concept = np.divmod(places, scores.shape[1])
        parts.append((row + start, concept, block.reshape(-1)[places]))
    inputs, concepts, values = (np.concatenate(column) for column in zip(*parts, strict=True))
    return inputs, concepts, values
