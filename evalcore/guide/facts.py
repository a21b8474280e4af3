"""The numbers of a run that the guide speaks of, counted once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from evalcore.arrays import FloatArray, IntArray
from evalcore.counting.evaluation import Evaluation
from evalcore.counting.rules import Rule
from evalcore.counting.shown_matrix import worst_cell
from evalcore.measures.metrics import METRICS, Counts
from evalcore.pairs.cells import Cells
from evalcore.wording import isolated, number

__all__ = ["Facts", "Paragraph"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Paragraph:
    """A piece of the guide that can be linked to.

    Parameters
    ----------
    anchor
        What a link calls it; unique in the guide.
    said
        Its sentences, a paragraph each.
    """

    anchor: str
    title: str
    said: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Facts:
    """What a run counts under a rule; index j is concept j."""

    evaluation: Evaluation
    rule: Rule
    counts: Counts
    roc_auc: FloatArray
    matrix: Cells
    mistakes: Cells

    @classmethod
    def of(cls, evaluation: Evaluation, rule: Rule) -> Facts:
        """Count a run."""
        return cls(
            evaluation=evaluation,
            rule=rule,
            counts=evaluation.counts(rule),
            roc_auc=evaluation.roc_auc(),
            matrix=evaluation.matrix(rule).counts,
            mistakes=evaluation.mistakes(rule),
        )

    @property
    def n(self) -> int:
        """Inputs of the run."""
        return self.evaluation.run.n_inputs

    @property
    def is_multi_label(self) -> bool:
        """Whether an input may show several concepts."""
        return self.evaluation.run.task == "multi_label"

    def name(self, j: int) -> str:
        """Return a concept's name as it stands in a sentence."""
        return isolated(self.evaluation.run.concepts[j])

    def threshold(self, j: int) -> str:
        """Return a concept's threshold."""
        return number(self.rule.threshold_of(self.evaluation.run.concepts[j]))

    def rate(self, metric: str) -> FloatArray:
        """Return a metric of every concept."""
        return METRICS[metric](self.counts)

    @property
    def wrong(self) -> IntArray:
        """False positives and false negatives of every concept."""
        return self.counts.fp + self.counts.fn

    @property
    def most_wrong(self) -> list[int]:
        """The concepts in the order of their mistakes, the most first; those without left out."""
        order = np.argsort(-self.wrong, kind="stable")
        return [j for j in order.tolist() if self.wrong[j]]

    @property
    def rarest(self) -> int | None:
        """The concept with the fewest labelled inputs, of those that have any."""
        labelled = self.counts.labelled
        has = np.flatnonzero(labelled > 0)
        return int(has[np.argmin(labelled[has])]) if has.size else None

    @property
    def worst_cell(self) -> tuple[int, int] | None:
        """The cell of two concepts with the most inputs that are not labelled with its column."""
        return worst_cell(self.mistakes)

    @property
    def fullest_cell(self) -> tuple[int, int] | None:
        """The cell off the diagonal with the most inputs, of two concepts."""
        return worst_cell(self.matrix)

    @property
    def n_unlabelled(self) -> int:
        """Inputs that show none of the concepts."""
        return int(self.evaluation.run.labels.unlabelled.size)

    @property
    def n_unlabelled_predicted(self) -> int:
        """Of these, those for which something is predicted all the same."""
        nothing = self.evaluation.predictions(self.rule).nothing()
        return int((~nothing[self.evaluation.run.labels.unlabelled]).sum())
