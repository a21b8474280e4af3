"""The fields of a JSON object, each checked: of the right kind, or what it is instead and the rule.

Whoever reads a file turns a :class:`FieldError` into a message that names the place.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from evalcore.base.unicode import half_of_pair
from evalcore.errors import shorten

__all__ = [
    "FLOAT32_MAX",
    "FieldError",
    "finite_number",
    "list_of",
    "number_of",
    "object_of",
    "text_of",
]

FLOAT32_MAX = 3.4e38
MAX_TEXT = 2**20


class FieldError(Exception):
    """A field does not hold what it has to.

    Parameters
    ----------
    found
        What stands there.
    rule
        What has to stand there, as the end of the sentence "... , but <rule>".
    """

    def __init__(self, found: str, *, rule: str, hint: str = "export the file again.") -> None:
        super().__init__(f"{found}, but {rule}")
        self.found, self.rule, self.hint = found, rule, hint


def object_of(value: object, what: str) -> Mapping[str, Any]:
    """Return a JSON object; an empty one for null.

    Raises
    ------
    FieldError
        When it is something else.
    """
    if value is None:
        return {}
    if not isinstance(value, dict):
        msg = f"{what} is {shorten(value)}"
        raise FieldError(msg, rule=f"{what} is an object {{...}}")
    return value


def list_of(value: object, what: str) -> Sequence[Any]:
    """Return a JSON list; an empty one for null.

    Raises
    ------
    FieldError
        When it is something else.
    """
    if value is None:
        return []
    if not isinstance(value, list):
        msg = f"{what} is {shorten(value)}"
        raise FieldError(msg, rule=f"{what} is a list [...]")
    return value


def text_of(value: object, what: str, *, empty: bool = True) -> str:
    """Return a text to the letter; ``""`` for null.

    Raises
    ------
    FieldError
        When it is no text, or empty where it may not be.
    """
    if value is None:
        value = ""
    if not isinstance(value, str):
        msg = f"{what} is {shorten(value)}"
        raise FieldError(msg, rule=f'{what} is a text in quotes ("...")')
    if not value and not empty:
        msg = f"{what} is missing"
        raise FieldError(msg, rule=f"every entry has {what}")
    if len(value) > MAX_TEXT:
        msg = f"{what} has {len(value):,} letters"
        raise FieldError(msg, rule=f"{MAX_TEXT:,} are the most")
    half = half_of_pair(value)
    if half:
        msg = f"{what} is {ascii(value)[:60]}"
        raise FieldError(msg, rule="texts are Unicode without lone surrogates")
    return value


def number_of(value: object, what: str, *, largest: float = math.inf) -> float:
    """Return a finite number.

    Raises
    ------
    FieldError
        When it is something else, a bool included, or beyond what its precision can hold.
    """
    hint = "export finite scores such as 0.25."
    rule = f"{what} is a finite number"
    number = finite_number(value)
    if number is None or abs(number) > largest:
        msg = f"{what} is {shorten(value)}"
        raise FieldError(msg, rule=rule, hint=hint)
    return number


def finite_number(value: object) -> float | None:
    """Return a number as a float; None when it is none, a bool included, or not finite.

    Examples
    --------
    >>> finite_number(2), finite_number(True), finite_number(10**400)
    (2.0, None, None)
    """
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    try:
        number = float(value)
    except OverflowError:
        return None
    return number if math.isfinite(number) else None
