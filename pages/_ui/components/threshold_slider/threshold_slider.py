"""The live threshold with the numbers that follow it."""

from collections.abc import Callable

from pages._ui.components.shared.assets import Component
from pages._ui.components.threshold_slider.data import DialData

_COMPONENT = Component("threshold_slider")


def dial(
    data: DialData, *, key: str, on_move: Callable[[], None], on_press: Callable[[], None]
) -> None:
    """Draw the dial.

    A move is in ``st.session_state[key]["live"]`` as :class:`Move`; a pressed link in
    ``st.session_state[key]["press"]`` as ``{"name": "pin"}``.
    """
    _COMPONENT.draw(data, key=key, live=on_move, press=on_press)
