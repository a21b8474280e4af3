"""The parts of a decision: what was decided per concept, on which run, on what evidence."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Self

from evalcore.decisions.fields import Fields

__all__ = ["ConceptDecided", "Pinned", "RunDecidedOn", "TruthUsed"]

LONGEST_NAME = 1_000
LONGEST_NOTE = 500
COUNTS = ("tp", "fp", "fn", "tn")
_RUN_TEXTS = ("key", "name", "model", "model_version", "dataset", "dataset_version")
_HASHES = ("fingerprint", "inputs_digest", "scores_digest", "labels_digest")
SEEN = ("image_digest", "text_digest", "scores_digest")
"""What is known of a pinned input since version 2."""
ENDS = ("precision_low", "precision_high", "recall_low", "recall_high")


@dataclass(frozen=True, slots=True, kw_only=True)
class ConceptDecided:
    """One concept: its threshold, and what it counted at that moment.

    Parameters
    ----------
    threshold
        Exact; compared in the precision of the scores.
    tp, fp, fn, tn
        Outcomes of the run under the decision.
    precision_low, precision_high, recall_low, recall_high
        Ends of the 95 % Wilson intervals; None where the rate is undefined.
    """

    name: str
    threshold: float
    tp: int
    fp: int
    fn: int
    tn: int
    precision_low: float | None
    precision_high: float | None
    recall_low: float | None
    recall_high: float | None

    @property
    def precision(self) -> float | None:
        """TP / (TP + FP), None where undefined."""
        return self.tp / (self.tp + self.fp) if self.tp + self.fp else None

    @property
    def recall(self) -> float | None:
        """TP / (TP + FN), None where undefined."""
        return self.tp / (self.tp + self.fn) if self.tp + self.fn else None

    def to_dict(self) -> dict[str, Any]:
        """Return the part as a JSON object."""
        return asdict(self)

    @classmethod
    def from_dict(cls, given: object, where: str) -> Self:
        """Make the part from a JSON object; raise DecisionError when it is none."""
        fields = Fields.of(given, where, cls.__dataclass_fields__.keys())
        low_high: dict[str, Any] = {name: fields.share_or_none(name) for name in ENDS}
        for rate in ("precision", "recall"):
            fields.refuse_unordered(low_high[f"{rate}_low"], low_high[f"{rate}_high"], rate)
        counts: dict[str, Any] = {name: fields.whole(name) for name in COUNTS}
        return cls(
            name=fields.text("name", empty=True, most=LONGEST_NAME),
            threshold=fields.number("threshold"),
            **counts,
            **low_high,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class RunDecidedOn:
    """The run, or the part of it, on which a decision was made.

    Parameters
    ----------
    key
        Its place in the library of runs, ``""`` when it came from elsewhere.
    split, slice
        The part of it that was looked at; None is all of it.
    score_type
        Precision of the scores, such as ``float32``.
    fingerprint, inputs_digest, scores_digest, labels_digest
        Hashes of all of it, of the ids, of the scores and of the labels.
    """

    key: str
    name: str
    model: str
    model_version: str
    dataset: str
    dataset_version: str
    task: str
    n_inputs: int
    split: str | None
    slice: tuple[str, str] | None
    score_type: str
    fingerprint: str
    inputs_digest: str
    scores_digest: str
    labels_digest: str

    def to_dict(self) -> dict[str, Any]:
        """Return the part as a JSON object."""
        return asdict(self) | {"slice": None if self.slice is None else list(self.slice)}

    @classmethod
    def from_dict(cls, given: object, where: str) -> Self:
        """Make the part from a JSON object; raise DecisionError when it is none."""
        fields = Fields.of(given, where, cls.__dataclass_fields__.keys())
        texts: dict[str, Any] = {
            name: fields.text(name, empty=True, most=LONGEST_NAME) for name in _RUN_TEXTS
        }
        digests: dict[str, Any] = {name: fields.text(name, most=LONGEST_NAME) for name in _HASHES}
        return cls(
            **texts,
            task=fields.one_of("task", ("single_label", "multi_label")),
            n_inputs=fields.whole("n_inputs"),
            split=fields.text_or_none("split"),
            slice=fields.pair_or_none("slice"),
            score_type=fields.one_of("score_type", ("float16", "float32", "float64")),
            **digests,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class TruthUsed:
    """The agreed labels that a decision was made by.

    Parameters
    ----------
    digest
        Hash of what differs from the labels as delivered; None where an earlier version has not
        recorded it.
    n_changed, n_disputed
        Labels that differ, and disputes that were open; None likewise.
    """

    digest: str | None = None
    n_changed: int | None = None
    n_disputed: int | None = None

    def to_dict(self) -> dict[str, Any]:
        """Return the part as a JSON object."""
        return asdict(self)

    @classmethod
    def from_dict(cls, given: object, where: str) -> Self:
        """Make the part from a JSON object; raise DecisionError when it is none."""
        fields = Fields.of(given, where, cls.__dataclass_fields__.keys())
        counts = {
            name: None if fields.given[name] is None else fields.whole(name)
            for name in ("n_changed", "n_disputed")
        }
        return cls(digest=fields.text_or_none("digest"), **counts)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pinned:
    """An input that was pinned as evidence, and what was said of it.

    Parameters
    ----------
    image_digest, text_digest, scores_digest
        Hashes of what was to be seen at that moment, made by :func:`evalcore.decisions.draw_up`;
        None where there was none, or the decision was recorded before they were taken.
    """

    id: str
    note: str = ""
    image_digest: str | None = None
    text_digest: str | None = None
    scores_digest: str | None = None

    def to_dict(self) -> dict[str, Any]:
        """Return the part as a JSON object."""
        return asdict(self)

    @classmethod
    def from_dict(cls, given: object, where: str, *, version: int) -> Self:
        """Make the part from a JSON object; raise DecisionError when it is none."""
        names = ["id", "note", *(SEEN if version > 1 else ())]
        fields = Fields.of(given, where, dict.fromkeys(names).keys())
        digests = {name: fields.text_or_none(name) for name in SEEN} if version > 1 else {}
        return cls(
            id=fields.text("id", empty=True, most=LONGEST_NAME),
            note=fields.text("note", empty=True, most=LONGEST_NOTE),
            **digests,
        )
