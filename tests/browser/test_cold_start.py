"""The first request after the server's start, to a page that is not the first one."""

from __future__ import annotations

from pathlib import Path

from tests.browser.conftest import MakeDesk
from tests.browser.desk import eventually
from tests.browser.serving import serving


def test_a_cold_deep_link_shows_the_right_menu_and_page(
    library: Path, tmp_path: Path, open_desk: MakeDesk
) -> None:
    with serving(library, log=tmp_path / "log.txt") as cold:
        desk = open_desk(at=cold)
        desk.open("kitchen")
        menu = desk.page.get_by_test_id("stTopNavLink")
        eventually(
            desk.page,
            lambda: [text.split("\n")[-1] for text in menu.all_inner_texts()],
            [
                "Runs",
                "Evaluate",
                "Concept",
                "Thresholds",
                "Ground truth",
                "Compare",
                "Improve",
                "Report",
                "Guide",
            ],
        )
        eventually(desk.page, desk.page.title, "kitchen · Evaluate")
        assert desk.threshold() == "0.50"
        assert len(desk.matrix()) == 12 * 12
        # the first thing that is typed stays: widgets are those that the router draws
        field = desk.page.locator(".st-key-find input")
        field.press_sequentially("kni", delay=150)
        eventually(desk.page, lambda: desk.summary().get("concept"), ["knife"])
        assert field.input_value() == "kni"
        log = (tmp_path / "log.txt").read_text(errors="replace")
        assert "Traceback" not in log
        desk.page.goto("about:blank")
