"""Metrics as a table: name to function of counts. Undefined (0/0) is NaN."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

import numpy as np
import numpy.typing as npt

from evalcore.arrays import FloatArray, IntArray

__all__ = ["AVERAGES", "METRICS", "Average", "Averaging", "Counts", "average", "divide", "mean_of"]

Averaging = Literal["macro", "micro", "weighted"]
AVERAGES: tuple[Averaging, ...] = ("macro", "micro", "weighted")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Counts:
    """Outcomes of every concept under one rule, over the inputs whose label is known.

    Parameters
    ----------
    tp, fp, fn, tn : ndarray of shape (n_concepts,), int64
        Index j is concept j.
    """

    tp: IntArray
    fp: IntArray
    fn: IntArray
    tn: IntArray

    @property
    def labelled(self) -> IntArray:
        """Total labelled: TP + FN."""
        return self.tp + self.fn

    @property
    def predicted(self) -> IntArray:
        """Total predicted: TP + FP."""
        return self.tp + self.fp

    @property
    def n(self) -> IntArray:
        """Inputs whose label for the concept is known."""
        return self.tp + self.fp + self.fn + self.tn

    def take(self, positions: IntArray | list[int] | slice) -> Counts:
        """Return the counts of some concepts, in the given order."""
        parts = {name: getattr(self, name)[positions] for name in ("tp", "fp", "fn", "tn")}
        return Counts(**parts)

    def pooled(self) -> Counts:
        """Return the counts summed over concepts, as arrays of shape (1,)."""
        sums = {name: getattr(self, name).sum(keepdims=True) for name in ("tp", "fp", "fn", "tn")}
        return Counts(**sums)


def divide(numerator: npt.ArrayLike, denominator: npt.ArrayLike) -> FloatArray:
    """Return numerator / denominator in float64, NaN where the denominator is 0.

    Examples
    --------
    >>> divide([1, 0], [2, 0])
    array([0.5, nan])
    """
    top, bottom = np.asarray(numerator, np.float64), np.asarray(denominator, np.float64)
    result = np.full(np.broadcast_shapes(top.shape, bottom.shape), np.nan)
    return np.divide(top, bottom, out=result, where=bottom != 0)


def precision(counts: Counts) -> FloatArray:
    """Share of the predicted that are right: TP / (TP + FP)."""
    return divide(counts.tp, counts.predicted)


def recall(counts: Counts) -> FloatArray:
    """Share of the labelled that are found: TP / (TP + FN)."""
    return divide(counts.tp, counts.labelled)


def f1(counts: Counts) -> FloatArray:
    """Harmonic mean of precision and recall: 2 TP / (2 TP + FP + FN)."""
    return divide(2 * counts.tp, 2 * counts.tp + counts.fp + counts.fn)


def specificity(counts: Counts) -> FloatArray:
    """Share of the not labelled that are not predicted: TN / (TN + FP)."""
    return divide(counts.tn, counts.tn + counts.fp)


def false_positive_rate(counts: Counts) -> FloatArray:
    """Share of the not labelled that are predicted: FP / (FP + TN)."""
    return divide(counts.fp, counts.fp + counts.tn)


def accuracy(counts: Counts) -> FloatArray:
    """Share of the inputs on which label and prediction agree: (TP + TN) / n."""
    return divide(counts.tp + counts.tn, counts.n)


def misclassification_rate(counts: Counts) -> FloatArray:
    """1 - accuracy, counted: (FP + FN) / n."""
    return divide(counts.fp + counts.fn, counts.n)


def prevalence(counts: Counts) -> FloatArray:
    """Share of the inputs that are labelled: (TP + FN) / n."""
    return divide(counts.labelled, counts.n)


METRICS: Mapping[str, Callable[[Counts], FloatArray]] = MappingProxyType(
    {
        "precision": precision,
        "recall": recall,
        "f1": f1,
        "specificity": specificity,
        "false_positive_rate": false_positive_rate,
        "accuracy": accuracy,
        "misclassification_rate": misclassification_rate,
        "prevalence": prevalence,
    }
)
"""Name to function of :class:`Counts`; each returns float64 of shape (n_concepts,)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Average:
    """A metric averaged over concepts, and over how many of them it is defined."""

    value: float
    n_defined: int
    n_concepts: int


def average(metric: str, counts: Counts, *, averaging: Averaging = "macro") -> Average:
    """Average a metric over the concepts where it is defined.

    Parameters
    ----------
    metric
        A key of :data:`METRICS`.
    averaging
        ``macro``: plain mean. ``weighted``: mean weighted by total labelled. ``micro``: the
        metric of the summed counts (defined for all concepts or for none).

    Examples
    --------
    >>> tp, fp, fn, tn = np.array([[1, 0], [1, 0], [0, 2], [0, 0]])
    >>> c = Counts(tp=tp, fp=fp, fn=fn, tn=tn)
    >>> average("precision", c)
    Average(value=0.5, n_defined=1, n_concepts=2)
    """
    if averaging not in AVERAGES:
        msg = f"Averaging {averaging!r} is unknown. It must be one of {', '.join(AVERAGES)}."
        raise ValueError(msg)
    n_concepts = counts.tp.size
    if averaging == "micro":
        value = float(METRICS[metric](counts.pooled())[0])
        return Average(
            value=value, n_defined=0 if np.isnan(value) else n_concepts, n_concepts=n_concepts
        )
    return mean_of(
        METRICS[metric](counts), weights=counts.labelled if averaging == "weighted" else None
    )


def mean_of(values: FloatArray, *, weights: IntArray | None = None) -> Average:
    """Return the mean of the values that are not NaN, NaN where none is or the weights are 0."""
    defined = ~np.isnan(values)
    share = np.ones(values.size) if weights is None else weights.astype(np.float64)
    total = share[defined].sum()
    value = float((values[defined] * share[defined]).sum() / total) if total else float("nan")
    return Average(value=value, n_defined=int(defined.sum()), n_concepts=values.size)
