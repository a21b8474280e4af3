"""Every browser that asks for a page gets a secret of its own, once."""

from __future__ import annotations

from http.cookies import CookieError, SimpleCookie

from starlette.middleware import Middleware
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from pages._ui.session.visitor import COOKIE, is_secret, new_secret

__all__ = ["MIDDLEWARE"]

_YEAR = 365 * 86_400


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


MIDDLEWARE = [Middleware(_VisitorCookie)]
