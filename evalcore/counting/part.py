"""One part of a run with all that is looked up in it; the run's numbers are sums over its parts."""

from __future__ import annotations

import threading
from typing import cast

import numpy as np

from evalcore.arrays import BoolArray, IntArray, ScoreArray
from evalcore.base.kept import Lately, once
from evalcore.counting.matrix import CellIndex, Rows, count_pairs, is_wide
from evalcore.counting.prebuilt import Prebuilt
from evalcore.counting.predictions import PartPredictions, count_by_pass, decidable
from evalcore.counting.ranked_inputs import RankedInputs
from evalcore.counting.rules import Mode, Rule
from evalcore.counting.shown_matrix import CondensedPairs
from evalcore.counting.sorted_scores import SortedScores
from evalcore.pairs.cells import Cells, SparseCounts
from evalcore.pairs.scored import ScoredPairs
from evalcore.runs.run import EvalRun

__all__ = ["Part"]

LONG = 1_000
"""Inputs per concept from which on looking up is faster than comparing."""
SHOWN_KEPT = 4
"""Choices of concepts on show whose pairs are kept: the matrix's, and the list's below it."""


class Part:
    """The inputs of a run from ``start`` on; a run in one piece has one part, itself.

    The matrix is counted from the cells of :class:`~evalcore.counting.matrix.CellIndex`; of very
    many concepts with few scores each, pair by pair.
    """

    def __init__(self, run: EvalRun, built: Prebuilt, *, start: int) -> None:
        self.run, self.start = run, start
        self.top, self.indices = built.top, built.indices
        self.rows = Rows.of(run)
        self._lock = threading.RLock()
        self._ranked: dict[Mode, RankedInputs] = dict(built.ranked)
        self.prepared_cells = built.cells
        self._cells: dict[Mode, CellIndex] = dict(built.cells)
        self._added_up: dict[Mode, IntArray] = {}
        self._condensed = Lately[tuple[Mode, bytes], CondensedPairs](SHOWN_KEPT)

    def predictions(self, rule: Rule) -> PartPredictions:
        """Return the rule applied to this part."""
        mode = rule.mode_for(self.run.task)
        return PartPredictions(
            run=self.run,
            top=self.top,
            ranked=self.ranked(mode),
            mode=mode,
            bounds=rule.bounds(self.run.concepts, dtype=self.run.scores.dtype),
            start=self.start,
            label_scores=lambda: self._label_scores,
        )

    @once
    def _label_scores(self) -> ScoreArray:
        labels = self.run.labels
        return np.asarray(self.run.scores[labels.inputs, labels.concepts])

    @property
    def by_pairs(self) -> ScoredPairs | None:
        """The scores of a wide run of which few are scored: its cells are counted pair by pair."""
        scores: object = self.run.scores
        return scores if is_wide(self.run.n_concepts) and isinstance(scores, ScoredPairs) else None

    def named_cells(self, rule: Rule) -> IntArray:
        """Return the cell of the matrix, by its code, of each input that stands in one."""
        predictions, side = self.predictions(rule), self.run.n_concepts + 1
        inputs, concepts = predictions.pairs()
        nobody = np.flatnonzero(predictions.nothing())
        columns = np.concatenate([concepts, np.full(nobody.size, side - 1)])
        row, which = self.rows.standing(np.concatenate([inputs, nobody]), side=side)
        return row * side + columns[which]

    def condensed(self, rule: Rule, scores: ScoredPairs, *, shown: IntArray) -> IntArray:
        """Count the cells of some concepts, and all others as one; see :func:`condense`."""
        predictions = self.predictions(rule)
        above = predictions.ranked.scores.above(predictions.bounds)
        stop = predictions.ranked.starts[1:]
        weights = self._weights(predictions.mode)
        standing = int((weights[stop] - weights[stop - above]).sum())
        pairs = self._condensed_pairs(predictions, scores, shown)
        return pairs.count(predictions, standing=standing)

    def also_condensed(self, rule: Rule, scores: ScoredPairs, *, shown: IntArray) -> IntArray:
        """Count per condensed cell the inputs that are labelled with its column as well."""
        predictions = self.predictions(rule)
        return self._condensed_pairs(predictions, scores, shown).count_also(predictions)

    def _condensed_pairs(
        self, predictions: PartPredictions, scores: ScoredPairs, shown: IntArray
    ) -> CondensedPairs:
        with self._lock:
            return self._condensed.get(
                (predictions.mode, shown.tobytes()),
                lambda: CondensedPairs.of(predictions, scores, self.rows, shown=shown),
            )

    def _weights(self, mode: Mode) -> IntArray:
        """Return how many cells the ranked inputs stand in, added up as they are ranked."""
        with self._lock:
            if mode not in self._added_up:
                everybody, side = np.arange(self.run.n_inputs), self.run.n_concepts + 1
                inside = np.bincount(
                    self.rows.standing(everybody, side=side)[1], minlength=everybody.size
                )
                ranked = self.ranked(mode)
                self._added_up[mode] = np.concatenate([[0], np.cumsum(inside[ranked.inputs])])
            return self._added_up[mode]

    @property
    def _is_long(self) -> bool:
        return self.run.n_inputs > LONG * self.run.n_concepts

    def matrix(self, rule: Rule) -> Cells:
        """Count the inputs labelled i and predicted j; (n_concepts + 1, n_concepts + 1)."""
        predictions = self.predictions(rule)
        if self.by_pairs is not None:
            return SparseCounts.of_codes(self.named_cells(rule), side=self.run.n_concepts + 1)
        cells = self._cells_under(predictions.mode)
        if cells.ranked.covers(predictions.bounds):
            counts = cells.count(predictions.bounds)
        else:
            counts = count_by_pass(self.run, predictions.bounds)
            counts = counts if self.rows.filled is None else counts[self.rows.filled]
        counts[:, -1] = self._nothing_by_row(predictions, counts)
        return self.rows.placed(counts)

    def _nothing_by_row(self, predictions: PartPredictions, counts: IntArray) -> IntArray:
        """Count in each row the inputs for which no concept is predicted."""
        sizes = self.rows.sizes[: len(counts)]
        if predictions.mode == "top":
            return sizes - counts[:, :-1].sum(axis=1)
        if predictions.is_common and self._is_long:
            # something is predicted when the top score passes: looked up, not compared
            top = self._cells_under("top").count(predictions.bounds)
            return sizes - top[:, :-1].sum(axis=1)
        if predictions.is_common:
            return sizes - self._by_top_score.columns(predictions.bounds[:1])[0, : len(counts)]
        return self.rows.count(np.flatnonzero(predictions.nothing()), n_rows=len(counts))

    @once
    def _by_top_score(self) -> CellIndex:
        """Count the rows of all inputs as one column, by their highest score of any concept."""
        return CellIndex.of(RankedInputs.of_scores(np.asarray(self.top.score)), self.rows)

    def also_labelled(self, rule: Rule) -> Cells:
        """Count per cell the inputs that are labelled j as well as i; shape of the matrix."""
        predictions = self.predictions(rule)
        if is_wide(self.run.n_concepts):
            hits = predictions.hits()
            return self._counted(self.run.labels.inputs[hits], self.run.labels.concepts[hits])
        if predictions.mode == "every":
            return self._co_labelled.count(predictions.bounds)
        n_concepts, labels = self.run.n_concepts, self.run.labels
        side, hits = n_concepts + 1, predictions.hits()
        column = np.full(self.run.n_inputs, n_concepts)
        column[labels.inputs[hits]] = labels.concepts[hits]
        columns = column[labels.inputs]
        is_hit = columns < n_concepts
        cells = labels.concepts[is_hit] * side + columns[is_hit]
        return np.bincount(cells, minlength=side * side).reshape(side, side)

    def unknown_labels(self, rule: Rule) -> Cells:
        """Count per cell the inputs whose label for j is unknown; shape of the matrix."""
        n_concepts, labels = self.run.n_concepts, self.run.labels
        known = labels.known
        if is_wide(n_concepts) and (known is None or self.by_pairs is not None):
            if known is None:
                return SparseCounts.empty(n_concepts + 1)
            inputs, concepts = self.predictions(rule).pairs()
            unknown = ~known[inputs, concepts]
            return self._counted(inputs[unknown], concepts[unknown])
        n_rows = self.rows.n_counted(n_concepts)
        counts = np.zeros((n_rows, n_concepts + 1), dtype=np.int64)
        if known is None:
            return counts
        predictions = self.predictions(rule)
        for j in range(n_concepts):
            inputs = predictions.inputs_of(j)
            counts[:, j] = self.rows.count(inputs[~labels.knows(inputs, j)], n_rows=n_rows)
        return self.rows.placed(counts)

    def _counted(self, inputs: IntArray, columns: IntArray) -> SparseCounts:
        return count_pairs(self.rows, inputs, columns, side=self.run.n_concepts + 1)

    def n_nothing(self, rule: Rule) -> int:
        """Count the inputs for which no concept is predicted."""
        predictions = self.predictions(rule)
        if self._is_long and (predictions.mode == "top" or predictions.is_common):
            # something is predicted when the top score passes: looked up, not compared
            return self.run.n_inputs - int(
                self.ranked("top").scores.above(predictions.bounds).sum()
            )
        return int(np.count_nonzero(predictions.nothing()))

    def n_right(self, rule: Rule) -> int:
        """Count the inputs whose predicted concepts are exactly their labels, as far as known."""
        if self.run.task == "single_label" and rule.mode_for(self.run.task) == "top":
            # the labelled ones that are hit, and of those that show none what is predicted nothing
            bounds = rule.bounds(self.run.concepts, dtype=self.run.scores.dtype)
            hit = self.indices["top"].positives.above(bounds).sum()
            mistaken = self._tops_of_unlabelled.above(bounds).sum()
            return int(hit) + self.run.labels.unlabelled.size - int(mistaken)
        predictions = self.predictions(rule)
        if self.by_pairs is None or predictions.mode == "top" or not predictions.is_common:
            return int(np.count_nonzero(predictions.exact_matches() & self.decidable))
        lowest, highest = self._around_labels
        bound = predictions.bounds[0]
        return int(np.count_nonzero((lowest > bound) & (highest <= bound) & self.decidable))

    @once
    def _around_labels(self) -> tuple[ScoreArray, ScoreArray]:
        labels, scores = self.run.labels, cast("ScoredPairs", self.run.scores)
        return scores.lowest_and_highest_other(labels.inputs, labels.concepts)

    @once
    def decidable(self) -> BoolArray:
        """Tell for each input whether its labels are known well enough; shape (n_inputs,)."""
        return decidable(self.run)

    @once
    def n_decidable(self) -> int:
        """Count the inputs whose labels are known well enough to tell."""
        return int(np.count_nonzero(self.decidable))

    @once
    def _tops_of_unlabelled(self) -> SortedScores:
        here = self.top.take(self.run.labels.unlabelled)
        return SortedScores.group(here.score, keys=here.concept, n_segments=self.run.n_concepts)

    def ranked(self, mode: Mode) -> RankedInputs:
        """Return the inputs ranked by score under each concept."""
        with self._lock:
            if mode not in self._ranked:
                top = self.top if mode == "top" else None
                eligible = self.indices[mode].eligible
                self._ranked[mode] = RankedInputs.of(eligible, run=self.run, top=top)
            return self._ranked[mode]

    def _cells_under(self, mode: Mode) -> CellIndex:
        with self._lock:
            if mode not in self._cells:
                self._cells[mode] = CellIndex.of(self.ranked(mode), self.rows)
            return self._cells[mode]

    @once
    def _co_labelled(self) -> CellIndex:
        positives = self.indices["every"].positives
        return CellIndex.of(RankedInputs.of_labelled(positives, run=self.run), self.rows)
