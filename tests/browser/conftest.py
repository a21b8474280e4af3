"""A server on a folder of runs, a browser, and pages that report what they should not have done."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, sync_playwright

from tests.browser.desk import PATIENCE, Desk
from tests.browser.made_up_runs import write_broken_pictures, write_hostile, write_large
from tests.browser.serving import ROOT, Server, serving
from tests.browser.truth import Truth
from tests.support.missing import missing

SAMPLES = ("digits", "kitchen", "tickets")
CHROMIUM = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
VIEWPORT = {"width": 1440, "height": 900}
# Streamlit looks for its server below every part of a deep link before it finds it
STREAMLITS_OWN_SEARCH = r"/_stcore/(health|host-config)$"

MakeDesk = Callable[..., Desk]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark every test of this folder."""
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="package")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with the sample runs and the made-up ones."""
    folder = tmp_path_factory.mktemp("library")
    for name in SAMPLES:
        shutil.copytree(ROOT / "sample_runs" / name, folder / name)
    write_hostile(folder / "hostile", name="<img src=x onerror=alert('run')>")
    write_broken_pictures(folder / "pictures")
    write_large(folder / "large", n_inputs=5_000, n_concepts=1_000)
    return folder


@pytest.fixture(scope="package")
def server(library: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Serve the library to all browser tests."""
    with serving(library, log=tmp_path_factory.mktemp("server") / "log.txt") as running:
        yield running


@pytest.fixture(scope="package")
def truth(library: Path) -> Callable[[str], Truth]:
    """Return the core's numbers of a run of the library."""
    return cache(lambda name: Truth.of(library / name))


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """Start one headless Chromium; where it is required, its absence is a failure."""
    found = _chromium()
    if found is None:
        reason = (
            "No Chromium found: the browser tests did not run. Install the package chromium, or "
            "name a binary in the environment variable CHROMIUM."
        )
        missing("BROWSER", reason)
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=found, args=["--no-sandbox"])
        yield started
        started.close()


@pytest.fixture(scope="package")
def tabs(browser: Browser) -> Iterator[BrowserContext]:
    """Return a window whose tabs share one cache; each tab is a session of the app's own."""
    context = browser.new_context(viewport=VIEWPORT, locale="en-US", reduced_motion="reduce")  # type: ignore[arg-type]
    yield context
    context.close()


@pytest.fixture
def browsers(browser: Browser) -> Iterator[tuple[BrowserContext, BrowserContext]]:
    """Return two browsers that share nothing."""
    opened = [browser.new_context(viewport=VIEWPORT, locale="en-US") for _ in range(2)]  # type: ignore[arg-type]
    yield opened[0], opened[1]
    for context in opened:
        context.close()


@pytest.fixture
def open_desk(tabs: BrowserContext, server: Server) -> Iterator[MakeDesk]:
    """Return a maker of watched tabs; at the end none of them may have misbehaved."""
    watched: list[tuple[Page, list[str]]] = []

    def make(
        *, context: BrowserContext | None = None, at: Server | None = None, fails: str = "(?!)"
    ) -> Desk:
        """Open a tab; ``fails`` matches addresses that the test itself lets fail."""
        page = (context or tabs).new_page()
        page.set_default_timeout(PATIENCE)
        failing = re.compile(f"{STREAMLITS_OWN_SEARCH}|{fails}")
        watched.append((page, _watch(page, (at or server).origin, failing)))
        desk = Desk(page=page, server=at or server)

        def note(message: str | bytes) -> None:
            desk.sent.append(message)

        page.on("websocket", lambda opened: opened.on("framesent", note))
        return desk

    yield make
    for page, _ in watched:
        page.close()
    assert [line for _, misdeeds in watched for line in misdeeds] == []


@pytest.fixture
def desk(open_desk: MakeDesk) -> Desk:
    """Return one watched tab."""
    return open_desk()


@pytest.fixture
def page(desk: Desk) -> Page:
    """Return the watched tab's page."""
    return desk.page


def _watch(page: Page, origin: str, failing: re.Pattern[str]) -> list[str]:
    misdeeds: list[str] = []

    def console(message: ConsoleMessage) -> None:
        foreseen = failing.search(message.location.get("url", ""))
        if message.type == "error" and not foreseen:
            misdeeds.append(f"console: {message.text} ({message.location.get('url')})")

    def request(address: str) -> None:
        kept_inside = ("data:", "blob:", f"{origin}/", f"{origin}?", origin.replace("http", "ws"))
        if not address.startswith(kept_inside):
            misdeeds.append(f"request to another origin: {address}")

    page.on("console", console)
    page.on("pageerror", lambda error: misdeeds.append(f"page error: {error}"))
    page.on("request", lambda asked: request(asked.url))
    page.on("websocket", lambda opened: request(opened.url))
    page.on("dialog", lambda shown: (misdeeds.append(f"dialog: {shown.message}"), shown.dismiss()))
    return misdeeds


def _chromium() -> str | None:
    named = os.environ.get("CHROMIUM")
    if named:
        return shutil.which(named)
    return next(filter(None, map(shutil.which, CHROMIUM)), None)
