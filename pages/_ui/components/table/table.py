"""A table of numbers that links to its cells, quick enough to follow a dragged threshold."""

from collections.abc import Callable

import streamlit as st

from pages._ui.components.shared import assets
from pages._ui.components.table.data import TableData

_MOUNT = st.components.v2.component(
    "threshold_workshop.table",
    html='<div class="root"></div>',
    css=assets.style("table"),
    js=assets.script("table"),
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
