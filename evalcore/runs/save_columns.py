"""The parts of a run as Arrow columns."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pyarrow as pa

from evalcore.arrays import BoolArray, TextArray
from evalcore.runs.labels import Labels

__all__ = ["image_column", "label_columns", "text_column"]

_IMAGE = pa.struct([("bytes", pa.binary()), ("path", pa.string())])


def text_column(texts: Sequence[str] | TextArray) -> Any:  # noqa: ANN401
    """Return texts as an Arrow array of strings."""
    return pa.array([str(text) for text in texts], pa.string())


def image_column(payloads: Sequence[bytes | None], names: Sequence[str]) -> Any:  # noqa: ANN401
    """Return embedded images as Hugging Face and this product's reader spell them."""
    pairs = zip(payloads, names, strict=True)
    return pa.array([{"bytes": payload, "path": name} for payload, name in pairs], _IMAGE)


def label_columns(labels: Labels, concepts: Sequence[str], start: int, stop: int) -> dict[str, Any]:
    """Return the lists of concepts for some inputs: labelled, and absent or unknown.

    Of the two ways to say what is known the shorter one is written: ``not_labels`` lists what was
    verified absent, ``unknown_labels`` what nobody knows.
    """
    names = text_column(concepts)
    first, last = int(labels.input_starts[start]), int(labels.input_starts[stop])
    labelled = np.zeros((stop - start, labels.n_concepts), dtype=bool)
    labelled[labels.inputs[first:last] - start, labels.concepts[first:last]] = True
    columns = {"labels": _lists(labelled, names)}
    if labels.known is not None:
        known = labels.known[start:stop]
        n_known = int(labels.known.sum())
        if 2 * n_known < labels.known.size + labels.inputs.size:
            columns["not_labels"] = _lists(known & ~labelled, names)
        else:
            columns["unknown_labels"] = _lists(~known, names)
    return columns


def _lists(chosen: BoolArray, names: Any) -> Any:  # noqa: ANN401
    offsets = np.concatenate([[0], np.cumsum(chosen.sum(axis=1))]).astype(np.int32)
    items = names.take(pa.array(np.nonzero(chosen)[1]))
    return pa.ListArray.from_arrays(pa.array(offsets), items)
