"""What people run today: scikit-learn (and numpy where scikit-learn has no such function)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from sklearn.metrics import (
    average_precision_score,
    confusion_matrix,
    precision_recall_curve,
    precision_recall_fscore_support,
    roc_auc_score,
)

from evalcore.arrays import BoolArray, FloatArray, IntArray
from evalcore.runs.run import EvalRun
from tests.bench.timing import best_of, once

__all__ = [
    "Chosen",
    "Ranked",
    "best_f1",
    "blas_matrix",
    "class_scores",
    "concept_scores",
    "ranking",
    "single_matrix",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ranked:
    """Seconds for ROC AUC and average precision of all concepts, and on how many that rests."""

    seconds: float
    n_measured: int
    roc_auc: FloatArray
    average_precision: FloatArray


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """Seconds for the F1-best threshold of all concepts, and on which of them that rests."""

    seconds: float
    concepts: IntArray
    f1: FloatArray


def concept_scores(run: EvalRun, *, bounds: FloatArray) -> float:
    """Time precision, recall and F1 of each concept on its own (mode *every*).

    The predictions are ready before the clock starts, which favours scikit-learn.
    """
    truth = run.labels.dense()
    predicted = run.scores > bounds.astype(run.scores.dtype)
    return best_of(
        lambda: precision_recall_fscore_support(truth, predicted, average=None, zero_division=0),
        at_least=2,
    )


def class_scores(run: EvalRun, *, bounds: FloatArray) -> float:
    """Time precision, recall and F1 where one concept at most is predicted (mode *top*)."""
    truth, predicted = _classes(run, bounds)
    return best_of(
        lambda: precision_recall_fscore_support(
            truth, predicted, labels=np.arange(run.n_concepts), average=None, zero_division=0
        ),
        at_least=2,
    )


def ranking(run: EvalRun, *, at_most: int | None) -> Ranked:
    """Time ``roc_auc_score`` and ``average_precision_score`` over the concepts.

    With ``at_most``, on that many concepts spread over the run, and scaled up to all of them.
    """
    step = 1 if at_most is None else max(1, run.n_concepts // at_most)
    chosen = np.arange(0, run.n_concepts, step)
    truth, scores = run.labels.dense()[:, chosen], np.ascontiguousarray(run.scores[:, chosen])
    auc, auc_seconds = once(lambda: roc_auc_score(truth, scores, average=None))
    precision, precision_seconds = once(
        lambda: average_precision_score(truth, scores, average=None)
    )
    return Ranked(
        seconds=(auc_seconds + precision_seconds) * run.n_concepts / chosen.size,
        n_measured=chosen.size,
        roc_auc=np.asarray(auc),
        average_precision=np.asarray(precision),
    )


def best_f1(run: EvalRun, *, at_most: int | None) -> Chosen:
    """Time ``precision_recall_curve`` and the highest F1 on it, concept after concept.

    With ``at_most``, on that many concepts spread over the run, and scaled up to all of them.
    """
    step = 1 if at_most is None else max(1, run.n_concepts // at_most)
    chosen = np.arange(0, run.n_concepts, step)
    truth, scores = run.labels.dense()[:, chosen].T.copy(), run.scores[:, chosen].T.copy()

    def best(labelled: BoolArray, own: FloatArray) -> float:
        precision, recall, _ = precision_recall_curve(labelled, own)
        return float(np.max(2 * precision * recall / np.maximum(precision + recall, 1e-300)))

    f1, seconds = once(lambda: [best(*pair) for pair in zip(truth, scores, strict=True)])
    return Chosen(seconds=seconds * run.n_concepts / chosen.size, concepts=chosen, f1=np.array(f1))


def single_matrix(run: EvalRun, *, bounds: FloatArray) -> float:
    """Time ``confusion_matrix`` with "no label" and "nothing predicted" as one more class."""
    truth, predicted = _classes(run, bounds)
    labels = np.arange(run.n_concepts + 1)
    return best_of(lambda: confusion_matrix(truth, predicted, labels=labels), at_least=2)


def blas_matrix(run: EvalRun, *, bounds: FloatArray) -> float:
    """Time labels.T @ predictions in float32, for which scikit-learn has no function."""
    truth = run.labels.dense().astype(np.float32)
    limits = bounds.astype(run.scores.dtype)
    return best_of(lambda: truth.T @ (run.scores > limits).astype(np.float32), at_least=2)


def _classes(run: EvalRun, bounds: FloatArray) -> tuple[IntArray, IntArray]:
    labels = run.labels
    truth = np.full(run.n_inputs, run.n_concepts)
    truth[labels.inputs] = labels.concepts
    top = run.scores.argmax(axis=1)
    passes: BoolArray = run.scores.max(axis=1) > bounds.astype(run.scores.dtype)[top]
    return truth, np.where(passes, top, run.n_concepts)
