"""The evaluation of a run: an index built once, and every number looked up in it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from typing import Any, Generic, TypeVar, cast

import numpy as np

from evalcore.arrays import FloatArray, IntArray
from evalcore.counting import members as find_members
from evalcore.counting.candidate_thresholds import CandidateThresholds
from evalcore.counting.count_index import CountIndex
from evalcore.counting.flips import Flip, Flips
from evalcore.counting.matrix import (
    NO_LABEL,
    NOTHING_PREDICTED,
    WIDE,
    CellIndex,
    Matrix,
    Rows,
    count_by_pass,
)
from evalcore.counting.prebuilt import Prebuilt
from evalcore.counting.predictions import Predictions, decidable
from evalcore.counting.rank_quality import (
    RankQuality,
    deviation_over_splits,
    mean_over_splits,
    mean_scores,
)
from evalcore.counting.ranked_inputs import RankedInputs
from evalcore.counting.rules import Mode, Rule
from evalcore.counting.selections import Selection
from evalcore.measures.metrics import Average, Counts, mean_of
from evalcore.runs.run import EvalRun

__all__ = [
    "Evaluation",
    "once",
]

T = TypeVar("T")


class once(Generic[T]):  # noqa: N801 - reads as the decorator that it is
    """A property computed once per object, under the object's own lock.

    ``functools.cached_property`` will not do: since Python 3.12 every waiting thread computes
    again, and before that one lock served all objects of the class.
    """

    def __init__(self, compute: Callable[[Any], T]) -> None:
        self.compute, self.name = compute, compute.__name__
        self.__doc__ = compute.__doc__

    def __get__(self, owner: Any, kind: object = None) -> T:  # noqa: ANN401
        if owner is None:
            return self  # type: ignore[return-value]
        with owner._lock:  # noqa: SLF001
            if self.name not in vars(owner):
                vars(owner)[self.name] = self.compute(owner)
            return cast("T", vars(owner)[self.name])


class Evaluation:
    """Everything that can be asked of a run under any rule.

    The index is built by the constructor; the parts for the matrix and for AUC on first use, under
    a lock. Nothing changes afterwards, so one object serves all threads.

    Examples
    --------
    >>> run = EvalRun.from_arrays([[0.9], [0.8], [0.3]], [[0], [], [0]], concepts=["dog"])
    >>> evaluation = Evaluation(run)
    >>> c = evaluation.counts(Rule(0.5))
    >>> c.tp.tolist(), c.fp.tolist(), c.fn.tolist(), c.tn.tolist()
    ([1], [1], [1], [0])
    """

    def __init__(self, run: EvalRun, *, prebuilt: Prebuilt | None = None) -> None:
        parts = prebuilt or Prebuilt.of(run)
        self.run = run
        self._lock = threading.RLock()
        self.top = parts.top
        self._indices: dict[Mode, CountIndex] = dict(parts.indices)
        self._rows = Rows.of(run)
        self._ranked: dict[Mode, RankedInputs] = dict(parts.ranked)
        self._cells: dict[Mode, CellIndex] = {}
        self._candidate_thresholds: dict[Mode, CandidateThresholds] = {}
        self._mistakes: tuple[Rule, IntArray] | None = None
        vars(self).update(parts.once())

    # ------------------------------------------------------------------ numbers that follow a rule

    def counts(self, rule: Rule) -> Counts:
        """Count TP, FP, FN and TN of every concept; int64 arrays of shape (n_concepts,)."""
        bounds = rule.bounds(self.run.concepts, dtype=self.run.scores.dtype)
        return self._indices[rule.mode_for(self.run.task)].counts(bounds)

    def matrix(self, rule: Rule) -> Matrix:
        """Count the inputs labelled i and predicted j, with "no label" and "nothing predicted"."""
        predictions = self.predictions(rule)
        if predictions.ranked.covers(predictions.bounds):
            counts = self._cells_under(predictions.mode).count(predictions.bounds)
        else:
            counts = count_by_pass(self.run, predictions.bounds)
            counts = counts if self._rows.filled is None else counts[self._rows.filled]
        nothing = np.flatnonzero(predictions.nothing())
        counts[:, -1] = self._rows.count(nothing, n_rows=len(counts))
        return Matrix(
            counts=self._rows.in_place(counts, n_concepts=self.run.n_concepts),
            actual=(*self.run.concepts, NO_LABEL),
            predicted=(*self.run.concepts, NOTHING_PREDICTED),
        )

    def also_labelled(self, rule: Rule) -> IntArray:
        """Count per cell the inputs that are labelled j as well as i; shape of the matrix.

        In a single-label run that is the diagonal.
        """
        predictions = self.predictions(rule)
        n_concepts = self.run.n_concepts
        if predictions.mode == "every":
            counts = self._co_labelled.count(predictions.bounds)
            return self._rows.in_place(counts, n_concepts=n_concepts)
        side = n_concepts + 1
        hits = predictions.hits()
        labels = self.run.labels
        column = np.full(self.run.n_inputs, n_concepts)
        column[labels.inputs[hits]] = labels.concepts[hits]
        columns = column[labels.inputs]
        is_hit = columns < n_concepts
        cells = labels.concepts[is_hit] * side + columns[is_hit]
        return np.bincount(cells, minlength=side * side).reshape(side, side)

    def unknown_labels(self, rule: Rule) -> IntArray:
        """Count per cell the inputs whose label for j is unknown; shape of the matrix."""
        labels, predictions = self.run.labels, self.predictions(rule)
        side = self.run.n_concepts + 1
        counts = np.zeros((side, side), dtype=np.int64)
        if labels.known is None:
            return counts
        rows = self._rows.n_counted(self.run.n_concepts)
        for j in range(self.run.n_concepts):
            inputs = predictions.inputs_of(j)
            found = self._rows.count(inputs[~labels.knows(inputs, j)], n_rows=rows)
            counts[slice(None) if self._rows.filled is None else self._rows.filled, j] = found
        return counts

    def mistakes(self, rule: Rule) -> IntArray:
        """Count per cell the inputs that are known not to be labelled j; shape of the matrix.

        Off the diagonal, where the matrix counts those that are also labelled j, and those that may
        be. The last column keeps what is labelled and has nothing predicted.
        """
        with self._lock:
            # which concepts are shown is asked again with every move of the threshold
            if self._mistakes is None or self._mistakes[0] != rule:
                rows = self.filled_rows
                whole = (self.matrix(rule).counts, self.also_labelled(rule))
                counts, also = (part if rows is None else part[rows] for part in whole)
                wrong = counts - also
                if self.run.labels.known is not None:
                    unknown = self.unknown_labels(rule)
                    wrong -= unknown if rows is None else unknown[rows]
                wrong = self._rows.in_place(wrong, n_concepts=self.run.n_concepts)
                wrong.setflags(write=False)
                self._mistakes = rule, wrong
            return self._mistakes[1]

    def accuracy(self, rule: Rule) -> Average:
        """Return the share of inputs whose predicted concepts are exactly their labels.

        For a single-label run that is its accuracy, for a multi-label run its exact-match share.
        ``n_defined`` counts the inputs whose labels are known well enough to tell.
        """
        usable = decidable(self.run)
        right = self.predictions(rule).exact_matches()
        return mean_of(np.where(usable, right, np.nan).astype(np.float64))

    def n_nothing_predicted(self, rule: Rule) -> int:
        """Count the inputs for which no concept is predicted."""
        return int(np.count_nonzero(self.predictions(rule).nothing()))

    def n_on_threshold(self, rule: Rule) -> int:
        """Count the inputs for which ``>`` and ``>=`` differ."""
        exact = rule.exact(self.run.concepts, dtype=self.run.scores.dtype)
        if not self._touches(rule):
            return 0
        return int(find_members.on_threshold(self.predictions(rule), exact).size)

    # ------------------------------------------------------------------ the inputs behind a number

    def members(self, rule: Rule, selection: Selection) -> IntArray:
        """Return the inputs of a selection: int64 positions, most confident first.

        Confident means: the highest score for the predicted concept, else for the labelled one,
        else the highest score of all. Equal scores keep the order of the run. A block goes cell by
        cell.

        Raises
        ------
        SelectionError
            When the selection names a concept that the run has not.
        """
        exact = rule.exact(self.run.concepts, dtype=self.run.scores.dtype)
        return find_members.find(selection, self.predictions(rule), exact)

    def flips(self, before: Rule, after: Rule) -> Flips:
        """Count the inputs that change from one rule to another, and find them on demand."""
        first, second = self.predictions(before), self.predictions(after)
        mode: Mode = "top" if "top" in {first.mode, second.mode} else "every"
        both = self._indices[mode].counts(np.maximum(first.bounds, second.bounds))

        def members(flip: Flip) -> IntArray:
            return find_members.flipped(first, second, flip)

        return Flips.between(self.counts(before), self.counts(after), both=both, members=members)

    def predictions(self, rule: Rule) -> Predictions:
        """Return the rule applied to this run."""
        mode = rule.mode_for(self.run.task)
        return Predictions(
            run=self.run,
            top=self.top,
            ranked=self._ranked_under(mode),
            mode=mode,
            bounds=rule.bounds(self.run.concepts, dtype=self.run.scores.dtype),
        )

    # ------------------------------------------------------------ numbers that no threshold changes

    def roc_auc(self) -> FloatArray:
        """Return ROC AUC per concept, mean over the splits where it is defined; (n_concepts,)."""
        return mean_over_splits(self.ranking.roc_auc)

    def roc_auc_deviation(self) -> FloatArray:
        """Return the sample standard deviation of ROC AUC over the splits; (n_concepts,)."""
        return deviation_over_splits(self.ranking.roc_auc)

    def average_precision(self) -> FloatArray:
        """Return average precision per concept, mean over the splits; (n_concepts,)."""
        return mean_over_splits(self.ranking.average_precision)

    def mean_scores(self, *, among: IntArray | None = None) -> FloatArray:
        """Return the mean score for j over the inputs labelled i; float64 (n_concepts, n_concepts).

        With splits the mean of the splits' means. NaN where no input is labelled i. ``among`` are
        the positions of the concepts to look at, for rows and columns alike: in a wide run only
        these are computed.
        """
        if among is None:
            return self._mean_scores
        if self.run.n_concepts > WIDE:
            return mean_scores(self.run, among=among)
        return self._mean_scores[np.ix_(among, among)]

    @property
    def filled_rows(self) -> IntArray | None:
        """The rows of the matrix that can hold anything, "no label" last; None: all of them.

        It is known of runs of very many concepts, of which the rest takes neither memory nor time.
        """
        return self._rows.filled

    def index(self, mode: Mode) -> CountIndex:
        """Return the sorted scores that the counts under a mode are looked up in."""
        return self._indices[mode]

    def candidate_thresholds(self, mode: Mode) -> CandidateThresholds:
        """Return every threshold worth looking at under a mode, with its counts."""
        with self._lock:
            if mode not in self._candidate_thresholds:
                self._candidate_thresholds[mode] = CandidateThresholds.of(self._indices[mode])
            return self._candidate_thresholds[mode]

    @once
    def score_range(self) -> tuple[float, float]:
        """Where a threshold makes sense: (0, 1) where the scores fit it, else their own range."""
        scored = self.run.scores[np.isfinite(self.run.scores)]
        low, high = (float(scored.min()), float(scored.max())) if scored.size else (0.0, 1.0)
        if low >= 0 and high <= 1:
            return 0.0, 1.0
        return (low, high) if low < high else (low - 0.5, high + 0.5)

    @once
    def ranking(self) -> RankQuality:
        """ROC AUC and average precision of every split."""
        index = self._indices["every"]
        return RankQuality.of(self.run, every=index.eligible, positives=index.positives)

    @once
    def _mean_scores(self) -> FloatArray:
        means = mean_scores(self.run)
        means.setflags(write=False)
        return means

    @once
    def _co_labelled(self) -> CellIndex:
        positives = self._indices["every"].positives
        return CellIndex.of(RankedInputs.of_labelled(positives, run=self.run), self._rows)

    def prebuilt(self) -> Prebuilt:
        """Return everything that takes long to build, built now where it was not yet."""
        return Prebuilt(
            top=self.top,
            indices=self._indices,
            ranked={mode: self._ranked_under(mode) for mode in self._indices},
            ranking=self.ranking,
            mean_scores=self._mean_scores if self.run.n_concepts <= WIDE else None,
            score_range=self.score_range,
        )

    def _ranked_under(self, mode: Mode) -> RankedInputs:
        with self._lock:
            if mode not in self._ranked:
                top = self.top if mode == "top" else None
                eligible = self._indices[mode].eligible
                self._ranked[mode] = RankedInputs.of(eligible, run=self.run, top=top)
            return self._ranked[mode]

    def _cells_under(self, mode: Mode) -> CellIndex:
        with self._lock:
            if mode not in self._cells:
                self._cells[mode] = CellIndex.of(self._ranked_under(mode), self._rows)
            return self._cells[mode]

    def _touches(self, rule: Rule) -> bool:
        strict = replace(rule, operator=">")
        loose = replace(rule, operator=">=")
        if self.run.labels.known is not None:
            return True
        return bool((self.counts(strict).predicted != self.counts(loose).predicted).any())
