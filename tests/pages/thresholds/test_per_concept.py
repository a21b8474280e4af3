"""A rule in which concepts have thresholds of their own drives the whole page."""

from __future__ import annotations

import numpy as np
import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

import evalcore as ec
from pages._ui.server import live
from pages._ui.session.keys import Key
from pages._ui.session.view import read_link, write_link
from tests.pages.conftest import Library
from tests.support.visitor import Visitor

OWN = ["dog", "0.7", "cat", "0.3"]


@pytest.fixture
def pets(library: Library) -> Visitor:
    library.add("pets")
    return Visitor.at_evaluate(run="pets", t="0.5", own=OWN)


def counts_of(library: Library, rule: ec.Rule) -> ec.Counts:
    return ec.Evaluation(ec.load_run(library.folder / "pets")).counts(rule)


def test_a_link_brings_own_thresholds_to_table_words_and_counts(
    pets: Visitor, library: Library
) -> None:
    expected = counts_of(library, ec.Rule({"dog": 0.7, "cat": 0.3}, default=0.5))
    table = pets.table(Key.SUMMARY)

    assert table["threshold"].tolist() == [0.7, 0.3, 0.5]
    assert table["TP"].tolist() == expected.tp.tolist()
    assert table["FP"].tolist() == expected.fp.tolist()
    assert pets.sentence(Key.RULE_WORDS).endswith(
        "greater than **0.50**; 2 concepts have thresholds of their own: cat 0.30, dog 0.70."
    )
    assert pets.problems == []


def test_a_run_with_one_threshold_has_no_column_for_it(library: Library) -> None:
    library.add("pets")

    assert "threshold" not in Visitor.at_evaluate(run="pets").table(Key.SUMMARY)


def test_the_dial_moves_the_common_threshold_alone(pets: Visitor, library: Library) -> None:
    pets.move_dial("0.1")

    assert pets.rule == ec.Rule({"dog": 0.7, "cat": 0.3}, default=0.1, decision="every")
    assert pets.query["own"] == ["cat", "0.3", "dog", "0.7"]
    expected = counts_of(library, pets.rule)
    assert pets.table(Key.SUMMARY)["predicted"].tolist() == expected.predicted.tolist()


def test_the_dial_is_off_where_each_concept_has_a_threshold_of_its_own(library: Library) -> None:
    library.add("pets")
    visitor = Visitor.at_evaluate(run="pets", t="0.9", own=[*OWN, "bird", "0.2"])

    assert visitor.data(Key.DIAL)["off"] == "Off: each concept has a threshold of its own."
    assert visitor.sentence(Key.RULE_WORDS) == (
        "An input counts as a concept when its score for it is greater than "
        "**the concept's threshold, which lies between 0.20 and 0.70**."
    )
    assert visitor.click("One threshold for all").data(Key.DIAL)["off"] == ""


def test_while_dragging_the_numbers_keep_own_thresholds(pets: Visitor) -> None:
    address = pets.data(Key.DIAL)["live"]
    with TestClient(Starlette(routes=live.ROUTES)) as client:
        answer = client.get(f"/{address}?t=0.15").json()
    drawn = pets.move_dial("0.15")

    assert answer["table"] | {"answered": "1"} == drawn.data(Key.SUMMARY)
    assert answer["rule"] == drawn.data(Key.RULE_WORDS)["words"]


def test_every_number_still_lists_exactly_its_inputs(pets: Visitor) -> None:
    for row in range(3):
        for column in ("TP", "FP", "FN", "predicted"):
            number = int(pets.table(Key.SUMMARY)[column][row])
            pets.pick_cell(Key.SUMMARY, row, column)
            assert len(pets.data(Key.GALLERY)["items"]) == number
            assert "table, matrix and gallery agree" in pets.caption


def test_the_pinned_rule_and_the_flips_know_them_too(pets: Visitor, library: Library) -> None:
    pets.trigger(Key.DIAL, "press", {"name": "pin"}).click("One threshold for all")
    pets.set(Key.PANEL, "flips")
    run = ec.load_run(library.folder / "pets")
    before = ec.Rule({"dog": 0.7, "cat": 0.3}, default=0.5)
    expected = ec.Evaluation(run).flips(before, ec.Rule(0.5))

    assert pets.rule.is_common
    assert pets.view.pinned is not None
    assert not pets.view.pinned.is_common
    changed = np.flatnonzero(expected.total)
    assert changed.size > 0
    assert pets.table(Key.SUMMARY)["concept"].nunique() == changed.size
    their_own = "0.50, 2 concepts with their own"
    assert pets.sentence(Key.FLIPS_WORDS).startswith(f"**{their_own} to 0.50, one for all**")
    assert pets.data(Key.DIAL)["numbers"]["pinned_text"] == f"pinned: {their_own}"


def test_operator_and_decision_leave_own_thresholds_alone(pets: Visitor) -> None:
    pets.set(Key.OPERATOR, ">=").set(Key.DECISION, "top")

    assert pets.rule == ec.Rule(
        {"dog": 0.7, "cat": 0.3}, default=0.5, operator=">=", decision="top"
    )


def test_thresholds_for_strangers_are_named_and_left_out(library: Library) -> None:
    library.add("pets")
    visitor = Visitor.at_evaluate(run="pets", t="0.5", own=["dog", "0.7", "<b>cow</b>", "0.2"])

    assert visitor.rule.by_concept == (("dog", 0.7),)
    assert sum("is no concept here" in problem for problem in visitor.problems) == 1


@pytest.mark.parametrize("own", [["dog"], ["dog", "much"], ["dog", "nan"]])
def test_nonsense_in_a_link_is_said_and_changes_nothing(own: list[str], library: Library) -> None:
    library.add("pets")
    visitor = Visitor.at_evaluate(run="pets", t="0.5", own=own)

    assert visitor.rule.is_common
    assert len(visitor.problems) == 1


def test_six_hundred_own_thresholds_fit_into_a_link() -> None:
    own = {f"concept number {j}": j / 1_000 for j in range(600)}
    view = read_link({"t": ["0.5"]})
    assert view.rule is not None
    query = {"t": ["0.5"], "own": [part for n, t in own.items() for part in (n, repr(t))]}

    read = read_link(query)

    assert read.rule == view.rule.with_own(own)
    again = read_link(write_link(read)).rule
    assert again is not None
    assert again.by_concept == tuple(sorted(own.items()))
