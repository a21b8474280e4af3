"""What every page stands in: the run's line, titles, headings, big mode, theme, first row."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import MakeDesk
from tests.browser.desk import PATIENCE, Desk, eventually, query_of

MOST_STOPS = 90
FOCUSED = """() => {
    let e = document.activeElement;
    while (e.shadowRoot?.activeElement) e = e.shadowRoot.activeElement;
    window.__stops ??= new Map();
    if (!window.__stops.has(e)) window.__stops.set(e, window.__stops.size);
    return e === document.body ? 'BODY' : `${window.__stops.get(e)} ${e.tagName}`; }"""
BIG = "getComputedStyle(document.documentElement).getPropertyValue('--tw-scale')"


@pytest.fixture
def kitchen(open_desk: MakeDesk) -> Desk:
    return open_desk().open("kitchen")


def test_title_runs_line_and_headings_say_where_one_is(kitchen: Desk) -> None:
    page = kitchen.page
    eventually(page, page.title, "kitchen · Evaluate")
    line = page.locator(".st-key-run_line")

    assert page.get_by_test_id("stSidebar").count() == 0
    for key in ("run", "slice", "look"):
        assert line.locator(f".st-key-{key}").is_visible()
    run = page.get_by_role("heading", level=1)
    sections = page.get_by_role("heading", level=2)

    assert "1,600 inputs" in run.inner_text()
    assert sections.first.inner_text().startswith("An input counts as")
    assert "labelled tomato, predicted apple" in sections.nth(1).inner_text()


def test_what_changed_is_read_out_once_it_rests(kitchen: Desk) -> None:
    status = kitchen.page.locator(".st-key-headline [role=status]")

    kitchen.number("apple", "FP").click()

    eventually(kitchen.page, status.inner_text, "false positives of apple: 126 inputs")
    assert kitchen.headline() == status.inner_text()


def test_the_first_row_of_images_is_seen_and_no_key_gets_stuck(kitchen: Desk) -> None:
    desk, page = kitchen, kitchen.page
    card = page.locator(".st-key-gallery .cards > *").first
    card.wait_for()

    def share_seen(height: int) -> float:
        box = card.bounding_box()
        assert box is not None
        return (height - box["y"]) / box["height"]

    for width, height, needed in ((1280, 720, 0.75), (1024, 768, 0.5), (1440, 900, 1.0)):
        page.set_viewport_size({"width": width, "height": height})
        eventually(page, lambda h=height, n=needed: share_seen(h) >= n, wanted=True)
    # no row of the summary is left to scroll to
    unseen = "box => box.scrollHeight - box.clientHeight"
    eventually(page, lambda: desk.table().evaluate(unseen) <= 0, wanted=True)

    # from the first control to the last, and out of the page: nowhere do the keys get stuck
    page.evaluate("document.activeElement.blur()")
    reached: list[str] = []
    for _ in range(MOST_STOPS):
        page.keyboard.press("Tab")
        reached.append(str(page.evaluate(FOCUSED)))
        if reached[-1] == "BODY":
            break
    assert reached[-1] == "BODY"
    assert len(set(reached)) == len(reached)


def test_big_mode_is_in_the_link_and_enlarges_everything(
    kitchen: Desk, open_desk: MakeDesk
) -> None:
    page = kitchen.page
    text = page.locator(".st-key-rule_words .root")
    before = float(text.evaluate("node => parseFloat(getComputedStyle(node).fontSize)"))

    page.get_by_role("button", name="Big").click()

    eventually(page, lambda: page.evaluate(BIG), "1.4")
    eventually(page, lambda: query_of(page.url).get("big"), ["1"])
    after = float(text.evaluate("node => parseFloat(getComputedStyle(node).fontSize)"))
    assert after == pytest.approx(1.4 * before, rel=0.01)
    other = open_desk().follow(page.url)
    eventually(other.page, lambda: other.page.evaluate(BIG), "1.4")
    page.get_by_role("button", name="Big").click()
    eventually(page, lambda: page.evaluate(BIG), "")


def test_the_theme_can_be_switched_and_stays(kitchen: Desk) -> None:
    page = kitchen.page
    app = page.get_by_test_id("stApp")

    page.get_by_label("Theme").select_option("Dark")

    # the page is loaded anew in the other theme: waiting survives that, asking does not
    expect(app).to_have_css("background-color", "rgb(18, 23, 29)", timeout=PATIENCE)
    page.get_by_role("link", name="Runs").click()
    page.get_by_label("Theme").wait_for()
    assert page.get_by_label("Theme").input_value() == "Dark"
    page.get_by_label("Theme").select_option("Light")
    expect(app).to_have_css("background-color", "rgb(255, 255, 255)", timeout=PATIENCE)


def test_a_newcomer_reads_what_this_is_and_tries_it(open_desk: MakeDesk) -> None:
    desk = open_desk()
    desk.page.goto(desk.server.url(""))

    desk.page.get_by_text("Decide together how strict").wait_for()
    # a row of the list is opened by keys alone
    desk.page.locator(".st-key-library [role=rowheader]").first.focus()
    for key in ("ArrowDown", "Enter"):
        desk.page.keyboard.press(key)
    eventually(desk.page, lambda: desk.query().get("run"), ["hostile"])
    desk.idle()
    desk.page.get_by_role("button", name="Try it on kitchen").click()

    eventually(desk.page, desk.page.title, "kitchen · Evaluate")
