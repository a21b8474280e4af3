"""Two visitors vote blind, disagree, settle, and see the precision as labelled and as agreed."""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import BrowserContext, expect

import evalcore as ec
from evalcore import wording
from evalcore.truth.corrections import read_csv, read_json
from evalcore.truth.disputes import OpenDisputes, band
from tests.browser.conftest import MakeDesk
from tests.browser.desk import PATIENCE, Desk, eventually
from tests.browser.serving import serving
from tests.browser.test_opening import upload

CONCEPT = "fork"
QUEUE = f"run=kitchen&queue=false_positives&concept={CONCEPT}&t=0.5"


FILES = {
    "Corrections (CSV)": "corrections.csv",
    "Corrections (JSON)": "corrections.json",
    "Run with the agreed labels (ZIP)": "corrected.zip",
}


def sit_down(desk: Desk, query: str, name: str = "") -> Desk:
    desk.page.goto(desk.server.url(f"truth?{query}"))
    box = desk.page.get_by_placeholder("Your name")
    box.wait_for(timeout=PATIENCE)
    desk.idle()
    if name:
        box.fill(name)
        box.press("Enter")
        expect(desk.page.get_by_text("Type your name above")).to_have_count(0)
        # the next key is an answer and no letter of the name
        expect(box).not_to_be_focused()
        desk.idle()
    return desk


def asked(desk: Desk) -> str:
    """The id of the input that is asked about."""
    return desk.page.get_by_text("id kitchen-").inner_text().removeprefix("id ")


def answer(desk: Desk, letter: str, said: str) -> None:
    """Answer by a key, and wait until it is on record and the next question is there."""
    desk.page.get_by_role("heading", name="Does this show").click()
    desk.page.keyboard.press(letter)
    desk.page.get_by_text(f"you: {said}").wait_for(timeout=PATIENCE)
    desk.idle()


def test_an_input_is_made_an_example_by_keyboard_and_the_focus_stays_on_its_card(
    open_desk: MakeDesk,
) -> None:
    desk = sit_down(open_desk(), QUEUE, "Cy").open("digits", show=["cell", "=nine", "=nine"])
    page = desk.page
    first = page.locator(".st-key-gallery .cards > li").first
    first.locator(".card").focus()
    for key in ("Tab", "Enter", "ArrowDown", "Enter"):
        page.keyboard.press(key)
    said = page.get_by_text("is an example against nine · version 1 of its definition")
    said.wait_for(timeout=PATIENCE)
    expect(first.locator(".more")).to_be_focused()
    expect(first.locator(".id")).to_contain_text("example against nine")

    page.locator("[class*=st-key-undo_example] button").click()
    page.get_by_text("is no example of nine · version 2").wait_for(timeout=PATIENCE)
    expect(first.locator(".id")).not_to_contain_text("example")


def precision(desk: Desk, truth: str) -> str:
    desk.open("kitchen", t="0.5", truth=truth)
    table = desk.summary()
    return table["precision"][table["concept"].index(CONCEPT)]


def test_two_visitors_vote_blind_disagree_settle_and_see_what_it_changes(
    open_desk: MakeDesk,
    browsers: tuple[BrowserContext, BrowserContext],
    library: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    ada = sit_down(open_desk(context=browsers[0]), QUEUE, "Ada")
    bo = sit_down(open_desk(context=browsers[1]), QUEUE, "Bo")
    disputed = asked(ada)
    assert asked(bo) == disputed

    answer(ada, "y", "yes")
    assert asked(ada) != disputed
    assert "Ada" not in bo.page.locator("[data-testid=stMain]").inner_text()
    answer(bo, "n", "no")
    expect(bo.page.get_by_text("Ada: yes")).to_be_visible(timeout=PATIENCE)

    run = ec.load_run(library / "kitchen")
    j = run.position_of(CONCEPT)
    counts = ec.Evaluation(run).counts(ec.Rule(0.5))
    tp, fp = int(counts.tp[j]), int(counts.fp[j])
    assert precision(ada, "labelled") == wording.rate(tp / (tp + fp))
    strip = ada.page.locator(".strip")
    told = "From the worst to the best outcome while 1 dispute is open."
    expect(strip.locator("xpath=following-sibling::p")).to_have_text(told)
    here = np.array([[run.ids.tolist().index(disputed), j]])
    evaluation = ec.Evaluation(run)
    disputes = OpenDisputes.of(evaluation, here, settled=here[:0, 0])
    span = band(disputes, evaluation, ec.Rule(0.5)).average("precision")
    shown = strip.locator(".item", has_text="macro precision").locator(".band")
    expect(shown).to_have_text(span.in_words())

    # the name is known when the same browser comes back
    sit_down(bo, "run=kitchen&truth_section=settle")
    expect(bo.page.get_by_placeholder("Your name")).to_have_value("Bo", timeout=PATIENCE)
    bo.page.get_by_label("Reason").fill("its tines are seen")
    bo.page.get_by_label("Reason").press("Tab")
    bo.page.get_by_role("button", name="Settle: yes").click()
    bo.page.get_by_text("There is no dispute open").wait_for(timeout=PATIENCE)

    assert precision(ada, "agreed") == wording.rate((tp + 1) / (tp + fp))
    # the switch in the run's line turns it back
    ada.page.locator(".st-key-truth").get_by_role("combobox").click()
    ada.page.get_by_role("option", name="as labelled").click()
    eventually(ada.page, lambda: ada.query().get("truth"), None)

    sit_down(ada, "run=kitchen&truth_section=result&t=0.5")
    for button, name in FILES.items():
        with ada.page.expect_download() as download:
            ada.page.get_by_role("button", name=button).click()
        download.value.save_as(tmp_path / name)
    (correction,) = read_csv((tmp_path / "corrections.csv").read_bytes().decode())
    assert (correction.input, correction.concept) == (disputed, CONCEPT)
    assert (correction.original, correction.agreed, correction.settled) == ("no", "yes", True)
    assert (correction.yes, correction.no) == (1, 1)
    assert read_json((tmp_path / "corrections.json").read_bytes().decode()) == (correction,)
    agreed = precision(ada, "agreed")
    monkeypatch.setenv("THRESHOLD_WORKSHOP_STORE", str(tmp_path / "elsewhere.db"))
    with serving(library, log=tmp_path / "elsewhere.txt") as fresh:
        the_files_alone_bring_the_same_truth(open_desk(at=fresh), tmp_path, agreed=agreed)


def the_files_alone_bring_the_same_truth(desk: Desk, folder: Path, *, agreed: str) -> None:
    """Take corrections over where nobody has voted, as CSV and as JSON, and open the run itself."""
    sit_down(desk, "run=kitchen&truth_section=bring_in", "Dee")
    take_over(desk, folder / "corrections.csv", "1 settled pair taken over and saved.")
    nothing = "All of them were taken over before; nothing was added."
    take_over(desk, folder / "corrections.json", nothing)
    assert precision(desk, "agreed") == agreed
    sit_down(desk, "run=kitchen&truth_section=result&t=0.5")
    with desk.page.expect_download() as download:
        desk.page.get_by_role("button", name="Run with the agreed labels (ZIP)").click()
    packed = download.value.path().read_bytes()
    assert contents(packed) == contents((folder / "corrected.zip").read_bytes())

    # the corrected run counts as labelled what the other counts as agreed
    desk.page.goto(desk.server.url("?run=kitchen"))
    upload(desk.page, "corrected.zip", packed)
    eventually(desk.page, lambda: desk.query()["run"][0].startswith("upload:"), wanted=True)
    desk.idle()
    desk.page.keyboard.press("Escape")
    desk.page.get_by_role("button", name=re.compile("^Evaluate ")).click()
    table = desk.drawn().summary()
    assert table["precision"][table["concept"].index(CONCEPT)] == agreed
    desk.page.close()


def take_over(desk: Desk, file: Path, said: str) -> None:
    """Bring a file in by clicks alone, until it is said what came of it."""
    desk.page.locator(".st-key-answer_file input[type=file]").set_input_files(file)
    expect(desk.page.get_by_text(file.name)).to_be_visible(timeout=PATIENCE)
    desk.idle()
    desk.page.get_by_role("button", name="Take over 1 settled").click()
    expect(desk.page.get_by_text(said)).to_be_visible(timeout=PATIENCE)
    desk.page.get_by_role("button", name=f"Remove {file.name}").click()
    desk.idle()


def contents(packed: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}
