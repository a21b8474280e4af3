"""Big mode, and light or dark: how the app looks in this room."""

from collections.abc import Callable

from pages._ui.components.look.data import LookData
from pages._ui.components.shared.assets import Component

_COMPONENT = Component("look")


def look(data: LookData, *, key: str, on_size: Callable[[], None]) -> None:
    """Draw the switches; ``on_size`` is called when somebody turns big mode on or off."""
    _COMPONENT.draw(data, key=key, narrow=True, size=on_size)
