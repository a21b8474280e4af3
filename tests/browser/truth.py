"""What the core says, written as the screen writes it: the oracle of the browser tests."""

from __future__ import annotations

import math
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

import numpy as np

import evalcore as ec

__all__ = ["Truth"]

DASH = "–"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Truth:
    """One run's numbers, straight from the core."""

    evaluation: ec.Evaluation

    @classmethod
    def of(cls, path: Path) -> Truth:
        """Load a run."""
        return cls(evaluation=ec.Evaluation(ec.load_run(path)))

    def rule(self, threshold: str, *, operator: str = ">", decision: str | None = None) -> ec.Rule:
        """Return the rule at a threshold as text."""
        return ec.Rule(float(threshold), operator=operator, decision=decision)  # type: ignore[arg-type]

    def strip(self, rule: ec.Rule) -> dict[str, str]:
        """Return the highlights."""
        counts = self.evaluation.counts(rule)
        numbers = {"run ROC AUC": ec.mean_of(self.evaluation.roc_auc()).value}
        for averaging in ("macro", "micro"):
            for metric, name in (("precision", "precision"), ("recall", "recall"), ("f1", "F1")):
                average = ec.average(metric, counts, averaging=averaging)
                numbers[f"{averaging} {name}"] = average.value
        single = self.evaluation.run.task == "single_label"
        numbers["accuracy" if single else "exact match"] = self.evaluation.accuracy(rule).value
        written = {name: rate(value) for name, value in numbers.items()}
        return written | {"nothing predicted": f"{self.evaluation.n_nothing_predicted(rule):,}"}

    def summary(self, rule: ec.Rule) -> dict[str, list[int]]:
        """Return the counts of the summary table: column to numbers."""
        counts = self.evaluation.counts(rule)
        columns = {
            "labelled": counts.labelled,
            "predicted": counts.predicted,
            "TP": counts.tp,
            "FN": counts.fn,
            "FP": counts.fp,
        }
        return {name: column.tolist() for name, column in columns.items()}

    def table(self, rule: ec.Rule) -> dict[str, list[str]]:
        """Return the whole summary table as it is written, in the order of the run."""
        counts = self.evaluation.counts(rule)
        rates = {
            "recall": ec.METRICS["recall"](counts),
            "precision": ec.METRICS["precision"](counts),
            "F1": ec.METRICS["f1"](counts),
        }
        return (
            {"concept": list(self.evaluation.run.concepts)}
            | {"ROC AUC": [rate(value) for value in self.evaluation.roc_auc()]}
            | {name: [f"{n:,}" for n in column] for name, column in self.summary(rule).items()}
            | {name: [rate(value) for value in column] for name, column in rates.items()}
        )

    def sentence(self, rule: ec.Rule) -> str:
        """Return the rule in words, for a threshold with two decimals."""
        passes = f"{'greater than' if rule.operator == '>' else 'at least'} {rule.default:.2f}."
        if rule.mode_for(self.evaluation.run.task) == "top":
            return (
                "An input counts as its highest-scoring concept, and only as that one, "
                f"when that score is {passes}"
            )
        return f"An input counts as a concept when its score for it is {passes}"

    def headline(self, rule: ec.Rule, cell: ec.Cell) -> str:
        """Return what the list behind a cell of two concepts is called."""
        count = len(self.evaluation.members(rule, cell))
        return f"labelled {cell.actual}, predicted {cell.predicted}: {_inputs(count)}"

    def matrix_table(self, rule: ec.Rule) -> dict[str, list[str]]:
        """Return the matrix as a table."""
        counts = self.evaluation.matrix(rule).counts
        names = self.evaluation.run.concepts
        columns = {"labelled": [*names, "no label"]}
        for name, column in zip([*names, "nothing predicted"], counts.T.tolist(), strict=True):
            columns[name] = [f"{count:,}" for count in column]
        return columns

    def flips(self, pinned: ec.Rule, rule: ec.Rule) -> dict[str, list[str]]:
        """Return the table of what flips: those that change, most changes first."""
        changes = self.evaluation.flips(pinned, rule)
        rows = [j for j in np.argsort(-changes.total, kind="stable") if changes.total[j]]
        sides = {
            "leave": changes.leave_right + changes.leave_wrong,
            "leave, wrong": changes.leave_wrong,
            "leave, right": changes.leave_right,
            "enter": changes.enter_right + changes.enter_wrong,
            "enter, right": changes.enter_right,
            "enter, wrong": changes.enter_wrong,
        }
        seen = {name: column[rows] for name, column in sides.items()}
        return {"concept": [self.evaluation.run.concepts[j] for j in rows]} | {
            name: [f"{count:,}" for count in column]
            for name, column in seen.items()
            if seen[name.split(",")[0]].any()
        }

    def cells(self, rule: ec.Rule) -> list[str]:
        """Return the sentence of every cell of the matrix, up to its number."""
        counts = self.evaluation.matrix(rule).counts
        names = self.evaluation.run.concepts
        rows = [*(f"labelled {name}" for name in names), "no label"]
        columns = [*(f"predicted {name}" for name in names), "nothing predicted"]
        return [
            f"{row}, {column}: {_inputs(int(counts[i, j]))}"
            for i, row in enumerate(rows)
            for j, column in enumerate(columns)
        ]

    def fullest(self, rule: ec.Rule) -> tuple[str, str, int]:
        """Return the largest cell off the diagonal: labelled, predicted, count."""
        counts = self.evaluation.matrix(rule).counts[:-1, :-1].copy()
        np.fill_diagonal(counts, -1)
        i, j = np.unravel_index(int(counts.argmax()), counts.shape)
        names = self.evaluation.run.concepts
        return names[int(i)], names[int(j)], int(counts[i, j])


def rate(value: float) -> str:
    """Write a rate, rounded half up in decimal; 0 and 1 are written for nothing but 0 and 1."""
    if math.isnan(value):
        return DASH
    rounded = Decimal(repr(float(value))).quantize(Decimal("0.001"), ROUND_HALF_UP)
    if 0 < value < 1 and rounded in {0, 1}:
        return "> 0.999" if rounded else "< 0.001"
    return f"{rounded:.3f}"


def _inputs(count: int) -> str:
    return f"{count:,} input" if count == 1 else f"{count:,} inputs"
