"""Who looks: what a person types or uploads is theirs, told by a secret that their browser keeps.

The secret is a cookie that no script can read (``server/answer_headers.py`` gives it); it outlives
a reload and a restart of the server. What is kept on disk is named by a hash of it. Where a browser
keeps no cookies, what is typed and uploaded belongs to the session alone.
"""

from __future__ import annotations

import hashlib
import re
import secrets

import streamlit as st

from pages._ui.session.keys import Kept

__all__ = ["COOKIE", "is_secret", "name_of", "new_secret", "visitor"]

COOKIE = "workshop_visitor"
_SECRET = re.compile(r"[A-Za-z0-9_-]{32}")


def visitor() -> str:
    """Return the name under which what belongs to this visitor is kept.

    It says nothing of the secret behind it, so it may stand on disk; it never stands in a link.
    """
    given = st.context.cookies.get(COOKIE)
    # a page that is tested without a browser has a stand-in there
    secret = given if isinstance(given, str) and is_secret(given) else _of_session()
    return name_of(secret)


def name_of(secret: str) -> str:
    """Return the name that follows from a visitor's secret."""
    return hashlib.sha256(f"threshold-workshop visitor {secret}".encode()).hexdigest()[:32]


def new_secret() -> str:
    """Return a secret that nobody can guess."""
    return secrets.token_urlsafe(24)


def is_secret(text: str) -> bool:
    """Tell whether a text can be such a secret."""
    return _SECRET.fullmatch(text) is not None


def _of_session() -> str:
    secret: str = st.session_state.setdefault(Kept.VISITOR, new_secret())
    return secret
