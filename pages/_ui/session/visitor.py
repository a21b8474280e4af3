"""Who looks: what a person types or uploads is theirs, told by a secret that their browser keeps.

The secret is a cookie that no script can read; it outlives a reload and a restart of the server.
What is kept on disk is named by a hash of it. Where a browser keeps no cookies, what is typed and
uploaded belongs to the session alone.
"""

from __future__ import annotations

import hashlib
import re
import secrets
from http.cookies import CookieError, SimpleCookie

import streamlit as st
from starlette.middleware import Middleware
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from pages._ui.session.keys import Kept

__all__ = ["COOKIE", "MIDDLEWARE", "visitor"]

COOKIE = "workshop_visitor"
_SECRET = re.compile(r"[A-Za-z0-9_-]{32}")
_YEAR = 365 * 86_400


def visitor() -> str:
    """Return the name under which what belongs to this visitor is kept.

    It says nothing of the secret behind it, so it may stand on disk; it never stands in a link.
    """
    given = st.context.cookies.get(COOKIE)
    # a page that is tested without a browser has a stand-in there
    is_secret = isinstance(given, str) and _SECRET.fullmatch(given)
    secret = given if is_secret else _of_session()
    return hashlib.sha256(f"threshold-workshop visitor {secret}".encode()).hexdigest()[:32]


def _of_session() -> str:
    secret: str = st.session_state.setdefault(Kept.VISITOR, secrets.token_urlsafe(24))
    return secret


class _Visitor:
    """Gives every browser that asks for a page a secret, once."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or _has_secret(scope):
            await self.app(scope, receive, send)
            return

        async def send_with_secret(message: Message) -> None:
            if message["type"] == "http.response.start" and _is_page(message):
                # lax: whoever follows a link from elsewhere stays who they are
                words = f"{COOKIE}={secrets.token_urlsafe(24)}; Path=/; Max-Age={_YEAR}; HttpOnly"
                words += "; SameSite=Lax" + ("; Secure" if scope["scheme"] == "https" else "")
                headers = [*message["headers"], (b"set-cookie", words.encode())]
                message = {**message, "headers": headers}
            await send(message)

        await self.app(scope, receive, send_with_secret)


def _has_secret(scope: Scope) -> bool:
    for name, value in scope["headers"]:
        if name == b"cookie":
            try:
                found = SimpleCookie(value.decode("latin-1")).get(COOKIE)
            except CookieError:
                continue
            if found is not None and _SECRET.fullmatch(found.value):
                return True
    return False


def _is_page(message: Message) -> bool:
    kinds = [value for name, value in message["headers"] if name.lower() == b"content-type"]
    return message["status"] == 200 and any(kind.startswith(b"text/html") for kind in kinds)


MIDDLEWARE = [Middleware(_Visitor)]
