"""A sentence that follows the threshold."""

from pages._ui.components.shared.assets import Component
from pages._ui.components.words.data import WordsData

_COMPONENT = Component(
    "words", html='<div class="root"></div><div class="status" role="status"></div>'
)


def words(data: WordsData, *, key: str) -> None:
    """Draw the sentence."""
    _COMPONENT.draw(data, key=key)
