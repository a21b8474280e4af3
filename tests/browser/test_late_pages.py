"""A page that comes late, drawn where the threshold was: it takes no newer number back."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from operator import ne

import pytest
from playwright.sync_api import Page, WebSocketRoute

import evalcore as ec
from tests.browser.desk import Desk, eventually
from tests.browser.test_concept_page import CHARTS, point_at
from tests.browser.truth import Truth

TruthOf = Callable[[str], Truth]


@dataclass
class Wire:
    """Between page and server, where the server's messages can be held back."""

    is_held: bool = False
    n_asked: int = 0
    held: list[Callable[[], None]] = field(default_factory=list)

    def join(self, browser: WebSocketRoute) -> None:
        """Connect a page to its server."""
        server = browser.connect_to_server()

        def ask(message: str | bytes) -> None:
            self.n_asked += 1
            server.send(message)

        def answer(message: str | bytes) -> None:
            if self.is_held:
                self.held.append(lambda: browser.send(message))
            else:
                browser.send(message)

        browser.on_message(ask)
        server.on_message(answer)

    def hold(self) -> None:
        """Hold the server's messages back from now on."""
        self.is_held = True

    def release(self) -> None:
        """Let the browser have what was held back, and all that comes."""
        self.is_held = False
        for send in self.held:
            send()
        self.held.clear()


@pytest.fixture
def wire(page: Page) -> Wire:
    """Return what lies between the watched tab and the server."""
    found = Wire()
    page.route_web_socket("**/_stcore/stream", found.join)
    return found


@contextmanager
def left_behind(desk: Desk, wire: Wire, *, at: float, now: float) -> Iterator[None]:
    """Rest at one place of the slider, and go on to another before the page of the first is there.

    It is there when the wire is released; until the end of the block nothing is told of the other.
    """
    n_asked, before = wire.n_asked, -1
    wire.hold()
    desk.drag_to(at)
    eventually(desk.page, lambda: wire.n_asked > n_asked, wanted=True)
    while not wire.held or before != len(wire.held):  # until the server has drawn all of it
        before = len(wire.held)
        desk.page.wait_for_timeout(300)
    with desk.restless():
        desk.drag_on(now)
        yield


@pytest.mark.parametrize("form", [{}, {"panel": "flips", "as_table": "1"}])
def test_a_page_drawn_where_the_thumb_was_takes_back_no_number_of_where_it_is(
    desk: Desk, wire: Wire, truth: TruthOf, form: dict[str, str]
) -> None:
    oracle, cell, pinned = truth("kitchen"), ec.Cell("egg", "bread"), truth("kitchen").rule("0.5")

    def shown() -> list[object]:
        words = [desk.rule_in_words(), desk.headline(), desk.strip()]
        if form:
            return [*words, desk.summary("flips"), desk.summary("matrix")]
        cells = [text.split(" — ")[0] for text in desk.matrix()]
        return [*words, desk.summary(), cells]

    def wanted(rule: ec.Rule) -> list[object]:
        words = [oracle.sentence(rule), oracle.headline(rule, cell), oracle.strip(rule)]
        if form:
            return [*words, oracle.flips(pinned, rule), oracle.matrix_table(rule)]
        return [*words, oracle.table(rule), oracle.cells(rule)]

    desk.open("kitchen", t="0.5", pin_t="0.5", show=["cell", "=egg", "=bread"], **form)
    with left_behind(desk, wire, at=0.9, now=0.3):
        rule = oracle.rule(desk.threshold())
        eventually(desk.page, shown, wanted(rule))
        wire.release()
        # what no live answer moves tells that the late page is there
        desk.page.get_by_text("As CSV, at 0.9").wait_for()
        assert shown() == wanted(rule)
        desk.page.mouse.up()
    # the next page is taken as ever
    desk.page.get_by_text(f"As CSV, at {desk.threshold()}:").wait_for()
    assert shown() == wanted(rule)
    desk.idle()
    desk.page.get_by_role("button", name="Undo").click()
    eventually(desk.page, shown, wanted(pinned))


def test_a_late_page_moves_no_operating_point_away_from_the_threshold(
    desk: Desk, wire: Wire
) -> None:
    page = desk.page
    page.goto(desk.server.url("concept?run=kitchen&concept=mug&t=0.5"))
    page.locator(".st-key-just_inside .root").wait_for()
    desk.idle()

    def shown() -> list[object]:
        table = page.locator(".st-key-comparison .box .row").first.inner_text()
        return [desk.rule_in_words(), table, *(point_at(desk, name) for name in CHARTS[:3])]

    just_inside = page.locator(".st-key-just_inside .root")
    before, listed = shown(), just_inside.inner_text()
    with left_behind(desk, wire, at=0.9, now=0.3):
        eventually(page, lambda: all(map(ne, shown(), before)), wanted=True)
        there = shown()
        wire.release()
        eventually(page, lambda: just_inside.inner_text() != listed, wanted=True)
        page.wait_for_timeout(300)  # charts are drawn after all else
        assert shown() == there
        page.mouse.up()
    desk.idle()
    page.get_by_role("button", name="Undo").click()
    eventually(page, shown, before)
