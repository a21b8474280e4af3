"""Where the server keeps things is told to nobody who may sit elsewhere."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from evalcore.base.home import HOME_VARIABLE
from evalcore.store import STORE_VARIABLE
from pages._ui.session import options
from tests.pages.conftest import Library
from tests.support.visitor import Visitor

DECISIONS = {"run": "pets", "section": "decisions"}
VISITS = [
    ("runs", {}),
    ("runs", {"run": "broken"}),
    ("runs", {"run": "path:nowhere/at/all"}),
    ("evaluate", {"run": "pets"}),
    ("evaluate", {"run": "broken"}),
    ("concept", {"run": "pets"}),
    ("thresholds", {"run": "pets"}),
    ("thresholds", DECISIONS),
    ("truth", {"run": "pets"}),
    ("compare", {"run": "pets"}),
    ("improve", {"run": "pets"}),
    ("report", {"run": "pets"}),
    ("guide", {"run": "pets"}),
]


@pytest.fixture
def folder(library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """Return the folder in which library, home and record lie."""
    monkeypatch.setenv(HOME_VARIABLE, str(tmp_path / "home"))
    monkeypatch.setenv(STORE_VARIABLE, str(tmp_path / "record" / "here.db"))
    library.add("pets")
    library.add_broken("broken")
    return str(tmp_path)


def opened(page: str, link: dict[str, str]) -> Visitor:
    visitor = Visitor(**link)
    visitor.app.switch_page(f"pages/{page}.py")
    return visitor.run()


def everything(block: Any) -> Iterator[str]:
    """Yield what was sent to the browser, hints and the data of our components included."""
    for node in block.children.values():
        yield str(node.proto).replace("\\", "")  # Markdown escapes every sign of a path
        if hasattr(node, "children"):
            yield from everything(node)


@pytest.mark.parametrize(("page", "link"), VISITS)
def test_no_page_tells_a_visitor_where_the_server_keeps_things(
    page: str, link: dict[str, str], folder: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(options, "AT_HOME", frozenset())

    for block in opened(page, link).app._tree.children.values():
        assert [text for text in everything(block) if folder in text] == []


def test_no_path_is_told_of_a_record_that_cannot_be_opened(
    folder: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    (Path(folder) / "record").mkdir()
    (Path(folder) / "record" / "here.db").write_text("no database", encoding="utf-8")
    monkeypatch.setattr(options, "AT_HOME", frozenset())

    for block in opened("thresholds", DECISIONS).app._tree.children.values():
        assert [text for text in everything(block) if folder in text] == []


@pytest.mark.parametrize(("page", "link"), [("runs", {}), ("thresholds", DECISIONS)])
def test_who_sits_at_the_machine_is_told(page: str, link: dict[str, str], folder: str) -> None:
    blocks = opened(page, link).app._tree.children.values()

    assert any(folder in text for block in blocks for text in everything(block))
