"""SortedScores: both searches find what a loop over the values finds."""

from __future__ import annotations

from itertools import chain

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from evalcore.counting import sorted_scores
from evalcore.counting.sorted_scores import SortedScores
from tests.support.cases import DTYPES

GRID = st.integers(-3, 3).map(lambda n: n / 2)


def build(groups: list[list[float]], dtype: type = np.float64) -> SortedScores:
    starts = np.concatenate([[0], np.cumsum([len(group) for group in groups])]).astype(np.int64)
    return SortedScores.sort(
        np.array(list(chain.from_iterable(groups)), dtype=dtype), starts=starts
    )


def count_above(groups: list[list[float]], bounds: list[float]) -> list[int]:
    return [
        sum(value > bound for value in group) for group, bound in zip(groups, bounds, strict=True)
    ]


@pytest.mark.parametrize("few", [0, 48], ids=["lockstep", "few"])
@given(data=st.data())
def test_both_searches_count_as_a_loop_does(few: int, data: st.DataObject) -> None:
    groups = data.draw(st.lists(st.lists(GRID, max_size=9), min_size=1, max_size=8))
    bounds = data.draw(st.lists(GRID, min_size=len(groups), max_size=len(groups)))
    dtype = data.draw(st.sampled_from(DTYPES))
    built = build(groups, dtype)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sorted_scores, "FEW", few)
        found = built.above(np.array(bounds, dtype=dtype))

    assert found.tolist() == count_above(groups, bounds)
    assert found.dtype == np.int64


@pytest.mark.parametrize("n_segments", [1, 47, 48, 49, 50, 300])
@pytest.mark.parametrize("dtype", DTYPES)
def test_the_searches_agree_on_both_sides_of_the_switch(
    n_segments: int, dtype: type, rng: np.random.Generator
) -> None:
    groups = [rng.integers(-3, 4, rng.integers(0, 40)).tolist() for _ in range(n_segments)]
    bounds = rng.integers(-4, 5, n_segments).tolist()

    found = build(groups, dtype).above(np.array(bounds, dtype=dtype))

    assert found.tolist() == count_above(groups, bounds)


@pytest.mark.parametrize("few", [0, 48], ids=["lockstep", "few"])
@pytest.mark.parametrize("size", [1, 2, 3, 4, 7, 8, 9, 15, 16, 17, 31, 32, 33])
def test_the_search_finds_every_place_of_a_segment_of_any_size(
    few: int, size: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sorted_scores, "FEW", few)
    built = build([[0.0], [float(v) for v in range(size)], [0.0]])

    for place in range(size + 1):
        bounds = np.array([0.0, place - 1.0, -1.0])
        assert built.first_above(bounds).tolist() == [1, 1 + place, 1 + size]


@pytest.mark.parametrize("few", [0, 48], ids=["lockstep", "few"])
def test_no_values_at_all_are_no_trouble(few: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sorted_scores, "FEW", few)

    assert build([[], [], []]).above(np.zeros(3)).tolist() == [0, 0, 0]


@pytest.mark.parametrize("few", [0, 48], ids=["lockstep", "few"])
def test_values_that_were_not_scored_are_above_no_bound(
    few: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sorted_scores, "FEW", few)
    built = build([[-np.inf, -np.inf, 0.5], [-np.inf]])

    assert built.above(np.array([-np.inf, -np.inf])).tolist() == [1, 0]


def test_sorting_keeps_each_value_in_its_segment() -> None:
    built = build([[3.0, 1.0, 2.0], [], [0.0, -1.0]])

    assert [built.of(j).tolist() for j in range(3)] == [[1.0, 2.0, 3.0], [], [-1.0, 0.0]]


def test_grouping_sorts_values_by_key() -> None:
    built = SortedScores.group(
        np.array([0.3, 0.1, 0.2, 0.9]), keys=np.array([2, 0, 2, 3]), n_segments=5
    )

    assert [built.of(j).tolist() for j in range(5)] == [[0.1], [], [0.2, 0.3], [0.9], []]


def test_sorted_values_cannot_be_written_to() -> None:
    built = build([[2.0, 1.0]])

    with pytest.raises(ValueError, match="read-only"):
        built.of(0)[0] = 5.0


@pytest.mark.parametrize("seed", range(10))
def test_what_is_left_is_everything_but_what_was_taken_away_ties_and_all(seed: int) -> None:
    rng = np.random.default_rng(seed)
    keys = np.sort(rng.integers(0, 5, 200))
    values = rng.choice([-np.inf, -0.0, 0.0, 0.1, 0.2, 0.3], size=200).astype(np.float32)
    gone = rng.random(200) < rng.random()

    def grouped(chosen: np.ndarray) -> SortedScores:
        return SortedScores.group(values[chosen], keys=keys[chosen], n_segments=6)

    left, expected = grouped(gone | ~gone).without(grouped(gone)), grouped(~gone)

    np.testing.assert_array_equal(left.values, expected.values)
    assert left.starts.tolist() == expected.starts.tolist()


def test_some_segments_come_in_the_order_asked() -> None:
    segments = SortedScores(
        values=np.array([0.1, 0.2, 0.3, 0.4, 0.5]), starts=np.array([0, 2, 2, 5])
    )

    taken = segments.take(np.array([2, 0]))

    assert [taken.of(j).tolist() for j in range(2)] == [[0.3, 0.4, 0.5], [0.1, 0.2]]
    assert segments.take(np.zeros(0, dtype=int)).starts.tolist() == [0]


@pytest.mark.parametrize("seed", range(10))
def test_counts_of_others_and_of_common_bounds_are_those_of_a_loop(seed: int) -> None:
    rng = np.random.default_rng(seed)
    keys, other_keys = rng.integers(0, 4, 50), rng.integers(0, 4, 30)
    own = SortedScores.group(rng.integers(0, 9, 50) / 8, keys=keys, n_segments=4)
    others = SortedScores.group(rng.integers(0, 9, 30) / 8, keys=other_keys, n_segments=4)
    bounds, some = np.array([0.5, 0.0, 1.0]), np.array([3, 1])

    reached = own.at_least(others)
    above = own.above_each(bounds, segments=some)

    assert reached.tolist() == [
        sum(value >= other for value in own.of(j)) for j in range(4) for other in others.of(j)
    ]
    assert above.tolist() == [
        [sum(value > bound for value in own.of(j)) for bound in bounds] for j in some
    ]
