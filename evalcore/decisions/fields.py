"""Checks of what a file says of a decision: hand-edited and foreign files get a clear answer."""

from __future__ import annotations

import math
from collections.abc import KeysView, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Self

from evalcore.base.fields import finite_number
from evalcore.base.unicode import half_of_pair
from evalcore.errors import DecisionError, did_you_mean, shorten

__all__ = ["Fields"]

LARGEST_COUNT = 2**53
LONGEST_TEXT = 20_000


@dataclass(frozen=True, slots=True)
class Fields:
    """The entries of one JSON object, and where it stands in the file."""

    given: Mapping[str, Any]
    where: str

    @classmethod
    def of(cls, given: object, where: str, names: KeysView[str]) -> Self:
        """Take an object that has exactly these entries.

        Raises
        ------
        DecisionError
            When it is no object, lacks an entry, or has one too many.
        """
        if type(given) is dict and given.keys() == names:
            return cls(given, where)
        if not isinstance(given, Mapping):
            msg = f"{where}: this must be an object, got {shorten(given)}."
            raise DecisionError(msg)
        for name in given:
            if name not in names:
                hint = did_you_mean(str(name), names)
                msg = f"{where}: the entry {shorten(name)} is unknown.{hint}"
                raise DecisionError(msg)
        missing = [name for name in names if name not in given]
        if missing:
            msg = f"{where}: missing {', '.join(missing)}."
            raise DecisionError(msg + " Hint: take the file from the workshop again.")
        return cls(given, where)

    def text(self, name: str, *, empty: bool = False, most: int = LONGEST_TEXT) -> str:
        """Return an entry that must be a text."""
        value = self.given[name]
        if not isinstance(value, str):
            raise self.error(name, "must be a text")
        if not empty and not value.strip():
            raise self.error(name, "must not be empty")
        if len(value) > most:
            raise self.error(name, f"may have {most:,} characters, it has {len(value):,}")
        if half_of_pair(value):
            raise self.error(name, "holds half a character (a surrogate)")
        return value

    def text_or_none(self, name: str) -> str | None:
        """Return an entry that must be a text or null."""
        return None if self.given[name] is None else self.text(name, empty=True)

    def yes_or_no(self, name: str) -> bool:
        """Return an entry that must be true or false."""
        value = self.given[name]
        if not isinstance(value, bool):
            raise self.error(name, "must be true or false")
        return value

    def texts_or_none(self, name: str, *, most: int) -> tuple[str, ...] | None:
        """Return an entry that must be a list of texts or null."""
        if self.given[name] is None:
            return None
        listed = self.items(name, most=most)
        return tuple(Fields({name: one}, self.where).text(name, empty=True) for one in listed)

    def pair_or_none(self, name: str) -> tuple[str, str] | None:
        """Return an entry that must be two texts or null."""
        value = self.given[name]
        if value is None:
            return None
        if isinstance(value, str) or not isinstance(value, Sequence) or len(value) != 2:
            raise self.error(name, "must be a column and a value, or null")
        column, cell = (Fields({name: part}, self.where).text(name, empty=True) for part in value)
        return column, cell

    def one_of(self, name: str, allowed: Sequence[str]) -> Any:  # noqa: ANN401 - a Literal
        """Return an entry that must be one of some words."""
        if self.given[name] not in allowed:
            raise self.error(name, f"must be one of {', '.join(allowed)}")
        return self.given[name]

    def number(self, name: str) -> float:
        """Return an entry that must be a finite number."""
        value = self.given[name]
        if type(value) is float and math.isfinite(value):
            return value  # nearly all are; a record of years holds millions
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise self.error(name, "must be a number")
        number = finite_number(value)
        if number is None:
            raise self.error(name, "must be a finite number")
        return number

    def whole(self, name: str) -> int:
        """Return an entry that must be a count."""
        value = self.given[name]
        if type(value) is not int or not 0 <= value < LARGEST_COUNT:
            raise self.error(name, "must be a whole number from 0")
        return value

    def share_or_none(self, name: str) -> float | None:
        """Return an entry that must lie between 0 and 1, or be null."""
        value = self.given[name]
        if value is None or (type(value) is float and 0 <= value <= 1):
            return value
        share = self.number(name)
        if not 0 <= share <= 1:
            raise self.error(name, "must lie between 0 and 1, or be null")
        return share

    def refuse_unordered(self, low: float | None, high: float | None, rate: str) -> None:
        """Refuse an interval with one end, or whose ends stand the wrong way round."""
        if (low is None) != (high is None) or (low is not None and high is not None and low > high):
            msg = f"{self.where}: the interval of {rate} goes from {low} to {high}."
            raise DecisionError(msg)

    def items(self, name: str, *, most: int) -> list[Any]:
        """Return an entry that must be a list."""
        value = self.given[name]
        if not isinstance(value, list | tuple):
            raise self.error(name, "must be a list")
        if len(value) > most:
            raise self.error(name, f"may have {most:,} entries, it has {len(value):,}")
        return list(value)

    def time(self, name: str) -> datetime:
        """Return an entry that must be a time with its zone; in UTC."""
        try:
            time = datetime.fromisoformat(self.text(name))
        except ValueError:
            raise self.error(name, "must be a time such as 2026-05-04T12:30:00Z") from None
        if time.tzinfo is None:
            raise self.error(name, "must be a time with its zone, such as 2026-05-04T12:30:00Z")
        try:
            return time.astimezone(UTC)
        except OverflowError:
            raise self.error(name, "must be a time between the years 1 and 9999 in UTC") from None

    def query(self, name: str) -> Mapping[str, tuple[str, ...]]:
        """Return an entry that must be a link's query: names to lists of texts."""
        value = self.given[name]
        if not isinstance(value, Mapping):
            raise self.error(name, "must be an object")
        return {
            str(key): tuple(
                Fields({"part": part}, f"{self.where}, {name}").text("part", empty=True)
                for part in Fields({str(key): parts}, f"{self.where}, {name}").items(
                    str(key), most=100_000
                )
            )
            for key, parts in value.items()
        }

    def error(self, name: str, rule: str) -> DecisionError:
        """Return the error that an entry breaks a rule."""
        return DecisionError(f"{self.where}: {name} {rule}, got {shorten(self.given[name])}.")
