"""The Evaluate page as a person has it before them: read a number, click it, drag the threshold."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from playwright.sync_api import Locator, Page

from tests.browser.serving import Server

__all__ = ["PATIENCE", "Desk", "eventually", "plain", "query_of"]

PATIENCE = 45_000
"""Milliseconds that a busy machine may take to show what it must show."""
STEP = 60

_STRIP = """strip => Object.fromEntries([...strip.children].map(item =>
    [item.querySelector('dt').textContent, item.querySelector('.value').textContent]))"""
_LABELS = "box => [...box.querySelectorAll('.cell')].map(c => c.getAttribute('aria-label'))"
_TABLE = """box => {
    const heads = [...box.querySelectorAll('.head:not(.more) .name')].map(head => head.textContent);
    const rows = [...box.querySelectorAll('.row:not([hidden])')].map(row => [...row.children]);
    return heads.map((name, c) => [name, rows.map(cells => cells[c].textContent)]);
}"""
_HOLD = """() => {
    const plain = window.setTimeout;
    const held = [];
    window.__release = () => { window.setTimeout = plain; held.forEach(act => act()); };
    window.setTimeout = (act, delay, ...rest) =>
        delay >= 100 ? -held.push(() => plain(act, 0, ...rest)) : plain(act, delay, ...rest);
    const forget = window.clearTimeout;
    window.clearTimeout = id => { if (id < 0) held[-id - 1] = () => {}; else forget(id); };
}"""
CAPTIONS = {
    "summary": "Evaluation summary",
    "flips": "What flips",
    "slices": "Slices",
    "matrix": "Matrix: a row per labelled concept, a column per predicted concept",
}
"""What the tables are called for screen readers."""


def eventually(page: Page, read: Callable[[], Any], wanted: Any) -> None:
    """Wait until something reads as wanted; fail with what it read last."""
    seen = read()
    for _ in range(PATIENCE // STEP):
        if seen == wanted:
            return
        page.wait_for_timeout(STEP)
        seen = read()
    assert seen == wanted, f"{seen!r}, not {wanted!r}"


def plain(text: str) -> str:
    """Return a text as it is read, without the joiners that keep Streamlit from rewriting it."""
    return text.replace("\u2060", "")


def query_of(url: str) -> dict[str, list[str]]:
    """Return the parameters of an address."""
    return parse_qs(urlsplit(url).query, keep_blank_values=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """One browser tab with the app in it.

    Parameters
    ----------
    sent
        Every message that the page sent to Streamlit, oldest first.
    dial
        Which of the page's thresholds is meant.
    """

    page: Page
    server: Server
    sent: list[str | bytes] = field(default_factory=list)
    dial: str = "dial"

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
        return self._of_dial.get_by_role("slider", name="Threshold")

    @property
    def box(self) -> Locator:
        """The box for an exact threshold."""
        return self._of_dial.get_by_role("textbox", name="Exact threshold")

    @property
    def _of_dial(self) -> Locator:
        return self.page.locator(f".st-key-{self.dial}")

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
        room = self._track()
        low, high, now = (
            float(self.slider.get_attribute("min") or 0),
            float(self.slider.get_attribute("max") or 1),
            float(self.slider.input_value()),
        )
        start = room["x"] + 8 + (now - low) / (high - low) * (room["width"] - 16)
        self.page.mouse.move(start, room["y"] + room["height"] / 2)
        self.page.mouse.down()
        self.drag_on(share)

    def drag_on(self, share: float) -> None:
        """Move the thumb that the mouse holds already."""
        room = self._track()
        x = room["x"] + 8 + share * (room["width"] - 16)
        self.page.mouse.move(x, room["y"] + room["height"] / 2, steps=6)

    def _track(self) -> dict[str, float]:
        room = self.slider.bounding_box()
        assert room is not None
        return {name: room[name] for name in ("x", "y", "width", "height")}  # type: ignore[literal-required]

    @contextmanager
    def restless(self) -> Iterator[None]:
        """Let no time pass that counts as a rest of the mouse: a drag goes on and on."""
        self.page.evaluate(_HOLD)
        yield
        self.page.evaluate("() => window.__release()")

    # --- the numbers

    def strip(self) -> dict[str, str]:
        """Return the highlights: name to number, as they are written."""
        numbers: dict[str, str] = self._of_dial.locator(".strip").evaluate(_STRIP)
        return numbers

    def table(self, name: str = "summary") -> Locator:
        """Return a table of numbers: "summary", "flips", or the "matrix" as a table."""
        return self.page.get_by_role("grid", name=CAPTIONS[name], exact=True)

    def summary(self, name: str = "summary") -> dict[str, list[str]]:
        """Return the visible part of a table of numbers: column to texts; empty without it."""
        key = "matrix_table" if name == "matrix" else "summary"
        box = self.page.locator(f'.st-key-{key} .box[aria-label="{CAPTIONS[name]}"]')
        if box.count() == 0:
            return {}
        return dict(box.evaluate(_TABLE))  # pairs, as a name may be __proto__

    def number(self, row: str, column: str, *, table: str = "summary") -> Locator:
        """Return a cell of a table of numbers that is a link."""
        label = re.compile(rf"^{re.escape(f'{row}, {column}: ')}[\d.,–]+$")
        return self.table(table).get_by_role("gridcell", name=label)

    def head(self, column: str, *, table: str = "summary") -> Locator:
        """Return the head of a column of a table of numbers."""
        return self.table(table).get_by_role("columnheader", name=column, exact=True)

    def selected(self, table: str = "summary") -> list[str]:
        """Return what the chosen cells of a table say: none or one."""
        cells = self.table(table).locator(".cell[aria-selected=true]")
        return [str(cell.get_attribute("aria-label")) for cell in cells.all()]

    def matrix(self) -> list[str]:
        """Return what the cells of the matrix say, row by row."""
        labels: list[str] = self.page.locator(".st-key-matrix .box").evaluate(_LABELS)
        return labels

    def click_cell(self, words: str) -> None:
        """Click the cell, row or column of the matrix whose sentence starts with the words."""
        found = self.page.locator(f'.st-key-matrix [aria-label^="{words}"]')
        found.scroll_into_view_if_needed()
        found.click()

    # --- the list behind a number

    def headline(self) -> str:
        """Return what the list behind a number is called."""
        return self.page.locator(".st-key-headline .root").inner_text().strip()

    def rule_in_words(self) -> str:
        """Return the sentence about the rule."""
        return self.page.locator(".st-key-rule_words .root").inner_text().strip()

    def flips_in_words(self) -> str:
        """Return the sentence about what flips."""
        return self.page.locator(".st-key-flips_words .root").inner_text().strip()

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
        self.page.locator(f".st-key-{key} button:not([aria-label^=Help])").first.click()
        self.page.get_by_role("option", name=words, exact=True).click()
