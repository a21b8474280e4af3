"""The Concept page in a browser: drag, click, reopen, hostile names."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Locator

import evalcore as ec
from tests.browser.conftest import MakeDesk
from tests.browser.desk import PATIENCE, Desk, eventually, plain
from tests.browser.made_up_runs import HOSTILE
from tests.browser.test_hostile_run import flat, holds_no_foreign_markup
from tests.browser.truth import Truth

TruthOf = Callable[[str], Truth]
CHARTS = (
    "Precision against recall",
    "ROC curve",
    "Precision, recall, F1",
    "Scores of",
    "Share labelled against mean score",
)
WHERE_THE_POINT_IS = """chart => [...chart.querySelectorAll('.mark-symbol path')]
    .filter(mark => mark.getAttribute('stroke') === '#ffffff')
    .map(mark => mark.getAttribute('transform'))"""


def opened(desk: Desk, run: str, **query: object) -> Desk:
    desk.page.goto(desk.server.url(f"concept?{urlencode({'run': run} | query, doseq=True)}"))
    return drawn(desk)


def drawn(desk: Desk) -> Desk:
    desk.page.locator(".st-key-just_inside .root").wait_for(timeout=PATIENCE)
    desk.page.locator(".st-key-dial .strip .item").first.wait_for(timeout=PATIENCE)
    return desk.idle()


def chart(desk: Desk, name: str) -> Locator:
    found = desk.page.locator(f'[data-testid="stVegaLiteChart"][aria-label^="{name}"]')
    found.wait_for(timeout=PATIENCE)
    return found


def point_at(desk: Desk, name: str) -> list[str]:
    places: list[str] = chart(desk, name).evaluate(WHERE_THE_POINT_IS)
    return places


def outcomes(truth: Truth, rule: ec.Rule, concept: str) -> dict[str, str]:
    counts, j = truth.evaluation.counts(rule), truth.evaluation.run.position_of(concept)
    names = {
        "true positives": counts.tp,
        "false positives": counts.fp,
        "false negatives": counts.fn,
        "true negatives": counts.tn,
    }
    return {name: f"{each[j]:,}" for name, each in names.items()}


def shown(desk: Desk, wanted: dict[str, str]) -> dict[str, str]:
    strip = desk.strip()
    return {name: strip.get(name, "") for name in wanted}


@pytest.fixture
def kitchen(desk: Desk) -> Desk:
    return opened(desk, "kitchen", concept="mug", t="0.5")


def test_the_operating_point_moves_in_every_chart_while_dragging(
    kitchen: Desk, truth: TruthOf
) -> None:
    before = {name: point_at(kitchen, name) for name in CHARTS[:3]}
    assert all(before.values())
    link = kitchen.page.url
    kitchen.drag_to(0.8)
    rule = truth("kitchen").rule(kitchen.threshold())
    wanted = outcomes(truth("kitchen"), rule, "mug")
    eventually(kitchen.page, lambda: shown(kitchen, wanted), wanted)
    for name, place in before.items():
        eventually(kitchen.page, lambda: point_at(kitchen, name) != place, wanted=True)  # noqa: B023
    assert kitchen.page.url == link, "the link waits for the release"
    kitchen.page.mouse.up()
    eventually(kitchen.page, lambda: float(kitchen.query()["t"][0]), float(kitchen.threshold()))
    eventually(kitchen.page, lambda: shown(kitchen, wanted), wanted)


def test_a_count_lists_that_many_images_and_the_link_reopens_them(
    kitchen: Desk, open_desk: MakeDesk
) -> None:
    number = int(kitchen.strip()["false positives"].replace(",", ""))
    kitchen.page.locator(".st-key-dial button[data-name=fp]").click()
    kitchen.page.locator(".st-key-gallery .root").wait_for(timeout=PATIENCE)
    kitchen.idle()
    first, url = kitchen.cards(), kitchen.page.url
    assert kitchen.stated() == number
    assert kitchen.count_cards() == number
    other = open_desk()
    other.page.goto(url)
    drawn(other)
    other.page.locator(".st-key-gallery .root").wait_for(timeout=PATIENCE)
    eventually(other.page, other.cards, first)
    assert other.headline() == f"false positives of mug: {number} inputs"
    assert other.strip() == kitchen.strip()


def test_next_and_search_change_the_concept_and_its_link(kitchen: Desk) -> None:
    kitchen.choose("concept", "fork")
    eventually(kitchen.page, lambda: kitchen.query()["concept"], ["fork"])
    kitchen.page.get_by_role("button", name="Next ▶").click()
    eventually(kitchen.page, lambda: kitchen.query()["concept"] != ["fork"], wanted=True)
    name = kitchen.query()["concept"][0]
    eventually(
        kitchen.page, lambda: f"counts as {name} when" in kitchen.rule_in_words(), wanted=True
    )


def test_evaluate_leads_to_the_concept_of_its_list(desk: Desk) -> None:
    desk.open("kitchen", t="0.5", show=["FP", "=fork"])
    desk.page.locator(".st-key-open_concept button").first.click()
    drawn(desk)
    assert desk.query()["concept"] == ["fork"]
    assert "/concept?" in desk.page.url


def test_an_image_opens_the_scores_of_its_input(kitchen: Desk) -> None:
    kitchen.page.locator(".st-key-false_positives .card").first.click()
    kitchen.page.get_by_role("dialog").get_by_text("id kitchen-").wait_for(timeout=PATIENCE)


def test_hostile_concept_names_are_shown_as_text(desk: Desk) -> None:
    met = set()
    for way in ("Next ▶", "◀ Previous"):
        opened(desk, "hostile", concept=HOSTILE[0], t="0.5")
        further = desk.page.get_by_role("button", name=way)
        while True:
            [name] = desk.idle().query()["concept"]
            met.add(name)
            eventually(desk.page, lambda: flat(name) in flat(desk.rule_in_words()), wanted=True)  # noqa: B023
            assert desk.problems() == []
            for each in CHARTS:
                chart(desk, each)
            holds_no_foreign_markup(desk.page)
            if further.is_disabled():
                break
            further.click()
            eventually(desk.page, lambda: desk.query()["concept"] != [name], wanted=True)  # noqa: B023
    assert met == set(HOSTILE)
    opened_in_vain = f"concept?{urlencode({'run': 'hostile', 'concept': '<b>nobody</b>'})}"
    desk.page.goto(desk.server.url(opened_in_vain))
    desk.says("This run has no concept")
    assert any("<b>nobody</b>" in plain(text) for text in desk.problems())
    holds_no_foreign_markup(desk.page)


def test_a_curve_is_clicked_a_chart_is_dragged_and_saved(kitchen: Desk, truth: TruthOf) -> None:
    page = kitchen.page
    plot = chart(kitchen, "Precision, recall, F1").locator("path.background").first.bounding_box()
    assert plot is not None
    middle = plot["y"] + plot["height"] / 2
    page.mouse.move(plot["x"] + 0.3 * plot["width"], middle)
    page.mouse.down()
    page.mouse.move(plot["x"] + 0.7 * plot["width"], middle, steps=8)
    eventually(page, lambda: abs(float(kitchen.threshold()) - 0.7) < 0.02, wanted=True)
    page.mouse.up()
    eventually(page, lambda: float(kitchen.query()["t"][0]), float(kitchen.threshold()))
    rule = truth("kitchen").rule(kitchen.threshold())
    wanted = outcomes(truth("kitchen"), rule, "mug")
    eventually(page, lambda: shown(kitchen, wanted), wanted)

    before = kitchen.threshold()
    plot = chart(kitchen, "ROC curve").locator("path.background").first.bounding_box()
    assert plot is not None
    page.mouse.click(plot["x"] + 3, plot["y"] + plot["height"] * 0.5)
    eventually(page, lambda: kitchen.threshold() != before, wanted=True)
    eventually(page, lambda: abs(float(kitchen.strip()["recall"]) - 0.5) < 0.2, wanted=True)
    rule = truth("kitchen").rule(kitchen.threshold())
    eventually(
        page,
        lambda: shown(kitchen, outcomes(truth("kitchen"), rule, "mug")),
        outcomes(truth("kitchen"), rule, "mug"),
    )

    for form, start in (("SVG", b"<svg"), ("PNG", b"\x89PNG")):
        with page.expect_download() as download:
            page.get_by_role("button", name=f"ROC curve as {form}").click()
        assert download.value.path().read_bytes().startswith(start)


def test_the_menu_opens_the_concept_of_the_list_in_one_step_of_the_history(desk: Desk) -> None:
    desk.open("kitchen", t="0.5", show=["FP", "=egg"])
    desk.page.get_by_role("link", name="Concept").click()
    drawn(desk)
    eventually(desk.page, lambda: desk.query().get("concept"), ["egg"])
    desk.page.go_back()
    desk.drawn()
    assert "/evaluate?" in desk.page.url
    eventually(desk.page, lambda: desk.query().get("show"), ["FP", "=egg"])
