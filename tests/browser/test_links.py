"""The address bar: a link reopens the same view, and a bad one says what it asked in vain."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.conftest import VIEWPORT, MakeDesk
from tests.browser.desk import PATIENCE, Desk, eventually

FULL: dict[str, Any] = {
    "t": "0.35",
    "op": "ge",
    "decision": "top",
    "pin_t": "0.6",
    "pin_op": "gt",
    "pin_decision": "every",
    "mode": "probability",
    "order": "name",
    "sort": "id",
    "show": ["labelled", "=plate"],
    "page": "3",
    "order_by": ["5", "up"],
}


def state(desk: Desk) -> dict[str, Any]:
    return {
        "query": desk.query(),
        "threshold": desk.threshold(),
        "strip": desk.strip(),
        "summary": desk.summary(),
        "rule": desk.rule_in_words(),
        "matrix": desk.matrix(),
        "headline": desk.headline(),
        "cards": desk.cards(),
        "pinned": desk.page.locator(".st-key-dial .pinned").inner_text(),
    }


def test_a_link_reopens_the_same_view_in_another_browser(
    browser: Browser, open_desk: MakeDesk
) -> None:
    first = open_desk().open("kitchen", **FULL)
    assert first.threshold() == "0.35"
    assert {name: values for name, values in first.query().items() if name in FULL} == {
        name: value if isinstance(value, list) else [value] for name, value in FULL.items()
    }
    fresh = browser.new_context(viewport=VIEWPORT)  # type: ignore[arg-type]
    second = open_desk(context=fresh).follow(first.page.url)
    eventually(second.page, lambda: state(second), state(first))
    fresh.close()


def test_reloading_keeps_what_was_clicked_together(desk: Desk) -> None:
    desk.open("kitchen")
    desk.set_threshold("0.58")
    desk.page.locator(".st-key-dial .pin-here").click()
    eventually(desk.page, lambda: desk.query()["pin_t"], ["0.58"])
    desk.set_threshold("0.44")
    desk.click_cell("labelled apple, predicted tomato:")
    eventually(desk.page, lambda: desk.query().get("show"), ["cell", "=apple", "=tomato"])
    desk.page.get_by_test_id("stPaginationNext").click()
    eventually(desk.page, lambda: desk.query().get("page"), ["2"])
    desk.page.locator(".st-key-mode").get_by_text("Probability").click()
    eventually(desk.page, lambda: desk.query().get("mode"), ["probability"])
    eventually(desk.page, lambda: desk.matrix()[0][:15], "mean score for ")
    before = state(desk)
    desk.page.reload()
    desk.drawn()
    eventually(desk.page, lambda: state(desk), before)


def test_back_and_forward_walk_through_what_was_set(desk: Desk) -> None:
    desk.open("kitchen")
    eventually(desk.page, lambda: desk.query().get("t"), ["0.5"])
    first = desk.strip()
    desk.set_threshold("0.7")
    desk.click_cell("labelled apple, predicted tomato:")
    eventually(desk.page, lambda: desk.query().get("show"), ["cell", "=apple", "=tomato"])
    desk.page.go_back()
    eventually(desk.page, lambda: "show" in desk.query(), wanted=False)
    desk.page.go_back()
    eventually(desk.page, desk.threshold, "0.50")
    eventually(desk.page, desk.strip, first)
    desk.page.go_forward()
    eventually(desk.page, desk.threshold, "0.70")


def test_another_page_and_back_keeps_everything(desk: Desk) -> None:
    desk.open("kitchen", **FULL)
    before = state(desk)
    desk.page.get_by_role("link", name="Runs").click()
    desk.page.locator(".st-key-library").wait_for()
    desk.idle()
    desk.page.get_by_role("link", name="Evaluate").click()
    desk.drawn()
    eventually(desk.page, lambda: state(desk), before)


def test_another_run_starts_afresh_and_its_own_list_is_shown(desk: Desk) -> None:
    desk.open("kitchen", t="0.7", show=["cell", "=apple", "=tomato"])
    desk.choose("run", "tickets")
    eventually(desk.page, lambda: desk.query()["run"], ["tickets"])
    eventually(desk.page, desk.threshold, "0.50")
    assert "show" not in desk.query()
    eventually(desk.page, lambda: len(desk.matrix()), 8 * 8)


def test_split_and_slice_are_in_the_link(desk: Desk) -> None:
    desk.open("tickets", split="1", slice=["channel", "chat"])
    expect(desk.page.get_by_text("of 520 inputs").first).to_be_visible(timeout=PATIENCE)
    assert desk.problems() == []
    before = state(desk)
    desk.page.reload()
    desk.drawn()
    eventually(desk.page, lambda: state(desk), before)


def test_a_missing_run_says_so_and_offers_what_there_is(desk: Desk) -> None:
    desk.page.goto(desk.server.url("evaluate?run=kitchn"))
    desk.says("There is no run 'kitchn' here.")
    assert "Did you mean 'kitchen'" in desk.problems()[0]
    assert "tickets" in desk.problems()[0]
    desk.page.get_by_role("button", name="Open kitchen").click()
    desk.drawn()
    eventually(desk.page, lambda: desk.query()["run"], ["kitchen"])
    assert desk.problems() == []


def test_a_missing_run_on_the_runs_page_says_so(desk: Desk) -> None:
    desk.page.goto(desk.server.url("?run=kitchn"))
    desk.says("There is no run 'kitchn' here.")
    desk.page.locator(".st-key-library").wait_for()


def test_a_missing_concept_says_so_and_names_those_there_are(desk: Desk) -> None:
    desk.page.goto(desk.server.url("evaluate?run=kitchen&show=FP&show=%3Dappel"))
    desk.says("'appel'")
    desk.idle()
    (message,) = desk.problems()
    assert "This run has: apple, tomato" in message
    desk.click_cell("labelled apple, predicted tomato:")
    eventually(desk.page, desk.problems, [])
    desk.drawn()


@pytest.mark.parametrize(
    ("query", "says"),
    [
        (
            {"t": "abc", "mode": "xx", "page": "-3", "show": "cell", "input": "nope"},
            (
                "A threshold must be a finite number, got 'abc'.",
                "mode=xx is not one of counts, probability.",
                "page=-3 is not a page number.",
                "show=cell names nothing that can be shown.",
                "hold no id 'nope'.",
            ),
        ),
        (
            {"t": "nan", "mode": "![a](https://example.invalid/y.png)<img src=x>"},
            ("A threshold must be a finite number", "![a](https://"),
        ),
        (
            {"t": "0.5", "op": "zz", "order_by": "TP"},
            (
                "The operator must be gt or ge",
                "order_by needs the number of a column, then up or down.",
            ),
        ),
        ({"t": "0.5", "decision": "some"}, ("the decision every or top",)),
    ],
    ids=lambda value: "+".join(value) if isinstance(value, dict) else "",
)
def test_nonsense_in_a_link_is_named_and_the_rest_is_shown(
    desk: Desk, query: dict[str, str], says: tuple[str, ...]
) -> None:
    desk.open("kitchen", **query)
    for words in says:
        desk.says(words)
    assert desk.threshold() == "0.50"
    assert len(desk.matrix()) == 12 * 12


@pytest.mark.parametrize(
    ("query", "says"),
    [
        ({"split": "99"}, "This run has no split '99'. It has: 0, 1, 2, 3, 4."),
        ({"slice": ["colour", "red"]}, "This run has no column 'colour'. It has: source, surface."),
    ],
)
def test_a_missing_split_or_slice_offers_all_inputs(
    desk: Desk, query: dict[str, Any], says: str
) -> None:
    desk.page.goto(desk.server.url("evaluate?run=kitchen"))
    desk.drawn()
    pairs = "&".join(
        f"{name}={value}"
        for name, values in query.items()
        for value in (values if isinstance(values, list) else [values])
    )
    desk.page.goto(desk.server.url(f"evaluate?run=kitchen&{pairs}"))
    desk.says(says)
    desk.page.get_by_role("button", name="Show all inputs").click()
    desk.drawn()
    assert desk.problems() == []
    assert len(desk.matrix()) == 12 * 12


def test_a_page_beyond_the_last_shows_the_last(desk: Desk) -> None:
    desk.open("kitchen", show=["cell", "=apple", "=tomato"], page="999")
    assert desk.cards()
    active = desk.page.get_by_test_id("stPaginationPageActive")
    assert active.inner_text() == "6"
    assert desk.problems() == []


def test_two_people_do_not_disturb_each_other(browser: Browser, open_desk: MakeDesk) -> None:
    other = browser.new_context(viewport=VIEWPORT)  # type: ignore[arg-type]
    ann, bob = open_desk().open("kitchen"), open_desk(context=other).open("kitchen")
    ann.set_threshold("0.3")
    bob.set_threshold("0.8")
    bob.click_cell("labelled apple, predicted tomato:")
    eventually(bob.page, lambda: bob.headline()[:14], "labelled apple")
    shown = ann.strip()
    ann.click_cell("labelled egg, predicted bread:")
    eventually(ann.page, lambda: ann.headline()[:12], "labelled egg")
    assert (ann.threshold(), bob.threshold()) == ("0.30", "0.80")
    assert ann.strip() == shown
    assert ann.strip() != bob.strip()
    assert bob.headline().startswith("labelled apple, predicted tomato")
    other.close()
