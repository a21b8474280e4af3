"""Names that read like what the app offers beside them are still chosen, and so is that."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pages._ui.session.choosing import NAMELESS, told_apart
from pages._ui.session.keys import Key
from tests.pages.conftest import Library
from tests.support.visitor import Visitor

NAMES = st.sampled_from(["all", '"all"', "dog", "dog (2)", "all (2)", ""])


@given(st.lists(NAMES, max_size=9))
def test_no_two_options_read_alike_and_what_is_ours_reads_as_it_is(names: list[str]) -> None:
    words = {None: "all"} | dict(enumerate(names))
    found = told_apart(words)

    assert list(found) == list(words)
    assert len(set(found.values())) == len(found)
    assert found[None] == "all"


def test_a_name_that_reads_like_ours_is_quoted_and_alike_names_are_numbered() -> None:
    words = {None: "all", "a": "all", "b": "dog", "c": "dog"}

    assert list(told_apart(words).values()) == ["all", '"all"', "dog", "dog (2)"]
    assert list(told_apart(words, ours=()).values()) == ["all", "all (2)", "dog", "dog (2)"]


HOSTILE = """id,labels,fold,place,split,score:all concepts,score:all concepts (micro),score:"all"
p1,all concepts,all splits,all inputs,x,0.9,0.2,0.1
p2,all concepts (micro),all splits,all inputs,y,0.5,0.7,0.1
p3,all concepts (micro),b,,x,0.4,0.5,0.3
p4,all concepts,b,(empty),y,0.6,0.4,0.2
"""
"""Concepts, splits and values that are called like what the app offers beside them."""


@pytest.fixture(autouse=True)
def hostile(library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("THRESHOLD_WORKSHOP_STORE", str(tmp_path / "workshop.db"))
    library.add("hostile", HOSTILE, name="Hostile", task="multi_label")
    library.add("other", HOSTILE, name="Hostile", task="multi_label", model_version="2")


def at(page: str, **query: str | list[str]) -> Visitor:
    visitor = Visitor(**{"run": "hostile"} | query)
    visitor.app.switch_page(f"pages/{page}.py")
    return visitor.run()


def options(visitor: Visitor, key: Key) -> list[str]:
    found: list[str] = visitor.node(key).options
    assert len(set(found)) == len(found)
    return found


@pytest.mark.parametrize(
    ("page", "key", "field", "values", "query"),
    [
        ("evaluate", Key.SPLIT, "split", ["all splits", "b"], {}),
        (
            "evaluate",
            Key.SLICE,
            "slice",
            [("place", "all inputs"), ("place", ""), ("place", "(empty)")],
            {},
        ),
        (
            "evaluate",
            Key.SLICED_FOR,
            "sliced_for",
            ["all concepts (micro)", "all concepts"],
            {"panel": "slices"},
        ),
        ("truth", Key.QUEUE_CONCEPT, "concept", ["all concepts", "all concepts (micro)"], {}),
    ],
)
def test_each_option_is_chosen_as_itself_and_can_be_turned_back(
    page: str, key: Key, field: str, values: list[object], query: dict[str, str]
) -> None:
    visitor = at(page, **query)
    n_options = len(options(visitor, key))
    for value in values:
        visitor.set(key, value)
        assert getattr(visitor.view, field) == value
        assert visitor.node(key).value == value
        # the link alone opens it again
        again = at(page, **{name: list(words) for name, words in visitor.query.items()})
        assert getattr(again.view, field) == value
        assert again.node(key).value == value
    visitor.set(key, NAMELESS)
    assert getattr(visitor.view, field) is None
    assert len(options(visitor, key)) == n_options


def test_a_threshold_is_asked_for_a_concept_that_is_called_like_all_of_them() -> None:
    visitor = at("thresholds").set(Key.FOR, "all concepts")
    assert visitor.view.plan.concept == "all concepts"
    assert visitor.set(Key.FOR, NAMELESS).view.plan.concept is None


def test_the_rows_of_the_slices_say_which_is_all_of_them_and_which_is_called_so() -> None:
    table = at("evaluate", panel="slices", sliced_by="=place").table(Key.SUMMARY)

    named = dict(zip(table.iloc[:, 0], table["inputs"], strict=True))
    assert named == {"all inputs": 4, '"all inputs"': 2, "(empty)": 1, '"(empty)"': 1}


def test_a_column_called_like_the_splits_is_parted_by_as_itself() -> None:
    visitor = at("evaluate", panel="slices")
    assert options(visitor, Key.SLICED_BY).count("split") == 1
    assert set(visitor.set(Key.SLICED_BY, "=split").table(Key.SUMMARY).iloc[:, 0]) == {
        "all inputs",
        "x",
        "y",
    }
    assert "b" in set(visitor.set(Key.SLICED_BY, "splits").table(Key.SUMMARY).iloc[:, 0])


def test_a_split_called_like_all_of_them_stands_on_the_right_side() -> None:
    visitor = at("compare")
    visitor.set(Key.RIGHT_PART, '["split", "all splits"]')
    assert visitor.view.right_part == '["split", "all splits"]'
    assert options(visitor, Key.RIGHT_PART)[:2] == ["all inputs", "split all splits"]


def test_agreement_over_all_is_not_that_of_the_concept_called_so() -> None:
    for name, answers in (("Ada", "Yes No Unclear"), ("Bo", "Yes No No")):
        visitor = at("truth").set(Key.VOTER, name)
        for answer in answers.split():
            visitor.click(answer)
    visitor = at("truth", truth_section="agreement")
    table = next(f.value for f in visitor.app.dataframe if "AC1" in f.value.columns)
    counted = table.set_index("concept")["inputs"]

    assert counted["all concepts"] == 3 == counted.drop("all concepts").sum()
