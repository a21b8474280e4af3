"""The lines on recommendations: the best threshold of every concept, and of all together."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from evalcore import METRICS
from evalcore.choosing.choice import Choice
from evalcore.choosing.choose import choose, choose_in
from evalcore.choosing.goals import Goal
from evalcore.choosing.held_out import choose_held_out
from evalcore.counting.candidate_thresholds import CandidateThresholds
from evalcore.counting.evaluation import Evaluation
from evalcore.guarantees.guarantee import guarantee
from tests.bench import rivals
from tests.bench.subject import Subject
from tests.bench.table import Line, against, alone, within
from tests.bench.timing import best_of, once

__all__ = ["recommendations"]

F1 = Goal.f_beta()
GOALS = (
    Goal.precision_at_least(0.9),
    Goal.recall_at_least(0.9),
    Goal.least_cost(fp=1, fn=5),
    Goal.share_at_most(0.01),
    Goal.youden(),
)
REQUIRED = (Goal.precision_at_least(0.9), Goal.precision_at_least(0.8), Goal.recall_at_least(0.8))
ANSWER_SECONDS = 0.5
"""What "well under a second" means here."""


def recommendations(subject: Subject, *, quick: bool) -> Iterator[Line]:
    """Measure what the Thresholds page asks for all concepts at once."""
    run, evaluation = subject.run, subject.evaluation
    index, everyone = evaluation.index("every"), np.arange(run.n_concepts)

    def best_f1() -> Choice:
        # with the candidates, which an evaluation keeps after the first question
        return choose_in(
            index,
            F1,
            candidates=CandidateThresholds.of(index),
            operator=">",
            mode="every",
            names=run.concepts,
            positions=everyone,
        )

    theirs = rivals.best_f1(run, at_most=40 if quick else None)
    ours = METRICS["f1"](best_f1().counts)[theirs.concepts]
    if not np.allclose(ours, theirs.f1):
        msg = f"{run.n_inputs} x {run.n_concepts}: scikit-learn finds another highest F1."
        raise AssertionError(msg)
    sampled = "" if ours.size == run.n_concepts else f" ({ours.size} concepts)"
    large = run.n_inputs >= 50_000
    yield against(
        "F1-best threshold of every concept",
        best_of(best_f1),
        theirs.seconds,
        rival=f"precision_recall_curve + max{sampled}",
        wanted=20 if large else None,
    )
    promised = ANSWER_SECONDS if large else None
    each = [(evaluation, goal) for goal in GOALS]
    yield within("  five other goals, the slowest", _slowest(choose, each), wanted=promised)
    seconds = _slowest(lambda e, g: choose(e, g, common=True), [*each, (evaluation, F1)])
    yield within("  one common threshold, the slowest goal", seconds, wanted=promised)
    required = [(evaluation, goal) for goal in REQUIRED]
    seconds = _slowest(guarantee, required)
    yield within("  with 95 % confidence, the slowest goal", seconds, wanted=promised)
    _, seconds = once(choose_held_out, evaluation, F1)
    yield alone("  chosen on one half, counted on the other", seconds)


def _slowest(call: Callable[..., Any], arguments: list[tuple[Evaluation, Goal]]) -> float:
    return max(best_of(call, arguments=[one]) for one in arguments)
