"""JSON that means one thing: no key twice, no NaN, no absurd number, no half of a character.

Everything that reads JSON of strangers decodes it here; each says in its own words where the text
stands.
"""

from __future__ import annotations

import json
import math
import re
from collections import Counter
from collections.abc import Mapping
from typing import Any, NoReturn

from evalcore.base.unicode import half_of_pair
from evalcore.errors import shorten

__all__ = ["MAX_DEPTH", "Letters", "RefusedError", "decode", "place_of", "strict_decoder"]

MAX_DEPTH = 20
"""Objects and lists in each other; deeper than metadata of any use."""
MAX_DIGITS = 100
_ESCAPED_HALF = re.compile(r"\\u[dD][89a-fA-F]")


class RefusedError(ValueError):
    """A text that is no JSON, or a value that JSON or this decoder does not allow.

    Parameters
    ----------
    what
        Which and why, without its place.
    position
        Where the text stops being JSON, counted from 0; None for a value that is not allowed.
    """

    def __init__(self, what: str, *, position: int | None = None) -> None:
        super().__init__(what)
        self.position = position


class Letters(str):
    """A number as it was written, so that an id ``1.50`` stays one."""

    __slots__ = ()


def decode(text: str, *, letters: bool = False, depth: int = MAX_DEPTH) -> Any:  # noqa: ANN401 - JSON
    """Decode a whole JSON text.

    Parameters
    ----------
    letters
        Whether numbers come as :class:`Letters`.
    depth
        How many objects and lists may stand in each other.

    Raises
    ------
    RefusedError
        When it is no JSON, repeats a key, holds NaN, an absurd number or half of a surrogate pair,
        or is nested absurdly deep.

    Examples
    --------
    >>> decode('{"a": [1, 2.50]}'), decode('{"a": 2.50}', letters=True)
    ({'a': [1, 2.5]}, {'a': '2.50'})
    """
    try:
        found = (_LETTERS if letters else _NUMBERS).decode(text)
    except json.JSONDecodeError as error:
        raise RefusedError(error.msg, position=error.pos) from None
    except RecursionError:
        raise _too_deep(depth) from None
    if text.count("{") + text.count("[") > depth and _depth(found, most=depth) > depth:
        raise _too_deep(depth)
    if _ESCAPED_HALF.search(text) or half_of_pair(text):
        _refuse_halves(found)
    return found


def place_of(text: str, position: int) -> tuple[int, int]:
    r"""Return the row and the column of a position, as an editor counts.

    Examples
    --------
    >>> place_of("{\n  nul", 4)
    (2, 3)
    """
    before = text[:position]
    return before.count("\n") + 1, position - before.rfind("\n")


def strict_decoder(*, letters: bool = False) -> json.JSONDecoder:
    """Return the decoder itself, for texts that are read piece by piece.

    It raises :class:`RefusedError` for what is not allowed, besides ``json.JSONDecodeError`` and
    ``RecursionError``.
    """
    return _LETTERS if letters else _NUMBERS


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    entries = dict(pairs)
    if len(entries) < len(pairs):
        twice = Counter(key for key, _ in pairs).most_common(1)[0][0]
        msg = f"the key {shorten(twice)} occurs more than once in one object"
        raise RefusedError(msg)
    return entries


def _constant(text: str) -> NoReturn:
    msg = f"{text} is no JSON number"
    raise RefusedError(msg)


def _float(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        msg = f"the number {shorten(text)} is too large to be a finite one"
        raise RefusedError(msg)
    return number


def _int(text: str) -> int:
    if len(text) > MAX_DIGITS:
        msg = f"the number {shorten(text)} has {len(text):,} digits, too many for a finite one"
        raise RefusedError(msg)
    return int(text)


_NUMBERS = json.JSONDecoder(
    object_pairs_hook=_unique, parse_constant=_constant, parse_float=_float, parse_int=_int
)
_LETTERS = json.JSONDecoder(
    object_pairs_hook=_unique, parse_constant=_constant, parse_float=Letters, parse_int=Letters
)


def _too_deep(depth: int) -> RefusedError:
    return RefusedError(f"values are nested too deeply, {depth} deep is the limit")


def _depth(value: Any, *, most: int, at: int = 1) -> int:  # noqa: ANN401 - JSON
    """Return how deep objects and lists stand in each other, looking no deeper than needed."""
    if not isinstance(value, (dict, list)):
        return at - 1
    if at > most:
        return at
    parts = value.values() if isinstance(value, dict) else value
    if {dict, list}.isdisjoint(map(type, parts)):
        return at
    return max(_depth(part, most=most, at=at + 1) for part in parts)


def _refuse_halves(value: Any, *, under: str = "") -> None:  # noqa: ANN401 - JSON
    """Refuse halves of surrogate pairs, with the key under which the first of them stands."""
    if isinstance(value, Mapping):
        for key, item in value.items():
            _refuse_half(key, under)
            _refuse_halves(item, under=key)
    elif isinstance(value, list):
        for item in value:
            _refuse_halves(item, under=under)
    elif isinstance(value, str):
        _refuse_half(value, under)


def _refuse_half(text: str, under: str) -> None:
    half = half_of_pair(text)
    if half:
        place = f"{shorten(under)} holds" if under else "it holds"
        msg = (
            f"{place} {half!a}, half of a surrogate pair (\\ud800 to \\udfff), which is no "
            "character"
        )
        raise RefusedError(msg)
