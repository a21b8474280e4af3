"""A table of numbers that links to its cells, quick enough to follow a dragged threshold."""

from collections.abc import Callable

from pages._ui.components.shared.assets import Component
from pages._ui.components.table.data import TableData

_COMPONENT = Component("table")


def table(
    data: TableData, *, key: str, on_pick: Callable[[], None], on_sort: Callable[[], None]
) -> None:
    """Draw the table.

    A click on a link leaves ``{"row": 0, "column": 2, "nonce": ...}`` in
    ``st.session_state[key]["pick"]``, one on a head ``{"column": 2, "direction": "down",
    "nonce": ...}`` in ``["sort"]``, where column None is the order as given. While fragments rerun
    quickly Streamlit may deliver one click twice, with the same nonce.
    """
    _COMPONENT.draw(data, key=key, pick=on_pick, sort=on_sort)
