"""The line that says how a page takes part in a workshop, and hears what the presenter does."""

from collections.abc import Callable

from pages._ui.components.follow.data import FollowData
from pages._ui.components.shared.assets import Component

_COMPONENT = Component("follow")


def follow(
    data: FollowData,
    *,
    key: str,
    on_show: Callable[[], None],
    on_aside: Callable[[], None],
    on_agenda: Callable[[], None],
) -> None:
    """Draw the line; it calls when the presenter has moved on, and when something else is asked.

    ``on_aside`` is called when somebody takes the threshold into their own hand.
    """
    _COMPONENT.draw(
        data,
        key=key,
        show=on_show,
        aside=on_aside,
        agenda=on_agenda,
    )
