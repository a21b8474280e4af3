"""What a run holds as three hashes, so that one can say what of it has changed.

The order of inputs and of concepts does not matter: a table that was only sorted anew is the same.
"""

from __future__ import annotations

import contextlib
import hashlib
from dataclasses import dataclass
from typing import Any

import numpy as np

from evalcore.arrays import IntArray
from evalcore.runs.images import ImageError
from evalcore.runs.run import EvalRun

__all__ = ["Digests", "digest_of_inputs", "digests_of", "digests_of_input"]

_BLOCK = 2_048
"""Inputs hashed at a time: a block of them stays in the processor's cache while it is reordered."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Digests:
    """Three hashes in hexadecimal.

    Parameters
    ----------
    inputs
        Of the ids.
    scores
        Of every score with its precision, by the order of ids and of concept names.
    labels
        Of the labelled pairs and of what is unknown, in the same order.
    """

    inputs: str
    scores: str
    labels: str


def digests_of(run: EvalRun) -> Digests:
    """Hash the inputs, the scores and the labels of a run separately.

    Examples
    --------
    >>> one = EvalRun.from_arrays([[0.9], [0.1]], [[0], []], concepts=["dog"])
    >>> other = EvalRun.from_arrays([[0.9], [0.1]], [[0], [0]], concepts=["dog"])
    >>> a, b = digests_of(one), digests_of(other)
    >>> a.scores == b.scores, a.labels == b.labels
    (True, False)
    """
    names = [str(one) for one in run.ids.tolist()]
    rows = np.array(sorted(range(run.n_inputs), key=names.__getitem__), dtype=np.int64)
    columns = np.array(sorted(range(run.n_concepts), key=run.concepts.__getitem__), dtype=np.int64)
    return Digests(
        inputs=_inputs([names[i] for i in rows.tolist()]),
        scores=_scores(run, rows, columns),
        labels=_labels(run, rows, columns),
    )


def digests_of_input(run: EvalRun, position: int) -> dict[str, Any]:
    """Hash what is to be seen of one input: its image, its text and its scores.

    Returns
    -------
    dict of str or None
        ``image_digest``, ``text_digest`` and ``scores_digest``; None where there is none, or where
        the image cannot be read.
    """
    columns = np.array(sorted(range(run.n_concepts), key=run.concepts.__getitem__), dtype=np.int64)
    names = repr([run.concepts[j] for j in columns.tolist()]).encode("utf-8", "surrogatepass")
    scores = run.scores[position].take(columns)
    scores += scores.dtype.type(0)  # -0.0 and 0.0 are one score
    image = None
    if run.images is not None:
        with contextlib.suppress(ImageError):
            image = run.images.read(position)
    text = None if run.texts is None else str(run.texts[position]).encode("utf-8", "surrogatepass")
    return {
        "image_digest": None if image is None else _hash(image),
        "text_digest": None if text is None else _hash(text),
        "scores_digest": _hash(names + scores.dtype.str.encode() + scores.tobytes()),
    }


def _hash(content: bytes) -> str:
    return hashlib.blake2b(content, digest_size=16).hexdigest()


def digest_of_inputs(run: EvalRun) -> str:
    """Hash the ids of a run's inputs alone: the same for every run on the same inputs.

    Examples
    --------
    >>> one = EvalRun.from_arrays([[0.9], [0.1]], [[0], []], ids=["a", "b"])
    >>> other = EvalRun.from_arrays([[0.2], [0.3]], [[0], [0]], ids=["b", "a"])
    >>> digest_of_inputs(one) == digest_of_inputs(other) == digests_of(one).inputs
    True
    """
    return _inputs(sorted(str(one) for one in run.ids.tolist()))


def _inputs(names: list[str]) -> str:
    digest = hashlib.blake2b(digest_size=16)
    for name in names:
        encoded = name.encode("utf-8", "surrogatepass")
        digest.update(len(encoded).to_bytes(8, "little") + encoded)
    return digest.hexdigest()


def _scores(run: EvalRun, rows: IntArray, columns: IntArray) -> str:
    digest = hashlib.blake2b(digest_size=16)
    digest.update(repr((run.scores.dtype.str, run.scores.shape)).encode())
    for start in range(0, rows.size, _BLOCK):
        block = run.scores.take(rows[start : start + _BLOCK], axis=0).take(columns, axis=1)
        block += block.dtype.type(0)  # -0.0 and 0.0 are one score: this writes both in one way
        digest.update(block.data)
    return digest.hexdigest()


def _labels(run: EvalRun, rows: IntArray, columns: IntArray) -> str:
    row_of, column_of = np.argsort(rows), np.argsort(columns)
    digest = hashlib.blake2b(digest_size=16)
    digest.update(repr(run.scores.shape).encode())
    pairs = row_of[run.labels.inputs] * run.n_concepts + column_of[run.labels.concepts]
    digest.update(np.sort(pairs).astype("<i8").tobytes())
    if run.labels.known is not None:
        for start in range(0, rows.size, _BLOCK):
            block = run.labels.known.take(rows[start : start + _BLOCK], axis=0)
            known = block.take(columns, axis=1)
            digest.update(np.packbits(known).tobytes())
    return digest.hexdigest()
