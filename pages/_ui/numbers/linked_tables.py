"""Tables whose cells are links: the evaluation summary and the flips."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

import evalcore as ec
from evalcore.arrays import IntArray, text_column
from evalcore.measures.intervals import INTERVALS
from pages._ui import wording
from pages._ui.components.table.data import CellKind, TableColumn
from pages._ui.session.targets import Target
from pages._ui.wording import Words

__all__ = [
    "CONCEPT",
    "COUNT_LINKS",
    "RATE_LINKS",
    "LinkedTable",
    "count_columns",
    "flips",
    "flips_in_words",
    "summary",
    "with_intervals",
]

Link = Callable[[str], Target]
CONCEPT = "concept"
THRESHOLD = "threshold"

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
_FOLDS = {
    "predicted": 5,
    "labelled": 4,
    "ROC AUC": 3,
    "F1 ±": 2,
    "F1": 2,
    "recall ±": 1,
    "precision ±": 1,
}
"""Where room is short columns fold, the largest first; what is not named here before them."""
FOLDS_FIRST = 9
_NEVER_FOLD = {"recall", "precision", THRESHOLD, "TP", "FN", "FP", CONCEPT, "leave", "enter"}
_MORE_RATES = (
    "specificity",
    "false_positive_rate",
    "accuracy",
    "misclassification_rate",
    "prevalence",
)
_INTERVALS = {"recall": "recall", "precision": "precision", "F1": "f1"}
_HELP = {
    "inputs": "Inputs of the row. A click turns to them.",
    THRESHOLD: "The concept's own threshold; the common one where it has none of its own.",
    **dict.fromkeys(
        ("recall 95 %", "precision 95 %"),
        "Wilson interval, for a threshold that was not chosen on these inputs.",
    ),
    "F1 95 %": "Wilson interval of the Jaccard share, carried over to F1.",
    "ROC AUC": "How well the scores order the inputs; mean over splits. Follows no threshold.",
    "AUC sd": "Standard deviation of ROC AUC over the splits.",
    "avg. precision": "Area under the precision-recall steps. Follows no threshold.",
    "labelled": "Inputs labelled with the concept: TP + FN.",
    "predicted": "Inputs predicted as the concept: TP + FP.",
    "TP": "True positives: labelled and predicted.",
    "FN": "False negatives: labelled, not predicted.",
    "FP": "False positives: predicted, not labelled.",
    "TN": "True negatives: neither labelled nor predicted.",
    "now": "The threshold that is set.",
    "recommended": "The shortest decimal of all the thresholds with these counts.",
    "keeps": "Labelled inputs that are predicted: TP of TP + FN.",
    "same from": "The lowest threshold that gives these counts.",
    "same below": "From this threshold on the counts are others.",
    "same above": "Up to this threshold the counts are others.",
    "same up to": "The highest threshold that gives these counts.",
    "difference": "On the inputs left out, less on those that it was chosen on.",
    "leave": "Predicted under the pinned rule, no longer under this one.",
    "enter": "Not predicted under the pinned rule, but under this one.",
}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class LinkedTable:
    """Columns to show, and what a click on each of their cells means.

    Parameters
    ----------
    columns
        Name to one value per row; the first column names the concepts.
    links
        Name of a column to what its cell of a concept stands for.
    kinds
        Name of a column to its kind, where the type of its values does not tell.
    names
        The column that names the rows.
    totals
        What stands below all rows: a value per column, None where there is none.
    """

    columns: Mapping[str, Any]
    links: Mapping[str, Link]
    kinds: Mapping[str, CellKind] = field(default_factory=dict)
    names: str = CONCEPT
    totals: Sequence[Sequence[str | float | None]] = ()

    @property
    def heads(self) -> list[TableColumn]:
        """The columns as the table component wants them."""
        return [self._head(name, values) for name, values in self.columns.items()]

    def _head(self, name: str, values: Any) -> TableColumn:  # noqa: ANN401 - an array of any kind
        head: TableColumn = {
            "name": name,
            "kind": self.kinds.get(name) or _kind(values),
            "help": _HELP.get(name, ""),
            "link": name in self.links,
        }
        if name not in _NEVER_FOLD:
            head["fold"] = _FOLDS.get(name, FOLDS_FIRST)
        return head

    @property
    def rows(self) -> list[list[str | float | None]]:
        """The values row by row; None where undefined."""
        lists = [np.asarray(values).tolist() for values in self.columns.values()]
        # NaN alone differs from itself
        return [
            [None if value != value else value for value in row]  # noqa: PLR0124
            for row in zip(*lists, strict=True)
        ]

    def target(self, row: int, column: int) -> Target | None:
        """Return what a clicked cell stands for; None where it is no link."""
        concepts = self.columns[self.names]
        if not (0 <= row < len(concepts) and 0 <= column < len(self.columns)):
            return None
        link = self.links.get(list(self.columns)[column])
        return link(str(concepts[row])) if link else None

    def is_link_to(self, column: str, target: Target | None, *, of: str = "") -> bool:
        """Tell whether a cell of a column, in the row of a name, stands for a target."""
        link = self.links.get(column)
        return link is not None and link(of) == target

    def cell_of(self, target: Target | None) -> tuple[int, int] | None:
        """Return the (row, column) that links to a target, so that it can be shown as chosen."""
        concept = getattr(target, "concept", None)
        concepts = list(self.columns[self.names])
        if concept is None or concept not in concepts:
            return None
        names = list(self.columns)
        for name in self.links:
            if name in names and self.is_link_to(name, target, of=concept):
                return concepts.index(concept), names.index(name)
        return None


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
            ends = zip(found.low.tolist(), found.high.tolist(), strict=True)
            result[f"{name} 95 %"] = text_column(wording.between(*each, digits=2) for each in ends)
    return result


def _with_changes(columns: dict[str, Any], before: Mapping[str, Any]) -> dict[str, Any]:
    """Put beside each rate how it differs from what it was."""
    result: dict[str, Any] = {}
    for name, values in columns.items():
        result[name] = values
        if name in _INTERVALS:
            both = zip(before[name].tolist(), values.tolist(), strict=True)
            result[f"{name} ±"] = text_column(wording.change(*each) for each in both)
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
        columns={name: values[shown] for name, values in columns.items()}, links=_FLIP_LINKS
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
    return np.array([j for j, name in enumerate(concepts) if wanted in name.casefold()], dtype=int)


def _kind(values: Any) -> Any:  # noqa: ANN401 - one of the component's literals
    return {"i": "count", "u": "count", "f": "rate"}.get(np.asarray(values).dtype.kind, "text")
