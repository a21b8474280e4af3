"""The list behind a number is as long as the number says, for every kind of target."""

from __future__ import annotations

from itertools import product
from typing import Any, get_args

import numpy as np
import pytest

import evalcore as ec
from evalcore.counting.flips import Direction
from evalcore.counting.selections import OUTCOMES, Part
from pages._ui.inputs import cards
from pages._ui.inputs.listing import cell_parts, disagreements, listing, proposal
from pages._ui.session.targets import Corner, Group, Place, Target
from pages._ui.session.view import Sort
from tests.support.cases import Case, random_case, random_rule

SEEDS = range(10)
OTHER = Group.OTHER


def every_target(case: Case) -> list[Target]:
    names = case.concepts
    places: tuple[str | None, ...] = (*names, None)
    sides: tuple[Place, ...] = (*places, OTHER)
    cells = [ec.Cell(i, j) for i, j in product(places, places)]
    parts = [ec.CellPart(cell, part) for cell in cells for part in get_args(Part)]
    return [
        *cells,
        *(part for part in parts if part.cell.predicted is not None),
        *(Corner(i, j) for i, j in product(sides, sides) if OTHER in {i, j}),
        *(ec.Outcome(name, outcome) for name in names for outcome in OUTCOMES),
        *(kind(place) for place in places for kind in (ec.Labelled, ec.Predicted, ec.OnThreshold)),
        *(
            ec.Flip(name, direction, labelled)
            for name in names
            for direction in get_args(Direction)
            for labelled in (None, True, False)
        ),
    ]


def found(case: Case, target: Target, rng: np.random.Generator, **wanted: Any) -> Any:
    settings: dict[str, Any] = {
        "rule": random_rule(rng, case.concepts),
        "pinned": random_rule(rng, case.concepts),
        "shown": rng.permutation(case.n_concepts)[: rng.integers(case.n_concepts + 1)],
        "sort": "score",
    }
    return listing(case.evaluation, target, **(settings | wanted))


@pytest.mark.parametrize("seed", SEEDS)
def test_a_list_is_as_long_as_its_number_says(seed: int) -> None:
    rng = np.random.default_rng(seed)
    case = random_case(rng)
    settings: dict[str, Any] = {
        "rule": random_rule(rng, case.concepts),
        "pinned": random_rule(rng, case.concepts),
        "shown": rng.permutation(case.n_concepts)[: rng.integers(case.n_concepts + 1)],
    }
    for target in every_target(case):
        result = listing(case.evaluation, target, **settings, sort="score")
        assert result.stated == len(result.members), target
        assert set(result.concepts) <= set(case.concepts)


@pytest.mark.parametrize(
    "part",
    [
        "also",
        "unknown",
        "not",
    ],
)
@pytest.mark.parametrize("task", ["single_label", "multi_label"])
def test_a_part_of_what_is_predicted_as_nothing_is_empty(part: Part, task: str) -> None:
    """A hand-written link may ask for it; also, not and unknown mean nothing there."""
    rng = np.random.default_rng(1)
    case = random_case(rng, n_inputs=30, task=task)
    target = ec.CellPart(ec.Cell(case.concepts[0], None), part)
    result = found(case, target, rng, rule=ec.Rule(0.9))
    assert result.stated == len(result.members)


@pytest.mark.parametrize("sort", get_args(Sort))
@pytest.mark.parametrize("seed", range(3))
def test_sorting_moves_members_and_loses_none(seed: int, sort: Sort) -> None:
    rng = np.random.default_rng(seed)
    case = random_case(rng)
    rule = random_rule(rng, case.concepts)
    shown = np.arange(max(1, case.n_concepts - 1))
    for target in every_target(case)[::3]:
        plain = found(case, target, rng, rule=rule, pinned=ec.Rule(0.5), shown=shown)
        other = found(case, target, rng, rule=rule, pinned=ec.Rule(0.5), shown=shown, sort=sort)
        assert sorted(plain.members.tolist()) == sorted(other.members.tolist())


@pytest.fixture
def ranked() -> ec.Evaluation:
    scores = [[0.9], [0.2], [0.55], [0.4], [0.55]]
    ids = ["10", "9", "b", "100", "a"]
    return ec.Evaluation(
        ec.EvalRun.from_arrays(scores, [[0]] * 5, concepts=["dog"], ids=ids, task="multi_label")
    )


@pytest.mark.parametrize(
    ("sort", "order"),
    [
        ("score", [0, 2, 4, 3, 1]),
        ("score up", [1, 3, 2, 4, 0]),
        ("doubt", [2, 4, 3, 1, 0]),
        ("id", [4, 2, 1, 0, 3]),
    ],
)
def test_lists_are_sorted_as_their_name_says(
    sort: Sort, order: list[int], ranked: ec.Evaluation
) -> None:
    rule = ec.Rule(0.5)
    result = listing(
        ranked, ec.Labelled("dog"), rule=rule, pinned=rule, shown=np.arange(1), sort=sort
    )
    assert result.members.tolist() == order


def test_the_deciding_concept_comes_first_among_the_scores_that_matter() -> None:
    rng = np.random.default_rng(0)
    case = random_case(rng, n_inputs=20, n_concepts=4)
    a, b = case.concepts[:2]
    for target, concepts in (
        (ec.Cell(a, b), (b, a)),
        (ec.Cell(a, a), (a,)),
        (ec.Cell(a, None), (a,)),
        (ec.CellPart(ec.Cell(a, b), "not"), (b, a)),
        (Corner(a, OTHER), (a,)),
        (ec.Predicted(None), ()),
        (ec.Flip(b, "leave"), (b,)),
    ):
        assert found(case, target, rng).concepts == concepts


@pytest.mark.parametrize("seed", SEEDS)
def test_the_parts_of_a_cell_add_up_to_it(seed: int) -> None:
    rng = np.random.default_rng(seed)
    case = random_case(rng)
    rule = random_rule(rng, case.concepts)
    matrix = case.evaluation.matrix(rule).counts
    for (i, actual), (j, predicted) in product(
        enumerate((*case.concepts, None)), enumerate(case.concepts)
    ):
        parts = cell_parts(case.evaluation, ec.Cell(actual, predicted), rule=rule)
        assert sum(parts.values()) == matrix[i, j]
        assert min(parts.values()) >= 0
        assert ("unknown" in parts) == (not case.known.all())


@pytest.mark.parametrize("seed", SEEDS)
def test_what_is_proposed_is_the_largest_confusion(seed: int) -> None:
    rng = np.random.default_rng(seed)
    case = random_case(rng)
    rule = random_rule(rng, case.concepts)
    chosen = proposal(case.evaluation, rule)
    also = case.evaluation.also_labelled(rule)
    unknown = case.evaluation.unknown_labels(rule)
    wrong = (case.evaluation.matrix(rule).counts - also - unknown)[:-1, :-1]
    np.fill_diagonal(wrong, 0)
    if wrong.max() == 0:
        assert chosen == ec.Predicted(None)
    else:
        assert isinstance(chosen, ec.Cell)
        row, column = (case.concepts.index(str(name)) for name in (chosen.actual, chosen.predicted))
        assert wrong[row, column] == wrong.max()


@pytest.mark.parametrize(
    "target",
    [
        ec.Labelled("dragon"),
        ec.Cell("dragon", None),
        ec.Flip("dragon", "enter"),
        Corner("dragon", OTHER),
        ec.OnThreshold("dragon"),
        ec.Outcome("dragon", "TP"),
    ],
)
def test_a_concept_that_is_not_there_is_refused(target: Target) -> None:
    rng = np.random.default_rng(0)
    with pytest.raises(ec.SelectionError, match="dragon"):
        found(random_case(rng), target, rng, rule=ec.Rule(0.5), pinned=ec.Rule(0.5))


def test_a_matrix_that_differs_from_the_table_is_told(small_case: Case) -> None:
    evaluation = small_case.evaluation
    low, high = ec.Rule(0.2), ec.Rule(0.7)
    assert disagreements(evaluation.counts(low), evaluation.matrix(low), listed=2, stated=2) == []
    wrong = disagreements(evaluation.counts(low), evaluation.matrix(high), listed=2_000, stated=3)
    assert len(wrong) == 2
    assert "diagonal" in wrong[0]
    assert "2,000 inputs, the number says 3" in wrong[1]


def test_a_card_tells_scores_labels_and_predictions(small_case: Case) -> None:
    rule = ec.Rule(0.4)
    data = cards.gallery_data(
        small_case.evaluation.predictions(rule),
        np.array([1, 3]),
        rule=rule,
        target=ec.Cell("dog", "cat"),
        concepts=("cat", "dog"),
        opened="3",
    )
    assert [item["id"] for item in data["items"]] == ["1", "3"]
    assert data["selected"] == 3
    first = data["items"][0]
    assert first["scores"] == [
        {"name": "cat", "score": "0.500", "labelled": True, "predicted": False},
        {"name": "dog", "score": "0.500", "labelled": False, "predicted": True},
    ]


def test_a_card_of_an_input_on_the_threshold_shows_the_score_that_lies_on_it() -> None:
    run = ec.EvalRun.from_arrays(
        [[0.9, 0.8, 0.5]], [[0]], concepts=["a", "b", "c"], task="multi_label"
    )
    evaluation, rule = ec.Evaluation(run), ec.Rule(0.5)
    result = listing(
        evaluation, ec.OnThreshold(None), rule=rule, pinned=rule, shown=np.arange(3), sort="score"
    )
    data = cards.gallery_data(
        evaluation.predictions(rule),
        result.members,
        rule=rule,
        target=result.target,
        concepts=result.concepts,
        opened=None,
    )
    assert "c" in [score["name"] for score in data["items"][0]["scores"]]


def test_unscored_and_unknown_are_told_apart_from_zero_and_no() -> None:
    known = np.array([[True, False]])
    run = ec.EvalRun.from_arrays(
        [[0.0, -np.inf]], np.array([[False, False]]), known=known, concepts=["a", "b"]
    )
    rule = ec.Rule(0.5)
    rows = cards.score_rows(ec.Evaluation(run).predictions(rule), 0, np.array([0, 1]), rule=rule)
    assert [(row["label"], row["score"], row["labelled"]) for row in rows] == [
        ("0.000", 0.0, False),
        ("–", None, None),
    ]
