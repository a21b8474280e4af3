"""What the picture of one input is told."""

from typing import TypedDict


class PictureData(TypedDict):
    """A picture that can be looked at closely."""

    src: str  # fitted to a screen
    full: str  # with all its pixels; empty where these are all of them
    alt: str
    words: str  # how large it is; empty where that is not known
