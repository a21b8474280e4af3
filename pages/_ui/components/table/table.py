"""A table of numbers that links to its cells, quick enough to follow a dragged threshold."""

from collections.abc import Callable, Sequence
from typing import Literal, TypedDict

import streamlit as st

from pages._ui.components.shared import assets

CellKind = Literal["text", "count", "rate", "threshold"]
Direction = Literal["up", "down"]


class TableColumn(TypedDict):
    """One column; the first of them holds the rows' names, and is text."""

    name: str
    kind: CellKind
    help: str  # told at the head of the column; empty for none
    link: bool  # whether a click on its cells is a pick


class TableData(TypedDict):
    """What the table shows; rows and columns are counted as given here, however they are sorted."""

    field: str  # the part of a live answer that replaces this
    columns: Sequence[TableColumn]
    rows: Sequence[Sequence[str | float | None]]  # None is undefined, drawn as a dash; never NaN
    selected: tuple[int, int] | None  # row, column
    sort: tuple[int, Direction] | None  # a sort that people chose stays until this one changes
    height: int  # pixels at the most
    caption: str  # the table's name for screen readers
    empty: str  # said when there are no rows


_MOUNT = st.components.v2.component(
    "threshold_workshop.table",
    html='<div class="root"></div>',
    css=assets.style("table"),
    js=assets.script("table", "table_layout", "table_order", "table_rows", "table_keys", "table"),
)


def table(
    data: TableData, *, key: str, on_pick: Callable[[], None], on_sort: Callable[[], None]
) -> None:
    """Draw the table.

    A click on a link leaves ``{"row": 0, "column": 2, "nonce": ...}`` in
    ``st.session_state[key]["pick"]``, one on a head ``{"column": 2, "direction": "down",
    "nonce": ...}`` in ``["sort"]``, where column None is the order as given. While fragments rerun
    quickly Streamlit may deliver one click twice, with the same nonce.
    """
    _MOUNT(key=key, data=data, on_pick_change=on_pick, on_sort_change=on_sort)
