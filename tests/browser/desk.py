"""The Evaluate page as a person has it before them: read a number, click it, drag the threshold."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from PIL import Image
from playwright.sync_api import Locator, Page

from tests.browser.serving import Server

__all__ = ["PATIENCE", "Desk", "eventually", "plain", "query_of"]

PATIENCE = 45_000
"""Milliseconds that a busy machine may take to show what it must show."""
STEP = 60
HEADER, ROW = 32, 27
"""Heights of a data grid in pixels: its header, and the rows as the app sets them."""

_STRIP = """strip => Object.fromEntries([...strip.children].map(item =>
    [item.querySelector('dt').textContent, item.querySelector('.value').textContent]))"""
_LABELS = "box => [...box.querySelectorAll('.cell')].map(c => c.getAttribute('aria-label'))"
_GRID = """grid => {
    const heads = [...grid.querySelectorAll('[role=columnheader]')]
        .map(head => head.textContent.replace(/^[↑↓] */, ''));
    const columns = Object.fromEntries(heads.map(name => [name, []]));
    for (const cell of grid.querySelectorAll('[data-testid^="glide-cell-"]')) {
        const [column, row] = cell.dataset.testid.split('-').slice(2).map(Number);
        columns[heads[column]][row] = cell.textContent;
    }
    return columns;
}"""


def eventually(page: Page, read: Callable[[], Any], wanted: Any) -> None:
    """Wait until something reads as wanted; fail with what it read last."""
    seen = read()
    for _ in range(PATIENCE // STEP):
        if seen == wanted:
            return
        page.wait_for_timeout(STEP)
        seen = read()
    assert seen == wanted


def plain(text: str) -> str:
    """Return a text as it is read, without the joiners that keep Streamlit from rewriting it."""
    return text.replace("\u2060", "")


def query_of(url: str) -> dict[str, list[str]]:
    """Return the parameters of an address."""
    return parse_qs(urlsplit(url).query, keep_blank_values=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """One browser tab with the app in it."""

    page: Page
    server: Server

    # --- going there

    def open(self, run: str, **query: Any) -> Desk:
        """Open a run on the Evaluate page and wait until all of it is drawn."""
        pairs = urlencode({"run": run} | query, doseq=True)
        return self.follow(self.server.url(f"evaluate?{pairs}"))

    def follow(self, url: str) -> Desk:
        """Open a link to the Evaluate page."""
        self.page.goto(url)
        return self.drawn()

    def drawn(self) -> Desk:
        """Wait until the last part of the page is there and the server has finished."""
        self.page.locator(".st-key-gallery .root").wait_for(timeout=PATIENCE)
        self.page.locator(".st-key-dial .strip .item").first.wait_for(timeout=PATIENCE)
        return self.idle()

    def idle(self) -> Desk:
        """Wait until the server has finished."""
        done = '[data-testid="stApp"][data-test-script-state="notRunning"]'
        self.page.locator(done).wait_for(timeout=PATIENCE)
        return self

    def query(self) -> dict[str, list[str]]:
        """Return the parameters of the link in the address bar."""
        return query_of(self.page.url)

    # --- the threshold

    @property
    def slider(self) -> Locator:
        """The threshold's slider."""
        return self.page.get_by_role("slider", name="Threshold")

    @property
    def box(self) -> Locator:
        """The box for an exact threshold."""
        return self.page.get_by_role("textbox", name="Exact threshold")

    def threshold(self) -> str:
        """Return the threshold that the box shows."""
        return self.box.input_value()

    def set_threshold(self, text: str) -> None:
        """Type a threshold and press Enter."""
        self.box.fill(text)
        self.box.press("Enter")
        eventually(self.page, lambda: float(self.query().get("t", ["nan"])[0]), float(text))

    def drag_to(self, share: float) -> None:
        """Press the mouse on the slider's thumb and move it, without letting go."""
        room = self.slider.bounding_box()
        assert room is not None
        low, high, now = (
            float(self.slider.get_attribute("min") or 0),
            float(self.slider.get_attribute("max") or 1),
            float(self.slider.input_value()),
        )
        y = room["y"] + room["height"] / 2
        start = room["x"] + 8 + (now - low) / (high - low) * (room["width"] - 16)
        self.page.mouse.move(start, y)
        self.page.mouse.down()
        self.page.mouse.move(room["x"] + 8 + share * (room["width"] - 16), y, steps=6)

    # --- the numbers

    def strip(self) -> dict[str, str]:
        """Return the highlights: name to number, as they are written."""
        numbers: dict[str, str] = self.page.locator(".st-key-dial .strip").evaluate(_STRIP)
        return numbers

    def summary(self, key: str = "summary") -> dict[str, list[str]]:
        """Return the visible part of a table of numbers: column to texts."""
        columns: dict[str, list[str]] = self.page.locator(f".st-key-{key}").evaluate(_GRID)
        return columns

    def matrix(self) -> list[str]:
        """Return what the cells of the matrix say, row by row."""
        labels: list[str] = self.page.locator(".st-key-matrix .box").evaluate(_LABELS)
        return labels

    def click_number(self, column: str, row: int, *, key: str = "summary") -> None:
        """Click a cell of a data grid, which is painted on a canvas."""
        columns = list(self.summary(key))
        canvas = self.page.locator(f".st-key-{key} canvas").first
        edges = _column_edges(canvas)
        at = columns.index(column)
        x = (([0, *edges])[at] + edges[at]) // 2
        canvas.scroll_into_view_if_needed()
        room = canvas.bounding_box()
        assert room is not None
        self.page.mouse.click(room["x"] + x, room["y"] + HEADER + (row + 0.5) * ROW)

    def click_cell(self, words: str) -> None:
        """Click the cell, row or column of the matrix whose sentence starts with the words."""
        found = self.page.locator(f'.st-key-matrix [aria-label^="{words}"]')
        found.scroll_into_view_if_needed()
        found.click()

    # --- the list behind a number

    def headline(self) -> str:
        """Return what the list behind a number is called."""
        pattern = re.compile(r": [\d,]+ inputs?(, counted once for each cell)?$")
        texts = self.page.locator("[data-testid=stMarkdown]").filter(has_text=pattern)
        return plain(texts.last.inner_text().strip())

    def stated(self) -> int:
        """Return the number of the headline."""
        found = re.search(r": ([\d,]+) inputs?", self.headline())
        assert found is not None
        return int(found.group(1).replace(",", ""))

    def cards(self) -> list[str]:
        """Return the ids of the inputs on this page of the gallery, in order."""
        read = "list => [...list.children].map(card => card.querySelector('.id').textContent)"
        ids: list[str] = self.page.locator(".st-key-gallery .cards").evaluate(read)
        return ids

    def count_cards(self) -> int:
        """Turn all pages of the gallery, first to last, and count the cards."""
        turn = self.page.get_by_test_id("stPaginationNext")
        seen = self.cards()
        number = 1
        while turn.count() and turn.is_enabled():
            number += 1
            before = self.cards()
            turn.click()
            self._turned(number, before=before)
            seen += self.cards()
        assert len(set(seen)) == len(seen), "an input is listed twice"
        return len(seen)

    def _turned(self, number: int, *, before: list[str]) -> None:
        eventually(self.page, lambda: self.query().get("page"), [str(number)])
        eventually(self.page, lambda: self.cards() != before, wanted=True)

    def problems(self) -> list[str]:
        """Return the texts of the messages on the page."""
        return [plain(text) for text in self.page.get_by_test_id("stAlert").all_inner_texts()]

    def says(self, words: str) -> None:
        """Wait for a message that holds the words."""
        eventually(self.page, lambda: any(words in text for text in self.problems()), wanted=True)

    def choose(self, key: str, words: str) -> None:
        """Choose from a select box."""
        self.page.locator(f".st-key-{key} button").first.click()
        self.page.get_by_role("option", name=words, exact=True).click()


def _column_edges(canvas: Locator) -> list[int]:
    """Return where the columns end, from the lines of the header, above its text."""
    picture = Image.open(io.BytesIO(canvas.screenshot())).convert("L")
    line = [int(picture.getpixel((x, 3))) for x in range(picture.width)]  # type: ignore[arg-type]
    plain = max(set(line), key=line.count)
    edges = [x for x, shade in enumerate(line) if abs(shade - plain) > 6 and x > 20]
    apart = [x for x, before in zip(edges, [-9, *edges], strict=False) if x - before > 8]
    return [*apart, picture.width]
