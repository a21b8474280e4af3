"""Groups of inputs to look at: metadata, splits, and properties of the inputs themselves."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from evalcore.arrays import FloatArray, IntArray, TextArray
from evalcore.runs.run import EvalRun

__all__ = ["FEWEST_INPUTS", "Column", "columns_of"]

MOST_VALUES = 50
FEWEST_INPUTS = 20
"""A smaller group can hardly show anything, and would cost the others a test."""
N_PARTS = 5
PARTS = ("lowest fifth", "second fifth", "middle fifth", "fourth fifth", "highest fifth")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Column:
    """A way to divide the inputs into groups.

    Parameters
    ----------
    name
    values
        What each group is called.
    codes : ndarray of shape (n_inputs,), int64
        Place of each input's group in ``values``; -1 for none.
    kind
        ``metadata``, ``split`` or ``property``.
    """

    name: str
    values: tuple[str, ...]
    codes: IntArray
    kind: str


def columns_of(
    run: EvalRun, *, properties: Mapping[str, FloatArray | TextArray] | None = None
) -> tuple[Column, ...]:
    """Return every way to divide a run's inputs that leaves groups of twenty at least.

    Parameters
    ----------
    properties
        Name to one number, or one text, per input; numbers are divided into fifths.
    """
    found = [
        _of_texts(name, cells, kind="metadata") or _of_numeric_texts(name, cells)
        for name, cells in run.metadata.items()
    ]
    if run.folds is not None:
        names = np.array([*run.fold_names, None], dtype=object)[:-1]
        found.append(_of_texts("split", names[run.folds], kind="split"))
    for name, values in (properties or {}).items():
        if values.dtype == object:
            found.append(_of_texts(name, values.astype(object), kind="property"))
        else:
            found.append(_of_numbers(name, values.astype(np.float64), kind="property"))
    return tuple(column for column in found if column is not None)


def _of_texts(name: str, cells: TextArray, *, kind: str) -> Column | None:
    values, codes, counts = np.unique(
        np.asarray(cells, dtype=str), return_inverse=True, return_counts=True
    )
    if not 2 <= values.size <= MOST_VALUES:
        return None
    return _kept(Column(name=name, values=tuple(values.tolist()), codes=codes, kind=kind), counts)


def _of_numeric_texts(name: str, cells: TextArray) -> Column | None:
    try:
        numbers = np.array([float(cell) if cell else np.nan for cell in cells.tolist()])
    except ValueError:
        return None
    return _of_numbers(name, numbers, kind="metadata")


def _of_numbers(name: str, numbers: FloatArray, *, kind: str) -> Column | None:
    told = np.isfinite(numbers)
    if told.sum() < N_PARTS * FEWEST_INPUTS:
        return None
    cuts = np.unique(np.quantile(numbers[told], np.arange(1, N_PARTS) / N_PARTS))
    codes = np.full(numbers.size, -1, dtype=np.int64)
    codes[told] = np.searchsorted(cuts, numbers[told], side="left")
    counts = np.bincount(codes[told], minlength=cuts.size + 1)
    values: tuple[str, ...] = PARTS
    if cuts.size != N_PARTS - 1:
        ends = [f"{cut:.4g}" for cut in cuts]
        values = (f"up to {ends[0]}", *(f"above {end}" for end in ends))
    return _kept(Column(name=name, values=values, codes=codes, kind=kind), counts)


def _kept(column: Column, counts: IntArray) -> Column | None:
    """Drop groups that are too small; None when fewer than two groups are left."""
    large = counts >= FEWEST_INPUTS
    if large.sum() < 1 or (counts > 0).sum() < 2:
        return None
    place = np.where(large, np.cumsum(large) - 1, -1)
    values = tuple(value for value, kept in zip(column.values, large, strict=True) if kept)
    codes = np.where(column.codes >= 0, place[column.codes], -1)
    return Column(name=column.name, values=values, codes=codes, kind=column.kind)
