"""The confusion matrix as a grid of cells, rows and columns to pick."""

from collections.abc import Callable

from pages._ui.components.matrix.data import MatrixData
from pages._ui.components.shared.assets import Component

_COMPONENT = Component("matrix")


def matrix(data: MatrixData, *, key: str, on_pick: Callable[[], None]) -> None:
    """Draw the matrix.

    A click leaves ``{"row": 0, "column": 2, "nonce": ...}`` in ``st.session_state[key]["pick"]``.
    While fragments rerun quickly Streamlit may deliver one click twice, with the same nonce.
    """
    _COMPONENT.draw(data, key=key, pick=on_pick)
