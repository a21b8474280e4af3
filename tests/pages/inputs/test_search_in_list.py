"""The search in the list behind a number: which inputs it leaves, and what stays as it was."""

from __future__ import annotations

import pytest

import evalcore as ec
from pages._ui.session.keys import Key
from tests.pages.conftest import Library
from tests.support.visitor import Visitor

N = 41


def tickets() -> str:
    rows = [
        f'{k},"{"Parcel" if k % 6 else "Refund"} no. {k} <b>[x](y)</b> {"on " * 400}",a,.9,.1'
        for k in range(N)
    ]
    return "id,text,label,score:a,score:b\n" + "\n".join(rows) + '\nb,"refund of b",b,.1,.9\n'


@pytest.fixture
def desk(library: Library) -> Visitor:
    library.add("tickets", tickets())
    return Visitor.at_evaluate(run="tickets", show=["TP", "=a"])


def captions(visitor: Visitor) -> str:
    return " ".join(caption.value for caption in visitor.app.caption)


def test_only_matching_texts_are_listed_and_counted(desk: Visitor) -> None:
    headline = desk.headline
    assert f"{N} inputs" in headline
    desk.set(Key.SEARCH, "REFUND")
    matching = [str(k) for k in range(N) if k % 6 == 0]
    cards = desk.data(Key.GALLERY)["items"]
    assert sorted(card["id"] for card in cards) == sorted(matching)
    assert f"{len(matching)} of {N} match" in captions(desk)
    assert desk.headline == headline, "the number is still the number"
    assert "table, matrix and gallery agree" in captions(desk)
    assert [error.value for error in desk.app.error] == []


def test_what_was_found_is_marked_and_the_pieces_are_the_text(desk: Visitor) -> None:
    desk.set(Key.SEARCH, "<b>[x](y)")
    for card in desk.data(Key.GALLERY)["items"]:
        assert [piece["text"] for piece in card["marks"] if piece["strong"]] == ["<b>[x](y)"]
        assert "".join(piece["text"] for piece in card["marks"]) == card["text"]


def test_a_search_starts_on_the_first_page_and_pages_what_matches(desk: Visitor) -> None:
    desk.set(Key.PAGE, 4).set(Key.SEARCH, "parcel")
    assert "page" not in desk.query
    n_matching = sum(k % 6 != 0 for k in range(N))
    seen = len(desk.data(Key.GALLERY)["items"])
    while seen < n_matching:
        desk.set(Key.PAGE, desk.view.page + 1)
        found = desk.data(Key.GALLERY)["items"]
        assert found
        seen += len(found)
    assert seen == n_matching


def test_a_search_that_finds_nothing_says_what_to_do(desk: Visitor) -> None:
    desk.set(Key.SEARCH, "zebra")
    gallery = desk.data(Key.GALLERY)
    assert gallery["items"] == []
    assert "Clear the search" in gallery["empty"]
    assert f"0 of {N} match" in captions(desk)
    desk.set(Key.SEARCH, "")
    assert len(desk.data(Key.GALLERY)["items"]) > 0
    assert "search" not in desk.query


def test_one_that_matches_is_said_in_the_singular(desk: Visitor) -> None:
    desk.set(Key.SEARCH, "no. 17 ")
    assert f"1 of {N} matches" in captions(desk)


def test_a_link_reopens_the_search_and_another_run_forgets_it(
    desk: Visitor, library: Library
) -> None:
    library.add("pets")
    desk.set(Key.SEARCH, "refund")
    again = Visitor.at_evaluate(**desk.query)
    assert again.node(Key.SEARCH).value == "refund"
    assert again.data(Key.GALLERY)["items"] == desk.data(Key.GALLERY)["items"]
    again.set(Key.RUN, "pets")
    assert again.view.search == ""


def test_a_number_clicked_next_is_searched_as_well(desk: Visitor) -> None:
    desk.set(Key.SEARCH, "refund").pick_cell(Key.SUMMARY, 1, "TP")
    assert desk.view.target == ec.Outcome("b", "TP")
    assert "1 of 1 matches" in captions(desk)


def test_a_long_text_is_short_on_the_card_and_whole_in_the_dialog(desk: Visitor) -> None:
    card = desk.data(Key.GALLERY)["items"][0]
    assert len(card["text"]) < 420
    assert card["text"].endswith("…")
    desk.open_link(**(desk.query | {"input": [card["id"]]}))
    shown = [text.value for text in desk.app.text]
    assert any(text.startswith(card["text"][:-1]) and len(text) > 1_000 for text in shown)


def test_a_run_without_texts_is_searched_by_its_ids(library: Library) -> None:
    library.add("pets")
    visitor = Visitor.at_evaluate(run="pets", show=["labelled", "=dog"])
    assert visitor.node(Key.SEARCH).placeholder == "Search ids"
    visitor.set(Key.SEARCH, "P2")
    cards = visitor.data(Key.GALLERY)["items"]
    assert [card["id"] for card in cards] == ["p2"]
    assert [piece["text"] for piece in cards[0]["marks"] if piece["strong"]] == ["p2"]
