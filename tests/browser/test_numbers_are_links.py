"""Every number is a link, and the list behind it has exactly that many inputs."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

import evalcore as ec
from tests.browser.desk import Desk, eventually
from tests.browser.truth import Truth

TruthOf = Callable[[str], Truth]


def lists(desk: Desk, *, what: str, count: int) -> None:
    """Check headline, number and cards of the list on show."""
    eventually(desk.page, desk.headline, f"{what}: {count:,} {'input' if count == 1 else 'inputs'}")
    assert desk.count_cards() == count
    assert "table, matrix and gallery agree" in desk.page.locator("body").inner_text()
    assert desk.problems() == []


def test_a_matrix_cell_lists_its_inputs(desk: Desk, truth: TruthOf) -> None:
    oracle = truth("kitchen")
    count = len(oracle.evaluation.members(oracle.rule("0.62"), ec.Cell("egg", "bread")))
    desk.open("kitchen", t="0.62")
    desk.click_cell("labelled egg, predicted bread:")
    lists(desk, what="labelled egg, predicted bread", count=count)
    assert desk.query()["show"] == ["cell", "=egg", "=bread"]


def test_a_row_and_a_column_header_list_theirs(desk: Desk, truth: TruthOf) -> None:
    oracle = truth("tickets")
    counts = oracle.evaluation.counts(oracle.rule("0.5"))
    praise = oracle.evaluation.run.concepts.index("praise")
    desk.open("tickets")
    desk.click_cell("labelled praise: the whole row")
    lists(desk, what="labelled praise", count=int(counts.labelled[praise]))
    desk.click_cell("predicted praise: the whole column")
    lists(desk, what="predicted praise", count=int(counts.predicted[praise]))


def test_the_margins_list_theirs(desk: Desk, truth: TruthOf) -> None:
    oracle = truth("tickets")
    matrix = oracle.evaluation.matrix(oracle.rule("0.5")).counts
    desk.open("tickets")
    desk.click_cell("no label, nothing predicted:")
    lists(desk, what="no label, nothing predicted", count=int(matrix[-1, -1]))
    desk.click_cell("no label, predicted delivery:")
    delivery = oracle.evaluation.run.concepts.index("delivery")
    lists(desk, what="no label, predicted delivery", count=int(matrix[-1, delivery]))


@pytest.mark.parametrize(
    ("column", "words"),
    [("FP", "false positives of"), ("FN", "false negatives of"), ("predicted", "predicted")],
)
def test_a_count_of_the_summary_lists_its_inputs(
    desk: Desk, truth: TruthOf, column: str, words: str
) -> None:
    oracle = truth("digits")
    desk.open("digits", t="0.3")
    row = oracle.evaluation.run.concepts.index("eight")
    count = oracle.summary(oracle.rule("0.3"))[column][row]
    eventually(desk.page, lambda: "eight" in desk.summary().get("concept", ()), wanted=True)
    desk.click_number(column, row)
    lists(desk, what=f"{words} eight", count=count)


def test_a_count_of_a_sorted_summary_is_that_of_the_row_it_stands_in(
    desk: Desk, truth: TruthOf
) -> None:
    oracle = truth("kitchen")
    desk.open("kitchen", t="0.3")
    eventually(desk.page, lambda: "apple" in desk.summary().get("concept", ()), wanted=True)
    desk.click_number("FP", -1)  # the header: its menu sorts
    desk.page.get_by_text("Sort ascending").click()
    wanted = sorted(
        zip(oracle.summary(oracle.rule("0.3"))["FP"], oracle.evaluation.run.concepts, strict=True)
    )
    eventually(desk.page, lambda: desk.summary()["concept"], [name for _, name in wanted])
    desk.click_number("FP", 0)
    count, name = wanted[0]
    lists(desk, what=f"false positives of {name}", count=count)


def test_nothing_predicted_lists_its_inputs(desk: Desk, truth: TruthOf) -> None:
    oracle = truth("tickets")
    count = oracle.evaluation.n_nothing_predicted(oracle.rule("0.5"))
    desk.open("tickets")
    desk.page.locator(".st-key-dial").get_by_role("button", name=str(count), exact=True).click()
    lists(desk, what="nothing predicted", count=count)


@pytest.mark.parametrize("threshold", ["0.3", "0.4", "0.5"])
def test_inputs_exactly_on_the_threshold_are_counted_and_listed(
    desk: Desk, truth: TruthOf, threshold: str
) -> None:
    scores = truth("tickets").evaluation.run.scores
    count = int(np.any(scores == np.float64(threshold), axis=1).sum())
    desk.open("tickets", t=threshold)
    link = desk.page.locator(".st-key-dial .touching")
    eventually(desk.page, link.inner_text, f"{count} inputs lie exactly on it")
    link.click()
    lists(desk, what="exactly on the threshold", count=count)


def test_a_flip_lists_what_left_the_concept(desk: Desk, truth: TruthOf) -> None:
    oracle = truth("kitchen")
    flips = oracle.evaluation.flips(oracle.rule("0.5"), oracle.rule("0.7"))
    desk.open("kitchen", t="0.7", panel="flips")
    wanted = str(int((flips.leave_wrong + flips.leave_right).max()))
    eventually(desk.page, lambda: wanted in desk.summary("flips").get("leave", ()), wanted=True)
    table = desk.summary("flips")
    row = table["leave"].index(wanted)
    concept = table["concept"][row]
    assert desk.page.get_by_text("0.50 to 0.70").count() == 1

    desk.click_number("leave, wrong", row, key="flips")
    wrong = int(table["leave, wrong"][row])
    j = oracle.evaluation.run.concepts.index(concept)
    assert wrong == int(flips.leave_wrong[j])
    lists(desk, what=f"not labelled {concept}, no longer predicted {concept}", count=wrong)


@pytest.mark.parametrize("threshold", ["0.5", "0.2"])
def test_the_parts_of_a_multi_label_cell_add_up(desk: Desk, truth: TruthOf, threshold: str) -> None:
    oracle = truth("kitchen")
    actual, predicted, count = oracle.fullest(oracle.rule(threshold))
    desk.open("kitchen", t=threshold)
    desk.click_cell(f"labelled {actual}, predicted {predicted}:")
    what = f"labelled {actual}, predicted {predicted}"
    eventually(desk.page, desk.stated, count)
    parts = desk.page.locator(".st-key-part").get_by_role("radio")
    also, wrong = (int(re.sub(r"\D", "", parts.nth(k).inner_text())) for k in (1, 2))
    assert also + wrong == count
    labelled = oracle.evaluation.run.labels.dense()
    names = oracle.evaluation.run.concepts
    i, j = names.index(actual), names.index(predicted)
    passes = oracle.evaluation.run.scores[:, j] > float(threshold)
    assert also == int((labelled[:, i] & labelled[:, j] & passes).sum())

    parts.nth(1).click()
    lists(desk, what=f"{what}, also labelled {predicted}", count=also)
    parts.nth(2).click()
    lists(desk, what=f"{what}, not labelled {predicted}", count=wrong)


def test_the_list_follows_the_threshold_while_it_is_dragged(desk: Desk, truth: TruthOf) -> None:
    oracle = truth("kitchen")
    desk.open("kitchen")
    desk.click_cell("labelled egg, predicted bread:")
    eventually(desk.page, lambda: desk.headline().startswith("labelled egg"), wanted=True)
    desk.drag_to(0.85)
    eventually(desk.page, lambda: float(desk.threshold()) > 0.8, wanted=True)
    rule = oracle.rule(desk.threshold())
    eventually(
        desk.page, desk.stated, len(oracle.evaluation.members(rule, ec.Cell("egg", "bread")))
    )
    desk.page.mouse.up()


def test_missing_and_broken_pictures_are_tiles_with_a_reason_and_count(desk: Desk) -> None:
    desk.open("pictures")
    desk.click_cell("labelled cat, predicted dog:")
    eventually(desk.page, desk.stated, 8)
    assert desk.count_cards() == 8
    images = desk.page.locator(".st-key-gallery img")
    for k in range(8):
        images.nth(k).scroll_into_view_if_needed()
    drawn = "images => images.every(image => image.complete && image.naturalWidth > 0)"
    eventually(desk.page, lambda: images.evaluate_all(drawn), wanted=True)
    for name, reason in {"input 2": "image missing", "input 3": "not readable"}.items():
        source = desk.page.locator(f'.st-key-gallery img[alt="input {name}"]')
        answer = desk.page.request.get(str(source.evaluate("image => image.src")))
        assert answer.ok
        assert "image/svg+xml" in answer.headers["content-type"]
        assert reason in re.sub("<[^>]*>", " ", answer.text())


def test_another_servers_secret_opens_no_picture(desk: Desk) -> None:
    desk.open("pictures")
    source = str(desk.page.locator(".st-key-gallery img").first.evaluate("image => image.src"))
    assert desk.page.request.get(source).ok
    secret = Path(source).parts[-3]
    assert desk.page.request.get(source.replace(secret, "x" * len(secret))).status == 404
    assert desk.page.request.get(source.rsplit("/", 1)[0] + "/99999").status == 404
