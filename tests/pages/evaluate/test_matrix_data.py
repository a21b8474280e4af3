"""The matrix as it is drawn: its numbers, colours, orders, and the cell that is chosen."""

from __future__ import annotations

import base64
import json
from itertools import product
from typing import Any

import numpy as np
import pytest

import evalcore as ec
from evalcore.counting.confusions import condense
from pages._ui.evaluate import matrix_data, shown_matrix
from pages._ui.evaluate.matrix_data import GREY, NOTHING, RIGHT, WRONG
from pages._ui.evaluate.shown_matrix import Sheet
from pages._ui.inputs.listing import listing
from pages._ui.session.targets import Corner, Group, Target
from pages._ui.session.view import View
from tests.support.cases import Case, random_case, random_rule
from tests.support.visitor import frame_of

SEEDS = range(6)
OTHER = Group.OTHER


def view_of(case: Case, rng: np.random.Generator, **fields: Any) -> View:
    rule, pinned = (random_rule(rng, case.concepts) for _ in range(2))
    return View(rule=rule, pinned=pinned, **fields).with_defaults(case.run)


def drawn(seed: int, **fields: Any) -> tuple[Case, View, Sheet, np.ndarray]:
    """Return a random case, its view, and its sheet with some of the concepts left out."""
    rng = np.random.default_rng(seed)
    case = random_case(rng)
    view = view_of(case, rng, **fields)
    shown = rng.permutation(case.n_concepts)[: rng.integers(1, case.n_concepts + 1)]
    return case, view, shown_matrix.sheet(case.evaluation, view, shown=shown), shown


def places_of(case: Case, place: Any, shown: np.ndarray) -> list[str | None]:
    if place is OTHER:
        return [name for j, name in enumerate(case.concepts) if j not in shown]
    return [place]


@pytest.mark.parametrize("seed", SEEDS)
def test_each_number_is_the_sum_of_the_cells_it_stands_for(seed: int) -> None:
    case, view, page, shown = drawn(seed)
    assert view.rule is not None
    names = (*case.concepts, None)
    counts = case.evaluation.matrix(view.rule).counts
    for (r, actual), (c, predicted) in product(enumerate(page.rows), enumerate(page.columns)):
        rows = [names.index(name) for name in places_of(case, actual, shown)]
        columns = [names.index(name) for name in places_of(case, predicted, shown)]
        assert page.numbers[r, c] == counts[np.ix_(rows, columns)].sum()
    assert page.numbers.sum() == counts.sum(), "nothing is left out"


@pytest.mark.parametrize("seed", SEEDS)
def test_totals_say_how_many_inputs_stand_in_each_row(seed: int) -> None:
    case, _, page, shown = drawn(seed)
    for place, total in zip(page.rows, page.totals, strict=True):
        if place is None:
            assert total == case.run.labels.unlabelled.size
        else:
            labelled = [case.concepts.index(str(n)) for n in places_of(case, place, shown)]
            assert total == case.labelled[:, labelled].sum()


@pytest.mark.parametrize("seed", SEEDS)
def test_a_cell_with_a_wrong_input_is_never_blue_and_a_right_one_never_orange(seed: int) -> None:
    case, view, page, shown = drawn(seed)
    assert view.rule is not None
    data = matrix_data.grid(page, target=None, height=100)
    tones = np.array(data["tones"]).reshape(page.numbers.shape)
    predicted = case.predicted(view.rule)
    for (r, actual), (c, column) in product(enumerate(page.rows), enumerate(page.columns)):
        if OTHER in {actual, column}:
            continue
        tone, number = tones[r, c], page.numbers[r, c]
        if number == 0:
            assert tone == NOTHING
        elif actual is not None and column is None:
            assert tone == GREY
        elif actual == column:
            assert tone == RIGHT
        else:
            j = case.concepts.index(str(column))
            i = None if actual is None else case.concepts.index(actual)
            mistaken = any(
                j in predicted[n] and not case.labelled[n, j]
                for n in range(case.n_inputs)
                if (case.labelled[n, i] if i is not None else not case.labelled[n].any())
            )
            assert tone == (WRONG if mistaken else RIGHT), (actual, column)
    assert shown.size


@pytest.mark.parametrize("task", ["single_label", "multi_label"])
def test_confusions_among_the_others_are_not_blue(task: str) -> None:
    run = ec.EvalRun.from_arrays(
        [[0.9, 0.1, 0.0], [0.0, 0.9, 0.1], [0.0, 0.1, 0.9]], [[0], [2], [1]], task=task
    )
    rule = ec.Rule(0.5)
    view = View(rule=rule, pinned=rule).with_defaults(run)
    page = shown_matrix.sheet(ec.Evaluation(run), view, shown=np.array([0]))
    corner = page.rows.index(OTHER)
    assert page.numbers[corner, corner] == 2
    tones = np.array(matrix_data.grid(page, target=None, height=100)["tones"])
    assert tones.reshape(page.numbers.shape)[corner, corner] == WRONG


@pytest.mark.parametrize("mode", ["counts", "probability"])
@pytest.mark.parametrize("seed", SEEDS)
def test_the_grid_is_plain_json_without_nan(seed: int, mode: str) -> None:
    _, _, page, _ = drawn(seed, mode=mode)
    data = matrix_data.grid(page, target=None, height=100)
    json.dumps(data, allow_nan=False)
    n_cells = len(page.rows) * len(page.columns)
    assert [len(data[name]) for name in ("values", "tones", "strengths")] == [n_cells] * 3
    assert all(0 <= strength <= 255 for strength in data["strengths"])
    for value, number in zip(data["values"], page.numbers.ravel().tolist(), strict=True):
        assert (value is None) == np.isnan(number)
        assert value is None or value == pytest.approx(number, abs=5e-5)
    assert data["mode"] == mode


@pytest.mark.parametrize("seed", range(12))
def test_the_inputs_labelled_with_the_column_too_are_counted_off_the_diagonal(seed: int) -> None:
    case, view, page, shown = drawn(seed)
    assert view.rule is not None
    for numbers, whole in (
        (page.also, case.evaluation.also_labelled(view.rule)),
        (page.unknown, case.evaluation.unknown_labels(view.rule)),
    ):
        assert numbers.tolist() == condense(whole, shown=shown).tolist()
    data = matrix_data.grid(page, target=None, height=9)
    if not page.multi_label:
        assert data["also"] is data["unknown"] is None
        return
    side = len(page.columns)
    for r, c in product(range(side), range(side)):
        also = data["also"][r * side + c]
        assert also == (None if r == c else page.also[r, c])
    assert data["unknown"] == page.unknown.ravel().tolist()


def test_an_undefined_mean_is_a_dash_and_not_zero() -> None:
    run = ec.EvalRun.from_arrays([[0.5, 0.25]], [[0]], concepts=["dog", "cat"], task="multi_label")
    view = View(mode="probability").with_defaults(run)
    page = shown_matrix.sheet(ec.Evaluation(run), view, shown=np.arange(2))
    assert matrix_data.grid(page, target=None, height=9)["values"] == [0.5, 0.25, None, None]
    assert matrix_data.table_rows(page) == [["dog", 0.5, 0.25], ["cat", None, None]]


@pytest.mark.parametrize("seed", SEEDS)
def test_the_canvas_holds_the_same_counts(seed: int) -> None:
    _, _, page, _ = drawn(seed)
    data = matrix_data.heatmap_data(page, target=None, height=100)
    json.dumps(data, allow_nan=False)
    pairs = np.frombuffer(base64.b64decode(str(data["cells"])), "<u4").reshape(-1, 2)
    counts = np.zeros(page.numbers.size, dtype=np.int64)
    counts[pairs[:, 0]] = pairs[:, 1]
    assert counts.reshape(page.numbers.shape).tolist() == page.numbers.tolist()
    assert (pairs[:, 1] > 0).all()
    assert (data["n_rows"], data["n_columns"]) == page.numbers.shape
    assert data["none_row"]
    assert data["none_column"]
    assert data["means"] is None


@pytest.mark.parametrize("seed", SEEDS)
def test_the_canvas_holds_the_same_means(seed: int) -> None:
    _, _, page, _ = drawn(seed, mode="probability")
    data = matrix_data.heatmap_data(page, target=None, height=100)
    means = np.frombuffer(base64.b64decode(str(data["means"])), "<f4").reshape(page.numbers.shape)
    np.testing.assert_array_equal(means, page.numbers.astype(np.float32))
    assert data["cells"] is None
    assert not data["none_row"]
    assert not data["none_column"]


@pytest.mark.parametrize("mode", ["counts", "probability"])
@pytest.mark.parametrize("seed", SEEDS)
def test_the_table_holds_the_same_numbers_under_the_same_names(seed: int, mode: str) -> None:
    case, _, page, _ = drawn(seed, mode=mode)
    columns, rows = matrix_data.table_columns(page), matrix_data.table_rows(page)
    json.dumps([columns, rows], allow_nan=False)
    np.testing.assert_array_equal(frame_of(columns, rows).iloc[:, 1:].to_numpy(), page.numbers)
    grid = matrix_data.grid(page, target=None, height=9)
    assert [column["name"] for column in columns[1:]] == grid["columns"]
    assert [row[0] for row in rows] == grid["rows"]
    known = {*case.concepts, "(other)", "no label", "nothing predicted"}
    assert {*grid["columns"], *grid["rows"]} <= known
    assert all(column["link"] for column in columns)
    kinds = [column["kind"] for column in columns]
    assert kinds == ["text", *["count" if mode == "counts" else "rate"] * len(page.columns)]


@pytest.mark.parametrize("mode", ["counts", "probability"])
@pytest.mark.parametrize("seed", SEEDS)
def test_the_table_shows_as_chosen_what_the_grid_does(seed: int, mode: str) -> None:
    _, _, page, _ = drawn(seed, mode=mode)
    for row, column in product(range(-1, len(page.rows)), range(-1, len(page.columns))):
        target = shown_matrix.place_target(page, row, column)
        chosen = matrix_data.table_selected(page, target)
        # no cell of the table stands for a whole column
        assert chosen == (None if row == -1 or target is None else (row, column + 1))


@pytest.mark.parametrize("mode", ["counts", "probability"])
@pytest.mark.parametrize("seed", SEEDS)
def test_a_picked_cell_is_the_one_shown_as_chosen(seed: int, mode: str) -> None:
    _, _, page, _ = drawn(seed, mode=mode)
    for row, column in product(range(-1, len(page.rows)), range(-1, len(page.columns))):
        target = shown_matrix.place_target(page, row, column)
        if (row, column) == (-1, -1):
            continue
        if target is None:
            assert OTHER in {page.rows[row], page.columns[column]}
            continue
        data = matrix_data.grid(page, target=target, height=9)
        assert data["selected"] == [row, column], target
        assert matrix_data.heatmap_data(page, target=target, height=9)["selected"] == [row, column]


@pytest.mark.parametrize("seed", SEEDS)
def test_the_list_behind_a_drawn_number_is_as_long_as_it(seed: int) -> None:
    """Also behind "(other)", where list and number are found on different ways."""
    case, view, page, shown = drawn(seed)
    assert view.rule is not None
    for row, column in product(range(len(page.rows)), range(len(page.columns))):
        target = shown_matrix.place_target(page, row, column)
        assert target is not None
        found = listing(
            case.evaluation, target, rule=view.rule, pinned=view.rule, shown=shown, sort="score"
        )
        assert len(found.members) == found.stated == page.numbers[row, column]


def test_the_empty_corner_of_the_headers_stands_for_nothing() -> None:
    _, _, page, _ = drawn(0)
    assert shown_matrix.place_target(page, -1, -1) is None


@pytest.mark.parametrize("pick", [(-2, 0), (0, -2), (99, 0), (0, 99)])
def test_a_pick_outside_stands_for_nothing(pick: tuple[int, int]) -> None:
    _, _, page, _ = drawn(0)
    assert shown_matrix.place_target(page, *pick) is None


@pytest.mark.parametrize(
    ("target", "chosen"),
    [
        (ec.CellPart(ec.Cell("a", "b"), "not"), [0, 1]),
        (ec.Outcome("b", "TP"), [1, 1]),
        (ec.Outcome("b", "FP"), None),
        (ec.Labelled("a"), [0, -1]),
        (ec.Labelled(None), [2, -1]),
        (ec.Predicted(None), [-1, 2]),
        (ec.Cell("gone", "a"), None),
        (Corner("a", OTHER), None),
        (ec.OnThreshold(None), None),
        (None, None),
    ],
)
def test_what_else_is_chosen_is_shown_where_it_stands(
    target: Target | None, chosen: list[int] | None
) -> None:
    run = ec.EvalRun.from_arrays([[0.9, 0.1], [0.1, 0.9]], [[0], [1]], concepts=["a", "b"])
    view = View().with_defaults(run)
    page = shown_matrix.sheet(ec.Evaluation(run), view, shown=np.arange(2))
    assert matrix_data.grid(page, target=target, height=9)["selected"] == chosen


@pytest.mark.parametrize("order", ["run", "name", "diagonal", "cluster"])
@pytest.mark.parametrize("mode", ["counts", "probability"])
@pytest.mark.parametrize("seed", range(2))
def test_an_order_leaves_no_concept_out(seed: int, mode: str, order: str) -> None:
    rng = np.random.default_rng(seed)
    case = random_case(rng)
    view = view_of(case, rng, order=order, mode=mode, scope="all")
    shown = shown_matrix.shown_concepts(case.evaluation, view)
    assert sorted(shown.tolist()) == list(range(case.n_concepts))
    if order == "run":
        assert shown.tolist() == list(range(case.n_concepts))
    if order == "name":
        names = [case.concepts[j].casefold() for j in shown]
        assert names == sorted(names)


def test_the_order_stays_while_the_threshold_moves() -> None:
    case = random_case(np.random.default_rng(3), n_inputs=60, n_concepts=45)
    pinned = ec.Rule(0.5)
    orders = {
        tuple(
            shown_matrix.shown_concepts(
                case.evaluation,
                View(rule=ec.Rule(t), pinned=pinned, order="diagonal").with_defaults(case.run),
            ).tolist()
        )
        for t in (0.1, 0.5, 0.9)
    }
    assert len(orders) == 1


def test_of_many_concepts_the_most_confused_are_shown() -> None:
    case = random_case(np.random.default_rng(5), n_inputs=200, n_concepts=45, task="multi_label")
    view = View().with_defaults(case.run)
    assert shown_matrix.scope_of(view, case.run) == "confused"
    shown = shown_matrix.shown_concepts(case.evaluation, view)
    assert len(shown) == shown_matrix.SHOWN
    assert view.pinned is not None
    wrong = case.evaluation.matrix(view.pinned).counts.copy()
    np.fill_diagonal(wrong, 0)
    weight = (wrong.sum(axis=0) + wrong.sum(axis=1))[:-1]
    left_out = np.setdiff1d(np.arange(45), shown)
    assert weight[shown].min() >= weight[left_out].max()


def test_few_concepts_are_shown_all() -> None:
    case = random_case(np.random.default_rng(5), n_concepts=shown_matrix.MOST_IN_GRID)
    assert shown_matrix.scope_of(View(), case.run) == "all"


def test_tones_are_the_four_that_the_component_draws() -> None:
    assert sorted((NOTHING, RIGHT, WRONG, GREY)) == [0, 1, 2, 3]
