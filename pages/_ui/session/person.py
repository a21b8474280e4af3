"""Who is here, and in which role: signed in, or known by a code that was told in the room.

Without a login names are not verified, so a name alone gives no role. What a browser has typed is
kept under its visitor's name, which follows from a cookie: pages and routes find the same person.
"""

from __future__ import annotations

import json
import threading
import time
from collections import OrderedDict
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

import streamlit as st

from evalcore.errors import RolesError
from evalcore.workshop.roles import Person, Roles, digest_of_code
from pages._ui.session.keys import Kept
from pages._ui.session.options import options
from pages._ui.session.visitor import visitor

__all__ = [
    "can_sign_in",
    "here",
    "is_code",
    "person_of",
    "remember_code",
    "roles",
    "use_codes",
]

MOST_KEPT = 10_000
_codes: OrderedDict[str, str] = OrderedDict()
"""Visitor to the digest of the code that their browser has typed."""
_lock = threading.Lock()


def here() -> Person:
    """Return who sits at this session, and what they may do.

    Raises
    ------
    RolesError
        When the configuration is not understood.
    """
    user = st.user.to_dict() if can_sign_in() else {}
    typed: str = st.session_state.get(Kept.VOTER, "")
    return person_of(user, visitor(), typed=typed)


def person_of(user: Mapping[str, Any], visitor_name: str, *, typed: str = "") -> Person:
    """Return who somebody is.

    Parameters
    ----------
    user
        What the login says of them; empty for who is not signed in.
    visitor_name
        Of their browser.
    typed
        The name that they have given themselves.
    """
    table = roles()
    if user.get("is_logged_in"):
        names = _identities(user)
        return Person(name=names[0], role=table.of_login(names), verified=True)
    return Person(name=typed, role=table.of_code(_codes.get(visitor_name, "")))


def roles() -> Roles:
    """Return who has which role: the table ``[roles]`` of the secrets, and the command line.

    Raises
    ------
    RolesError
        When they are not understood.
    """
    return _roles(json.dumps(_secrets("roles"), default=str), options().everyone)


def can_sign_in() -> bool:
    """Tell whether a login is configured."""
    return bool(_secrets("auth"))


def use_codes() -> bool:
    """Tell whether a code may give a role."""
    return bool(roles().codes)


def is_code(text: str) -> bool:
    """Tell whether a text is one of the codes."""
    return digest_of_code(text) in roles().codes


def remember_code(visitor_name: str, digest: str) -> None:
    """Keep which code a browser has typed."""
    with _lock:
        _codes[visitor_name] = digest
        _codes.move_to_end(visitor_name)
        while len(_codes) > MOST_KEPT:
            _codes.popitem(last=False)


def _secrets(table: str) -> dict[str, Any]:
    # asked with every picture and every move: where there is no file nothing is to be tried
    there = _has_file(second=int(time.monotonic()))
    if not there and getattr(st.secrets, "_secrets", None) is None:
        return {}
    try:
        found = st.secrets.get(table, {})
    except FileNotFoundError:
        # Streamlit says the same of a file that is there and cannot be read
        msg = "The file of secrets cannot be read, so that nobody has a role. Hint: mend it."
        raise RolesError(msg) from None
    return found.to_dict() if hasattr(found, "to_dict") else {}


@lru_cache(maxsize=1)
def _has_file(*, second: int) -> bool:  # noqa: ARG001 - the key: one look a second
    return any(Path(place).exists() for place in st.get_option("secrets.files"))


@lru_cache(maxsize=8)
def _roles(given: str, everyone: str | None) -> Roles:
    return Roles.of(json.loads(given), everyone=everyone)


def _identities(user: Mapping[str, Any]) -> list[str]:
    """Return by what the provider vouches for somebody, the most readable first.

    An address that the provider has not verified could be anybody's.
    """
    address = user.get("email") if user.get("email_verified", True) is not False else None
    found = [str(one) for one in (address, user.get("sub")) if one]
    return found or ["somebody without a name"]
