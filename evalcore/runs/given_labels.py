"""Labels as people hand them over: tables of bools, names, positions, lists of either."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from evalcore.errors import RunError, did_you_mean, shorten
from evalcore.runs.labels import Labels

__all__ = ["parse_labels"]


def parse_labels(labels: Any, concepts: tuple[str, ...], *, known: Any) -> Labels:  # noqa: ANN401
    """Read labels given as a table of bools, or as names, positions or lists of them per input.

    Raises
    ------
    RunError
        When an entry is neither the name nor the position of a concept.
    """
    array = labels if isinstance(labels, np.ndarray) else None
    known_matrix = None if known is None else np.asarray(known, dtype=bool)
    if array is None and _is_table_of_bools(labels):
        array = np.array(labels)
    if array is not None and array.ndim == 2 and array.dtype.kind in "biuf":
        return Labels.from_dense(array.astype(bool), known=known_matrix)
    position = {name: j for j, name in enumerate(concepts)}
    lists = [[_position(item, position) for item in _items(entry)] for entry in labels]
    parsed = Labels.from_lists(lists, n_concepts=len(concepts))
    return parsed if known_matrix is None else Labels.from_dense(parsed.dense(), known=known_matrix)


def _is_table_of_bools(labels: Any) -> bool:  # noqa: ANN401
    return all(
        isinstance(row, (list, tuple)) and all(isinstance(x, (bool, np.bool_)) for x in row)
        for row in labels
    ) and any(len(row) for row in labels)


def _items(entry: Any) -> Iterable[Any]:  # noqa: ANN401
    if entry is None:
        return ()
    if isinstance(entry, (str, int, np.integer)) or not isinstance(entry, Iterable):
        return (entry,)
    return tuple(entry)


def _position(item: Any, position: Mapping[str, int]) -> int:  # noqa: ANN401
    if isinstance(item, str):
        if item not in position:
            msg = f"Label {shorten(item)} is no concept of this run."
            raise RunError(msg + did_you_mean(item, position))
        return position[item]
    if isinstance(item, (bool, np.bool_)) or not isinstance(item, (int, np.integer)):
        msg = f"Label {shorten(item)} is neither the name nor the position of a concept."
        raise RunError(msg)
    if not 0 <= int(item) < len(position):
        msg = f"Label {item} is no concept position; there are {len(position)} concepts."
        raise RunError(msg)
    return int(item)
