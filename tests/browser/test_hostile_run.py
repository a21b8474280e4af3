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


def flat(text: str) -> str:
    """Return a text with the marks that a browser takes for plain spaces made one."""
    return " ".join(plain(text).split())


_LEADING_OUT = """links => links.map(link => link.href)
    .filter(to => !to.startsWith(`${location.origin}/`) && !/^(blob|data):/.test(to))"""


def holds_no_foreign_markup(page: Page) -> None:
    """Look for elements that only a text taken for markup can have made, shadow roots too."""
    found = page.locator(
        'img[src="x"], img[src*="example.invalid"], .katex, '
        'a[href^="javascript:"], [data-testid="stMarkdownContainer"] script'
    )
    assert found.count() == 0
    # our own links may name a concept; where they lead is what counts
    assert page.locator("a[href]").evaluate_all(_LEADING_OUT) == []
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
    assert plain(button.get_by_test_id("stMarkdownContainer").inner_text()).startswith("Evaluate ")
    button.click()
    desk.drawn()
    assert desk.query()["run"] == ["hostile"]


ORDERS = ("run order", "weakest diagonal", "by cluster", "by name")


@pytest.mark.parametrize("mode", ["counts", "probability"])
def test_every_form_of_the_matrix_shows_names_as_text(desk: Desk, mode: str) -> None:
    wanted = {flat(name) for name in HOSTILE}
    desk.open("hostile", mode=mode, order="name")
    seen = set()
    for order in ORDERS:
        desk.choose("order", order)
        code = {"weakest diagonal": "diagonal"}.get(order, order.replace("by ", "")[:7])
        eventually(desk.page, lambda: desk.query().get("order", ["run"]), [code.split()[0]])
        desk.idle()
        heads = desk.page.locator(".st-key-matrix .rowhead .name").all_inner_texts()
        assert {flat(text) for text in heads} - {"no label"} == wanted
        seen.add(tuple(heads))
        holds_no_foreign_markup(desk.page)
    assert len(seen) > 2, "the orders differ"


def test_each_name_can_be_chosen_linked_to_and_reloaded(desk: Desk) -> None:
    desk.open("hostile")
    lists: list[tuple[str, int, list[str]]] = []
    for row, name in enumerate(HOSTILE):
        desk.page.locator(".st-key-matrix .rowhead").nth(row).click()
        eventually(desk.page, lambda: desk.query().get("show"), ["labelled", f"={name}"])
        start = f"labelled {flat(name)}: "
        eventually(desk.page, lambda: flat(desk.headline()).startswith(start), wanted=True)  # noqa: B023
        desk.idle()
        lists.append((desk.page.url, desk.stated(), desk.cards()))
        assert desk.problems() == []
        holds_no_foreign_markup(desk.page)
    for name, (url, count, cards) in zip(HOSTILE, lists, strict=True):
        desk.follow(url)
        eventually(desk.page, desk.stated, count)
        eventually(desk.page, desk.cards, cards)
        assert flat(desk.headline()).startswith(f"labelled {flat(name)}: ")
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
    assert set(desk.summary("flips")["concept"]) <= set(HOSTILE)
    said = desk.flips_in_words()
    assert said.startswith("0.50 to 0.70: ")
    assert any(flat(name) in flat(said) for name in HOSTILE)
    matrix = desk.summary("matrix")
    assert list(matrix)[1:] == [*HOSTILE, "nothing predicted"]
    holds_no_foreign_markup(desk.page)
    desk.page.locator(".st-key-panel").get_by_text("Summary").click()
    some = len(HOSTILE) // 2
    eventually(desk.page, lambda: desk.summary().get("concept", [])[:some], list(HOSTILE)[:some])
    desk.number(HOSTILE[0], "TP").hover()
    desk.table().evaluate("box => box.scrollTo(0, box.scrollHeight)")
    eventually(desk.page, lambda: desk.summary().get("concept", [])[-some:], list(HOSTILE)[-some:])
    holds_no_foreign_markup(desk.page)
    desk.open("hostile", t="0.7", every_column="1", find="<img")
    eventually(desk.page, lambda: desk.summary().get("concept"), [HOSTILE[0]])
    assert "TN" in desk.summary()
    holds_no_foreign_markup(desk.page)
