"""Runs as NumPy arrays in one NPZ file: scores, labels, concepts."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from evalcore.arrays import ScoreArray
from evalcore.errors import N_SHOWN, Cases, RunError, did_you_mean, listing
from evalcore.readers.folder.notices import (
    label_notices,
    name_notices,
    score_notices,
    split_notices,
)
from evalcore.readers.npz.arrays import read_arrays
from evalcore.readers.npz.labels import array_labels, array_texts
from evalcore.readers.tables.content import read_head
from evalcore.readers.tables.limits import check_size
from evalcore.readers.tables.table import as_texts, raise_bad_scores
from evalcore.runs.given import encode_folds, guess_task
from evalcore.runs.load_report import ColumnRole, LoadReport, Notice
from evalcore.runs.run import EvalRun

__all__ = ["NpzReader"]

Array = npt.NDArray[Any]
ROLES: Mapping[str, str] = {
    "scores": "score",
    "labels": "labels",
    "concepts": "concepts",
    "ids": "id",
    "folds": "split",
    "known": "not labelled",
    "texts": "text",
}
"""Name of an array to what it is taken for."""
OTHER_NAMES = {
    "y_score": "scores",
    "y_prob": "scores",
    "y_pred_proba": "scores",
    "probs": "scores",
    "y_true": "labels",
    "class_names": "concepts",
    "classes": "concepts",
}
"""Names that scikit-learn and others give, which are taken when ours are not there."""


class NpzReader:
    """Reads ``scores`` (inputs, concepts), ``labels``, and what else there is of ``ROLES``."""

    name = "NumPy arrays (NPZ)"

    def recognises(self, path: Path) -> bool:
        """Tell whether a file is a ZIP that starts with an array."""
        try:
            head = read_head(path) if path.is_file() else b""
        except (RunError, OSError, ValueError):
            return False
        length = int.from_bytes(head[26:28], "little")
        return head.startswith(b"PK\3\4") and head[30 : 30 + length].endswith(b".npy")

    def read(self, path: Path) -> EvalRun:
        """Read the arrays and check that they fit each other.

        Raises
        ------
        RunError
            When an array is missing, damaged, of another shape or type, or holds pickled objects.
        """
        try:
            arrays, others = read_arrays(path, (*ROLES, *OTHER_NAMES))
            return _build(path, *_renamed(arrays, others))
        except OSError as error:
            msg = f"{path.name}: cannot be read: {error.strerror}."
            raise RunError(msg) from None


def _renamed(arrays: dict[str, Array], others: list[str]) -> tuple[dict[str, Array], list[str]]:
    """Return the arrays by our names; a second one for the same is ignored."""
    found = {name: array for name, array in arrays.items() if name in ROLES}
    for name, array in arrays.items():
        ours = OTHER_NAMES.get(name)
        if ours is not None and ours not in found:
            found[ours] = array
        elif ours is not None:
            others = [*others, name]
    return found, others


def _build(path: Path, arrays: dict[str, Array], others: list[str]) -> EvalRun:
    file = path.name
    scores = _scores(file, arrays, others)
    labels, mended = _one_row_of_labels(file, arrays["labels"], scores.shape)
    arrays = arrays | {"labels": labels}
    _check_lengths(file, arrays, scores.shape)
    concepts = _concepts(file, arrays.get("concepts"), scores.shape[1])
    truth, notices = array_labels(file, arrays, concepts)
    task = guess_task(truth)
    fold_names, folds = encode_folds(_texts(file, arrays, "folds"))
    ids = _texts(file, arrays, "ids") or [str(k) for k in range(len(scores))]
    texts = _texts(file, arrays, "texts")
    found = (
        *_ignored(file, others),
        *mended,
        *notices,
        *label_notices(concepts, truth),
        *name_notices(concepts, truth.total.tolist()),
        *score_notices(concepts, scores, task=task),
        *split_notices(fold_names),
    )
    try:
        return EvalRun(
            concepts=concepts,
            scores=scores,
            labels=truth,
            ids=as_texts(ids),
            task=task,
            name=path.stem,
            folds=folds,
            fold_names=fold_names,
            texts=None if texts is None else as_texts(texts),
            report=_report(file, arrays, others, found),
        )
    except RunError as error:
        msg = f"{file}: {error}"
        raise RunError(msg) from None


def _one_row_of_labels(
    file: str, labels: Array, shape: tuple[int, ...]
) -> tuple[Array, tuple[Notice, ...]]:
    """Return labels that stand in a column as a row, and what to say about that."""
    if not _is_column_of_labels(labels, shape):
        return labels, ()
    text = f"{file}: 'labels' of shape {labels.shape} was read as one label per input."
    return labels.ravel(), (Notice(level="mended", text=text),)


def _scores(file: str, arrays: dict[str, Array], others: list[str]) -> ScoreArray:
    for name in ("scores", "labels"):
        if name not in arrays:
            there = listing([*arrays, *others])
            msg = (
                f"{file}: no array {name!r}; the arrays are {there}.{did_you_mean(name, others)} "
                "Hint: save it with np.savez('run.npz', scores=..., labels=..., concepts=...)."
            )
            raise RunError(msg)
    scores = arrays["scores"]
    if scores.ndim == 2 and not len(scores):
        msg = f"{file}: array 'scores' has no rows. Hint: save the scores of every input."
        raise RunError(msg)
    if scores.ndim != 2 or 0 in scores.shape:
        msg = (
            f"{file}: array 'scores' needs the shape (inputs, concepts), got {scores.shape}. "
            "Hint: for one concept, save scores[:, None]."
        )
        raise RunError(msg)
    check_size(file, n_rows=scores.shape[0], n_columns=scores.shape[1])
    if scores.dtype.kind in "iub":
        scores = scores.astype(np.float64)
    if scores.dtype not in (np.float16, np.float32, np.float64):
        msg = (
            f"{file}: array 'scores' holds {scores.dtype}, but scores must be float16, float32, "
            "float64 or integers. Hint: convert it with scores.astype(np.float64)."
        )
        raise RunError(msg)
    if not np.isfinite(scores).all():
        _refuse_bad_scores(file, scores)
    return np.ascontiguousarray(scores)


def _is_column_of_labels(labels: Array, shape: tuple[int, ...]) -> bool:
    """Tell whether one name or position per input stands in a column of its own."""
    return labels.shape == (shape[0], 1) and (shape[1] > 1 or labels.dtype.kind in "US")


def _refuse_bad_scores(file: str, scores: Array) -> None:
    bad = Cases()
    wrong = ~np.isfinite(scores)
    rows = np.flatnonzero(wrong.any(axis=1))[:N_SHOWN]
    for k, column in np.argwhere(wrong[rows])[:N_SHOWN].tolist():
        bad.add(f"scores[{rows[k]}, {column}] is {scores[rows[k], column]}")
    bad.add_more(int(wrong.sum()) - bad.count)
    raise_bad_scores(
        file, bad, hint="drop these inputs, or save pairs that have a score as sparse."
    )


def _check_lengths(file: str, arrays: dict[str, Array], shape: tuple[int, ...]) -> None:
    n_inputs, n_concepts = shape
    wrong = []
    for name, array in arrays.items():
        wanted: tuple[tuple[int, ...], ...] = ((n_inputs,),)
        if name in ("scores", "known"):
            wanted = (shape,)
        elif name == "labels":
            wanted = ((n_inputs,), shape)
        elif name == "concepts":
            wanted = ((n_concepts,),)
        if array.shape not in wanted:
            wrong.append(f"{name!r} has the shape {array.shape}")
    if wrong:
        turned = arrays["labels"].shape[:1] == (n_concepts,) != (n_inputs,)
        hint = "transpose one of them (scores.T)" if turned else "save arrays of the same inputs"
        msg = (
            f"{file}: 'scores' has the shape {shape} = (inputs, concepts), but "
            f"{' and '.join(wrong)}. Hint: {hint}."
        )
        raise RunError(msg)


def _concepts(file: str, array: Array | None, n_concepts: int) -> tuple[str, ...]:
    if array is None:
        return tuple(f"concept {k}" for k in range(n_concepts))
    return tuple(array_texts(file, "concepts", array))


def _texts(file: str, arrays: dict[str, Array], name: str) -> list[str] | None:
    return array_texts(file, name, arrays[name]) if name in arrays else None


def _ignored(file: str, others: list[str]) -> list[Notice]:
    text = (
        f"{file}: {len(others)} array(s) mean nothing here and are ignored: {listing(others)}."
        f"{did_you_mean(others[0], ROLES) if others else ''}"
    )
    return [Notice(level="warning", text=text, count=len(others))] if others else []


def _report(
    file: str, arrays: dict[str, Array], others: list[str], notices: tuple[Notice, ...]
) -> LoadReport:
    columns = [
        ColumnRole(column=name, role=ROLES[name], detail=f"{array.dtype} of shape {array.shape}")
        for name, array in arrays.items()
    ]
    columns += [ColumnRole(column=name, role="ignored") for name in others]
    return LoadReport(source=file, format=NpzReader.name, columns=columns, notices=notices)
