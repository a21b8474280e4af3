"""The ground truth of an NPZ file, in any of the forms in which arrays hold it."""

from __future__ import annotations

import sys
from typing import Any

import numpy as np
import numpy.typing as npt

from evalcore.arrays import BoolArray
from evalcore.errors import Cases, RunError
from evalcore.readers.folder.truth import read_truth
from evalcore.runs.given import UNKNOWN
from evalcore.runs.labels import Labels
from evalcore.runs.load_report import Notice

__all__ = ["array_labels", "array_texts"]

Array = npt.NDArray[Any]


def array_labels(
    file: str, arrays: dict[str, Array], concepts: tuple[str, ...]
) -> tuple[Labels, tuple[Notice, ...]]:
    """Read the labels: names, positions or a matrix of 0 and 1, and what is known.

    As in ``EvalRun.from_arrays`` -1, -100 and NaN say that nobody knows.

    Raises
    ------
    RunError
        When a position is none, or the type is another.
    """
    notices: tuple[Notice, ...] = ()
    labels, known = arrays["labels"], arrays.get("known")
    shape = (len(labels), len(concepts))
    if labels.ndim == 2 or (labels.dtype == bool and len(concepts) == 1):
        unknown = _require_flags(file, labels).reshape(shape)
        found = Labels.from_dense(labels.reshape(shape) == 1, known=~unknown)
    elif labels.dtype.kind in "US":
        truth = read_truth(
            file,
            rows=np.arange(len(labels)),
            cells=array_texts(file, "labels", labels),
            absent=None,
            concepts=concepts,
            separator="\0",  # a name in an array is one name
        )
        found, notices = truth.labels, truth.notices
    else:
        found = _positions(file, labels, concepts)
    if labels.dtype.kind not in "US" and found.n_with_unknown and known is None:
        notices = (*notices, _said_unknown(file, found.n_with_unknown))
    if known is None:
        return found, notices
    _require_bools(file, "known", known)
    both = known.astype(bool) if found.known is None else known.astype(bool) & found.known
    pairs = np.column_stack([found.inputs, found.concepts])
    doubted = ~known.astype(bool)[found.inputs, found.concepts]
    pairs, n_doubted = pairs[~doubted], int(doubted.sum())
    if n_doubted:
        text = (
            f"{file}: {n_doubted:,} label(s) are not 'known'. They count as unknown. "
            "Hint: set 'known' to True where there is a label, or take the label away."
        )
        notices = (*notices, Notice(level="warning", text=text, count=n_doubted))
    return Labels(n_inputs=shape[0], n_concepts=shape[1], pairs=pairs, known=both), notices


def _said_unknown(file: str, n_inputs: int) -> Notice:
    left_out = f"{n_inputs:,} inputs have labels that nobody knows (-1, -100 or NaN)"
    text = f"{file}: {left_out}. They take no part in the numbers of these concepts."
    return Notice(level="info", text=text, count=n_inputs, left_out=left_out)


def _positions(file: str, labels: Array, concepts: tuple[str, ...]) -> Labels:
    if labels.dtype.kind not in "iuf":
        msg = (
            f"{file}: array 'labels' holds {labels.dtype}, but labels are names, positions of "
            "concepts (-1 or NaN where nobody knows), or a matrix of 0 and 1."
        )
        raise RunError(msg)
    unknown = _is_unknown(labels)
    bad = Cases()
    for k in np.flatnonzero(~unknown & ~np.isin(labels, np.arange(len(concepts)))).tolist():
        bad.add(f"labels[{k}] is {labels[k]}")
    if bad.count:
        msg = (
            f"{file}: {bad.count:,} labels are no concept positions: {bad}. "
            f"Allowed are 0 to {len(concepts) - 1}, and -1 where nobody knows. Hint: count from 0; "
            "for inputs that show none of the concepts save a matrix of 0 and 1."
        )
        raise RunError(msg)
    inputs = np.flatnonzero(~unknown)
    return Labels(
        n_inputs=len(labels),
        n_concepts=len(concepts),
        pairs=np.column_stack([inputs, labels[inputs].astype(np.int64)]),
        known=np.repeat(~unknown[:, None], len(concepts), axis=1),
    )


def _is_unknown(array: Array) -> BoolArray:
    return np.isin(array, UNKNOWN) | (array != array)  # noqa: PLR0124 - NaN


def _require_flags(file: str, labels: Array) -> BoolArray:
    """Return which labels of a matrix nobody knows.

    Raises
    ------
    RunError
        When it holds anything but 0, 1 and what stands for unknown.
    """
    if labels.dtype == bool:
        return np.zeros(labels.shape, dtype=bool)
    if labels.dtype.kind in "iuf":
        unknown = _is_unknown(labels)
        if (unknown | np.isin(labels, (0, 1))).all():
            return unknown
    raise _no_flags(file, "labels", labels, more="; -1 or NaN where nobody knows")


def _require_bools(file: str, name: str, array: Array) -> None:
    if array.dtype != bool and not (array.dtype.kind in "iu" and np.isin(array, (0, 1)).all()):
        raise _no_flags(file, name, array)


def _no_flags(file: str, name: str, array: Array, *, more: str = "") -> RunError:
    has_order = array.dtype.kind in "iuf" and array.size > 0
    span = f" from {np.nanmin(array)} to {np.nanmax(array)}" if has_order else ""
    hint = "(array > 0.5) turns probabilities into labels" if array.dtype.kind == "f" else ""
    if array.dtype.kind in "US":
        hint = "save one name per input, or one column of 0 and 1 per concept"
    return RunError(
        f"{file}: array {name!r} of shape {array.shape} must hold True and False (or 1 and 0{more})"
        f", got {array.dtype}{span}. Hint: {hint or 'save one name or position per input'}."
    )


def array_texts(file: str, name: str, array: Array) -> list[str]:
    """Return an array of texts or integers as texts.

    Raises
    ------
    RunError
        When it holds anything else.
    """
    if array.dtype.kind == "S":
        try:
            return [item.decode() for item in array.tolist()]
        except UnicodeDecodeError as error:
            msg = f"{file}: array {name!r} holds bytes that are no UTF-8 ({error})."
            raise RunError(msg) from None
    if array.dtype.kind not in "Uiu":
        msg = (
            f"{file}: array {name!r} holds {array.dtype}, but it must hold texts or integers. "
            "Hint: convert it with array.astype(str)."
        )
        raise RunError(msg)
    if array.dtype.kind == "U" and array.size and array.dtype.itemsize:
        last = int(np.ascontiguousarray(array).view(np.uint32).max())
        if last > sys.maxunicode:
            msg = (
                f"{file}: array {name!r} holds the code {last:#x}, which is no Unicode character. "
                "Hint: the file is damaged; copy or save it again."
            )
            raise RunError(msg)
    return [str(item) for item in array.tolist()]
