"""A run put together of parts: its columns stay where they are, its labels are the parts' own."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import fields
from typing import Any, cast

import numpy as np

from evalcore.errors import RunError, listing
from evalcore.runs.images import EmbeddedImages, FileImages, Images
from evalcore.runs.joined import JoinedRows
from evalcore.runs.labels import Labels
from evalcore.runs.load_report import LoadReport
from evalcore.runs.run import EvalRun

__all__ = ["joined", "made_of", "refuse_large"]

MOST_SCORES = 20_000_000
"""Of a run in parts that is looked at input by input."""

ALIKE = (
    *("concepts", "task", "name", "model", "model_version", "dataset", "dataset_version"),
    *("description", "fold_names", "default_operator", "default_threshold"),
)
"""What the parts of one run have in common."""


def joined(parts: Sequence[EvalRun], *, labels: Labels | None = None, **about: Any) -> EvalRun:  # noqa: ANN401 - fields of a run
    """Return the run whose inputs are those of the parts, one part after another.

    Parameters
    ----------
    parts
        Runs of the same concepts, task and dtype, checked as runs are; no id occurs in two.
    labels
        Those of all parts, where they were put together before.
    about
        Fields that are another's than the first part's: ``name``, ``report``, ``fingerprint`` ...

    Raises
    ------
    RunError
        When the parts are not of one run.

    Examples
    --------
    >>> one = EvalRun.from_arrays([[0.9]], [[0]], ids=["a"])
    >>> other = EvalRun.from_arrays([[0.2]], [[]], ids=["b"], task=one.task)
    >>> run = joined([one, other])
    >>> run.n_inputs, run.ids[1], run.labels.total.tolist()
    (2, 'b', [1])
    """
    _require_alike(parts)
    first = parts[0]
    digest = hashlib.blake2b("".join(part.fingerprint for part in parts).encode(), digest_size=16)
    values = {
        "scores": JoinedRows([part.scores for part in parts]),
        "labels": labels or Labels.joined([part.labels for part in parts]),
        "ids": JoinedRows([part.ids for part in parts]),
        "folds": _column([part.folds for part in parts]),
        "texts": _column([part.texts for part in parts]),
        "metadata": {
            name: JoinedRows([part.metadata[name] for part in parts]) for name in first.metadata
        },
        "images": _images([part.images for part in parts]),
        "fingerprint": digest.hexdigest(),
        "parts": tuple(parts),
        **about,
    }
    alike = {name: getattr(first, name) for name in (*ALIKE, "report")}
    return made_of(alike | values)


def refuse_large(run: EvalRun, *, what: str) -> None:
    """Refuse what looks at every input by itself, for a large run in parts.

    Parameters
    ----------
    what
        What asks, such as ``Improve``.

    Raises
    ------
    RunError
        When the run is in parts and has more scores than that is made for.
    """
    if run.parts and run.scores.size > MOST_SCORES:
        msg = (
            f"{what} looks at every input by itself, and this run is in {len(run.parts):,} parts "
            f"with {run.n_inputs:,} inputs in all. Hint: choose a split or a slice of it."
        )
        raise RunError(msg)


def made_of(values: Mapping[str, Any]) -> EvalRun:
    """Return a run of fields that were checked before, without checking them again.

    What is not named is as in a run that says nothing of it.
    """
    made = object.__new__(EvalRun)
    for field in fields(EvalRun):
        default = {} if field.name == "metadata" else field.default
        value = LoadReport() if field.name == "report" else default
        object.__setattr__(made, field.name, values.get(field.name, value))
    return made


def _require_alike(parts: Sequence[EvalRun]) -> None:
    first = parts[0]
    for k, part in enumerate(parts):
        different = [name for name in ALIKE if getattr(part, name) != getattr(first, name)]
        if part.scores.dtype != first.scores.dtype:
            different.append("scores")
        if list(part.metadata) != list(first.metadata):
            different.append("metadata")
        if different:
            msg = f"Part {k + 1} is none of this run: it has other {listing(different)}."
            raise RunError(msg)


def _column(pieces: Sequence[Any]) -> Any:  # noqa: ANN401 - rows that are read like an array
    return None if any(piece is None for piece in pieces) else JoinedRows(pieces)


def _images(pieces: Sequence[Images | None]) -> Images | None:
    if any(piece is None for piece in pieces):
        return None
    if isinstance(pieces[0], FileImages):
        files = cast("Sequence[FileImages]", pieces)
        paths = [
            np.asarray(one.paths, dtype=object) if isinstance(one.paths, tuple) else one.paths
            for one in files
        ]
        return FileImages(files[0].root, cast("Any", JoinedRows(paths)))
    found = [
        (cast("EmbeddedImages", one), k) for one in pieces for k in range(len(cast("Any", one)))
    ]
    return EmbeddedImages(
        payloads=[_payload(one, k) for one, k in found], names=[one.name(k) for one, k in found]
    )


def _payload(images: EmbeddedImages, k: int) -> bytes | None:
    item: Any = images.payloads[k if images.order is None else int(images.order[k])]
    return item.as_py() if hasattr(item, "as_py") else item
