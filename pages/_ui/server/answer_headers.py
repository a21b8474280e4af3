"""Headers of our answers.

They keep a page from asking anything of another machine, and other pages out of ours; and give
every browser that asks for a page a secret of its own, once.
"""

from __future__ import annotations

import base64
import hashlib
import re
from functools import cache
from http.cookies import CookieError, SimpleCookie
from pathlib import Path

import streamlit as st
from starlette.middleware import Middleware
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from pages._ui.session.visitor import COOKIE, is_secret, new_secret

__all__ = ["MIDDLEWARE", "headers"]

_YEAR = 365 * 86_400
_INLINE_SCRIPT = re.compile(rb"<script>(.*?)</script>", re.DOTALL)


@cache
def headers() -> list[tuple[bytes, bytes]]:
    """Return the headers of every answer.

    Scripts come from this server, from the one inline script of Streamlit's index page (by its
    hash), and from the components' modules, which Streamlit hands to the browser as blobs.
    """
    page = (Path(st.__file__).parent / "static" / "index.html").read_bytes()
    hashes = [
        "'sha256-" + base64.b64encode(hashlib.sha256(script).digest()).decode() + "'"
        for script in _INLINE_SCRIPT.findall(page)
    ]
    policy = {
        "default-src": "'self'",
        "script-src": " ".join(["'self'", "blob:", *hashes]),
        "style-src": "'self' 'unsafe-inline'",
        "img-src": "'self' data: blob:",
        "font-src": "'self' data:",
        "connect-src": "'self' ws: wss:",
        "worker-src": "'self' blob:",
        "frame-ancestors": "'none'",
        "form-action": "'none'",
        "base-uri": "'self'",
        "object-src": "'none'",
    }
    text = "; ".join(f"{name} {value}" for name, value in policy.items())
    return [
        (b"content-security-policy", text.encode()),
        (b"x-content-type-options", b"nosniff"),
        (b"x-frame-options", b"DENY"),
        (b"referrer-policy", b"no-referrer"),
        (b"cross-origin-opener-policy", b"same-origin"),
        (b"cross-origin-resource-policy", b"same-origin"),
    ]


class _SecurityHeaders:
    """Adds the headers that an answer does not set itself."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                given = {name.lower() for name, _ in message["headers"]}
                extra = [pair for pair in headers() if pair[0] not in given]
                message = {**message, "headers": [*message["headers"], *extra]}
            await send(message)

        await self.app(scope, receive, send_with_headers)


class _VisitorCookie:
    """Sets the cookie with the first page; nothing but pages sets it."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or _has_secret(scope):
            await self.app(scope, receive, send)
            return

        async def send_with_secret(message: Message) -> None:
            if message["type"] == "http.response.start" and _is_page(message):
                # lax: whoever follows a link from elsewhere stays who they are
                words = f"{COOKIE}={new_secret()}; Path=/; Max-Age={_YEAR}; HttpOnly; SameSite=Lax"
                words += "; Secure" if scope["scheme"] == "https" else ""
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
            if found is not None and is_secret(found.value):
                return True
    return False


def _is_page(message: Message) -> bool:
    kinds = [value for name, value in message["headers"] if name.lower() == b"content-type"]
    return message["status"] == 200 and any(kind.startswith(b"text/html") for kind in kinds)


MIDDLEWARE = [Middleware(_SecurityHeaders), Middleware(_VisitorCookie)]
