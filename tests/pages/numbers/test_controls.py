"""Every control changes what is shown and the link; the link gives the view back."""

from __future__ import annotations

from typing import Any

import pytest

import evalcore as ec
from pages._ui.session.choosing import NAMELESS
from pages._ui.session.keys import Key
from pages._ui.session.view import Link, read_link, write_link
from tests.pages.conftest import Library
from tests.support.visitor import Visitor

FOLLOW_THE_RULE = {
    Key.RULE_WORDS,
    Key.DIAL,
    Key.MATRIX,
    Key.SUMMARY,
    Key.HEADLINE,
    Key.GALLERY,
}
"""One element of each part that the rule changes."""


@pytest.fixture
def pets(library: Library) -> Visitor:
    library.add("pets")
    return Visitor.at_evaluate(run="pets")


def view_of_link(visitor: Visitor) -> Link:
    return read_link(visitor.query)


def assert_link_reopens_the_view(visitor: Visitor) -> None:
    assert write_link(view_of_link(visitor)) == write_link(visitor.view)
    again = Visitor.at_evaluate(**visitor.query)
    assert again.view == visitor.view
    assert again.query == visitor.query
    assert again.headline == visitor.headline
    assert again.caption == visitor.caption


def test_a_page_opened_without_a_link_writes_one(library: Library) -> None:
    library.add("pets")
    visitor = Visitor.at_evaluate()
    assert visitor.query["run"] == ["pets"]
    assert visitor.query["t"] == ["0.5"]
    assert_link_reopens_the_view(visitor)


@pytest.mark.parametrize(
    ("key", "value", "field", "parameter"),
    [
        (Key.MODE, "probability", "mode", "mode"),
        (Key.ORDER, "name", "order", "order"),
        (Key.ORDER, "diagonal", "order", "order"),
        (Key.ORDER, "cluster", "order", "order"),
        (Key.PANEL, "flips", "panel", "panel"),
        (Key.FIND, "do", "find", "find"),
        (Key.COLUMNS, True, "every_column", "every_column"),
        (Key.INTERVALS, True, "intervals", "intervals"),
        (Key.SORT, "doubt", "sort", "sort"),
        (Key.SORT, "score up", "sort", "sort"),
        (Key.SORT, "id", "sort", "sort"),
        (Key.SEARCH, "p1", "search", "search"),
        (Key.SPLIT, "b", "split", "split"),
    ],
)
def test_a_control_changes_view_and_link(
    key: Key, value: object, field: str, parameter: str, pets: Visitor
) -> None:
    assert parameter not in pets.query
    pets.set(key, value)
    assert getattr(pets.view, field) == value
    assert pets.query[parameter] == ["1" if value is True else value]
    assert pets.node(key).value == value
    assert_link_reopens_the_view(pets)


@pytest.mark.parametrize(
    ("key", "value"), [(Key.MODE, "probability"), (Key.PANEL, "flips"), (Key.SORT, "id")]
)
def test_going_back_to_the_default_takes_it_out_of_the_link(
    key: Key, value: str, pets: Visitor
) -> None:
    link, before = pets.query, pets.node(key).value
    pets.set(key, value)
    assert pets.query != link
    pets.set(key, before)
    assert pets.query == link


def test_the_form_of_the_matrix_changes_view_and_link(pets: Visitor) -> None:
    pets.set(Key.FORM, "table")
    assert pets.view.as_table
    assert pets.query["as_table"] == ["1"]
    assert pets.shows(Key.MATRIX_TABLE)
    assert not pets.shows(Key.MATRIX)
    assert_link_reopens_the_view(pets)
    assert pets.set(Key.FORM, "grid").shows(Key.MATRIX)
    assert "as_table" not in pets.query


def test_the_operator_changes_every_number_and_its_words(pets: Visitor) -> None:
    assert "greater than **0.50**" in pets.sentence(Key.RULE_WORDS)
    assert pets.table(Key.SUMMARY)["predicted"].tolist() == [2, 1, 0]
    pets.set(Key.OPERATOR, ">=")
    assert "at least **0.50**" in pets.sentence(Key.RULE_WORDS)
    assert pets.query["op"] == ["ge"]
    assert pets.table(Key.SUMMARY)["predicted"].tolist() == [3, 3, 0]
    assert pets.redrawn >= FOLLOW_THE_RULE
    assert_link_reopens_the_view(pets)


def test_the_decision_changes_every_number_and_its_words(pets: Visitor) -> None:
    pets.set(Key.DECISION, "top")
    assert "highest-scoring concept, and only as that one" in pets.sentence(Key.RULE_WORDS)
    assert pets.query["decision"] == ["top"]
    assert pets.query["pin_decision"] == ["every"]
    assert pets.redrawn >= FOLLOW_THE_RULE
    assert_link_reopens_the_view(pets)


def test_moving_the_dial_changes_every_number_at_once_and_the_link_at_the_end(
    pets: Visitor,
) -> None:
    pets.move_dial("0.35", done=False)
    assert pets.rule.default == 0.35
    assert pets.query["t"] == ["0.5"], "browsers refuse many changes of the address a second"
    assert pets.redrawn >= FOLLOW_THE_RULE
    assert pets.table(Key.SUMMARY)["predicted"].tolist() == [4, 4, 0]
    assert pets.data(Key.DIAL)["numbers"]["text"] == "0.35"
    pets.move_dial("0.45", done=False)
    assert pets.query["t"] == ["0.5"]
    assert pets.data(Key.DIAL)["numbers"]["text"] == "0.45"
    pets.move_dial("0.45")
    assert pets.query["t"] == ["0.45"]
    assert pets.data(Key.DIAL)["numbers"]["text"] == "0.45"
    assert pets.redrawn >= FOLLOW_THE_RULE
    assert_link_reopens_the_view(pets)


def test_a_threshold_that_was_typed_is_kept_to_the_last_digit(pets: Visitor) -> None:
    text = "0.1234567890123456"
    pets.move_dial(text)
    assert pets.data(Key.DIAL)["numbers"]["text"] == text
    assert pets.query["t"] == [text]
    assert_link_reopens_the_view(pets)


def test_pinning_takes_the_live_rule(pets: Visitor) -> None:
    pets.set(Key.OPERATOR, ">=").move_dial("0.4")
    assert not pets.data(Key.DIAL)["numbers"]["at_pin"]
    pets.trigger(Key.DIAL, "press", {"name": "pin"})
    assert pets.view.pinned == pets.rule
    assert pets.data(Key.DIAL)["numbers"]["at_pin"]
    assert (pets.query["pin_t"], pets.query["pin_op"]) == (["0.4"], ["ge"])
    deltas = {item["delta"] for item in pets.data(Key.DIAL)["numbers"]["highlights"]}
    assert deltas == {""}, "nothing has changed: that is not said of each"
    assert_link_reopens_the_view(pets)


@pytest.mark.parametrize(
    ("press", "target"), [("nothing", ec.Predicted(None)), ("touching", ec.OnThreshold(None))]
)
def test_numbers_on_the_dial_are_links(press: str, target: object, pets: Visitor) -> None:
    pets.trigger(Key.DIAL, "press", {"name": press})
    assert pets.view.target == target
    assert_link_reopens_the_view(pets)


@pytest.mark.parametrize(
    ("column", "target"),
    [
        ("concept", ec.Labelled("cat")),
        ("labelled", ec.Labelled("cat")),
        ("predicted", ec.Predicted("cat")),
        ("TP", ec.Outcome("cat", "TP")),
        ("FN", ec.Outcome("cat", "FN")),
        ("FP", ec.Outcome("cat", "FP")),
        ("TN", ec.Outcome("cat", "TN")),
        ("recall", ec.Labelled("cat")),
        ("precision", ec.Predicted("cat")),
    ],
)
def test_a_cell_of_the_summary_is_a_link(column: str, target: object, pets: Visitor) -> None:
    pets.set(Key.COLUMNS, True)  # noqa: FBT003 - a toggle
    pets.pick_cell(Key.SUMMARY, 1, column)
    assert pets.view.target == target
    assert pets.redrawn >= {Key.GALLERY, Key.MATRIX, Key.SUMMARY}
    assert_link_reopens_the_view(pets)


def test_a_cell_without_a_link_changes_nothing(pets: Visitor) -> None:
    pets.pick_cell(Key.SUMMARY, 1, "FP")
    pets.pick_cell(Key.SUMMARY, 0, "F1").pick_cell(Key.SUMMARY, 0, "ROC AUC")
    assert pets.view.target == ec.Outcome("cat", "FP")
    pets.pick_cell(Key.SUMMARY, 1, "FP")
    assert pets.view.target == ec.Outcome("cat", "FP"), "the same cell once more"


@pytest.mark.parametrize(
    ("key", "row", "column"),
    [
        (Key.SUMMARY, -1, 4),
        (Key.SUMMARY, 3, 4),
        (Key.SUMMARY, 0, -1),
        (Key.SUMMARY, 0, 10),
        (Key.MATRIX_TABLE, -2, 1),
        (Key.MATRIX_TABLE, 4, 1),
        (Key.MATRIX_TABLE, 0, -1),
        (Key.MATRIX_TABLE, 0, 5),
    ],
)
def test_a_pick_outside_a_table_changes_nothing(
    key: Key, row: int, column: int, pets: Visitor
) -> None:
    pets.set(Key.FORM, "table")
    pets.trigger(key, "pick", {"row": row, "column": column, "nonce": 1})
    assert pets.view.target is None


def test_the_linked_cell_is_shown_as_chosen(pets: Visitor) -> None:
    pets.trigger(Key.MATRIX, "pick", {"row": 0, "column": -1})
    assert pets.chosen(Key.SUMMARY) == (0, "labelled")
    pets.trigger(Key.MATRIX, "pick", {"row": 0, "column": 1})
    assert pets.chosen(Key.SUMMARY) is None
    assert pets.data(Key.MATRIX)["selected"] == [0, 1]


def test_a_searched_table_links_to_the_concepts_that_are_left(pets: Visitor) -> None:
    pets.set(Key.FIND, "BIR")
    assert pets.table(Key.SUMMARY)["concept"].tolist() == ["bird"]
    pets.pick_cell(Key.SUMMARY, 0, "FN")
    assert pets.view.target == ec.Outcome("bird", "FN")
    pets.set(Key.FIND, "zebra")
    assert pets.table(Key.SUMMARY).empty
    assert "No concept matches" in pets.instead(Key.SUMMARY)


def test_what_was_typed_for_a_server_that_was_lost_is_searched_for_by_the_next(
    library: Library,
) -> None:
    library.add("pets")
    visitor = Visitor(run="pets")
    visitor.app.switch_page("pages/evaluate.py")
    visitor.app.session_state[Key.FIND] = "bir"  # as a browser brings it along
    visitor.run()
    assert visitor.view.find == "bir"
    assert visitor.query["find"] == ["bir"]
    assert visitor.table(Key.SUMMARY)["concept"].tolist() == ["bird"]
    # from then on a link that is opened is the newer one
    visitor.open_link(run="pets", find="do")
    assert visitor.node(Key.FIND).value == "do"
    assert visitor.table(Key.SUMMARY)["concept"].tolist() == ["dog"]


def test_all_columns_adds_the_rest_of_the_metrics(pets: Visitor) -> None:
    few = pets.table(Key.SUMMARY).columns.tolist()
    pets.set(Key.COLUMNS, True)  # noqa: FBT003 - a toggle
    every = pets.table(Key.SUMMARY).columns.tolist()
    assert every[: len(few)] == few
    assert {"TN", "specificity", "prevalence", "accuracy"} <= set(every) - set(few)


@pytest.mark.parametrize(
    ("row", "column", "target"),
    [
        (0, 1, ec.Cell("dog", "cat")),
        (0, 3, ec.Cell("dog", None)),
        (3, 1, ec.Cell(None, "cat")),
        (3, 3, ec.Cell(None, None)),
        (1, -1, ec.Labelled("cat")),
        (3, -1, ec.Labelled(None)),
        (-1, 1, ec.Predicted("cat")),
        (-1, 3, ec.Predicted(None)),
    ],
)
def test_a_cell_row_or_column_of_the_matrix_is_a_link(
    row: int, column: int, target: object, pets: Visitor
) -> None:
    pets.trigger(Key.MATRIX, "pick", {"row": row, "column": column})
    assert pets.view.target == target
    assert pets.data(Key.MATRIX)["selected"] == [row, column]
    assert pets.redrawn >= {Key.GALLERY, Key.SUMMARY}
    assert_link_reopens_the_view(pets)


@pytest.mark.parametrize("pick", [(9, 9), (-2, 0), (0, 99)])
def test_a_pick_outside_the_matrix_changes_nothing(pick: tuple[int, int], pets: Visitor) -> None:
    pets.trigger(Key.MATRIX, "pick", {"row": pick[0], "column": pick[1]})
    assert pets.view.target is None


@pytest.mark.parametrize(
    ("column", "target"),
    [
        ("cat", ec.Cell("dog", "cat")),
        ("nothing predicted", ec.Cell("dog", None)),
        ("labelled", ec.Labelled("dog")),
    ],
)
def test_the_matrix_as_a_table_links_alike(column: str, target: object, pets: Visitor) -> None:
    pets.set(Key.FORM, "table")
    pets.pick_cell(Key.MATRIX_TABLE, 0, column)
    assert pets.view.target == target
    assert pets.chosen(Key.MATRIX_TABLE) == (0, column)
    assert_link_reopens_the_view(pets)


def test_a_cell_of_the_flips_is_a_link(pets: Visitor) -> None:
    pets.move_dial("0.35").set(Key.PANEL, "flips")
    flips = pets.table(Key.SUMMARY).set_index("concept")
    assert flips.loc["cat", "enter"] == 3
    row = flips.index.get_loc("cat")
    for column, labelled in (("enter", None), ("enter, right", True), ("enter, wrong", False)):
        pets.pick_cell(Key.SUMMARY, row, column)
        assert pets.view.target == ec.Flip("cat", "enter", labelled)
        assert f": {flips.loc['cat', column]} input" in pets.headline
    assert_link_reopens_the_view(pets)


def test_a_flip_stays_chosen_when_the_threshold_moves_to_the_other_side(pets: Visitor) -> None:
    pets.move_dial("0.35").set(Key.PANEL, "flips").pick_cell(Key.SUMMARY, 0, "enter")
    target = pets.view.target
    pets.move_dial("0.65")
    assert pets.view.target == target
    assert pets.headline.endswith(": 0 inputs")
    assert_link_reopens_the_view(pets)


def test_a_part_of_a_cell_can_be_chosen(pets: Visitor) -> None:
    pets.move_dial("0.35").trigger(Key.MATRIX, "pick", {"row": 0, "column": 1})
    assert pets.headline.endswith(": 1 input")
    pets.set(Key.PART, "also")
    assert pets.view.target == ec.CellPart(ec.Cell("dog", "cat"), "also")
    assert pets.headline.endswith(": 1 input")
    pets.set(Key.PART, "not")
    assert pets.headline.endswith(": 0 inputs")
    assert_link_reopens_the_view(pets)
    pets.set(Key.PART, "all")
    assert pets.view.target == ec.Cell("dog", "cat")


def test_the_slice_leaves_its_inputs_only(pets: Visitor) -> None:
    pets.set(Key.SLICE, ("place", "park"))
    assert pets.view.slice == ("place", "park")
    assert pets.query["slice"] == ["place", "park"]
    assert "3 of 6 inputs" in pets.sentence(Key.ABOUT)
    assert pets.table(Key.SUMMARY)["labelled"].tolist() == [0, 2, 0]
    assert_link_reopens_the_view(pets)
    pets.set(Key.SLICE, NAMELESS)
    assert "slice" not in pets.query


def test_opening_an_input_shows_every_score_and_is_in_the_link(pets: Visitor) -> None:
    pets.trigger(Key.MATRIX, "pick", {"row": 1, "column": -1})
    card = pets.data(Key.GALLERY)["items"][0]
    pets.trigger(Key.GALLERY, "open", {"key": card["key"]})
    assert pets.view.input == card["id"]
    assert pets.query["input"] == [card["id"]]
    rows = pets.data(Key.DOTS)["rows"]
    assert sorted(row["name"] for row in rows) == ["bird", "cat", "dog"]
    assert [row["score"] for row in rows] == sorted((row["score"] for row in rows), reverse=True)
    assert Visitor.at_evaluate(**pets.query).data(Key.DOTS)["rows"] == rows


@pytest.mark.parametrize("key", [-1, 6, 10**9])
def test_opening_an_input_that_is_not_there_opens_nothing(key: int, pets: Visitor) -> None:
    pets.trigger(Key.GALLERY, "open", {"key": key})
    assert pets.view.input is None


def test_an_input_that_the_link_asks_in_vain_is_said(library: Library) -> None:
    library.add("pets")
    visitor = Visitor.at_evaluate(run="pets", input="p99")
    assert "p99" in visitor.problems[0]
    assert visitor.shows(Key.GALLERY)


def test_another_run_starts_afresh_but_keeps_the_look(library: Library) -> None:
    library.add("pets")
    library.add("more")
    visitor = Visitor.at_evaluate(
        run="pets", t="0.3", op="ge", mode="probability", split="a", show=["FP", "=dog"], page="2"
    )
    visitor.set(Key.RUN, "more")
    assert visitor.view.run == "more"
    assert (visitor.rule.default, visitor.rule.operator) == (0.5, ">")
    assert (visitor.view.split, visitor.view.target, visitor.view.page) == (None, None, 1)
    assert visitor.view.mode == "probability"
    assert_link_reopens_the_view(visitor)


def test_the_view_survives_another_page(pets: Visitor) -> None:
    pets.set(Key.OPERATOR, ">=").pick_cell(Key.SUMMARY, 0, "FP")
    view, link = pets.view, pets.query
    pets.go_to("pages/runs.py").go_to("pages/evaluate.py")
    assert pets.view == view
    assert pets.query == link


def test_a_link_opened_in_the_same_session_wins(pets: Visitor) -> None:
    pets.set(Key.OPERATOR, ">=").set(Key.PANEL, "flips")
    pets.open_link(run="pets", t="0.7", show=["TP", "=dog"])
    assert pets.rule == ec.Rule(0.7, operator=">", decision="every")
    assert pets.view.panel == "summary"
    assert pets.node(Key.OPERATOR).value == ">"
    assert pets.view.target == ec.Outcome("dog", "TP")


@pytest.fixture
def many(library: Library) -> Visitor:
    rows = [f"i{k},{'dog' if k % 3 else ''},{k % 10 / 10},0.1" for k in range(100)]
    library.add("many", "\n".join(["id,labels,score:dog,score:cat", *rows]))
    return Visitor.at_evaluate(run="many", show=["labelled", "=dog"])


def shown_ids(visitor: Visitor) -> list[str]:
    return [item["id"] for item in visitor.data(Key.GALLERY)["items"]]


def test_turning_the_page_shows_the_next_inputs(many: Visitor) -> None:
    first = shown_ids(many)
    many.set(Key.PAGE, 2)
    assert many.query["page"] == ["2"]
    assert set(shown_ids(many)).isdisjoint(first)
    assert_link_reopens_the_view(many)


@pytest.mark.parametrize(
    "act",
    [
        lambda visitor: visitor.pick_cell(Key.SUMMARY, 0, "FN"),
        lambda visitor: visitor.set(Key.OPERATOR, ">="),
        lambda visitor: visitor.set(Key.SORT, "id"),
        lambda visitor: visitor.move_dial("0.2"),
        lambda visitor: visitor.move_dial("0.2", done=False),
        lambda visitor: visitor.trigger(Key.MATRIX, "pick", {"row": 0, "column": 0}),
    ],
    ids=["cell", "operator", "sort", "dial", "drag", "matrix"],
)
def test_another_list_begins_at_its_first_page(act: Any, many: Visitor) -> None:
    many.set(Key.PAGE, 2)
    act(many)
    assert many.view.page == 1
    assert not many.shows(Key.PAGE) or many.node(Key.PAGE).value == 1


def test_what_does_not_change_the_list_keeps_its_page(many: Visitor) -> None:
    many.set(Key.PAGE, 3)
    many.set(Key.MODE, "probability").set(Key.PANEL, "flips")
    many.trigger(Key.GALLERY, "open", {"key": many.data(Key.GALLERY)["items"][0]["key"]})
    assert many.view.page == 3


def test_a_page_beyond_the_last_is_the_last(many: Visitor) -> None:
    count = int(many.headline.split(": ")[1].split()[0])
    many.open_link(**many.query, page="999")
    assert shown_ids(many)
    assert many.problems == []
    assert count == 66


@pytest.mark.parametrize(
    ("link", "said"),
    [
        ({"t": "abc"}, "finite number"),
        ({"t": "nan"}, "finite number"),
        ({"t": "1e999"}, "finite number"),
        ({"t": "0.5", "op": "lt"}, "gt or ge"),
        ({"t": "0.5", "decision": "some"}, "every or top"),
        ({"pin_t": "x"}, "finite number"),
        ({"mode": "colours"}, "mode"),
        ({"order": "size"}, "order"),
        ({"scope": "few"}, "scope"),
        ({"panel": "graph"}, "panel"),
        ({"sort": "up"}, "sort"),
        ({"order_by": ["2"]}, "order_by"),
        ({"order_by": ["2", "sideways"]}, "order_by"),
        ({"order_by": ["-1", "up"]}, "order_by"),
        ({"order_by": ["²", "up"]}, "order_by"),
        ({"page": "0"}, "page number"),
        ({"page": "-3"}, "page number"),
        ({"page": "two"}, "page number"),
        ({"show": ["FP"]}, "nothing that can be shown"),
        ({"show": ["cell", "dog", "cat"]}, "nothing that can be shown"),
        ({"show": "gibberish"}, "nothing that can be shown"),
        pytest.param({"slice": ["place"]}, "slice"),
        pytest.param({"op": "lt"}, "op"),
        pytest.param({"decision": "top"}, "decision"),
    ],
)
def test_what_a_link_asks_in_vain_is_said(
    link: dict[str, str | list[str]], said: str, library: Library
) -> None:
    library.add("pets")
    visitor = Visitor.at_evaluate(run="pets", **link)
    assert len(visitor.problems) == 1
    assert "could not be followed" in visitor.problems[0]
    assert said in visitor.problems[0].replace("\\", "")
    assert visitor.shows(Key.SUMMARY), "the rest of the link is followed"
    visitor.set(Key.PANEL, "flips")
    assert visitor.problems == [], "said once"


@pytest.mark.parametrize("text", ["nan", "inf", "abc", "", "1e999"])
def test_a_dial_that_sends_nonsense_does_not_break_the_page(text: str, pets: Visitor) -> None:
    pets.move_dial(text)
    assert pets.rule.default == 0.5


def test_a_search_that_hides_every_flip_does_not_deny_them(pets: Visitor) -> None:
    pets.move_dial("0.35").set(Key.PANEL, "flips").set(Key.FIND, "zebra")
    assert pets.table(Key.SUMMARY).empty
    assert "No prediction differs" not in pets.instead(Key.SUMMARY)
    assert "No concept matches" in pets.instead(Key.SUMMARY)


def test_without_a_flip_the_panel_says_so(pets: Visitor) -> None:
    pets.set(Key.PANEL, "flips")
    assert pets.table(Key.SUMMARY).empty
    assert "No prediction differs" in pets.instead(Key.SUMMARY)
    assert "no prediction changes" in pets.sentence(Key.FLIPS_WORDS)


def test_a_sort_changes_view_and_link_and_stays_when_the_threshold_moves(pets: Visitor) -> None:
    order = pets.table(Key.SUMMARY)["concept"].tolist()
    pets.sort_by(Key.SUMMARY, "predicted", "down")
    assert pets.view.order_by == (3, "down")
    assert pets.query["order_by"] == ["3", "down"]
    assert pets.data(Key.SUMMARY)["sort"] == [3, "down"]
    assert pets.table(Key.SUMMARY)["concept"].tolist() == order, "the browser sorts"
    pets.move_dial("0.35")
    assert pets.data(Key.SUMMARY)["sort"] == [3, "down"]
    assert_link_reopens_the_view(pets)
    pets.sort_by(Key.SUMMARY, "concept", "up")
    assert pets.query["order_by"] == ["0", "up"]
    pets.sort_by(Key.SUMMARY, None, "up")
    assert pets.view.order_by is None
    assert "order_by" not in pets.query
    assert pets.data(Key.SUMMARY)["sort"] is None


def test_a_sort_does_not_go_over_to_the_other_table(pets: Visitor) -> None:
    """A column is known by its number, and means another one there."""
    pets.move_dial("0.35").sort_by(Key.SUMMARY, "predicted", "down").set(Key.PANEL, "flips")
    assert pets.view.order_by is None
    assert pets.data(Key.SUMMARY)["sort"] is None
    assert "order_by" not in pets.query


def test_a_sort_keeps_the_page_and_the_cell_that_is_chosen(many: Visitor) -> None:
    many.pick_cell(Key.SUMMARY, 0, "labelled").set(Key.PAGE, 2)
    many.sort_by(Key.SUMMARY, "TP", "up")
    assert many.view.page == 2
    assert many.chosen(Key.SUMMARY) == (0, "labelled")
    assert many.view.target == ec.Labelled("dog")
