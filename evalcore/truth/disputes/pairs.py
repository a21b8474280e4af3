"""The pairs that open disputes can still change, looked up once; how far a number can go.

Every disputed pair may end as a yes, a no or unknown. In a single-label run a yes takes the place
of the label, so that at most one pair of an input can end as a yes.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import isnan
from typing import Self

import numpy as np

from evalcore.arrays import BoolArray, IntArray, ScoreArray
from evalcore.counting.count_index import TopScores
from evalcore.counting.evaluation import Evaluation
from evalcore.wording import rate

__all__ = ["DisputedPairs", "OpenDisputes", "Span"]

MOST_SCORES = 20_000_000
"""Scores of disputed inputs that are kept, to tell which of them match exactly."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """Where a number can end, over the outcomes in which it is defined; NaN where it is in none.

    Parameters
    ----------
    exact
        Whether some outcome comes to either end; else they are bounds.
    """

    low: float
    high: float
    exact: bool = True

    @classmethod
    def between(cls, low: float, high: float, *, exact: bool = True) -> Self:
        """Return the span between two ends, of which either may be undefined.

        What is undefined at its best is 0 wherever it is defined, and what is undefined at its
        worst is 1: then the other end says all.
        """
        lowest, highest = (high if isnan(low) else low), (low if isnan(high) else high)
        return cls(low=lowest, high=highest, exact=exact)

    def in_words(self) -> str:
        """Return the ends as they are written; one value where they cannot be told apart.

        Examples
        --------
        >>> Span(low=0.8125, high=0.9).in_words(), Span(low=0.5, high=0.5).in_words()
        ('0.813 to 0.900', '0.500')
        """
        return " to ".join(dict.fromkeys([rate(self.low), rate(self.high)]))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class DisputedPairs:
    """Pairs of disputed inputs: which of the inputs, which concept, its score."""

    place: IntArray
    concept: IntArray
    score: ScoreArray

    @classmethod
    def of(cls, evaluation: Evaluation, inputs: IntArray, pairs: IntArray) -> Self:
        """Look up pairs (input position, concept position)."""
        rows, columns = pairs[:, 0], pairs[:, 1]
        return cls(
            place=np.searchsorted(inputs, rows),
            concept=columns,
            score=np.asarray(evaluation.run.scores[rows, columns]),
        )

    def per_input(self, chosen: BoolArray, n_inputs: int) -> IntArray:
        """Count the chosen pairs of each disputed input."""
        return np.bincount(self.place[chosen], minlength=n_inputs)

    def per_concept(self, chosen: BoolArray, n_concepts: int) -> IntArray:
        """Count the chosen pairs of each concept."""
        return np.bincount(self.concept[chosen], minlength=n_concepts)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class OpenDisputes:
    """What disputes can still change, looked up once for every rule.

    Parameters
    ----------
    n
        Open disputes.
    inputs
        Positions of the inputs with a dispute, ascending; the others follow their order.
    pairs
        The disputed ones, then the labels that give way should another concept take their place.
    may_show, labelled, known
        Of each pair: whether it can end as a yes; how it counts now.
    labels, stays
        The labels of the disputed inputs, and which of them no outcome changes.
    top, scores
        Of the disputed inputs; no scores where they would be too many.
    exclusive
        Whether an input has at most one label.
    needs_label
        Of each input: whether its label stays unless another takes its place.
    is_settled
        Of each input: whether its one label is agreed on.
    rest_known, all_known
        Of each input: whether its pairs are known, without the disputed ones and with them; of none
        without scores.
    roc_auc
        How far the run's ROC AUC can go, which follows no rule; None where it was not looked at.
    """

    n: int
    inputs: IntArray
    pairs: DisputedPairs
    may_show: BoolArray
    labelled: BoolArray
    known: BoolArray
    labels: DisputedPairs
    stays: BoolArray
    top: TopScores
    scores: ScoreArray | None
    exclusive: bool
    needs_label: BoolArray
    is_settled: BoolArray
    rest_known: BoolArray
    all_known: BoolArray
    roc_auc: Span | None = None

    @classmethod
    def of(cls, evaluation: Evaluation, disputed: IntArray, *, settled: IntArray) -> Self:
        """Look up the disputed pairs of a run.

        Parameters
        ----------
        disputed : ndarray of shape (n_disputed, 2), int64
        settled
            Positions of the inputs on whose label people agree: in a single-label run nothing
            takes its place any more.
        """
        run, labels = evaluation.run, evaluation.run.labels
        inputs = np.unique(disputed[:, 0])
        exclusive = run.task == "single_label"
        is_settled = np.isin(inputs, settled) & exclusive
        standing = np.flatnonzero(np.isin(labels.inputs, inputs))
        labelled = np.column_stack([labels.inputs[standing], labels.concepts[standing]])
        key = np.array([run.n_concepts, 1])
        is_disputed = np.isin(labelled @ key, disputed @ key)
        place = np.searchsorted(inputs, labelled[:, 0])
        gives_way = ~is_disputed & ~is_settled[place] & exclusive
        changing = np.concatenate([disputed, labelled[gives_way]])
        pairs = DisputedPairs.of(evaluation, inputs, changing)
        fits = inputs.size * run.n_concepts <= MOST_SCORES
        known = np.ones((inputs.size if fits else 0, run.n_concepts), dtype=bool)
        known_pairs = np.ones(len(changing), dtype=bool)
        if labels.known is not None:
            known_pairs = np.array(labels.known[changing[:, 0], changing[:, 1]])
            known = np.array(labels.known[inputs]) if fits else known
        all_known = np.asarray(known.all(axis=1))
        if fits:
            known[pairs.place, pairs.concept] = True
        needs_label = np.zeros(inputs.size, dtype=bool)
        needs_label[place[gives_way]] = True
        return cls(
            n=len(disputed),
            inputs=inputs,
            pairs=pairs,
            may_show=~is_settled[pairs.place],
            labelled=np.isin(changing @ key, labelled @ key),
            known=known_pairs,
            labels=DisputedPairs.of(evaluation, inputs, labelled),
            stays=~is_disputed & ~gives_way,
            top=evaluation.top.take(inputs),
            scores=np.asarray(run.scores[inputs]) if fits else None,
            exclusive=exclusive,
            needs_label=needs_label,
            is_settled=is_settled,
            rest_known=np.asarray(known.all(axis=1)),
            all_known=all_known,
        )

    def predicted(self, pairs: DisputedPairs, bounds: ScoreArray, *, is_top: bool) -> BoolArray:
        """Tell which pairs are predicted."""
        passes = pairs.score > bounds[pairs.concept]
        if is_top:
            passes &= self.top.concept[pairs.place] == pairs.concept
        return np.asarray(passes)
