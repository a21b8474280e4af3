"""What the gallery shows, and how a link writes it.

A link repeats the parameter ``show``: first the kind, then names. ``=dog`` is the concept *dog*,
``-`` is "no label" or "nothing predicted", ``*`` is "(other)".
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import get_args

from evalcore import Cell, CellPart, Flip, Labelled, OnThreshold, Outcome, Predicted
from evalcore.counting.flips import Direction
from evalcore.counting.selections import OUTCOMES, Part

__all__ = ["Corner", "Group", "Place", "Target", "read_target", "write_target"]


class Group(Enum):
    """The concepts that the condensed matrix does not show one by one."""

    OTHER = "(other)"


Place = str | Group | None
"""A row or column of the matrix: a concept, "(other)", or None for no label, nothing predicted."""


@dataclass(frozen=True, slots=True)
class Corner:
    """A cell of the condensed matrix with "(other)" in it.

    Which concepts that stands for follows from the view, so a link stays short.
    """

    actual: Place
    predicted: Place


Target = Cell | CellPart | Outcome | Labelled | Predicted | OnThreshold | Flip | Corner

_WHOLE: dict[str, Callable[[str | None], Target]] = {
    "labelled": Labelled,
    "predicted": Predicted,
    "touching": OnThreshold,
}
_LABELLED: dict[str, bool | None] = {"right": True, "wrong": False, "all": None}


def write_target(target: Target) -> list[str]:
    """Return the words by which a link names the target."""
    match target:
        case Cell(actual, predicted) | Corner(actual, predicted):
            return ["cell", _word(actual), _word(predicted)]
        case CellPart(cell, part):
            return [*write_target(cell), part]
        case Outcome(concept, outcome):
            return [outcome, _word(concept)]
        case Labelled(concept):
            return ["labelled", _word(concept)]
        case Predicted(concept):
            return ["predicted", _word(concept)]
        case OnThreshold(concept):
            return ["touching", _word(concept)]
        case Flip(concept, direction, labelled):
            kept = next(word for word, value in _LABELLED.items() if value is labelled)
            return [direction, _word(concept), kept]


def read_target(words: Sequence[str]) -> Target | None:
    """Return the target that a link names, or None when the words make no sense."""
    kind, rest = words[0] if words else "", list(words[1:])
    try:
        if kind == "cell":
            return _read_cell(rest)
        if kind in get_args(Direction):
            concept, word = _concept(rest[0]), rest[1]
            direction: Direction = "leave" if kind == "leave" else "enter"
            return Flip(concept, direction, _LABELLED[word])
        for outcome in OUTCOMES:
            if kind == outcome:
                return Outcome(_concept(rest[0]), outcome)
        return _WHOLE[kind](_concept_or_none(rest[0]))
    except (KeyError, IndexError, ValueError):
        return None


def _read_cell(words: list[str]) -> Target:
    actual, predicted = _place(words[0]), _place(words[1])
    if isinstance(actual, Group) or isinstance(predicted, Group):
        return Corner(actual, predicted)
    cell = Cell(actual, predicted)
    for part in get_args(Part):
        if words[2:] == [part]:
            return CellPart(cell, part)
    return cell


def _word(place: Place) -> str:
    if place is None:
        return "-"
    return "*" if isinstance(place, Group) else f"={place}"


def _place(word: str) -> Place:
    if word == "*":
        return Group.OTHER
    return _concept_or_none(word)


def _concept_or_none(word: str) -> str | None:
    return None if word == "-" else _concept(word)


def _concept(word: str) -> str:
    if not word.startswith("="):
        msg = f"{word!r} names no concept"
        raise ValueError(msg)
    return word[1:]
