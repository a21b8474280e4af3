"""The inputs behind a number: one card for each, with the scores that matter."""

from collections.abc import Callable

from pages._ui.components.gallery.data import GalleryData
from pages._ui.components.shared.assets import Component

_COMPONENT = Component("gallery")


def gallery(
    data: GalleryData,
    *,
    key: str,
    on_open: Callable[[], None],
    on_act: Callable[[], None] | None = None,
) -> None:
    """Draw the cards.

    A click leaves ``{"key": 17, "nonce": ...}`` in ``st.session_state[key]["open"]``, a choice of
    a card's menu ``{"key": 17, "action": 2, "nonce": ...}`` in ``["act"]``.
    While fragments rerun quickly Streamlit may deliver one click twice, with the same nonce.
    """
    if on_act is None:
        _COMPONENT.draw(data, key=key, open=on_open)
    else:
        _COMPONENT.draw(data, key=key, open=on_open, act=on_act)
