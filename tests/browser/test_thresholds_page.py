"""The Thresholds page in the browser: set a goal, take the threshold, and every page follows."""

from __future__ import annotations

from collections.abc import Callable

import evalcore as ec
from tests.browser.conftest import MakeDesk
from tests.browser.desk import PATIENCE, Desk, eventually
from tests.browser.truth import Truth

RECOMMENDED = '.st-key-advice .box[aria-label="Recommended thresholds"]'


def open_thresholds(desk: Desk, query: str) -> None:
    desk.page.goto(desk.server.url(f"thresholds?{query}"))
    desk.page.locator(".st-key-section").wait_for(timeout=PATIENCE)
    desk.idle()


def test_a_goal_is_set_and_its_threshold_taken_over_and_evaluate_follows(
    desk: Desk, truth: Callable[[str], Truth]
) -> None:
    evaluation = truth("kitchen").evaluation
    goal = ec.Goal.precision_at_least(0.8)
    choice = ec.choose(evaluation, goal, concepts=["fork"])
    open_thresholds(desk, "run=kitchen")
    page = desk.page

    desk.choose("goal", "precision at least")
    level = page.get_by_label("Level")
    level.fill("0.8")
    level.press("Enter")
    eventually(page, lambda: desk.query().get("goal"), ["precision_at_least", "level=0.8"])
    desk.choose("for", "fork")
    page.locator(".st-key-use button").click()
    eventually(page, lambda: desk.query().get("own"), ["fork", repr(float(choice.threshold[0]))])
    page.get_by_role("link", name="Evaluate").click()
    desk.drawn()

    tp, fp = int(choice.counts.tp[0]), int(choice.counts.fp[0])
    eventually(page, lambda: desk.number("fork", "TP").inner_text(), str(tp))
    eventually(page, lambda: desk.number("fork", "FP").inner_text(), str(fp))
    desk.number("fork", "FP").click()
    eventually(page, desk.headline, f"false positives of fork: {fp} inputs")
    assert desk.count_cards() == fp


def test_a_count_of_a_recommendation_opens_its_inputs(
    desk: Desk, truth: Callable[[str], Truth]
) -> None:
    choice = ec.choose(truth("tickets").evaluation, ec.Goal.f_beta())
    open_thresholds(desk, "run=tickets")
    name, number = choice.names[0], int(choice.counts.fp[0])

    desk.page.locator(f'{RECOMMENDED} [aria-label="{name}, FP: {number}"]').click()
    desk.drawn()

    assert "/evaluate" in desk.page.url
    eventually(desk.page, desk.headline, f"false positives of {name}: {number} inputs")
    assert desk.count_cards() == number


def test_the_link_opens_the_same_question_for_somebody_else(
    open_desk: MakeDesk,
) -> None:
    first, second = open_desk(), open_desk()
    open_thresholds(first, "run=kitchen&section=band")
    share = first.page.get_by_label("Share of positives rejected, at most")
    share.fill("0.2")
    share.press("Enter")
    eventually(first.page, lambda: first.query().get("miss"), ["0.2"])
    first.idle()

    open_thresholds(second, first.page.url.split("?", 1)[1])

    def said(desk: Desk) -> str:
        return desk.page.get_by_text("The largest band is that of").inner_text()

    assert said(second) == said(first)
    assert "of 1,600 inputs" in said(second)
