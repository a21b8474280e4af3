"""The chapters of a report that are counted at its rule: summary, matrix, concepts, thresholds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from evalcore import wording
from evalcore.arrays import IntArray
from evalcore.concept.staircase import staircase_of
from evalcore.counting.evaluation import Evaluation
from evalcore.counting.matrix import NO_LABEL, NOTHING_PREDICTED
from evalcore.counting.rules import Rule
from evalcore.counting.shown_matrix import Tone, condense, most_confused, tones_of
from evalcore.measures.intervals import INTERVALS
from evalcore.measures.metrics import METRICS, average, mean_of
from evalcore.reports.contents import Contents
from evalcore.reports.drawings import Point, precision_recall_drawing, roc_drawing

__all__ = [
    "Table",
    "changed_by_agreement",
    "concept_figures",
    "highlights",
    "matrix_table",
    "summary",
    "thresholds",
]

MOST_ROWS = 300
"""Of more concepts those with the most mistakes are listed: a report is read on paper."""
MOST_SHOWN = 20
"""Concepts of the matrix that fit on a page."""
MOST_CURVES = 12
RATES = {"precision": "precision", "recall": "recall", "f1": "F1"}
COUNTED = ("tp", "fp", "fn", "tn")


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table as text, the first column being names.

    Parameters
    ----------
    note
        What is to be said of all of it; empty for nothing.
    """

    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    note: str = ""


def highlights(contents: Contents) -> list[tuple[str, str, str]]:
    """Return the numbers of the whole run: what each is, its text, and how it was as labelled."""
    evaluation, rule, before = contents.evaluation, contents.rule, contents.as_labelled
    now = _rates(evaluation, rule)
    then = {} if before is None else _rates(before, rule)
    named = [
        (word, wording.rate(value), _was(then[word], value) if then else "")
        for word, value in now.items()
    ]
    nothing = wording.count(evaluation.n_nothing_predicted(rule))
    return [*named, ("nothing predicted", nothing, "")]


def _rates(evaluation: Evaluation, rule: Rule) -> dict[str, float]:
    counts = evaluation.counts(rule)
    named = {"run ROC AUC": mean_of(evaluation.roc_auc()).value}
    for averaging in ("macro", "micro"):
        for metric, word in RATES.items():
            named[f"{averaging} {word}"] = average(metric, counts, averaging=averaging).value
    single = evaluation.run.task == "single_label"
    return named | {"accuracy" if single else "exact match": evaluation.accuracy(rule).value}


def _was(before: float, now: float) -> str:
    change = wording.change(before, now)
    return f"as labelled {wording.rate(before)}{', ' if change else ''}{change}"


def changed_by_agreement(contents: Contents) -> Table | None:
    """Return the concepts that count otherwise as agreed, both ways; None where that is not told.

    At the rule of the report.
    """
    if contents.as_labelled is None:
        return None
    run, counts = contents.evaluation.run, contents.evaluation.counts(contents.rule)
    before = contents.as_labelled.counts(contents.rule)
    differs = sum(getattr(counts, part) != getattr(before, part) for part in COUNTED) > 0
    shown = np.flatnonzero(differs)
    rows = []
    for j in shown[:MOST_ROWS].tolist():
        cells = [run.concepts[j], *(wording.count(int(c.labelled[j])) for c in (before, counts))]
        for metric in RATES:
            then, now = (float(METRICS[metric](c)[j]) for c in (before, counts))
            cells += [wording.rate(then), wording.rate(now), wording.change(then, now)]
        rows.append(tuple(cells))
    heads = ["concept", "labelled", "as agreed"]
    for word in RATES.values():
        heads += [f"{word} as labelled", "as agreed", "change"]
    of = f"The first {MOST_ROWS} of {shown.size:,} concepts." if shown.size > MOST_ROWS else ""
    note = of if rows else "No concept counts otherwise as agreed."
    return Table(heads=tuple(heads), rows=tuple(rows), note=note)


def summary(evaluation: Evaluation, rule: Rule) -> Table:
    """Return one row per concept with its counts and rates."""
    counts, names = evaluation.counts(rule), evaluation.run.concepts
    shown = _listed(counts.fp + counts.fn)
    auc = evaluation.roc_auc()
    rates = {name: METRICS[name](counts) for name in ("recall", "precision", "f1")}
    ends = {name: INTERVALS[name](counts) for name in ("recall", "precision")}
    rows = []
    for j in shown.tolist():
        cells = [names[j], wording.number(rule.threshold_of(names[j])), wording.rate(auc[j])]
        columns = (counts.labelled, counts.predicted, counts.tp, counts.fn, counts.fp)
        cells += [wording.count(int(column[j])) for column in columns]
        for name, values in rates.items():
            cells.append(wording.rate(values[j]))
            if name in ends:
                cells.append(wording.between(ends[name].low[j], ends[name].high[j], digits=2))
        rows.append(tuple(cells))
    heads = "concept threshold ROC&AUC labelled predicted TP FN FP recall 95&% precision 95&% F1"
    return Table(
        heads=tuple(head.replace("&", " ") for head in heads.split()),
        rows=tuple(rows),
        note=_left_out(shown, len(names)),
    )


def matrix_table(evaluation: Evaluation, rule: Rule) -> dict[str, Any]:
    """Return the matrix with the tone of each cell; of many concepts the most confused ones."""
    n = evaluation.run.n_concepts
    mistakes = evaluation.mistakes(rule)
    shown = np.arange(n)
    if n > MOST_SHOWN:
        shown = np.sort(most_confused(mistakes, n=MOST_SHOWN))
    counts, wrong, unknown = (
        condense(of, shown=shown)
        for of in (evaluation.matrix(rule).counts, mistakes, evaluation.unknown_labels(rule))
    )
    names = [evaluation.run.concepts[j] for j in shown.tolist()]
    names += ["(other)"] if shown.size < n else []
    right = counts - wrong - unknown
    right[-1, -1] = counts[-1, -1]  # neither label nor prediction
    tones = tones_of(counts, right=right, unknown=unknown)
    largest = max(int(counts.max(initial=0)), 1)
    rows = []
    for i, name in enumerate([*names, NO_LABEL]):
        cells = []
        for j, count in enumerate(counts[i].tolist()):
            tone = Tone(tones[i, j]).name.lower() if count else ""
            depth = f"{0.12 + 0.5 * float(np.sqrt(count / largest)):.2f}"
            cells.append({"text": f"{count:,}" if count else "", "tone": tone, "depth": depth})
        rows.append({"name": name, "cells": cells})
    note = f"The {shown.size} most confused of {n:,} concepts." if shown.size < n else ""
    return {"heads": [*names, NOTHING_PREDICTED], "rows": rows, "note": note}


def concept_figures(contents: Contents) -> list[dict[str, Any]]:
    """Return the chosen concepts, each with its curves and its numbers at the rule."""
    evaluation, rule = contents.evaluation, contents.rule
    counts = evaluation.counts(rule)
    mode = rule.mode_for(evaluation.run.task)
    rates = {
        name: METRICS[name](counts) for name in ("recall", "precision", "f1", "false_positive_rate")
    }
    figures = []
    for name in _worst(evaluation, rule) if contents.concepts is None else contents.concepts:
        j = evaluation.run.position_of(name)
        steps = staircase_of(evaluation, name, mode=mode)
        threshold = wording.number(rule.threshold_of(name))
        points = [
            _point(rates[x][j], rates[y][j], threshold)
            for x, y in (("recall", "precision"), ("false_positive_rate", "recall"))
        ]
        figures.append(
            {
                "name": name,
                "threshold": threshold,
                "drawings": [
                    precision_recall_drawing(steps, points[0], name=name),
                    roc_drawing(steps, points[1], name=name),
                ],
                "rates": [
                    (word, wording.rate(rates[of][j]))
                    for of, word in (("recall", "recall"), ("precision", "precision"), ("f1", "F1"))
                ],
            }
        )
    return figures


def _point(x: float, y: float, threshold: str) -> Point | None:
    return None if np.isnan(x + y) else Point(x=float(x), y=float(y), word=f"at {threshold}")


def thresholds(contents: Contents) -> Table | None:
    """Return the thresholds held against the goal, as observed; None without a goal's limit."""
    goal, names = contents.goal, contents.evaluation.run.concepts
    if goal is None or not goal.is_limit:
        return None
    counts = contents.evaluation.counts(contents.rule)
    shown = _listed(counts.fp + counts.fn)
    reached, holds = goal.rate(counts), goal.holds(counts)
    return Table(
        heads=("concept", "threshold", "observed", "meets the goal"),
        rows=tuple(
            (
                names[j],
                wording.number(contents.rule.threshold_of(names[j])),
                wording.rate(reached[j], beside=goal.level),
                "yes" if holds[j] else "no",
            )
            for j in shown.tolist()
        ),
        note=f"As observed, {int(holds.sum()):,} of {wording.plural(len(names), 'concept')} meet "
        f"it. {_left_out(shown, len(names))}".strip(),
    )


def _listed(mistakes: IntArray) -> IntArray:
    """Return the concepts to list, in the order of the run."""
    if mistakes.size <= MOST_ROWS:
        return np.arange(mistakes.size)
    return np.sort(np.argsort(-mistakes, kind="stable")[:MOST_ROWS])


def _left_out(shown: IntArray, n: int) -> str:
    if shown.size == n:
        return ""
    return f"The {shown.size:,} of {n:,} concepts with the most mistakes."


def _worst(evaluation: Evaluation, rule: Rule) -> tuple[str, ...]:
    """Return the concepts with the lowest F1, of those that are labelled at all."""
    counts = evaluation.counts(rule)
    f1 = np.where(counts.labelled > 0, METRICS["f1"](counts), np.nan)
    order = np.argsort(f1, kind="stable")[: min(MOST_CURVES, int((~np.isnan(f1)).sum()))]
    return tuple(evaluation.run.concepts[j] for j in order.tolist())
