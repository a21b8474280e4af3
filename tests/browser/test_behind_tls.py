"""A browser that comes to the app by TLS, through nginx with the configuration that is shown."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.bench.balancing import balancing, nginx
from tests.browser.conftest import VIEWPORT, MakeDesk
from tests.browser.desk import eventually
from tests.browser.serving import Server
from tests.browser.truth import Truth
from tests.support.missing import missing


@pytest.fixture
def proxy(server: Server, tmp_path: Path) -> Iterator[Server]:
    if nginx() is None:
        missing("NGINX", "TLS was not tested: it needs nginx (Debian's nginx).")
    with balancing((server, server), folder=tmp_path / "nginx", tls=True) as origin:
        assert origin.startswith("https://")
        yield replace(server, origin=origin)


def test_numbers_pictures_and_cookies_of_a_page_come_by_tls(
    proxy: Server, browser: Browser, open_desk: MakeDesk, truth: Callable[[str], Truth]
) -> None:
    oracle = truth("kitchen")
    context = browser.new_context(viewport=VIEWPORT, locale="en-US", ignore_https_errors=True)  # type: ignore[arg-type]
    desk = open_desk(context=context, at=proxy).open("kitchen", t="0.5")
    assert desk.strip() == oracle.strip(oracle.rule("0.5"))
    picture = desk.page.locator(".st-key-gallery img").first
    eventually(desk.page, lambda: picture.evaluate("one => one.naturalWidth > 0"), wanted=True)
    with desk.restless():
        desk.drag_to(0.7)
        rule = oracle.rule(desk.threshold())
        # the button is still down: these numbers come from the live route
        eventually(desk.page, desk.strip, oracle.strip(rule))
        desk.page.mouse.up()
    (visitor,) = (one for one in context.cookies() if one["name"] == "workshop_visitor")
    assert (visitor["secure"], visitor["httpOnly"]) == (True, True)
    assert desk.problems() == []
    context.close()
