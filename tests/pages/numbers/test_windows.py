"""The rows of a long table that are sent while a threshold moves: those that are asked for."""

from __future__ import annotations

import json
import math
from typing import Any

import numpy as np
import pytest

import evalcore as ec
from pages._ui.evaluate.live_numbers import board, board_at
from pages._ui.numbers import linked_tables
from pages._ui.numbers.linked_table import LONG, LinkedTable, in_window
from pages._ui.server.live import Asked
from pages._ui.session.view import Link

N = LONG + 40


@pytest.fixture(scope="module")
def evaluation() -> ec.Evaluation:
    rng = np.random.default_rng(8)
    labelled = rng.random((60, N)) < 0.02
    scores = (0.4 * labelled + 0.6 * rng.random((60, N))).round(1)
    names = [f"concept {j}" for j in rng.permutation(N)]
    return ec.Evaluation(ec.EvalRun.from_arrays(scores, labelled, concepts=names))


@pytest.fixture(scope="module")
def table(evaluation: ec.Evaluation) -> LinkedTable:
    return linked_tables.summary(
        evaluation, ec.Rule(0.5), find="", every_column=True, intervals=True
    )


def asked(numbers: list[int], places: tuple[int, int], by: list[str] | None = None) -> str:
    return json.dumps({"numbers": numbers, "places": places, "by": by})


def by_hand(table: LinkedTable, column: str, direction: str) -> list[int]:
    """The order of rows: what is undefined last, equals as they come."""
    c = list(table.columns).index(column)
    values = [row[c] for row in table.rows]
    sign = 1 if direction == "up" else -1
    return sorted(
        range(len(values)), key=lambda r: math.inf if values[r] is None else sign * values[r]
    )


def test_the_rows_at_the_places_asked_for_are_sent_and_the_one_with_the_focus(
    table: LinkedTable,
) -> None:
    there, window = in_window(table, asked([7], (100, 130)))
    assert window is not None
    assert window["numbers"] == window["places"] == [7, *range(100, 130)]
    rows = table.rows
    assert there.rows == [rows[r] for r in [7, *range(100, 130)]]
    assert (window["n_rows"], window["by"]) == (N, None)
    assert window["asked"] == asked([7], (100, 130))


@pytest.mark.parametrize("direction", ["up", "down"])
@pytest.mark.parametrize("column", ["FP", "recall", "precision", "ROC AUC", "AUC sd", "labelled"])
def test_in_the_order_of_a_number_places_are_those_of_that_order(
    table: LinkedTable, column: str, direction: str
) -> None:
    order, rows = by_hand(table, column, direction), table.rows
    for places in ((0, 40), (300, 350), (N - 10, N)):
        there, window = in_window(table, asked([7], places, [column, direction]))
        assert window is not None
        found = dict(zip(window["places"] or (), window["numbers"], strict=True))
        assert found == {place: order[place] for place in [*range(*places), order.index(7)]}
        assert there.rows == [rows[r] for r in window["numbers"]]


def test_in_the_order_of_the_names_the_browser_names_the_rows(table: LinkedTable) -> None:
    there, window = in_window(table, asked([9, 3, 500], (0, 0), ["concept", "up"]))
    assert window is not None
    assert (window["numbers"], window["places"]) == ([9, 3, 500], None)
    rows = table.rows
    assert there.rows == [rows[r] for r in (9, 3, 500)]


def test_all_rows_are_sent_where_the_order_is_not_known_here(
    evaluation: ec.Evaluation, table: LinkedTable
) -> None:
    by_text = asked([0], (0, 20), ["recall 95 %", "up"])
    flips = linked_tables.flips(evaluation, evaluation.flips(ec.Rule(0.5), ec.Rule(0.3)), find="")
    assert flips.n_rows > LONG
    for whole, question in (
        (table, ""),
        (table, by_text),
        (flips, asked([0], (0, 0), ["concept", "up"])),
    ):
        there, window = in_window(whole, question)
        assert there is whole
        assert window is None


def test_a_short_table_is_sent_whole(evaluation: ec.Evaluation) -> None:
    short = linked_tables.summary(evaluation, ec.Rule(0.5), find="concept 1", every_column=False)
    assert 0 < short.n_rows <= LONG
    assert in_window(short, asked([0], (0, 20))) == (short, None)


def test_an_order_by_a_column_that_is_gone_is_the_one_as_given(table: LinkedTable) -> None:
    _, window = in_window(table, asked([], (2, 5), ["leave", "down"]))
    assert window is not None
    assert (window["numbers"], window["by"]) == ([2, 3, 4], None)


def test_what_lies_beyond_the_table_is_left_out(table: LinkedTable) -> None:
    _, window = in_window(table, asked([-1, N, 3], (-5, 2)))
    assert window is not None
    assert window["numbers"] == [0, 1, 3]
    _, window = in_window(table, asked([], (N - 1, N + 50)))
    assert window is not None
    assert window["numbers"] == [N - 1]


NONSENSE = (
    "x",
    "[]",
    "{}",
    "[" * 5_000,
    '{"numbers": [0.5], "places": [0, 1], "by": null}',
    '{"numbers": ["0"], "places": [0, 1], "by": null}',
    '{"numbers": [true], "places": [0, 1], "by": null}',
    '{"numbers": [], "places": [0], "by": null}',
    '{"numbers": [], "places": [0, 1e999], "by": null}',
    '{"numbers": [], "places": [0, 99999999999], "by": null}',
    '{"numbers": [], "places": [0, 1], "by": 3}',
    '{"numbers": [], "places": [0, 1], "by": []}',
)


@pytest.mark.parametrize("question", NONSENSE)
def test_rows_that_cannot_be_understood_are_refused(table: LinkedTable, question: str) -> None:
    with pytest.raises(ec.SelectionError, match="The rows asked for are"):
        in_window(table, question)


def test_an_answer_holds_those_rows_of_the_board_and_all_else_of_it(
    evaluation: ec.Evaluation,
) -> None:
    view = Link(rule=ec.Rule(0.5), order_by=(6, "down")).complete(evaluation.run)
    shown, question = np.arange(5), asked([2], (10, 30), ["FP", "down"])
    at: Any = board_at(view, shown=shown)(evaluation, Asked(threshold="0.3", rows=question))
    moved = Link(rule=ec.Rule(0.3), pinned=ec.Rule(0.5), order_by=(6, "down"))
    whole: Any = board(evaluation, moved.complete(evaluation.run), shown=shown)
    window = at["table"].pop("window")
    rows = at["table"].pop("rows")
    every = whole["table"].pop("rows")
    assert rows == [every[r] for r in window["numbers"]]
    assert len(rows) in {20, 21}
    assert at == whole


def test_texts_are_written_for_the_rows_that_are_sent_alone(
    evaluation: ec.Evaluation, monkeypatch: pytest.MonkeyPatch
) -> None:
    written: list[float] = []
    plain = linked_tables.wording.between

    def between(low: float, high: float, *, digits: int) -> str:
        written.append(low)
        return plain(low, high, digits=digits)

    monkeypatch.setattr(linked_tables.wording, "between", between)
    view = Link(rule=ec.Rule(0.5), intervals=True).complete(evaluation.run)
    answer = board_at(view, shown=np.arange(5))
    answer(evaluation, Asked(threshold="0.3", rows=asked([], (10, 30))))
    assert len(written) == 3 * 20
