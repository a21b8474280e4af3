"""The test set of a Clarifai evaluation: inputs, predicted concepts, ground-truth concepts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from evalcore.base.fields import FLOAT32_MAX, FieldError, list_of, number_of, object_of, text_of
from evalcore.readers.entries.concept_names import ConceptNames
from evalcore.readers.entries.entries import Inputs, Problems, metadata_of
from evalcore.readers.entries.score_rows import ScoreRows
from evalcore.runs.load_report import Notice

__all__ = ["TestSet", "camel"]

_REGIONS = ("annotation", "predictedAnnotation", "groundTruthAnnotation")


@dataclass(slots=True, kw_only=True, eq=False)
class TestSet:
    """The test-set entries read so far."""

    file: str
    n_entries: int = 0
    names: ConceptNames = field(default_factory=ConceptNames)
    inputs: Inputs = field(default_factory=Inputs)
    scores: ScoreRows = field(init=False)
    problems: Problems = field(init=False)
    has_values: bool = False
    truth: dict[str, tuple[str, str]] = field(default_factory=dict)
    """Id and name of each ground-truth concept."""

    def __post_init__(self) -> None:
        self.scores = ScoreRows(self.file, dtype="float32")  # "value" is a float in the proto
        self.problems = Problems(file=self.file)

    def add(self, value: object) -> list[int]:
        """Add one entry; return the columns of its predicted concepts."""
        self.n_entries += 1
        try:
            return self._add(_with_camel_keys(object_of(value, "a test-set entry")))
        except FieldError as error:
            self.problems.add(f"item {self.n_entries} of the test set", error)
            return []

    def _add(self, entry: Mapping[str, Any]) -> list[int]:
        source = object_of(entry.get("input"), "input")
        data = object_of(source.get("data"), "input.data")
        for key in _REGIONS:
            _refuse_regions(object_of(entry.get(key), key), key)
        name = text_of(source.get("id"), "input.id", empty=False)
        columns, values = self._predicted(_concepts(entry, "predicted"))
        present, absent = self._truth(_concepts(entry, "groundTruth"))
        text, metadata = _media(data)
        self.scores.add(columns, values)
        self.inputs.add(
            row=self.n_entries,
            name=name,
            labels=present,
            absent=absent,
            text=text,
            metadata=metadata,
        )
        return columns

    def _predicted(self, concepts: Iterable[object]) -> tuple[list[int], list[float]]:
        found: dict[int, float] = {}
        for item in concepts:
            concept = object_of(item, "a predicted concept")
            key, name = _identity(concept)
            value = number_of(
                concept.get("value", 0.0), f"the value of {name or key!r}", largest=FLOAT32_MAX
            )
            column = self.names.column(key, name)
            if column in found:
                rule = "every concept is predicted once per input"
                msg = f"{name or key!r} is predicted twice"
                raise FieldError(msg, rule=rule)
            found[column] = value
        return list(found), list(found.values())

    def _truth(self, concepts: Iterable[object]) -> tuple[tuple[str, ...], tuple[str, ...]]:
        present: list[str] = []
        absent: list[str] = []
        for item in concepts:
            concept = object_of(item, "a ground-truth concept")
            key, name = _identity(concept)
            self.has_values = self.has_values or "value" in concept
            value = number_of(concept.get("value", 0.0), f"the value of {name or key!r}")
            mark = f"{len(key)} {key}{name}"
            self.truth[mark] = (key, name)
            (present if value > 0 else absent).append(mark)
        return tuple(present), tuple(absent)

    def name_labels(self) -> None:
        """Replace the ids and names of the ground truth by the names of the concepts."""
        shown = self.names.shown()

        def name_of(label: str) -> str:
            key, name = self.truth[label]
            column = self.names.find(key, name)
            return (name or key) if column is None else shown[column]

        if not self.has_values:  # no values at all: what is listed is present
            self.inputs.labels, self.inputs.absent = self.inputs.absent, self.inputs.labels
        self.inputs.rename(name_of)

    def notices(self) -> tuple[Notice, ...]:
        """Tell that some labels were verified to be absent."""
        count = sum(map(len, self.inputs.absent))
        if not count:
            return ()
        text = (
            f"{self.file}: {count:,} ground-truth concepts have the value 0 (verified absent). "
            "Concepts that an input does not list are therefore unknown for it, not absent."
        )
        return (Notice(level="warning", text=text, count=count),)


@lru_cache(maxsize=1024)
def camel(key: str | int) -> str | int:
    """Return a field name in camelCase; a list position as it is."""
    if isinstance(key, int):
        return key
    first, *rest = key.split("_")
    return first + "".join(part[:1].upper() + part[1:] for part in rest)


def _with_camel_keys(value: Mapping[str, Any]) -> dict[str, Any]:
    return {str(camel(key)): item for key, item in value.items()}


def _concepts(entry: Mapping[str, Any], kind: str) -> Iterable[object]:
    listed = list_of(entry.get(f"{kind}Concepts"), f"{kind}Concepts")
    if listed:
        return listed
    annotation = object_of(entry.get(f"{kind}Annotation"), f"{kind}Annotation")
    data = object_of(annotation.get("data"), f"{kind}Annotation.data")
    return list_of(data.get("concepts"), f"{kind}Annotation.data.concepts")


def _identity(concept: Mapping[str, Any]) -> tuple[str, str]:
    key, name = (
        text_of(concept.get("id"), "concept.id"),
        text_of(concept.get("name"), "concept.name"),
    )
    if not key and not name:
        raise FieldError("a concept has neither id nor name", rule="every concept has one")
    return key, name


def _refuse_regions(annotation: Mapping[str, Any], key: str) -> None:
    data = object_of(annotation.get("data"), f"{key}.data")
    if data.get("regions") or data.get("frames"):
        rule = "an entry is about a whole input; detectors are not read"
        msg = f"{key} has regions"
        raise FieldError(msg, rule=rule, hint="export a classifier's evaluation.")


def _media(data: Mapping[str, Any]) -> tuple[str, dict[str, str]]:
    """Return the text of an input, and its addresses and metadata; nothing is fetched."""
    metadata = metadata_of(object_of(data.get("metadata"), "input.data.metadata"))
    text = object_of(data.get("text"), "input.data.text")
    for kind in ("image", "text"):
        url = text_of(object_of(data.get(kind), kind).get("url"), f"{kind}.url")
        if url:
            metadata[f"{kind} address"] = url
    return text_of(text.get("raw"), "text.raw"), metadata
