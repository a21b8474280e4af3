"""Thinning: as few points as the picture needs, and the same picture."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from evalcore.concept.thinning import thin

shapes = st.sampled_from(["walk", "noise", "steps", "spikes"])


def line(shape: str, *, n: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    x = np.sort(rng.random(n)) if n else np.zeros(0)
    y = rng.random(n)
    if shape == "walk":
        y = np.cumsum(y - 0.5)
    elif shape == "steps":
        y = np.round(np.cumsum(y) / 5)
    elif shape == "spikes":
        y = np.where(rng.random(n) < 0.02, 1.0, 0.0)
    return x, y


@given(shape=shapes, n=st.integers(0, 3_000), seed=st.integers(0, 99), down=st.booleans())
def test_every_point_is_within_a_column_of_the_thinned_line_at_its_height(
    *, shape: str, n: int, seed: int, down: bool
) -> None:
    columns = 50
    x, y = line(shape, n=n, seed=seed)
    if down:
        x = x[::-1]
    kept = thin(x, y, span=(0, 1), columns=columns)
    assert kept.size <= 4 * columns
    assert (np.diff(kept) > 0).all()
    column = np.clip(np.floor(x * columns), 0, columns - 1)
    for c in np.unique(column):
        here, there = y[column == c], y[kept][column[kept] == c]
        # the line between the kept points of a column passes every height of the full line there
        assert (there.min(), there.max()) == (here.min(), here.max())
        assert (there[0], there[-1]) == (here[0], here[-1])


@given(n=st.integers(1, 2_000), seed=st.integers(0, 99))
def test_a_staircase_keeps_its_value_at_every_column_border(n: int, seed: int) -> None:
    x, y = line("noise", n=n, seed=seed)
    kept = thin(x, y, span=(0, 1), columns=64)
    for border in np.arange(65) / 64:
        full = np.searchsorted(x, border, side="right") - 1
        few = np.searchsorted(x[kept], border, side="left" if border == 1 else "right") - 1
        if full >= 0 and border < 1 and not (x == border).any():
            assert y[full] == y[kept][few]


def test_undefined_points_are_left_out() -> None:
    x = np.linspace(0, 1, 100)
    y = np.where(x < 0.5, np.nan, x)
    assert thin(x, y, span=(0, 1), columns=8).min() == 50


@pytest.mark.parametrize("n", [0, 1, 4])
def test_a_few_points_stay_as_they_are(n: int) -> None:
    x = np.linspace(0, 1, n)
    assert thin(x, x, span=(0, 1)).tolist() == list(range(n))


def test_an_axis_without_length_keeps_the_extremes() -> None:
    y = np.array([0.3, 0.9, 0.1, 0.2, 0.4, 0.5])
    assert thin(np.full(6, 0.5), y, span=(0.5, 0.5)).tolist() == [0, 1, 2, 5]
