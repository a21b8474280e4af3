"""The fields of one entry of an export: each of the right kind, or a problem that is told."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from evalcore.errors import Cases, RunError, shorten

__all__ = [
    "EntryError",
    "Problems",
    "list_of",
    "metadata_of",
    "number_of",
    "object_of",
    "text_of",
]

FLOAT32_MAX = 3.4e38
MAX_TEXT = 2**20


class EntryError(Exception):
    """One entry cannot be understood.

    Parameters
    ----------
    found
        What stands there.
    rule
        What has to stand there, as the end of the sentence "... , but <rule>".
    """

    def __init__(self, found: str, *, rule: str, hint: str = "export the file again.") -> None:
        super().__init__(found, rule, hint)
        self.found, self.rule, self.hint = found, rule, hint


@dataclass(slots=True, kw_only=True, eq=False)
class Problems:
    """What is wrong with the entries of a file, counted by the rule they break."""

    file: str
    cases: dict[tuple[str, str], Cases] = field(default_factory=dict)

    def add(self, place: str, error: EntryError) -> None:
        """Count an entry that cannot be understood."""
        self.cases.setdefault((error.rule, error.hint), Cases()).add(f"{place}: {error.found}")

    def refuse(self) -> None:
        """Refuse the file when anything was wrong with it.

        Raises
        ------
        RunError
            With the cases of each broken rule.
        """
        if self.cases:
            raise RunError(
                " ".join(
                    f"{self.file}: {cases.count:,} problem(s): {cases}. The rule: {rule}. "
                    f"Hint: {hint}"
                    for (rule, hint), cases in self.cases.items()
                )
            )


def object_of(value: object, what: str) -> Mapping[str, Any]:
    """Return a JSON object; an empty one for null.

    Raises
    ------
    EntryError
        When it is something else.
    """
    if value is None:
        return {}
    if not isinstance(value, dict):
        msg = f"{what} is {shorten(value)}"
        raise EntryError(msg, rule=f"{what} is an object {{...}}")
    return value


def list_of(value: object, what: str) -> Sequence[Any]:
    """Return a JSON list; an empty one for null.

    Raises
    ------
    EntryError
        When it is something else.
    """
    if value is None:
        return []
    if not isinstance(value, list):
        msg = f"{what} is {shorten(value)}"
        raise EntryError(msg, rule=f"{what} is a list [...]")
    return value


def text_of(value: object, what: str, *, empty: bool = True) -> str:
    """Return a text to the letter; ``""`` for null.

    Raises
    ------
    EntryError
        When it is no text, or empty where it may not be.
    """
    if value is None:
        value = ""
    if not isinstance(value, str):
        msg = f"{what} is {shorten(value)}"
        raise EntryError(msg, rule=f'{what} is a text in quotes ("...")')
    if not value and not empty:
        msg = f"{what} is missing"
        raise EntryError(msg, rule=f"every entry has {what}")
    if len(value) > MAX_TEXT:
        msg = f"{what} has {len(value):,} letters"
        raise EntryError(msg, rule=f"{MAX_TEXT:,} are the most")
    if not value.isascii():
        try:
            value.encode()
        except UnicodeEncodeError:
            rule = "texts are Unicode without lone surrogates"
            msg = f"{what} is {ascii(value)[:60]}"
            raise EntryError(msg, rule=rule) from None
    return value


def number_of(value: object, what: str, *, largest: float = math.inf) -> float:
    """Return a finite number.

    Raises
    ------
    EntryError
        When it is something else, a bool included, or beyond what its precision can hold.
    """
    hint = "export finite scores such as 0.25."
    rule = f"{what} is a finite number"
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        msg = f"{what} is {shorten(value)}"
        raise EntryError(msg, rule=rule, hint=hint)
    try:
        number = float(value)
    except OverflowError:
        number = math.inf
    if not math.isfinite(number) or abs(number) > largest:
        msg = f"{what} is {shorten(value)}"
        raise EntryError(msg, rule=rule, hint=hint)
    return number


def metadata_of(
    fields: Mapping[str, object], *, skip: Callable[[str], bool] = lambda _name: False
) -> dict[str, str]:
    """Return the plain values of an object as texts; what is nested is left out."""
    found = {}
    for name, value in fields.items():
        if skip(name) or value is None or not name:
            continue
        if isinstance(value, list) and all(isinstance(item, str) for item in value):
            value = ", ".join(value)  # noqa: PLW2901 - a list of tags, as one text
        if isinstance(value, (str, int, float)):
            name_text = text_of(name, "the name of a field")
            found[name_text] = text_of(str(value), f"the field {shorten(name)}")
    return found
