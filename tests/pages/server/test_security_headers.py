"""Headers of every answer, and what of the source could undo them."""

from __future__ import annotations

import asyncio
from typing import Any

from starlette.responses import PlainTextResponse

from pages._ui.server import answer_headers


def answer_through_the_middleware(given: dict[str, str]) -> dict[str, str]:
    sent: list[Any] = []

    async def receive() -> dict[str, str]:
        return {"type": "http.request"}

    async def send(message: Any) -> None:
        sent.append(message)

    middleware = answer_headers.MIDDLEWARE[0]
    app = middleware.cls(PlainTextResponse("hello", headers=given))
    asyncio.run(app({"type": "http", "method": "GET", "path": "/"}, receive, send))
    return {name.decode(): value.decode() for name, value in sent[0]["headers"]}


def policy() -> dict[str, str]:
    text = answer_through_the_middleware({})["content-security-policy"]
    return dict(part.strip().split(" ", 1) for part in text.split(";"))


def test_nothing_is_asked_of_another_machine() -> None:
    rules = policy()
    assert rules["default-src"] == "'self'"
    assert rules["img-src"] == "'self' data: blob:"
    assert rules["connect-src"] == "'self' ws: wss:"
    assert not any("http" in rule or "*" in rule for rule in rules.values())


def test_no_inline_script_runs_but_the_one_of_the_index_page() -> None:
    scripts = policy()["script-src"].split()
    assert "'unsafe-inline'" not in scripts
    assert "'unsafe-eval'" not in scripts
    assert sum(script.startswith("'sha256-") for script in scripts) == 1


def test_other_pages_cannot_frame_or_sniff_ours() -> None:
    headers = answer_through_the_middleware({})
    assert policy()["frame-ancestors"] == "'none'"
    assert headers["x-frame-options"] == "DENY"
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"


def test_an_answer_keeps_the_headers_that_it_sets_itself() -> None:
    own = {"content-security-policy": "default-src 'none'"}
    assert answer_through_the_middleware(own)["content-security-policy"] == "default-src 'none'"
