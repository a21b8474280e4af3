"""Two people at one server: neither sees what is the other's, and nobody an answer of before."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Page

from tests.browser.conftest import VIEWPORT, MakeDesk
from tests.browser.desk import PATIENCE, Desk, eventually, plain
from tests.browser.serving import Server, serving
from tests.browser.test_opening import upload

PETS = "id,label,score:dog,score:cat\np1,dog,0.9,0.1\np2,cat,0.2,0.8\np3,dog,0.4,0.6\n"
COLOUR = """image => {
    const canvas = Object.assign(document.createElement('canvas'), {width: 1, height: 1});
    const pen = canvas.getContext('2d');
    pen.drawImage(image, 0, 0, 1, 1);
    return [...pen.getImageData(0, 0, 1, 1).data].slice(0, 3);
}"""

Person = Callable[[], BrowserContext]


@pytest.fixture
def person(browser: Browser) -> Iterator[Person]:
    """Return a maker of people, each with a browser of their own."""
    met: list[BrowserContext] = []

    def meet() -> BrowserContext:
        met.append(browser.new_context(viewport=VIEWPORT, locale="en-US"))  # type: ignore[arg-type]
        return met[-1]

    yield meet
    for context in met:
        context.close()


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder of runs; store and uploads are this test's own."""
    monkeypatch.setenv("THRESHOLD_WORKSHOP_STORE", str(tmp_path / "record.db"))
    monkeypatch.setenv("THRESHOLD_WORKSHOP_HOME", str(tmp_path / "home"))
    (tmp_path / "runs" / "pets").mkdir(parents=True)
    (tmp_path / "runs" / "pets" / "predictions.csv").write_text(PETS)
    return tmp_path / "runs"


def at_decisions(desk: Desk, url: str) -> Desk:
    desk.page.goto(url)
    field(desk, "Title").wait_for(timeout=PATIENCE)
    return desk.idle()


def field(desk: Desk, label: str):  # noqa: ANN201 - Playwright's locator
    return desk.page.get_by_label(label, exact=True)


def type_into(desk: Desk, label: str, text: str) -> None:
    field(desk, label).fill(text)
    desk.page.keyboard.press("Tab")
    desk.page.wait_for_timeout(300)
    desk.idle()


def typed(desk: Desk) -> list[str]:
    return [field(desk, label).input_value() for label in ("Title", "Reasons", "Your name")]


def test_a_draft_stays_with_who_has_typed_it_over_reload_and_restart(
    open_desk: MakeDesk, person: Person, place: Path, tmp_path: Path
) -> None:
    ada, ben = person(), person()
    words = ["Half a title", "Not yet sure.", "Ada"]
    with serving(place, log=tmp_path / "first.txt") as first:
        desk = at_decisions(
            open_desk(context=ada, at=first, fails="."),
            first.url("thresholds?run=pets&section=decisions"),
        )
        for label, text in zip(("Title", "Reasons", "Your name"), words, strict=True):
            type_into(desk, label, text)
        link = desk.page.url
        assert not any(word.split()[0] in link for word in words)
        assert "draft" not in link

        other = at_decisions(open_desk(context=ben, at=first, fails="."), link)
        assert typed(other) == ["", "", ""]
        type_into(other, "Title", "Of Ben")
        desk.page.reload()
        field(desk, "Title").wait_for(timeout=PATIENCE)
        eventually(desk.page, lambda: typed(desk), words)
        for one in (desk, other):
            one.page.close()
        os.kill(first.process_id, signal.SIGKILL)

    with serving(place, log=tmp_path / "second.txt") as second:
        again = second.url("thresholds?run=pets&section=decisions")
        desk = at_decisions(open_desk(context=ada, at=second), again)
        eventually(desk.page, lambda: typed(desk), words)
        other = at_decisions(open_desk(context=ben, at=second), again)
        eventually(other.page, lambda: typed(other), ["Of Ben", "", ""])
        desk.page.close()
        other.page.close()


def test_a_field_takes_no_more_than_can_be_read_back(
    open_desk: MakeDesk, person: Person, place: Path, tmp_path: Path
) -> None:
    with serving(place, log=tmp_path / "log.txt") as server:
        desk = at_decisions(
            open_desk(context=person(), at=server),
            server.url("thresholds?run=pets&section=decisions"),
        )
        type_into(desk, "Title", "Long reasons")
        type_into(desk, "Your name", "Ada")
        for length, kept in ((20_001, 0), (20_000, 20_000)):
            field(desk, "Reasons").focus()
            paste = "text => document.execCommand('insertText', false, text)"
            desk.page.evaluate(paste, "x" * length)
            assert len(field(desk, "Reasons").input_value()) == kept
        assert desk.page.get_by_text("20000/20000").count() == 1
        desk.page.keyboard.press("Tab")
        desk.page.wait_for_timeout(300)
        desk.idle()
        desk.page.locator(".st-key-record button").click()
        desk.says("Saved in")
        assert not any("cannot be read" in plain(text) for text in desk.problems())
        desk.page.close()


def test_an_upload_is_listed_and_removed_by_who_made_it_and_opened_by_its_link(
    open_desk: MakeDesk, person: Person, place: Path, tmp_path: Path
) -> None:
    ada, ben = person(), person()
    with serving(place, log=tmp_path / "log.txt") as server:
        desk = at_runs(open_desk(context=ada, at=server), server)
        upload(desk.page, "cats.csv", PETS.replace("p1", "q1"))
        eventually(desk.page, lambda: is_listed(desk.page), wanted=True)
        link = desk.query()["run"][0]

        other = at_runs(open_desk(context=ben, at=server), server)
        assert not is_listed(other.page)
        other.open(link)
        other.page.goto(server.url(f"?run={link}"))
        other.idle()
        assert other.page.get_by_text("Remove this upload").count() == 0

        desk.page.reload()
        desk.idle()
        eventually(desk.page, lambda: is_listed(desk.page), wanted=True)
        desk.page.get_by_text("Remove this upload").click()
        eventually(desk.page, lambda: is_listed(desk.page), wanted=False)
        desk.page.close()
        other.page.close()


def at_runs(desk: Desk, server: Server) -> Desk:
    desk.page.goto(server.url("?run=pets"))
    desk.page.get_by_text("Open another run").wait_for(timeout=PATIENCE)
    return desk.idle()


def is_listed(page: Page) -> bool:
    return page.get_by_role("button", name="Evaluate cats").count() > 0


def test_each_run_shows_its_own_pictures_whoever_opened_the_other(
    open_desk: MakeDesk, person: Person, place: Path, tmp_path: Path
) -> None:
    table = "image,label,score:dog\na.png,dog,0.9\nb.png,,0.2\n"
    for colour in ("red", "blue"):
        (place / colour).mkdir()
        (place / colour / "predictions.csv").write_text(table)
        for name in ("a.png", "b.png"):
            Image.new("RGB", (60, 40), colour).save(place / colour / name)
    with serving(place, log=tmp_path / "log.txt") as server:
        desks = [open_desk(context=person(), at=server) for _ in range(2)]
        for desk, run in zip(desks, ("red", "blue"), strict=True):
            desk.open(run)
        desks[0].page.reload()
        desks[0].drawn()
        assert [shown(desk) for desk in desks] == ["red", "blue"]

        for name in ("a.png", "b.png"):
            Image.new("RGB", (60, 40), "lime").save(place / "red" / f"new {name}")
            (place / "red" / f"new {name}").replace(place / "red" / name)
        desks[0].page.reload()
        desks[0].drawn()
        assert [shown(desk) for desk in desks] == ["green", "blue"]
        for desk in desks:
            desk.page.close()


def shown(desk: Desk) -> str:
    image = desk.page.locator(".st-key-gallery img").first
    image.wait_for(timeout=PATIENCE)
    eventually(
        desk.page, lambda: image.evaluate("i => i.complete && i.naturalWidth > 0"), wanted=True
    )
    colour: list[int] = image.evaluate(COLOUR)
    return ("red", "green", "blue")[colour.index(max(colour))]


def test_a_slice_is_answered_for_as_its_files_are_now(
    open_desk: MakeDesk, person: Person, place: Path, tmp_path: Path
) -> None:
    rng = np.random.default_rng(1)
    scores, phone = rng.random(200), rng.random(200) < 0.5
    labels = scores + rng.normal(0, np.where(phone, 0.02, 0.4)) > 0.5

    def write(source: np.ndarray) -> None:
        rows = zip(labels, scores, source, strict=True)
        lines = [
            f"{k},{'dog' if dog else ''},{float(score)!r},{'phone' if one else 'desk'}"
            for k, (dog, score, one) in enumerate(rows)
        ]
        text = "\n".join(["id,label,score:dog,source", *lines])
        (place / "pets" / "predictions.csv").write_text(f"{text}\n")

    query = "thresholds?run=pets&slice=source&slice=phone&goal=precision_at_least&goal=level=0.8"

    def advice(server: Server, context: BrowserContext) -> str:
        desk = open_desk(context=context, at=server, fails=".")
        desk.page.goto(server.url(query))
        sentence = desk.page.get_by_text("labelled are found").first
        sentence.wait_for(timeout=PATIENCE)
        desk.idle()
        text = plain(sentence.inner_text())
        desk.page.close()
        return text

    ada = person()
    write(phone)
    with serving(place, log=tmp_path / "first.txt") as server:
        before = advice(server, ada)
        write(~phone)
        after = advice(server, ada)
    with serving(place, log=tmp_path / "second.txt") as fresh:
        expected = advice(fresh, person())
    assert after == expected
    assert after != before
