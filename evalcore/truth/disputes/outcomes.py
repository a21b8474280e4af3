"""How far the numbers can still go while disputes are open: from the worst to the best outcome.

What is better and worse for the model is the same for precision, recall and F1: predicted pairs end
as a yes at best and as a no at worst, the others the other way round. Pairs of a multi-label run
end independently, so that this gives the ends of every concept and of both averages. An input of a
single-label run may have to choose between concepts. Where that matters to a macro average the
choices are tried one by one; where they are too many, the span is that of every concept for itself,
which no outcome leaves.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product
from math import nan, prod
from typing import Literal

import numpy as np

from evalcore.arrays import BoolArray, IntArray, ScoreArray
from evalcore.counting.evaluation import Evaluation
from evalcore.counting.rules import Rule
from evalcore.measures.metrics import METRICS, Average, Averaging, Counts, average, divide
from evalcore.truth.disputes.pairs import OpenDisputes, Span

__all__ = ["Band", "band"]

MOST_TRIED = 512
"""Ways to choose between concepts that are tried one by one."""

End = Literal["worst", "best"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Band:
    """Everything between the worst and the best outcome under one rule.

    Parameters
    ----------
    predicted
        Of each pair that may change.
    certain
        Counts of the pairs that no outcome changes.
    """

    disputes: OpenDisputes
    bounds: ScoreArray
    is_top: bool
    predicted: BoolArray
    certain: Counts

    @property
    def worst(self) -> Counts:
        """The counts that are worst for each concept by itself."""
        return self._each("worst")

    @property
    def best(self) -> Counts:
        """The counts that are best for each concept by itself."""
        return self._each("best")

    def concept(self, metric: str, concept: int) -> Span:
        """Return where precision, recall or F1 of one concept can end."""
        low, high = (float(METRICS[metric](end)[concept]) for end in (self.worst, self.best))
        return Span.between(low, high)

    def average(self, metric: str, *, averaging: Averaging = "macro") -> Span:
        """Return where the average of precision, recall or F1 can end."""
        if averaging == "micro":
            ends = [METRICS[metric](self._pooled(end)).item() for end in ("worst", "best")]
            return Span.between(*ends)
        worst, best = self._choices("worst"), self._choices("best")
        if worst is None or best is None:
            low, high = (average(metric, end).value for end in (self.worst, self.best))
            return Span.between(low, high, exact=False)
        return Span.between(
            min(self._tried(metric, "worst", worst), default=nan),
            max(self._tried(metric, "best", best), default=nan),
        )

    def accuracy(self, now: Average) -> Span | None:
        """Return where accuracy, or the share of exact matches, can end.

        Parameters
        ----------
        now
            As it is counted now.

        Returns
        -------
        None
            When there are too many disputed inputs to tell.
        """
        of = self.disputes
        if of.scores is None:
            return None
        if self.is_top:
            n_predicted = of.top.passes(self.bounds).astype(np.int64)
        else:
            n_predicted = np.count_nonzero(of.scores > self.bounds, axis=1)
        right, usable = self._matches(n_predicted)
        n_right = round(now.value * now.n_defined) if now.n_defined else 0
        n_right, n_usable = n_right - int(right.sum()), now.n_defined - int(usable.sum())
        fits, errs, leaves = self._whole_inputs(n_predicted)
        # at best a wrong one leaves, as unknown, and at worst a right one
        best = n_right + fits.sum(), n_usable + (fits | ~leaves).sum()
        worst = n_right + (~errs & ~leaves).sum(), n_usable + (errs | ~leaves).sum()
        low, high = (int(a) / int(b) if b else float("nan") for a, b in (worst, best))
        return Span.between(low, high)

    def _each(self, end: End, *, but: BoolArray | None = None) -> Counts:
        """Count every concept at its end by itself; of the inputs ``but`` nothing is counted."""
        pairs, may_show = self.disputes.pairs, self.disputes.may_show
        counted = np.ones(may_show.size, dtype=bool) if but is None else ~but[pairs.place]

        def count(chosen: BoolArray) -> IntArray:
            return pairs.per_concept(chosen & counted, self.certain.tp.size)

        hits, rest, now = self.predicted, ~self.predicted, self.certain
        if end == "best":
            # what can be no yes leaves, as unknown, where it is predicted
            return Counts(tp=now.tp + count(hits & may_show), fp=now.fp, fn=now.fn,
                          tn=now.tn + count(rest))  # fmt: skip
        return Counts(tp=now.tp, fp=now.fp + count(hits), fn=now.fn + count(rest & may_show),
                      tn=now.tn)  # fmt: skip

    def _pooled(self, end: End) -> Counts:
        """Sum up what every input comes to at its end."""
        of, n = self.disputes, self.disputes.needs_label.size
        each = self._each(end).pooled()
        if not of.exclusive:
            return each
        now = self.certain.pooled()
        hits = of.pairs.per_input(self.predicted & of.may_show, n)
        misses = of.pairs.per_input(~self.predicted & of.may_show, n)
        if end == "best":
            forced = np.count_nonzero((hits == 0) & of.needs_label)
            return Counts(tp=now.tp + np.count_nonzero(hits), fp=now.fp, fn=now.fn + forced,
                          tn=now.tn)  # fmt: skip
        forced = np.count_nonzero((misses == 0) & of.needs_label)
        return Counts(tp=now.tp + forced, fp=each.fp - forced, fn=now.fn + np.count_nonzero(misses),
                      tn=now.tn)  # fmt: skip

    def _choices(self, end: End) -> list[IntArray] | None:
        """Return for each input that cannot suit all its concepts the pairs that may be its yes.

        None when there are too many ways to choose.
        """
        of, n = self.disputes, self.disputes.needs_label.size
        if not of.exclusive:
            return []
        wanted = (self.predicted if end == "best" else ~self.predicted) & of.may_show
        n_wanted = of.pairs.per_input(wanted, n)
        torn = (n_wanted > 1) | ((n_wanted == 0) & of.needs_label)
        among = of.may_show & (wanted | (n_wanted == 0)[of.pairs.place])
        # each torn input has two pairs at least to choose from
        if np.count_nonzero(torn) >= MOST_TRIED.bit_length():
            return None
        if prod(of.pairs.per_input(among, n)[torn].tolist()) > MOST_TRIED:
            return None
        return [np.flatnonzero(among & (of.pairs.place == k)) for k in np.flatnonzero(torn)]

    def _tried(self, metric: str, end: End, choices: Sequence[IntArray]) -> list[float]:
        """Return what a macro average comes to with every choice of every torn input."""
        if not choices:
            return [average(metric, self._each(end)).value]
        pairs, n = self.disputes.pairs, self.certain.tp.size
        torn = np.zeros(self.disputes.needs_label.size, dtype=bool)
        torn[[pairs.place[some[0]] for some in choices]] = True
        # a predicted pair that is not chosen is wrong, or leaves if it is disputed
        is_wrong = self.predicted & torn[pairs.place]
        if end == "best":
            is_wrong[: self.disputes.n] = False
        rest = self._each(end, but=torn)
        fp = rest.fp + pairs.per_concept(is_wrong, n)
        rest = Counts(tp=rest.tp, fp=fp, fn=rest.fn, tn=rest.tn)
        touched, ways = np.unique(pairs.concept[np.concatenate(choices)]), list(product(*choices))
        counted = (rest.tp, rest.fp, rest.fn)
        tp, fp, fn = (np.tile(counts[touched], (len(ways), 1)) for counts in counted)
        for chosen in np.array(ways).T:
            at = np.arange(len(ways)), np.searchsorted(touched, pairs.concept[chosen])
            tp[at] += self.predicted[chosen]
            fn[at] += ~self.predicted[chosen]
            fp[at] -= is_wrong[chosen]
        values = METRICS[metric](Counts(tp=tp, fp=fp, fn=fn, tn=np.zeros_like(tp)))
        others = METRICS[metric](rest.take(np.delete(np.arange(n), touched)))
        n_defined = (~np.isnan(values)).sum(axis=1) + (~np.isnan(others)).sum()
        means = divide(np.nansum(values, axis=1) + np.nansum(others), n_defined)
        return means[n_defined > 0].tolist()

    def _matches(self, n_predicted: IntArray) -> tuple[BoolArray, BoolArray]:
        """Tell of each input whether it matches exactly as it counts now, and whether it counts."""
        of, n = self.disputes, self.disputes.needs_label.size
        found = of.predicted(of.labels, self.bounds, is_top=self.is_top)
        n_labels = np.bincount(of.labels.place, minlength=n)
        usable = of.all_known | ((n_labels > 0) & of.exclusive)
        n_found = of.labels.per_input(found, n)
        return usable & (n_found == n_labels) & (n_predicted == n_labels), usable

    def _whole_inputs(self, n_predicted: IntArray) -> tuple[BoolArray, BoolArray, BoolArray]:
        """Tell of each input whether it can match, can fail to match, and can leave as unknown."""
        of, n = self.disputes, self.disputes.needs_label.size
        found = of.predicted(of.labels, self.bounds, is_top=self.is_top) & of.stays
        n_found, n_stay = of.labels.per_input(found, n), of.labels.per_input(of.stays, n)
        if not of.exclusive:
            n_rest = n_predicted - of.pairs.per_input(self.predicted, n)
            matches = (n_found == n_stay) & (n_rest == n_stay)
            return of.rest_known & matches, of.rest_known, np.ones(n, dtype=bool)
        hits = of.pairs.per_input(self.predicted & of.may_show, n)
        n_may = of.pairs.per_input(of.may_show, n)
        settled_right = of.is_settled & (n_found == 1) & (n_predicted == 1)
        may_be_none = ~of.needs_label & ~of.is_settled
        none_counts = may_be_none & of.rest_known
        right = ((n_predicted == 1) & (hits == 1)) | (none_counts & (n_predicted == 0))
        only_hit = (n_may == 1) & (hits == 1) & (n_predicted == 1)
        wrong = ((n_may > 0) & ~only_hit) | (none_counts & (n_predicted > 0))
        return right | settled_right, wrong | (of.is_settled & ~settled_right), may_be_none


def band(disputes: OpenDisputes, evaluation: Evaluation, rule: Rule) -> Band:
    """Return how far the numbers under a rule can go.

    Parameters
    ----------
    evaluation
        The one that the disputes were looked up in.
    """
    run = evaluation.run
    bounds = rule.bounds(run.concepts, dtype=run.scores.dtype)
    is_top = rule.mode_for(run.task) == "top"
    predicted = disputes.predicted(disputes.pairs, bounds, is_top=is_top)

    def count(chosen: BoolArray) -> IntArray:
        return disputes.pairs.per_concept(chosen, run.n_concepts)

    now = evaluation.counts(rule)
    labelled, none = disputes.labelled, disputes.known & ~disputes.labelled
    return Band(
        disputes=disputes,
        bounds=bounds,
        is_top=is_top,
        predicted=predicted,
        certain=Counts(
            tp=now.tp - count(predicted & labelled),
            fp=now.fp - count(predicted & none),
            fn=now.fn - count(~predicted & labelled),
            tn=now.tn - count(~predicted & none),
        ),
    )
