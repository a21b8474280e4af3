"""Ground truth: which input shows which concept, and which pairs nobody knows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import InitVar, dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from evalcore.arrays import BoolArray, IntArray, grouped_order
from evalcore.errors import RunError
from evalcore.pairs.known import KnownPairs
from evalcore.runs.joined import JoinedRows, chosen_rows, starts_of

__all__ = ["Labels"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Labels:
    """The labelled (input, concept) pairs of a run, kept sparse.

    Parameters
    ----------
    n_inputs, n_concepts
        Shape of the run.
    pairs : ndarray of shape (n_pairs, 2), int64
        Labelled pairs (input position, concept position), each once.
    known : ndarray of shape (n_inputs, n_concepts), bool, or None
        False where the label of a pair is unknown; None when every pair is known.
        Labelled pairs are always known.
    """

    n_inputs: int
    n_concepts: int
    pairs: InitVar[IntArray]
    known: BoolArray | None = None
    inputs: IntArray = field(init=False)
    """Input position of each labelled pair, ascending."""
    concepts: IntArray = field(init=False)
    """Concept position of each labelled pair, in the order of ``inputs``."""
    input_starts: IntArray = field(init=False)
    """Pairs of input i stand at ``input_starts[i]:input_starts[i + 1]``; (n_inputs + 1,), int32."""
    concept_starts: IntArray = field(init=False)
    """Inputs of concept j: ``by_concept[concept_starts[j]:concept_starts[j + 1]]``."""
    by_concept: npt.NDArray[np.int32] = field(init=False)
    """Input positions grouped by concept, ascending within each; int32."""
    unlabelled: IntArray = field(init=False)
    """Positions of the inputs that are known to show none of the concepts, ascending."""
    undecided: IntArray = field(init=False)
    """Positions of the inputs without a label that may show a concept all the same, ascending."""

    def __post_init__(self, pairs: IntArray) -> None:
        """Sort the pairs both ways."""
        given = np.asarray(pairs, dtype=np.int64).reshape(-1, 2)
        outside = (given < 0) | (given >= (self.n_inputs, self.n_concepts))
        if outside.any():
            first = given[outside.any(axis=1)][0].tolist()
            shape = (self.n_inputs, self.n_concepts)
            msg = f"The labelled pair {first} lies outside the run; its shape is {shape}."
            raise RunError(msg)
        keys = given[:, 0] * self.n_concepts + given[:, 1]
        if not (np.diff(keys) > 0).all():
            keys = np.unique(keys)
        inputs, concepts = np.divmod(keys, self.n_concepts)
        per_input = np.bincount(inputs, minlength=self.n_inputs)
        per_concept = np.bincount(concepts, minlength=self.n_concepts)
        known = self.known
        if known is not None and not bool(known[inputs, concepts].all()):
            known = known.copy()
            known[inputs, concepts] = True
        if known is not None and bool(known.all()):
            known = None
        free = np.flatnonzero(per_input == 0)
        is_none = np.ones(free.size, dtype=bool) if known is None else known[free].all(axis=1)
        derived = {
            "known": known,
            "inputs": inputs,
            "concepts": concepts,
            "input_starts": np.concatenate([[0], np.cumsum(per_input)]).astype(np.int32),
            "concept_starts": np.concatenate([[0], np.cumsum(per_concept)]),
            "by_concept": inputs[grouped_order(concepts)].astype(np.int32),
            "unlabelled": free[is_none],
            "undecided": free[~is_none],
        }
        for name, value in derived.items():
            if isinstance(value, np.ndarray):
                value = value.view()  # noqa: PLW2901 - freezes our view, not the caller's array
                value.setflags(write=False)
            object.__setattr__(self, name, value)

    @classmethod
    def joined(cls, parts: Sequence[Labels]) -> Labels:
        """Put the labels of several parts of a run one after another; nothing is sorted anew."""
        starts = starts_of([part.input_starts[1:] for part in parts])
        placed = list(zip(parts, starts.tolist(), strict=False))
        inputs = np.concatenate([part.inputs + start for part, start in placed])
        concepts = np.concatenate([part.concepts for part in parts])
        per_input = np.concatenate([np.diff(part.input_starts) for part in parts])
        total = np.sum([part.total for part in parts], axis=0)
        free = {
            name: np.concatenate([getattr(part, name) + start for part, start in placed])
            for name in ("unlabelled", "undecided")
        }
        return cls.of_arrays(
            n_inputs=int(starts[-1]),
            n_concepts=parts[0].n_concepts,
            known=cls.joined_known(parts),
            inputs=inputs,
            concepts=concepts,
            input_starts=np.concatenate([[0], np.cumsum(per_input)]).astype(np.int32),
            concept_starts=np.concatenate([[0], np.cumsum(total)]),
            by_concept=inputs[grouped_order(concepts)].astype(np.int32),
            **free,
        )

    @staticmethod
    def joined_known(parts: Sequence[Labels]) -> Any:  # noqa: ANN401 - read like an array
        """Return which pairs of all parts are known, part after part; None when all are."""
        if all(part.known is None for part in parts):
            return None
        if any(isinstance(part.known, KnownPairs) for part in parts):
            return KnownPairs.joined(
                [part.known for part in parts],
                sizes=[part.n_inputs for part in parts],
                n_concepts=parts[0].n_concepts,
            )
        whole = (
            np.broadcast_to(np.True_, (part.n_inputs, part.n_concepts))
            if part.known is None
            else part.known
            for part in parts
        )
        return JoinedRows(list(whole))

    @classmethod
    def of_arrays(cls, **arrays: Any) -> Labels:  # noqa: ANN401 - the fields, which are typed above
        """Make labels of all their fields, without checking and sorting them once more."""
        labels = object.__new__(cls)
        for name, value in arrays.items():
            object.__setattr__(labels, name, value)
        return labels

    @classmethod
    def from_dense(cls, labelled: BoolArray, *, known: BoolArray | None = None) -> Labels:
        """Build from a bool matrix of shape (n_inputs, n_concepts)."""
        labelled = np.asarray(labelled, dtype=bool)
        n_inputs, n_concepts = labelled.shape
        if known is not None:
            known = np.asarray(known, dtype=bool) | labelled
        return cls(
            n_inputs=n_inputs, n_concepts=n_concepts, pairs=np.argwhere(labelled), known=known
        )

    @classmethod
    def from_lists(
        cls, lists: Sequence[Iterable[int]], *, n_concepts: int, known: BoolArray | None = None
    ) -> Labels:
        """Build from one iterable of concept positions per input."""
        pairs = [(i, j) for i, labelled in enumerate(lists) for j in labelled]
        return cls(
            n_inputs=len(lists),
            n_concepts=n_concepts,
            pairs=np.array(pairs, dtype=np.int64).reshape(-1, 2),
            known=known,
        )

    @property
    def total(self) -> IntArray:
        """Labelled inputs of each concept; shape (n_concepts,)."""
        return np.diff(self.concept_starts)

    @property
    def n_known(self) -> IntArray:
        """Inputs whose label is known, for each concept; shape (n_concepts,)."""
        if self.known is None:
            return np.full(self.n_concepts, self.n_inputs, dtype=np.int64)
        if isinstance(self.known, KnownPairs):
            return np.asarray(self.known.sum(axis=0))
        # most inputs are known throughout: only the others are counted pair by pair
        partly = ~self.known.all(axis=1)
        return self.n_inputs - np.count_nonzero(~self.known[partly], axis=0)

    @property
    def fully_known(self) -> BoolArray:
        """True for inputs without an unknown pair; shape (n_inputs,)."""
        if self.known is None:
            return np.ones(self.n_inputs, dtype=bool)
        return np.asarray(self.known.all(axis=1))

    @property
    def n_with_unknown(self) -> int:
        """Number of inputs with at least one unknown pair."""
        return int((~self.fully_known).sum())

    def of_input(self, position: int) -> IntArray:
        """Return the concept positions that one input is labelled with, ascending."""
        return self.concepts[self.input_starts[position] : self.input_starts[position + 1]]

    def inputs_of(self, concept: int) -> IntArray:
        """Return the positions of the inputs labelled with a concept, ascending."""
        start, stop = self.concept_starts[concept : concept + 2]
        return self.by_concept[start:stop].astype(np.int64)

    def has(self, positions: IntArray, concept: int) -> BoolArray:
        """Tell for each of the positions whether it is labelled with the concept."""
        members = self.inputs_of(concept)
        if members.size == 0:
            return np.zeros(positions.size, dtype=bool)
        found = np.minimum(np.searchsorted(members, positions), members.size - 1)
        return members[found] == positions

    def knows(self, positions: IntArray, concept: int) -> BoolArray:
        """Tell for each of the positions whether its label for the concept is known."""
        if self.known is None:
            return np.ones(positions.size, dtype=bool)
        return self.known[positions, concept]

    def dense(self) -> BoolArray:
        """Return the labels as a bool matrix of shape (n_inputs, n_concepts)."""
        matrix = np.zeros((self.n_inputs, self.n_concepts), dtype=bool)
        matrix[self.inputs, self.concepts] = True
        return matrix

    def take(self, positions: IntArray) -> Labels:
        """Return the labels of a subset of inputs, renumbered in the given order."""
        counts = np.diff(self.input_starts)[positions]
        new_inputs = np.repeat(np.arange(positions.size), counts)
        starts = np.repeat(self.input_starts[positions] - np.cumsum(counts) + counts, counts)
        concepts = self.concepts[starts + np.arange(new_inputs.size)]
        return Labels(
            n_inputs=positions.size,
            n_concepts=self.n_concepts,
            pairs=np.column_stack([new_inputs, concepts]),
            known=None if self.known is None else chosen_rows(self.known, positions),
        )
