"""What a proof with confidence comes to, and how the error is divided among tests in order."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from evalcore.arrays import BoolArray, FloatArray
from evalcore.choosing.choice import Choice

__all__ = ["Guarantee", "reject_in_order"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Guarantee:
    """Thresholds proven to meet a goal. Index j means ``choice.names[j]``.

    Parameters
    ----------
    choice
        The thresholds, their counts, and why there is none. For precision the threshold itself is
        what is proven, not the whole interval with its counts.
    confidence
        That the goal is met in the population; for each concept by itself.
    p_value : ndarray of shape (n_names,), float64
        Exact probability of counts at least as good if the goal were just missed.
    error : ndarray of shape (n_names,), float64
        What the p-value had to stay within at this threshold; at most 1 - confidence.
    lower : ndarray of shape (n_names,), float64
        Lower confidence limit of the rate at this threshold, for that error; never below the goal.
    needed_positives, needed_predicted : ndarray of shape (n_names,), float64
        Where it is not provable: about how many labelled positives, and predicted inputs at one
        threshold, would prove it at the rate observed. NaN where none would, or none are needed.
    """

    choice: Choice
    confidence: float
    p_value: FloatArray
    error: FloatArray
    lower: FloatArray
    needed_positives: FloatArray
    needed_predicted: FloatArray


def reject_in_order(
    p_values: FloatArray, *, is_start: BoolArray, error: float
) -> tuple[BoolArray, FloatArray]:
    """Test a fixed sequence of hypotheses by the fallback procedure.

    Parameters
    ----------
    p_values : ndarray of shape (n_concepts, n_rungs)
        In the order of the tests.
    is_start : ndarray of shape (n_rungs,), bool
        These divide the error equally among them. With the first rung alone, this is plain
        fixed-sequence testing.

    Returns
    -------
    tuple
        Which hypotheses are rejected, and the error that was spent on each; both of shape
        (n_concepts, n_rungs). A true one is among the rejected with a probability of at most
        ``error``.
    """
    own = np.where(is_start, error / max(1, int(is_start.sum())), 0.0)
    rejected = np.zeros(p_values.shape, dtype=bool)
    levels = np.zeros(p_values.shape)
    handed_on = np.zeros(p_values.shape[0])
    for k in range(p_values.shape[1]):
        levels[:, k] = own[k] + handed_on
        rejected[:, k] = (p_values[:, k] <= levels[:, k]) & (levels[:, k] > 0)
        handed_on = np.where(rejected[:, k], levels[:, k], 0.0)
    return rejected, levels
