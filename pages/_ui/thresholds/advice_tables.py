"""The recommendations as a table whose counts link to the inputs behind them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

import evalcore as ec
from evalcore.arrays import FloatArray, IntArray, text_column
from evalcore.choosing.held_out import HeldOut
from evalcore.measures.intervals import INTERVALS, Interval
from pages._ui import wording
from pages._ui.components.table.data import CellKind
from pages._ui.numbers.linked_table import CONCEPT, Link, LinkedTable
from pages._ui.thresholds import advice_words, costs
from pages._ui.thresholds.advice import Advice

__all__ = ["recommendations"]

NOTE = "why not"
SAME: dict[str, tuple[str, str]] = {
    ">": ("same from", "same below"),
    ">=": ("same above", "same up to"),
}
"""The ends of the thresholds with the same counts: "from" and "up to" belong, the others do not."""
SHARE = "predicted share"


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
    figure = _figure(choice.goal)
    if figure.name not in columns:
        columns[figure.name] = figure.cells(np.where(blank, np.nan, figure.of(counts)))
    if left_out is not None:
        columns |= _fair(left_out, figure)
    low, high = SAME[choice.operator]
    columns |= {low: _written(choice.low, dtype), high: _written(choice.high, dtype)}
    kinds = _KINDS | {name: "written" for name in columns if name.startswith(("cost", "diff"))}
    totals = _totals(columns, choice, left_out, figure) if figure.is_cost else ()
    return LinkedTable(columns=columns, links=_LINKS, kinds=kinds, totals=totals)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Figure:
    """What a goal is about: the rate that it limits, or what it makes as large as it can.

    Parameters
    ----------
    of
        Returns it for each concept; NaN where it is undefined.
    """

    name: str
    of: Callable[[ec.Counts], FloatArray]
    is_cost: bool = False

    def cells(self, values: FloatArray) -> Any:  # noqa: ANN401 - rates, or costs as written
        """Return the values as the table wants them."""
        return text_column(map(costs.cost, values)) if self.is_cost else values

    def change(self, before: float, now: float) -> str:
        """Return how it differs, with a sign; a dash where it is undefined."""
        if self.is_cost:
            return costs.cost_change(now - before)
        return wording.change(before, now) or wording.UNDEFINED


def _figure(goal: ec.Goal) -> _Figure:
    if goal.kind == "least_cost":
        return _Figure(
            name=", ".join(filter(None, ("cost", goal.unit))), of=goal.value, is_cost=True
        )
    if goal.is_limit:
        limited = {"precision_at_least": "precision", "recall_at_least": "recall"}
        return _Figure(name=limited.get(goal.kind, SHARE), of=goal.rate)
    name = "J" if goal.kind == "youden" else f"F{wording.shortest(goal.beta or 0.0)}"
    return _Figure(name=name, of=goal.value)


def _totals(
    columns: dict[str, Any], choice: ec.Choice, left_out: HeldOut | None, figure: _Figure
) -> list[list[str | float | None]]:
    """Return the line that adds the concepts up: their outcomes, and what these cost together."""
    if len(choice.names) < 2 or not choice.met.all():
        return []
    whole = choice.counts.pooled()
    sums: dict[str, str | float | None] = {
        "TP": int(whole.tp[0]),
        "FP": int(whole.fp[0]),
        "FN": int(whole.fn[0]),
        figure.name: costs.cost(figure.of(whole)[0]),
    }
    if left_out is not None and left_out.n_turns.all():
        sums[f"{figure.name}, left out"] = costs.cost(figure.of(left_out.counts.pooled())[0])
    return [["together", *(sums.get(name) for name in list(columns)[1:])]]


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
    "keeps": "written",
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


def _fair(left_out: HeldOut, figure: _Figure) -> dict[str, Any]:
    """Return the goal's own figure on the inputs left out, and what it differs by."""
    fair = np.where(left_out.n_turns > 0, figure.of(left_out.counts), np.nan)
    tuned = np.where(left_out.choice.met, figure.of(left_out.choice.counts), np.nan)
    columns = {
        f"{figure.name}, left out": figure.cells(fair),
        "difference": text_column(map(figure.change, tuned.tolist(), fair.tolist())),
    }
    goal = left_out.choice.goal
    if not goal.is_limit:
        return columns
    met = zip(left_out.n_turns > 0, goal.holds(left_out.counts), strict=True)
    said = [
        ("met" if is_met else "MISSED") if there else wording.UNDEFINED for there, is_met in met
    ]
    return columns | {"goal, left out": text_column(said)}
