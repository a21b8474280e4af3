"""Which confusions matter most, and the matrix condensed to them."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest

from evalcore.counting.confusions import condense, condense_diagonal, most_confused, worst_cell

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

        condensed = condense_diagonal(counts, shown=shown)

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
    assert worst_cell(counts, also) == (1, 0)
    assert worst_cell(also, also) is None


def test_the_first_of_equal_confusions_is_taken() -> None:
    counts = np.array([[0, 3, 3, 0], [3, 0, 3, 0], [0, 0, 0, 0], [0, 0, 0, 0]])
    assert worst_cell(counts) == (0, 1)


def test_one_concept_is_confused_with_none() -> None:
    assert worst_cell(np.array([[3, 1], [2, 4]])) is None
    assert most_confused(np.array([[3, 1], [2, 4]]), n=5).tolist() == [0]
