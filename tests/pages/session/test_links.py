"""Links: every view can be written and read back; nonsense never raises."""

from __future__ import annotations

from typing import Any, get_args
from urllib.parse import parse_qs, urlencode

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

import evalcore as ec
from evalcore.counting.flips import Direction
from evalcore.counting.selections import OUTCOMES, Part
from pages._ui.session.targets import Corner, Group, Target, read_target, write_target
from pages._ui.session.view import (
    ConceptOrder,
    Link,
    MatrixMode,
    Panel,
    Scope,
    Sort,
    read_link,
    write_link,
)

HOSTILE = [
    "-",
    "*",
    "=",
    "=dog",
    "",
    " ",
    "a&b=c",
    "%3D",
    "ü",
    "\u202e",
    "\n",
    "a\0b",
    "none",
    "cell",
]

names = st.sampled_from(HOSTILE) | st.text(max_size=8)
places = st.none() | names
cells = st.builds(ec.Cell, places, places)
corners = st.builds(Corner, st.just(Group.OTHER) | places, st.just(Group.OTHER) | places).filter(
    lambda corner: Group.OTHER in {corner.actual, corner.predicted}
)
targets = st.one_of(
    cells,
    corners,
    st.builds(ec.CellPart, cells, st.sampled_from(get_args(Part))),
    st.builds(ec.Outcome, names, st.sampled_from(OUTCOMES)),
    st.builds(ec.Labelled, places),
    st.builds(ec.Predicted, places),
    st.builds(ec.OnThreshold, places),
    st.builds(
        ec.Flip, names, st.sampled_from(get_args(Direction)), st.sampled_from([None, True, False])
    ),
)
finite = st.floats(allow_nan=False, allow_infinity=False)
rules = st.builds(
    lambda rule, own: rule.with_own(own),
    st.builds(
        ec.Rule,
        finite,
        operator=st.sampled_from(ec.OPERATORS),
        decision=st.sampled_from(ec.DECISIONS),
    ),
    st.dictionaries(names, finite, max_size=3),
)
views = st.builds(
    Link,
    run=st.none() | names,
    split=st.none() | names,
    slice=st.none() | st.tuples(names, names),
    rule=st.none() | rules,
    pinned=st.none() | rules,
    concept=st.none() | names,
    concept_order=st.sampled_from(get_args(ConceptOrder)),
    mode=st.sampled_from(get_args(MatrixMode)),
    order=st.just(Link().order) | st.sampled_from(["name", "diagonal", "cluster"]),
    scope=st.none() | st.sampled_from(get_args(Scope)),
    as_table=st.booleans(),
    panel=st.sampled_from(get_args(Panel)),
    every_column=st.booleans(),
    intervals=st.booleans(),
    find=names,
    order_by=st.none() | st.tuples(st.integers(0, 999_999_999), st.sampled_from(["up", "down"])),
    target=st.none() | targets,
    sort=st.sampled_from(get_args(Sort)),
    search=names,
    page=st.integers(1, 999_999_999),
    input=st.none() | names,
    big=st.booleans(),
)


@given(target=targets)
def test_every_target_can_be_written_and_read_back(target: Target) -> None:
    assert read_target(write_target(target)) == target


@given(first=targets, second=targets)
def test_two_targets_are_never_written_alike(first: Target, second: Target) -> None:
    assert (write_target(first) == write_target(second)) == (first == second)


@given(view=views)
def test_every_view_can_be_written_and_read_back(view: Link) -> None:
    assert read_link(write_link(view)) == view


@given(view=views)
def test_a_view_survives_the_address_bar(view: Link) -> None:
    query = parse_qs(
        urlencode(write_link(view), doseq=True, errors="surrogatepass"),
        keep_blank_values=True,
        errors="surrogatepass",
    )
    assert read_link(query) == view


@given(
    words=st.lists(
        st.sampled_from(
            ["cell", "TP", "leave", "enter", "labelled", "=a", "-", "*", "all", "also", "right"]
        )
        | st.text(max_size=5),
        max_size=6,
    )
)
def test_nonsense_for_a_target_never_raises_and_is_stable(words: list[str]) -> None:
    target = read_target(words)
    if target is not None:
        assert read_target(write_target(target)) == target


PARAMETERS = [
    "run", "split", "slice", "t", "op", "decision", "pin_t", "pin_op", "pin_decision", "mode",
    "order", "scope", "as_table", "panel", "every_column", "find", "show", "sort", "page", "input",
    "search",    "problems", "rule", "order_by",
]  # fmt: skip
values = st.lists(
    st.sampled_from(
        ["", "0.5", "nan", "1", "-1", "²", "٣", "1e999", "gt", "every", "cell", "0x1", "1_0"]
    )
    | st.text(max_size=6),
    max_size=4,
)


@given(query=st.dictionaries(st.sampled_from(PARAMETERS) | st.text(max_size=4), values, max_size=8))
@example(query={"page": ["²"]})
@example(query={"page": ["9" * 5000]})
@example(query={"t": ["9" * 5000]})
@example(query={"show": []})
@example(query={"order_by": ["²", "up"]})
@example(query={"order_by": ["9" * 5000, "down"]})
@example(query={"order_by": []})
def test_nonsense_in_a_link_never_raises(query: dict[str, list[str]]) -> None:
    view = read_link(query)
    assert view.page >= 1
    assert all(isinstance(problem, str) for problem in view.problems)
    written = write_link(view)
    again = read_link(written)
    assert write_link(again) == written, "reading what was read changes nothing more"
    assert again.problems == ()


def test_a_fresh_view_has_an_empty_link() -> None:
    assert write_link(Link()) == {}
    assert read_link({}) == Link()


def test_the_last_of_repeated_parameters_counts() -> None:
    assert read_link({"mode": ["counts", "probability"]}).mode == "probability"


@pytest.mark.parametrize("direction", ["up", "down"])
@pytest.mark.parametrize("column", [0, 2, 17])
def test_the_sort_of_the_table_is_written_and_read_back(column: int, direction: Any) -> None:
    link = write_link(Link(order_by=(column, direction)))
    assert link == {"order_by": [str(column), direction]}
    assert read_link(link) == Link(order_by=(column, direction))


@pytest.mark.parametrize(
    "words",
    [
        ["2"],
        ["up"],
        ["2", "sideways"],
        ["up", "2"],
        ["2", "up", "down"],
        ["-1", "up"],
        ["1.5", "up"],
        ["²", "up"],
        ["", "up"],
        ["2", ""],
        ["2", "UP"],
    ],
)
def test_a_sort_that_makes_no_sense_is_said_and_left_out(words: list[str]) -> None:
    view = read_link({"order_by": words})
    assert view.order_by is None
    assert len(view.problems) == 1
    assert "order_by" in view.problems[0]
    assert write_link(view) == {}


def test_problems_are_never_written() -> None:
    view = read_link({"mode": ["colours"]})
    assert view.problems
    assert write_link(view) == {}


@pytest.mark.parametrize("number", [0.1 + 0.2, 5e-324, 1.7976931348623157e308, -0.0, 1 / 3])
def test_thresholds_are_written_to_the_last_digit(number: float) -> None:
    link = write_link(Link(rule=ec.Rule(number, decision="every")))
    read = read_link(link).rule
    assert read is not None
    assert repr(read.default) == repr(number)


def test_a_link_has_a_short_form_that_people_can_read() -> None:
    view = Link(
        run="kitchen",
        rule=ec.Rule(0.62, operator=">=", decision="every"),
        target=ec.Cell("fork", None),
    )
    assert write_link(view) == {
        "run": ["kitchen"],
        "t": ["0.62"],
        "op": ["ge"],
        "decision": ["every"],
        "show": ["cell", "=fork", "-"],
    }


def test_a_corner_without_other_is_no_kind_of_its_own() -> None:
    kinds: dict[str, Any] = {"one": ["cell", "=a", "*"], "two": ["cell", "*", "-"]}
    assert read_target(kinds["one"]) == Corner("a", Group.OTHER)
    assert read_target(kinds["two"]) == Corner(Group.OTHER, None)
    assert read_target(["cell", "=a", "=*"]) == ec.Cell("a", "*")


def test_the_run_fills_in_what_the_view_leaves_open() -> None:
    run = ec.EvalRun.from_arrays(
        [[0.9, 0.1], [0.2, 0.8]], [0, 1], default_operator=">=", default_threshold=0.7
    )
    whole = Link().complete(run)
    assert whole.rule == whole.pinned == ec.Rule(0.7, operator=">=", decision="top")
    given_rule = ec.Rule(0.2, operator=">")
    kept = Link(rule=given_rule).complete(run).rule
    assert kept == ec.Rule(0.2, operator=">", decision="top")


@pytest.mark.parametrize(
    "asked",
    [
        {"confidence": ["0.9999999999"]},
        {"confidence": ["1e-10"]},
        {"volume": ["999999999999"]},
        {"accept": ["0.9999"]},
        {"miss": ["0.00001"]},
        {"goal": ["recall_at_least", "level=0.0005"]},
        {"goal": ["f_beta", "beta=1000"]},
        {"goal": ["least_cost", "cost_fp=1e12", "cost_fn=1", "unit=min"]},
    ],
)
def test_a_number_that_no_control_can_show_is_refused_and_said(asked: dict[str, list[str]]) -> None:
    link = read_link(asked)

    assert link.plan == Link().plan
    assert len(link.problems) == 1
    assert next(iter(asked)) in link.problems[0]
