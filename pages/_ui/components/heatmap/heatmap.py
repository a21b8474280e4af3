"""The whole matrix of a run with hundreds of concepts, on one canvas."""

from collections.abc import Callable, Sequence
from typing import TypedDict

import streamlit as st

from pages._ui.components.shared import assets


class HeatmapData(TypedDict):
    """What the canvas shows: ``cells`` for counts or ``means`` for average probabilities."""

    rows: Sequence[str]
    columns: Sequence[str]
    n_rows: int
    n_columns: int
    cells: str | None  # base64 of little-endian uint32 pairs (flat index, count), non-zero only
    means: str | None  # base64 of little-endian float32, row by row; NaN is undefined
    totals: Sequence[int]  # per row, the count that has the full colour
    none_row: bool  # whether the last row is "no label"
    none_column: bool  # whether the last column is "nothing predicted"
    unit: str  # in the plural: "inputs"
    selected: Sequence[int] | None  # row, column; -1 for the whole of the other
    height: int  # pixels


_MOUNT = st.components.v2.component(
    "threshold_workshop.heatmap",
    html='<div class="root"></div>',
    css=assets.style("heatmap"),
    js=assets.script("heatmap", "heatmap_cells", "heatmap_view", "heatmap_paint", "heatmap"),
)


def heatmap(data: HeatmapData, *, key: str, on_pick: Callable[[], None]) -> None:
    """Draw the heat map.

    A click leaves ``{"r": 0, "c": 2, "nonce": ...}`` in ``st.session_state[key]["pick"]``.
    While fragments rerun quickly Streamlit may deliver one click twice, with the same nonce.
    """
    _MOUNT(key=key, data=data, on_pick_change=on_pick)
