"""A thousand concepts: the page stays usable."""

from __future__ import annotations

from collections.abc import Callable

from tests.browser.desk import Desk, eventually
from tests.browser.truth import Truth

TruthOf = Callable[[str], Truth]


def test_the_matrix_shows_the_most_confused_and_the_rest_as_one(desk: Desk, truth: TruthOf) -> None:
    oracle = truth("large")
    desk.open("large")
    cells = desk.matrix()
    assert len(cells) == 32 * 32
    assert cells[30].split(":")[0].endswith("predicted (other)")
    assert cells[31].split(":")[0].endswith("nothing predicted")
    total = sum(int(text.split(": ")[1].split(" ")[0].replace(",", "")) for text in cells)
    assert total == oracle.evaluation.run.n_inputs


def test_a_cell_with_other_lists_its_inputs(desk: Desk) -> None:
    desk.open("large")
    cell = next(
        text for text in desk.matrix() if "predicted (other): " in text and ": 0" not in text
    )
    words, number = cell.split(": ")
    desk.click_cell(f"{words}:")
    eventually(desk.page, lambda: desk.headline().split(":")[0], words)
    assert desk.stated() == int(number.split(" ")[0].replace(",", ""))
    desk.idle()
    assert desk.count_cards() == desk.stated()


def test_all_concepts_are_drawn_on_a_canvas_that_answers(desk: Desk) -> None:
    desk.open("large")
    desk.choose("form", "all 1,000")
    canvas = desk.page.locator(".st-key-heatmap canvas")
    canvas.wait_for()
    assert "1,001 by 1,001" in str(canvas.get_attribute("aria-label"))
    painted = """canvas => { const { width, height } = canvas;
        const { data } = canvas.getContext('2d').getImageData(0, 0, width, height);
        const seen = new Set();
        for (let i = 0; i < data.length; i += 4)
            seen.add(data.slice(i, i + 3).join());
        return seen.size }"""
    eventually(desk.page, lambda: canvas.evaluate(painted) > 3, wanted=True)
    canvas.focus()
    for key in ("ArrowDown", "ArrowRight"):
        desk.page.keyboard.press(key)
    desk.page.keyboard.press("Enter")
    eventually(
        desk.page,
        lambda: desk.headline().split(":")[0],
        "labelled concept 0001, predicted concept 0001",
    )
    desk.idle()
    assert desk.stated() == desk.count_cards()


def test_the_search_finds_a_concept(desk: Desk, truth: TruthOf) -> None:
    desk.open("large")
    field = desk.page.locator(".st-key-find input")
    field.press_sequentially("0777", delay=40)
    eventually(desk.page, lambda: desk.summary().get("concept"), ["concept 0777"])
    oracle = truth("large")
    counts = oracle.summary(oracle.rule("0.5"))
    assert desk.summary()["TP"] == [str(counts["TP"][777])]
    assert field.input_value() == "0777"
    field.fill("no such thing")
    desk.page.get_by_text("No concept matches.").wait_for()


def test_dragging_works(desk: Desk, truth: TruthOf) -> None:
    oracle = truth("large")
    desk.open("large")
    before = desk.strip()
    desk.drag_to(0.8)
    eventually(desk.page, lambda: desk.strip() != before, wanted=True)
    eventually(desk.page, lambda: float(desk.threshold()) > 0.75, wanted=True)
    shown = desk.threshold()
    rule = oracle.rule(shown)
    eventually(desk.page, desk.strip, oracle.strip(rule))
    n_seen = len(desk.summary()["concept"])
    assert n_seen >= 12
    wanted = {name: texts[:n_seen] for name, texts in oracle.table(rule).items()}
    eventually(desk.page, desk.summary, wanted)
    desk.page.mouse.up()
    eventually(desk.page, lambda: desk.query()["t"], [repr(float(shown))])


def test_a_long_table_is_scrolled_to_its_end_and_follows_there(desk: Desk, truth: TruthOf) -> None:
    oracle = truth("large")
    desk.open("large", t="0.5")
    assert desk.table().get_attribute("aria-rowcount") == "1003"  # head, concepts, two averages
    desk.table().evaluate("box => { box.scrollTop = box.scrollHeight }")
    eventually(desk.page, lambda: desk.summary()["concept"][-1], "concept 0999")
    n_seen = len(desk.summary()["concept"]) - 1  # the first row keeps the place of the focus
    assert n_seen >= 12
    with desk.restless():
        desk.drag_to(0.2)
        columns = oracle.table(oracle.rule(desk.threshold()))
        wanted = {name: texts[-n_seen:] for name, texts in columns.items()}
        seen = desk.summary
        eventually(desk.page, lambda: {k: v[-n_seen:] for k, v in seen().items()}, wanted)
        desk.page.mouse.up()
    desk.idle()
    eventually(desk.page, lambda: {k: v[-n_seen:] for k, v in seen().items()}, wanted)
