"""The matrix as the components draw it: names, numbers, and how strong each cell is."""

from __future__ import annotations

import base64
from typing import Literal

import numpy as np

import evalcore as ec
from evalcore.arrays import FloatArray, IntArray
from evalcore.counting.matrix import NO_LABEL, NOTHING_PREDICTED
from pages._ui.components.heatmap.heatmap import HeatmapData
from pages._ui.components.matrix.matrix import MatrixData
from pages._ui.components.table.table import TableColumn
from pages._ui.evaluate.shown_matrix import Sheet
from pages._ui.session.targets import Corner, Group, Place, Target

__all__ = ["grid", "heatmap_data", "table_columns", "table_rows", "table_selected"]

NOTHING, RIGHT, WRONG, GREY = 0, 1, 2, 3


def grid(page: Sheet, *, target: Target | None, height: int) -> MatrixData:
    """Return the grid component's data."""
    counts = page.numbers.dtype.kind == "i"
    tones, strengths = _shades(page)
    numbers = page.numbers if counts else np.round(page.numbers.astype(float), 4)
    return {
        "rows": [_name(place, NO_LABEL) for place in page.rows],
        "columns": [_name(place, NOTHING_PREDICTED) for place in page.columns],
        "rowKinds": [_kind(place) for place in page.rows],
        "columnKinds": [_kind(place) for place in page.columns],
        "values": [None if v != v else v for v in numbers.ravel().tolist()],  # noqa: PLR0124 - NaN
        "also": _beside(page) if page.multi_label else None,
        "unknown": page.unknown.ravel().tolist() if page.multi_label else None,
        "tones": tones.ravel().tolist(),
        "strengths": strengths.ravel().tolist(),
        "mode": "counts" if counts else "probability",
        "unit": "inputs",
        "selected": _selected(page, target),
        "height": height,
        "labels": {"corner": "labelled ↓ predicted →"},
    }


def _beside(page: Sheet) -> list[int | None]:
    """Return the inputs labelled with the column as well; on the diagonal that says nothing."""
    side = len(page.columns)
    flat = page.also.ravel().tolist()
    return [None if place % (side + 1) == 0 else count for place, count in enumerate(flat)]


def heatmap_data(page: Sheet, *, target: Target | None, height: int) -> HeatmapData:
    """Return the canvas component's data: non-zero counts, or all means."""
    data: HeatmapData = {
        "rows": [_name(place, NO_LABEL) for place in page.rows],
        "columns": [_name(place, NOTHING_PREDICTED) for place in page.columns],
        "n_rows": len(page.rows),
        "n_columns": len(page.columns),
        "cells": None,
        "means": None,
        "totals": page.totals.tolist(),
        "none_row": page.rows[-1] is None,
        "none_column": page.columns[-1] is None,
        "unit": "inputs",
        "selected": _selected(page, target),
        "height": height,
    }
    flat = page.numbers.ravel()
    if page.numbers.dtype.kind == "i":
        filled = np.flatnonzero(flat)
        pairs = np.column_stack([filled, flat[filled]]).astype("<u4")
        data["cells"] = base64.b64encode(pairs.tobytes()).decode()
    else:
        data["means"] = base64.b64encode(flat.astype("<f4").tobytes()).decode()
    return data


def table_columns(page: Sheet) -> list[TableColumn]:
    """Return the columns of the matrix as a table, for keyboards and screen readers."""
    kind: Literal["count", "rate"] = "count" if page.numbers.dtype.kind == "i" else "rate"
    head: TableColumn = {"name": "labelled", "kind": "text", "help": "", "link": True}
    heads: list[TableColumn] = [
        {"name": _name(place, NOTHING_PREDICTED), "kind": kind, "help": "", "link": True}
        for place in page.columns
    ]
    return [head, *heads]


def table_rows(page: Sheet) -> list[list[str | float | None]]:
    """Return the rows of that table."""
    return [
        [_name(place, NO_LABEL), *(None if v != v else v for v in values)]  # noqa: PLR0124 - NaN
        for place, values in zip(page.rows, page.numbers.tolist(), strict=True)
    ]


def table_selected(page: Sheet, target: Target | None) -> tuple[int, int] | None:
    """Return the chosen cell of that table; its first column stands for whole rows."""
    chosen = _selected(page, target)
    if chosen is None or chosen[0] == -1:
        return None
    return chosen[0], chosen[1] + 1


def _shades(page: Sheet) -> tuple[IntArray, IntArray]:
    """Return tone and strength of each cell: mistakes by their share of the row."""
    counts = page.numbers.dtype.kind == "i"
    tones = np.full(page.numbers.shape, WRONG)
    np.fill_diagonal(tones, RIGHT)
    if not counts:
        share = _scaled(page.numbers.astype(float))
        return tones, np.rint(255 * share).astype(np.int64)
    tones[:-1, -1] = GREY
    tones[:-1, :-1] = WRONG
    wrong = np.where(tones == WRONG, page.numbers - page.also - page.unknown, page.numbers)
    # nothing of the cell is wrong: no input of it is known not to show the column
    tones[(tones == WRONG) & (wrong == 0)] = RIGHT
    weight = np.where(wrong > 0, wrong, page.numbers)
    share = np.sqrt(weight / np.maximum(page.totals[:, None], 1)).clip(0, 1)
    tones[page.numbers == 0] = NOTHING
    return tones, np.rint(255 * share).astype(np.int64)


def _scaled(means: FloatArray) -> FloatArray:
    filled = np.nan_to_num(means, nan=0.0)
    low, high = min(0.0, float(filled.min())), max(1.0, float(filled.max()))
    return np.asarray((filled - low) / (high - low))


def _selected(page: Sheet, target: Target | None) -> list[int] | None:
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
