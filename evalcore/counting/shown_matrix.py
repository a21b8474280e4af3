"""The matrix as people look at it: its order, the worst confusions, and the rest condensed."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

import numpy as np

from evalcore.arrays import FloatArray, IntArray
from evalcore.counting.matrix import Rows
from evalcore.counting.predictions import PartPredictions
from evalcore.pairs.cells import Cells, SparseCounts
from evalcore.pairs.scored import ScoredPairs

__all__ = [
    "Groups",
    "Tone",
    "by_cluster",
    "by_diagonal",
    "by_name",
    "condense",
    "condense_diagonal",
    "condense_pairs",
    "most_confused",
    "tones_of",
    "worst_cell",
]


class Tone(IntEnum):
    """What a cell is, for grid, canvas and report alike: decided here and nowhere else."""

    NOTHING = 0
    RIGHT = 1
    WRONG = 2
    GREY = 3  # labelled, and nothing predicted
    UNKNOWN = 4  # whether its inputs show the column is not known
    MIXED = 5  # more than one of right, wrong and unknown
    MEAN = 6  # a mean score: neither right nor wrong
    MORE = 7  # of a difference: more inputs on the right side
    FEWER = 8


def tones_of(counts: IntArray, *, right: IntArray, unknown: IntArray) -> IntArray:
    """Return the :class:`Tone` of every cell of a condensed matrix of counts.

    Parameters
    ----------
    right, unknown : ndarray of the same shape, int64
        Inputs of a cell that are labelled with its column (in the corner: all of them, which have
        neither label nor prediction), and that may be.
    """
    kinds = (right > 0, counts - right - unknown > 0, unknown > 0)
    tones = np.select(kinds, (Tone.RIGHT, Tone.WRONG, Tone.UNKNOWN), Tone.NOTHING)
    tones[np.sum(kinds, axis=0) > 1] = Tone.MIXED
    tones[:-1, -1] = np.where(counts[:-1, -1] > 0, Tone.GREY, Tone.NOTHING)
    return np.asarray(tones)


def condense(counts: Cells, *, shown: IntArray) -> IntArray:
    """Return the rows and columns of the shown concepts, "(other)", and the margin.

    Parameters
    ----------
    counts
        As in :class:`evalcore.counting.matrix.Matrix`.
    shown : ndarray of int64
        Positions of the concepts to show, in order.

    Returns
    -------
    ndarray of shape (n_shown + 1 or n_shown + 2, same), int64
        "(other)" is there only when concepts are left out. Its numbers are sums over its cells.
    """
    n_concepts = counts.shape[0] - 1
    order = np.append(shown, n_concepts)
    if shown.size == n_concepts:
        return np.asarray(counts[np.ix_(order, order)])
    kept = counts[order]
    other = counts.sum(axis=0, keepdims=True) - kept.sum(axis=0)
    rows = np.vstack([kept[:-1], other, kept[-1:]])
    inside = rows[:, order]
    rest = rows.sum(axis=1, keepdims=True) - inside.sum(axis=1, keepdims=True)
    return np.hstack([inside[:, :-1], rest, inside[:, -1:]])


def condense_pairs(
    predictions: PartPredictions,
    scores: ScoredPairs,
    rows: Rows,
    *,
    shown: IntArray,
    standing: int,
) -> IntArray:
    """Return what :func:`condense` makes of the matrix of a part, without counting all its cells.

    Looked at are the pairs of the inputs in the rows shown, and of those predicted in the columns
    shown; what stands in none of both is the rest of all.

    Parameters
    ----------
    standing
        In how many cells the inputs stand, "nothing predicted" left out.
    """
    labels = predictions.run.labels
    groups = Groups.of(shown, n_concepts=predictions.run.n_concepts)
    own = [labels.unlabelled, *(labels.inputs_of(i) for i in shown.tolist())]
    pairs = predictions.pairs_of(np.unique(np.concatenate(own)), scores)
    counts = groups.counted(rows, *pairs, in_other=False)
    found = [labels.unlabelled[:0], *(predictions.inputs_of(j) for j in shown.tolist())]
    columns = np.repeat(shown, [inputs.size for inputs in found[1:]])
    counts += groups.counted(rows, np.concatenate(found), columns, in_other=True)
    counts[shown.size, shown.size] = standing - counts.sum()
    nobody = np.flatnonzero(predictions.nothing())
    nothing = np.full(nobody.size, groups.of_concept.size - 1)
    return groups.without_empty(counts + groups.counted(rows, nobody, nothing))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Groups:
    """The rows and columns of a condensed matrix, by the concepts that stand in each.

    Parameters
    ----------
    of_concept : ndarray of shape (n_concepts + 1,), int64
        Where each concept stands, and the margin; behind those that are shown stand all others.
    n_shown
        Concepts that stand for themselves.
    """

    of_concept: IntArray
    n_shown: int

    @classmethod
    def of(cls, shown: IntArray, *, n_concepts: int) -> Groups:
        """Let some concepts stand for themselves, in order."""
        of_concept = np.full(n_concepts + 1, shown.size)
        of_concept[shown], of_concept[-1] = np.arange(shown.size), shown.size + 1
        return cls(of_concept=of_concept, n_shown=shown.size)

    def count(self, rows: Rows, inputs: IntArray, columns: IntArray) -> IntArray:
        """Count pairs of an input and a column of the whole matrix in condensed cells."""
        return self.without_empty(self.counted(rows, inputs, columns))

    def counted(
        self, rows: Rows, inputs: IntArray, columns: IntArray, *, in_other: bool | None = None
    ) -> IntArray:
        """Count them; only those in the row of the others, or only those elsewhere, if asked."""
        row, which = rows.standing(inputs, side=self.of_concept.size)
        group, side = self.of_concept[row], self.n_shown + 2
        cells = group * side + self.of_concept[columns[which]]
        if in_other is not None:
            cells = cells[(group == self.n_shown) == in_other]
        return np.bincount(cells, minlength=side * side).reshape(side, side)

    def without_empty(self, counts: IntArray) -> IntArray:
        """Return a condensed matrix without the row and column of others where there are none."""
        if self.n_shown < self.of_concept.size - 1:
            return counts
        return np.delete(np.delete(counts, self.n_shown, axis=0), self.n_shown, axis=1)


def condense_diagonal(diagonal: IntArray, *, shown: IntArray) -> IntArray:
    """Condense a matrix that holds something on its diagonal alone, margins left out.

    In a single-label run these are the inputs that are labelled with the column of their cell.
    """
    kept = diagonal[shown]
    if shown.size < diagonal.size:
        kept = np.append(kept, diagonal.sum() - kept.sum())
    return np.diag(np.append(kept, 0))


def most_confused(mistakes: Cells, *, n: int) -> IntArray:
    """Return the positions of the n concepts with the most mistaken inputs, worst first.

    Parameters
    ----------
    mistakes
        As from :meth:`evalcore.Evaluation.mistakes`: what is off the diagonal in a concept's row or
        column, "nothing predicted" included.
    """
    # what is on the diagonal stands in both sums
    weight = mistakes.sum(axis=0) + mistakes.sum(axis=1) - 2 * mistakes.diagonal()
    return np.argsort(-weight[:-1], kind="stable")[:n]


def worst_cell(mistakes: Cells) -> tuple[int, int] | None:
    """Return (row, column) of the largest confusion of two concepts, or None without any."""
    if isinstance(mistakes, SparseCounts):
        return mistakes.largest_between()
    between = mistakes[:-1, :-1].copy()
    np.fill_diagonal(between, 0)
    if between.max(initial=0) <= 0:
        return None
    row, column = np.unravel_index(int(between.argmax()), between.shape)
    return int(row), int(column)


def by_name(concepts: tuple[str, ...]) -> IntArray:
    """Return positions in the order of the names, case ignored."""
    return np.array(sorted(range(len(concepts)), key=lambda j: (concepts[j].casefold(), j)))


def by_diagonal(strength: FloatArray) -> IntArray:
    """Return positions from the weakest diagonal to the strongest; undefined ones last."""
    return np.argsort(np.where(np.isnan(strength), np.inf, strength), kind="stable")


def by_cluster(means: FloatArray) -> IntArray:
    """Return positions so that concepts whose scores rise together stand together.

    Average-linkage clustering of the mean scores: the more two concepts are scored for each
    other's inputs, the nearer they are. The order is that of the leaves of the tree.

    Parameters
    ----------
    means : ndarray of shape (n_concepts, n_concepts)
        From :meth:`evalcore.Evaluation.mean_scores`; NaN counts as no resemblance.
    """
    n_concepts = means.shape[0]
    if n_concepts < 3:
        return np.arange(n_concepts)
    from scipy.cluster import hierarchy  # noqa: PLC0415 - half a second, for this order alone

    alike = np.nan_to_num(means, nan=0.0)
    alike = alike + alike.T
    above = np.triu_indices(n_concepts, k=1)
    tree = hierarchy.average(alike.max() - alike[above])
    return hierarchy.leaves_list(tree).astype(np.int64)
