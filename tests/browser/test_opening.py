"""Opening runs as a person does: an upload, a path, a table whose columns nobody can guess."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import MakeDesk
from tests.browser.desk import PATIENCE, Desk, eventually
from tests.browser.serving import Server, serving

PETS = "id,label,score:dog,score:cat\np1,dog,0.9,0.1\np2,cat,0.2,0.8\np3,dog,0.3,0.6\n"
BAD = "id,label,score:dog\n1,dog,50%\n2,dog,half\n"
EXPORT = "nr,truth,dog,cat\na,dog,0.9,0.2\nb,cat,0.1,0.8\nc,dog,0.4,0.5\n"


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A library of one run, with more below it that the library does not list."""
    folder = tmp_path_factory.mktemp("shelf")
    for place, table in (
        ("kept", PETS),
        ("deep/er/still/may", PETS.replace("p3", "p4")),
        ("export", EXPORT),
        ("roles", EXPORT.replace("c,dog", "d,dog")),
    ):
        (folder / place).mkdir(parents=True)
        (folder / place / "predictions.csv").write_text(table)
    return folder


@pytest.fixture(scope="module")
def own_server(shelf: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    home = tmp_path_factory.mktemp("home")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("THRESHOLD_WORKSHOP_HOME", str(home))
        with serving(shelf, log=tmp_path_factory.mktemp("server") / "log.txt") as running:
            yield running


@pytest.fixture
def at_runs(open_desk: MakeDesk, own_server: Server) -> Desk:
    """The Runs page with *kept* open."""
    desk = open_desk(at=own_server)
    desk.page.goto(own_server.url("?run=kept&t=0.25"))
    expect(desk.page.get_by_role("heading", name="How kept was read")).to_be_visible(
        timeout=PATIENCE
    )
    desk.idle()
    return desk


def upload(page: Page, name: str, data: str | bytes) -> None:
    page.get_by_role("button", name="Open another run").click()
    expect(page.get_by_text("up to 200 MB")).to_be_visible()
    raw = data if isinstance(data, bytes) else data.encode()
    page.locator(".st-key-open_another_body input, input[type=file]").first.set_input_files(
        [{"name": name, "mimeType": "application/octet-stream", "buffer": raw}]
    )


def evaluate(desk: Desk, name: str) -> None:
    page = desk.page
    expect(page.get_by_role("heading", name=f"How {name} was read")).to_be_visible(timeout=PATIENCE)
    page.keyboard.press("Escape")
    page.get_by_role("button", name=f"Evaluate {name}").click()
    desk.drawn()


def test_a_good_table_is_uploaded_and_evaluated(at_runs: Desk) -> None:
    upload(at_runs.page, "cats & dogs.csv", PETS.replace("p1", "q1"))
    evaluate(at_runs, "cats & dogs")
    eventually(at_runs.page, lambda: at_runs.summary().get("concept"), ["dog", "cat"])
    assert at_runs.summary()["TP"] == ["1", "1"]
    assert at_runs.query()["run"][0].startswith("upload:")
    link = at_runs.page.url
    at_runs.follow(link)
    assert at_runs.summary()["TP"] == ["1", "1"]


def test_a_bad_table_says_why_and_the_open_run_stays(at_runs: Desk) -> None:
    upload(at_runs.page, "<img src=x onerror=alert(1)>.csv", BAD)
    at_runs.says("2 scores are not finite numbers: row 2, column 'score:dog': '50%'; row 3")
    at_runs.says("kept stays open")
    at_runs.says("<img src=x onerror=alert(1)>.csv was not opened")
    assert at_runs.page.get_by_text("Traceback").count() == 0
    assert at_runs.page.get_by_test_id("stException").count() == 0
    evaluate(at_runs, "kept")
    assert at_runs.query()["run"] == ["kept"]
    assert at_runs.threshold() == "0.25"


def test_a_zip_is_uploaded(at_runs: Desk) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("shop/predictions.csv", PETS)
        archive.writestr("shop/run.json", '{"name": "corner shop"}')
    upload(at_runs.page, "shop.zip", packed.getvalue())
    expect(at_runs.page.get_by_role("heading", name="How corner shop was read")).to_be_visible(
        timeout=PATIENCE
    )
    assert at_runs.query()["run"][0].startswith("upload:")


def test_a_run_is_opened_by_its_path_and_not_outside_the_roots(at_runs: Desk, shelf: Path) -> None:
    page = at_runs.page
    page.get_by_role("button", name="Open another run").click()
    path = page.locator(".st-key-open_path input")
    path.fill("/etc/passwd")
    path.press("Enter")
    at_runs.says("lies outside the folders that may be opened")
    at_runs.says("kept stays open")
    at_runs.idle()
    if not path.is_visible():
        page.get_by_role("button", name="Open another run").click()
    path.fill("deep/er/still/may")
    path.press("Enter")
    evaluate(at_runs, "may")
    assert at_runs.query()["run"] == [f"path:{shelf / 'deep/er/still/may'}"]


def test_a_table_that_may_be_meant_otherwise_is_asked_about_and_read_as_chosen(
    at_runs: Desk, shelf: Path
) -> None:
    page = at_runs.page
    page.goto(at_runs.server.url("?run=export"))
    at_runs.says("no column 'label' or 'labels'")
    at_runs.idle()
    page.get_by_role("button", name="Read it so").click()
    expect(page.get_by_role("heading", name="How export was read")).to_be_visible(timeout=PATIENCE)
    assert not (shelf / "export" / "run.json").exists()
    page.get_by_role("button", name="Keep in run.json").click()
    expect(page.get_by_role("button", name="Keep in run.json")).to_have_count(0, timeout=PATIENCE)
    assert '"truth": "label"' in (shelf / "export" / "run.json").read_text()


def test_a_column_is_given_its_role_and_the_run_is_read(at_runs: Desk, shelf: Path) -> None:
    page = at_runs.page
    page.goto(at_runs.server.url("?run=roles"))
    at_runs.says("no column 'label' or 'labels'")
    at_runs.idle()
    page.get_by_text("None of these: say what the columns are").click()
    table = page.locator("[class*=st-key-roles_] canvas").first
    table.scroll_into_view_if_needed()
    _open_second_role(page, table)
    page.keyboard.type("label (one)")
    page.keyboard.press("Enter")
    button = page.get_by_role("button", name="Read again with these")
    expect(button).to_be_enabled(timeout=PATIENCE)
    button.click()
    expect(page.get_by_role("heading", name="How roles was read")).to_be_visible(timeout=PATIENCE)
    assert not (shelf / "roles" / "run.json").exists()
    page.get_by_role("button", name="Keep in run.json").click()
    expect(page.get_by_role("button", name="Keep in run.json")).to_have_count(0, timeout=PATIENCE)
    assert '"truth": "label"' in (shelf / "roles" / "run.json").read_text()


def _open_second_role(page: Page, table: Locator) -> None:
    """Open the list of roles in the second row; the grid may still move while it is drawn."""
    choices, head, row = page.locator("#portal input"), 32, 32

    def opened() -> bool:
        box = table.bounding_box()
        assert box is not None
        if choices.count() == 0:
            page.mouse.dblclick(box["x"] + box["width"] * 0.4, box["y"] + head + row * 1.5)
            page.wait_for_timeout(500)
        return choices.count() > 0

    eventually(page, opened, wanted=True)
