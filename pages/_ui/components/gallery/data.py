"""What the gallery is told."""

from collections.abc import Sequence
from typing import NotRequired, TypedDict

from pages._ui.wording import Span


class ScoreLine(TypedDict):
    """One concept's score under an input."""

    name: str
    score: str  # formatted
    labelled: bool | None  # None is unknown
    predicted: bool


class Card(TypedDict):
    """One input; ``src`` for an image, ``text`` for a text."""

    key: int
    id: str
    src: str | None
    text: str | None
    scores: Sequence[ScoreLine]  # the first three are drawn
    note: str
    marks: Sequence[Span]  # the text, or else the id, in pieces: strong is what was searched for
    offers: NotRequired[Sequence[int]]  # places in the gallery's actions; without, no menu


class GalleryData(TypedDict):
    """A page of inputs."""

    items: Sequence[Card]
    size: int  # least width of a tile in pixels
    selected: int | None
    empty: str  # what to say when there are no items
    actions: NotRequired[Sequence[str]]  # what the menus of the cards offer
