"""Every number is a link, and the list behind it has exactly that many inputs."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import numpy as np

import evalcore as ec
from pages._ui.inputs.inputs_panel import PER_PAGE
from tests.browser.desk import Desk, eventually
from tests.browser.truth import Truth

TruthOf = Callable[[str], Truth]


def lists(desk: Desk, *, what: str, count: int) -> None:
    """Check headline, number and cards of the list on show."""
    is_called(desk, what=what, count=count)
    desk.idle()  # the numbers are there before the list is
    assert desk.count_cards() == count
    assert "table, matrix and gallery agree" in desk.page.locator("body").inner_text()
    assert desk.problems() == []


def is_called(desk: Desk, *, what: str, count: int) -> None:
    """Check the headline of the list on show."""
    eventually(desk.page, desk.headline, f"{what}: {count:,} {'input' if count == 1 else 'inputs'}")


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


COLUMNS = {
    "labelled": "labelled",
    "predicted": "predicted",
    "TP": "true positives of",
    "FN": "false negatives of",
    "FP": "false positives of",
    "TN": "true negatives of",
}


def test_a_count_of_the_summary_lists_its_inputs(desk: Desk, truth: TruthOf) -> None:
    oracle = truth("digits")
    rule = oracle.rule("0.3")
    desk.open("digits", t="0.3", every_column="1")
    row = oracle.evaluation.run.concepts.index("eight")
    counts = oracle.summary(rule) | {"TN": oracle.evaluation.counts(rule).tn.tolist()}
    for column, words in COLUMNS.items():
        cell = desk.number("eight", column)
        count = counts[column][row]
        label = f"eight, {column}: {count:,}"
        eventually(desk.page, lambda cell=cell: cell.get_attribute("aria-label"), label)  # type: ignore[misc]
        assert cell.inner_text() == f"{count:,}"
        cell.click()
        eventually(desk.page, desk.selected, [label])
        # turning every page of the long lists would show no more than the short ones do
        check = lists if column in {"FP", "FN", "predicted"} else is_called
        check(desk, what=f"{words} eight", count=count)


def test_rates_lead_to_their_denominators(desk: Desk, truth: TruthOf) -> None:
    oracle = truth("digits")
    counts = oracle.summary(oracle.rule("0.3"))
    row = oracle.evaluation.run.concepts.index("eight")
    desk.open("digits", t="0.3")
    for column, words in (("recall", "labelled"), ("precision", "predicted")):
        desk.number("eight", column).click()
        is_called(desk, what=f"{words} eight", count=counts[words][row])
        # of the cells with one list behind them, the count's own is the chosen one
        eventually(desk.page, desk.selected, [f"eight, {words}: {counts[words][row]:,}"])
    desk.number("nine", "TP").click()
    eventually(desk.page, lambda: desk.headline().split(":")[0], "true positives of nine")
    name = desk.table().get_by_role("rowheader", name="eight, concept: eight", exact=True)
    assert name.inner_text() == "eight"
    name.click()
    is_called(desk, what="labelled eight", count=counts["labelled"][row])
    eventually(desk.page, desk.selected, [f"eight, labelled: {counts['labelled'][row]:,}"])


def test_a_sorted_column_is_in_the_link_and_its_counts_list_their_own_row(
    desk: Desk, truth: TruthOf
) -> None:
    oracle = truth("kitchen")
    names = oracle.evaluation.run.concepts
    columns = oracle.table(oracle.rule("0.3"))
    counts = oracle.summary(oracle.rule("0.3"))["FP"]
    at = str(list(columns).index("FP"))
    in_order = {
        "down": sorted(range(len(names)), key=lambda j: -counts[j]),
        "up": sorted(range(len(names)), key=lambda j: counts[j]),
    }
    desk.open("kitchen", t="0.3")
    eventually(desk.page, desk.summary, columns)
    sorts = {"down": "descending", "up": "ascending"}
    for direction, sort in sorts.items():
        desk.head("FP").click()
        rows = in_order[direction]
        wanted = {name: [texts[j] for j in rows] for name, texts in columns.items()}
        eventually(desk.page, desk.summary, wanted)
        eventually(desk.page, lambda: desk.query().get("order_by"), [at, direction])
        assert desk.head("FP").get_attribute("aria-sort") == sort
        desk.page.reload()
        desk.drawn()
        eventually(desk.page, desk.summary, wanted)
        assert desk.head("FP").get_attribute("aria-sort") == sort
        assert desk.head("TP").get_attribute("aria-sort") == "none"
        desk.number(names[rows[0]], "FP").click()
        lists(desk, what=f"false positives of {names[rows[0]]}", count=counts[rows[0]])
        eventually(desk.page, desk.summary, wanted)
    # the third click takes the order of the run back
    desk.head("FP").click()
    eventually(desk.page, desk.summary, columns)
    eventually(desk.page, lambda: desk.query().get("order_by"), None)
    assert desk.head("FP").get_attribute("aria-sort") == "none"


def test_a_sorted_column_stays_sorted_while_the_threshold_is_dragged(
    desk: Desk, truth: TruthOf
) -> None:
    oracle = truth("kitchen")
    desk.open("kitchen", t="0.5", order_by=["6", "up"])
    with desk.restless():
        desk.drag_to(0.25)
        columns = oracle.table(oracle.rule(desk.threshold()))
        counts = oracle.summary(oracle.rule(desk.threshold()))["FP"]
        rows = sorted(range(len(counts)), key=lambda j: counts[j])
        wanted = {name: [texts[j] for j in rows] for name, texts in columns.items()}
        eventually(desk.page, desk.summary, wanted)
        desk.page.mouse.up()
    eventually(desk.page, lambda: desk.query().get("order_by"), ["6", "up"])
    desk.idle()
    assert desk.summary() == wanted


def test_nothing_predicted_lists_its_inputs(desk: Desk, truth: TruthOf) -> None:
    oracle = truth("tickets")
    count = oracle.evaluation.n_nothing_predicted(oracle.rule("0.5"))
    desk.open("tickets")
    desk.page.locator(".st-key-dial").get_by_role("button", name=str(count), exact=True).click()
    lists(desk, what="nothing predicted", count=count)


def test_inputs_exactly_on_the_threshold_are_counted_and_listed(desk: Desk, truth: TruthOf) -> None:
    scores = truth("tickets").evaluation.run.scores
    desk.open("tickets")
    link = desk.page.locator(".st-key-dial .touching")
    for threshold in ("0.3", "0.4", "0.5"):
        count = int(np.any(scores == np.float64(threshold), axis=1).sum())
        desk.set_threshold(threshold)
        eventually(desk.page, link.inner_text, f"{count} inputs lie exactly on it")
        link.click()
        lists(desk, what="exactly on the threshold", count=count)


def test_a_flip_lists_what_left_the_concept(desk: Desk, truth: TruthOf) -> None:
    oracle = truth("kitchen")
    pinned, rule = oracle.rule("0.5"), oracle.rule("0.7")
    table = oracle.flips(pinned, rule)
    desk.open("kitchen", t="0.7")
    desk.page.locator(".st-key-panel").get_by_text("Flips").click()
    eventually(desk.page, lambda: desk.summary("flips"), table)
    assert desk.query()["panel"] == ["flips"]
    assert desk.flips_in_words().startswith("0.50 to 0.70: ")
    concept, wrong = table["concept"][0], int(table["leave, wrong"][0])
    flips = oracle.evaluation.flips(pinned, rule)
    assert wrong == int(flips.leave_wrong[oracle.evaluation.run.concepts.index(concept)])
    desk.number(concept, "leave, wrong", table="flips").click()
    lists(desk, what=f"not labelled {concept}, no longer predicted {concept}", count=wrong)
    assert desk.selected("flips") == [f"{concept}, leave, wrong: {wrong}"]


def test_the_parts_of_a_multi_label_cell_add_up(desk: Desk, truth: TruthOf) -> None:
    oracle = truth("kitchen")
    run = oracle.evaluation.run
    desk.open("kitchen")
    for threshold in ("0.5", "0.2"):
        actual, predicted, count = oracle.fullest(oracle.rule(threshold))
        desk.set_threshold(threshold)
        what = f"labelled {actual}, predicted {predicted}"
        cells = truth("kitchen").cells(oracle.rule(threshold))
        eventually(desk.page, lambda: [t.split(" — ")[0] for t in desk.matrix()], cells)
        desk.click_cell(f"{what}:")
        eventually(desk.page, desk.headline, f"{what}: {count:,} inputs")
        desk.idle()
        parts = desk.page.locator(".st-key-part").get_by_role("radio")
        eventually(desk.page, lambda: parts.count() > 2, wanted=True)  # noqa: B023
        also, wrong = (int(re.sub(r"\D", "", parts.nth(k).inner_text())) for k in (1, 2))
        assert also + wrong == count
        labelled = run.labels.dense()
        i, j = run.concepts.index(actual), run.concepts.index(predicted)
        passes = run.scores[:, j] > float(threshold)
        assert also == int((labelled[:, i] & labelled[:, j] & passes).sum())

        parts.nth(1).click()
        lists(desk, what=f"{what}, also labelled {predicted}", count=also)
        parts.nth(2).click()
        lists(desk, what=f"{what}, not labelled {predicted}", count=wrong)


def test_the_list_follows_as_soon_as_the_drag_rests(desk: Desk, truth: TruthOf) -> None:
    oracle = truth("kitchen")
    ids = oracle.evaluation.run.ids
    desk.open("kitchen")
    desk.click_cell("labelled egg, predicted bread:")
    eventually(desk.page, lambda: desk.headline().startswith("labelled egg"), wanted=True)
    eventually(desk.page, lambda: "show" in desk.query(), wanted=True)
    link = desk.page.url
    desk.drag_to(0.85)
    eventually(desk.page, lambda: float(desk.threshold()) > 0.8, wanted=True)
    rule = oracle.rule(desk.threshold())
    members = ids[oracle.evaluation.members(rule, ec.Cell("egg", "bread"))].tolist()
    eventually(desk.page, desk.stated, len(members))
    here = min(len(members), PER_PAGE["images"])
    eventually(desk.page, lambda: len(set(desk.cards()) & set(members)), here)
    eventually(desk.page, lambda: len(desk.cards()), here)
    assert desk.page.url == link, "the link waits for the release"
    desk.page.mouse.up()
    eventually(desk.page, lambda: desk.query()["t"], [repr(float(desk.threshold()))])
    assert desk.count_cards() == len(members)


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
        card = desk.page.locator(".st-key-gallery li").filter(has_text=name)
        source = card.locator("img")
        answer = desk.page.request.get(str(source.evaluate("image => image.src")))
        assert answer.ok
        assert "image/svg+xml" in answer.headers["content-type"]
        assert reason in re.sub("<[^>]*>", " ", answer.text())


def test_another_servers_secret_opens_no_picture(desk: Desk) -> None:
    desk.open("pictures")
    source = str(desk.page.locator(".st-key-gallery img").first.evaluate("image => image.src"))
    assert desk.page.request.get(source).ok
    secret = Path(source).parts[-2]
    assert desk.page.request.get(source.replace(secret, "x" * len(secret))).status == 404
    assert desk.page.request.get(source.rsplit("/", 1)[0] + "/99999").status == 404


def test_slices_stand_side_by_side_and_totals_below(desk: Desk) -> None:
    desk.open("kitchen", panel="slices", sliced_for="egg")
    box = desk.table("slices")
    label = re.compile(r"^phone, FP: (\d+)$")
    number = box.get_by_role("gridcell", name=label)
    found = label.match(number.get_attribute("aria-label") or "")
    assert found is not None
    number.click()
    eventually(desk.page, lambda: desk.query().get("slice"), ["source", "phone"])
    desk.idle()
    eventually(desk.page, desk.headline, f"false positives of egg: {found[1]} inputs")
    desk.page.get_by_text("Summary", exact=True).click()
    totals = desk.table().locator(".total")
    eventually(desk.page, lambda: [row.inner_text().split()[0] for row in totals.all()],
               ["macro", "micro"])  # fmt: skip
    widths = "row => [...row.children].map(c => c.scrollWidth > c.clientWidth + 1)"
    assert not any(any(row.evaluate(widths)) for row in totals.all()), "a total is cut"
