"""Which field of FiftyOne samples is the ground truth, and which are the predictions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from evalcore.base.fields import FieldError, list_of, object_of, text_of
from evalcore.errors import RunError, listing, shorten
from evalcore.runs.load_report import Notice

__all__ = ["LabelFields", "label_of", "labels_of"]

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
