"""What the line of a workshop is told, and what it hears of the presenter."""

from typing import NotRequired, TypedDict


class FollowData(TypedDict):
    """How this page takes part."""

    stream: str  # the address that tells what happens, relative to the page
    number: int  # of the newest state that this page shows
    follows: bool
    asked: str  # what is asked of everybody, as it is drawn here
    said: str  # by which votes and settlements this page counts; empty where it shows none
    words: str
    title: str
    lively: bool  # whether a dot says that somebody is being followed, or presents


class Agenda(TypedDict):
    """What is asked of everybody; sent whenever something of it changes."""

    number: int
    asked: str
    said: NotRequired[str]  # the newest of what was said
    answered: int
    here: int
