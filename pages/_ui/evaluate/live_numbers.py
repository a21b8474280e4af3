"""All that follows the threshold, as plain data: drawn by Streamlit, or sent while dragging."""

from __future__ import annotations

import weakref
from dataclasses import replace
from typing import TypedDict

import evalcore as ec
from evalcore.arrays import IntArray
from evalcore.truth.disputes import OpenDisputes
from pages._ui import wording
from pages._ui.components.heatmap.data import HeatmapData
from pages._ui.components.matrix.data import MatrixData
from pages._ui.components.table.data import TableData
from pages._ui.components.threshold_slider.data import DialNumbers
from pages._ui.evaluate import matrix_data, shown_matrix, slices_table
from pages._ui.evaluate.shown_matrix import ShownMatrix
from pages._ui.inputs.listing import stated, target_of
from pages._ui.numbers import highlights, linked_tables
from pages._ui.numbers.linked_table import LinkedTable, in_window, is_long
from pages._ui.server.live import Answer, Asked
from pages._ui.session.targets import Corner
from pages._ui.session.view import View
from pages._ui.wording import Words

__all__ = ["HEIGHT", "Board", "board", "board_at", "numbers_table", "shows_slices"]

HEIGHT = 180
"""Pixels that matrix and tables take at the least; they take what the screen gives."""
GALLERY = 228
"""Pixels of the screen below them: the list's headline and its first row of images."""


class Board(TypedDict):
    """What the components show; a part that is not on the page is left out."""

    rule: Words
    dial: DialNumbers
    flips: Words | None
    table: TableData
    matrix: MatrixData | None
    heatmap: HeatmapData | None
    matrix_table: TableData | None
    headline: Words


def board(
    evaluation: ec.Evaluation,
    view: View,
    *,
    shown: IntArray,
    whole: ec.Evaluation | None = None,
    against: ec.Evaluation | None = None,
    disputes: OpenDisputes | None = None,
    rows: str = "",
) -> Board:
    """Compute everything for the live rule of a view.

    Parameters
    ----------
    shown
        Positions of the concepts on show in the matrix.
    whole
        The evaluation without split and slice, for the table over them; None: this one.
    against
        The same inputs by the labels as delivered, when changes are told against them.
    disputes
        What can still change of the labels.
    rows
        Those of a long table that a browser asks for; empty for all.
    """
    whole = whole or evaluation
    rule, pinned = view.rule, view.pinned
    changes = _changes(evaluation, view)
    page = shown_matrix.shown_matrix(evaluation, view, shown=shown)
    remark, _ = matrix_data.note_of(evaluation, view)
    large = len(page.rows) > shown_matrix.MOST_IN_GRID + 2
    data: Board = {
        "rule": wording.rule_in_words(rule, among=evaluation.run.concepts),
        "dial": highlights.dial_numbers(
            evaluation, rule=rule, pinned=pinned, against=against, disputes=disputes
        ),
        "flips": None,
        "table": _table_data(
            _numbers(evaluation, view, changes, whole, against), view, whole, rows=rows
        ),
        "matrix": None,
        "heatmap": None,
        "matrix_table": None,
        "headline": _headline(evaluation, view, shown),
    }
    if changes is not None:
        data["flips"] = linked_tables.flips_in_words(evaluation, changes, pinned=pinned, rule=rule)
    if view.as_table:
        data["matrix_table"] = _matrix_table(page, view)
    elif large:
        data["heatmap"] = matrix_data.heatmap_data(
            page, target=view.target, height=HEIGHT, below=GALLERY, remark=remark
        )
    else:
        data["matrix"] = matrix_data.grid(
            page, target=view.target, height=HEIGHT, below=GALLERY, remark=remark
        )
    return data


def board_at(
    view: View,
    *,
    shown: IntArray,
    whole: ec.Evaluation | None = None,
    against: ec.Evaluation | None = None,
    disputes: OpenDisputes | None = None,
) -> Answer:
    """Return what answers for the page at other common thresholds, while one is dragged."""
    # what answers must not keep a run alive
    kept, base = (weakref.ref(one) if one else None for one in (whole, against))

    def answer(evaluation: ec.Evaluation, asked: Asked) -> Board:
        rule = view.rule.with_default(asked.threshold)  # type: ignore[arg-type]
        moved = replace(view, rule=rule)
        return board(
            evaluation,
            moved,
            shown=shown,
            whole=kept() if kept else None,
            against=base() if base else None,
            disputes=disputes,
            rows=asked.rows,
        )

    return answer


def numbers_table(
    evaluation: ec.Evaluation,
    view: View,
    *,
    whole: ec.Evaluation,
    against: ec.Evaluation | None = None,
) -> LinkedTable:
    """Return the summary, the slices or the flips, whichever is on the page."""
    return _numbers(evaluation, view, _changes(evaluation, view), whole, against)


def _changes(evaluation: ec.Evaluation, view: View) -> ec.Flips | None:
    """Return what flips where that is on the page; counted once for table and sentence."""
    if view.panel != "flips":
        return None
    return evaluation.flips(view.pinned, view.rule)


def shows_slices(view: View, run: ec.EvalRun) -> bool:
    """Tell whether the table over slices is on the page, and there is one."""
    if view.panel != "slices" or slices_table.too_large(run):
        return False
    return bool(slices_table.columns_of(run))


def _numbers(
    evaluation: ec.Evaluation,
    view: View,
    changes: ec.Flips | None,
    whole: ec.Evaluation,
    against: ec.Evaluation | None,
) -> LinkedTable:
    if changes is not None:
        return linked_tables.flips(evaluation, changes, find=view.find)
    if shows_slices(view, whole.run):
        return slices_table.slices_table(whole, view)
    rule = view.rule
    return linked_tables.summary(
        evaluation,
        rule,
        find=view.find,
        every_column=view.every_column,
        intervals=view.intervals,
        against=against,
    )


def _table_data(
    table: LinkedTable, view: View, whole: ec.Evaluation, *, rows: str = ""
) -> TableData:
    summary = view.panel != "flips"
    sliced = shows_slices(view, whole.run)
    selected = table.cell_of(view.target)
    if sliced:
        row = slices_table.row_chosen(whole, view)
        column = next(
            (c for c, name in enumerate(table.columns) if table.is_link_to(name, view.target)), 0
        )
        selected = None if row is None else (row, column)
    searched = "No concept matches. Clear the search to see all of them."
    unchanged = "No prediction differs between the two rules. Move the threshold off the pin."
    there, window = in_window(table, rows)
    data: TableData = {
        "field": "table",
        "columns": table.heads,
        "rows": there.rows,
        "is_long": is_long(table),
        "totals": table.totals,
        "selected": selected,
        "sort": view.order_by,
        "height": HEIGHT + 10,
        "below": GALLERY,
        "caption": "Slices" if sliced else "Evaluation summary" if summary else "What flips",
        "empty": searched if summary or view.find else unchanged,
    }
    if window is not None:
        data["window"] = window
    return data


def _matrix_table(page: ShownMatrix, view: View) -> TableData:
    return {
        "field": "matrix_table",
        "columns": matrix_data.table_columns(page),
        "rows": matrix_data.table_rows(page),
        "selected": matrix_data.table_selected(page, view.target),
        "sort": None,
        "height": HEIGHT,
        "below": GALLERY,
        "caption": "Matrix: a row per labelled concept, a column per predicted concept",
        "empty": "",
    }


def _headline(evaluation: ec.Evaluation, view: View, shown: IntArray) -> Words:
    target = target_of(evaluation, view)
    try:
        number = stated(
            evaluation,
            target,
            rule=view.rule,
            pinned=view.pinned,
            shown=shown,
        )
    except ec.SelectionError:
        return []  # the list itself says what is missing
    end = ", counted once for each cell" if isinstance(target, Corner) else ""
    return [
        {"text": wording.describe(target), "strong": True},
        {"text": f": {wording.plural(number, 'input')}{end}", "strong": False},
    ]
