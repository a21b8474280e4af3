"""Every page, section and dialog: axe-core finds nothing in it, and it fits the screen."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.browser.conftest import MakeDesk
from tests.browser.desk import Desk, eventually
from tests.browser.serving import ROOT
from tests.support.missing import missing

AXE = ROOT / "tests" / "js" / "node_modules" / "axe-core" / "axe.min.js"
PICTURES = os.environ.get("THRESHOLD_WORKSHOP_PICTURES")
"""A folder for pictures of every page, for people to look at; none are taken without one."""
SIZES = ((1024, 768), (1280, 720), (1600, 900), (1920, 1080), (1440, 900))
CELL = "show=cell&show=%3Dapple&show=%3Dtomato"
VISITS: dict[str, tuple[str, tuple[str, ...]]] = {
    "runs": ("", ()),
    "evaluate": (
        f"evaluate?run=kitchen&t=0.62&{CELL}&every_column=1&intervals=1&sliced_for=egg",
        ("panel: Slices", "panel: Flips", "mode: Probability"),
    ),
    "table": ("evaluate?run=tickets&as_table=1", ()),
    "big": ("evaluate?run=kitchen&big=1", ()),
    "dialog": ("evaluate?run=kitchen&input=kitchen-0001", ()),
    "canvas": ("evaluate?run=large&scope=all", ()),
    "concept": ("concept?run=kitchen&concept=fork&t=0.62&show=FP&show=%3Dfork", ()),
    "thresholds": (
        "thresholds?run=kitchen&for=fork&goal=precision_at_least&goal=level%3D0.8",
        tuple(
            f"section: {name}"
            for name in ("Per concept", "In production", "Review band", "Decisions")
        ),
    ),
    "costs": ("thresholds?run=digits&goal=least_cost&goal=cost_fp%3D1&goal=cost_fn%3D5", ()),
    "truth": (
        "truth?run=kitchen",
        tuple(
            f"truth_section: {name}"
            for name in (
                "Bring in answers",
                "Settle disputes",
                "How far people agree",
                "Audit",
                "What it changes",
            )
        ),
    ),
    "compare": (
        f"compare?run=kitchen&t=0.62&right=kitchen&right_rule=own&fate=cell&{CELL}",
        (),
    ),
    "improve": ("improve?run=kitchen", ()),
    "report": ("report?run=digits", ()),
    "guide": ("guide?run=kitchen", ("button: Take the tour",)),
}
"""Name to an address, and to what is clicked there one after the other."""
READY = {
    "": ".st-key-library .row",
    "concept": ".st-key-dial .strip .item",
    "thresholds": ".st-key-section",
    "truth": ".st-key-truth_section",
    "compare": ".st-key-gallery .card",
    "improve": ".st-key-gallery .card",
    "report": "iframe",
    "guide": "h3#how-many",
}
"""What a page that takes a while shows last."""
# Streamlit's own: its canvas tables, menus and the place for files are not ours to mend
STREAMLITS_OWN = [
    [f"[data-testid={name}]"] for name in ("stDataFrame", "stToolbar", "stFileUploaderDropzone")
]
RUN = """async exclude => {
    const found = await axe.run({ exclude }, { resultTypes: ['violations'] });
    return found.violations.flatMap(({ id, nodes }) => nodes.map(({ target, html, any }) =>
        `${id}: ${html.slice(0, 160)} at ${target.flat().join(' ').slice(-120)}: `
        + (any[0]?.message ?? '')));
}"""
SCHEME = "() => getComputedStyle(document.querySelector('.stApp')).colorScheme"
WIDE = "() => document.documentElement.scrollWidth - window.innerWidth"
TWO_FRAMES = (
    "() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => done())))"
)


@pytest.fixture(scope="module")
def axe() -> str:
    """Return axe-core's script; where Node is required, its absence is a failure."""
    if not AXE.exists():
        reason = "axe-core is not installed (npm ci in tests/js): pages were not looked through."
        missing("NODE", reason)
    return AXE.read_text(encoding="utf-8")


def violations(desk: Desk, axe: str) -> list[str]:
    """Return what axe-core finds on the page, one line for each element."""
    if not desk.page.evaluate("'axe' in window"):
        desk.page.evaluate(axe)
    found: list[str] = desk.page.evaluate(RUN, STREAMLITS_OWN)
    return found


@pytest.mark.parametrize("name", VISITS)
def test_every_page_is_accessible_and_fits_the_screen_in_light_and_dark(
    open_desk: MakeDesk, name: str, axe: str
) -> None:
    desk = open_desk()
    path, clicks = VISITS[name]
    desk.page.goto(desk.server.url(path))
    _wait_for_all(desk, path)
    looked_at(desk, axe, name)
    for click in clicks:
        key, label = click.split(": ")
        inside = desk.page if key == "button" else desk.page.locator(f".st-key-{key}")
        inside.get_by_role("button" if key == "button" else "radio", name=label).click()
        desk.page.wait_for_timeout(300)
        desk.idle()
        looked_at(desk, axe, f"{name}-{label.replace(' ', '-').lower()}")


def _wait_for_all(desk: Desk, path: str) -> None:
    page, _, _ = path.partition("?")
    if page == "evaluate":
        desk.drawn()
    else:
        desk.page.locator(READY[page]).first.wait_for()
    desk.idle()


def looked_at(desk: Desk, axe: str, name: str) -> None:
    """Look through what is on the page, at each size and in both themes."""
    for theme in ("light", "dark"):
        desk.page.emulate_media(color_scheme=theme)  # type: ignore[arg-type]
        eventually(desk.page, lambda: desk.page.evaluate(SCHEME), theme)
        assert violations(desk, axe) == []
        if theme == "light" or PICTURES:
            fits(desk, f"{name}-{theme}")


def fits(desk: Desk, name: str) -> None:
    """Nothing sticks out sideways at any size; what it looks like is kept where that is asked."""
    for width, height in SIZES:
        desk.page.set_viewport_size({"width": width, "height": height})
        desk.page.evaluate(TWO_FRAMES)
        eventually(desk.page, lambda: desk.page.evaluate(WIDE) <= 0, wanted=True)
        if PICTURES:
            # pictures of the gallery are fetched as they come into view
            desk.page.wait_for_load_state("networkidle")
            Path(PICTURES).mkdir(parents=True, exist_ok=True)
            desk.page.screenshot(path=Path(PICTURES) / f"{name}-{width}x{height}.png")


def test_axe_finds_nothing_in_the_details_of_a_row(open_desk: MakeDesk, axe: str) -> None:
    desk = open_desk()
    desk.page.set_viewport_size({"width": 1024, "height": 768})
    desk.open("kitchen", every_column="1")
    desk.table().get_by_role("gridcell", name="apple: more numbers").click()
    desk.page.get_by_role("dialog", name="apple").wait_for()
    assert violations(desk, axe) == []
