"""A JSON decoder that refuses what means nothing, or two things."""

from __future__ import annotations

import json
import math
from typing import Any, NoReturn

from evalcore.errors import shorten

__all__ = ["RefusedError", "strict_decoder"]

MAX_DIGITS = 100


class RefusedError(Exception):
    """A value that JSON or this reader does not allow; the text says which and why."""


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    entries = dict(pairs)
    if len(entries) < len(pairs):
        keys = [key for key, _ in pairs]
        twice = next(key for key in keys if keys.count(key) > 1)
        msg = f"the key {shorten(twice)} occurs more than once in one object"
        raise RefusedError(msg)
    return entries


def _constant(text: str) -> NoReturn:
    msg = f"{text} is no JSON number"
    raise RefusedError(msg)


def _float(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        msg = f"the number {shorten(text)} is too large"
        raise RefusedError(msg)
    return number


def _int(text: str) -> int:
    if len(text) > MAX_DIGITS:
        msg = f"the number {shorten(text)} has {len(text):,} digits"
        raise RefusedError(msg)
    return int(text)


def strict_decoder() -> json.JSONDecoder:
    """Return a decoder that refuses duplicate keys, NaN, Infinity and absurd numbers.

    It raises :class:`RefusedError` for these, besides ``json.JSONDecodeError``.
    """
    return json.JSONDecoder(
        object_pairs_hook=_unique, parse_constant=_constant, parse_float=_float, parse_int=_int
    )
