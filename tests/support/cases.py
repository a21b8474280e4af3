"""Random runs and rules for the tests: coarse scores, so that ties are common."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np

import evalcore as ec
from tests.support import oracle

DTYPES = (np.float16, np.float32, np.float64)
TASKS = ("single_label", "multi_label")
EDGY = (-1e6, -1.0, -0.0, 0.0, 0.05, 0.1, 0.29, 0.3, 0.5, 0.7, 0.9999, 1.0, 2.0, 7e4)
"""Thresholds on the grid, beside it, outside the scores' range, and beyond float16."""


@dataclass(frozen=True, kw_only=True)
class Case:
    """What a run is made of, kept apart from the run so that the oracle never asks the run."""

    scores: np.ndarray
    labelled: np.ndarray
    known: np.ndarray
    task: str
    folds: tuple[int, ...] | None = None
    names: tuple[str, ...] | None = None

    @cached_property
    def run(self) -> ec.EvalRun:
        return ec.EvalRun.from_arrays(
            self.scores.copy(),
            self.labelled.copy(),
            known=None if self.known.all() else self.known.copy(),
            concepts=self.names,
            folds=self.folds,
            task=self.task,
        )

    @cached_property
    def evaluation(self) -> ec.Evaluation:
        return ec.Evaluation(self.run)

    @property
    def n_inputs(self) -> int:
        return self.scores.shape[0]

    @property
    def n_concepts(self) -> int:
        return self.scores.shape[1]

    @property
    def concepts(self) -> tuple[str, ...]:
        return self.run.concepts

    @property
    def splits(self) -> list[list[int]]:
        """The inputs of each split; all of them where there are no splits."""
        if self.folds is None:
            return [list(range(self.n_inputs))]
        return [
            [i for i, fold in enumerate(self.folds) if fold == k] for k in sorted(set(self.folds))
        ]

    def mode_of(self, rule: ec.Rule) -> str:
        return rule.mode or {"single_label": "top", "multi_label": "every"}[self.task]

    def predicted(self, rule: ec.Rule) -> list[set[int]]:
        """The predicted concepts of each input, by the oracle."""
        if isinstance(rule.threshold, float):
            thresholds = [rule.threshold] * self.n_concepts
        else:
            thresholds = [rule.threshold.get(name, rule.default) for name in self.concepts]
        return oracle.predictions(
            self.scores, thresholds, operator=rule.operator, decision=self.mode_of(rule)
        )

    def decides(self, rule: ec.Rule, i: int, j: int) -> bool:
        """Whether the threshold of concept j decides anything for input i."""
        row = self.scores[i].tolist()
        return self.mode_of(rule) == "every" or oracle.first_of_the_highest(row) == j

    def outcomes(self, rule: ec.Rule) -> dict[tuple[int, str], list[int]]:
        return oracle.outcomes(self.predicted(rule), self.labelled, self.known)

    def cells(self, rule: ec.Rule) -> dict[tuple[int, int], list[int]]:
        return oracle.cells(self.predicted(rule), self.labelled, self.known)

    def take(self, positions: Sequence[int]) -> Case:
        """The case of some inputs, in the given order, repeated where named twice."""
        chosen = list(positions)
        return replace(
            self,
            scores=self.scores[chosen],
            labelled=self.labelled[chosen],
            known=self.known[chosen],
            folds=None if self.folds is None else tuple(self.folds[i] for i in chosen),
        )

    def with_scores(self, scores: np.ndarray) -> Case:
        return replace(self, scores=scores)


def coarse_scores(rng: np.random.Generator, shape: tuple[int, int], dtype: Any) -> np.ndarray:
    """Scores on a grid of tenths, half of the zeros negative."""
    scores = (rng.integers(0, 11, shape) / 10).astype(dtype)
    scores[(scores == 0) & (rng.random(shape) < 0.5)] = -0.0
    return scores


def random_labels(
    rng: np.random.Generator, shape: tuple[int, int], *, task: str, density: float = 0.3
) -> np.ndarray:
    n_inputs, n_concepts = shape
    if task == "multi_label":
        return rng.random(shape) < density
    labels = rng.integers(0, n_concepts + 1, n_inputs)  # n_concepts: no label
    return labels[:, None] == np.arange(n_concepts)


def random_case(
    rng: np.random.Generator,
    *,
    n_inputs: int | None = None,
    n_concepts: int | None = None,
    dtype: Any = None,
    task: str | None = None,
    unscored: bool | None = None,
    unknown: bool | None = None,
    n_folds: int | None = None,
) -> Case:
    """Draw a case; what is left open is drawn as well, so that odd shapes are common."""
    shape = (n_inputs or int(rng.integers(1, 40)), n_concepts or int(rng.integers(1, 7)))
    task = task or str(rng.choice(TASKS))
    scores = coarse_scores(rng, shape, dtype or DTYPES[int(rng.integers(3))])
    labelled = random_labels(rng, shape, task=task)
    _make_odd(rng, scores, labelled, task=task)
    if unscored if unscored is not None else rng.random() < 0.3:
        scores[rng.random(shape) < 0.3] = -np.inf
    known = np.ones(shape, dtype=bool)
    if unknown if unknown is not None else rng.random() < 0.3:
        known = (rng.random(shape) < 0.7) | labelled
    n_folds = n_folds if n_folds is not None else int(rng.choice([0, 0, 3]))
    folds = tuple(rng.integers(0, n_folds, shape[0]).tolist()) if n_folds else None
    return Case(scores=scores, labelled=labelled, known=known, task=task, folds=folds)


def _make_odd(
    rng: np.random.Generator, scores: np.ndarray, labelled: np.ndarray, *, task: str
) -> None:
    n_concepts = scores.shape[1]
    if rng.random() < 0.2:
        scores[:, rng.integers(n_concepts)] = 0.5  # a constant concept
    if rng.random() < 0.2:
        labelled[:, rng.integers(n_concepts)] = False  # a concept without positives
    if rng.random() < 0.2 and task == "multi_label":
        labelled[:, rng.integers(n_concepts)] = True  # a concept with positives only
    if rng.random() < 0.1:
        scores *= 4  # not a probability
        scores -= 2


def random_rule(rng: np.random.Generator, concepts: Sequence[str]) -> ec.Rule:
    """Draw a common threshold or one per concept, either operator, any decision."""
    default = float(rng.choice(EDGY))
    threshold: Any = default
    if rng.random() < 0.5:
        named = [name for name in concepts if rng.random() < 0.6]
        threshold = {name: float(rng.choice(EDGY)) for name in named}
    return ec.Rule(
        threshold,
        default=default,
        operator=str(rng.choice([">", ">="])),
        decision=(None, "every", "top")[int(rng.integers(3))],
    )


def all_rules(threshold: Any, **rest: Any) -> list[ec.Rule]:
    """The rules of one threshold: both operators under both decisions."""
    return [
        ec.Rule(threshold, operator=operator, decision=decision, **rest)
        for operator in ec.OPERATORS
        for decision in ec.DECISIONS
    ]
