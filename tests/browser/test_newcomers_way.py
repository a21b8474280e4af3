"""What may we promise for lemon: from the first page to the report in hand, counted in clicks."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Locator

import evalcore as ec
from tests.browser.conftest import MakeDesk
from tests.browser.desk import PATIENCE, eventually
from tests.browser.serving import serving

MOST_CLICKS = 9


def test_a_promise_for_lemon_is_recorded_and_its_report_in_hand(
    open_desk: MakeDesk, library: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("THRESHOLD_WORKSHOP_STORE", str(tmp_path / "record.db"))
    clicks: list[str] = []

    def click(what: Locator) -> None:
        what.click(timeout=PATIENCE)
        clicks.append(str(what))

    with serving(library, log=tmp_path / "server.txt") as server:
        desk = open_desk(at=server)
        page = desk.page
        page.goto(server.url(""))
        click(page.get_by_role("button", name="Try it on kitchen"))
        desk.drawn()
        click(page.get_by_role("link", name="Thresholds"))
        page.locator(".st-key-section").wait_for(timeout=PATIENCE)
        desk.idle()
        click(page.locator('.st-key-advice [aria-label^="lemon, concept:"]'))
        eventually(page, lambda: desk.query().get("for"), ["lemon"])
        click(page.locator(".st-key-goal button:not([aria-label^=Help])").first)
        click(page.get_by_role("option", name="precision at least", exact=True))
        click(page.get_by_text("with confidence", exact=True))
        page.get_by_text("With 95 % confidence its precision").wait_for(timeout=PATIENCE)
        click(page.locator(".st-key-use_and_record button"))
        name = page.get_by_label("Your name", exact=True).first
        name.fill("Ada", timeout=PATIENCE)
        name.press("Tab")
        desk.idle()
        click(page.locator(".st-key-record button"))
        desk.says("Saved")
        with page.expect_download() as download:
            click(page.get_by_role("button", name="Download report"))
        report = Path(download.value.path()).read_text(encoding="utf-8")

        assert "precision of at least 90 %" in report
        assert "95 % confidence" in report
        choice = ec.guarantee(
            ec.Evaluation(ec.load_run(library / "kitchen")),
            ec.Goal.precision_at_least(0.9),
            concepts=["lemon"],
        ).choice
        assert f"{choice.threshold[0]:g}" in report
        assert len(clicks) <= MOST_CLICKS
        page.close()
