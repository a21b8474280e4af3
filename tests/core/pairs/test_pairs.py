"""Tables of few filled cells: read as the array that they stand for, which is never made."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import evalcore as ec
from evalcore.pairs import sparse_table
from evalcore.pairs.cells import SparseCounts
from evalcore.pairs.known import KnownPairs
from evalcore.pairs.scored import UNSCORED, ScoredPairs
from evalcore.pairs.sparse_table import SparseTable

KINDS = ("scores", "known", "counts")


def table(rng: np.random.Generator, kind: str) -> tuple[SparseTable, np.ndarray]:
    """A table and the array that it stands for."""
    if kind == "counts":
        side = int(rng.integers(1, 9))
        counts = np.where(rng.random((side, side)) < 0.3, rng.integers(1, 5, (side, side)), 0)
        return SparseCounts.of_rows(counts, np.arange(side)), counts
    shape = tuple(rng.integers(1, 9, 2).tolist())
    filled = rng.random(shape) < rng.random()
    if kind == "known":
        return KnownPairs.of_dense(filled), filled
    scores = np.where(filled, rng.integers(0, 5, shape) / 4, UNSCORED)
    return ScoredPairs.of_dense(scores), scores


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("seed", range(20))
def test_cells_are_those_of_the_array(kind: str, seed: int) -> None:
    rng = np.random.default_rng(seed)
    pairs, whole = table(rng, kind)
    n, m = whole.shape
    rows, columns = rng.integers(-n, n, 5), rng.integers(-m, m, 5)
    keys: list[Any] = [
        *(0, -1, slice(None), slice(1, 3), slice(None, None, 2), rows, rows[:0], whole[:, 0] > 0),
        *((rows, columns), (rows, 0), (slice(None), -1), (slice(1, 3), 0), (0, -1), (0, columns)),
        *((slice(None), columns), (rows, slice(None)), (slice(0, 2), slice(0, 1))),
        *((rows,), np.ix_(rows, columns), (rows[:0], columns[:0])),
    ]
    for key in keys:
        found = pairs[key]
        assert np.shape(found) == np.shape(whole[key]), key
        assert np.array_equal(found, whole[key]), key
        assert np.asarray(found).dtype == whole.dtype
    for axis, places in enumerate((rows, columns)):
        assert np.array_equal(pairs.take(places, axis), whole.take(places, axis))
    assert (pairs.shape, pairs.size, len(pairs)) == (whole.shape, whole.size, n)
    assert np.array_equal(np.asarray(pairs), whole)
    assert np.array_equal(pairs > 0, whole > 0)
    with pytest.raises(IndexError):
        pairs[n]


@pytest.mark.parametrize("seed", range(20))
def test_pairs_are_set_summed_and_told_apart_as_in_an_array(seed: int) -> None:
    rng = np.random.default_rng(seed)
    _, whole = table(rng, "known")
    known, n, m = KnownPairs.of_dense(whole), *whole.shape
    before, was = known.copy(), whole.copy()
    for to in (True, False):
        inputs, concepts = rng.integers(0, n, 4), rng.integers(0, m, 4)
        known[inputs, concepts] = to
        whole[inputs, concepts] = to
        assert np.array_equal(np.asarray(known), whole)
    for axis in (None, 0, 1):
        assert np.array_equal(known.sum(axis=axis), whole.sum(axis=axis))
    assert (known.all(), known.all(axis=1).tolist()) == (whole.all(), whole.all(axis=1).tolist())
    rows = rng.integers(0, n, 3)
    assert np.array_equal(np.asarray(known.chosen(rows)), whole[rows])
    other = KnownPairs.of_dense(whole)
    assert sorted(before.differing(other).tolist()) == np.argwhere(was != whole).tolist()
    parts = KnownPairs.joined([known, None, was], sizes=[n, 2, n], n_concepts=m)
    assert np.array_equal(np.asarray(parts), np.vstack([whole, np.ones((2, m), bool), was]))


@pytest.mark.parametrize("seed", range(20))
def test_counts_are_added_and_taken_away_as_those_of_an_array(seed: int) -> None:
    rng = np.random.default_rng(seed)
    side = int(rng.integers(1, 6))
    arrays = [rng.integers(0, 2, (side, side)) for _ in range(3)]
    cells = [SparseCounts.of_rows(one, np.arange(side)) for one in arrays]
    assert SparseCounts.summed(cells).tolist() == sum(arrays).tolist()  # type: ignore[attr-defined]
    less = cells[0] - cells[1]
    assert less.tolist() == (arrays[0] - arrays[1]).tolist()
    assert (less.counts != 0).all()
    assert less.diagonal().tolist() == (arrays[0] - arrays[1]).diagonal().tolist()


def test_an_array_of_too_many_cells_is_refused_with_a_hint(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sparse_table, "MOST_CELLS", 10)
    pairs = ScoredPairs.of_dense(np.zeros((5, 3)))
    assert pairs[:3].shape == (3, 3)
    with pytest.raises(ec.RunError, match=r"table of 5 x 3, .* 15 cells are asked for at once"):
        np.asarray(pairs)
    with pytest.raises(ec.RunError, match="a slice of the run"):
        pairs[:, np.arange(3)]


@pytest.mark.parametrize("seed", range(20))
def test_the_lowest_of_some_pairs_of_an_input_and_its_highest_other_are_those_of_the_array(
    seed: int,
) -> None:
    rng = np.random.default_rng(seed)
    pairs, whole = table(rng, "scores")
    assert isinstance(pairs, ScoredPairs)
    some = rng.random(whole.shape) < 0.3
    lowest, highest = pairs.lowest_and_highest_other(*np.nonzero(some))
    assert lowest.tolist() == np.where(some, whole, np.inf).min(axis=1).tolist()
    assert highest.tolist() == np.where(some, UNSCORED, whole).max(axis=1).tolist()
