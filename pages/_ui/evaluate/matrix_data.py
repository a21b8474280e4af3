"""The matrix as the components draw it: names, numbers, and how strong each cell is."""

from __future__ import annotations

import base64
from typing import Literal

import numpy as np

import evalcore as ec
from evalcore.arrays import FloatArray, IntArray
from evalcore.counting.matrix import NO_LABEL, NOTHING_PREDICTED
from evalcore.counting.shown_matrix import Tone
from pages._ui import wording
from pages._ui.components.heatmap.data import HeatmapData
from pages._ui.components.matrix.data import LegendEntry, MatrixData
from pages._ui.components.table.data import TableColumn
from pages._ui.evaluate.shown_matrix import ShownMatrix
from pages._ui.session.targets import Corner, Group, Place, Target
from pages._ui.session.view import Shares, View

__all__ = ["grid", "heatmap_data", "note_of", "table_columns", "table_rows", "table_selected"]


_SHARE_WORDS: dict[Shares, str] = {
    "none": "",
    "row": "of the inputs of its row",
    "column": "of the inputs of its column",
    "whole": "of all inputs",
}


NOTES = {
    "probability": (
        "Mean scores: they do not follow the threshold.",
        "Average probability: the mean score for the column over the inputs labelled with the row.",
    ),
    "multi_label": (
        "A row can sum to more than its total labelled.",
        "Counts: an input stands in every row it is labelled with and every column predicted.",
    ),
    "single_label": (
        "An input stands in one cell.",
        "Counts: an input stands in the row of its label and the column of its prediction.",
    ),
}
"""What the matrix holds, in a line and in full."""


def grid(
    page: ShownMatrix,
    *,
    target: Target | None,
    height: int,
    below: int | None = None,
    remark: str = "",
) -> MatrixData:
    """Return the grid component's data; a remark stands at the end of its legend."""
    counts = page.holds_counts
    numbers = page.numbers if counts else np.round(page.numbers.astype(float), 4)
    tones = page.tones
    parted = counts and (page.multi_label or bool((tones == Tone.MIXED).any()))
    return {
        "rows": [_name(place, NO_LABEL) for place in page.rows],
        "columns": [_name(place, NOTHING_PREDICTED) for place in page.columns],
        "row_kinds": [_kind(place) for place in page.rows],
        "column_kinds": [_kind(place) for place in page.columns],
        "values": [None if v != v else v for v in numbers.ravel().tolist()],  # noqa: PLR0124 - NaN
        "shares": _shares(page),
        "share_words": _SHARE_WORDS[page.shares_of],
        "right": page.right.ravel().tolist() if parted else None,
        "unknown": page.unknown.ravel().tolist() if parted else None,
        "tones": tones.ravel().tolist(),
        "strengths": page.strengths.ravel().tolist(),
        "mode": "counts" if counts else "probability",
        "unit": "inputs",
        "selected": _selected(page, target),
        "height": height,
        "below": below,
        "labels": {"corner": "labelled ↓\npredicted →", "grid": "Confusion matrix"},
        "legend": [*_legend(page, tones), *_remark(remark)],
    }


def heatmap_data(
    page: ShownMatrix,
    *,
    target: Target | None,
    height: int,
    below: int | None = None,
    remark: str = "",
) -> HeatmapData:
    """Return the canvas component's data: non-zero counts, or all means; see :func:`grid`."""
    counts = page.holds_counts
    flat = page.numbers.ravel()
    filled = np.flatnonzero(flat) if counts else np.arange(flat.size)
    parted = counts and page.multi_label
    tones = page.tones

    def packed(values: IntArray | FloatArray, dtype: str) -> str:
        return base64.b64encode(values.ravel()[filled].astype(dtype).tobytes()).decode()

    return {
        "rows": [_name(place, NO_LABEL) for place in page.rows],
        "columns": [_name(place, NOTHING_PREDICTED) for place in page.columns],
        "row_kinds": [_kind(place) for place in page.rows],
        "column_kinds": [_kind(place) for place in page.columns],
        "mode": "counts" if counts else "probability",
        "filled": base64.b64encode(filled.astype("<u4").tobytes()).decode() if counts else None,
        "values": packed(page.numbers, "<u4" if counts else "<f4"),
        "right": packed(page.right, "<u4") if parted else None,
        "unknown": packed(page.unknown, "<u4") if parted else None,
        "tones": packed(tones, "u1"),
        "strengths": packed(page.strengths, "u1"),
        "unit": "inputs",
        "selected": _selected(page, target),
        "height": height,
        "below": below,
        "legend": [*_legend(page, tones), *_remark(remark)],
    }


def _shares(page: ShownMatrix) -> list[float | None] | None:
    """Return the shares to write; None where "(other)" counts an input several times."""
    if page.shares_of == "none":
        return None
    shares = page.shares.astype(object)
    if page.multi_label and page.shares_of != "row" and Group.OTHER in page.rows:
        other = page.rows.index(Group.OTHER)
        shares[other, :] = shares[:, other] = None
    found: list[float | None] = shares.ravel().tolist()
    return found


def _legend(page: ShownMatrix, tones: IntArray) -> list[LegendEntry]:
    """Say what the tones mean: those that can occur here, so that nothing moves while dragging."""
    if not page.holds_counts:
        return [{"tone": Tone.MEAN, "words": "mean score"}]
    if page.multi_label:
        words = {
            Tone.RIGHT: "also labelled",
            Tone.WRONG: "not labelled",
            Tone.MIXED: "part of each",
        }
    else:
        words = {Tone.RIGHT: "right", Tone.WRONG: "wrong"}
    words[Tone.GREY] = "nothing predicted"
    if (tones == Tone.UNKNOWN).any() or page.unknown.any():
        words[Tone.UNKNOWN] = "label unknown"
    return [{"tone": int(tone), "words": said} for tone, said in words.items()]


def _remark(text: str) -> list[LegendEntry]:
    return [{"tone": None, "words": text}] if text else []


def note_of(evaluation: ec.Evaluation, view: View) -> tuple[str, str]:
    """Say what the matrix holds, in a line and in full, and how many inputs stand nowhere in it."""
    if view.mode == "probability":
        return NOTES["probability"]
    task = evaluation.run.task
    one_cell = task == "single_label" and view.rule.mode_for(task) == "top"
    line, whole = NOTES["single_label" if one_cell else "multi_label"]
    if n_nowhere := evaluation.run.labels.undecided.size:
        line += (
            f" {wording.plural(n_nowhere, 'input')} without a label may show a concept: in none."
        )
    return line, whole


def table_columns(page: ShownMatrix) -> list[TableColumn]:
    """Return the columns of the matrix as a table, for keyboards and screen readers."""
    kind: Literal["count", "rate"] = "count" if page.holds_counts else "rate"
    head: TableColumn = {"name": "labelled", "kind": "text", "help": "", "link": True}
    heads: list[TableColumn] = [
        {"name": _name(place, NOTHING_PREDICTED), "kind": kind, "help": "", "link": True}
        for place in page.columns
    ]
    return [head, *heads]


def table_rows(page: ShownMatrix) -> list[list[str | float | None]]:
    """Return the rows of that table."""
    return [
        [_name(place, NO_LABEL), *(None if v != v else v for v in values)]  # noqa: PLR0124 - NaN
        for place, values in zip(page.rows, page.numbers.tolist(), strict=True)
    ]


def table_selected(page: ShownMatrix, target: Target | None) -> tuple[int, int] | None:
    """Return the chosen cell of that table; its first column stands for whole rows."""
    chosen = _selected(page, target)
    if chosen is None or chosen[0] == -1:
        return None
    return chosen[0], chosen[1] + 1


def _selected(page: ShownMatrix, target: Target | None) -> list[int] | None:
    match target:
        case ec.CellPart(cell, _):
            return _selected(page, cell)
        case ec.Cell(actual, predicted) | Corner(actual, predicted):
            return _index(page.rows, actual, page.columns, predicted)
        case ec.Labelled(concept):
            return [page.rows.index(concept), -1] if concept in page.rows else None
        case ec.Predicted(concept):
            return [-1, page.columns.index(concept)] if concept in page.columns else None
        case ec.Outcome(concept, "TP"):
            return _index(page.rows, concept, page.columns, concept)
    return None


def _index(
    rows: tuple[Place, ...], actual: Place, columns: tuple[Place, ...], predicted: Place
) -> list[int] | None:
    if actual not in rows or predicted not in columns:
        return None
    return [rows.index(actual), columns.index(predicted)]


def _name(place: Place, margin: str) -> str:
    if place is None:
        return margin
    return place.value if isinstance(place, Group) else place


def _kind(place: Place) -> Literal["concept", "none", "other"]:
    if place is None:
        return "none"
    return "other" if isinstance(place, Group) else "concept"
