"""Slow reference functions over plain Python numbers, so obvious that nobody can get them wrong.

They share no code with ``evalcore``: no sorting, no searching, no numpy comparison.
"""

from __future__ import annotations

import math
import struct
from collections.abc import Sequence
from typing import Any

import numpy as np

OUTCOMES = ("TP", "FP", "FN", "TN")
_FORMATS = {"float16": "<e", "float32": "<f", "float64": "<d"}


def rounded(threshold: float, dtype: Any) -> float:
    """Round to the precision of the scores, as an IEEE store and load would."""
    form = _FORMATS[np.dtype(dtype).name]
    try:
        return struct.unpack(form, struct.pack(form, threshold))[0]
    except OverflowError:
        return math.copysign(math.inf, threshold)


def passes(score: float, threshold: float, operator: str) -> bool:
    if score == -math.inf:  # not scored
        return False
    return score > threshold if operator == ">" else score >= threshold


def first_of_the_highest(row: Sequence[float]) -> int:
    best = 0
    for j, score in enumerate(row):
        if score > row[best]:
            best = j
    return best


def predictions(
    scores: np.ndarray, thresholds: Sequence[float], *, operator: str, decision: str
) -> list[set[int]]:
    """Return the predicted concepts of each input."""
    exact = [rounded(t, scores.dtype) for t in thresholds]
    result = []
    for row in scores.tolist():
        chosen = {j for j, score in enumerate(row) if passes(score, exact[j], operator)}
        if decision == "top":
            chosen &= {first_of_the_highest(row)}
        result.append(chosen)
    return result


def outcome(*, labelled: bool, predicted: bool) -> str:
    if predicted:
        return "TP" if labelled else "FP"
    return "FN" if labelled else "TN"


def outcomes(
    predicted: list[set[int]], labelled: np.ndarray, known: np.ndarray
) -> dict[tuple[int, str], list[int]]:
    """Return the inputs of each (concept, outcome), over the pairs whose label is known."""
    n_inputs, n_concepts = labelled.shape
    result: dict[tuple[int, str], list[int]] = {
        (j, name): [] for j in range(n_concepts) for name in OUTCOMES
    }
    for i in range(n_inputs):
        for j in range(n_concepts):
            if known[i, j]:
                name = outcome(labelled=bool(labelled[i, j]), predicted=j in predicted[i])
                result[j, name].append(i)
    return result


def cells(
    predicted: list[set[int]], labelled: np.ndarray, known: np.ndarray
) -> dict[tuple[int, int], list[int]]:
    """Return the inputs of each cell; the last row is "no label", the last column "nothing".

    In "no label" stand the inputs that are known to show none of the concepts.
    """
    n_inputs, n_concepts = labelled.shape
    sides = range(n_concepts + 1)
    result: dict[tuple[int, int], list[int]] = {(i, j): [] for i in sides for j in sides}
    for position in range(n_inputs):
        rows = [i for i in range(n_concepts) if labelled[position, i]]
        if not rows and all(known[position].tolist()):
            rows = [n_concepts]
        for row in rows:
            for column in predicted[position] or {n_concepts}:
                result[row, column].append(position)
    return result


def lengths(groups: dict[tuple[int, int], list[int]]) -> list[list[int]]:
    """Return the matrix of the sizes of groups keyed by row and column."""
    side = 1 + max(i for i, _ in groups)
    return [[len(groups[i, j]) for j in range(side)] for i in range(side)]


def most_confident_first(members: Sequence[int], scores: Sequence[float]) -> list[int]:
    """Return members by falling score; equal scores keep their order (Python's sort is stable)."""
    return sorted(members, key=lambda i: -scores[i])


def roc_auc(labelled: Sequence[bool], scores: Sequence[float]) -> float:
    """Share of (positive, negative) pairs in the right order, ties half, counted pair by pair."""
    positives = [s for s, y in zip(scores, labelled, strict=True) if y]
    negatives = [s for s, y in zip(scores, labelled, strict=True) if not y]
    if not positives or not negatives:
        return math.nan
    won = sum((p > n) + (p == n) / 2 for p in positives for n in negatives)
    return won / (len(positives) * len(negatives))


def mean_of_defined(values: Sequence[float]) -> float:
    defined = [v for v in values if not math.isnan(v)]
    return sum(defined) / len(defined) if defined else math.nan


def mean_score(
    scores: np.ndarray, labelled: np.ndarray, i: int, j: int, *, inputs: Sequence[int]
) -> float:
    """Mean score for j over those of the inputs that are labelled i and scored for j."""
    chosen = [float(scores[n, j]) for n in inputs if labelled[n, i]]
    return mean_of_defined([s if s != -math.inf else math.nan for s in chosen])
