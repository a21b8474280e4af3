"""Names for the array types that the core passes around."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

__all__ = ["BoolArray", "FloatArray", "IntArray", "ScoreArray", "TextArray"]

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]
ScoreArray = npt.NDArray[np.floating[Any]]
"""Scores in the precision they arrived in: float16, float32 or float64."""
TextArray = npt.NDArray[np.object_]
"""One Python string per input."""
