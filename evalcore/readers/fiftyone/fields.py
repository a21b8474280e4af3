"""Which field of FiftyOne samples is the ground truth, and which are the predictions."""

from __future__ import annotations

import base64
import binascii
import io
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from evalcore.base.fields import FieldError, list_of, number_of, object_of, text_of
from evalcore.errors import RunError, listing, shorten
from evalcore.runs.load_report import Notice

__all__ = [
    "LabelFields",
    "label_of",
    "labels_of",
    "vector_of",
]

MAX_BYTES = 2**20
"""Far more than the logits of one sample; a compressed array may claim any size."""


def vector_of(stored: object) -> Sequence[float]:
    """Return the numbers of a vector.

    Raises
    ------
    FieldError
        When it is neither a list of finite numbers nor a one-dimensional array of them.
    """
    if isinstance(stored, list):
        return [number_of(item, "a logit") for item in stored]
    packed = stored.get("$binary") if isinstance(stored, dict) else None
    text = packed.get("base64") if isinstance(packed, dict) else packed
    if not isinstance(text, str):
        msg = f"logits is {shorten(stored)}"
        raise FieldError(msg, rule="logits are a list of numbers")
    values = _array(text)
    if values.ndim != 1 or values.dtype.kind not in "fiu" or not np.isfinite(values).all():
        found = f"logits of shape {values.shape} and type {values.dtype}"
        raise FieldError(found, rule="logits are one row of finite numbers")
    return [float(value) for value in values]


def _array(text: str) -> np.ndarray[tuple[int, ...], np.dtype[np.generic]]:
    try:
        data = base64.b64decode(text, validate=True)
        if data[:1] == b"\x78":  # zlib
            data = zlib.decompressobj().decompress(data, MAX_BYTES)
        return _read_npy(data)
    except (binascii.Error, zlib.error, ValueError, EOFError, SyntaxError, OSError) as error:
        rule = "logits are a list of numbers or a stored NumPy array"
        msg = f"logits: {shorten(str(error))}"
        raise FieldError(msg, rule=rule) from None


def _read_npy(data: bytes) -> np.ndarray[tuple[int, ...], np.dtype[np.generic]]:
    file = io.BytesIO(data)
    version = np.lib.format.read_magic(file)
    if version != (1, 0):
        msg = f"NumPy format {version}"
        raise ValueError(msg)
    shape, _, dtype = np.lib.format.read_array_header_1_0(file)
    # The header is checked before anything is allocated; object arrays hold code.
    if dtype.hasobject or len(shape) != 1 or shape[0] * dtype.itemsize > MAX_BYTES:
        msg = f"an array of shape {shape} and type {dtype}"
        raise ValueError(msg)
    rest = file.read(shape[0] * dtype.itemsize)
    if len(rest) != shape[0] * dtype.itemsize:
        msg = "the array is cut short"
        raise ValueError(msg)
    return np.frombuffer(rest, dtype=dtype)


KINDS = ("Classification", "Classifications")
TRUTH_NAMES = ("ground_truth", "groundtruth", "gt", "label", "labels", "truth")
PREDICTION_NAMES = ("predictions", "prediction", "pred", "preds", "model")


@dataclass(slots=True, kw_only=True)
class _Seen:
    """What a label field holds over all samples."""

    n_labels: int = 0
    n_confident: int = 0
    n_logits: int = 0
    is_list: bool = False


@dataclass(slots=True, kw_only=True, eq=False)
class LabelFields:
    """The label fields met so far, by name."""

    file: str
    seen: dict[str, _Seen] = field(default_factory=dict)
    n_samples: int = 0

    def look(self, sample: object) -> None:
        """Take note of the label fields of one sample."""
        self.n_samples += 1
        if not isinstance(sample, dict):
            return
        for name, value in sample.items():
            if not isinstance(value, dict) or value.get("_cls") not in KINDS:
                continue
            seen = self.seen.setdefault(name, _Seen())
            seen.is_list = seen.is_list or value["_cls"] == "Classifications"
            seen.n_logits += value.get("logits") is not None
            for item in _items(value):
                seen.n_labels += 1
                seen.n_confident += item.get("confidence") is not None
                seen.n_logits += item is not value and item.get("logits") is not None

    def choose(self) -> tuple[str, str]:
        """Return the names of the ground truth and of the predictions.

        Raises
        ------
        RunError
            When one of them is missing, or several fields may be meant.
        """
        if not self.n_samples:
            msg = f"{self.file}: there are no samples. Hint: export the data set again."
            raise RunError(msg)
        scored = [name for name, seen in self.seen.items() if seen.n_confident or seen.n_logits]
        plain = [name for name in self.seen if name not in scored]
        truth = self._one(plain, TRUTH_NAMES, "ground truth (labels without confidence)")
        return truth, self._one(scored, PREDICTION_NAMES, "predictions (with confidence or logits)")

    def by_logits(self, predictions: str) -> bool:
        """Tell whether the scores are logits: they are where no confidence was stored."""
        return not self.seen[predictions].n_confident

    def is_multiple(self, *names: str) -> bool:
        """Tell whether the ground truth or the predictions are lists."""
        return any(self.seen[name].is_list for name in names)

    def notices(self, truth: str, predictions: str) -> Iterator[Notice]:
        """Tell what was taken for what, and which fields were left out."""
        kind = "logits" if self.by_logits(predictions) else "confidences"
        text = (
            f"{self.file}: field {shorten(truth)} is the ground truth; the scores are the {kind} "
            f"of field {shorten(predictions)}."
        )
        yield Notice(level="info", text=text)
        others = [name for name in self.seen if name not in {truth, predictions}]
        if others:
            text = f"{self.file}: other label fields are left out: {listing(others)}."
            yield Notice(level="warning", text=text, count=len(others))

    def _one(self, names: Sequence[str], usual: Sequence[str], what: str) -> str:
        if len(names) == 1:
            return names[0]
        chosen = [name for word in usual for name in names if name == word]
        if chosen:
            return chosen[0]
        found = f"the fields {listing(names)} may be meant" if names else "there is no such field"
        others = f"; the classification fields are {listing(self.seen)}" if self.seen else ""
        msg = (
            f"{self.file}: no single field with {what}: {found}{others}. Hint: export the fields "
            "'ground_truth' and 'predictions' alone (Classification or Classifications)."
        )
        raise RunError(msg)


def labels_of(value: object, what: str) -> list[Mapping[str, Any]]:
    """Return the classifications of a field; none when it is empty.

    Raises
    ------
    FieldError
        When it holds something else.
    """
    holder = object_of(value, what)
    if not holder:
        return []
    if holder.get("_cls") not in KINDS:
        rule = f"{what} is a Classification or Classifications"
        msg = f"{what} is a {shorten(holder.get('_cls'))}"
        raise FieldError(msg, rule=rule)
    if holder["_cls"] == "Classification":
        return [holder]
    items = list_of(holder.get("classifications"), f"{what}.classifications")
    return [object_of(item, "a classification") for item in items]


def label_of(item: Mapping[str, Any]) -> str:
    """Return the label of a classification, ``""`` when it has none.

    Raises
    ------
    FieldError
        When it is no text.
    """
    return text_of(item.get("label"), "label")


def _items(value: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    if value["_cls"] == "Classification":
        return [value]
    found = value.get("classifications")
    return [item for item in found if isinstance(item, dict)] if isinstance(found, list) else []
