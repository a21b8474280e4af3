"""What a concept means: in words, and by inputs that show it and inputs that do not."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal, Self, get_args

from evalcore.errors import TruthError, shorten

__all__ = ["MOST_EXAMPLES", "SIDES", "Definition", "Side", "checked_side"]

Side = Literal["for", "against", "none"]
"""An example shows the concept, or does not although one might think so; ``none``: it is none."""
SIDES: tuple[Side, ...] = get_args(Side)
MOST_EXAMPLES = 6
"""On either side."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Definition:
    """One version of what a concept means; whatever is changed is a new version.

    Parameters
    ----------
    author, time
        Of the last change; None before the first one.
    examples_for, examples_against
        Ids of inputs, in the order in which they were chosen.
    """

    concept: str
    version: int = 0
    text: str = ""
    author: str = ""
    time: datetime | None = None
    examples_for: tuple[str, ...] = ()
    examples_against: tuple[str, ...] = ()

    def examples(self, side: Side) -> tuple[str, ...]:
        """Return the examples on a side."""
        return {"for": self.examples_for, "against": self.examples_against, "none": ()}[side]

    def side_of(self, name: str) -> Side:
        """Return what kind of example an input is."""
        return next((side for side in SIDES if name in self.examples(side)), "none")

    def with_example(self, name: str, side: Side) -> Self:
        """Return the definition with an input on one side, and on no other; the version stays.

        Raises
        ------
        TruthError
            When a side has as many examples as it may have.

        Examples
        --------
        >>> one = Definition(concept="dog").with_example("p1", "for").with_example("p1", "against")
        >>> one.examples_for, one.examples_against
        ((), ('p1',))
        """
        if self.side_of(name) == side:
            return self
        kept = {
            "for": tuple(one for one in self.examples_for if one != name),
            "against": tuple(one for one in self.examples_against if one != name),
        }
        if side != "none":
            kept[side] = (*kept[side], name)
            if len(kept[side]) > MOST_EXAMPLES:
                msg = (
                    f"{shorten(self.concept)} has {MOST_EXAMPLES} examples {side} it, which is the "
                    "most. Hint: remove one first."
                )
                raise TruthError(msg)
        return replace(self, examples_for=kept["for"], examples_against=kept["against"])


def checked_side(given: object) -> Side:
    """Return a side; raise TruthError when it is none."""
    for side in SIDES:
        if given == side:
            return side
    msg = f"An example is one of {', '.join(SIDES)}, got {shorten(given)}."
    raise TruthError(msg)
