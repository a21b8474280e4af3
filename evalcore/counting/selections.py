"""What a person can click: each names a set of inputs under a rule."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from evalcore.errors import SelectionError, shorten

__all__ = [
    "OUTCOMES",
    "Block",
    "Cell",
    "CellPart",
    "Labelled",
    "OnThreshold",
    "Outcome",
    "OutcomeName",
    "Part",
    "Predicted",
    "Selection",
]

OutcomeName = Literal["TP", "FP", "FN", "TN"]
OUTCOMES: tuple[OutcomeName, ...] = ("TP", "FP", "FN", "TN")
Part = Literal["also", "not", "unknown"]
PARTS: tuple[Part, ...] = ("also", "not", "unknown")


@dataclass(frozen=True, slots=True)
class Cell:
    """Inputs labelled ``actual`` and predicted ``predicted``.

    None as ``actual``: inputs without any label. None as ``predicted``: with nothing predicted.
    """

    actual: str | None
    predicted: str | None


@dataclass(frozen=True, slots=True)
class CellPart:
    """The inputs of a cell that are also labelled with its predicted concept, or are not.

    ``part`` is ``also``, ``not`` or ``unknown``.
    """

    cell: Cell
    part: Part

    def __post_init__(self) -> None:
        """Refuse a part that is none."""
        if self.part not in PARTS:
            msg = f"Part {shorten(self.part)} is unknown. It must be also, not or unknown."
            raise SelectionError(msg)


@dataclass(frozen=True, slots=True)
class Outcome:
    """Inputs with one outcome (``TP``, ``FP``, ``FN``, ``TN``) for a concept."""

    concept: str
    outcome: OutcomeName

    def __post_init__(self) -> None:
        """Refuse an outcome that is none."""
        if self.outcome not in OUTCOMES:
            msg = f"Outcome {shorten(self.outcome)} is unknown. It must be TP, FP, FN or TN."
            raise SelectionError(msg)


@dataclass(frozen=True, slots=True)
class Labelled:
    """A row: the inputs labelled with a concept, or (None) without any label."""

    concept: str | None


@dataclass(frozen=True, slots=True)
class Predicted:
    """A column: the inputs predicted as a concept whose label is known, or (None) as nothing."""

    concept: str | None


@dataclass(frozen=True, slots=True)
class OnThreshold:
    """Inputs with a score exactly on the threshold, so that the operator alone decides.

    None as ``concept``: for any concept. Under *top* only the top score of an input counts.
    """

    concept: str | None = None


@dataclass(frozen=True, slots=True)
class Block:
    """Several cells at once, as "(other)" stands for many concepts.

    Its members are the members of each cell, one after another: an input that stands in several of
    the cells is listed once for each, so that the list is as long as the number shown.
    """

    actual: tuple[str | None, ...]
    predicted: tuple[str | None, ...]


Selection = Cell | CellPart | Outcome | Labelled | Predicted | OnThreshold | Block
