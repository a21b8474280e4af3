"""What the switches of the look are told, and what they send."""

from collections.abc import Sequence
from typing import TypedDict


class LookData(TypedDict):
    """How the app looks."""

    big: bool  # type, digits and images for the last row of a room
    scale: float  # how much larger they are then
    pages: Sequence[str]  # the last part of every page's address, "" for the first


class Chosen(TypedDict):
    """What the switch of the size sends."""

    big: bool
