"""The secret of a browser: given once, with a page, out of the reach of scripts and of links."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from pages._ui.server import answer_headers
from pages._ui.session.visitor import is_secret, new_secret


def answer(
    *, cookie: str | None = None, kind: str = "text/html; charset=utf-8", status: int = 200,
    scheme: str = "http",
) -> list[str]:  # fmt: skip
    """Ask for something, and return the cookies that are set."""
    sent: list[dict[str, Any]] = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        del scope, receive
        headers = [(b"content-type", kind.encode())]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": b""})

    async def keep(message: Any) -> None:
        sent.append(message)

    headers = [] if cookie is None else [(b"cookie", cookie.encode())]
    scope = {"type": "http", "scheme": scheme, "headers": headers}
    middleware = answer_headers._VisitorCookie(app)  # type: ignore[arg-type]
    asyncio.run(middleware(scope, None, keep))  # type: ignore[arg-type]
    return [value.decode() for name, value in sent[0]["headers"] if name == b"set-cookie"]


def test_a_page_brings_a_secret_that_no_script_can_read() -> None:
    (first,), (second,) = answer(), answer()
    name, _, rest = first.partition("=")
    secret, *words = rest.split("; ")
    assert (name, is_secret(secret)) == ("workshop_visitor", True)
    assert {"HttpOnly", "SameSite=Lax", "Path=/"} <= set(words)
    assert "Secure" not in words
    assert first != second
    assert answer(scheme="https")[0].endswith("; Secure")


def test_who_has_one_keeps_it() -> None:
    assert answer(cookie=f"theme=dark; workshop_visitor={new_secret()}; a=b") == []


@pytest.mark.parametrize(
    "cookie",
    ["workshop_visitor=", "workshop_visitor=short", "workshop_visitor=x;y", "a", "=;=", ""],
)
def test_what_is_no_secret_is_replaced(cookie: str) -> None:
    assert len(answer(cookie=cookie)) == 1


@pytest.mark.parametrize(("kind", "status"), [("image/png", 200), ("text/html", 404)])
def test_nothing_but_pages_sets_it(kind: str, status: int) -> None:
    assert answer(kind=kind, status=status) == []
