"""Pictures of each page for people to look at, kept in ci-output/screenshots/."""

from __future__ import annotations

from typing import Literal

import pytest

from tests.browser.conftest import MakeDesk
from tests.browser.desk import eventually
from tests.browser.serving import ROOT

FOLDER = ROOT / "ci-output" / "screenshots"
SIZES = ((1440, 900), (1024, 768), (1280, 720), (1600, 900), (1920, 1080))
WIDE = "() => document.documentElement.scrollWidth - window.innerWidth"
TWO_FRAMES = (
    "() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => done())))"
)
PAGES = {
    "runs": "",
    "evaluate": "evaluate?run=kitchen&t=0.62&show=cell&show=%3Dapple&show=%3Dtomato",
    "concept": "concept?run=kitchen&concept=fork&t=0.62&show=FP&show=%3Dfork",
    "flips": "evaluate?run=tickets&t=0.62&panel=flips",
    "dialog": "evaluate?run=kitchen&input=kitchen-0001",
    "goal": "thresholds?run=kitchen&for=fork&goal=precision_at_least&goal=level%3D0.8",
    "concepts": "thresholds?run=kitchen&section=concepts",
    "production": "thresholds?run=tickets&section=production",
    "band": "thresholds?run=digits&section=band",
    "large": "evaluate?run=large&scope=all",
}


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_each_page_is_pictured_and_nothing_sticks_out_sideways(
    open_desk: MakeDesk, theme: Literal["light", "dark"]
) -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    desk = open_desk()
    desk.page.emulate_media(color_scheme=theme)
    for name, path in PAGES.items():
        desk.page.goto(desk.server.url(path))
        if path.startswith("evaluate"):
            desk.drawn()
        elif path.startswith("thresholds"):
            desk.page.locator(".st-key-section").wait_for()
        elif path:
            desk.page.locator(".st-key-dial .strip .item").first.wait_for()
        else:
            desk.page.locator(".st-key-library .row").first.wait_for()
        desk.idle()
        for width, height in SIZES:
            desk.page.set_viewport_size({"width": width, "height": height})
            # pictures of the gallery are fetched as they come into view; then two frames to draw
            desk.page.wait_for_load_state("networkidle")
            desk.page.evaluate(TWO_FRAMES)
            eventually(desk.page, lambda: desk.page.evaluate(WIDE) <= 0, wanted=True)
            picture = FOLDER / f"{name}-{theme}-{width}x{height}.png"
            desk.page.screenshot(path=picture)
            assert picture.stat().st_size > 10_000
            assert desk.page.evaluate(WIDE) <= 0, f"{name} sticks out at {width}x{height}"
