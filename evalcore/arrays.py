"""Names for the array types that the core passes around."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import numpy.typing as npt

__all__ = ["BoolArray", "FloatArray", "IntArray", "ScoreArray", "TextArray", "text_column"]

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]
ScoreArray = npt.NDArray[np.floating[Any]]
"""Scores in the precision they arrived in: float16, float32 or float64."""
TextArray = npt.NDArray[np.object_]
"""One Python string per input."""


def text_column(values: Iterable[Any]) -> TextArray:
    """Return values as one column, as they are; NumPy would measure, cut or unpack them.

    Examples
    --------
    >>> text_column(["dog", None]).tolist()
    ['dog', None]
    """
    return np.array([*values, None], dtype=object)[:-1]
