"""The evaluation of a run: an index built once, and every number looked up in it."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from evalcore.arrays import FloatArray, IntArray
from evalcore.base.kept import Lately, once
from evalcore.counting import members as find_members
from evalcore.counting.candidate_thresholds import CandidateThresholds
from evalcore.counting.count_index import CountIndex
from evalcore.counting.flips import Flip, Flips
from evalcore.counting.joined_scores import PartlyScored
from evalcore.counting.matrix import NO_LABEL, NOTHING_PREDICTED, Matrix, is_wide
from evalcore.counting.part import Part
from evalcore.counting.prebuilt import Prebuilt
from evalcore.counting.predictions import Predictions
from evalcore.counting.rank_quality import (
    RankQuality,
    deviation_over_splits,
    mean_over_splits,
    mean_scores,
)
from evalcore.counting.rules import Mode, Rule
from evalcore.counting.selections import Block, Cell, Selection
from evalcore.counting.shown_matrix import condense, worst_cell
from evalcore.measures.metrics import Average, Counts
from evalcore.pairs.cells import Cells, SparseCounts
from evalcore.pairs.scored import ScoredPairs
from evalcore.runs.joined import starts_of
from evalcore.runs.run import EvalRun

__all__ = ["Evaluation", "threshold_range"]


RULES_KEPT = 8
MOVES_KEPT = 3
"""Rules whose counts are kept: highlights, table and matrix of a move ask for the same."""


class Evaluation:
    """Everything that can be asked of a run under any rule.

    The index is built by the constructor; the parts for the matrix and for AUC on first use, under
    a lock. Nothing changes afterwards, so one object serves all threads. The numbers are sums over
    the parts of the run; a run in one piece has one part.

    Examples
    --------
    >>> run = EvalRun.from_arrays([[0.9], [0.8], [0.3]], [[0], [], [0]], concepts=["dog"])
    >>> evaluation = Evaluation(run)
    >>> c = evaluation.counts(Rule(0.5))
    >>> c.tp.tolist(), c.fp.tolist(), c.fn.tolist(), c.tn.tolist()
    ([1], [1], [1], [0])
    """

    def __init__(self, run: EvalRun, *, prebuilt: Prebuilt | None = None) -> None:
        built = prebuilt or Prebuilt.of(run)
        self.run = run
        self.top = built.top
        starts = starts_of([piece.ids for piece in run.pieces]).tolist()
        self.parts = tuple(
            Part(piece, of_piece, start=start)
            for piece, of_piece, start in zip(run.pieces, built.pieces, starts, strict=False)
        )
        self._lock = threading.RLock()
        self._indices: dict[Mode, CountIndex] = dict(built.indices)
        self._candidate_thresholds: dict[Mode, CandidateThresholds] = {}
        self._mistakes: tuple[Rule, Cells] | None = None
        self._matrix: tuple[Rule, Cells] | None = None
        self._condensed: tuple[tuple[Rule, bytes], IntArray] | None = None
        self._accuracies = Lately[Rule, Average](RULES_KEPT)
        self._counted = Lately[Rule, Counts](MOVES_KEPT)
        # the matrix, the number above the list and their comparison ask for the same
        self._all_cells = Lately[Rule, Cells](1)
        self._also_cells = Lately[Rule, Cells](1)
        self._touching = Lately[Rule, int](1)
        self._worst = Lately[Rule, tuple[int, int] | None](RULES_KEPT)
        vars(self).update(built.once())

    # ------------------------------------------------------------------ numbers that follow a rule

    def counts(self, rule: Rule) -> Counts:
        """Count TP, FP, FN and TN of every concept; int64 arrays of shape (n_concepts,)."""
        kept = self._counted.get(rule, lambda: self._count(rule))
        # a copy: whoever writes into it changes nothing for the others
        return Counts(tp=kept.tp.copy(), fp=kept.fp.copy(), fn=kept.fn.copy(), tn=kept.tn.copy())

    def _count(self, rule: Rule) -> Counts:
        bounds = rule.bounds(self.run.concepts, dtype=self.run.scores.dtype)
        return self._indices[rule.mode_for(self.run.task)].counts(bounds)

    def matrix(self, rule: Rule) -> Matrix:
        """Count the inputs labelled i and predicted j, with "no label" and "nothing predicted"."""
        is_kept = is_wide(self.run.n_concepts)
        return Matrix(
            counts=self._kept_cells(rule) if is_kept else self._own_cells(rule),
            actual=(*self.run.concepts, NO_LABEL),
            predicted=(*self.run.concepts, NOTHING_PREDICTED),
        )

    def _own_cells(self, rule: Rule) -> Cells:
        return _own(self._all_cells.get(rule, lambda: self._cells(rule)))

    def _kept_cells(self, rule: Rule) -> Cells:
        with self._lock:
            # asked for by matrix, list and their comparison: of very many concepts it takes long
            if self._matrix is None or self._matrix[0] != rule:
                self._matrix = rule, self._cells(rule)
            return self._matrix[1]

    def _cells(self, rule: Rule) -> Cells:
        if any(part.by_pairs is None for part in self.parts):
            return _summed([part.matrix(rule) for part in self.parts])
        named = [part.named_cells(rule) for part in self.parts]
        return SparseCounts.of_codes(np.concatenate(named), side=self.run.n_concepts + 1)

    def condensed(self, rule: Rule, *, shown: IntArray) -> IntArray:
        """Return the matrix of some concepts, all others as one: see :func:`condense`."""
        asked = rule, shown.tobytes()
        last = self._condensed
        if last is None or last[0] != asked:
            counts = self._condense(rule, shown)
            counts.setflags(write=False)
            # the matrix on the screen and the number above the list ask for the same
            last = self._condensed = asked, counts
        return last[1]

    def _condense(self, rule: Rule, shown: IntArray) -> IntArray:
        found = [
            part.condensed(rule, scores, shown=shown)
            for part in self.parts
            if (scores := part.by_pairs) is not None
        ]
        if len(found) < len(self.parts):
            return condense(self.matrix(rule).counts, shown=shown)
        return np.asarray(np.sum(found, axis=0))

    def in_cell(self, rule: Rule, *, actual: int, predicted: int) -> int:
        """Count the inputs of one cell of the matrix, given by the positions of two concepts."""
        n_found, side = 0, self.run.n_concepts + 1
        for part in self.parts:
            row, _ = part.rows.standing(part.predictions(rule).inputs_of(predicted), side=side)
            n_found += int(np.count_nonzero(row == actual))
        return n_found

    def also_condensed(self, rule: Rule, *, shown: IntArray) -> IntArray:
        """Return what is also labelled, condensed likewise."""
        found = [
            part.also_condensed(rule, scores, shown=shown)
            for part in self.parts
            if (scores := part.by_pairs) is not None
        ]
        if len(found) < len(self.parts):
            return condense(self.also_labelled(rule), shown=shown)
        return np.asarray(np.sum(found, axis=0))

    def also_labelled(self, rule: Rule) -> Cells:
        """Count per cell the inputs that are labelled j as well as i; shape of the matrix.

        In a single-label run that is the diagonal.
        """
        return _own(
            self._also_cells.get(
                rule, lambda: _summed([part.also_labelled(rule) for part in self.parts])
            )
        )

    def unknown_labels(self, rule: Rule) -> Cells:
        """Count per cell the inputs whose label for j is unknown; shape of the matrix."""
        return _summed([part.unknown_labels(rule) for part in self.parts])

    def mistakes(self, rule: Rule) -> Cells:
        """Count per cell the inputs that are known not to be labelled j; shape of the matrix.

        Off the diagonal, where the matrix counts those that are also labelled j, and those that may
        be. The last column keeps what is labelled and has nothing predicted.
        """
        with self._lock:
            # which concepts are shown is asked again with every move of the threshold
            if self._mistakes is None or self._mistakes[0] != rule:
                wrong = self.matrix(rule).counts - self.also_labelled(rule)
                if self.run.labels.known is not None:
                    wrong = wrong - self.unknown_labels(rule)
                wrong.setflags(write=False)
                self._mistakes = rule, wrong
            return self._mistakes[1]

    def worst_cell(self, rule: Rule) -> tuple[int, int] | None:
        """Return (row, column) of the largest confusion of two concepts, or None without any."""
        return self._worst.get(rule, lambda: worst_cell(self.mistakes(rule)))

    def accuracy(self, rule: Rule) -> Average:
        """Return the share of inputs whose predicted concepts are exactly their labels.

        For a single-label run that is its accuracy, for a multi-label run its exact-match share.
        ``n_defined`` counts the inputs whose labels are known well enough to tell.
        """
        # that of the pinned rule is asked for again with every move of the threshold
        return self._accuracies.get(rule, lambda: self._accuracy(rule))

    def _accuracy(self, rule: Rule) -> Average:
        n_usable = sum(part.n_decidable for part in self.parts)
        n_right = sum(part.n_right(rule) for part in self.parts)
        return Average(
            value=n_right / n_usable if n_usable else float("nan"),
            n_defined=n_usable,
            n_concepts=self.run.n_inputs,
        )

    def n_nothing_predicted(self, rule: Rule) -> int:
        """Count the inputs for which no concept is predicted."""
        return sum(part.n_nothing(rule) for part in self.parts)

    def n_on_threshold(self, rule: Rule) -> int:
        """Count the inputs for which ``>`` and ``>=`` differ."""
        return self._touching.get(rule, lambda: self._count_touching(rule))

    def _count_touching(self, rule: Rule) -> int:
        exact = rule.exact(self.run.concepts, dtype=self.run.scores.dtype)
        found = (
            find_members.on_threshold(part.predictions(rule), exact)
            for part in self.parts
            if self._touches(part, rule)
        )
        return sum(inputs.size for inputs in found)

    # ------------------------------------------------------------------ the inputs behind a number

    def members(self, rule: Rule, selection: Selection, *, first: int | None = None) -> IntArray:
        """Return the inputs of a selection: int64 positions, most confident first.

        Confident means: the highest score for the predicted concept, else for the labelled one,
        else the highest score of all. Equal scores keep the order of the run. A block goes cell by
        cell. With ``first`` no more than so many are returned.

        Raises
        ------
        SelectionError
            When the selection names a concept that the run has not.
        """
        exact = rule.exact(self.run.concepts, dtype=self.run.scores.dtype)
        if isinstance(selection, Block) and is_wide(self.run.n_concepts):
            whole = [(part.predictions(rule), part.rows) for part in self.parts]
            return find_members.in_block(selection, whole)[:first]
        if isinstance(selection, Block):
            cells = [Cell(i, j) for j in selection.predicted for i in selection.actual]
            lists = [self.members(rule, cell, first=first) for cell in cells]
            return np.concatenate([*lists, np.zeros(0, dtype=np.int64)])[:first]
        parts = [part.predictions(rule) for part in self.parts]
        found = [(part, find_members.find(selection, part, exact)) for part in parts]
        return find_members.merged(found, find_members.concept_of(selection), first=first)

    def flips(self, before: Rule, after: Rule) -> Flips:
        """Count the inputs that change from one rule to another, and find them on demand."""
        first, second = self.predictions(before), self.predictions(after)
        mode: Mode = "top" if "top" in {first.mode, second.mode} else "every"
        both = self._indices[mode].counts(np.maximum(first.bounds, second.bounds))

        def members(flip: Flip) -> IntArray:
            pairs = zip(first.parts, second.parts, strict=True)
            found = [find_members.flipped(one, other, flip) for one, other in pairs]
            source = (first if flip.direction == "leave" else second).parts
            return find_members.merged(list(zip(source, found, strict=True)), flip.concept)

        return Flips.between(self.counts(before), self.counts(after), both=both, members=members)

    def predictions(self, rule: Rule) -> Predictions:
        """Return the rule applied to this run."""
        return Predictions(
            run=self.run,
            top=self.top,
            mode=rule.mode_for(self.run.task),
            bounds=rule.bounds(self.run.concepts, dtype=self.run.scores.dtype),
            parts=tuple(part.predictions(rule) for part in self.parts),
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
        if is_wide(self.run.n_concepts):
            return mean_scores(self.run, among=among)
        return self._mean_scores[np.ix_(among, among)]

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
        given = [part.run.scores for part in self.parts]
        flat = [scores.values if isinstance(scores, ScoredPairs) else scores for scores in given]
        found = [scores[np.isfinite(scores)] for scores in flat]
        ends = [(float(scored.min()), float(scored.max())) for scored in found if scored.size]
        lows, highs = zip(*ends, strict=True) if ends else ((0.0,), (1.0,))
        return threshold_range(min(lows), max(highs))

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

    def prebuilt(self) -> Prebuilt:
        """Return everything that takes long to build, built now where it was not yet."""
        whole: dict[str, Any] = {
            "ranking": self.ranking,
            "mean_scores": None if is_wide(self.run.n_concepts) else self._mean_scores,
            "score_range": self.score_range,
        }
        parts = [
            Prebuilt(
                top=part.top,
                indices=part.indices,
                ranked={mode: part.ranked(mode) for mode in part.indices},
                cells=part.prepared_cells,
            )
            for part in self.parts
        ]
        positives = {mode: index.positives for mode, index in self._indices.items()}
        return Prebuilt.joined(parts, positives=positives, **whole)

    def _touches(self, part: Part, rule: Rule) -> bool:
        """Tell whether scores of a part may lie on the threshold: whether some that count do."""
        if self.run.labels.known is not None:
            return True
        # in those that are ranked the matrix looks up the same bounds
        scores = part.ranked(rule.mode_for(self.run.task)).scores
        strict, loose = (
            replace(rule, operator=operator).bounds(self.run.concepts, dtype=self.run.scores.dtype)
            for operator in (">", ">=")
        )
        if not isinstance(scores, PartlyScored):
            return bool((scores.above(strict) != scores.above(loose)).any())
        ends = scores.given.starts[1:] - scores.above(strict)
        some = np.flatnonzero(ends > scores.given.starts[:-1])
        return bool((scores.given.values[ends[some] - 1] > loose[some]).any())


def threshold_range(low: float, high: float) -> tuple[float, float]:
    """Return where a threshold makes sense for scores between these ends."""
    if low >= 0 and high <= 1:
        return 0.0, 1.0
    return (low, high) if low < high else (low - 0.5, high + 0.5)


def _own(cells: Cells) -> Cells:
    """Return what is kept as the caller's own to write into; sparse cells nobody writes into."""
    return cells.copy() if isinstance(cells, np.ndarray) else cells


def _summed(counts: Sequence[Cells]) -> Cells:
    """Add up what was counted in the parts."""
    cells = [one for one in counts if isinstance(one, SparseCounts)]
    if cells:
        return SparseCounts.summed(cells)
    whole = counts[0]
    for more in counts[1:]:
        whole += more
    return whole
