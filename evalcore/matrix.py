"""The concept-by-concept matrix at any rule, from the events of an index.

An *event* is (row, concept, score): an input that stands in the row (labelled so, or without any
label) has this score for the concept. A cell counts the events above the concept's bound.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from evalcore.arrays import IntArray, ScoreArray
from evalcore.index import TopScores
from evalcore.run import EvalRun
from evalcore.segments import Segments

__all__ = [
    "NOTHING_PREDICTED",
    "NO_LABEL",
    "CellEvents",
    "Matrix",
    "Rows",
    "co_labelled",
    "count_by_pass",
    "count_top",
    "event_floor",
]

NO_LABEL = "no label"
NOTHING_PREDICTED = "nothing predicted"
EVENT_SHARE = 0.08
"""Events may take this share of the memory of the scores; the lowest ones are left to a pass."""
EVENT_BYTES = 8
SMALL = 1_000_000
"""Up to this many events are kept whatever the share."""
SPACING = 1_024
"""Events between two checkpoints of a concept's partial column."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Matrix:
    """How many inputs are labelled i and predicted j.

    Parameters
    ----------
    counts : ndarray of shape (n_concepts + 1, n_concepts + 1), int64
        Last row: inputs without a label. Last column: inputs with nothing predicted.
    actual, predicted : tuple of str
        Names of rows and columns.
    """

    counts: IntArray
    actual: tuple[str, ...]
    predicted: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Rows:
    """Which inputs stand in which row of the matrix.

    Parameters
    ----------
    inputs, rows : ndarray of shape (n_entries,), int64
        An input has an entry for each of its labels, or one in the last row.
    """

    inputs: IntArray
    rows: IntArray

    @classmethod
    def of(cls, run: EvalRun) -> Rows:
        """Take the labelled pairs, then the inputs without a label."""
        free = run.labels.unlabelled
        return cls(
            inputs=np.concatenate([run.labels.inputs, free]),
            rows=np.concatenate([run.labels.concepts, np.full(free.size, run.n_concepts)]),
        )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class CellEvents:
    """Events above a floor, ordered by concept and score.

    Parameters
    ----------
    scores
        Segment j holds the scores of the events of concept j, ascending.
    cells : ndarray of shape (n_events,), int32
        ``row * n_concepts + concept`` of each event.
    floor
        Events at or below it are missing, so bounds below it must be counted by a pass.
    checkpoints : ndarray of shape (n_checkpoints, n_rows), int32
        Checkpoint k of concept j (at ``checkpoint_starts[j] + k``) counts, per row, the events of
        the concept from place ``k * SPACING`` to the end of its segment.
    """

    scores: Segments
    cells: npt.NDArray[np.int32]
    floor: float
    shape: tuple[int, int]
    checkpoints: npt.NDArray[np.int32]
    checkpoint_starts: IntArray

    @classmethod
    def collect(
        cls, run: EvalRun, *, inputs: IntArray, rows: IntArray, floor: float = -np.inf
    ) -> CellEvents:
        """Collect the events of every concept for the given (input, row) entries."""
        parts = [_above_floor(run, inputs, rows, block, floor=floor) for block in _blocks(inputs)]
        row, concept, score = (np.concatenate(column) for column in zip(*parts, strict=True))
        return cls.arrange(run, rows=row, concepts=concept, scores=score, floor=floor)

    @classmethod
    def arrange(
        cls, run: EvalRun, *, rows: IntArray, concepts: IntArray, scores: ScoreArray, floor: float
    ) -> CellEvents:
        """Order events by concept and score, and count partial columns at the checkpoints."""
        order = np.argsort(scores, kind="stable")
        order = order[np.argsort(concepts[order].astype(np.int32), kind="stable")]
        starts = np.concatenate([[0], np.cumsum(np.bincount(concepts, minlength=run.n_concepts))])
        ordered = scores[order]
        ordered.setflags(write=False)
        cells = (rows[order] * run.n_concepts + concepts[order]).astype(np.int32)
        checkpoints, checkpoint_starts = _checkpoints(
            rows[order], starts, n_rows=run.n_concepts + 1
        )
        return cls(
            scores=Segments(values=ordered, starts=starts),
            cells=cells,
            floor=floor,
            shape=(run.n_concepts + 1, run.n_concepts),
            checkpoints=checkpoints,
            checkpoint_starts=checkpoint_starts,
        )

    def count(self, bounds: ScoreArray) -> IntArray:
        """Count the events above each concept's bound; int64 of shape (n_rows, n_concepts)."""
        first = self.scores.first_above(bounds)
        offset = first - self.scores.starts[:-1]
        whole = -(-offset // SPACING)
        base = self.checkpoints[self.checkpoint_starts[:-1] + whole].T
        # between the first event and the next checkpoint the events are counted one by one
        upto = np.minimum(self.scores.starts[:-1] + whole * SPACING, self.scores.starts[1:])
        spans = zip(first.tolist(), upto.tolist(), strict=True)
        cells = np.concatenate([self.cells[a:b] for a, b in spans])
        loose = np.bincount(cells, minlength=self.shape[0] * self.shape[1]).reshape(self.shape)
        return np.asarray(loose + base, dtype=np.int64)


def event_floor(run: EvalRun, rows: Rows) -> float:
    """Return the score below which events are not kept, so that they fit their share of memory."""
    n_events = rows.inputs.size * run.n_concepts
    budget = max(SMALL, int(run.scores.nbytes * EVENT_SHARE) // EVENT_BYTES)
    if n_events <= budget:
        return -np.inf
    step = max(1, rows.inputs.size // 2_000)
    sample = run.scores[rows.inputs[::step]]
    # a score of the sample, never a mean of two: between -inf and -inf that would be NaN
    place = min(sample.size - 1, int((1 - budget / n_events) * sample.size))
    return float(np.partition(sample, place, axis=None)[place])


def count_by_pass(run: EvalRun, bounds: ScoreArray) -> IntArray:
    """Count every cell by comparing the scores themselves; int64 of shape (n_rows, n_concepts)."""
    result = np.zeros((run.n_concepts + 1, run.n_concepts), dtype=np.int64)
    for i in range(run.n_concepts):
        result[i] = np.count_nonzero(run.scores[run.labels.inputs_of(i)] > bounds, axis=0)
    result[-1] = np.count_nonzero(run.scores[run.labels.unlabelled] > bounds, axis=0)
    return result


def count_top(run: EvalRun, rows: Rows, top: TopScores, bounds: ScoreArray) -> IntArray:
    """Count every cell when only the top concept is predicted; shape (n_rows, n_rows)."""
    side = run.n_concepts + 1
    column = np.where(top.passes(bounds), top.concept, run.n_concepts)
    cells = rows.rows * side + column[rows.inputs]
    return np.bincount(cells, minlength=side * side).reshape(side, side)


def co_labelled(run: EvalRun) -> CellEvents:
    """Collect the events whose input is labelled with the concept as well as with the row."""
    labels = run.labels
    per_input = np.diff(labels.input_starts)
    repeats = per_input[labels.inputs]
    rows = np.repeat(labels.concepts, repeats)
    inputs = np.repeat(labels.inputs, repeats)
    within = np.arange(inputs.size) - np.repeat(np.cumsum(repeats) - repeats, repeats)
    concepts = labels.concepts[labels.input_starts[inputs] + within]
    return CellEvents.arrange(
        run, rows=rows, concepts=concepts, scores=run.scores[inputs, concepts], floor=-np.inf
    )


def _blocks(inputs: IntArray) -> list[slice]:
    return [slice(a, a + 8_192) for a in range(0, max(inputs.size, 1), 8_192)]


def _above_floor(
    run: EvalRun, inputs: IntArray, rows: IntArray, block: slice, *, floor: float
) -> tuple[IntArray, IntArray, ScoreArray]:
    scores = run.scores[inputs[block]]
    entry, concept = np.nonzero(scores > np.array(floor, dtype=scores.dtype))
    return rows[block][entry], concept, scores[entry, concept]


def _checkpoints(
    rows: IntArray, starts: IntArray, *, n_rows: int
) -> tuple[npt.NDArray[np.int32], IntArray]:
    sizes = np.diff(starts)
    per_concept = -(-sizes // SPACING) + 1
    first: IntArray = np.concatenate([[0], np.cumsum(per_concept)])
    table = np.zeros((int(first[-1]), n_rows), dtype=np.int32)
    segment = np.repeat(np.arange(sizes.size), sizes)
    slot = first[segment] + (np.arange(rows.size) - starts[segment]) // SPACING
    table += np.bincount(slot * n_rows + rows, minlength=table.size).reshape(table.shape)
    for a, b in zip(first[:-1].tolist(), first[1:].tolist(), strict=True):
        # counted from the end: checkpoint k holds its own stretch and all that follow
        table[a:b] = np.cumsum(table[a:b][::-1], axis=0, dtype=np.int32)[::-1]
    return table, first
