"""What changes between two rules, concept by concept."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from evalcore.arrays import IntArray
from evalcore.errors import SelectionError, shorten
from evalcore.measures.metrics import Counts

__all__ = ["Direction", "Flip", "Flips"]

Direction = Literal["leave", "enter"]


@dataclass(frozen=True, slots=True)
class Flip:
    """Inputs that stop (``leave``) or start (``enter``) being predicted as a concept.

    ``labelled`` chooses those labelled with the concept (True), those not (False), or both (None).
    """

    concept: str
    direction: Direction
    labelled: bool | None = None

    def __post_init__(self) -> None:
        """Refuse a direction that is none."""
        if self.direction not in {"leave", "enter"}:
            msg = f"Direction {shorten(self.direction)} is unknown. It must be leave or enter."
            raise SelectionError(msg)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Flips:
    """How many inputs leave and enter each concept from one rule to another.

    Counted over the pairs whose label is known.

    Parameters
    ----------
    leave_right, leave_wrong : ndarray of shape (n_concepts,), int64
        Inputs no longer predicted: labelled with the concept (a loss: TP to FN), and not labelled
        (a gain: FP to TN).
    enter_right, enter_wrong : ndarray of shape (n_concepts,), int64
        Inputs newly predicted: labelled (a gain: FN to TP), and not labelled (a loss: TN to FP).
    members
        Returns the positions of the inputs behind one of these numbers, most confident first.
    """

    leave_right: IntArray
    leave_wrong: IntArray
    enter_right: IntArray
    enter_wrong: IntArray
    members: Callable[[Flip], IntArray]

    @classmethod
    def between(
        cls,
        before: Counts,
        after: Counts,
        *,
        both: Counts,
        members: Callable[[Flip], IntArray],
    ) -> Flips:
        """Subtract from each rule's predictions those that both rules make."""
        return cls(
            leave_right=before.tp - both.tp,
            leave_wrong=before.fp - both.fp,
            enter_right=after.tp - both.tp,
            enter_wrong=after.fp - both.fp,
            members=members,
        )

    @property
    def total(self) -> IntArray:
        """Inputs that change, per concept."""
        return self.leave_right + self.leave_wrong + self.enter_right + self.enter_wrong
