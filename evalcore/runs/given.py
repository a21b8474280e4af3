"""Scores, labels, splits, texts and images as people hand them over, as a run keeps them."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from evalcore.arrays import IntArray, ScoreArray, TextArray
from evalcore.errors import RunError, did_you_mean, shorten
from evalcore.runs.images import EmbeddedImages, FileImages, Images
from evalcore.runs.labels import Labels

__all__ = [
    "Task",
    "as_images",
    "as_scores",
    "as_text_array",
    "encode_folds",
    "guess_task",
    "parse_labels",
]

Task = Literal["single_label", "multi_label"]


def guess_task(labels: Labels) -> Task:
    """Return ``single_label`` when no input has two labels and there is a choice of concepts."""
    at_most_one = int(np.diff(labels.input_starts).max(initial=0)) <= 1
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


def as_scores(values: npt.ArrayLike) -> ScoreArray:
    """Return scores as a C-contiguous float matrix; integers and bools become float64.

    Raises
    ------
    RunError
        When the array is not two-dimensional or not numeric.
    """
    matrix = np.asarray(values)
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


def _natural(text: str) -> tuple[bool, int, str]:
    return (not text.isdecimal(), int(text) if text.isdecimal() else 0, text)


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
