"""What a sentence is told."""

from typing import NotRequired, TypedDict

from pages._ui.wording import Words


class WordsData(TypedDict):
    """What to say, and which part of a live answer replaces it."""

    field: str
    words: Words
    answered: NotRequired[str | None]  # the dial's message that this follows; None: none moves it
    level: NotRequired[int]  # of the heading that it is, for those who jump from one to the next
    one_line: NotRequired[bool]  # cut at the end of its line, and whole when pointed at
    polite: NotRequired[bool]  # read out by screen readers when it has changed and rests
