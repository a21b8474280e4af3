"""Tables whose cells are links: the evaluation summary and the flips."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

import evalcore as ec
from evalcore.arrays import IntArray, text_column
from evalcore.measures.intervals import INTERVALS
from pages._ui import wording
from pages._ui.numbers.linked_table import CONCEPT, THRESHOLD, LateTexts, Link, LinkedTable
from pages._ui.wording import Words

__all__ = [
    "COUNT_LINKS",
    "RATE_LINKS",
    "count_columns",
    "flips",
    "flips_in_words",
    "summary",
    "with_intervals",
]


COUNT_LINKS: dict[str, Link] = {
    "labelled": ec.Labelled,
    "predicted": ec.Predicted,
    "TP": lambda concept: ec.Outcome(concept, "TP"),
    "FN": lambda concept: ec.Outcome(concept, "FN"),
    "FP": lambda concept: ec.Outcome(concept, "FP"),
}
RATE_LINKS: dict[str, Link] = {"recall": ec.Labelled, "precision": ec.Predicted}
_FLIP_LINKS: dict[str, Link] = {
    "leave": lambda concept: ec.Flip(concept, "leave"),
    "leave, wrong": lambda concept: ec.Flip(concept, "leave", labelled=False),
    "leave, right": lambda concept: ec.Flip(concept, "leave", labelled=True),
    "enter": lambda concept: ec.Flip(concept, "enter"),
    "enter, right": lambda concept: ec.Flip(concept, "enter", labelled=True),
    "enter, wrong": lambda concept: ec.Flip(concept, "enter", labelled=False),
}
_MORE_RATES = (
    "specificity",
    "false_positive_rate",
    "accuracy",
    "misclassification_rate",
    "prevalence",
)
_INTERVALS = {"recall": "recall", "precision": "precision", "F1": "f1"}


def summary(
    evaluation: ec.Evaluation,
    rule: ec.Rule,
    *,
    find: str,
    every_column: bool,
    intervals: bool = False,
    against: ec.Evaluation | None = None,
) -> LinkedTable:
    """Return one row per concept with its metrics and counts.

    Parameters
    ----------
    against
        The same inputs by other labels, against which every rate tells its change.
    """
    counts = evaluation.counts(rule)
    columns: dict[str, Any] = {
        CONCEPT: text_column(evaluation.run.concepts),
        THRESHOLD: rule.thresholds(evaluation.run.concepts),
        "ROC AUC": evaluation.roc_auc(),
        **count_columns(counts),
    }
    if rule.is_common:
        del columns[THRESHOLD]
    # of several cells with one target the count is marked as chosen: it comes before the name
    links = COUNT_LINKS | RATE_LINKS | {CONCEPT: ec.Labelled}
    if intervals:
        columns = with_intervals(columns, counts)
    if against is not None:
        columns = _with_changes(columns, count_columns(against.counts(rule)))
    if every_column:
        columns |= _more_columns(evaluation, counts)
        links |= {"TN": lambda concept: ec.Outcome(concept, "TN")}
    shown = _matching(evaluation.run.concepts, find)
    return LinkedTable(
        columns={name: values[shown] for name, values in columns.items()},
        links=links,
        kinds={THRESHOLD: "threshold"},
        totals=_totals(columns, counts) if evaluation.run.n_concepts > 1 else (),
    )


def count_columns(counts: ec.Counts) -> dict[str, Any]:
    """Return what is counted of every row, and the rates that follow from it."""
    return {
        "labelled": counts.labelled,
        "predicted": counts.predicted,
        "TP": counts.tp,
        "FN": counts.fn,
        "FP": counts.fp,
        "recall": ec.METRICS["recall"](counts),
        "precision": ec.METRICS["precision"](counts),
        "F1": ec.METRICS["f1"](counts),
    }


def _totals(columns: Mapping[str, Any], counts: ec.Counts) -> list[list[str | float | None]]:
    """Return the means of the columns over the concepts, and the metrics of the summed counts.

    Parameters
    ----------
    columns
        Of all concepts, whichever of them are on show.
    """
    whole = counts.pooled()
    pooled = {"TN": whole.tn, **count_columns(whole), **_more_rates(whole)}
    rates = [name for name, values in pooled.items() if values.dtype.kind == "f"]
    averaged = {"ROC AUC", "avg. precision", *rates}
    macro = [ec.mean_of(v).value if name in averaged else None for name, v in columns.items()]
    micro = [pooled[name][0].item() if name in pooled else None for name in columns]
    return [
        [title, *(None if value != value else value for value in values[1:])]  # noqa: PLR0124 - NaN
        for title, values in (("macro", macro), ("micro", micro))
    ]


def with_intervals(columns: dict[str, Any], counts: ec.Counts) -> dict[str, Any]:
    """Put the ends of its 95 % interval beside each rate that has one."""
    result: dict[str, Any] = {}
    for name, values in columns.items():
        result[name] = values
        if name in _INTERVALS:
            found = INTERVALS[_INTERVALS[name]](counts)
            result[f"{name} 95 %"] = LateTexts(
                write=lambda low, high: wording.between(low, high, digits=2),
                values=(found.low, found.high),
            )
    return result


def _with_changes(columns: dict[str, Any], before: Mapping[str, Any]) -> dict[str, Any]:
    """Put beside each rate how it differs from what it was."""
    result: dict[str, Any] = {}
    for name, values in columns.items():
        result[name] = values
        if name in _INTERVALS:
            result[f"{name} ±"] = LateTexts(write=wording.change, values=(before[name], values))
    return result


def _more_columns(evaluation: ec.Evaluation, counts: ec.Counts) -> dict[str, Any]:
    return {
        "TN": counts.tn,
        "avg. precision": evaluation.average_precision(),
        "AUC sd": evaluation.roc_auc_deviation(),
    } | _more_rates(counts)


def _more_rates(counts: ec.Counts) -> dict[str, Any]:
    return {name.replace("_", " "): ec.METRICS[name](counts) for name in _MORE_RATES}


def flips(evaluation: ec.Evaluation, changes: ec.Flips, *, find: str) -> LinkedTable:
    """Return one row per concept that changes, most changes first."""
    matching = _matching(evaluation.run.concepts, find)
    shown = matching[np.argsort(-changes.total[matching], kind="stable")]
    shown = shown[changes.total[shown] > 0]
    columns: dict[str, Any] = {
        CONCEPT: text_column(evaluation.run.concepts),
        "leave": changes.leave_right + changes.leave_wrong,
        "leave, wrong": changes.leave_wrong,
        "leave, right": changes.leave_right,
        "enter": changes.enter_right + changes.enter_wrong,
        "enter, right": changes.enter_right,
        "enter, wrong": changes.enter_wrong,
    }
    for side in ("leave", "enter"):
        if not columns[side][shown].any():
            columns = {name: values for name, values in columns.items() if side not in name}
    return LinkedTable(
        columns={name: values[shown] for name, values in columns.items()},
        links=_FLIP_LINKS,
        rows_follow=True,
    )


def flips_in_words(
    evaluation: ec.Evaluation, changes: ec.Flips, *, pinned: ec.Rule, rule: ec.Rule
) -> Words:
    """Say what changes from the pinned rule to this one: in all, and for the concept hit most."""
    before, now = (wording.short_rule(a, beside=b) for a, b in ((pinned, rule), (rule, pinned)))
    step = f"{before} to {now}"
    whole = "; ".join(_sides(changes, slice(None), noun="prediction")) or "no prediction changes"
    text = f": {whole}."
    if changes.total.size > 1 and changes.total.max() > 0:
        most = int(changes.total.argmax())
        name = f" {wording.isolated(evaluation.run.concepts[most])}"
        here = slice(most, most + 1)
        text += f" Most: {'; '.join(_sides(changes, here, noun='input', name=name))}."
    return [{"text": step, "strong": True}, {"text": text, "strong": False}]


def _sides(changes: ec.Flips, part: slice, *, noun: str, name: str = "") -> list[str]:
    leave_wrong, leave_right = _total(changes.leave_wrong, part), _total(changes.leave_right, part)
    enter_wrong, enter_right = _total(changes.enter_wrong, part), _total(changes.enter_right, part)
    sides = []
    if n := leave_wrong + leave_right:
        verb = "leaves" if n == 1 else "leave"
        who = wording.plural(n, noun)
        sides.append(f"{who} {verb}{name}, {leave_wrong:,} of them wrong, {leave_right:,} right")
    if n := enter_wrong + enter_right:
        verb = "enters" if n == 1 else "enter"
        who = wording.plural(n, noun)
        sides.append(f"{who} {verb}{name}, {enter_right:,} of them right, {enter_wrong:,} wrong")
    return sides


def _total(values: IntArray, part: slice) -> int:
    return int(values[part].sum())


def _matching(concepts: tuple[str, ...], find: str) -> IntArray:
    wanted = find.strip().casefold()
    if not wanted:
        return np.arange(len(concepts))
    return np.array([j for j, name in enumerate(concepts) if wanted in name.casefold()], dtype=int)
