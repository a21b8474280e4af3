"""The mistakes of a run under a rule, kept sparse, and tests of where they gather."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import NormalDist

import numpy as np

from evalcore.arrays import BoolArray, FloatArray, IntArray
from evalcore.base.jobs import report_progress
from evalcore.comparison.proportions import fisher_upper_tail
from evalcore.counting.evaluation import Evaluation
from evalcore.counting.rules import Rule
from evalcore.diagnosis.finding import no_inputs
from evalcore.runs.labels import Labels

__all__ = ["Gathered", "Mistakes", "Pairs", "gathered"]

FEWEST = 5
"""Fewer mistakes than this say nothing, whatever their number elsewhere."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Pairs:
    """(input, concept) pairs, one after another; both int64 of one shape."""

    inputs: IntArray
    concepts: IntArray

    def of(self, concept: int) -> IntArray:
        """Return the inputs of one concept."""
        return self.inputs[self.concepts == concept]

    def per_group(self, codes: IntArray, *, n_groups: int, n_concepts: int) -> IntArray:
        """Count the pairs of each group of inputs and concept; (n_groups, n_concepts).

        Parameters
        ----------
        codes : ndarray of shape (n_inputs,), int64
            The group of each input; -1 for none.
        """
        groups = codes[self.inputs]
        inside = groups >= 0
        keys = groups[inside] * n_concepts + self.concepts[inside]
        counts = np.bincount(keys, minlength=n_groups * n_concepts)
        return counts.reshape(n_groups, n_concepts)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Mistakes:
    """False positives and false negatives under a rule, and the pairs they could have been.

    Parameters
    ----------
    false_positives, false_negatives, labelled
    """

    labels: Labels
    false_positives: Pairs
    false_negatives: Pairs
    labelled: Pairs

    @classmethod
    def of(
        cls, evaluation: Evaluation, rule: Rule, *, of_concepts: BoolArray | None = None
    ) -> Mistakes:
        """Find them concept by concept.

        Parameters
        ----------
        of_concepts : ndarray of shape (n_concepts,), bool
            Whose mistakes; all concepts' for None. Those of the others are left out.
        """
        labels, predictions = evaluation.run.labels, evaluation.predictions(rule)
        wrong, missed = [], []
        for j in range(labels.n_concepts):
            report_progress(j, of=labels.n_concepts)
            if of_concepts is not None and not of_concepts[j]:
                wrong.append(no_inputs())
                missed.append(no_inputs())
                continue
            found = predictions.inputs_of(j)
            wrong.append(found[labels.knows(found, j) & ~labels.has(found, j)])
            own = labels.inputs_of(j)
            missed.append(own[~predictions.has(own, j)])
        return cls(
            labels=labels,
            false_positives=_pairs(wrong),
            false_negatives=_pairs(missed),
            labelled=Pairs(inputs=labels.inputs, concepts=labels.concepts),
        )

    @property
    def per_input(self) -> IntArray:
        """Mistakes of each input over all concepts; (n_inputs,)."""
        both = np.concatenate([self.false_positives.inputs, self.false_negatives.inputs])
        return np.bincount(both, minlength=self.labels.n_inputs)

    def known_per_group(self, codes: IntArray, *, n_groups: int) -> IntArray:
        """Count the inputs of each group whose label for a concept is known; (n_groups, n)."""
        n_concepts = self.labels.n_concepts
        if self.labels.known is None:
            sizes = np.bincount(codes[codes >= 0], minlength=n_groups)
            return np.repeat(sizes[:, None], n_concepts, axis=1)
        counts = np.zeros((n_groups, n_concepts), dtype=np.int64)
        for group in range(n_groups):
            counts[group] = self.labels.known[codes == group].sum(axis=0)
        return counts


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Gathered:
    """Whether mistakes gather among marked inputs; arrays of one shape.

    Parameters
    ----------
    hits, marked
        Mistakes among the marked inputs, and how many these are.
    others, unmarked
        The same of the rest.
    p_value
        Of so many hits or more by chance: Fisher's exact test.
    odds_ratio, low, high
        With half a count added to each cell, and the interval by its logarithm.
    excess
        Hits beyond what the rate of the rest would give.
    """

    hits: IntArray
    marked: IntArray
    others: IntArray
    unmarked: IntArray
    p_value: FloatArray
    odds_ratio: FloatArray
    low: FloatArray
    high: FloatArray

    @property
    def excess(self) -> FloatArray:
        """Hits beyond what the rate of the rest would give; 0 at least."""
        rate = self.others / np.maximum(self.unmarked, 1)
        return np.maximum(self.hits - self.marked * rate, 0.0)

    @property
    def least_excess(self) -> FloatArray:
        """Hits beyond what the rest would give if the odds ratio were its lower limit."""
        odds = np.maximum(self.low, 1.0)
        return np.asarray(self.hits * (1 - 1 / odds))

    def take(self, chosen: BoolArray | IntArray | tuple[int, ...]) -> Gathered:
        """Return some of the tests."""
        fields = (
            "hits", "marked", "others", "unmarked", "p_value", "odds_ratio", "low", "high",
        )  # fmt: skip
        return Gathered(**{name: np.asarray(getattr(self, name)[chosen]) for name in fields})


def gathered(
    hits: IntArray, marked: IntArray, *, all_hits: IntArray, everything: IntArray
) -> Gathered:
    """Test whether mistakes gather among marked inputs; the arguments broadcast.

    Parameters
    ----------
    hits, marked
        Mistakes among the marked inputs, and how many these are.
    all_hits, everything
        All mistakes, and all inputs on which one could be made.

    Notes
    -----
    Odds ratio by Haldane (1956) and Anscombe (1956), its interval by Woolf (1955).
    """
    hits, marked, all_hits, everything = (
        np.asarray(a, dtype=np.int64)
        for a in np.broadcast_arrays(hits, marked, all_hits, everything)
    )
    others, unmarked = all_hits - hits, everything - marked
    p_value = np.ones(hits.shape)
    some = (hits >= FEWEST) & (unmarked > 0)
    p_value[some] = fisher_upper_tail(hits[some], marked[some], all_hits[some], everything[some])
    cells = [
        part.astype(np.float64) + 0.5 for part in (hits, marked - hits, others, unmarked - others)
    ]
    log_odds = np.log(cells[0]) - np.log(cells[1]) - np.log(cells[2]) + np.log(cells[3])
    reach = NormalDist().inv_cdf(0.975) * np.sqrt(sum(1 / cell for cell in cells))
    return Gathered(
        hits=hits,
        marked=marked,
        others=others,
        unmarked=unmarked,
        p_value=p_value,
        odds_ratio=np.exp(log_odds),
        low=np.exp(log_odds - reach),
        high=np.exp(log_odds + reach),
    )


def _pairs(per_concept: list[IntArray]) -> Pairs:
    sizes = [part.size for part in per_concept]
    return Pairs(
        inputs=np.concatenate([np.zeros(0, dtype=np.int64), *per_concept]),
        concepts=np.repeat(np.arange(len(per_concept)), sizes),
    )
