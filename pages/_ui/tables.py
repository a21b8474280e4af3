"""Tables whose cells are links: the evaluation summary and the flips."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import streamlit as st

import evalcore as ec
from evalcore.arrays import IntArray
from pages._ui import wording
from pages._ui.targets import Target

__all__ = ["LinkedTable", "flips", "flips_in_words", "summary"]

Link = Callable[[str], Target]
CONCEPT = "concept"

_COUNT_LINKS: dict[str, Link] = {
    "labelled": ec.Labelled,
    "predicted": ec.Predicted,
    "TP": lambda concept: ec.Outcome(concept, "TP"),
    "FN": lambda concept: ec.Outcome(concept, "FN"),
    "FP": lambda concept: ec.Outcome(concept, "FP"),
}
_RATE_LINKS: dict[str, Link] = {"recall": ec.Labelled, "precision": ec.Predicted}
_FLIP_LINKS: dict[str, Link] = {
    "leave": lambda concept: ec.Flip(concept, "leave"),
    "leave, wrong": lambda concept: ec.Flip(concept, "leave", labelled=False),
    "leave, right": lambda concept: ec.Flip(concept, "leave", labelled=True),
    "enter": lambda concept: ec.Flip(concept, "enter"),
    "enter, right": lambda concept: ec.Flip(concept, "enter", labelled=True),
    "enter, wrong": lambda concept: ec.Flip(concept, "enter", labelled=False),
}
_HELP = {
    "ROC AUC": "How well the scores order the inputs; mean over splits. Follows no threshold.",
    "AUC sd": "Standard deviation of ROC AUC over the splits.",
    "avg. precision": "Area under the precision-recall steps. Follows no threshold.",
    "labelled": "Inputs labelled with the concept: TP + FN.",
    "predicted": "Inputs predicted as the concept: TP + FP.",
    "TP": "True positives: labelled and predicted.",
    "FN": "False negatives: labelled, not predicted.",
    "FP": "False positives: predicted, not labelled.",
    "TN": "True negatives: neither labelled nor predicted.",
    "leave": "Predicted under the pinned rule, no longer under this one.",
    "enter": "Not predicted under the pinned rule, but under this one.",
}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class LinkedTable:
    """A frame to show, and what a click on each of its cells means."""

    frame: pd.DataFrame
    config: Mapping[str, Any]
    links: Mapping[str, Link]

    def target(self, cell: Sequence[Any]) -> Target | None:
        """Return what a clicked (row, column) stands for; None where it is no link."""
        row, column = cell
        if not 0 <= int(row) < len(self.frame):
            return None
        concept = str(self.frame[CONCEPT].iloc[int(row)])
        link = self.links.get(column)
        return link(concept) if link else None

    def cell_of(self, target: Target | None) -> tuple[int, str] | None:
        """Return the cell that links to a target, so that it can be shown as chosen."""
        concept = getattr(target, "concept", None)
        rows = np.flatnonzero((self.frame[CONCEPT] == concept).to_numpy())
        if concept is None or rows.size == 0:
            return None
        shown = (name for name in self.links if name in self.frame)
        found = (name for name in shown if self.links[name](concept) == target)
        column = next(found, None)
        return (int(rows[0]), column) if column else None


def summary(
    evaluation: ec.Evaluation, rule: ec.Rule, *, find: str, every_column: bool
) -> LinkedTable:
    """Return one row per concept with its metrics and counts."""
    counts = evaluation.counts(rule)
    shown = _matching(evaluation.run.concepts, find)
    columns: dict[str, Any] = {
        CONCEPT: evaluation.run.concepts,
        "ROC AUC": evaluation.roc_auc(),
        "labelled": counts.labelled,
        "predicted": counts.predicted,
        "TP": counts.tp,
        "FN": counts.fn,
        "FP": counts.fp,
        "recall": ec.METRICS["recall"](counts),
        "precision": ec.METRICS["precision"](counts),
        "F1": ec.METRICS["f1"](counts),
    }
    links = _COUNT_LINKS | _RATE_LINKS | {CONCEPT: ec.Labelled}
    if every_column:
        columns |= _more_columns(evaluation, counts)
        links |= {"TN": lambda concept: ec.Outcome(concept, "TN")}
    frame = pd.DataFrame({name: np.asarray(values)[shown] for name, values in columns.items()})
    return LinkedTable(frame=frame, config=_config(frame), links=links)


def _more_columns(evaluation: ec.Evaluation, counts: ec.Counts) -> dict[str, Any]:
    rest = (
        "specificity",
        "false_positive_rate",
        "accuracy",
        "misclassification_rate",
        "prevalence",
    )
    return {
        "TN": counts.tn,
        "avg. precision": evaluation.average_precision(),
        "AUC sd": evaluation.roc_auc_deviation(),
    } | {name.replace("_", " "): ec.METRICS[name](counts) for name in rest}


def flips(evaluation: ec.Evaluation, changes: ec.Flips, *, find: str) -> LinkedTable:
    """Return one row per concept that changes, most changes first."""
    matching = _matching(evaluation.run.concepts, find)
    shown = matching[np.argsort(-changes.total[matching], kind="stable")]
    shown = shown[changes.total[shown] > 0]
    columns: dict[str, Any] = {
        CONCEPT: evaluation.run.concepts,
        "leave": changes.leave_right + changes.leave_wrong,
        "leave, wrong": changes.leave_wrong,
        "leave, right": changes.leave_right,
        "enter": changes.enter_right + changes.enter_wrong,
        "enter, right": changes.enter_right,
        "enter, wrong": changes.enter_wrong,
    }
    for side in ("leave", "enter"):
        if not np.asarray(columns[side])[shown].any():
            columns = {name: values for name, values in columns.items() if side not in name}
    frame = pd.DataFrame({name: np.asarray(values)[shown] for name, values in columns.items()})
    return LinkedTable(frame=frame, config=_config(frame), links=_FLIP_LINKS)


def flips_in_words(
    evaluation: ec.Evaluation, changes: ec.Flips, *, pinned: ec.Rule, rule: ec.Rule
) -> str:
    """Say what changes from the pinned rule to this one: in all, and for the concept hit most."""
    step = f"{wording.short_rule(pinned, beside=rule)} to {wording.number(rule.default)}"
    whole = "; ".join(_sides(changes, slice(None), noun="prediction")) or "no prediction changes"
    text = f"**{step}**: {whole}."
    if changes.total.size > 1 and changes.total.max() > 0:
        most = int(changes.total.argmax())
        name = wording.escape(evaluation.run.concepts[most])
        here = slice(most, most + 1)
        text += f" Most: {'; '.join(_sides(changes, here, noun='input', name=f' *{name}*'))}."
    return text


def _sides(changes: ec.Flips, part: slice, *, noun: str, name: str = "") -> list[str]:
    leave_wrong, leave_right = _total(changes.leave_wrong, part), _total(changes.leave_right, part)
    enter_wrong, enter_right = _total(changes.enter_wrong, part), _total(changes.enter_right, part)
    sides = []
    if leave_wrong + leave_right:
        n = leave_wrong + leave_right
        verb = "leaves" if n == 1 else "leave"
        who = wording.plural(n, noun)
        sides.append(f"{who} {verb}{name}, {leave_wrong:,} of them wrong, {leave_right:,} right")
    if enter_wrong + enter_right:
        n = enter_wrong + enter_right
        verb = "enters" if n == 1 else "enter"
        who = wording.plural(n, noun)
        sides.append(f"{who} {verb}{name}, {enter_right:,} of them right, {enter_wrong:,} wrong")
    return sides


def _total(values: IntArray, part: slice) -> int:
    return int(values[part].sum())


def _matching(concepts: tuple[str, ...], find: str) -> IntArray:
    wanted = find.strip().casefold()
    return np.array([j for j, name in enumerate(concepts) if wanted in name.casefold()], dtype=int)


def _config(frame: pd.DataFrame) -> dict[str, Any]:
    config: dict[str, Any] = {CONCEPT: st.column_config.TextColumn(CONCEPT, pinned=True)}
    for name in frame.columns[1:]:
        whole = frame[name].dtype.kind in "iu"
        config[name] = st.column_config.NumberColumn(
            name, format="localized" if whole else "%.3f", help=_HELP.get(name)
        )
    return config
