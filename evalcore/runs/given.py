"""Scores, labels, splits, texts and images as people hand them over, as a run keeps them."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from evalcore.arrays import BoolArray, IntArray, ScoreArray, TextArray
from evalcore.errors import RunError, did_you_mean, shorten
from evalcore.runs.images import EmbeddedImages, FileImages, Images
from evalcore.runs.labels import Labels

__all__ = [
    "UNKNOWN",
    "Task",
    "are_flags",
    "as_images",
    "as_scores",
    "as_text_array",
    "encode_folds",
    "guess_task",
    "parse_labels",
    "table_names",
]

Task = Literal["single_label", "multi_label"]

UNKNOWN = (-1, -100)
"""Numbers that stand for a label which nobody knows, as NaN does."""


def guess_task(labels: Labels) -> Task:
    """Return ``single_label`` when no input has two labels and there is a choice of concepts.

    Where an input is labelled with one concept and may show another, it may have two.
    """
    at_most_one = int(np.diff(labels.input_starts).max(initial=0)) <= 1
    if not labels.fully_known[labels.inputs].all():
        return "multi_label"
    return "single_label" if at_most_one and labels.n_concepts > 1 else "multi_label"


def as_text_array(values: Sequence[Any] | TextArray) -> TextArray:
    """Return values as an object array of texts, None as ``""``."""
    array = np.empty(len(values), dtype=object)
    array[:] = ["" if value is None else str(value) for value in values]
    return array


def as_images(images: Images | Sequence[Any] | None) -> Images | None:
    """Return images given as bytes, or as paths of files, in the form a run keeps.

    Parameters
    ----------
    images
        One entry per input: encoded bytes, or a path, or None. Paths are read later, from the
        folder that holds all of them; nothing outside that folder is.

    Raises
    ------
    RunError
        When an entry is of another type, or bytes and paths are mixed.
    """
    if images is None or isinstance(images, (EmbeddedImages, FileImages)):
        return images
    if not isinstance(images, (Sequence, np.ndarray)):
        return images  # anything else with the methods of Images
    items = list(images)
    kinds = {type(item) for item in items if item is not None}
    if all(issubclass(kind, (bytes, bytearray)) for kind in kinds):
        payloads = [None if item is None else bytes(item) for item in items]
        return EmbeddedImages(payloads, [""] * len(items))
    if all(issubclass(kind, (str, os.PathLike)) for kind in kinds):
        return _files([None if item is None else Path(item).absolute() for item in items])
    names = ", ".join(sorted(kind.__name__ for kind in kinds))
    msg = (
        f"images: every entry must be bytes, or every entry a path, got {names}, "
        f"first {shorten(next(item for item in items if item is not None))}. "
        "Hint: encode arrays as PNG bytes first."
    )
    raise RunError(msg)


def _files(paths: Sequence[Path | None]) -> FileImages:
    parents = [str(path.parent) for path in paths if path is not None]
    try:
        root = Path(os.path.commonpath(parents))
    except ValueError:
        msg = "images: the paths lie on several drives. Hint: copy them into one folder."
        raise RunError(msg) from None
    return FileImages(
        root, ["" if path is None else path.relative_to(root).as_posix() for path in paths]
    )


def as_scores(values: npt.ArrayLike, *, is_binary: bool = False) -> ScoreArray:
    """Return scores as a C-contiguous float matrix; integers and bools become float64.

    Parameters
    ----------
    is_binary
        Whether one score per input is allowed: that of the only concept.

    Raises
    ------
    RunError
        When the array is not two-dimensional or not numeric.
    """
    matrix = np.asarray(values)
    if matrix.ndim == 1 and matrix.size and is_binary:
        matrix = matrix[:, None]
    if matrix.ndim != 2:
        msg = f"Scores need the shape (inputs, concepts), got {matrix.shape}."
        raise RunError(msg)
    if matrix.dtype.kind in "iub":
        matrix = matrix.astype(np.float64)
    if matrix.dtype not in (np.float16, np.float32, np.float64):
        msg = f"Scores must be float16, float32, float64 or integers, got {matrix.dtype}."
        raise RunError(msg)
    return np.ascontiguousarray(matrix)


def encode_folds(folds: Sequence[Any] | None) -> tuple[tuple[str, ...], IntArray | None]:
    """Return the names of the splits, numbers in their order, and each input's split."""
    if folds is None:
        return (), None
    texts = [str(fold) for fold in folds]
    names = tuple(sorted(set(texts), key=_natural))
    code = {name: k for k, name in enumerate(names)}
    return names, np.array([code[text] for text in texts], dtype=np.int64)


def _natural(text: str) -> tuple[bool, int, str, str]:
    # by length, then digit by digit: of a number of thousands of digits Python makes no integer
    digits = text.lstrip("0") if text.isascii() and text.isdigit() else ""
    return (not text.isdecimal(), len(digits), digits, text)


def parse_labels(labels: Any, concepts: tuple[str, ...], *, known: Any) -> Labels:  # noqa: ANN401 - any form that people have
    """Read labels given as a table of 0 and 1, or as names, positions or lists of them per input.

    -1, -100 and NaN are unknown; what ``known`` says always wins.

    Raises
    ------
    RunError
        When an entry is neither the name nor the position of a concept, or a table holds other
        numbers.
    """
    array = _as_array(labels, concepts)
    if array is not None and array.ndim == 1 and len(concepts) == 1:
        array = array[:, None]
    if array is not None and array.ndim == 2:
        labelled, found = _flags(array)
    elif array is not None and array.dtype.kind in "iuf":
        labelled, found = _from_positions(array, concepts)
    else:
        position = {name: j for j, name in enumerate(concepts)}
        lists = [[_position(item, position) for item in _items(entry)] for entry in labels]
        from_lists = Labels.from_lists(lists, n_concepts=len(concepts))
        if known is None:
            return from_lists
        labelled, found = from_lists.dense(), None
    if known is not None:
        found = np.asarray(known, dtype=bool)
        if found.shape != labelled.shape:
            msg = f"known: the shape {found.shape} is not that of the labels, {labelled.shape}."
            raise RunError(msg)
        labelled &= found
    return Labels.from_dense(labelled, known=found)


def are_flags(labels: Any) -> bool:  # noqa: ANN401 - any form that people have
    """Tell whether labels are numbers or bools, one per input, as those of binary classifiers."""
    try:
        array = np.asarray(labels)
    except ValueError:
        return False
    return array.ndim <= 2 and array.dtype.kind in "biuf"


def table_names(table: Any) -> list[str] | None:  # noqa: ANN401 - a table of any library
    """Return the names of the columns of a table such as a DataFrame; None for anything else."""
    if not (hasattr(table, "columns") and hasattr(table, "to_numpy")):
        return None
    return [str(name) for name in table.columns]


def _as_array(labels: Any, concepts: tuple[str, ...]) -> Any:  # noqa: ANN401 - any form
    """Return a numeric array for tables of numbers, columns of numbers, and one-hot lists."""
    names = table_names(labels)
    if names is not None:
        by_name = {name: k for k, name in enumerate(names)}
        array = np.asarray(labels.to_numpy())
        if set(by_name) == set(concepts) and len(names) == len(concepts):
            array = array[:, [by_name[name] for name in concepts]]
    elif isinstance(labels, np.ndarray) or hasattr(labels, "to_numpy"):
        array = np.asarray(labels)
    else:
        array = _one_hot(labels, len(concepts))
        if array is None:
            return None
    if array.dtype == object and array.ndim == 2:
        array = array.astype(np.float64)
    return array if array.dtype.kind in "biuf" else None


def _one_hot(labels: Any, n_concepts: int) -> Any:  # noqa: ANN401 - any form
    """Return lists of 0 and 1, one per concept, or of one number per input, as an array."""
    entries = list(labels)
    are_rows = all(
        isinstance(row, (list, tuple, np.ndarray)) and len(row) == n_concepts for row in entries
    )
    if not entries or not (are_rows or n_concepts == 1):
        return None
    try:
        array = np.array(entries)
    except ValueError:
        return None
    if array.dtype.kind not in "biuf" or array.ndim > 2:
        return None
    # one list with a single 0 is a position as well: only a 1 tells that it is none
    is_certain = n_concepts > 1 or array.dtype.kind == "b" or (array != 0).any()
    flags = np.isin(array, (0, 1, *UNKNOWN)) | (array != array)  # noqa: PLR0124 - NaN
    return array if is_certain and (flags.all() or array.dtype.kind == "f") else None


def _flags(array: Any) -> tuple[BoolArray, BoolArray | None]:  # noqa: ANN401 - any dtype
    """Return what a table of 0, 1 and unknown says is labelled, and what is known."""
    unknown = np.isin(array, UNKNOWN) | (array != array)  # noqa: PLR0124 - NaN
    wrong = ~unknown & ~np.isin(array, (0, 1))
    if wrong.any():
        row, column = map(int, np.argwhere(wrong)[0])
        msg = (
            f"A table of labels holds {int(wrong.sum()):,} numbers that are neither 0, 1 nor "
            f"unknown (-1, -100, NaN), first {array[row, column]} of input {row} for concept "
            f"{column}. Hint: write labels > 0.5 when they are probabilities, and known=... for "
            "what nobody knows."
        )
        raise RunError(msg)
    return array == 1, ~unknown if unknown.any() else None


def _from_positions(
    array: Any,  # noqa: ANN401 - ints or floats
    concepts: tuple[str, ...],
) -> tuple[BoolArray, BoolArray | None]:
    """Return the labels given as one position per input; -1, -100 and NaN are unknown."""
    unknown = np.isin(array, UNKNOWN) | (array != array)  # noqa: PLR0124 - NaN
    wrong = ~unknown & ~np.isin(array, np.arange(len(concepts)))
    if wrong.any():
        first = array[wrong][0]
        msg = f"Label {first} is no concept position; there are {len(concepts)} concepts."
        raise RunError(msg)
    labelled = np.zeros((len(array), len(concepts)), dtype=bool)
    rows = np.flatnonzero(~unknown)
    labelled[rows, array[rows].astype(np.int64)] = True
    if not unknown.any():
        return labelled, None
    return labelled, np.repeat(~unknown[:, None], len(concepts), axis=1)


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
