"""The recommendations as a table whose counts link to the inputs behind them."""

from __future__ import annotations

from typing import Any

import numpy as np

import evalcore as ec
from evalcore.arrays import FloatArray, IntArray, text_column
from evalcore.choosing.held_out import HeldOut
from evalcore.measures.intervals import INTERVALS, Interval
from pages._ui import wording
from pages._ui.components.table.data import CellKind
from pages._ui.numbers.linked_tables import CONCEPT, Link, LinkedTable
from pages._ui.thresholds import advice_words
from pages._ui.thresholds.advice import Advice

__all__ = ["GOAL_METRIC", "recommendations"]

NOTE = "why not"
SAME: dict[str, tuple[str, str]] = {
    ">": ("same from", "same below"),
    ">=": ("same above", "same up to"),
}
"""The ends of the thresholds with the same counts: "from" and "up to" belong, the others do not."""
GOAL_METRIC = {"precision_at_least": "precision", "recall_at_least": "recall"}
"""What is compared with the inputs left out; F1 for the other goals."""


def recommendations(
    advice: Advice, left_out: HeldOut | None, *, rule: ec.Rule, dtype: np.dtype[Any]
) -> LinkedTable:
    """Return one row per concept: now, recommended, what it comes to, and how sure that is."""
    choice = advice.choice
    counts = choice.counts
    blank = ~choice.met
    columns: dict[str, Any] = {
        CONCEPT: text_column(choice.names),
        "now": np.array([rule.threshold_of(name) for name in choice.names]),
        "recommended": choice.threshold,
    }
    if blank.any():
        reasons = [advice_words.why_not(advice, k) for k in range(len(choice.names))]
        columns[NOTE] = text_column(reasons)
    if advice.proof is not None:
        columns["proven at least"] = text_column(map(wording.at_least, advice.proof.lower))
    for metric in ("recall", "precision"):
        columns[metric] = _where_met(ec.METRICS[metric](counts), blank)
        columns[f"{metric} 95 %"] = _ends(INTERVALS[metric](counts), blank)
    columns |= {
        name: _where_met(values, blank)
        for name, values in (("TP", counts.tp), ("FP", counts.fp), ("FN", counts.fn))
    }
    columns["keeps"] = text_column(
        [
            wording.UNDEFINED if none else f"{tp:,} of {labelled:,}"
            for tp, labelled, none in zip(counts.tp, counts.labelled, blank, strict=True)
        ]
    )
    columns["F1"] = _where_met(ec.METRICS["f1"](counts), blank)
    if left_out is not None:
        columns |= _fair(left_out)
    low, high = SAME[choice.operator]
    columns |= {low: _written(choice.low, dtype), high: _written(choice.high, dtype)}
    return LinkedTable(columns=columns, links=_LINKS, kinds=_KINDS)


_LINKS: dict[str, Link] = {
    CONCEPT: ec.Labelled,
    "TP": lambda concept: ec.Outcome(concept, "TP"),
    "FP": lambda concept: ec.Outcome(concept, "FP"),
    "FN": lambda concept: ec.Outcome(concept, "FN"),
}
_KINDS: dict[str, CellKind] = {
    "now": "threshold",
    "recommended": "threshold",
    **{name: "threshold" for names in SAME.values() for name in names},
    "TP": "count",
    "FP": "count",
    "FN": "count",
}


def _where_met(values: FloatArray | IntArray, blank: Any) -> Any:  # noqa: ANN401
    """Return the values, None or NaN where there is no threshold to count at."""
    if values.dtype.kind == "f":
        return np.where(blank, np.nan, values)
    return text_column(None if b else int(v) for v, b in zip(values, blank, strict=True))


def _written(ends: FloatArray, dtype: np.dtype[Any]) -> FloatArray:
    """Return the ends as the shortest decimals that are these scores; NaN for an open end."""
    return np.array([float(str(dtype.type(x))) if np.isfinite(x) else np.nan for x in ends])


def _ends(interval: Interval, blank: Any) -> Any:  # noqa: ANN401
    pairs = zip(interval.low, interval.high, blank, strict=True)
    texts = [wording.between(np.nan if b else low, high) for low, high, b in pairs]
    return text_column(texts)


def _fair(left_out: HeldOut) -> dict[str, Any]:
    """Return the goal's own figure on the inputs left out, and what it differs by."""
    metric = GOAL_METRIC.get(left_out.choice.goal.kind, "f1")
    name = "F1" if metric == "f1" else metric
    fair = np.where(left_out.n_turns > 0, ec.METRICS[metric](left_out.counts), np.nan)
    columns = {f"{name}, left out": fair, "difference": left_out.difference(metric)}
    goal = left_out.choice.goal
    if not goal.is_limit:
        return columns
    met = zip(left_out.n_turns > 0, goal.holds(left_out.counts), strict=True)
    said = [
        ("met" if is_met else "MISSED") if there else wording.UNDEFINED for there, is_met in met
    ]
    return columns | {"goal, left out": text_column(said)}
