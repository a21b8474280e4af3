"""The picture of one input: it fits, is zoomed and moved, and shows all its pixels on request."""

from pages._ui.components.picture.data import PictureData
from pages._ui.components.shared.assets import Component

_COMPONENT = Component("picture")


def picture(data: PictureData, *, key: str) -> None:
    """Draw the picture."""
    _COMPONENT.draw(data, key=key)
