"""Two browsers in a workshop: one presents, the other follows the drag, answers, looks around."""

from __future__ import annotations

import re
from dataclasses import replace

from playwright.sync_api import BrowserContext, expect

from tests.browser.conftest import MakeDesk
from tests.browser.desk import PATIENCE, Desk, eventually


def fill(desk: Desk, placeholder: str, text: str) -> None:
    box = desk.page.get_by_placeholder(placeholder)
    box.fill(text)
    box.press("Enter")
    desk.idle()


def press(desk: Desk, name: str) -> None:
    desk.page.get_by_role("button", name=name, exact=True).click()
    desk.idle()


def says(desk: Desk, text: str) -> None:
    expect(desk.page.get_by_text(text).first).to_be_visible(timeout=PATIENCE)


def follow_a_drag(presenter: Desk, follower: Desk, *, to: float) -> None:
    """Numbers follow while the mouse is still down, without a message of the follower to Streamlit.

    At the end the mouse is let go.
    """
    sent = len(follower.sent)
    with presenter.restless():
        presenter.drag_to(to)
        eventually(follower.page, follower.threshold, presenter.threshold())
        eventually(follower.page, lambda: follower.strip() == presenter.strip(), wanted=True)
        assert len(follower.sent) == sent
    presenter.page.mouse.up()


def test_two_browsers_present_follow_a_drag_poll_and_read_the_minutes(
    open_desk: MakeDesk, browsers: tuple[BrowserContext, BrowserContext]
) -> None:
    ada = open_desk(context=browsers[0]).open("digits", t="0.5", right="digits")
    press(ada, "Workshop")
    fill(ada, "What it is about", "Which <b>sevens</b>?")
    fill(ada, "Your name", "Ada")
    press(ada, "Present")
    says(ada, "You present")
    (name,) = ada.query()["workshop"]

    bo = open_desk(context=browsers[1], fails="/follow/")
    bo.page.goto(bo.server.url(f"?workshop={name}"))
    bo.drawn()
    says(bo, "Following")
    says(ada, "1 other here")

    follow_a_drag(ada, bo, to=0.7)
    eventually(bo.page, lambda: bo.query()["t"], ada.query()["t"])
    eventually(bo.page, bo.headline, ada.headline())

    # the viewer, and a poll on the input in it
    ada.page.locator(".st-key-gallery li").first.click()
    says(bo, "Pin as evidence")
    press(ada, "Ask everybody")
    says(bo, "Does this show")
    fill(bo, "Your name", "Bo")
    bo.page.get_by_role("dialog").get_by_role("button", name="No", exact=True).click()
    says(ada, "1 answered")
    assert "(Bo)" not in ada.page.get_by_role("dialog").inner_text()
    press(ada, "Show the answers")
    expect(bo.page.get_by_role("dialog").get_by_text("(Bo)")).to_be_visible(timeout=PATIENCE)
    press(ada, "Count as votes")
    ada.page.get_by_role("dialog").get_by_role("button", name="Close").click()
    bo.page.get_by_role("dialog").wait_for(state="detached", timeout=PATIENCE)

    # both thresholds of Compare
    ada.page.get_by_role("link", name="Compare").click()
    for key, name, to in (("left_threshold", "own", 0.4), ("right_threshold", "right_own", 0.6)):
        theirs, ours = replace(ada, dial=key), replace(bo, dial=key)
        for desk in (theirs, ours):
            desk.slider.wait_for(timeout=PATIENCE)
            desk.idle()
        follow_a_drag(theirs, ours, to=to)
        for desk in (ada, bo):
            eventually(desk.page, lambda: desk.query().get(name, [""])[-1], str(to))  # noqa: B023
        assert bo.query() == ada.query()

    # looking around, and back
    ada.page.get_by_role("link", name="Evaluate").click()
    bo.page.wait_for_url(re.compile("/evaluate"), timeout=PATIENCE)
    bo.drawn()
    bo.set_threshold("0.3")
    says(bo, "Looking around by yourself")
    ada.page.get_by_role("link", name="Report").click()
    report = ada.page.frame_locator("iframe")
    expect(report.get_by_text("Which <b>sevens</b>?")).to_be_visible(timeout=PATIENCE)
    assert re.search(r"1 no \(Bo\)", report.locator("section.minutes").inner_text())
    assert "Votes cast · Bo 1" in report.locator("section.minutes").inner_text()
    assert bo.query()["t"] == ["0.3"]
    press(bo, "Come back")
    bo.page.wait_for_url(re.compile("/report"), timeout=PATIENCE)
    press(ada, "End")
    says(bo, "is over. Its minutes stand in the Report.")
