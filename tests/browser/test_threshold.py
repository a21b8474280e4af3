"""Moving the threshold: every number follows, while the mouse is still down."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.browser.desk import Desk, eventually
from tests.browser.truth import Truth

TruthOf = Callable[[str], Truth]


def shows_what_the_core_says(desk: Desk, truth: Truth, *, threshold: str) -> None:
    rule = truth.rule(threshold)
    eventually(desk.page, desk.strip, truth.strip(rule))
    columns = truth.summary(rule)
    eventually(desk.page, lambda: counts_shown(desk, columns), columns)
    cells = truth.cells(rule)
    eventually(desk.page, lambda: [text.split(" — ")[0] for text in desk.matrix()], cells)


def counts_shown(desk: Desk, like: dict[str, list[int]]) -> dict[str, list[int]]:
    table = desk.summary()
    return {name: [int(text) for text in table.get(name, ())] for name in like}


@pytest.mark.parametrize("run", ["kitchen", "digits", "tickets"])
def test_all_numbers_follow_before_the_mouse_is_released(
    desk: Desk, truth: TruthOf, run: str
) -> None:
    desk.open(run)
    before = desk.strip(), desk.summary(), desk.matrix()
    link = desk.page.url

    desk.drag_to(0.31)
    eventually(desk.page, lambda: desk.strip() != before[0], wanted=True)
    shown = desk.threshold()
    shows_what_the_core_says(desk, truth(run), threshold=shown)
    after = desk.strip(), desk.summary(), desk.matrix()
    assert all(now != then for now, then in zip(after, before, strict=True))
    assert desk.page.url == link, "the link waits for the release"

    desk.page.mouse.up()
    eventually(desk.page, lambda: desk.query()["t"], [repr(float(shown))])
    assert desk.threshold() == shown
    shows_what_the_core_says(desk, truth(run), threshold=shown)


def test_a_drag_there_and_back_ends_where_it_began(desk: Desk, truth: TruthOf) -> None:
    desk.open("kitchen")
    desk.drag_to(0.9)
    eventually(desk.page, lambda: float(desk.threshold()) > 0.8, wanted=True)
    room = desk.slider.bounding_box()
    assert room is not None
    desk.page.mouse.move(room["x"] + room["width"] / 2, room["y"] + room["height"] / 2, steps=12)
    desk.page.mouse.up()
    eventually(desk.page, lambda: abs(float(desk.query()["t"][0]) - 0.5) < 0.02, wanted=True)
    shows_what_the_core_says(desk, truth("kitchen"), threshold=desk.threshold())


@pytest.mark.parametrize(
    ("keys", "wanted"),
    [
        (["ArrowRight"], "0.51"),
        (["ArrowLeft", "ArrowLeft"], "0.48"),
        (["Shift+ArrowRight"], "0.501"),
        (["Shift+ArrowLeft", "Shift+ArrowLeft", "Shift+ArrowLeft"], "0.497"),
        (["PageUp"], "0.60"),
        (["Home"], "0.00"),
        (["End"], "1.00"),
        (["End", "ArrowRight"], "1.00"),
    ],
)
def test_the_slider_follows_the_keyboard(
    desk: Desk, truth: TruthOf, keys: list[str], wanted: str
) -> None:
    desk.open("kitchen")
    for key in keys:
        desk.slider.press(key)
    eventually(desk.page, desk.threshold, wanted)
    eventually(desk.page, lambda: desk.query()["t"], [repr(float(wanted))])
    shows_what_the_core_says(desk, truth("kitchen"), threshold=wanted)


def test_many_quick_key_presses_are_none_lost(desk: Desk, truth: TruthOf) -> None:
    desk.open("kitchen")
    desk.slider.focus()
    for _ in range(25):
        desk.page.keyboard.press("ArrowRight")
    eventually(desk.page, lambda: desk.query()["t"], ["0.75"])
    shows_what_the_core_says(desk, truth("kitchen"), threshold="0.75")


def test_an_exact_threshold_is_taken_to_the_last_digit(desk: Desk, truth: TruthOf) -> None:
    desk.open("tickets")
    desk.set_threshold("0.333")
    eventually(desk.page, lambda: desk.query()["t"], ["0.333"])
    shows_what_the_core_says(desk, truth("tickets"), threshold="0.333")
    assert desk.threshold() == "0.333"
    assert "greater than 0.333." in desk.page.locator("body").inner_text()


def test_a_comma_and_a_threshold_beyond_the_scores_are_understood(
    desk: Desk, truth: TruthOf
) -> None:
    desk.open("tickets")
    desk.box.fill("0,29")
    desk.box.press("Enter")
    eventually(desk.page, lambda: desk.query()["t"], ["0.29"])
    desk.set_threshold("1.5")
    shows_what_the_core_says(desk, truth("tickets"), threshold="1.5")


@pytest.mark.parametrize("nonsense", ["abc", "", "0.5.5", "1e999", "NaN", "--1"])
def test_nonsense_in_the_box_is_answered_and_changes_nothing(
    desk: Desk, truth: TruthOf, nonsense: str
) -> None:
    desk.open("kitchen", t="0.62")
    desk.box.fill(nonsense)
    desk.box.press("Enter")
    message = desk.page.locator(".st-key-dial").get_by_role("alert")
    eventually(desk.page, message.inner_text, "A threshold is a number, such as 0.62.")
    assert desk.box.get_attribute("aria-invalid") == "true"
    shows_what_the_core_says(desk, truth("kitchen"), threshold="0.62")
    assert desk.query()["t"] == ["0.62"]

    desk.box.fill("0.4")
    desk.box.press("Enter")
    eventually(desk.page, lambda: desk.query()["t"], ["0.4"])
    assert message.inner_text() == ""


def test_operator_and_decision_change_the_rule_and_every_number(desk: Desk, truth: TruthOf) -> None:
    oracle = truth("tickets")
    desk.open("tickets", t="0.4")
    desk.page.locator(".st-key-operator").get_by_text("at least").click()
    eventually(desk.page, lambda: desk.query()["op"], ["ge"])
    eventually(desk.page, desk.strip, oracle.strip(oracle.rule("0.4", operator=">=")))
    assert "at least 0.40." in desk.page.locator("body").inner_text()

    desk.page.locator(".st-key-decision").get_by_text("top concept only").click()
    eventually(desk.page, lambda: desk.query()["decision"], ["top"])
    rule = oracle.rule("0.4", operator=">=", decision="top")
    eventually(desk.page, desk.strip, oracle.strip(rule))
    columns = oracle.summary(rule)
    eventually(desk.page, lambda: counts_shown(desk, columns), columns)
