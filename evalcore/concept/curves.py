"""The curves of one concept: views of its steps, thinned for drawing.

The numbers beside them, ROC AUC and average precision, are those of
:meth:`evalcore.Evaluation.roc_auc` and :meth:`evalcore.Evaluation.average_precision`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from evalcore.arrays import FloatArray, IntArray
from evalcore.concept.staircase import Staircase
from evalcore.measures.intervals import INTERVALS, Interval
from evalcore.measures.metrics import METRICS, Counts, divide

__all__ = [
    "COLUMNS",
    "CURVE_METRICS",
    "Curve",
    "MetricCurve",
    "metric_curve",
    "precision_recall_curve",
    "roc_curve",
    "thin",
]
COLUMNS = 240
"""Columns of pixels that a curve is thinned for."""


def predicted_share(counts: Counts) -> FloatArray:
    """Share of the inputs that are predicted: (TP + FP) / n."""
    return divide(counts.predicted, counts.n)


CURVE_METRICS: Mapping[str, Callable[[Counts], FloatArray]] = MappingProxyType(
    {name: METRICS[name] for name in ("precision", "recall", "f1")}
    | {"predicted_share": predicted_share}
)
"""What is drawn against the threshold; the keys of
:data:`evalcore.measures.intervals.INTERVALS`."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Curve:
    """Points of a line, from the lowest threshold to the highest.

    Parameters
    ----------
    x, y : ndarray of shape (n_points,), float64
    steps : ndarray of shape (n_points,), int64
        The step of :class:`Staircase` behind each point.
    """

    x: FloatArray
    y: FloatArray
    steps: IntArray


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class MetricCurve:
    """A metric against the threshold: each value holds from its threshold to the next point's.

    Parameters
    ----------
    threshold, value : ndarray of shape (n_points,), float64
        The last point closes the line and repeats the value before it.
    interval : Interval
        Arrays of that shape.
    """

    threshold: FloatArray
    value: FloatArray
    interval: Interval


def precision_recall_curve(steps: Staircase, *, columns: int = COLUMNS) -> Curve:
    """Return precision (y) against recall (x), without the step where nothing is predicted.

    Drawn as steps, each precision held from its own recall down to the next one, the area under
    the line is the average precision of these inputs. Empty without positives.
    """
    recall = METRICS["recall"](steps.counts)
    precision = METRICS["precision"](steps.counts)
    return _thinned(recall, precision, columns=columns)


def roc_curve(steps: Staircase, *, columns: int = COLUMNS) -> Curve:
    """Return recall (y) against the false positive rate (x).

    Drawn with straight lines the area under it is the ROC AUC of these inputs, ties half, under
    the mode *every*. Empty when positives or negatives are missing.
    """
    rate = METRICS["false_positive_rate"](steps.counts)
    return _thinned(rate, METRICS["recall"](steps.counts), columns=columns)


def _thinned(x: FloatArray, y: FloatArray, *, columns: int) -> Curve:
    kept = thin(x, y, span=(0.0, 1.0), columns=columns)
    return Curve(x=x[kept], y=y[kept], steps=kept)


def metric_curve(
    steps: Staircase,
    metric: str,
    *,
    span: tuple[float, float],
    confidence: float = 0.95,
    columns: int = COLUMNS,
) -> MetricCurve:
    """Return a metric at every threshold of a range, with its intervals.

    Parameters
    ----------
    metric
        A key of :data:`CURVE_METRICS`.
    span
        The lowest and the highest threshold drawn.
    """
    value = CURVE_METRICS[metric](steps.counts)
    low, high = span
    # step 0 holds from below the lowest score on
    starts = np.concatenate([[low], steps.scores.astype(np.float64)])
    inside = np.append(starts[1:] > low, True) & (starts <= high)
    kept = thin(starts, np.where(inside, value, np.nan), span=span, columns=columns)
    end = _end_of(kept, starts, high=high)
    shown = np.append(kept, kept[-1:])
    return MetricCurve(
        threshold=np.append(np.maximum(starts[kept], low), end),
        value=value[shown],
        interval=INTERVALS[metric](steps.counts.take(shown), confidence=confidence),
    )


def _end_of(kept: IntArray, starts: FloatArray, *, high: float) -> FloatArray:
    """Return where the last value ends to hold: at the next step or the end of the axis."""
    if kept.size == 0:
        return np.zeros(0)
    following = kept[-1] + 1
    return np.array([min(starts[following], high) if following < starts.size else high])


def thin(
    x: FloatArray, y: FloatArray, *, span: tuple[float, float], columns: int = COLUMNS
) -> IntArray:
    """Choose the points of a line that its picture needs.

    Of the points in one column of pixels the first, the last, the lowest and the highest are
    kept: whatever the line does inside a column, it is drawn from its lowest to its highest there.
    No point of the line is further than one column from the thinned line at the same height.

    Parameters
    ----------
    x, y : ndarray of shape (n_points,)
        ``x`` ascends or descends. Points where either is NaN are not drawn, and left out.
    span
        The ends of the axis of ``x``; points beyond them count to the column at the end.

    Returns
    -------
    ndarray of int64
        Positions of at most ``4 * columns`` points, ascending.

    Notes
    -----
    U. Jugel et al. (2014), "M4: a visualization-oriented time series data aggregation".

    Examples
    --------
    >>> thin(np.linspace(0, 1, 1_001), np.linspace(0, 1, 1_001), span=(0, 1), columns=2).tolist()
    [0, 499, 500, 1000]
    """
    drawn = np.flatnonzero(~(np.isnan(x) | np.isnan(y)))
    if drawn.size <= 4:
        return drawn
    low, high = span
    share = (x[drawn] - low) / ((high - low) or 1.0)
    column = np.clip(np.floor(share * columns), 0, columns - 1).astype(np.int64)
    is_first = np.ones(drawn.size, dtype=bool)
    is_first[1:] = column[1:] != column[:-1]
    first = np.flatnonzero(is_first)
    group = np.cumsum(is_first) - 1
    height = y[drawn]
    ends = [first, np.append(first[1:], drawn.size) - 1]
    extremes = [
        _first_equal(height, extreme.reduceat(height, first), group)
        for extreme in (np.minimum, np.maximum)
    ]
    return drawn[np.unique(np.concatenate([*ends, *extremes]))]


def _first_equal(values: FloatArray, wanted: FloatArray, group: IntArray) -> IntArray:
    """Return the position of the first value of each group that equals what is wanted of it."""
    hits = np.flatnonzero(values == wanted[group])
    _, first = np.unique(group[hits], return_index=True)
    return hits[first]
