"""What a sentence is told."""

from typing import TypedDict

from pages._ui.wording import Words


class WordsData(TypedDict):
    """What to say, and which part of a live answer replaces it."""

    field: str
    words: Words
