"""A run under measurement: its evaluation, the rules that take turns, and what a person clicks."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from evalcore.arrays import FloatArray
from evalcore.counting.evaluation import Evaluation
from evalcore.counting.rules import Mode, Rule
from evalcore.counting.selections import Cell, Outcome, Selection
from evalcore.runs.run import EvalRun, Task
from tests.bench.memory import held_bytes, peak_growth
from tests.bench.timing import once

__all__ = ["Subject"]

COMMON: dict[Task, tuple[float, ...]] = {
    "single_label": (0.5, 0.37, 0.62, 0.29, 0.71),
    "multi_label": (0.5, 0.3, 0.62, 0.37, 0.71),
}
N_VECTORS = 5


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Subject:
    """A run with an evaluation of which every part is built.

    Parameters
    ----------
    first_matrix
        Seconds of the first matrix and of the first "also labelled", which build their events.
    held
        Bytes of all arrays that the evaluation holds, the run's own among them.
    peak_growth
        Highest rise of resident memory while all that was built; None where unknown.
    """

    run: EvalRun
    evaluation: Evaluation
    first_matrix: float
    held: int
    peak_growth: int | None

    @classmethod
    def of(cls, run: EvalRun) -> Subject:
        """Build everything once, watching memory."""
        (evaluation, seconds), growth = peak_growth(lambda: _build(run))
        return cls(
            run=run,
            evaluation=evaluation,
            first_matrix=seconds,
            held=held_bytes(evaluation),
            peak_growth=growth,
        )

    @property
    def modes(self) -> tuple[Mode, ...]:
        """The modes worth measuring, the task's default first."""
        return ("top", "every") if self.run.task == "single_label" else ("every",)

    def common(self, mode: Mode) -> list[Rule]:
        """Return rules with one threshold for all concepts."""
        return [Rule(t, mode=mode) for t in COMMON[self.run.task]]

    def at(self, threshold: float, mode: Mode) -> list[Rule]:
        """Return rules at and next to one threshold."""
        return [Rule(threshold * factor, mode=mode) for factor in (1, 1.01, 0.99)]

    def vectors(self, mode: Mode) -> list[Rule]:
        """Return rules with another threshold for every concept."""
        return [Rule(named, mode=mode) for named in self.named_thresholds()]

    def named_thresholds(self) -> list[dict[str, float]]:
        """Return concept name to threshold, several times."""
        rng = np.random.default_rng(7)
        rows = rng.uniform(0.1, 0.9, size=(N_VECTORS, self.run.n_concepts))
        return [dict(zip(self.run.concepts, row.tolist(), strict=True)) for row in rows]

    def bounds(self) -> FloatArray:
        """Return one of the threshold vectors as an array."""
        return self.vectors("every")[0].thresholds(self.run.concepts)

    def clicks(self) -> dict[str, Selection]:
        """Return a typical cell, the largest one and the most frequent false positives."""
        rule = Rule(0.3)
        counts = self.evaluation.matrix(rule).counts[:-1, :-1]
        names = self.run.concepts
        i, j = np.unravel_index(int(counts.argmax()), counts.shape)
        aside = np.where(np.eye(len(names), dtype=bool), 0, counts)
        filled = np.sort(aside[aside > 0])
        middle = int(filled[filled.size // 2]) if filled.size else 0
        a, b = np.argwhere(aside == middle)[0]
        fp = int(self.evaluation.counts(rule).fp.argmax())
        return {
            f"typical cell ({middle:,} inputs)": Cell(names[a], names[b]),
            f"largest cell ({counts[i, j]:,} inputs)": Cell(names[i], names[j]),
            "false positives of one concept": Outcome(names[fp], "FP"),
        }


def _build(run: EvalRun) -> tuple[Evaluation, float]:
    evaluation = Evaluation(run)
    evaluation.roc_auc()
    evaluation.average_precision()
    rule = Rule(0.5, mode="every")
    seconds = once(evaluation.matrix, rule)[1] + once(evaluation.also_labelled, rule)[1]
    evaluation.matrix(Rule(0.5, mode="top"))
    return evaluation, seconds
