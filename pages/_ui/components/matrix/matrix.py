"""The confusion matrix as a grid of cells, rows and columns to pick."""

from collections.abc import Callable

import streamlit as st

from pages._ui.components.matrix.data import MatrixData
from pages._ui.components.shared import assets

_MOUNT = st.components.v2.component(
    "threshold_workshop.matrix",
    html='<div class="root"></div>',
    css=assets.style("matrix"),
    js=assets.script("matrix"),
)


def matrix(data: MatrixData, *, key: str, on_pick: Callable[[], None]) -> None:
    """Draw the matrix.

    A click leaves ``{"row": 0, "column": 2, "nonce": ...}`` in ``st.session_state[key]["pick"]``.
    While fragments rerun quickly Streamlit may deliver one click twice, with the same nonce.
    """
    _MOUNT(key=key, data=data, on_pick_change=on_pick)
