"""Bad runs in the library: each says what is wrong, and the run that was open stays open."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import cycle
from pathlib import Path

import pytest

from tests.bad_inputs.book import GOOD_CSV, BadInput
from tests.bad_inputs.formats import FORMATS
from tests.bad_inputs.labels import LABELS
from tests.bad_inputs.places import PLACES
from tests.bad_inputs.scores import SCORES
from tests.bad_inputs.tables import TABLES
from tests.browser.desk import Desk, plain
from tests.browser.serving import Server, serving

LINES = (
    "required column misspelt",
    "a row longer or shorter than the header, later",
    "duplicate column",
    "an HTML page named .csv",
    "empty file",
    "duplicate ids",
    "labels as bytes",
    "one image labelled twice, differently",
    "50% in a score column",
    "Decimal scores",
    "truncated Parquet",
    "an impossible date",
    "JSON with duplicate keys",
    "run.json with several values of the wrong kind, all named at once",
    "predictions.csv is a FIFO",
    "predictions.csv is a device",
    "a folder with two tables for one run",
)
CHOSEN = [entry for entry in (*TABLES, *LABELS, *SCORES, *FORMATS, *PLACES) if entry.line in LINES]


def key_of(entry: BadInput) -> str:
    return f"bad {CHOSEN.index(entry):02}"


@pytest.fixture(scope="module")
def broken(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Serve a library of one good run and many bad ones."""
    library = tmp_path_factory.mktemp("broken")
    for entry in CHOSEN:
        here = tmp_path_factory.mktemp("made")
        made = entry.write(here)
        target = library / key_of(entry)
        if made.is_dir():
            made.rename(target)
        else:
            target.mkdir()
            made.rename(target / f"predictions{made.suffix}")
    (library / "good").mkdir()
    (library / "good" / "predictions.csv").write_text(GOOD_CSV)
    with serving(library, log=tmp_path_factory.mktemp("broken_server") / "log.txt") as running:
        yield running


@pytest.fixture
def desk(open_desk: Callable[..., Desk], broken: Server) -> Desk:
    return open_desk(at=broken)


def said(desk: Desk, part: str) -> None:
    desk.says(part)
    desk.idle()
    assert desk.page.get_by_test_id("stException").count() == 0
    assert "Traceback" not in plain(desk.page.locator("body").inner_text())


def test_all_of_the_chosen_lines_are_there() -> None:
    assert {entry.line for entry in CHOSEN} == set(LINES)


def test_each_says_what_is_wrong_and_shows_no_traceback(desk: Desk) -> None:
    for page, entry in zip(cycle(["", "evaluate"]), CHOSEN, strict=False):
        desk.page.goto(desk.server.url(f"{page}?run={key_of(entry)}"))
        said(desk, entry.says[1])


def test_the_run_that_was_open_stays_open(desk: Desk) -> None:
    desk.open("good", t="0.25")
    numbers = desk.summary()
    assert numbers["concept"] == ["dog", "cat"]
    for entry in CHOSEN:
        desk.choose("run", key_of(entry))
        said(desk, entry.says[1])
        desk.says("stays open")
        desk.drawn()
        assert desk.summary() == numbers
        assert desk.threshold() == "0.25"
        assert desk.query()["run"] == ["good"]


def test_the_server_wrote_no_traceback(broken: Server) -> None:
    assert "Traceback" not in Path(broken.log).read_text(encoding="utf-8", errors="replace")
