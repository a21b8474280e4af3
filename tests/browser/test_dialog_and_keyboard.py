"""One input in full, and the whole page without a mouse."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from playwright.sync_api import expect

import evalcore as ec
from tests.browser.desk import PATIENCE, Desk, eventually
from tests.browser.truth import Truth

TruthOf = Callable[[str], Truth]


def test_an_input_opens_to_all_its_scores_and_closes_by_escape(desk: Desk, truth: TruthOf) -> None:
    run = truth("kitchen").evaluation.run
    desk.open("kitchen", show=["cell", "=apple", "=tomato"])
    shown = desk.cards()[2]
    desk.page.locator(".st-key-gallery li button").nth(2).click()
    dialog = desk.page.get_by_role("dialog")
    expect(dialog.get_by_text(f"id {shown}")).to_be_visible(timeout=PATIENCE)
    eventually(desk.page, lambda: desk.query().get("input"), [shown])

    position = int(np.flatnonzero(run.ids == shown)[0])
    rows = dialog.locator(".st-key-dots .row:not(.axis)")
    eventually(desk.page, rows.count, run.n_concepts)
    labelled = set(run.labels.of_input(position).tolist())
    for row in rows.all():
        j = run.concepts.index(row.locator(".name").inner_text())
        assert row.locator(".value").inner_text() == f"{run.scores[position, j]:.3f}"
        kind = "labelled" if j in labelled else "not"
        assert row.locator(f".dot.{kind}").count() == 1
    table = desk.page.get_by_role("dialog").locator("[data-testid=stDataFrame]")
    eventually(
        desk.page,
        lambda: table.locator('[data-testid^="glide-cell-"]').all_inner_texts()[:2],
        ["source", str(run.metadata["source"][position])],
    )

    desk.page.keyboard.press("Escape")
    expect(dialog).to_have_count(0, timeout=PATIENCE)
    eventually(desk.page, lambda: "input" in desk.query(), wanted=False)
    assert desk.cards()[2] == shown


def test_a_link_reopens_the_dialog_and_a_closed_one_opens_again(desk: Desk) -> None:
    desk.open("kitchen", show=["cell", "=apple", "=tomato"])
    shown = desk.cards()[0]
    desk.open("kitchen", show=["cell", "=apple", "=tomato"], input=shown)
    dialog = desk.page.get_by_role("dialog")
    expect(dialog.get_by_text(f"id {shown}")).to_be_visible(timeout=PATIENCE)
    dialog.get_by_role("button", name="Close").click()
    expect(dialog).to_have_count(0, timeout=PATIENCE)
    eventually(desk.page, lambda: "input" in desk.query(), wanted=False)
    desk.page.locator(".st-key-gallery li button").first.click()
    expect(dialog.get_by_text(f"id {shown}")).to_be_visible(timeout=PATIENCE)


def test_blue_is_labelled_and_red_or_orange_is_not(desk: Desk) -> None:
    desk.open("kitchen", input="kitchen-0001")
    desk.page.get_by_role("dialog").wait_for()
    colour = "dot => { const s = getComputedStyle(dot); return [s.backgroundColor, s.borderColor] }"
    dots = desk.page.locator(".st-key-dots .row:not(.axis)")
    dots.first.wait_for()
    blue = dots.locator(".dot.labelled").first.evaluate(colour)[0]
    red = dots.locator(".dot.not").first.evaluate(colour)[1]
    # rendered, whatever notation the style sheet uses
    channels = """([one, two]) => [one, two].map(colour => {
        const pen = document.createElement('canvas').getContext('2d');
        pen.fillStyle = colour; pen.fillRect(0, 0, 1, 1);
        return [...pen.getImageData(0, 0, 1, 1).data] })"""
    (r1, _, b1, _), (r2, _, b2, _) = desk.page.evaluate(channels, [blue, red])
    assert b1 > r1 + 60
    assert r2 > b2 + 60


def test_the_matrix_is_walked_and_a_cell_chosen_by_keyboard_alone(
    desk: Desk, truth: TruthOf
) -> None:
    oracle = truth("tickets")
    names = oracle.evaluation.run.concepts
    desk.open("tickets")
    focused = (
        "() => { let e = document.activeElement; while (e.shadowRoot?.activeElement) "
        "e = e.shadowRoot.activeElement; return e.getAttribute('aria-label') ?? '' }"
    )
    desk.box.focus()
    for _ in range(40):
        desk.page.keyboard.press("Tab")
        if str(desk.page.evaluate(focused)).startswith(f"labelled {names[0]}, predicted"):
            break
    for key in ("ArrowDown", "ArrowRight", "ArrowRight"):
        desk.page.keyboard.press(key)
    at = f"labelled {names[1]}, predicted {names[2]}"
    assert str(desk.page.evaluate(focused)).startswith(f"{at}:")
    desk.page.keyboard.press("Enter")
    cell = ec.Cell(names[1], names[2])
    count = len(oracle.evaluation.members(oracle.rule("0.5"), cell))
    eventually(desk.page, lambda: desk.headline().split(":")[0], at)
    assert desk.stated() == count
    assert str(desk.page.evaluate(focused)).startswith(f"{at}:"), "the focus stays on the cell"
    desk.page.keyboard.press("Home")
    desk.page.keyboard.press("ArrowLeft")
    desk.page.keyboard.press("Enter")
    eventually(desk.page, lambda: desk.headline().split(":")[0], f"labelled {names[1]}")


def test_the_gallery_is_walked_and_an_input_opened_by_keyboard_alone(desk: Desk) -> None:
    desk.open("kitchen", show=["cell", "=apple", "=tomato"])
    second = desk.cards()[1]
    desk.page.locator(".st-key-gallery li button").first.focus()
    desk.page.keyboard.press("ArrowRight")
    desk.page.keyboard.press("Enter")
    dialog = desk.page.get_by_role("dialog")
    expect(dialog.get_by_text(f"id {second}")).to_be_visible(timeout=PATIENCE)
    desk.page.keyboard.press("Escape")
    expect(dialog).to_have_count(0, timeout=PATIENCE)


def test_the_matrix_as_a_table_selects_by_keyboard(desk: Desk, truth: TruthOf) -> None:
    oracle = truth("tickets")
    names = oracle.evaluation.run.concepts
    desk.open("tickets")
    desk.choose("form", "table")
    eventually(desk.page, lambda: desk.query().get("as_table"), ["1"])
    eventually(
        desk.page, lambda: len(desk.summary("matrix_table").get(names[0], ())), len(names) + 1
    )
    desk.click_number(names[0], 0, key="matrix_table")
    eventually(
        desk.page,
        lambda: desk.headline().split(":")[0],
        f"labelled {names[0]}, predicted {names[0]}",
    )
    for key in ("ArrowDown", "ArrowRight"):
        desk.page.keyboard.press(key)
    at = f"labelled {names[1]}, predicted {names[1]}"
    count = len(oracle.evaluation.members(oracle.rule("0.5"), ec.Cell(names[1], names[1])))
    eventually(desk.page, lambda: desk.headline().split(":")[0], at)
    assert desk.stated() == count
