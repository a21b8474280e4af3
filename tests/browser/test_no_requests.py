"""A run that names another server in every text: the server is never asked, on no page.

A dialog, an error on the console or a request to another origin fails the tab itself, see conftest.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import expect

from tests.browser.desk import PATIENCE, Desk, eventually, plain
from tests.browser.listening import Listener, listening, lures, write_lured_pictures, write_lures
from tests.browser.serving import Server, serving

MakeDesk = Callable[..., Desk]


@pytest.fixture(scope="module")
def listener() -> Iterator[Listener]:
    with listening() as running:
        yield running


@pytest.fixture(scope="module")
def lured(listener: Listener, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    library = tmp_path_factory.mktemp("lured")
    write_lures(library, listener.address)
    write_lured_pictures(library, listener.address)
    with serving(library, log=tmp_path_factory.mktemp("lured_server") / "log.txt") as running:
        yield running


KEY = "![k](x) <img src=x onerror=alert(1)>"


@pytest.fixture
def desk(open_desk: MakeDesk, lured: Server) -> Desk:
    return open_desk(at=lured)


@pytest.fixture(autouse=True)
def nobody_is_asked(listener: Listener) -> Iterator[None]:
    listener.asked.clear()
    yield
    assert listener.asked == []


def flat(text: str) -> str:
    return " ".join(plain(text).replace("\u2068", "").replace("\u2069", "").split())


def holds_no_markup(desk: Desk, address: str) -> None:
    host = address.removeprefix("http://")
    found = desk.page.locator(
        f'[src*="{host}"], [href*="{host}"], [data*="{host}"], .katex, a[href^="javascript:"], '
        'img[src="x"], base, [data-testid="stException"]'
    )
    assert found.count() == 0


def test_the_listener_hears_what_is_asked(listener: Listener, desk: Desk) -> None:
    answer = desk.page.request.get(f"{listener.address}/heard")
    assert answer.status == 204
    assert listener.asked == ["/heard"]
    listener.asked.clear()


def test_every_page_of_the_menu_and_every_choice_on_it(desk: Desk, listener: Listener) -> None:
    desk.open(KEY)
    links = desk.page.get_by_test_id("stTopNavLink")
    n_pages = links.count()
    assert n_pages >= 4
    for number in range(n_pages):
        links.nth(number).click()
        desk.idle()
        desk.page.wait_for_timeout(500)
        desk.idle()
        choices = desk.page.locator(
            '[data-testid^="stBaseButton-segmented_control"], [data-testid="stTab"], summary'
        )
        for place in range(choices.count()):
            choice = choices.nth(place)
            if choice.is_visible() and choice.is_enabled():
                choice.click()
                desk.idle()
                holds_no_markup(desk, listener.address)
        holds_no_markup(desk, listener.address)


def test_names_are_shown_letter_by_letter(desk: Desk, listener: Listener) -> None:
    desk.open(KEY, scope="all")
    heads = desk.page.locator(".st-key-matrix .rowhead .name").all_inner_texts()
    names = {flat(name) for name in lures(listener.address)}
    assert {flat(head) for head in heads} - {"no label"} == names
    shown = [flat(name) for name in desk.summary()["concept"]]
    assert len(shown) > 5
    assert set(shown) <= names
    holds_no_markup(desk, listener.address)


def test_every_list_its_search_and_its_dialog(desk: Desk, listener: Listener) -> None:
    names = lures(listener.address)
    for k, name in enumerate(names):
        wanted = f"labelled {flat(name)}: "
        if k % 4 == 0:
            sought = names[(k + 1) % len(names)]
            desk.open(KEY, show=["labelled", f"={name}"], search=sought)
        else:
            desk.page.locator(".st-key-matrix .rowhead").nth(k).click()
        eventually(desk.page, lambda: flat(desk.headline()).startswith(wanted), wanted=True)  # noqa: B023
        desk.idle()
        marks = desk.page.locator(".st-key-gallery mark").all_inner_texts()
        assert {flat(mark) for mark in marks} <= {flat(sought)}
        holds_no_markup(desk, listener.address)
    desk.open(KEY, input=f"{names[0]} #0")
    dialog = desk.page.get_by_role("dialog")
    expect(dialog.get_by_text(f"id {names[0]} #0")).to_be_visible(timeout=PATIENCE)
    expect(dialog.get_by_text(names[1], exact=True).first).to_be_visible(timeout=PATIENCE)
    holds_no_markup(desk, listener.address)


@pytest.mark.parametrize("number", [0, 1, 2])
def test_splits_slices_sorts_and_searches_of_such_values(
    desk: Desk, listener: Listener, number: int
) -> None:
    names = lures(listener.address)
    query = [
        {"slice": [names[0], names[2]], "sort": "doubt", "find": names[4]},
        {"split": names[1], "order": "cluster", "mode": "probability", "every_column": "1"},
        {"panel": "flips", "t": "0.7", "as_table": "1", "sort": "id"},
    ][number]
    desk.open(KEY, **query)
    assert desk.problems() == []
    holds_no_markup(desk, listener.address)


def test_drawings_that_fetch_are_tiles_that_say_why(desk: Desk, listener: Listener) -> None:
    desk.open("pictures", show=["labelled", "=x"])
    desk.page.locator(".st-key-gallery img").first.wait_for(timeout=PATIENCE)
    assert len(desk.cards()) == 2
    desk.page.locator(".st-key-gallery .card").first.click()
    expect(desk.page.get_by_role("dialog")).to_be_visible(timeout=PATIENCE)
    desk.idle()
    holds_no_markup(desk, listener.address)


def test_a_link_of_such_values_is_said_not_followed(desk: Desk, listener: Listener) -> None:
    bait = f"![x]({listener.address}/link)<img src={listener.address}/link2>"
    desk.page.goto(desk.server.url(""))
    desk.idle()
    for page in ("", "evaluate", "concept", "thresholds", "truth"):
        address = desk.server.url(f"{page}?")
        desk.page.goto(
            address + "&".join(f"{name}={bait}" for name in ("run", "mode", "t", "show"))
        )
        desk.says("link")
        desk.idle()
        holds_no_markup(desk, listener.address)
