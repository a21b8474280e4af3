"""The scores of one input for every concept, as a dot plot."""

from pages._ui.components.dots.data import DotsData
from pages._ui.components.shared.assets import Component

_COMPONENT = Component("dots")


def dots(data: DotsData, *, key: str) -> None:
    """Draw the plot; it only shows and never asks."""
    _COMPONENT.draw(data, key=key)
