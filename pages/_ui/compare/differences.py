"""The table of differences, in which the counts of mended and broken inputs are links."""

from __future__ import annotations

import numpy as np

from evalcore.arrays import FloatArray, text_column
from evalcore.comparison.differences import Difference
from evalcore.comparison.sides import Fate
from evalcore.comparison.words import METRIC_WORDS, told_in_words
from evalcore.wording import change
from evalcore.wording import difference as signed
from pages._ui.compare.compared import Compared
from pages._ui.components.table.data import CellKind, TableColumn, TableData
from pages._ui.session.view import View

__all__ = [
    "FATE_COLUMNS",
    "difference_heads",
    "difference_table",
]

FATE_COLUMNS: dict[str, Fate] = {"mended": "mended", "broken": "broken", "both wrong": "both_wrong"}
_HELP = {
    "concept": "Concepts that both sides have.",
    "left t": "The threshold on the left.",
    "right t": "The threshold on the right.",
    "left": "The number on the left.",
    "right": "The number on the right.",
    "right − left": "The difference, right minus left.",
    "95 % interval": "Of the difference.",
    "by chance?": "No where the difference is more than chance, at a false discovery rate of 5 % "
    "over these concepts.",
    "mended": "Inputs that only the right side gets right.",
    "broken": "Inputs that only the left side gets right.",
    "both wrong": "Inputs that neither side gets right.",
}
UNDEFINED = "–"
_FOLDS = {"both wrong": 4, "left t": 3, "right t": 2, "95 % interval": 1}
"""Where room is short these columns fold, the largest first."""


def difference_heads(found: Compared) -> list[str]:
    """Return the names of the table's columns; without pairs nothing is mended or broken."""
    return [name for name in _HELP if found.comparison.is_paired or name not in FATE_COLUMNS]


def difference_table(found: Compared, values: Difference, view: View) -> TableData:
    """Return the table: a row per concept of both sides."""
    comparison = found.comparison
    fates = comparison.fates()
    names = text_column(comparison.concepts.left)
    sides = (comparison.left, comparison.right)
    thresholds = [
        [side.rule.threshold_of(name) for name in own]
        for side, own in zip(
            sides, (comparison.concepts.left, comparison.concepts.right), strict=True
        )
    ]
    columns: dict[str, list[str | float | None]] = {
        "concept": list(names.tolist()),
        "left t": list(thresholds[0]),
        "right t": list(thresholds[1]),
        "left": _rates(values.left),
        "right": _rates(values.right),
        "right − left": [
            change(left, right) or UNDEFINED
            for left, right in zip(values.left.tolist(), values.right.tolist(), strict=True)
        ],
        "95 % interval": [
            UNDEFINED if np.isnan(low) else f"{signed(low)} to {signed(high)}"
            for low, high in zip(values.low.tolist(), values.high.tolist(), strict=True)
        ],
        "by chance?": [told_in_words(values, k) for k in range(names.size)],
    }
    if comparison.is_paired:
        columns |= {head: fates[fate].tolist() for head, fate in FATE_COLUMNS.items()}
    heads = [_head(name) for name in difference_heads(found)]
    return {
        "field": "differences",
        "columns": heads,
        "rows": [list(row) for row in zip(*columns.values(), strict=True)],
        "selected": _selected(list(columns), names.tolist(), view),
        "sort": None,
        "height": 460,
        "caption": f"{METRIC_WORDS[values.metric]} on both sides",
        "empty": "No concept stands on both sides.",
    }


def _head(name: str) -> TableColumn:
    head: TableColumn = {
        "name": name,
        "kind": _kind(name),
        "help": _HELP[name],
        "link": name in FATE_COLUMNS,
    }
    if name in _FOLDS:
        head["fold"] = _FOLDS[name]
    return head


def _rates(values: FloatArray) -> list[str | float | None]:
    return [None if np.isnan(value) else value for value in values.tolist()]


def _kind(name: str) -> CellKind:
    if name in FATE_COLUMNS:
        return "count"
    if name in {"left t", "right t"}:
        return "threshold"
    if name == "right − left":
        return "written"
    return "rate" if name in {"left", "right"} else "text"


def _selected(columns: list[str], names: list[str], view: View) -> tuple[int, int] | None:
    head = next((name for name, fate in FATE_COLUMNS.items() if fate == view.fate), None)
    if head is None or view.concept not in names or head not in columns:
        return None
    return names.index(view.concept), columns.index(head)
