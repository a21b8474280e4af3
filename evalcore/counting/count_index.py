"""The count index: outcomes of every concept at any thresholds by searching sorted scores."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from evalcore.arrays import BoolArray, IntArray, ScoreArray
from evalcore.base.processor import N_THREADS, several_at_a_time
from evalcore.counting.joined_scores import JoinedScores, PartlyScored
from evalcore.counting.sorted_scores import ScoreSegments, SortedScores
from evalcore.measures.metrics import Counts
from evalcore.pairs.scored import ScoredPairs
from evalcore.runs.joined import JoinedRows
from evalcore.runs.labels import Labels
from evalcore.runs.run import EvalRun

__all__ = ["CountIndex", "TopScores", "sorted_scores"]

COLUMNS, ROWS = 64, 512
"""As many scores are turned and sorted at a time as stay near the processor."""
BLOCK = 8_192
"""Inputs whose top concept is looked for at a time."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class CountIndex:
    """Counts under one mode.

    Parameters
    ----------
    eligible
        Scores that may be predicted, over the pairs whose label is known.
    positives
        Those of them whose label is present.
    labelled, n_known : ndarray of shape (n_concepts,), int64
    """

    eligible: ScoreSegments
    positives: SortedScores
    labelled: IntArray
    n_known: IntArray

    @classmethod
    def of_every(cls, run: EvalRun) -> CountIndex:
        """Index each concept's own scores (mode *every*)."""
        eligible, positives = sorted_scores(run)
        return cls(
            eligible=eligible,
            positives=positives,
            labelled=run.labels.total,
            n_known=run.labels.n_known,
        )

    @classmethod
    def of_top(cls, labels: Labels, top: TopScores) -> CountIndex:
        """Index the highest score of each input under its concept (mode *top*)."""
        here = np.arange(labels.n_inputs)
        known = here if labels.known is None else here[labels.known[here, top.concept]]
        right = labels.inputs[top.concept[labels.inputs] == labels.concepts]
        return cls(
            eligible=_group(top, known, n_segments=labels.n_concepts),
            positives=_group(top, right, n_segments=labels.n_concepts),
            labelled=labels.total,
            n_known=labels.n_known,
        )

    @classmethod
    def joined(
        cls, parts: Sequence[CountIndex], *, positives: SortedScores | None = None
    ) -> CountIndex:
        """Take the indices of the parts of a run together.

        Parameters
        ----------
        positives
            Those of all parts, where they were put together before.
        """
        return cls(
            eligible=JoinedScores.of_parts([part.eligible for part in parts]),
            positives=positives or SortedScores.merged([part.positives for part in parts]),
            labelled=np.sum([part.labelled for part in parts], axis=0),
            n_known=np.sum([part.n_known for part in parts], axis=0),
        )

    def together(self) -> CountIndex:
        """Return the same with the scores of all parts in one: many short searches become one."""
        scores = self.eligible
        return replace(
            self, eligible=scores.together() if isinstance(scores, JoinedScores) else scores
        )

    def take(self, concepts: IntArray) -> CountIndex:
        """Return the index of some concepts, in the given order."""
        return CountIndex(
            eligible=self.eligible.take(concepts),
            positives=self.positives.take(concepts),
            labelled=self.labelled[concepts],
            n_known=self.n_known[concepts],
        )

    def without(self, part: CountIndex) -> CountIndex:
        """Return the index of the inputs that are not in a part, given the part's index."""
        return CountIndex(
            eligible=self.eligible.without(part.eligible),
            positives=self.positives.without(part.positives),
            labelled=self.labelled - part.labelled,
            n_known=self.n_known - part.n_known,
        )

    def counts(self, bounds: ScoreArray) -> Counts:
        """Count the outcomes of every concept whose prediction is ``score > bounds[j]``.

        Parameters
        ----------
        bounds : ndarray of shape (n_concepts,)
            From :meth:`evalcore.counting.rules.Rule.bounds`, in the dtype of the scores.
        """
        tp = self.positives.above(bounds)
        fp = self.eligible.above(bounds) - tp
        fn = self.labelled - tp
        return Counts(tp=tp, fp=fp, fn=fn, tn=self.n_known - tp - fp - fn)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class TopScores:
    """The highest-scoring concept of each input; the first one wins an exact tie.

    Parameters
    ----------
    concept : ndarray of shape (n_inputs,), int64
    score : ndarray of shape (n_inputs,), dtype of the scores
    """

    concept: IntArray
    score: ScoreArray

    @classmethod
    def joined(cls, parts: Sequence[TopScores]) -> TopScores:
        """Take those of the parts of a run together; nothing is copied."""
        if len(parts) == 1:
            return parts[0]
        columns: dict[str, Any] = {
            name: JoinedRows([getattr(part, name) for part in parts])
            for name in ("concept", "score")
        }
        return cls(**columns)

    @classmethod
    def of(cls, run: EvalRun) -> TopScores:
        """Find them in one pass."""
        if isinstance(run.scores, ScoredPairs):
            tops, score = run.scores.tops()
            return cls(concept=tops, score=score)
        if run.scores.flags.f_contiguous:
            return cls._by_concept(run.scores)
        concept: IntArray = np.empty(run.n_inputs, dtype=np.int32)

        def find(start: int) -> None:
            block = run.scores[start : start + BLOCK]
            concept[start : start + BLOCK] = block.argmax(axis=1)

        several_at_a_time(find, range(0, run.n_inputs, BLOCK))
        return cls(concept=concept, score=run.scores[np.arange(run.n_inputs), concept])

    @classmethod
    def _by_concept(cls, scores: ScoreArray) -> TopScores:
        """Find them concept by concept, where the scores of each lie together."""
        score = scores[:, 0].copy()
        concept: IntArray = np.zeros(scores.shape[0], dtype=np.int32)
        for j in range(1, scores.shape[1]):
            # greater, and not as great: the first one wins an exact tie
            better = scores[:, j] > score
            np.copyto(score, scores[:, j], where=better)
            np.copyto(concept, np.int32(j), where=better)
        return cls(concept=concept, score=score)

    def take(self, positions: IntArray) -> TopScores:
        """Return those of some inputs, in the given order."""
        return TopScores(concept=self.concept[positions], score=self.score[positions])

    def passes(self, bounds: ScoreArray) -> BoolArray:
        """Tell for each input whether its top score is above its concept's bound."""
        if (bounds == bounds[0]).all():
            return self.score > bounds[0]
        return self.score > bounds[self.concept]


def sorted_scores(run: EvalRun) -> tuple[ScoreSegments, SortedScores]:
    """Return the sorted scores of all known pairs and of the labelled pairs, per concept."""
    labels = run.labels
    concept = np.repeat(np.arange(run.n_concepts), labels.total)
    positives = run.scores[labels.by_concept, concept]
    if isinstance(run.scores, ScoredPairs):
        eligible: ScoreSegments = _sorted_pairs(run.scores, labels)
    else:
        eligible = _sorted_columns(run.scores, labels)
    return eligible, SortedScores.sort(positives, starts=labels.concept_starts)


def _sorted_columns(scores: ScoreArray, labels: Labels) -> SortedScores:
    """Sort the known pairs of every concept: some columns are turned, and sorted while at hand."""
    n_inputs, n_concepts = scores.shape
    known = None if labels.known is None else np.asarray(labels.known)
    sizes = np.full(n_concepts, n_inputs) if known is None else labels.n_known
    starts = np.concatenate([[0], np.cumsum(sizes)])
    values = np.empty(int(starts[-1]), dtype=scores.dtype)
    width = min(COLUMNS, -(-n_concepts // N_THREADS))

    def sort_some(first: int) -> None:
        columns = slice(first, min(first + width, n_concepts))
        here = values[starts[columns.start] : starts[columns.stop]]
        if known is None:
            _turn(scores[:, columns], here.reshape(-1, n_inputs))
        else:
            turned = np.empty((columns.stop - first, n_inputs), dtype=scores.dtype)
            _turn(scores[:, columns], turned)
            here[:] = turned[known[:, columns].T]
        for j in range(columns.start, columns.stop):
            values[starts[j] : starts[j + 1]].sort()

    several_at_a_time(sort_some, range(0, n_concepts, width))
    values.setflags(write=False)
    return SortedScores(values=values, starts=starts)


def _sorted_pairs(pairs: ScoredPairs, labels: Labels) -> PartlyScored:
    concepts, values = pairs.concepts, pairs.values
    if labels.known is not None:
        known = labels.known[pairs.inputs, concepts]
        concepts, values = concepts[known], values[known]
    given = SortedScores.group(values, keys=concepts, n_segments=labels.n_concepts)
    return PartlyScored(given=given, unscored=labels.n_known - np.diff(given.starts))


def _turn(columns: ScoreArray, rows: ScoreArray) -> None:
    """Copy columns into rows; by few inputs at a time numpy is several times faster."""
    for start in range(0, columns.shape[0], ROWS):
        rows[:, start : start + ROWS] = columns[start : start + ROWS].T


def _group(top: TopScores, positions: IntArray, *, n_segments: int) -> SortedScores:
    return SortedScores.group(
        top.score[positions], keys=top.concept[positions], n_segments=n_segments
    )
