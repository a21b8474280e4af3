"""One input in full, and the whole page without a mouse."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from playwright.sync_api import expect

import evalcore as ec
from tests.browser.desk import PATIENCE, Desk, eventually
from tests.browser.truth import Truth, rate

TruthOf = Callable[[str], Truth]
FOCUSED = """() => {
    let e = document.activeElement;
    while (e.shadowRoot?.activeElement) e = e.shadowRoot.activeElement;
    return e.getAttribute('aria-label') ?? '' }"""


def focused(desk: Desk) -> str:
    return str(desk.page.evaluate(FOCUSED))


def test_an_input_opens_to_all_its_scores_and_closes_by_escape(desk: Desk, truth: TruthOf) -> None:
    run = truth("kitchen").evaluation.run
    desk.open("kitchen", show=["cell", "=apple", "=tomato"])
    shown = desk.cards()[2]
    desk.page.locator(".st-key-gallery li button.card").nth(2).click()
    dialog = desk.page.get_by_role("dialog")
    expect(dialog.get_by_text(f"id {shown}")).to_be_visible(timeout=PATIENCE)
    eventually(desk.page, lambda: desk.query().get("input"), [shown])

    position = int(np.flatnonzero(run.ids == shown)[0])
    rows = dialog.locator(".st-key-dots .row:not(.axis)")
    eventually(desk.page, rows.count, run.n_concepts)
    labelled = set(run.labels.of_input(position).tolist())
    for row in rows.all():
        j = run.concepts.index(row.locator(".name").inner_text())
        assert row.locator(".value").inner_text() == rate(float(run.scores[position, j]))
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
    on_card = FOCUSED.replace("e.getAttribute('aria-label')", "e.querySelector('.id')?.textContent")
    eventually(desk.page, lambda: desk.page.evaluate(on_card), shown)


def test_the_picture_is_enlarged_moved_and_fitted_again(desk: Desk) -> None:
    desk.open("kitchen", input="kitchen-0001")
    dialog = desk.page.get_by_role("dialog")
    image = dialog.locator(".frame img")
    eventually(
        desk.page, lambda: image.evaluate("i => i.complete && i.naturalWidth > 0"), wanted=True
    )
    how = "image => image.style.transform"
    dialog.get_by_role("button", name="Larger").click()
    assert "scale(1.5)" in image.evaluate(how)
    before = image.evaluate(how)
    frame = dialog.locator(".frame").bounding_box()
    assert frame is not None
    x, y = frame["x"] + frame["width"] / 2, frame["y"] + frame["height"] / 2
    desk.page.mouse.move(x, y)
    desk.page.mouse.down()
    desk.page.mouse.move(x + 30, y + 20, steps=4)
    desk.page.mouse.up()
    assert image.evaluate(how) != before
    dialog.get_by_role("button", name="Fit").click()
    assert "scale(1)" in image.evaluate(how)
    desk.page.mouse.move(x, y)
    desk.page.mouse.wheel(0, -300)
    eventually(desk.page, lambda: "scale(1)" in image.evaluate(how), wanted=False)


def test_a_link_reopens_the_dialog_and_a_closed_one_opens_again(desk: Desk) -> None:
    desk.open("kitchen", show=["cell", "=apple", "=tomato"])
    shown = desk.cards()[0]
    desk.open("kitchen", show=["cell", "=apple", "=tomato"], input=shown)
    dialog = desk.page.get_by_role("dialog")
    expect(dialog.get_by_text(f"id {shown}")).to_be_visible(timeout=PATIENCE)
    dialog.get_by_role("button", name="Close").click()
    expect(dialog).to_have_count(0, timeout=PATIENCE)
    eventually(desk.page, lambda: "input" in desk.query(), wanted=False)
    desk.page.locator(".st-key-gallery li button.card").first.click()
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
    desk.box.focus()
    for _ in range(40):
        desk.page.keyboard.press("Tab")
        if focused(desk).startswith(f"labelled {names[0]}, predicted"):
            break
    for key in ("ArrowDown", "ArrowRight", "ArrowRight"):
        desk.page.keyboard.press(key)
    at = f"labelled {names[1]}, predicted {names[2]}"
    assert focused(desk).startswith(f"{at}:")
    desk.page.keyboard.press("Enter")
    cell = ec.Cell(names[1], names[2])
    count = len(oracle.evaluation.members(oracle.rule("0.5"), cell))
    eventually(desk.page, lambda: desk.headline().split(":")[0], at)
    assert desk.stated() == count
    assert focused(desk).startswith(f"{at}:"), "the focus stays on the cell"
    desk.page.keyboard.press("Home")
    desk.page.keyboard.press("ArrowLeft")
    desk.page.keyboard.press("Enter")
    eventually(desk.page, lambda: desk.headline().split(":")[0], f"labelled {names[1]}")


def test_the_gallery_is_walked_and_an_input_opened_by_keyboard_alone(desk: Desk) -> None:
    desk.open("kitchen", show=["cell", "=apple", "=tomato"])
    second = desk.cards()[1]
    desk.page.locator(".st-key-gallery li button.card").first.focus()
    desk.page.keyboard.press("ArrowRight")
    desk.page.keyboard.press("Enter")
    dialog = desk.page.get_by_role("dialog")
    expect(dialog.get_by_text(f"id {second}")).to_be_visible(timeout=PATIENCE)
    desk.page.keyboard.press("Escape")
    expect(dialog).to_have_count(0, timeout=PATIENCE)


def test_the_matrix_as_a_table_selects_by_keyboard(desk: Desk, truth: TruthOf) -> None:
    oracle = truth("tickets")
    rule, names = oracle.rule("0.5"), oracle.evaluation.run.concepts
    desk.open("tickets")
    desk.page.get_by_role("button", name="Cells").click()
    desk.choose("form", "table")
    desk.page.keyboard.press("Escape")
    eventually(desk.page, lambda: desk.query().get("as_table"), ["1"])
    eventually(desk.page, lambda: desk.summary("matrix"), oracle.matrix_table(rule))
    desk.number(names[0], names[0], table="matrix").click()
    at = f"labelled {names[0]}, predicted {names[0]}"
    eventually(desk.page, lambda: desk.headline().split(":")[0], at)
    for key in ("ArrowDown", "ArrowRight", "Enter"):
        desk.page.keyboard.press(key)
    cell = ec.Cell(names[1], names[2])
    count = len(oracle.evaluation.members(rule, ec.Cell(names[1], names[1])))
    at = f"labelled {names[1]}, predicted {names[1]}"
    eventually(desk.page, lambda: desk.headline().split(":")[0], at)
    assert desk.stated() == count
    chosen = f"{names[1]}, {names[1]}: {count}"
    eventually(desk.page, lambda: desk.selected("matrix"), [chosen])
    assert focused(desk) == chosen, "the focus stays on the cell"
    desk.page.keyboard.press("ArrowRight")
    desk.page.keyboard.press("Enter")
    eventually(desk.page, desk.headline, oracle.headline(rule, cell))
    # the first column stands for whole rows
    desk.page.keyboard.press("Home")
    desk.page.keyboard.press("Enter")
    eventually(desk.page, lambda: desk.headline().split(":")[0], f"labelled {names[1]}")
    assert desk.stated() == int(oracle.evaluation.counts(rule).labelled[1])


def test_the_summary_is_walked_sorted_and_a_count_chosen_by_keyboard_alone(
    desk: Desk, truth: TruthOf
) -> None:
    oracle = truth("tickets")
    rule, names = oracle.rule("0.5"), oracle.evaluation.run.concepts
    columns = oracle.table(rule)
    desk.open("tickets")
    eventually(desk.page, desk.summary, columns)
    desk.page.locator(".st-key-find input").focus()
    for _ in range(4):  # the search may have a button of its own
        desk.page.keyboard.press("Tab")
        if desk.table().locator(":focus").count():
            break
    desk.page.keyboard.press("Control+Home")
    for key in ("ArrowDown", *["ArrowRight"] * list(columns).index("FP")):
        desk.page.keyboard.press(key)
    false = oracle.summary(rule)["FP"]
    assert focused(desk) == f"{names[1]}, FP: {false[1]:,}"
    desk.page.keyboard.press("Enter")
    eventually(desk.page, lambda: desk.headline().split(":")[0], f"false positives of {names[1]}")
    assert desk.stated() == false[1]
    eventually(desk.page, desk.selected, [f"{names[1]}, FP: {false[1]:,}"])
    desk.idle()
    assert focused(desk) == f"{names[1]}, FP: {false[1]:,}", "the focus stays on the cell"

    desk.page.keyboard.press("Control+Home")
    for key in ("ArrowUp", *["ArrowRight"] * list(columns).index("FN"), "Enter"):
        desk.page.keyboard.press(key)
    missed = oracle.summary(rule)["FN"]
    rows = sorted(range(len(names)), key=lambda j: -missed[j])
    wanted = {name: [texts[j] for j in rows] for name, texts in columns.items()}
    eventually(desk.page, desk.summary, wanted)
    at = str(list(columns).index("FN"))
    eventually(desk.page, lambda: desk.query().get("order_by"), [at, "down"])
