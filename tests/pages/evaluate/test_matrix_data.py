"""The matrix as it is drawn: its numbers, colours, orders, and the cell that is chosen."""

from __future__ import annotations

import base64
import json
from itertools import product
from typing import Any

import numpy as np
import pytest

import evalcore as ec
from evalcore.counting.shown_matrix import Tone, condense
from pages._ui.components.heatmap.data import HeatmapData
from pages._ui.evaluate import matrix_data, shown_matrix
from pages._ui.evaluate.matrix_data import note_of
from pages._ui.evaluate.shown_matrix import ShownMatrix
from pages._ui.inputs.listing import listing
from pages._ui.session.targets import Corner, Group, Target
from pages._ui.session.view import Link, View
from tests.support.cases import Case, random_case, random_rule
from tests.support.visitor import frame_of

SEEDS = range(6)
OTHER = Group.OTHER


def view_of(case: Case, rng: np.random.Generator, **fields: Any) -> View:
    rule, pinned = (random_rule(rng, case.concepts) for _ in range(2))
    return Link(rule=rule, pinned=pinned, **fields).complete(case.run)


def drawn(seed: int, **fields: Any) -> tuple[Case, View, ShownMatrix, np.ndarray]:
    """Return a random case, its view, and its sheet with some of the concepts left out."""
    rng = np.random.default_rng(seed)
    case = random_case(rng)
    view = view_of(case, rng, **fields)
    shown = rng.permutation(case.n_concepts)[: rng.integers(1, case.n_concepts + 1)]
    return case, view, shown_matrix.shown_matrix(case.evaluation, view, shown=shown), shown


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


def tone_by_looking(case: Case, predicted: Any, actual: Any, column: Any) -> Tone:
    """Go through the inputs of a cell off the diagonal and ask each of them."""
    kinds = set()
    for n in range(case.n_inputs):
        stands = (
            case.labelled[n, case.concepts.index(actual)]
            if actual is not None
            else not case.labelled[n].any()
        )
        if column is None:
            if stands and not predicted[n]:
                kinds.add(Tone.RIGHT)
            continue
        j = case.concepts.index(column)
        if not stands or j not in predicted[n]:
            continue
        if case.labelled[n, j]:
            kinds.add(Tone.RIGHT)
        elif case.run.labels.knows(np.array([n]), j)[0]:
            kinds.add(Tone.WRONG)
        else:
            kinds.add(Tone.UNKNOWN)
    return kinds.pop() if len(kinds) == 1 else Tone.MIXED


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
            assert tone == Tone.NOTHING
        elif actual is not None and column is None:
            assert tone == Tone.GREY
        elif actual == column:
            assert tone == Tone.RIGHT
        else:
            assert tone == tone_by_looking(case, predicted, actual, column)
    assert shown.size


@pytest.mark.parametrize("task", ["single_label", "multi_label"])
def test_confusions_among_the_others_are_not_blue(task: str) -> None:
    run = ec.EvalRun.from_arrays(
        [[0.9, 0.1, 0.0], [0.0, 0.9, 0.1], [0.0, 0.1, 0.9]], [[0], [2], [1]], task=task
    )
    rule = ec.Rule(0.5)
    view = Link(rule=rule, pinned=rule).complete(run)
    page = shown_matrix.shown_matrix(ec.Evaluation(run), view, shown=np.array([0]))
    corner = page.rows.index(OTHER)
    assert page.numbers[corner, corner] == 2
    tones = np.array(matrix_data.grid(page, target=None, height=100)["tones"])
    assert tones.reshape(page.numbers.shape)[corner, corner] == Tone.WRONG


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
        (page.right, case.evaluation.also_labelled(view.rule)),
        (page.unknown, case.evaluation.unknown_labels(view.rule)),
    ):
        wanted = condense(whole, shown=shown)
        assert numbers[:-1].tolist() == wanted[:-1].tolist()
        assert numbers[-1, :-1].tolist() == wanted[-1, :-1].tolist()
    assert page.right[-1, -1] == page.numbers[-1, -1], "neither label nor prediction is right"
    data = matrix_data.grid(page, target=None, height=9)
    if Tone.MIXED not in page.tones and not page.multi_label:
        assert data["right"] is data["unknown"] is None
    else:
        assert data["right"] == page.right.ravel().tolist()
        assert data["unknown"] == page.unknown.ravel().tolist()


def test_an_undefined_mean_is_a_dash_and_not_zero() -> None:
    run = ec.EvalRun.from_arrays([[0.5, 0.25]], [[0]], concepts=["dog", "cat"], task="multi_label")
    view = Link(mode="probability").complete(run)
    page = shown_matrix.shown_matrix(ec.Evaluation(run), view, shown=np.arange(2))
    assert matrix_data.grid(page, target=None, height=9)["values"] == [0.5, 0.25, None, None]
    assert matrix_data.table_rows(page) == [["dog", 0.5, 0.25], ["cat", None, None]]


@pytest.mark.parametrize("seed", SEEDS)
def test_the_canvas_holds_the_same_counts(seed: int) -> None:
    _, _, page, _ = drawn(seed)
    data = matrix_data.heatmap_data(page, target=None, height=100)
    json.dumps(data, allow_nan=False)
    counts = laid_out(data, "values", "<u4")
    assert counts.tolist() == page.numbers.tolist()
    filled = np.frombuffer(base64.b64decode(str(data["filled"])), "<u4")
    assert filled.tolist() == np.flatnonzero(page.numbers).tolist()


@pytest.mark.parametrize("seed", SEEDS)
def test_the_canvas_holds_the_same_means(seed: int) -> None:
    _, _, page, _ = drawn(seed, mode="probability")
    data = matrix_data.heatmap_data(page, target=None, height=100)
    means = laid_out(data, "values", "<f4")
    np.testing.assert_array_equal(means, page.numbers.astype(np.float32))
    assert data["filled"] is None
    assert "none" not in {*data["row_kinds"], *data["column_kinds"]}


def laid_out(data: HeatmapData, name: str, dtype: str) -> np.ndarray:
    """What the canvas was sent for its filled cells, over all of them."""
    shape = len(data["rows"]), len(data["columns"])
    sent = np.frombuffer(base64.b64decode(data[name]), dtype)  # type: ignore[literal-required]
    if data["filled"] is None:
        return sent.reshape(shape)
    whole = np.zeros(shape[0] * shape[1], dtype)
    whole[np.frombuffer(base64.b64decode(data["filled"]), "<u4")] = sent
    return whole.reshape(shape)


def assert_grid_and_canvas_agree(page: ShownMatrix) -> None:
    grid = matrix_data.grid(page, target=None, height=9)
    canvas = matrix_data.heatmap_data(page, target=None, height=9)
    shape = page.numbers.shape
    filled = page.numbers != 0
    for name in ("tones", "strengths"):
        in_grid = np.array(grid[name]).reshape(shape)  # type: ignore[literal-required]
        np.testing.assert_array_equal(laid_out(canvas, name, "u1")[filled], in_grid[filled])
    for name in ("right", "unknown"):
        sent = canvas[name]  # type: ignore[literal-required]
        if sent is not None:
            in_grid = np.array(grid[name]).reshape(shape)  # type: ignore[literal-required]
            np.testing.assert_array_equal(laid_out(canvas, name, "<u4")[filled], in_grid[filled])
    assert (canvas["row_kinds"], canvas["column_kinds"]) == (
        grid["row_kinds"],
        grid["column_kinds"],
    )


@pytest.mark.parametrize("mode", ["counts", "probability"])
@pytest.mark.parametrize("seed", range(12))
def test_grid_and_canvas_have_one_tone_for_a_cell(seed: int, mode: str) -> None:
    _, _, page, _ = drawn(seed, mode=mode)
    assert_grid_and_canvas_agree(page)


@pytest.mark.parametrize("n_concepts", [30, 60])
def test_inputs_that_show_both_concepts_are_right_on_grid_and_canvas(n_concepts: int) -> None:
    concepts = [f"c{j:02}" for j in range(n_concepts)]
    scores = np.zeros((20, n_concepts))
    scores[:, :2] = 0.9
    run = ec.EvalRun.from_arrays(scores, [[0, 1]] * 20, concepts=concepts, task="multi_label")
    view = Link(scope="all").complete(run)
    shown = shown_matrix.shown_concepts(ec.Evaluation(run), view)
    page = shown_matrix.shown_matrix(ec.Evaluation(run), view, shown=shown)
    canvas = matrix_data.heatmap_data(page, target=None, height=9)
    cell = page.rows.index("c00"), page.columns.index("c01")
    assert page.tones[cell] == laid_out(canvas, "tones", "u1")[cell] == Tone.RIGHT
    assert laid_out(canvas, "right", "<u4")[cell] == page.numbers[cell] == 20
    assert_grid_and_canvas_agree(page)


def test_what_is_unknown_is_neither_blue_nor_orange() -> None:
    run = ec.EvalRun.from_arrays(
        [[0.9, 0.9, 0.9]] * 3,
        [[0], [0, 2], [0]],
        concepts=["a", "b", "c"],
        known=[[True, False, True], [True, False, True], [True, False, False]],
        task="multi_label",
    )
    view = Link().complete(run)
    page = shown_matrix.shown_matrix(ec.Evaluation(run), view, shown=np.arange(3))
    assert page.numbers[0].tolist() == [3, 3, 3, 0]
    assert page.tones[0].tolist() == [Tone.RIGHT, Tone.UNKNOWN, Tone.MIXED, Tone.NOTHING]
    assert (page.right[0, 2], page.unknown[0, 2]) == (1, 1)


def test_a_mean_score_is_neither_right_nor_wrong() -> None:
    _, _, page, _ = drawn(0, mode="probability")
    assert set(page.tones.ravel().tolist()) == {Tone.MEAN}


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
    view = Link().complete(run)
    page = shown_matrix.shown_matrix(ec.Evaluation(run), view, shown=np.arange(2))
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
                Link(rule=ec.Rule(t), pinned=pinned, order="diagonal").complete(case.run),
            ).tolist()
        )
        for t in (0.1, 0.5, 0.9)
    }
    assert len(orders) == 1


def test_of_many_concepts_the_most_confused_are_shown() -> None:
    case = random_case(np.random.default_rng(5), n_inputs=200, n_concepts=45, task="multi_label")
    view = Link().complete(case.run)
    assert shown_matrix.scope_of(view, case.run) == "confused"
    shown = shown_matrix.shown_concepts(case.evaluation, view)
    assert len(shown) == shown_matrix.SHOWN
    assert view.pinned is not None
    wrong = case.evaluation.mistakes(view.pinned).copy()
    np.fill_diagonal(wrong, 0)
    weight = (wrong.sum(axis=0) + wrong.sum(axis=1))[:-1]
    left_out = np.setdiff1d(np.arange(45), shown)
    assert weight[shown].min() >= weight[left_out].max()


def test_few_concepts_are_shown_all() -> None:
    case = random_case(np.random.default_rng(5), n_concepts=shown_matrix.MOST_IN_GRID)
    assert shown_matrix.scope_of(Link().complete(case.run), case.run) == "all"


def test_a_cell_that_is_part_right_and_part_wrong_keeps_its_tone_until_the_last_of_them() -> None:
    """No cell jumps from orange to blue while the threshold moves: it is both, by its parts."""
    n_wrong = 9
    scores = np.full((40, 2), 0.95)
    scores[:n_wrong, 1] = 0.5 + np.arange(n_wrong) / 100
    labels = [[0]] * n_wrong + [[0, 1]] * (40 - n_wrong)
    run = ec.EvalRun.from_arrays(scores, labels, task="multi_label")
    evaluation = ec.Evaluation(run)
    for passed in range(n_wrong + 1):
        rule = ec.Rule(0.49 + passed / 100 + 0.005)
        view = Link(rule=rule, pinned=rule).complete(run)
        page = shown_matrix.shown_matrix(evaluation, view, shown=np.arange(2))
        wanted = Tone.MIXED if passed < n_wrong else Tone.RIGHT
        assert page.numbers[0, 1] == 40 - passed
        assert page.tones[0, 1] == wanted


@pytest.mark.parametrize("shares", ["row", "column", "whole"])
@pytest.mark.parametrize("seed", SEEDS)
def test_shares_are_of_the_inputs_of_a_row_of_a_column_or_of_all(seed: int, shares: str) -> None:
    case, view, page, _ = drawn(seed, shares=shares)
    stands = case.labelled.any(axis=1) | case.known.all(axis=1)  # in a row of the matrix
    predicted = [each for each, row in zip(case.predicted(view.rule), stands, strict=True) if row]
    data = matrix_data.grid(page, target=None, height=9)
    found = np.array(data["shares"], dtype=object).reshape(page.numbers.shape)
    for (r, actual), (c, column) in product(enumerate(page.rows), enumerate(page.columns)):
        if OTHER in {actual, column}:
            dash = page.multi_label and shares != "row"
            assert (found[r, c] is None) == dash
            continue
        if shares == "whole":
            whole = case.n_inputs
        elif shares == "row":
            whole = page.totals[r]
        elif column is None:
            whole = sum(not each for each in predicted)
        else:
            whole = sum(case.concepts.index(str(column)) in each for each in predicted)
        assert found[r, c] == pytest.approx(page.numbers[r, c] / whole if whole else 0)
    assert all(0 <= share <= 1 for share in found.ravel() if share is not None)


@pytest.mark.parametrize("seed", SEEDS)
def test_by_rows_the_diagonal_is_the_recall(seed: int) -> None:
    case, view, page, shown = drawn(seed, shares="row")
    recall = np.nan_to_num(ec.METRICS["recall"](case.evaluation.counts(view.rule)))
    np.testing.assert_allclose(np.diagonal(page.shares)[: shown.size], recall[shown])


@pytest.mark.parametrize("tone", ["root", "log"])
@pytest.mark.parametrize("seed", SEEDS)
def test_a_larger_share_has_a_stronger_tone(seed: int, tone: str) -> None:
    _, _, page, _ = drawn(seed, tone=tone)
    order = np.argsort(page.shares, axis=None)
    assert (np.diff(page.strengths.ravel()[order]) >= 0).all()
    assert page.strengths.max() <= 255
    assert page.strengths.min() >= 0


def test_counts_are_written_unless_shares_are_asked_for() -> None:
    _, _, page, _ = drawn(0)
    data = matrix_data.grid(page, target=None, height=9)
    assert (data["shares"], data["share_words"]) == (None, "")


@pytest.mark.parametrize("seed", SEEDS)
def test_what_is_said_of_cells_holds_for_every_input(seed: int) -> None:
    """An input stands in one cell when that is said, and as many stand in none as is said."""
    case, view, _, _ = drawn(seed, shares="none")
    line, _ = note_of(case.evaluation, view)
    if view.mode == "probability":
        return
    cells = case.cells(view.rule)
    places = [sum(n in found for found in cells.values()) for n in range(case.n_inputs)]
    assert not line.startswith("An input stands in one cell") or max(places) <= 1
    n_nowhere = places.count(0)
    assert (f" {n_nowhere:,} input" in line) == (n_nowhere > 0), line
