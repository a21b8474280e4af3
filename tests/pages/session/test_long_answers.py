"""An answer that takes long says what is done and how far; it can be stopped and taken up again."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest

from evalcore.base.jobs import report_progress
from evalcore.comparison import leaderboard
from evalcore.comparison.leaderboard import Leaderboard
from pages._ui.library import leaderboard as panel
from pages._ui.session.keys import Key, of_each
from tests.pages.conftest import PETS, Library
from tests.support.visitor import Visitor

TITLE = "pets autumn"


class Slow:
    """The measuring of versions, held back until it is let go."""

    def __init__(self) -> None:
        self.go, self.begun = threading.Event(), 0

    def __call__(self, *given: object) -> Leaderboard:
        self.begun += 1
        while not self.go.wait(0.01):
            report_progress(1, of=4)
        return leaderboard.leaderboard(*given)  # type: ignore[arg-type]


@pytest.fixture
def slow(library: Library, monkeypatch: pytest.MonkeyPatch) -> Iterator[Slow]:
    of_one = {"dataset": "pets", "dataset_version": "autumn"}
    library.add("a", PETS, name="one", **of_one)
    library.add("b", PETS, name="two", **of_one)
    held = Slow()
    monkeypatch.setattr("pages._ui.session.long_answers.AT_ONCE", 0.05)
    monkeypatch.setattr(panel, "leaderboard", held)
    panel._jobs._jobs.clear()
    yield held
    held.go.set()


def test_the_page_stands_while_the_versions_are_measured(slow: Slow) -> None:
    visitor = Visitor.at_runs(run="a")
    table, stop = of_each(Key.BOARD_TABLE, TITLE), of_each(Key.LONG_STOP, TITLE)
    assert visitor.shows(Key.LIBRARY)
    assert not visitor.shows(table)  # type: ignore[arg-type]
    assert visitor.shows(of_each(Key.BOARD_COMPARE, TITLE))  # type: ignore[arg-type]
    (bar,) = [node for node in visitor.app._tree if node.type == "progress"]
    assert bar.proto.text == "Measuring the versions · 25 %"

    visitor.app.button(key=stop).click()
    (job,) = panel._jobs._jobs.values()
    visitor.run()
    assert job.wait(5)
    assert "Measuring the versions: stopped." in visitor.text
    assert slow.begun == 1

    slow.go.set()
    visitor.app.button(key=of_each(Key.LONG_AGAIN, TITLE)).click()
    visitor.run()
    (job,) = panel._jobs._jobs.values()
    assert job.wait(30)
    visitor.run()
    assert slow.begun == 2
    assert visitor.shows(table)  # type: ignore[arg-type]


def test_what_was_asked_before_is_given_up_where_nobody_else_waits_for_it(slow: Slow) -> None:
    visitor = Visitor.at_runs(run="a")
    (before,) = panel._jobs._jobs.values()
    visitor.set(Key.BOARD_RECALL, "0.5").set(Key.BOARD, ["precision_at_recall"])

    assert before.wait(5)
    assert before.was_cancelled
    assert not [*panel._jobs._jobs.values()][-1].was_cancelled
    slow.go.set()
