"""Pictures of each page for people to look at, kept in ci-output/screenshots/."""

from __future__ import annotations

from typing import Any, Literal

import pytest
from playwright.sync_api import Browser

from tests.browser.conftest import MakeDesk
from tests.browser.serving import ROOT

FOLDER = ROOT / "ci-output" / "screenshots"
SIZES = ((1440, 900), (1024, 768), (1920, 1080))
PAGES = {
    "runs": "",
    "evaluate": "evaluate?run=kitchen&t=0.62&show=cell&show=%3Dapple&show=%3Dtomato",
    "flips": "evaluate?run=tickets&t=0.62&panel=flips",
    "dialog": "evaluate?run=kitchen&input=kitchen-0001",
    "large": "evaluate?run=large&scope=all",
}


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
def test_each_page_is_pictured_and_nothing_sticks_out_sideways(
    browser: Browser,
    open_desk: MakeDesk,
    size: tuple[int, int],
    theme: Literal["light", "dark"],
) -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    view: Any = {"width": size[0], "height": size[1]}
    context = browser.new_context(viewport=view, color_scheme=theme)
    for name, path in PAGES.items():
        desk = open_desk(context=context)
        desk.page.goto(desk.server.url(path))
        if path:
            desk.drawn()
        else:
            desk.page.locator(".st-key-library canvas").first.wait_for()
        desk.idle()
        # pictures of the gallery are fetched as they come into view; then one frame to draw
        desk.page.wait_for_load_state("networkidle")
        desk.page.evaluate("() => new Promise(done => requestAnimationFrame(done))")
        picture = FOLDER / f"{name}-{theme}-{size[0]}x{size[1]}.png"
        desk.page.screenshot(path=picture)
        assert picture.stat().st_size > 10_000
        wide = "() => document.documentElement.scrollWidth - window.innerWidth"
        assert desk.page.evaluate(wide) <= 0, f"{name} sticks out at {size}"
    context.close()
