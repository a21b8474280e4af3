"""The thresholds worth looking at: just below each distinct positive score, and above all scores.

Between two neighbouring positive scores a higher threshold keeps every true positive and only loses
false ones, so no goal is served better in between. Under the mode *top* this holds per concept
too: which concept is an input's top one depends on no threshold, so a concept's threshold acts on
the inputs of which it is the top one, and on nothing else.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from evalcore.arrays import BoolArray, FloatArray, IntArray, ScoreArray
from evalcore.counting.count_index import CountIndex
from evalcore.counting.sorted_scores import SortedScores
from evalcore.measures.metrics import Counts

__all__ = ["CandidateThresholds", "distinct_scores"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class CandidateThresholds:
    """What every threshold worth looking at counts, concept after concept.

    Parameters
    ----------
    score : ndarray of shape (n_rows,)
        Ascending within each concept. The row stands for all thresholds that predict this score
        and no lower one; the last row of a concept, infinite, for those that predict nothing.
    tp, predicted : ndarray of shape (n_rows,), int64
    starts : ndarray of shape (n_concepts + 1,), int64
        Rows of concept j are ``starts[j]:starts[j + 1]``; one at least.
    labelled, n_known : ndarray of shape (n_concepts,), int64
    """

    score: ScoreArray
    tp: IntArray
    predicted: IntArray
    starts: IntArray
    labelled: IntArray
    n_known: IntArray

    @classmethod
    def of(cls, index: CountIndex) -> CandidateThresholds:
        """Count every candidate of every concept in one pass over the positives."""
        rows, tp = distinct_scores(index.positives)
        ends = rows.starts[1:]
        return cls(
            score=np.insert(rows.values, ends, np.inf),
            tp=np.insert(tp, ends, 0),
            predicted=np.insert(index.eligible.at_least(rows), ends, 0),
            starts=rows.starts + np.arange(rows.starts.size),
            labelled=index.labelled,
            n_known=index.n_known,
        )

    @property
    def concept(self) -> IntArray:
        """Position of each row's concept; shape (n_rows,)."""
        return np.repeat(np.arange(self.labelled.size), np.diff(self.starts))

    def take(self, positions: IntArray) -> CandidateThresholds:
        """Return the candidates of some concepts, in the given order."""
        sizes = np.diff(self.starts)[positions]
        starts = np.concatenate([[0], np.cumsum(sizes)])
        rows = np.arange(starts[-1]) + np.repeat(self.starts[positions] - starts[:-1], sizes)
        return CandidateThresholds(
            score=self.score[rows],
            tp=self.tp[rows],
            predicted=self.predicted[rows],
            starts=starts,
            labelled=self.labelled[positions],
            n_known=self.n_known[positions],
        )

    def highest(self, utility: FloatArray) -> FloatArray:
        """Return the highest utility among each concept's rows; shape (n_concepts,)."""
        return np.maximum.reduceat(utility, self.starts[:-1]) if utility.size else np.zeros(0)

    def first_of(self, wanted: BoolArray) -> IntArray:
        """Return each concept's first row that is wanted, else its last; (n_concepts,)."""
        if wanted.size == 0:
            return np.zeros(0, dtype=np.int64)
        rows = np.where(wanted, np.arange(wanted.size), wanted.size)
        return np.minimum(np.minimum.reduceat(rows, self.starts[:-1]), self.starts[1:] - 1)

    def counts(self, rows: IntArray) -> Counts:
        """Return the outcomes at one row per concept."""
        tp, fp = self.tp[rows], self.predicted[rows] - self.tp[rows]
        fn = self.labelled - tp
        return Counts(tp=tp, fp=fp, fn=fn, tn=self.n_known - tp - fp - fn)


def distinct_scores(positives: SortedScores) -> tuple[SortedScores, IntArray]:
    """Return the different scores of each segment, unscored left out, and how many reach each.

    Returns
    -------
    tuple
        The scores, and an int64 array with one count per score: the values of its own segment that
        are at least as high.
    """
    values, starts = positives.values, positives.starts
    is_first = np.empty(values.size, dtype=bool)
    is_first[1:] = values[1:] != values[:-1]
    is_first[starts[:-1][np.diff(starts) > 0]] = True
    rows = np.flatnonzero(is_first & (values > -np.inf))
    ends = np.repeat(starts[1:], np.diff(starts))
    row_starts = np.searchsorted(rows, starts)
    return SortedScores(values=values[rows], starts=row_starts), ends[rows] - rows
