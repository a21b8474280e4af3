"""The whole matrix of a run with hundreds of concepts, on one canvas."""

from collections.abc import Callable

from pages._ui.components.heatmap.data import HeatmapData
from pages._ui.components.shared.assets import Component

_COMPONENT = Component("heatmap")


def heatmap(data: HeatmapData, *, key: str, on_pick: Callable[[], None]) -> None:
    """Draw the heat map.

    A click leaves ``{"row": 0, "column": 2, "nonce": ...}`` in ``st.session_state[key]["pick"]``.
    While fragments rerun quickly Streamlit may deliver one click twice, with the same nonce.
    """
    _COMPONENT.draw(data, key=key, pick=on_pick)
