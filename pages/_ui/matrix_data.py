"""The matrix as the components draw it: which rows, in which order, how strong each cell."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from typing import Literal

import numpy as np

import evalcore as ec
from evalcore import ordering
from evalcore.arrays import FloatArray, IntArray
from evalcore.confusion import condense, condense_diagonal, most_confused
from evalcore.matrix import NO_LABEL, NOTHING_PREDICTED
from pages._ui import highlights
from pages._ui.components.heatmap import HeatmapData
from pages._ui.components.matrix import MatrixData
from pages._ui.components.table import TableColumn
from pages._ui.targets import Corner, Group, Place, Target
from pages._ui.view import Order, Scope, View

__all__ = [
    "Sheet",
    "grid",
    "heatmap_data",
    "place_target",
    "sheet",
    "table_columns",
    "table_rows",
    "table_selected",
]

MOST_IN_GRID = 40
SHOWN = 30
NOTHING, RIGHT, WRONG, GREY = 0, 1, 2, 3


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Sheet:
    """The rows and columns on show and the numbers in them.

    Parameters
    ----------
    rows, columns
        Concepts, "(other)", None for the margin.
    numbers : ndarray of shape (n_rows, n_columns)
        Counts (int64) or mean scores (float64, NaN where undefined).
    also, unknown : ndarray of the same shape, int64
        Inputs of a cell that are labelled with its column too, and that may be (counts only).
    totals : ndarray of shape (n_rows,)
        Inputs that stand in each row.
    multi_label
        Whether cells hold right inputs beside wrong ones, and have to tell them apart.
    """

    rows: tuple[Place, ...]
    columns: tuple[Place, ...]
    numbers: IntArray | FloatArray
    also: IntArray
    unknown: IntArray
    totals: IntArray
    multi_label: bool


def scope_of(view: View, run: ec.EvalRun) -> Scope:
    """Return whether the most confused concepts are shown or all of them."""
    if run.n_concepts <= MOST_IN_GRID:
        return "all"
    return view.scope or "confused"


def order_of(view: View, run: ec.EvalRun) -> Order:
    """Return the order of rows and columns: the worst first where not all are shown."""
    return view.order or ("confusion" if scope_of(view, run) == "confused" else "run")


def shown_concepts(evaluation: ec.Evaluation, view: View) -> IntArray:
    """Return the positions of the concepts to show, in order.

    Choice and order follow the pinned rule, so that nothing jumps while the threshold moves.
    """
    run = evaluation.run
    pinned = evaluation.matrix(highlights.pinned_of(view)).counts
    worst_first = most_confused(pinned, n=run.n_concepts)
    confused = scope_of(view, run) == "confused"
    chosen = worst_first[:SHOWN] if confused else worst_first
    order = order_of(view, run)
    if order == "confusion":
        return chosen
    ranks = np.argsort(_order(evaluation, view, order))
    return chosen[np.argsort(ranks[chosen], kind="stable")]


def _order(evaluation: ec.Evaluation, view: View, order: Order) -> IntArray:
    if order == "cluster":
        return ordering.by_cluster(evaluation.mean_scores())
    if order == "diagonal":
        if view.mode == "probability":
            return ordering.by_diagonal(np.diagonal(evaluation.mean_scores()))
        return ordering.by_diagonal(
            ec.METRICS["recall"](evaluation.counts(highlights.pinned_of(view)))
        )
    if order == "name":
        return ordering.by_name(evaluation.run.concepts)
    return np.arange(evaluation.run.n_concepts)


def sheet(evaluation: ec.Evaluation, view: View, *, shown: IntArray) -> Sheet:
    """Return the numbers of the matrix for the live rule."""
    names: tuple[Place, ...] = tuple(evaluation.run.concepts[j] for j in shown)
    totals = evaluation.run.labels.total
    if view.mode == "probability":
        means = evaluation.mean_scores()[np.ix_(shown, shown)]
        none = np.zeros(means.shape, dtype=np.int64)
        return Sheet(
            rows=names,
            columns=names,
            numbers=means,
            also=none,
            unknown=none,
            multi_label=False,
            totals=totals[shown],
        )
    rule = highlights.rule_of(view)
    whole = evaluation.matrix(rule).counts
    counts = condense(whole, shown=shown)
    also, unknown = _beside_labels(evaluation, rule, whole, shown=shown)
    rest: tuple[Place, ...] = (Group.OTHER,) if len(names) < totals.size else ()
    others = [int(np.delete(totals, shown).sum())] if rest else []
    margin = int(evaluation.run.labels.unlabelled.size)
    places = (*names, *rest, None)
    return Sheet(
        rows=places,
        columns=places,
        numbers=counts,
        also=also,
        unknown=np.zeros_like(counts) if unknown is None else unknown,
        multi_label=evaluation.run.task == "multi_label",
        totals=np.array([*totals[shown].tolist(), *others, margin], dtype=np.int64),
    )


def _beside_labels(
    evaluation: ec.Evaluation, rule: ec.Rule, counts: IntArray, *, shown: IntArray
) -> tuple[IntArray, IntArray | None]:
    """Return the inputs of each cell that are labelled with its column too, and that may be."""
    if evaluation.run.task == "single_label":
        also = condense_diagonal(counts, shown=shown)
    else:
        also = condense(evaluation.also_labelled(rule), shown=shown)
    if evaluation.run.labels.known is None:
        return also, None
    return also, condense(evaluation.unknown_labels(rule), shown=shown)


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


def place_target(page: Sheet, row: int, column: int) -> Target | None:
    """Return what a picked cell stands for; -1 is the whole column or row."""
    if not (-1 <= row < len(page.rows) and -1 <= column < len(page.columns)):
        return None
    if row == column == -1:
        return None
    if row == -1 or column == -1:
        place = page.columns[column] if row == -1 else page.rows[row]
        if isinstance(place, Group):
            return None
        return ec.Predicted(place) if row == -1 else ec.Labelled(place)
    actual, predicted = page.rows[row], page.columns[column]
    if isinstance(actual, Group) or isinstance(predicted, Group):
        return Corner(actual, predicted)
    return ec.Cell(actual, predicted)


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
