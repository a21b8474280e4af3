"""What may be stored: checked at the door, so that both databases take the same and keep it."""

from __future__ import annotations

import math
import uuid
from collections.abc import Mapping
from typing import Any

from evalcore.base.unicode import half_of_pair
from evalcore.errors import StoreError, shorten
from evalcore.store.events import TRUSTS, canonical

__all__ = ["MAX_CHARACTERS", "check_fields", "check_id", "check_name", "check_payload"]

MAX_NAME = 300
MAX_CHARACTERS = 16 * 2**20
"""Of one payload or draft, as JSON."""
MAX_DEPTH = 40
MAX_INTEGER = 10**100


def check_id(value: object) -> str:
    """Return an event's id in the one way to write it.

    Raises
    ------
    StoreError
        When it is no UUID.
    """
    try:
        return str(uuid.UUID(value if isinstance(value, str) else ""))
    except ValueError:
        msg = f"An event's id must be a UUID as text, got {shorten(value)}."
        raise StoreError(msg) from None


def check_fields(fields: Mapping[str, Any]) -> None:
    """Check what is said of an event, besides its id and its payload.

    Raises
    ------
    StoreError
        When a name cannot be stored, or a version or the trust makes no sense.
    """
    for name in ("stream", "kind", "author"):
        check_name(fields[name], name)
    version = fields["payload_version"]
    if not isinstance(version, int) or isinstance(version, bool) or not 1 <= version < 2**31:
        msg = f"A payload's version must be an integer from 1, got {shorten(version)}."
        raise StoreError(msg)
    if fields["trust"] not in TRUSTS:
        msg = f"The trust must be one of {', '.join(TRUSTS)}, got {shorten(fields['trust'])}."
        raise StoreError(msg)


def check_name(value: object, what: str) -> str:
    """Return a name that both databases can hold, order and find again.

    Raises
    ------
    StoreError
        When it is empty, longer than 300 characters, or holds what cannot be seen.
    """
    if not isinstance(value, str) or not value.strip():
        msg = f"The {what} must be a text that is not empty, got {shorten(value)}."
        raise StoreError(msg)
    if len(value) > MAX_NAME:
        msg = f"The {what} has {len(value):,} characters, {MAX_NAME} are allowed: {shorten(value)}."
        raise StoreError(msg)
    hidden = next((letter for letter in value if not _is_allowed(letter)), None)
    if hidden is not None:
        msg = (
            f"The {what} {shorten(value)} holds the character U+{ord(hidden):04X} at position "
            f"{value.index(hidden) + 1}, which cannot be seen. Hint: type it again without it."
        )
        raise StoreError(msg)
    return value


def check_payload(payload: Mapping[str, Any]) -> str:
    """Return the canonical JSON text of a payload.

    Raises
    ------
    StoreError
        When it is no JSON object, or holds NaN, an infinity, half a character (a surrogate), keys
        that are no text, or is too deep or too large.
    """
    if not isinstance(payload, Mapping):
        msg = f"A payload must be a JSON object, got {shorten(payload)}."
        raise StoreError(msg)
    text = canonical(_plain(payload, "payload", 0))
    if len(text) > MAX_CHARACTERS:
        msg = (
            f"This takes {len(text) / 2**20:,.1f} MB, {MAX_CHARACTERS // 2**20} MB can be saved at "
            "once. Hint: shorten the text or pin fewer inputs."
        )
        raise StoreError(msg)
    return text


def _is_allowed(letter: str) -> bool:
    # emoji are joined by U+200D and styled by U+FE0F; other format characters only deceive
    return letter.isprintable() or letter == "\u200d"


def _plain(value: object, where: str, depth: int) -> object:
    """Return the value made of plain JSON types; say where it is not."""
    if depth > MAX_DEPTH:
        msg = f"{shorten(where)} is nested deeper than {MAX_DEPTH} levels."
        raise StoreError(msg)
    if isinstance(value, Mapping):
        return {_key(k, where): _plain(v, f"{where}.{k}", depth + 1) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(v, f"{where}[{i}]", depth + 1) for i, v in enumerate(value)]
    return _scalar(value, where)


def _key(key: object, where: str) -> str:
    if not isinstance(key, str):
        msg = f"{shorten(where)}: a key must be a text, got {shorten(key)}."
        raise StoreError(msg)
    return _whole_text(key, where)


def _scalar(value: object, where: str) -> object:
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str):
        return _whole_text(value, where)
    if isinstance(value, int) and abs(value) < MAX_INTEGER:
        return int(value)
    if isinstance(value, float) and math.isfinite(value):
        return float(value)
    msg = (
        f"{shorten(where)}: {shorten(value)} is no JSON value. Allowed are texts, finite numbers, "
        "true, false, null, lists and objects. Hint: write an undefined number as null."
    )
    raise StoreError(msg)


def _whole_text(text: str, where: str) -> str:
    half = half_of_pair(text)
    if half:
        msg = (
            f"{shorten(where)} holds half a character (U+{ord(half):04X}) at position "
            f"{text.index(half) + 1}: {shorten(text)}. Hint: type or paste the text again."
        )
        raise StoreError(msg)
    return str(text)
