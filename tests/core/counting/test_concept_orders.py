"""Orders of the matrix: every concept once, in an order that can be explained."""

from __future__ import annotations

import numpy as np
import pytest

from evalcore.counting.concept_orders import by_cluster, by_diagonal, by_name

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
