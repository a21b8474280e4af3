"""Two million inputs in eight parts: dragged, clicked and looked at like any other run."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import expect

import evalcore as ec
from evalcore.parts import open_parts, prepare
from tests.browser.conftest import MakeDesk
from tests.browser.desk import PATIENCE, eventually
from tests.browser.serving import Server, serving
from tests.browser.truth import Truth
from tests.support.large_parts import write_in_parts

N_INPUTS, N_CONCEPTS, N_PARTS = 2_000_000, 20, 8
COLOURS = ("red", "green", "blue")


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write the run, and prepare it."""
    folder = tmp_path_factory.mktemp("runs") / "parts"
    images = [f"images/{colour}.png" for colour in COLOURS]
    write_in_parts(folder, n_inputs=N_INPUTS, n_concepts=N_CONCEPTS, n_files=N_PARTS, images=images)
    (folder / "images").mkdir()
    for image, colour in zip(images, COLOURS, strict=True):
        Image.new("RGB", (64, 48), colour).save(folder / image)
    done = prepare(str(folder))
    assert (done.n_rows, done.n_parts) == (N_INPUTS, N_PARTS)
    return folder


@pytest.fixture(scope="module")
def truth(run: Path) -> Truth:
    return Truth(evaluation=open_parts(run))


@pytest.fixture(scope="module")
def own_server(run: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with serving(run.parent, log=tmp_path_factory.mktemp("parts") / "log.txt") as running:
        yield running


def test_it_is_dragged_clicked_and_looked_at(
    open_desk: MakeDesk, own_server: Server, truth: Truth
) -> None:
    desk = open_desk(at=own_server).open("parts")
    assert desk.strip() == truth.strip(truth.rule("0.5"))

    desk.drag_to(0.6)
    eventually(desk.page, lambda: float(desk.threshold()) > 0.55, wanted=True)
    rule = truth.rule(desk.threshold())
    # the button is still down: nothing was drawn anew, the numbers came by themselves
    eventually(desk.page, desk.strip, truth.strip(rule))
    n_seen = len(desk.summary()["concept"])
    assert n_seen >= 12
    wanted = {name: texts[:n_seen] for name, texts in truth.table(rule).items()}
    eventually(desk.page, desk.summary, wanted)
    desk.page.mouse.up()
    desk.idle()

    desk.click_cell("labelled concept 03, predicted concept 07:")
    eventually(
        desk.page,
        lambda: desk.headline().split(":")[0],
        "labelled concept 03, predicted concept 07",
    )
    cell = ec.Cell("concept 03", "concept 07")
    position = [truth.evaluation.run.position_of(name) for name in (cell.actual, cell.predicted)]
    assert desk.stated() == truth.evaluation.matrix(rule).counts[tuple(position)]
    desk.idle()
    first = truth.evaluation.members(rule, cell, first=len(desk.cards()))
    assert desk.cards() == truth.evaluation.run.ids[first].tolist()

    desk.page.locator(".st-key-gallery li button.card").first.click()
    dialog = desk.page.get_by_role("dialog")
    expect(dialog.get_by_text(f"id {desk.cards()[0]}")).to_be_visible(timeout=PATIENCE)
    image = dialog.locator(".frame img")
    drawn = "image => image.complete && image.naturalWidth > 0"
    eventually(desk.page, lambda: image.evaluate(drawn), wanted=True)
