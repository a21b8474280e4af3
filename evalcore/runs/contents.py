"""What an evaluation run holds, field by field; checks and saving work on these alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from evalcore.arrays import IntArray, ScoreArray, TextArray
from evalcore.runs.given import Task
from evalcore.runs.images import Images
from evalcore.runs.labels import Labels
from evalcore.runs.load_report import LoadReport

__all__ = ["UNSCORED", "RunContents"]

UNSCORED = -np.inf
"""Stands for a pair that the model did not score: below every threshold, so never predicted."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class RunContents:
    """The fields of a run; :class:`~evalcore.runs.run.EvalRun` describes them.

    Index i is an input and index j a concept, in every field.
    """

    concepts: tuple[str, ...]
    scores: ScoreArray
    labels: Labels
    ids: TextArray
    task: Task
    name: str = "run"
    model: str = ""
    model_version: str = ""
    dataset: str = ""
    dataset_version: str = ""
    description: str = ""
    folds: IntArray | None = None
    fold_names: tuple[str, ...] = ()
    metadata: Mapping[str, TextArray] = field(default_factory=dict)
    images: Images | None = None
    texts: TextArray | None = None
    default_operator: str = ">"
    default_threshold: float = 0.5
    report: LoadReport = field(default_factory=LoadReport)
    fingerprint: str = ""

    @property
    def n_inputs(self) -> int:
        """Number of inputs."""
        return int(self.scores.shape[0])

    @property
    def n_concepts(self) -> int:
        """Number of concepts."""
        return len(self.concepts)
