"""Votes from the viewer and from a whole page of the gallery."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

import evalcore as ec
from evalcore.store import Event, Store
from evalcore.truth.log import PREFIX
from pages._ui.session.keys import Key, of_each
from pages._ui.session.targets import write_target
from tests.pages.conftest import Library
from tests.support.visitor import Visitor

DOGS = write_target(ec.Predicted("dog"))


@pytest.fixture(autouse=True)
def place(library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.setenv("THRESHOLD_WORKSHOP_STORE", str(tmp_path / "workshop.db"))
    library.add("pets", name="Pets")
    return tmp_path / "workshop.db"


def votes(place: Path) -> list[Event]:
    with Store.open(place) as store:
        return list(store.events(prefix=PREFIX))


def test_the_viewer_takes_a_vote_with_the_rule_on_the_screen(place: Path) -> None:
    ada = Visitor.at_evaluate(run="pets", input="p4", show=DOGS, t="0.55")
    ada.set(Key.VOTE_CONCEPT, "dog")
    ada.set(of_each(Key.VOTER, "viewer"), "Ada")
    ada.click("No")

    (vote,) = votes(place)
    said = dict(vote.payload)
    assert (vote.author, said["input"], said["concept"]) == ("Ada", "p4", "dog")
    assert (said["answer"], said["shown"]) == ("no", "> 0.55")


def test_a_page_of_right_labels_is_one_click_and_counts_once(place: Path) -> None:
    ada = Visitor.at_evaluate(run="pets", show=DOGS, t="0.45")
    assert "every label for *dog* on this page is right: 2 inputs show it, 1 do not" in ada.text
    ada.set(of_each(Key.VOTER, "gallery"), "Ada")
    ada.set_button(Key.ALL_FINE)

    assert "Saved: 3 votes." in ada.caption
    said = {v.payload["input"]: v.payload["answer"] for v in votes(place)}
    assert said == {"p1": "yes", "p2": "yes", "p4": "no"}
    assert {v.author for v in votes(place)} == {"Ada"}


def test_where_no_concept_is_meant_or_none_may_vote_nothing_is_offered(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    nothing = Visitor.at_evaluate(run="pets", show=write_target(ec.Predicted(None)), t="0.9")
    assert not [b for b in nothing.app.button if b.key == Key.ALL_FINE]
    monkeypatch.setattr("sys.argv", ["streamlit", "--everyone", "viewer"])
    eve = Visitor.at_evaluate(run="pets", show=DOGS, input="p4", t="0.45")
    assert not [b for b in eve.app.button if b.key == Key.ALL_FINE]
    assert not [b for b in eve.app.button if b.label == "Yes"]
