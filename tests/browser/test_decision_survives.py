"""The full way of a decision: recorded, the server killed, reopened on a new one, taken away."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest

from evalcore.decisions.files import read_json
from tests.browser.conftest import MakeDesk
from tests.browser.desk import PATIENCE, Desk, eventually
from tests.browser.serving import serving

QUERY = "run=kitchen&section=decisions&t=0.5&own=fork&own=0.6625"


def open_decisions(desk: Desk, query: str) -> None:
    desk.page.goto(desk.server.url(f"thresholds?{query}"))
    desk.page.get_by_label("Title", exact=True).wait_for(timeout=PATIENCE)
    desk.idle()


def type_into(desk: Desk, label: str, text: str) -> None:
    desk.page.get_by_label(label, exact=True).fill(text)
    desk.page.keyboard.press("Tab")
    desk.page.wait_for_timeout(300)
    desk.idle()


def test_a_saved_decision_survives_a_killed_server_and_reopens_and_exports(
    open_desk: MakeDesk, library: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("THRESHOLD_WORKSHOP_STORE", str(tmp_path / "record.db"))
    with serving(library, log=tmp_path / "first.txt") as first:
        desk = open_desk(at=first, fails=".")
        open_decisions(desk, QUERY)
        type_into(desk, "Title", "Fork, strictly")
        type_into(desk, "Your name", "Ada")
        desk.page.locator(".st-key-record button").click()
        desk.says("Saved in")
        type_into(desk, "Title", "Fork, once more")
        desk.page.locator(".st-key-record button").click()
        desk.page.get_by_role("heading", name="Fork, once more").wait_for(timeout=PATIENCE)
        desk.page.close()
        os.kill(first.process_id, signal.SIGKILL)

    with serving(library, log=tmp_path / "second.txt") as second:
        desk = open_desk(at=second)
        open_decisions(desk, "run=kitchen&section=decisions&t=0.9")
        # the latest is open; another one is opened by keys alone
        desk.page.get_by_role("heading", name="Fork, once more").wait_for(timeout=PATIENCE)
        desk.page.get_by_role("rowheader", name="Fork, once more").focus()
        for key in ("ArrowDown", "Enter"):
            desk.page.keyboard.press(key)
        desk.page.get_by_role("heading", name="Fork, strictly").wait_for(timeout=PATIENCE)
        desk.idle()
        desk.page.get_by_role("button", name="Other files").click()
        with desk.page.expect_download() as download:
            desk.page.locator(".st-key-take_away-json button").click()
        download.value.save_as(tmp_path / "decision.json")
        rule = read_json(tmp_path / "decision.json").rule
        assert (rule.default, rule.by_concept) == (0.5, (("fork", 0.6625),))

        desk.page.keyboard.press("Escape")
        desk.page.get_by_role("button", name="Reopen the view").click()
        desk.drawn()
        eventually(desk.page, lambda: desk.query().get("own"), ["fork", "0.6625"])
        assert desk.query()["t"] == ["0.5"]
        assert "/evaluate" in desk.page.url
        desk.page.close()
