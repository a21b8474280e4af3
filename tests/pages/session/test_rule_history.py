"""Every change of a rule can be undone, and undone changes can be had again, on every page."""

from __future__ import annotations

import pytest

import evalcore as ec
from pages._ui.session.keys import Key
from tests.pages.conftest import Library
from tests.support.visitor import Visitor


@pytest.fixture
def pets(library: Library) -> Visitor:
    library.add("pets")
    return Visitor.at_evaluate(run="pets")


def drag(visitor: Visitor, *texts: str) -> None:
    for k, text in enumerate(texts):
        done = k == len(texts) - 1
        visitor.trigger(Key.DIAL, "live", {"text": text, "done": done, "count": str(k)})


def test_a_drag_is_one_change_and_is_undone_at_once(pets: Visitor) -> None:
    drag(pets, "0.55", "0.6", "0.62")
    drag(pets, "0.7")

    assert pets.set_button(Key.UNDO).rule.default == 0.62
    assert pets.set_button(Key.UNDO).rule.default == 0.5
    assert pets.is_disabled(Key.UNDO)
    assert pets.set_button(Key.REDO).rule.default == 0.62
    assert pets.set_button(Key.REDO).rule.default == 0.7
    assert pets.is_disabled(Key.REDO)


def test_the_operator_is_undone_too(pets: Visitor) -> None:
    pets.set(Key.OPERATOR, ">=")
    assert pets.rule.operator == ">="

    assert pets.set_button(Key.UNDO).rule.operator == ">"
    assert pets.query["op"] == ["gt"]


def test_a_new_change_forgets_what_was_undone(pets: Visitor) -> None:
    drag(pets, "0.6")
    pets.set_button(Key.UNDO)
    drag(pets, "0.3")

    assert pets.is_disabled(Key.REDO)


def test_looking_is_no_change(pets: Visitor) -> None:
    pets.trigger(Key.SUMMARY, "pick", {"row": 0, "column": 2})

    assert pets.is_disabled(Key.UNDO)


def test_the_pinned_rule_can_be_gone_back_to(pets: Visitor) -> None:
    drag(pets, "0.6")
    pets.trigger(Key.DIAL, "press", {"name": "back"})

    assert pets.rule == ec.Rule(0.5, mode="every")
    assert pets.set_button(Key.UNDO).rule.default == 0.6
