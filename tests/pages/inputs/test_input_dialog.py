"""One input in full: why it is shown, and its neighbours in the list."""

from __future__ import annotations

import pytest

from pages._ui.session.keys import Key
from tests.pages.conftest import Library
from tests.support.visitor import Visitor


@pytest.fixture
def pets(library: Library) -> Visitor:
    library.add("pets")
    visitor = Visitor.at_evaluate(run="pets", show=["labelled", "=dog"])
    first = visitor.data(Key.GALLERY)["items"][0]["id"]
    return visitor.open_link(**(visitor.query | {"input": [first]}))


def listed(visitor: Visitor) -> list[str]:
    return [card["id"] for card in visitor.data(Key.GALLERY)["items"]]


def test_next_and_previous_follow_the_list(pets: Visitor) -> None:
    order = listed(pets)
    assert len(order) > 1

    seen = [pets.view.input]
    seen += [pets.set_button(Key.INPUT_AFTER).view.input for _ in order[1:]]

    assert seen == order
    assert pets.is_disabled(Key.INPUT_AFTER)
    assert pets.set_button(Key.INPUT_BEFORE).view.input == order[-2]
    assert pets.query["input"] == [order[-2]]


def test_the_dialog_says_why_an_input_is_shown(pets: Visitor) -> None:
    said = f"**labelled dog** at 0.50 · 1 of {len(listed(pets))}"

    assert said in [text.value for text in pets.app.markdown]


def test_an_input_of_no_list_stands_alone(library: Library) -> None:
    library.add("pets")
    visitor = Visitor.at_evaluate(run="pets", show=["labelled", "=dog"])
    others = {"p1", "p2", "p3", "p4", "p5", "p6"}.difference(listed(visitor))

    visitor.open_link(**(visitor.query | {"input": [min(others)]}))

    assert not visitor.shows(Key.INPUT_AFTER)
    assert visitor.shows(Key.PIN)
