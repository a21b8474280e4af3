"""axe-core finds nothing on any page: in light and dark, every section, dialog open and closed."""

from __future__ import annotations

import os

import pytest

from tests.browser.conftest import MakeDesk
from tests.browser.desk import Desk, eventually
from tests.browser.serving import ROOT

AXE = ROOT / "tests" / "js" / "node_modules" / "axe-core" / "axe.min.js"
PAGES = {
    "runs": "",
    "summary": "evaluate?run=kitchen&t=0.62&show=cell&show=%3Dapple&show=%3Dtomato",
    "flips": "evaluate?run=tickets&t=0.62&panel=flips",
    "probability": "evaluate?run=kitchen&mode=probability&every_column=1",
    "table": "evaluate?run=tickets&as_table=1",
    "big": "evaluate?run=kitchen&big=1",
    "dialog": "evaluate?run=kitchen&input=kitchen-0001",
    "canvas": "evaluate?run=large&scope=all",
    "concept": "concept?run=kitchen&concept=fork&t=0.62&show=FP&show=%3Dfork",
    "goal": "thresholds?run=kitchen&for=fork&goal=precision_at_least&goal=level%3D0.8",
    "concepts": "thresholds?run=kitchen&section=concepts",
    "production": "thresholds?run=tickets&section=production",
    "band": "thresholds?run=digits&section=band",
    "truth": "truth?run=kitchen",
    "slices": "evaluate?run=kitchen&panel=slices&sliced_for=egg&intervals=1",
    "decisions": "thresholds?run=digits&section=decisions",
    "compare": "compare?run=kitchen&t=0.62&right=kitchen&right_rule=own",
    "improve": "improve?run=kitchen",
    "report": "report?run=digits",
    "guide": "guide?run=kitchen",
}
READY = {
    "compare": ".st-key-gallery .card",
    "improve": ".st-key-gallery .card",
    "report": "iframe",
    "guide": "h3#how-many",
}
"""What a page that takes a while shows last."""
# Streamlit's own: its canvas tables and menus are not ours to mend
STREAMLITS_OWN = [["[data-testid=stDataFrame]"], ["[data-testid=stToolbar]"]]
RUN = """async exclude => {
    const found = await axe.run({ exclude }, { resultTypes: ['violations'] });
    return found.violations.flatMap(({ id, nodes }) => nodes.map(({ target, html, any }) =>
        `${id}: ${html.slice(0, 160)} at ${target.flat().join(' ').slice(-120)}: `
        + (any[0]?.message ?? '')));
}"""
DARK = "() => getComputedStyle(document.querySelector('.stApp')).colorScheme"


@pytest.fixture(scope="module")
def axe() -> str:
    """Return axe-core's script; where Node is required, its absence is a failure."""
    if not AXE.exists():
        reason = "axe-core is not installed (npm ci in tests/js): pages were not looked through."
        if os.environ.get("THRESHOLD_WORKSHOP_NODE") == "required":
            pytest.fail(reason)
        pytest.skip(reason)
    return AXE.read_text(encoding="utf-8")


def violations(desk: Desk, axe: str) -> list[str]:
    """Return what axe-core finds on the page, one line for each element."""
    if not desk.page.evaluate("'axe' in window"):
        desk.page.evaluate(axe)
    found: list[str] = desk.page.evaluate(RUN, STREAMLITS_OWN)
    return found


@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_no_violation_in_light_and_dark(open_desk: MakeDesk, name: str, axe: str) -> None:
    desk = open_desk()
    path = PAGES[name]
    desk.page.emulate_media(color_scheme="light")
    desk.page.goto(desk.server.url(path))
    if path.startswith("evaluate"):
        desk.drawn()
    elif path.startswith("thresholds"):
        desk.page.locator(".st-key-section").wait_for()
    elif path.startswith("concept"):
        desk.page.locator(".st-key-dial .strip .item").first.wait_for()
    elif path.split("?")[0] in READY:
        desk.page.locator(READY[path.split("?")[0]]).first.wait_for()
    elif not path:
        desk.page.locator(".st-key-library").first.wait_for()
    desk.idle()
    assert violations(desk, axe) == []
    desk.page.emulate_media(color_scheme="dark")
    eventually(desk.page, lambda: desk.page.evaluate(DARK), "dark")
    assert violations(desk, axe) == []


def test_axe_finds_nothing_in_the_details_of_a_row(open_desk: MakeDesk, axe: str) -> None:
    desk = open_desk()
    desk.page.set_viewport_size({"width": 1024, "height": 768})
    desk.open("kitchen", every_column="1")
    desk.table().get_by_role("gridcell", name="apple: more numbers").click()
    desk.page.get_by_role("dialog", name="apple").wait_for()
    assert violations(desk, axe) == []
