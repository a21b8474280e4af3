"""A run full of hostile texts: all of them are shown as the plain text that they are.

That no dialog opens, no script runs and nothing is fetched from elsewhere is checked by the tabs
themselves, see conftest.
"""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.desk import PATIENCE, Desk, eventually, plain
from tests.browser.made_up_runs import HOSTILE, HOSTILE_ID

NAME = "<img src=x onerror=alert('run')>"


def holds_no_foreign_markup(page: Page) -> None:
    """Look for elements that only a text taken for markup can have made, shadow roots too."""
    found = page.locator(
        'img[src="x"], img[src*="example.invalid"], a[href*="example.invalid"], .katex, '
        'a[href^="javascript:"], [data-testid="stMarkdownContainer"] script'
    )
    assert found.count() == 0
    if page.locator("body").inner_text() == "":
        pytest.fail("the page is empty")


def test_the_runs_page_shows_names_as_text(desk: Desk) -> None:
    desk.page.goto(desk.server.url("?run=hostile"))
    heading = desk.page.get_by_role("heading", name="How")
    heading.wait_for()
    desk.idle()
    assert plain(heading.inner_text()) == f"How {NAME} was read"
    assert "<script>alert('d')</script>" in desk.page.locator("body").inner_text()
    holds_no_foreign_markup(desk.page)
    button = desk.page.locator(".st-key-open button")
    assert plain(button.inner_text()).startswith("Evaluate ")
    button.click()
    desk.drawn()
    assert desk.query()["run"] == ["hostile"]


@pytest.mark.parametrize("mode", ["counts", "probability"])
@pytest.mark.parametrize("order", ["run", "name", "diagonal", "cluster"])
def test_every_form_of_the_matrix_shows_names_as_text(desk: Desk, mode: str, order: str) -> None:
    desk.open("hostile", mode=mode, order=order)
    heads = desk.page.locator(".st-key-matrix .rowhead .name").all_inner_texts()
    wanted = {" ".join(name.split()) for name in HOSTILE}
    assert {" ".join(text.split()) for text in heads} - {"no label"} == wanted
    holds_no_foreign_markup(desk.page)


@pytest.mark.parametrize("name", HOSTILE)
def test_each_name_can_be_chosen_linked_to_and_reloaded(desk: Desk, name: str) -> None:
    row = HOSTILE.index(name)
    desk.open("hostile")
    desk.page.locator(".st-key-matrix .rowhead").nth(row).click()
    eventually(desk.page, lambda: desk.query().get("show"), ["labelled", f"={name}"])
    flat = " ".join(name.split())
    eventually(desk.page, lambda: desk.headline().startswith(f"labelled {flat}: "), wanted=True)
    count = desk.stated()
    desk.page.reload()
    desk.drawn()
    eventually(desk.page, desk.stated, count)
    assert desk.query()["show"] == ["labelled", f"={name}"]
    assert desk.problems() == []
    holds_no_foreign_markup(desk.page)


def test_the_dialog_shows_text_id_metadata_and_concepts_as_text(desk: Desk) -> None:
    desk.open("hostile", input=HOSTILE_ID)
    dialog = desk.page.get_by_role("dialog")
    expect(dialog.get_by_text(f"id {HOSTILE_ID}")).to_be_visible(timeout=PATIENCE)
    names = dialog.locator(".st-key-dots .row:not(.axis) .name")
    eventually(
        desk.page,
        lambda: {" ".join(text.split()) for text in names.all_inner_texts()},
        {" ".join(name.split()) for name in HOSTILE},
    )
    holds_no_foreign_markup(desk.page)


def test_table_flips_and_every_column_show_names_as_text(desk: Desk) -> None:
    desk.open("hostile", t="0.7", panel="flips", as_table="1")
    eventually(desk.page, lambda: len(desk.summary("flips").get("concept", ())) > 5, wanted=True)
    said = desk.page.get_by_test_id("stMarkdown").filter(has_text="0.50 to 0.70")
    assert any(" ".join(name.split()) in plain(said.inner_text()) for name in HOSTILE)
    holds_no_foreign_markup(desk.page)
    desk.open("hostile", t="0.7", every_column="1", find="<img")
    eventually(desk.page, lambda: desk.summary().get("concept"), [HOSTILE[0]])
    holds_no_foreign_markup(desk.page)
