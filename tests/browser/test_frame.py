"""What every page stands in: the run's line, titles, headings, big mode, theme, first row."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import MakeDesk
from tests.browser.desk import PATIENCE, Desk, eventually, query_of

BIG = "getComputedStyle(document.documentElement).getPropertyValue('--tw-scale')"


@pytest.fixture
def kitchen(open_desk: MakeDesk) -> Desk:
    return open_desk().open("kitchen")


def test_a_tab_is_named_by_its_run_and_its_page(kitchen: Desk) -> None:
    eventually(kitchen.page, kitchen.page.title, "kitchen · Evaluate")


def test_there_is_no_sidebar_and_the_runs_line_holds_its_controls(kitchen: Desk) -> None:
    line = kitchen.page.locator(".st-key-run_line")

    assert kitchen.page.get_by_test_id("stSidebar").count() == 0
    for key in ("run", "slice", "look"):
        assert line.locator(f".st-key-{key}").is_visible()


def test_headings_lead_through_the_page(kitchen: Desk) -> None:
    page = kitchen.page
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


@pytest.mark.parametrize(
    ("width", "height", "needed"), [(1440, 900, 1.0), (1280, 720, 0.1), (1024, 768, 0.1)]
)
def test_the_first_row_of_images_is_seen_beside_the_threshold(
    kitchen: Desk, width: int, height: int, needed: float
) -> None:
    kitchen.page.set_viewport_size({"width": width, "height": height})
    card = kitchen.page.locator(".st-key-gallery .cards > *").first
    card.wait_for()

    def share() -> bool:
        box = card.bounding_box()
        assert box is not None
        return (height - box["y"]) / box["height"] >= needed

    eventually(kitchen.page, lambda: "seen" if share() else "not seen", "seen")


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
    desk.page.get_by_role("button", name="Try it on kitchen").click()

    eventually(desk.page, desk.page.title, "kitchen · Evaluate")
