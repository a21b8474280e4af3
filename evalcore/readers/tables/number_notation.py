"""How the numbers of a text table are written: decimal sign, thousands, percent.

What one cell says alone is believed: in ``1.459,2`` the comma stands before the decimals. ``1.459``
says nothing alone; beside ``698`` it may well be 1459, which :func:`may_be_thousands` tells.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

__all__ = ["MISSING_WORDS", "Notation", "may_be_thousands", "notation_of"]

MISSING_WORDS = frozenset(["", "nan", "na", "n/a", "#n/a", "null", "none", "-"])
"""Cells, in small letters, by which people say that there is no number."""
LEAST_WHOLE = 10
"""A whole number from here on, beside numbers with three decimals each, is no logit."""
_GROUPED = re.compile(r"[-+]?[1-9]\d{0,2}([.,])\d{3}")
_SEVERAL_GROUPS = re.compile(r"[-+]?[1-9]\d{0,2}(?:([.,])\d{3})(?:\1\d{3})+")
_BOTH = re.compile(r"[-+]?[1-9]\d{0,2}(?:([.,])\d{3})+(?!\1)[.,]\d+")
_WHOLE = re.compile(r"[-+]?\d+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Notation:
    """How numbers are written.

    Parameters
    ----------
    group
        What stands between thousands, ``.`` or ``,``; empty where nothing does.
    decimal
        What stands before the decimals.
    percent
        Whether every number is followed by a percent sign; 50 % is 0.5.
    """

    group: str = ""
    decimal: str = "."
    percent: bool = False

    @property
    def words(self) -> str:
        """What to tell of it; empty for the plain notation."""
        told = ["in percent (50 % is 0.5)"] if self.percent else []
        told += ["with a decimal comma"] if self.decimal == "," else []
        if self.group:
            sign = "a point" if self.group == "." else "a comma"
            told.append(f"with {sign} between thousands")
        return " and ".join(told)

    def number(self, cell: str) -> float:
        """Return what a cell says; NaN when it is no number in this notation."""
        text = cell.strip()
        if self.percent:
            if not text.endswith("%"):
                return math.nan
            text = text[:-1].rstrip()
        if self.group and self.group in text:
            if not (_GROUPED.match(text) and self._is_grouped(text)):
                return math.nan
            text = text.replace(self.group, "")
        if self.decimal == ",":
            text = text.replace(",", ".") if "." not in text else "none"
        # the exponent is moved and not the value, so that 92.3 % is the float that 0.923 is
        text = f"{text}e-2" if self.percent else text
        try:
            return math.nan if "_" in text else float(text)
        except ValueError:
            return math.nan

    def _is_grouped(self, text: str) -> bool:
        whole = text.split(self.decimal, maxsplit=1)[0]
        return all(len(part) == 3 for part in whole.split(self.group)[1:])


def notation_of(cells: Iterable[str], *, separator: str, thousands: bool = False) -> Notation:
    """Return the notation that the first cells of the scores show.

    Parameters
    ----------
    separator
        Of the columns; beside a comma a number with a decimal comma stands in quotation marks.
    thousands
        Whether a person has said that ``1.459`` is 1459.
    """
    texts = [text for cell in cells if (text := cell.strip()).casefold() not in MISSING_WORDS]
    percent = bool(texts) and all(text.endswith("%") for text in texts)
    bare = [text.rstrip("%").rstrip() for text in texts]
    both = [match for text in bare if (match := _BOTH.fullmatch(text))]
    several = [match for text in bare if (match := _SEVERAL_GROUPS.fullmatch(text))]
    signs = {match[1] for match in (*both, *several)}
    if not signs and thousands:
        signs = {match[1] for text in bare if (match := _GROUPED.fullmatch(text))}
    if len(signs) == 1:
        group = signs.pop()
        return Notation(group=group, decimal="," if group == "." else ".", percent=percent)
    has_comma = any("," in text for text in bare)
    if has_comma and separator == "," and all("." not in text for text in bare):
        return Notation(decimal=",", percent=percent)
    if has_comma and percent:
        return Notation(decimal=",", percent=True)
    return Notation(percent=percent)


def may_be_thousands(cells: Sequence[str], *, separator: str) -> str:
    """Return a cell such as ``1.459`` when all with a sign look so and may be meant as 1459.

    A decimal comma in a table that is separated by commas is as rare as thousands are; a decimal
    point is not, so that whole numbers have to stand beside it.
    """
    texts = [cell.strip().rstrip("%").rstrip() for cell in cells]
    signed = [text for text in texts if "." in text or "," in text]
    if not signed:
        return ""
    found = [_GROUPED.fullmatch(text) for text in signed]
    if not all(found) or len({match[1] for match in found if match}) > 1:
        return ""
    whole = [text for text in texts if _WHOLE.fullmatch(text)]
    if any(abs(float(text)) >= LEAST_WHOLE for text in whole):
        return signed[0]
    return signed[0] if "," in signed[0] and separator == "," else ""
