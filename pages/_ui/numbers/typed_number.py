"""What a typed number means: one reading for every field; what means nothing there is refused.

The box of the threshold reads the same way in the browser (``typed.js``); a test holds the two
together, case by case.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

from evalcore.wording import shortest

__all__ = ["RefusedNumber", "TypedRange", "read_number"]

_PLAIN = re.compile(r"([-+]?(?:\d+[.,]?\d*|[.,]\d+))(?:[eE]([-+]?\d+))?")
_GROUPED = re.compile(r"[-+]?[1-9]\d{0,2}(?:,\d{3})+(?:\.\d*)?")


LONGEST_EXPONENT = 300
"""Digits of it that are read; of thousands Python makes no integer."""


class RefusedNumber(ValueError):  # noqa: N818 - a text that was refused, not a failure
    """What was typed is no number that means something in its field."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TypedRange:
    """What may be typed into a field.

    Parameters
    ----------
    name
        What the number is, as a sentence begins with it.
    example
        A number that would do.
    in_percent
        Whether the field shows percents, so that a bare 95 is read as 95 %.
    whole
        Whether only whole numbers mean something.
    """

    name: str
    low: float
    high: float
    example: str
    in_percent: bool = False
    whole: bool = False


def read_number(text: str, within: TypedRange) -> float:
    """Return the number that a text means.

    A comma is a decimal point or parts thousands, whichever lies in the range; ``%`` is understood
    where the numbers are shares.

    Raises
    ------
    RefusedNumber
        With the message to show.

    Examples
    --------
    >>> level = TypedRange(name="A level", low=0.001, high=1, example="0.9")
    >>> [read_number(text, level) for text in ("0.7", ".7", "0,7", "70 %")]
    [0.7, 0.7, 0.7, 0.7]
    >>> size = TypedRange(name="A size", low=1, high=10_000, example="50", whole=True)
    >>> read_number("1,000", size)
    1000.0
    """
    means = _meanings(text, is_share=within.high <= 1)
    if not means:
        msg = f"{within.name} is a number, such as {within.example}."
        raise RefusedNumber(msg)
    if within.in_percent and not text.rstrip().endswith("%"):
        means += [each for each in _meanings(f"{text}%", is_share=True) if means[0] > 1]
    there = sorted({value for value in means if within.low <= value <= within.high})
    if not there:
        raise RefusedNumber(_outside(text, within))
    if within.whole:
        there = there[-1:]  # no comma is a decimal point there
        if not there[0].is_integer():
            msg = f"{within.name} is a whole number, such as {within.example}."
            raise RefusedNumber(msg)
    if len(there) > 1:
        either = " or ".join(shortest(value) for value in there)
        msg = f"{text.strip()} can be read as {either}: write one of them."
        raise RefusedNumber(msg)
    return there[0]


def _outside(text: str, within: TypedRange) -> str:
    low, high = (shortest(end) for end in (within.low, within.high))
    said = f"{within.name} lies from {low} to {high} here."
    percent = _meanings(f"{text}%", is_share=within.high <= 1)
    if any(within.low <= value <= within.high for value in percent):
        bare = text.strip()
        return f"{said} For {bare} of 100 write {bare} %."
    return said


def _meanings(text: str, *, is_share: bool) -> list[float]:
    """Return the numbers that a text may mean; none where it is no number."""
    bare = "".join(text.split()).replace("\u2212", "-")  # spaces part thousands; a typeset minus
    shift = 0
    if bare.endswith("%") and is_share:
        bare, shift = bare[:-1], -2
    found = []
    plain = _PLAIN.fullmatch(bare)
    if plain:
        # the exponent is moved and nothing divided: 33.3 % is 0.333 to the last bit
        exponent = int((plain[2] or "0")[:LONGEST_EXPONENT]) + shift
        found.append(float(f"{plain[1].replace(',', '.')}e{exponent}"))
    if _GROUPED.fullmatch(bare):
        found.append(float(f"{bare.replace(',', '')}e{shift}"))
    return [value for value in found if math.isfinite(value)]
