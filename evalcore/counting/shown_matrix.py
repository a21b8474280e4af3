"""The matrix as people look at it: its order, the worst confusions, and the rest condensed."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import Any

import numpy as np
import numpy.typing as npt

from evalcore.arrays import FloatArray, IntArray
from evalcore.counting.matrix import Rows
from evalcore.counting.predictions import PartPredictions
from evalcore.pairs.cells import Cells, SparseCounts
from evalcore.pairs.condensed import Groups, Pairs, PairsInCells
from evalcore.pairs.scored import ScoredPairs

__all__ = [
    "CondensedPairs",
    "Tone",
    "by_cluster",
    "by_diagonal",
    "by_name",
    "condense",
    "condense_diagonal",
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


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class CondensedPairs:
    """What :func:`condense` makes of the matrix of a part, without counting all its cells.

    Looked at are the pairs of the inputs in the rows shown, and of those scored in the columns
    shown; what stands in none of both is the rest of all. They are put together once for the
    concepts on show.

    Parameters
    ----------
    predicted
        Pairs that may be predicted.
    also
        Labelled pairs that may be, each in every row of its input.
    row_groups, inputs : ndarray of shape (n_entries,)
        Every row that an input stands in, condensed, and the input.
    """

    groups: Groups
    predicted: PairsInCells
    also: PairsInCells
    row_groups: npt.NDArray[np.unsignedinteger[Any]]
    inputs: npt.NDArray[np.int32]

    @classmethod
    def of(
        cls, predictions: PartPredictions, scores: ScoredPairs, rows: Rows, *, shown: IntArray
    ) -> CondensedPairs:
        """Put the pairs together that matter for some concepts, under the mode of a rule."""
        labels = predictions.run.labels
        groups = Groups.of(shown, n_concepts=labels.n_concepts)
        own = [labels.unlabelled, *(labels.inputs_of(i) for i in shown.tolist())]
        in_rows = predictions.may_predict(np.unique(np.concatenate(own)), scores)
        everybody = np.arange(labels.n_inputs)
        row, which = rows.standing(everybody, side=labels.n_concepts + 1)

        def placed(pairs: Pairs, *, in_other: bool | None) -> Pairs:
            inputs, concepts, values = pairs
            row, which = rows.standing(inputs, side=labels.n_concepts + 1)
            group = groups.of_concept[row]
            if in_other is not None:
                kept = (group == groups.n_shown) == in_other
                group, which = group[kept], which[kept]
            columns = groups.of_concept[concepts[which]]
            return group * groups.side + columns, concepts[which], values[which]

        found = [in_rows, *(predictions.scored_for(j) for j in shown.tolist())]
        return cls(
            groups=groups,
            predicted=PairsInCells.of(
                [placed(pairs, in_other=k > 0) for k, pairs in enumerate(found)], side=groups.side
            ),
            also=PairsInCells.of(
                [placed(predictions.labelled_pairs(), in_other=None)], side=groups.side
            ),
            row_groups=groups.of_concept[row],
            inputs=which.astype(np.int32),
        )

    def count(self, predictions: PartPredictions, *, standing: int) -> IntArray:
        """Count the cells under a rule of the same mode.

        Parameters
        ----------
        standing
            In how many cells the inputs stand, "nothing predicted" left out.
        """
        counts = self.predicted.count(predictions.bounds)
        other = self.groups.n_shown
        counts[other, other] = standing - counts.sum()
        nobody = predictions.nothing()[self.inputs]
        counts[:, -1] += np.bincount(self.row_groups[nobody], minlength=self.groups.side)
        return self.groups.without_empty(counts)

    def count_also(self, predictions: PartPredictions) -> IntArray:
        """Count per cell the inputs that are labelled with its column as well."""
        return self.groups.without_empty(self.also.count(predictions.bounds))


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
