"""Orders of arrays: what numpy's sorts find, faster."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from evalcore.arrays import grouped_order, sorted_together, stable_order


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
@given(data=st.data())
def test_scores_are_in_the_order_of_a_stable_sort(dtype: Any, data: st.DataObject) -> None:
    width = np.dtype(dtype).itemsize * 8
    ties = st.sampled_from([-np.inf, -1.5, -0.0, 0.0, 0.25, 1.0, np.inf])
    numbers = ties | st.floats(allow_nan=False, width=width)  # type: ignore[arg-type]
    values = data.draw(arrays.arrays(dtype, st.integers(0, 40), elements=numbers))

    assert stable_order(values).tolist() == np.argsort(values, kind="stable").tolist()
    backwards = values[::-1]
    assert stable_order(backwards).tolist() == np.argsort(backwards, kind="stable").tolist()


@pytest.mark.parametrize("most", [3, 2**16 - 1, 2**16])
def test_equal_keys_are_put_together_as_they_come(most: int) -> None:
    keys = np.random.default_rng(0).choice([0, 1, 2, most], 500)

    assert grouped_order(keys).tolist() == np.argsort(keys, kind="stable").tolist()
    assert grouped_order(keys[:0]).tolist() == []


@pytest.mark.parametrize("n_codes", [1, 2, 51, 256])
@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_scores_are_sorted_with_their_codes(dtype: Any, n_codes: int) -> None:
    rng = np.random.default_rng(n_codes)
    for n in (0, 1, 5, 700):
        rare = np.where(rng.random(n) < 0.9, rng.random(n) * 1e-7, rng.random(n))
        wide = np.exp(rng.normal(size=n) * 3) * rng.choice([-1, 1], n)
        ties = rng.choice([-np.inf, -1.5, -0.0, 0.0, 0.25, np.inf], n)
        for drawn in (rng.random(n), -rng.random(n), rare, wide, wide * 1e-3, ties):
            values = drawn.astype(dtype)
            codes = rng.integers(0, n_codes, n).astype(np.uint8)

            found = sorted_together(values, codes, n_codes=n_codes)

            assert [column.dtype for column in found] == [np.dtype(dtype), np.uint8]
            assert found[0].tolist() == sorted(values.tolist())
            together = zip(*(column.tolist() for column in found), strict=True)
            assert sorted(together) == sorted(zip(values.tolist(), codes.tolist(), strict=True))
