"""The shown matrix: the order of its rows, the worst confusions, and the rest condensed."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest

import evalcore as ec
from evalcore.counting.shown_matrix import (
    by_cluster,
    by_diagonal,
    by_name,
    condense,
    condense_diagonal,
    most_confused,
    worst_cell,
)
from tests.support.cases import random_case

SEEDS = range(12)


def random_counts(rng: np.random.Generator) -> np.ndarray:
    side = int(rng.integers(2, 9))
    return rng.integers(0, 5, (side, side))


@pytest.mark.parametrize("seed", SEEDS)
def test_a_condensed_matrix_sums_the_cells_that_it_leaves_out(seed: int) -> None:
    rng = np.random.default_rng(seed)
    counts = random_counts(rng)
    n_concepts = len(counts) - 1
    shown = rng.permutation(n_concepts)[: rng.integers(n_concepts + 1)]
    rest = [j for j in range(n_concepts) if j not in shown]
    groups = [[int(j)] for j in shown] + ([rest] if rest else []) + [[n_concepts]]

    condensed = condense(counts, shown=shown)

    assert condensed.shape == (len(groups), len(groups))
    for (r, rows), (c, columns) in product(enumerate(groups), enumerate(groups)):
        assert condensed[r, c] == sum(counts[i, j] for i in rows for j in columns)
    assert condensed.sum() == counts.sum()


def test_with_every_concept_shown_there_are_no_others() -> None:
    counts = np.arange(16).reshape(4, 4)
    order = [2, 0, 1, 3]
    assert condense(counts, shown=np.array([2, 0, 1])).tolist() == counts[order][:, order].tolist()
    assert condense(counts, shown=np.arange(3)).tolist() == counts.tolist()


def test_with_no_concept_shown_all_are_others() -> None:
    counts = np.array([[1, 2, 3], [4, 5, 6], [7, 8, 9]])
    assert condense(counts, shown=np.arange(0)).tolist() == [[12, 9], [15, 9]]


def test_condensing_leaves_the_matrix_as_it_was() -> None:
    counts = np.arange(9).reshape(3, 3)
    condense(counts, shown=np.array([1]))
    assert counts.tolist() == np.arange(9).reshape(3, 3).tolist()


@pytest.mark.parametrize("seed", SEEDS)
def test_a_condensed_diagonal_sums_the_diagonal_alone(seed: int) -> None:
    rng = np.random.default_rng(seed)
    counts = random_counts(rng)
    n_concepts = len(counts) - 1
    before = counts.copy()
    for n_shown in range(n_concepts + 1):
        shown = rng.permutation(n_concepts)[:n_shown]
        rest = [j for j in range(n_concepts) if j not in shown]
        groups = [[int(j)] for j in shown] + ([rest] if rest else [])
        expected = np.zeros((len(groups) + 1, len(groups) + 1), dtype=int)
        for r, group in enumerate(groups):
            for j in group:
                expected[r, r] += counts[j, j]

        condensed = condense_diagonal(counts.diagonal()[:-1], shown=shown)

        assert condensed.dtype.kind == "i"
        assert condensed.tolist() == expected.tolist()
        assert condensed.shape == condense(counts, shown=shown).shape
        alone = np.diag([*counts.diagonal()[:-1], 0])
        assert condensed.tolist() == condense(alone, shown=shown).tolist()
    assert counts.tolist() == before.tolist(), "the matrix stays as it was"


@pytest.mark.parametrize("seed", SEEDS)
def test_the_most_confused_have_the_most_mistaken_inputs(seed: int) -> None:
    counts = random_counts(np.random.default_rng(seed))
    n_concepts = len(counts) - 1
    weights = [
        sum(counts[i, j] + counts[j, i] for j in range(n_concepts + 1) if j != i)
        for i in range(n_concepts)
    ]
    for n in range(n_concepts + 2):
        chosen = most_confused(counts, n=n).tolist()
        assert chosen == sorted(range(n_concepts), key=lambda i: -weights[i])[:n]


def test_right_predictions_are_no_confusion() -> None:
    counts = np.diag([9, 0, 0])
    counts[1, 2] = 1  # labelled 1, nothing predicted: a mistake as well
    assert most_confused(counts, n=1).tolist() == [1]
    assert worst_cell(counts) is None
    assert counts.diagonal().tolist() == [9, 0, 0], "the matrix stays as it was"


def test_the_worst_cell_is_between_two_concepts() -> None:
    counts = np.array([[9, 2, 8], [3, 9, 8], [8, 8, 8]])
    assert worst_cell(counts) == (1, 0)
    assert counts.tolist() == [[9, 2, 8], [3, 9, 8], [8, 8, 8]], "the matrix stays as it was"


def test_inputs_labelled_with_both_are_not_counted_as_confused() -> None:
    counts = np.array([[9, 5, 0], [3, 9, 0], [0, 0, 0]])
    also = np.array([[9, 4, 0], [0, 9, 0], [0, 0, 0]])
    assert worst_cell(counts) == (0, 1)
    assert worst_cell(counts - also) == (1, 0)
    assert worst_cell(also - also) is None


def test_concepts_that_are_always_right_together_are_not_confused() -> None:
    together = [[0.9, 0.9, 0.1, 0.1]] * 100
    swapped = [[0.1, 0.1, 0.9, 0.1]] * 20 + [[0.1, 0.1, 0.1, 0.9]] * 20
    labels = [[0, 1]] * 100 + [[3]] * 20 + [[2]] * 20
    evaluation = ec.Evaluation(ec.EvalRun.from_arrays(together + swapped, labels))
    mistakes = evaluation.mistakes(ec.Rule(0.5))

    assert most_confused(mistakes, n=4).tolist() == [2, 3, 0, 1]
    assert worst_cell(mistakes) == (2, 3)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_mistake_is_known_to_be_one(seed: int) -> None:
    case = random_case(np.random.default_rng(seed))
    for rule in (ec.Rule(0.3), ec.Rule(0.6, mode="top"), ec.Rule(0.6, mode="every")):
        predicted, side = case.predicted(rule), case.n_concepts + 1
        wanted = np.zeros((side, side), dtype=int)
        for i, found in enumerate(predicted):
            rows = [j for j in range(case.n_concepts) if case.labelled[i, j]]
            if not rows and case.known[i].all():
                rows = [side - 1]  # who may show a concept stands in no row
            columns = [j for j in found if case.known[i, j] and not case.labelled[i, j]]
            wanted[np.ix_(rows, columns if found else [side - 1])] += 1
        mistakes = case.evaluation.mistakes(rule)
        assert mistakes.tolist() == wanted.tolist()


def test_the_first_of_equal_confusions_is_taken() -> None:
    counts = np.array([[0, 3, 3, 0], [3, 0, 3, 0], [0, 0, 0, 0], [0, 0, 0, 0]])
    assert worst_cell(counts) == (0, 1)


def test_one_concept_is_confused_with_none() -> None:
    assert worst_cell(np.array([[3, 1], [2, 4]])) is None
    assert most_confused(np.array([[3, 1], [2, 4]]), n=5).tolist() == [0]


NAN = float("nan")


@pytest.mark.parametrize(
    ("names", "order"),
    [
        (("b", "A", "c"), [1, 0, 2]),
        (("a", "A", "a "), [0, 1, 2]),
        (("Zebra", "émile", "apple"), [2, 0, 1]),
        (("STRASSE", "straße", "strand"), [2, 0, 1]),
        ((), []),
        (("one",), [0]),
    ],
)
def test_names_are_sorted_without_regard_to_case(names: tuple[str, ...], order: list[int]) -> None:
    assert by_name(names).tolist() == order


@pytest.mark.parametrize(
    ("strength", "order"),
    [
        ([0.9, 0.1, 0.5], [1, 2, 0]),
        ([0.5, NAN, 0.5, 0.0, NAN], [3, 0, 2, 1, 4]),
        ([NAN, NAN], [0, 1]),
        ([], []),
    ],
)
def test_the_weakest_diagonal_comes_first_and_undefined_last(
    strength: list[float], order: list[int]
) -> None:
    assert by_diagonal(np.array(strength, dtype=float)).tolist() == order


@pytest.mark.parametrize("seed", range(10))
def test_a_cluster_order_holds_every_concept_once(seed: int) -> None:
    rng = np.random.default_rng(seed)
    n_concepts = int(rng.integers(1, 12))
    means = rng.random((n_concepts, n_concepts))
    means[rng.random(means.shape) < 0.2] = NAN
    assert sorted(by_cluster(means).tolist()) == list(range(n_concepts))


def test_concepts_scored_for_each_other_stand_side_by_side() -> None:
    means = np.full((6, 6), 0.05)
    for pair in ((0, 3), (1, 5), (2, 4)):
        for i in pair:
            for j in pair:
                means[i, j] = 0.9
    order = by_cluster(means).tolist()
    for first, second in ((0, 3), (1, 5), (2, 4)):
        assert abs(order.index(first) - order.index(second)) == 1


def test_resemblance_in_one_direction_is_enough() -> None:
    means = np.eye(5)
    means[0, 4] = 0.9  # inputs labelled 0 score high for 4, not the other way round
    order = by_cluster(means).tolist()
    assert abs(order.index(0) - order.index(4)) == 1


@pytest.mark.parametrize(
    "means", [np.zeros((4, 4)), np.full((4, 4), NAN), np.full((4, 4), -3.0), np.eye(4) * 1e30]
)
def test_means_that_tell_nothing_still_give_an_order(means: np.ndarray) -> None:
    assert sorted(by_cluster(means).tolist()) == [0, 1, 2, 3]


@pytest.mark.parametrize("n_concepts", [0, 1, 2])
def test_up_to_two_concepts_keep_their_order(n_concepts: int) -> None:
    assert by_cluster(np.ones((n_concepts, n_concepts))).tolist() == list(range(n_concepts))


def test_the_same_means_give_the_same_order() -> None:
    means = np.random.default_rng(1).random((20, 20))
    assert by_cluster(means).tolist() == by_cluster(means.copy()).tolist()
    assert not np.isnan(means).any()
