"""Moving the threshold: every number follows, while the mouse is still down."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urljoin

import pytest
from playwright.sync_api import Route

import evalcore as ec
from tests.browser.conftest import MakeDesk
from tests.browser.desk import Desk, eventually
from tests.browser.truth import Truth

TruthOf = Callable[[str], Truth]


def shows_what_the_core_says(desk: Desk, truth: Truth, *, threshold: str) -> None:
    shows_the_rule(desk, truth, truth.rule(threshold))


def shows_the_rule(desk: Desk, truth: Truth, rule: ec.Rule) -> None:
    eventually(desk.page, desk.strip, truth.strip(rule))
    eventually(desk.page, desk.summary, truth.table(rule))
    cells = truth.cells(rule)
    eventually(desk.page, lambda: [text.split(" — ")[0] for text in desk.matrix()], cells)


@pytest.mark.parametrize("run", ["kitchen", "digits", "tickets"])
def test_all_numbers_follow_a_drag_without_a_word_to_streamlit(
    desk: Desk, truth: TruthOf, run: str
) -> None:
    oracle = truth(run)
    cell = ec.Cell(*oracle.fullest(oracle.rule("0.5"))[:2])

    def all_of_it() -> list[object]:
        words = desk.rule_in_words(), desk.headline()
        return [desk.strip(), desk.summary(), desk.matrix(), *words]

    def is_shown() -> str:
        shown = desk.threshold()
        rule = oracle.rule(shown)
        shows_the_rule(desk, oracle, rule)
        eventually(desk.page, desk.rule_in_words, oracle.sentence(rule))
        eventually(desk.page, desk.headline, oracle.headline(rule, cell))
        return shown

    desk.open(run, t="0.5", show=["cell", f"={cell.actual}", f"={cell.predicted}"])
    # once more after the release: what Streamlit has drawn anew must go on following
    for share, further in ((0.31, 0.8), (0.66, 0.12)):
        eventually(desk.page, desk.rule_in_words, oracle.sentence(oracle.rule(desk.threshold())))
        before, link = all_of_it(), desk.page.url
        with desk.restless():
            desk.drag_to(share)
            n_sent = len(desk.sent)
            is_shown()
            assert all(now != then for now, then in zip(all_of_it(), before, strict=True))
            between = all_of_it()
            desk.drag_on(further)
            shown = is_shown()
            assert all(now != then for now, then in zip(all_of_it(), between, strict=True))
            assert len(desk.sent) == n_sent, "a drag is no business of Streamlit's"
            assert desk.page.url == link, "the link waits for the release"
            desk.page.mouse.up()
        eventually(desk.page, lambda: desk.query()["t"], [repr(float(shown))])
        assert len(desk.sent) > n_sent
        assert desk.threshold() == shown
        desk.idle()
        is_shown()


def test_flips_and_the_matrix_as_a_table_follow_a_drag_too(desk: Desk, truth: TruthOf) -> None:
    oracle = truth("kitchen")
    desk.open("kitchen", t="0.5", pin_t="0.5", panel="flips", as_table="1")
    desk.page.get_by_text("No prediction differs between the two rules.").wait_for()
    assert "no prediction changes" in desk.flips_in_words()
    with desk.restless():
        desk.drag_to(0.3)
        n_sent = len(desk.sent)
        pinned, rule = oracle.rule("0.5"), oracle.rule(desk.threshold())
        eventually(desk.page, lambda: desk.summary("flips"), oracle.flips(pinned, rule))
        eventually(desk.page, lambda: desk.summary("matrix"), oracle.matrix_table(rule))
        changes = oracle.evaluation.flips(pinned, rule)
        right, wrong = int(changes.enter_right.sum()), int(changes.enter_wrong.sum())
        start = f"0.50 to {desk.threshold()}: {right + wrong:,} predictions enter, "
        wanted = f"{start}{right:,} of them right, {wrong:,} wrong."
        eventually(desk.page, lambda: desk.flips_in_words()[: len(wanted)], wanted)
        desk.drag_on(0.75)
        rule = oracle.rule(desk.threshold())
        eventually(desk.page, lambda: desk.summary("flips"), oracle.flips(pinned, rule))
        eventually(desk.page, lambda: desk.summary("matrix"), oracle.matrix_table(rule))
        assert len(desk.sent) == n_sent
        desk.page.mouse.up()


def test_without_the_live_route_streamlit_answers(open_desk: MakeDesk, truth: TruthOf) -> None:
    oracle = truth("kitchen")
    cell = ec.Cell("egg", "bread")
    refused: list[str] = []

    def refuse(route: Route) -> None:
        refused.append(route.request.url)
        route.fulfill(status=404, body="There is no such page.")

    desk = open_desk(fails="/live/")
    desk.page.route("**/live/*", refuse)
    desk.open("kitchen", t="0.5", show=["cell", "=egg", "=bread"])
    n_sent = len(desk.sent)
    desk.drag_to(0.31)
    shows_what_the_core_says(desk, oracle, threshold=desk.threshold())
    eventually(desk.page, desk.headline, oracle.headline(oracle.rule(desk.threshold()), cell))
    assert refused
    assert len(desk.sent) > n_sent
    desk.drag_on(0.8)
    shown = desk.threshold()
    rule = oracle.rule(shown)
    shows_what_the_core_says(desk, oracle, threshold=shown)
    eventually(desk.page, desk.rule_in_words, oracle.sentence(rule))
    eventually(desk.page, desk.headline, oracle.headline(rule, cell))
    desk.page.mouse.up()
    eventually(desk.page, lambda: desk.query()["t"], [repr(float(shown))])
    shows_what_the_core_says(desk, oracle, threshold=shown)


def test_the_live_route_answers_nobody_who_guesses_and_no_nonsense(desk: Desk) -> None:
    asked: list[str] = []
    desk.page.on("request", lambda made: asked.append(made.url) if "/live/" in made.url else None)
    desk.open("kitchen")
    desk.drag_to(0.4)
    eventually(desk.page, lambda: bool(asked), wanted=True)
    desk.page.mouse.up()
    get = desk.page.request.get
    address = asked[0].split("?")[0]
    assert get(f"{address}?t=0.4").ok
    assert get(f"{address}?t=%3Cb%3E").status == 400
    assert get(address).status == 400
    assert get(f"{urljoin(address, 'x' * 22)}?t=0.4").status == 404


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


KEYS = {
    "ArrowRight": "0.51",
    "ArrowLeft ArrowLeft": "0.48",
    "Shift+ArrowRight": "0.501",
    "Shift+ArrowLeft Shift+ArrowLeft Shift+ArrowLeft": "0.497",
    "PageUp": "0.60",
    "Home": "0.00",
    "End": "1.00",
    "End ArrowRight": "1.00",
}


def test_the_slider_follows_the_keyboard(desk: Desk, truth: TruthOf) -> None:
    desk.open("kitchen")
    for keys, wanted in KEYS.items():
        desk.set_threshold("0.5")
        shows_what_the_core_says(desk, truth("kitchen"), threshold="0.5")
        for key in keys.split():
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


@pytest.mark.parametrize("pace", [30, 80])
def test_key_presses_at_the_pace_of_a_held_key_are_none_lost(
    desk: Desk, truth: TruthOf, pace: int
) -> None:
    desk.open("kitchen", t="0.5")
    desk.slider.focus()
    for _ in range(20):  # so slow that what Streamlit draws comes in between
        desk.page.keyboard.press("ArrowRight", delay=pace)
    eventually(desk.page, lambda: desk.query()["t"], ["0.7"])
    desk.idle()
    shows_what_the_core_says(desk, truth("kitchen"), threshold="0.7")


def test_an_exact_threshold_is_taken_to_the_last_digit(desk: Desk, truth: TruthOf) -> None:
    desk.open("tickets")
    desk.set_threshold("0.333")
    eventually(desk.page, lambda: desk.query()["t"], ["0.333"])
    shows_what_the_core_says(desk, truth("tickets"), threshold="0.333")
    assert desk.threshold() == "0.333"
    eventually(desk.page, lambda: desk.rule_in_words()[-19:], "greater than 0.333.")


def test_a_threshold_is_typed_in_many_ways_and_refused_beyond_the_scores(
    desk: Desk, truth: TruthOf
) -> None:
    desk.open("tickets")
    message = desk.page.locator(".st-key-dial").get_by_role("alert")
    for typed, wanted in (("0,29", "0.29"), (".31", "0.31"), ("62 %", "0.62")):
        desk.box.fill(typed)
        desk.box.press("Enter")
        eventually(desk.page, lambda: desk.query()["t"], [wanted])
    desk.box.fill("5")
    desk.box.press("Enter")
    said = "A threshold lies from 0 to 1 here. For 5 of 100 write 5 %."
    eventually(desk.page, message.inner_text, said)
    assert desk.threshold() == "5", "what was typed stays"
    assert desk.query()["t"] == ["0.62"]
    assert desk.slider.get_attribute("max") == "1"
    shows_what_the_core_says(desk, truth("tickets"), threshold="0.62")


def test_a_link_with_a_threshold_beyond_the_scores_is_followed(desk: Desk, truth: TruthOf) -> None:
    desk.open("tickets", t="1.5")
    shows_what_the_core_says(desk, truth("tickets"), threshold="1.5")


def test_nonsense_in_the_box_is_answered_and_changes_nothing(desk: Desk, truth: TruthOf) -> None:
    desk.open("kitchen", t="0.62")
    message = desk.page.locator(".st-key-dial").get_by_role("alert")
    for nonsense in ("abc", "", "0.5.5", "1e999", "NaN", "--1"):
        desk.box.fill(nonsense)
        desk.box.press("Enter")
        eventually(desk.page, message.inner_text, "A threshold is a number, such as 0.62.")
        assert desk.box.get_attribute("aria-invalid") == "true"
        shows_what_the_core_says(desk, truth("kitchen"), threshold="0.62")
        assert desk.query()["t"] == ["0.62"]

        desk.set_threshold("0.4")
        assert message.inner_text() == ""
        desk.set_threshold("0.62")
        shows_what_the_core_says(desk, truth("kitchen"), threshold="0.62")


def test_operator_and_decision_change_the_rule_and_every_number(desk: Desk, truth: TruthOf) -> None:
    oracle = truth("tickets")
    desk.open("tickets", t="0.4")
    desk.page.locator(".st-key-operator").get_by_text("at least").click()
    eventually(desk.page, lambda: desk.query()["op"], ["ge"])
    rule = oracle.rule("0.4", operator=">=")
    shows_the_rule(desk, oracle, rule)
    eventually(desk.page, desk.rule_in_words, oracle.sentence(rule))

    desk.page.locator(".st-key-decision").get_by_text("top concept only").click()
    eventually(desk.page, lambda: desk.query()["decision"], ["top"])
    rule = oracle.rule("0.4", operator=">=", decision="top")
    shows_the_rule(desk, oracle, rule)
    eventually(desk.page, desk.rule_in_words, oracle.sentence(rule))
