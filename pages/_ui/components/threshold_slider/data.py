"""What the threshold slider is told, and what it sends."""

from collections.abc import Sequence
from typing import Literal, TypedDict

Tone = Literal["better", "worse", "same"]


class Highlight(TypedDict):
    """One number of the strip under the threshold."""

    label: str
    value: str
    delta: str
    band: str  # how far the value can go while disputes are open; empty where it cannot
    tone: Tone
    hint: str
    press: str | None  # the name sent when the number is pressed; None: not a link


class DialNumbers(TypedDict):
    """What follows the threshold."""

    value: float
    text: str  # the value as people read it
    at_pin: bool
    pinned_text: str
    touching: str
    highlights: Sequence[Highlight]
    disputes: str  # what the bands are; empty without a dispute


class DialData(TypedDict):
    """What the dial shows."""

    numbers: DialNumbers
    low: float
    high: float
    step: float
    pinned: float
    answered: str  # the count of the last message that this follows
    off: str  # why no threshold can be set here; empty where it can
    live: str  # the address that answers with the numbers at other thresholds
    field: str  # the part of a live answer that holds these numbers
    plain: bool  # one of several on a page: nothing is pinned, and no chart moves it


class Move(TypedDict):
    """What the dial sends when it is held still, or let go."""

    text: str
    done: bool  # released, or entered by keyboard: the link follows
    count: str  # tells one message from the next
