"""A report as its reader sees it."""

from __future__ import annotations

from html.parser import HTMLParser


class ReportPage(HTMLParser):
    """A page as its tables read, chapter by chapter, and the addresses that it asks for."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.rows: dict[str, list[list[str]]] = {}
        self.asked: list[str] = []
        self.tags: set[str] = set()
        self._chapter, self._cell = "", False
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.tags.add(tag)
        self.asked += [str(given[name]) for name in ("src", "href") if given.get(name)]
        if tag == "section":
            self._chapter = str(given["id"])
            self.rows[self._chapter] = []
        elif tag == "tr" and self._chapter:
            self.rows[self._chapter].append([])
        elif tag in {"td", "th"} and self._chapter:
            self.rows[self._chapter][-1].append("")
            self._cell = True

    def handle_endtag(self, tag: str) -> None:
        if tag in {"td", "th"}:
            self._cell = False

    def handle_data(self, data: str) -> None:
        if self._cell:
            self.rows[self._chapter][-1][-1] += data
