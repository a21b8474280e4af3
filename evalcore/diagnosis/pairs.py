"""Where two things together make the model worse than either of them does alone."""

from __future__ import annotations

import math
from itertools import combinations, islice
from statistics import NormalDist

import numpy as np

from evalcore.arrays import FloatArray
from evalcore.comparison.roc_auc import normal_p_value
from evalcore.diagnosis.columns import FEWEST_INPUTS, Column
from evalcore.diagnosis.finding import Finding, several
from evalcore.diagnosis.mistakes import Mistakes
from evalcore.diagnosis.slices import WORTH, group_in_words
from evalcore.wording import rate

__all__ = ["worse_together"]

MOST_PAIRS = 300
"""Pairs of columns that are looked at: each further one costs the others some of their power."""


def worse_together(mistakes: Mistakes, columns: tuple[Column, ...]) -> tuple[list[Finding], int]:
    """Find pairs of groups with more mistakes per input than in each group without the other.

    Returns
    -------
    tuple
        The findings, and how many pairs of groups were large enough to be tested. Both comparisons
        have to hold, so that the larger of their p-values counts.
    """
    per_input = mistakes.per_input.astype(np.float64)
    found, n_tests = [], 0
    for one, other in islice(combinations(columns, 2), MOST_PAIRS):
        table = _Table.of(one, other, per_input)
        tested = table.is_tested
        n_tests += int(tested.sum())
        for a, b in np.argwhere(tested).tolist():
            found += _worse(one, other, (a, b), table, per_input)
    return found, n_tests


class _Table:
    """Inputs, mistakes and their squares, by the groups of two columns.

    Parameters
    ----------
    sums : ndarray of shape (3, n_groups, n_groups_of_the_other)
    """

    def __init__(self, sums: FloatArray) -> None:
        self.both = sums
        self.first_only = sums.sum(axis=2, keepdims=True) - sums
        self.second_only = sums.sum(axis=1, keepdims=True) - sums

    @classmethod
    def of(cls, one: Column, other: Column, per_input: FloatArray) -> _Table:
        told = (one.codes >= 0) & (other.codes >= 0)
        shape = (len(one.values), len(other.values))
        place = one.codes[told] * shape[1] + other.codes[told]
        weights = (None, per_input[told], per_input[told] ** 2)
        sums = [
            np.bincount(place, weight, shape[0] * shape[1]).reshape(shape) for weight in weights
        ]
        return cls(np.array(sums, dtype=np.float64))

    @property
    def is_tested(self) -> np.ndarray[tuple[int, ...], np.dtype[np.bool_]]:
        parts = (self.both, self.first_only, self.second_only)
        enough = np.array([part[0] >= FEWEST_INPUTS for part in parts]).all(axis=0)
        return np.asarray(enough)


def _worse(
    one: Column, other: Column, place: tuple[int, int], table: _Table, per_input: FloatArray
) -> list[Finding]:
    n, mean, spread = _mean(table.both[:, *place])
    alone = [_mean(part[:, *place]) for part in (table.first_only, table.second_only)]
    more = min(mean - rest for _, rest, _ in alone)
    if more <= 0:
        return []
    deviations = [math.sqrt(spread + variance) for _, _, variance in alone]
    p_values = [
        normal_p_value(mean - rest, deviation) / 2
        for (_, rest, _), deviation in zip(alone, deviations, strict=True)
    ]
    if max(p_values) >= WORTH:
        return []
    reach = NormalDist().inv_cdf(0.975) * max(deviations)
    a, b = place
    here = np.flatnonzero((one.codes == a) & (other.codes == b))
    first, second = (
        group_in_words(column, column.values[k]) for column, k in ((one, a), (other, b))
    )
    there = [rate(rest, digits=2) for _, rest, _ in alone]
    said = rate(mean, beside=max(rest for _, rest, _ in alone), digits=2)
    return [
        Finding(
            kind="pair",
            subject=f"{one.name} = {one.values[a]}, {other.name} = {other.values[b]}",
            number=more,
            low=more - reach,
            high=more + reach,
            unit="more mistakes per input",
            inputs=here[np.argsort(-per_input[here], kind="stable")],
            mistakes=max(n * (more - reach), 0.0),
            p_value=max(p_values),
            headline=f"The model is worse where {first} and {second} come together: {said} "
            f"mistakes per input, {there[0]} and {there[1]} where only one of the two holds.",
            action=f"Look at these inputs; add examples where {first} and {second} to the "
            "training data.",
            gain=f"About {several(round(n * more), 'mistake')} fewer, if it became as good there "
            "as where one of the two holds.",
        )
    ]


def _mean(sums: FloatArray) -> tuple[float, float, float]:
    """Return the number of inputs, the mean, and the variance of the mean."""
    n, total, squares = (float(value) for value in sums)
    mean = total / n
    return n, mean, max(squares - n * mean * mean, 0.0) / (n - 1) / n
