"""Two sides put against each other: what each counts, and what became of every input."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np

from evalcore.arrays import BoolArray, FloatArray, IntArray
from evalcore.comparison.pairing import ConceptPairs, Pairing
from evalcore.counting.evaluation import Evaluation
from evalcore.counting.rules import Rule
from evalcore.counting.selections import Cell
from evalcore.measures.metrics import Counts
from evalcore.runs.run import UNSCORED

__all__ = ["FATES", "FN", "FP", "TN", "TP", "UNKNOWN", "Comparison", "Fate", "Side", "compare"]

Fate = Literal["mended", "broken", "both_right", "both_wrong"]
FATES: tuple[Fate, ...] = ("mended", "broken", "both_right", "both_wrong")
TN, FP, FN, TP, UNKNOWN = range(5)
"""Outcomes of an input for a concept, as codes."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Side:
    """What stands on one side: a run (or a part of it, or under another truth) and a rule."""

    evaluation: Evaluation
    rule: Rule


class Comparison:
    """Two sides over the inputs that they share, or each over its own; made by :func:`compare`.

    Attributes
    ----------
    left, right : Side
        Restricted to the shared inputs where the comparison is paired, in the order of the pairing.
    is_paired : bool
    pairing : Pairing
        Of the whole runs.
    concepts : ConceptPairs
        Index k of every difference is concept k of these.
    """

    def __init__(
        self, left: Side, right: Side, *, pairing: Pairing, concepts: ConceptPairs, paired: bool
    ) -> None:
        self.is_paired = paired
        self.pairing = pairing
        self.concepts = concepts
        self.left = _restricted(left, pairing.left) if paired else left
        self.right = _restricted(right, pairing.right) if paired else right

    def both(self, concept: int) -> tuple[tuple[Side, str], tuple[Side, str]]:
        """Return both sides, each with its name of a shared concept."""
        return (
            (self.left, self.concepts.left[concept]),
            (self.right, self.concepts.right[concept]),
        )

    def counts(self) -> tuple[Counts, Counts]:
        """Return the outcomes of the shared concepts on both sides."""
        return (
            _counts_of(self.left, self.concepts.left),
            _counts_of(self.right, self.concepts.right),
        )

    def matrices(self) -> tuple[IntArray, IntArray]:
        """Return the matrices of both sides over the shared concepts and the margins.

        Shape (n + 1, n + 1) each, last row "no label", last column "nothing predicted"; their
        difference is what changed cell by cell. Counted once.
        """
        return self._matrices

    @cached_property
    def _matrices(self) -> tuple[IntArray, IntArray]:
        return (
            _matrix_of(self.left, self.concepts.left),
            _matrix_of(self.right, self.concepts.right),
        )

    def outcomes(self, concept: int) -> tuple[IntArray, IntArray]:
        """Return the outcome of every input on both sides: 0 TN, 1 FP, 2 FN, 3 TP, 4 unknown."""
        (left, ours), (right, theirs) = self.both(concept)
        return _outcomes(left, ours), _outcomes(right, theirs)

    def fates(self) -> dict[Fate, IntArray]:
        """Count per concept the inputs that were mended, broken, and the rest; (n_concepts,)."""
        return dict(self._fates)

    @cached_property
    def _fates(self) -> dict[Fate, IntArray]:
        counts = {fate: np.zeros(len(self.concepts.left), dtype=np.int64) for fate in FATES}
        for k in range(len(self.concepts.left)):
            masks = self._fate_masks(k)
            for fate in FATES:
                counts[fate][k] = int(masks[fate].sum())
        return counts

    def members(self, concept: int, fate: Fate) -> tuple[IntArray, IntArray]:
        """Return the inputs of a fate as positions in the left and the right run as given.

        ``mended``: only the right side gets the concept right. ``broken``: only the left one.
        Those come first whose scores have moved most.
        """
        here = np.flatnonzero(self._fate_masks(concept)[fate])
        left, right = (_scores_of(side, name, here) for side, name in self.both(concept))
        moved = np.abs(right - left)
        here = here[np.argsort(-np.nan_to_num(moved), kind="stable")]
        return self.pairing.left[here], self.pairing.right[here]

    def changed(self, actual: int | None, predicted: int | None) -> tuple[IntArray, IntArray, int]:
        """Return the inputs that stand in a cell of the matrix on one side alone.

        Parameters
        ----------
        actual, predicted
            Places among the shared concepts; None for "no label" and "nothing predicted".

        Returns
        -------
        left, right : ndarray of int64
            Positions in the left and the right run as given; those come first that stand in the
            cell on the right only.
        n_entered : int
            How many these are. The rest have left it, so that the difference of the matrices in
            this cell is twice this number less the length.
        """
        here = []
        for side, names in ((self.left, self.concepts.left), (self.right, self.concepts.right)):
            row, column = (None if k is None else names[k] for k in (actual, predicted))
            here.append(side.evaluation.members(side.rule, Cell(row, column)))
        entered = np.setdiff1d(here[1], here[0])
        changed = np.concatenate([entered, np.setdiff1d(here[0], here[1])])
        return self.pairing.left[changed], self.pairing.right[changed], int(entered.size)

    def _fate_masks(self, concept: int) -> dict[Fate, BoolArray]:
        if not self.is_paired:
            return {fate: np.zeros(0, dtype=bool) for fate in FATES}
        left, right = self.outcomes(concept)
        decided = (left != UNKNOWN) & (right != UNKNOWN)
        first, second = np.isin(left, (TP, TN)), np.isin(right, (TP, TN))
        return {
            "mended": decided & ~first & second,
            "broken": decided & first & ~second,
            "both_right": decided & first & second,
            "both_wrong": decided & ~first & ~second,
        }


def compare(
    left: Side,
    right: Side,
    *,
    pairing: Pairing,
    concepts: ConceptPairs,
    paired: bool | None = None,
) -> Comparison:
    """Put two sides against each other.

    Parameters
    ----------
    paired
        True: only the inputs of both, which tells smaller differences from chance. False: each side
        over all of its inputs, which count as different ones. None: paired where at least half of
        the smaller side's inputs stand in both.
    """
    if paired is None:
        paired = 2 * pairing.n_pairs >= max(1, min(pairing.n_left, pairing.n_right))
    return Comparison(
        left, right, pairing=pairing, concepts=concepts, paired=paired and pairing.n_pairs > 0
    )


def _restricted(side: Side, positions: IntArray) -> Side:
    run = side.evaluation.run
    if positions.size == run.n_inputs and bool((positions == np.arange(run.n_inputs)).all()):
        return side
    part = run.subset(positions)
    return Side(evaluation=Evaluation(part), rule=side.rule)


def _outcomes(side: Side, name: str) -> IntArray:
    run = side.evaluation.run
    concept, everybody = run.position_of(name), np.arange(run.n_inputs)
    predicted = side.evaluation.predictions(side.rule).has(everybody, concept)
    labelled = run.labels.has(everybody, concept)
    codes = np.where(labelled, np.where(predicted, TP, FN), np.where(predicted, FP, TN))
    return np.where(run.labels.knows(everybody, concept), codes, UNKNOWN).astype(np.int64)


def _scores_of(side: Side, name: str, positions: IntArray) -> FloatArray:
    run = side.evaluation.run
    scores = run.scores[positions, run.position_of(name)].astype(np.float64)
    return np.where(scores == UNSCORED, np.nan, scores)


def _counts_of(side: Side, names: Sequence[str]) -> Counts:
    places = [side.evaluation.run.position_of(name) for name in names]
    return side.evaluation.counts(side.rule).take(places)


def _matrix_of(side: Side, names: Sequence[str]) -> IntArray:
    kept = [*(side.evaluation.run.position_of(name) for name in names), -1]
    return side.evaluation.matrix(side.rule).counts[np.ix_(kept, kept)]
