"""A thousand concepts: the page stays usable."""

from __future__ import annotations

import math
import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Response

import evalcore as ec
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


def test_where_the_heads_of_the_matrix_are_low_the_ends_of_the_names_tell_its_columns_apart(
    desk: Desk,
) -> None:
    desk.open("large")
    heads = desk.page.locator(".st-key-matrix .column.concept .name")
    assert re.fullmatch(r"concept \d{4}", heads.first.inner_text())
    desk.page.set_viewport_size({"width": 1024, "height": 768})
    eventually(desk.page, lambda: heads.first.inner_text()[0], "…")
    whole = "names => names.every(name => name.scrollHeight <= name.clientHeight + 1)"
    assert heads.evaluate_all(whole)
    assert len(set(heads.all_inner_texts())) == 30


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


def test_while_dragged_only_the_rows_in_view_are_sent_and_all_of_them_at_rest(desk: Desk) -> None:
    sent: list[int] = []

    def note(response: Response) -> None:
        if "/live/" in response.url:
            sent.append(len(response.json()["table"]["rows"]))

    desk.open("large", t="0.5")
    desk.page.on("response", note)
    with desk.restless():
        desk.drag_to(0.7)
        eventually(desk.page, lambda: float(desk.threshold()) > 0.65, wanted=True)
        desk.page.mouse.up()
    desk.idle()
    assert sent
    assert max(sent) < 150
    # every row is there again: another sort needs no question
    desk.head("concept").click()
    desk.head("concept").click()
    eventually(desk.page, lambda: desk.summary()["concept"][0], "concept 0999")


def test_rows_scrolled_into_view_during_a_drag_show_the_threshold_under_the_pointer(
    desk: Desk, truth: TruthOf
) -> None:
    oracle = truth("large")
    desk.open("large", t="0.5")
    with desk.restless():
        desk.drag_to(0.3)
        columns = oracle.table(oracle.rule(desk.threshold()))
        for share in (0.5, 1, 0.2):
            desk.table().evaluate("(box, s) => { box.scrollTop = s * box.scrollHeight }", share)
            eventually(desk.page, lambda: _is_of(desk.summary(), columns), wanted=True)
        desk.page.mouse.up()
    desk.idle()


@pytest.mark.parametrize("direction", ["up", "down"])
@pytest.mark.parametrize("column", ["FP", "precision", "labelled", "concept"])
def test_a_long_table_stays_in_order_while_the_threshold_is_dragged(
    desk: Desk, truth: TruthOf, column: str, direction: str
) -> None:
    oracle = truth("large")
    at = list(oracle.table(oracle.rule("0.5"))).index(column)
    desk.open("large", t="0.5", order_by=[str(at), direction])
    desk.table().evaluate("box => { box.scrollTop = box.scrollHeight / 3 }")
    with desk.restless():
        desk.drag_to(0.25)
        wanted = _in_order(oracle, oracle.rule(desk.threshold()), column, direction)
        seen = desk.summary
        eventually(desk.page, lambda: _is_stretch_of(seen(), wanted), wanted=True)
        desk.page.mouse.up()
    desk.idle()
    eventually(desk.page, lambda: _is_stretch_of(seen(), wanted), wanted=True)


def _is_of(seen: dict[str, list[str]], columns: dict[str, list[str]]) -> bool:
    """Tell whether all rows that are seen are rows of a table, and some are."""
    rows = {row[0]: row for row in zip(*columns.values(), strict=True)}
    there = list(zip(*(seen[name] for name in columns), strict=True))
    return len(there) >= 12 and all(rows.get(row[0]) == row for row in there)


def _in_order(oracle: Truth, rule: ec.Rule, column: str, direction: str) -> dict[str, list[str]]:
    """Return the table in the order of a column: what is undefined last, equals as in the run."""
    columns, counts = oracle.table(rule), oracle.evaluation.counts(rule)
    keys = {
        "FP": counts.fp.tolist(),
        "labelled": counts.labelled.tolist(),
        "precision": ec.METRICS["precision"](counts).tolist(),
        "concept": list(range(counts.fp.size)),
    }[column]
    sign = 1 if direction == "up" else -1
    rows = sorted(
        range(len(keys)), key=lambda j: math.inf if math.isnan(keys[j]) else sign * keys[j]
    )
    return {name: [texts[j] for j in rows] for name, texts in columns.items()}


def _is_stretch_of(seen: dict[str, list[str]], wanted: dict[str, list[str]]) -> bool:
    """Tell whether the rows that are seen follow each other so in a table; the first may not."""
    start = wanted["concept"].index(seen["concept"][1]) if seen["concept"][1] else 0
    n_seen = len(seen["concept"]) - 1
    rows = {name: texts[start : start + n_seen] for name, texts in wanted.items()}
    return n_seen >= 12 and {name: seen[name][1:] for name in wanted} == rows and start > 100
