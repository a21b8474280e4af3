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
    # while the page is drawn anew, the button for all concepts stands there as well
    page.locator(".st-key-use button").filter(has_text="for fork").click()
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
    desk.page.locator(".st-key-gallery .cards").wait_for()
    desk.idle()

    assert desk.page.get_by_text(f"false positives of {name}, were it predicted").is_visible()
    assert desk.count_cards() == number
    assert "own" not in desk.query(), "looking sets nothing"


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


def test_the_trade_off_shows_both_points_and_follows_its_dial(
    desk: Desk, truth: Callable[[str], Truth]
) -> None:
    open_thresholds(desk, "run=kitchen&for=lemon&goal=precision_at_least&goal=level%3D0.95&t=0.5")
    page = desk.page
    chart = page.locator('[data-testid="stVegaLiteChart"][aria-label^="Precision against recall"]')
    chart.locator('.mark-symbol path[stroke="#ffffff"]').wait_for(timeout=PATIENCE)
    assert chart.locator('.mark-symbol path[stroke="#36414c"]').count() == 1, "the recommended one"
    place = "chart => chart.querySelector('.mark-symbol path[stroke=\"#ffffff\"]')"
    place += ".getAttribute('transform')"
    before, link = chart.evaluate(place), page.url
    desk.drag_to(0.9)
    eventually(page, lambda: chart.evaluate(place) != before, wanted=True)
    assert page.url == link, "the link waits for the release"
    page.mouse.up()
    eventually(page, lambda: desk.query().get("t"), [repr(float(desk.threshold()))])
    counts = truth("kitchen").evaluation.counts(truth("kitchen").rule(desk.threshold()))
    j = truth("kitchen").evaluation.run.position_of("lemon")
    eventually(page, lambda: desk.strip().get("false positives"), str(counts.fp[j]))
