"""Orders of arrays: what numpy's stable sort finds, faster."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from evalcore.arrays import grouped_order, stable_order


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
