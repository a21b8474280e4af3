"""Which pairs are known, where hardly anything is unknown of an input, or hardly anything known."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from evalcore.arrays import BoolArray, IntArray, is_among, places_between
from evalcore.pairs.sparse_table import MOST_CELLS, SparseTable

__all__ = ["KnownPairs", "all_known"]


class KnownPairs(SparseTable):
    """For each input what holds of most of its pairs, and the pairs of which it does not hold.

    Parameters
    ----------
    mostly : ndarray of shape (n_inputs,), bool
        Whether an input's pairs are known where nothing else is said.
    others : ndarray of shape (n_others,), int64
        The other pairs as ``input * n_concepts + concept``, ascending.

    Examples
    --------
    >>> known = KnownPairs(mostly=np.array([True, False]), others=np.array([2]), n_concepts=2)
    >>> known[0].tolist(), known[1].tolist(), known.sum(axis=0).tolist()
    ([True, True], [True, False], [2, 1])
    """

    dtype = np.dtype(bool)

    def __init__(self, *, mostly: BoolArray, others: IntArray, n_concepts: int) -> None:
        self.mostly, self.others = mostly, others
        self.shape = (mostly.size, n_concepts)

    @classmethod
    def alike(cls, n_inputs: int, n_concepts: int, *, known: bool) -> KnownPairs:
        """Say the same of every pair."""
        mostly, others = np.full(n_inputs, known), np.zeros(0, dtype=np.int64)
        return cls(mostly=mostly, others=others, n_concepts=n_concepts)

    @classmethod
    def of_dense(cls, known: BoolArray) -> KnownPairs:
        """Keep what an array says."""
        n_concepts = known.shape[1]
        mostly = known.sum(axis=1) * 2 > n_concepts
        others = np.flatnonzero(known != mostly[:, None])
        return cls(mostly=mostly, others=others, n_concepts=n_concepts)

    @classmethod
    def joined(cls, parts: Sequence[Any], *, sizes: Sequence[int], n_concepts: int) -> KnownPairs:
        """Put what parts of a run know one after another.

        Parameters
        ----------
        parts
            Of each what is known of it: pairs, an array, or None where that is everything.
        sizes
            Inputs of each.
        """
        mostly, others, start = [], [], 0
        for part, n_inputs in zip(parts, sizes, strict=True):
            if part is None:
                mostly.append(np.ones(n_inputs, dtype=bool))
            else:
                here = part if isinstance(part, KnownPairs) else cls.of_dense(np.asarray(part))
                mostly.append(here.mostly)
                others.append(here.others + start * n_concepts)
            start += n_inputs
        return cls(
            mostly=np.concatenate(mostly),
            others=np.concatenate([np.zeros(0, dtype=np.int64), *others]),
            n_concepts=n_concepts,
        )

    def chosen(self, positions: IntArray) -> KnownPairs:
        """Return what is known of some inputs, renumbered in the given order."""
        n_concepts = self.shape[1]
        firsts = np.searchsorted(self.others, positions * n_concepts)
        stops = np.searchsorted(self.others, (positions + 1) * n_concepts)
        inputs = np.repeat(np.arange(positions.size), stops - firsts)
        others = self.others[places_between(firsts, stops)] % n_concepts
        others += inputs * n_concepts
        return KnownPairs(mostly=self.mostly[positions], others=others, n_concepts=n_concepts)

    def differing(self, other: KnownPairs) -> IntArray:
        """Return the pairs of which another one says something else; shape (n, 2)."""
        turned = np.flatnonzero(self.mostly != other.mostly)
        rest = np.setxor1d(self.others, other.others, assume_unique=True)
        rest = rest[~np.isin(rest // self.shape[1], turned)]
        # of an input that is mostly known here and mostly unknown there every concept is asked
        rows, concepts = np.nonzero(self[turned] != other[turned])
        pairs = np.column_stack([turned[rows], concepts])
        return np.vstack([np.column_stack(np.divmod(rest, self.shape[1])), pairs])

    def copy(self) -> KnownPairs:
        """Return one of its own, in which pairs may be set."""
        return KnownPairs(mostly=self.mostly, others=self.others, n_concepts=self.shape[1])

    def __setitem__(self, key: tuple[IntArray, IntArray], known: bool) -> None:
        """Set pairs, given by their inputs and concepts, to known or unknown."""
        inputs, concepts = (np.asarray(one, dtype=np.int64) for one in key)
        keys = np.unique(inputs * self.shape[1] + concepts)
        is_other = self.mostly[keys // self.shape[1]] != known
        without = self.others[~is_among(self.others, keys)]
        self.others = np.sort(np.concatenate([without, keys[is_other]]), kind="stable")

    def at(self, rows: IntArray, columns: IntArray) -> BoolArray:
        """Tell for each input and concept whether it is known."""
        keys = rows.astype(np.int64) * self.shape[1] + columns
        return np.asarray(self.mostly[rows] ^ is_among(keys, self.others))

    def rows(self, positions: IntArray) -> BoolArray:
        """Tell of some inputs which concepts are known."""
        here = self.chosen(positions)
        known = np.repeat(here.mostly[:, None], self.shape[1], axis=1)
        known.reshape(-1)[here.others] ^= True
        return known

    def column(self, j: int) -> BoolArray:
        """Tell of every input whether a concept is known."""
        inputs = np.arange(self.shape[0])
        return self.at(inputs, np.full(inputs.shape, j))

    def all(self, axis: int | None = None) -> Any:  # noqa: ANN401 - as numpy does
        """Tell whether all pairs are known, of all or (``axis=1``) of each input."""
        full = self.sum(axis=1) == self.shape[1]
        return full if axis == 1 else bool(full.all())

    def sum(self, axis: int | None = None) -> Any:  # noqa: ANN401 - as numpy does
        """Count the known pairs, of all, of each concept (``axis=0``) or of each input."""
        inputs, concepts = np.divmod(self.others, self.shape[1])
        more = np.where(self.mostly[inputs], -1, 1)
        if axis == 0:
            found = np.bincount(concepts, weights=more, minlength=self.shape[1])
            return found.astype(np.int64) + int(self.mostly.sum())
        found = np.bincount(inputs, weights=more, minlength=self.shape[0]).astype(np.int64)
        per_input = found + self.mostly * self.shape[1]
        return per_input if axis == 1 else int(per_input.sum())


def all_known(n_inputs: int, n_concepts: int) -> Any:  # noqa: ANN401 - set like an array
    """Return that every pair is known; of a large run not as an array."""
    if n_inputs * n_concepts > MOST_CELLS:
        return KnownPairs.alike(n_inputs, n_concepts, known=True)
    return np.ones((n_inputs, n_concepts), dtype=bool)
