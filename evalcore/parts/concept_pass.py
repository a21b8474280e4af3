"""One pass over the concepts of a part: each is looked at once, while its scores are at hand.

What is left when it is over is what :class:`~evalcore.counting.prebuilt.Prebuilt` makes of a run.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from evalcore.arrays import BoolArray, FloatArray, IntArray, ScoreArray, grouped_order
from evalcore.counting.count_index import CountIndex, TopScores
from evalcore.counting.matrix import is_wide
from evalcore.counting.prebuilt import Prebuilt
from evalcore.counting.rank_quality import mean_over_splits
from evalcore.counting.ranked_inputs import RankedInputs, floor_of
from evalcore.errors import RunError
from evalcore.measures.metrics import divide
from evalcore.parts.columns import Columns
from evalcore.parts.pieces import Piece
from evalcore.parts.rows import refuse_missing
from evalcore.parts.source import Source
from evalcore.prepared.array_folder import Shelf
from evalcore.prepared.array_writer import ArrayWriter
from evalcore.prepared.matrix_columns import MatrixColumns
from evalcore.prepared.packing import pack_mode
from evalcore.runs.labels import Labels

__all__ = ["ConceptPass", "means_of", "read_scores"]

AT_ONCE = 16 * 2**20
"""Bytes of scores that are read at once, about: as much as stays near the processor."""


class ConceptPass:
    """Writes what is looked up in a part, concept by concept.

    Parameters
    ----------
    splits
        Number of each input's split; None where there are none.
    """

    def __init__(
        self, out: ArrayWriter, labels: Labels, dtype: str, *, splits: IntArray | None
    ) -> None:
        shape = labels.n_concepts, labels.n_inputs
        self.out, self.labels = out, labels
        self.scores: ScoreArray = np.empty(shape, dtype)
        self.raw = out.stream("scores", dtype, shape)
        self.known: BoolArray | None = None if labels.known is None else labels.known.T.copy()
        self.n_known = labels.n_known
        self.eligible = out.stream("every.eligible.values", dtype, (int(self.n_known.sum()),))
        self.positives = np.empty(labels.inputs.size, dtype)
        # filled anew for every concept: what is newly allocated is slow to be filled
        self.sorted = np.empty(labels.n_inputs, dtype)
        self.better = np.empty(labels.n_inputs, dtype=bool)
        self.top = TopScores(
            concept=np.zeros(labels.n_inputs, dtype=np.int32),
            score=np.empty(labels.n_inputs, dtype),
        )
        self.sums = None if is_wide(labels.n_concepts) else _Sums(labels, splits)
        self.cells = MatrixColumns.of(out, labels)

    def see(self, concepts: Iterable[int]) -> None:
        """Look at every concept as soon as its scores are there.

        Raises
        ------
        OSError
            When there is no room.
        """
        for j in concepts:
            column = self.scores[j]
            self.raw.append(column)
            self.eligible.append(self._sorted(column, j))
            span = slice(*self.labels.concept_starts[j : j + 2])
            self.positives[span] = np.sort(column[self.labels.by_concept[span]])
            self._see_top(column, j)
            if self.sums is not None:
                self.sums.add(column, j)

    def _sorted(self, column: ScoreArray, j: int) -> ScoreArray:
        if self.cells is not None:
            return self.cells.sorted(column, out=self.sorted)
        if self.known is None:
            np.copyto(self.sorted, column)
            self.sorted.sort()
            return self.sorted
        return np.sort(column[self.known[j]])

    def _see_top(self, column: ScoreArray, j: int) -> None:
        if j == 0:
            np.copyto(self.top.score, column)
            return
        # greater, and not as great: the first one wins an exact tie
        better = np.flatnonzero(np.greater(column, self.top.score, out=self.better))
        self.top.score[better] = column[better]
        self.top.concept[better] = j

    def finish(self) -> dict[str, Any]:
        """Write the rest, and return the facts that belong to it.

        Raises
        ------
        OSError
            When there is no room.
        """
        arrays: dict[str, npt.NDArray[Any]] = {
            "top.concept": self.top.concept,
            "top.score": self.top.score,
            "every.labelled": self.labels.total,
            "every.n_known": self.n_known,
            "every.eligible.starts": np.concatenate([[0], np.cumsum(self.n_known)]),
            "every.positives.values": self.positives,
            "every.positives.starts": self.labels.concept_starts,
        }
        floor = floor_of(self.scores.T)
        ranked = RankedInputs.of_columns(self.scores, floor=floor)
        arrays |= {f"every.ranked.{name}": getattr(ranked, name) for name in ("inputs", "starts")}
        if self.known is not None:
            arrays["every.ranked.scores.values"] = ranked.scores.whole().values
            arrays["every.ranked.scores.starts"] = ranked.starts
        facts = self._rank_by_top(arrays)
        if self.sums is not None:
            arrays["sums.totals"], arrays["sums.counts"] = self.sums.totals, self.sums.counts
        for name, array in arrays.items():
            self.out.add(name, array)
        ends = [float(self.scores.min()), float(self.scores.max())]
        floors = {"every": floor.hex(), "top": (-np.inf).hex()}
        return {**facts, "floors": floors, "range": ends}

    def _rank_by_top(self, arrays: dict[str, npt.NDArray[Any]]) -> dict[str, Any]:
        """Rank the inputs by their highest scores, and return the facts of the matrix's columns."""
        index = CountIndex.of_top(self.labels, self.top)
        ranked = RankedInputs.arrange(
            index.eligible if self.known is None else None,
            inputs=np.arange(self.labels.n_inputs),
            concepts=self.top.concept,
            values=self.top.score,
            n_concepts=self.labels.n_concepts,
        )
        built = Prebuilt(top=self.top, indices={"top": index}, ranked={"top": ranked})
        arrays |= pack_mode(built, "top")
        if self.cells is None:
            return {}
        columns, spacing = self.cells.finish(ranked)
        arrays |= columns
        return {"spacing": spacing}


class _Sums:
    """The sum of the scores for each concept (last axis) over the inputs labelled with each."""

    def __init__(self, labels: Labels, splits: IntArray | None) -> None:
        n_splits = 1 if splits is None else int(splits.max(initial=0)) + 1
        groups = labels.concepts.astype(np.intp)
        if splits is not None:
            groups = groups + splits[labels.inputs].astype(np.intp) * labels.n_concepts
        size, shape = n_splits * labels.n_concepts, (n_splits, labels.n_concepts)
        counts = np.bincount(groups, minlength=size)
        self.filled = np.flatnonzero(counts)
        # group after group: a span of each is added up faster than what lies here and there
        self.inputs = labels.inputs[grouped_order(groups)]
        self.starts = (np.cumsum(counts) - counts)[self.filled]
        self.counts: IntArray = counts.reshape(shape)
        self.totals: FloatArray = np.zeros((*shape, labels.n_concepts))

    def add(self, column: ScoreArray, j: int) -> None:
        if self.filled.size:
            found = np.add.reduceat(column.take(self.inputs), self.starts, dtype=np.float64)
            self.totals.reshape(-1, self.totals.shape[-1])[self.filled, j] = found


def read_scores(address: str, piece: Piece, columns: Columns, *, into: ScoreArray) -> Iterator[int]:
    """Fill the rows of an array with the scores of one concept after another; yield which.

    Parameters
    ----------
    into : ndarray of shape (n_concepts, n_rows)

    Raises
    ------
    RunError
        When a file cannot be read, or a score is missing or not finite.
    """
    source = Source(address, piece)
    step = max(1, AT_ONCE // max(1, into[0].nbytes))
    for first in range(0, len(columns.scores), step):
        names = columns.scores[first : first + step]
        table = source.read(names)
        for j, name in enumerate(names, start=first):
            _fill(into[j], table.column(name), piece, name)
            yield j


def _fill(row: ScoreArray, column: Any, piece: Piece, name: str) -> None:  # noqa: ANN401
    refuse_missing(piece, name, column, "score")
    start = 0
    for chunk in column.chunks:
        # -0.0 and 0.0 are one score
        np.add(
            chunk.to_numpy(zero_copy_only=False),
            row.dtype.type(0),
            out=row[start : start + len(chunk)],
            casting="same_kind",
        )
        start += len(chunk)
    ends = float(row.min(initial=0)), float(row.max(initial=0))  # NaN is found by both
    if np.isfinite(ends).all():
        return
    bad = np.flatnonzero(~np.isfinite(row))
    msg = (
        f"{piece.place(int(bad[0]))}: column '{name}' holds {bad.size:,} scores that are not "
        f"finite, first {row[bad[0]]}. Hint: write a number for every pair."
    )
    raise RunError(msg)


def means_of(shelves: Sequence[Shelf], *, split: str | None, names: Sequence[str]) -> FloatArray:
    """Return the mean score for each concept over the inputs labelled with each, of all parts.

    As :func:`evalcore.counting.rank_quality.mean_scores` does: with splits the mean over them.

    Parameters
    ----------
    split
        The column of the splits, of which the run's are called ``names``.
    """
    n_concepts = shelves[0].arrays["sums.totals"].shape[-1]
    n_splits = 1 if split is None else len(names)
    totals = np.zeros((n_splits, n_concepts, n_concepts))
    counts = np.zeros((n_splits, n_concepts), dtype=np.int64)
    for shelf in shelves:
        here = [""] if split is None else shelf.facts["values"][split]
        for k, name in enumerate(here[: len(shelf.arrays["sums.counts"])]):
            place = 0 if split is None else names.index(name)
            totals[place] += shelf.arrays["sums.totals"][k]
            counts[place] += shelf.arrays["sums.counts"][k]
    means = divide(totals, np.broadcast_to(counts[:, :, None], totals.shape))
    if n_splits == 1:
        return means[0]
    return mean_over_splits(means.reshape(n_splits, -1)).reshape(n_concepts, n_concepts)
