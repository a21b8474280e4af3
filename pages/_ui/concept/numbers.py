"""The numbers of one concept: beside the dial, in words, and at the thresholds people compare."""

from __future__ import annotations

import math
from dataclasses import dataclass

import evalcore as ec
from evalcore.arrays import IntArray
from evalcore.counting.selections import OutcomeName
from evalcore.truth.disputes import OpenDisputes, band
from pages._ui import wording
from pages._ui.charts.metric_lines import NAMES
from pages._ui.components.table.data import TableColumn, TableData
from pages._ui.components.threshold_slider.data import DialNumbers, Highlight
from pages._ui.concept.curves import Point, point_of
from pages._ui.numbers.highlights import told_of, unchanged, with_band
from pages._ui.session.targets import Target

__all__ = [
    "COMPARED",
    "Comparison",
    "comparison",
    "dial_numbers",
    "moved",
    "press_target",
]

COMPARED = (0.5, 0.8)
"""Thresholds at which such models are usually compared."""
HIGHER_IS_BETTER = ("precision", "recall", "f1")
_COUNTS: dict[str, tuple[str, OutcomeName]] = {
    "tp": ("true positives", "TP"),
    "fp": ("false positives", "FP"),
    "fn": ("false negatives", "FN"),
    "tn": ("true negatives", "TN"),
}


def dial_numbers(
    evaluation: ec.Evaluation,
    *,
    rule: ec.Rule,
    pinned: ec.Rule,
    concept: str,
    against: ec.Evaluation | None = None,
    disputes: OpenDisputes | None = None,
) -> DialNumbers:
    """Return what the dial shows of one concept.

    Parameters
    ----------
    against
        The same inputs by other labels: changes are then told at the rule that is set, and not
        from the pinned one.
    disputes
        What can still change of the labels.
    """
    touching = evaluation.members(rule, ec.OnThreshold(concept)).size
    verb = "lies" if touching == 1 else "lie"
    here, there = rule.threshold_of(concept), pinned.threshold_of(concept)
    pinned_words = wording.short_rule(
        pinned.without_own().with_default(there), beside=rule.without_own().with_default(here)
    )
    before = (evaluation, pinned) if against is None else (against, rule)
    items = _strip(point_of(evaluation, rule, concept), point_of(*before, concept))
    if disputes is not None:
        ends, place = band(disputes, evaluation, rule), evaluation.run.position_of(concept)
        rates = [
            with_band(item, ends.concept(metric, place), disputes)
            for metric, item in zip(HIGHER_IS_BETTER, items, strict=False)
        ]
        items[: len(rates)] = rates
    return {
        "value": here,
        "text": wording.number(here),
        "at_pin": rule == pinned,
        "pinned_text": f"pinned: {pinned_words}",
        "touching": f"{wording.plural(touching, 'input')} {verb} exactly on it",
        "highlights": unchanged(items) if rule == pinned and against is None else items,
        "disputes": told_of(disputes),
    }


def _strip(now: Point, then: Point) -> list[Highlight]:
    rates = [_rate(metric, now, then) for metric in NAMES]
    labelled = _count("labelled", now.counts.labelled, then.counts.labelled, press="labelled")
    outcomes = [
        _count(name, getattr(now.counts, key), getattr(then.counts, key), press=key)
        for key, (name, _) in _COUNTS.items()
    ]
    return [*rates, labelled, *outcomes]


def _rate(metric: str, now: Point, then: Point) -> Highlight:
    change = now.value(metric) - then.value(metric)
    low, high = now.interval(metric)
    return {
        "label": NAMES[metric],
        "value": wording.rate(now.value(metric)),
        "delta": wording.change(then.value(metric), now.value(metric)),
        "tone": wording.tone_of(change) if metric in HIGHER_IS_BETTER else "same",
        "hint": f"95 % interval: {wording.between(low, high, digits=2)} (Wilson)",
        "band": "",
        "press": None,
    }


def _count(label: str, now: IntArray, then: IntArray, *, press: str) -> Highlight:
    change = int(now[0]) - int(then[0])
    return {
        "label": label,
        "value": wording.count(int(now[0])),
        "delta": wording.signed_count(change),
        "tone": "same",
        "hint": f"Show the {label}.",
        "band": "",
        "press": press,
    }


def press_target(name: str, concept: str) -> Target | None:
    """Return what a pressed number of the strip lists."""
    if name in _COUNTS:
        return ec.Outcome(concept, _COUNTS[name][1])
    kinds: dict[str, Target] = {
        "labelled": ec.Labelled(concept),
        "predicted": ec.Predicted(concept),
        "touching": ec.OnThreshold(concept),
    }
    return kinds.get(name)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Comparison:
    """The small table: this threshold beside those at which models are compared.

    ``rules`` and ``targets`` tell what a click on a row and a column means.
    """

    data: TableData
    rules: tuple[ec.Rule, ...]
    targets: dict[int, Target]


def comparison(
    evaluation: ec.Evaluation, rule: ec.Rule, concept: str, *, target: Target | None
) -> Comparison:
    """Compare precision and recall at this threshold with those at 0.5 and 0.8."""
    rules = (rule, *(moved(rule, concept, threshold) for threshold in COMPARED))
    heads, targets = _heads(concept)
    rows = [_row(point_of(evaluation, each, concept), now=k == 0) for k, each in enumerate(rules)]
    chosen = [column for column, listed in targets.items() if listed == target]
    data: TableData = {
        "field": "comparison",
        "columns": heads,
        "rows": rows,
        "selected": (0, chosen[0]) if chosen else None,
        "sort": None,
        "height": 120,
        "caption": f"{concept} at this threshold, at 0.5 and at 0.8",
        "empty": "",
    }
    return Comparison(data=data, rules=rules, targets=targets)


def moved(rule: ec.Rule, concept: str, threshold: float | str) -> ec.Rule:
    """Return the rule with another threshold for the concept: its own, if it has one.

    Raises
    ------
    RuleError
        When the threshold is not a finite number.
    """
    if concept in dict(rule.by_concept):
        return rule.with_own({concept: threshold})  # type: ignore[dict-item]
    return rule.with_default(threshold)  # type: ignore[arg-type]


def _heads(concept: str) -> tuple[list[TableColumn], dict[int, Target]]:
    listed: dict[str, Target] = {
        "predicted": ec.Predicted(concept),
        **{code: ec.Outcome(concept, code) for _, code in _COUNTS.values() if code != "TN"},
    }
    columns: list[TableColumn] = [_column("threshold", "text")]
    for metric, letter in (("precision", "P"), ("recall", "R"), ("f1", "F1")):
        columns.append(_column(NAMES[metric], "rate"))
        columns.append(_column(f"{letter} 95 %", "text"))
    first = len(columns)
    columns += [_column(name, "count", link=True) for name in listed]
    return columns, {first + k: target for k, target in enumerate(listed.values())}


def _column(name: str, kind: str, *, link: bool = False) -> TableColumn:
    return {"name": name, "kind": kind, "help": _HELP.get(name, ""), "link": link}  # type: ignore[typeddict-item]


_HELP = {
    "threshold": "A click on a count of another row moves the threshold there.",
    "P 95 %": "Wilson interval of the precision.",
    "R 95 %": "Wilson interval of the recall.",
    "F1 95 %": "Wilson interval of the Jaccard share, carried over to F1.",
}


def _row(point: Point, *, now: bool) -> list[str | float | None]:
    name = wording.number(point.threshold)
    row: list[str | float | None] = [f"now: {name}" if now else name]
    for metric in ("precision", "recall", "f1"):
        value = point.value(metric)
        row += [
            None if math.isnan(value) else value,
            wording.between(*point.interval(metric), digits=2),
        ]
    counts = point.counts
    return row + [int(each[0]) for each in (counts.predicted, counts.tp, counts.fp, counts.fn)]
