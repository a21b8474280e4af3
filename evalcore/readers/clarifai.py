"""Clarifai evaluations: ``EvalMetrics`` with its test set, as JSON or as the message itself.

The shape is that of ``clarifai.api.EvalMetrics`` in Clarifai's ``resources.proto``, as
``google.protobuf.json_format.MessageToDict`` writes it, with either spelling of the field names::

    {"evalMetrics": {"model": ..., "testSet": [
        {"input": {"id": ..., "data": {"image": {"url": ...}}},
         "predictedConcepts": [{"id": ..., "name": ..., "value": 0.9}, ...],
         "groundTruthConcepts": [{"id": ..., "name": ..., "value": 1.0}]}, ...]}}

``MessageToDict`` leaves out what is 0, so a predicted concept without a value has the score 0, and
a ground-truth concept without one, in a test set that has values, is verified absent.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from evalcore.errors import RunError
from evalcore.readers.clarifai_message import walk_message
from evalcore.readers.clarifai_pages import Pages, page_of
from evalcore.readers.concept_names import ConceptNames
from evalcore.readers.entries import Export, Inputs
from evalcore.readers.fields import (
    FLOAT32_MAX,
    EntryError,
    Problems,
    list_of,
    metadata_of,
    number_of,
    object_of,
    text_of,
)
from evalcore.readers.manifest import Manifest
from evalcore.readers.score_rows import ScoreRows
from evalcore.readers.strict_json import Keys, head_text, walk
from evalcore.report import Notice
from evalcore.run import EvalRun

__all__ = ["ClarifaiReader", "read_message"]

NAME = "Clarifai evaluation (JSON)"
_MARKS = re.compile(
    r'"(testSet|test_set|evalMetrics|eval_metrics|groundTruthConcepts|ground_truth_concepts'
    r'|macroAvgRocAuc|macro_avg_roc_auc)"'
)
_REGIONS = ("annotation", "predictedAnnotation", "groundTruthAnnotation")
_SEPARATOR = "\0"
Events = Iterator[tuple[Keys, Any]]


class ClarifaiReader:
    """Reads a JSON file, or a folder with the pages of one evaluation."""

    name = NAME

    def recognises(self, path: Path) -> bool:
        """Tell by the field names at the start of the file, or of a folder's first JSON file."""
        files = _pages(path)[:1]
        heads = [head_text(file) for file in files]
        return any(head[:1] in {"{", "["} and _MARKS.search(head) for head in heads)

    def read(self, path: Path) -> EvalRun:
        """Read the run.

        Raises
        ------
        RunError
            When there is no test set, an entry is malformed, or pages do not belong together.
        """
        files = _pages(path)
        if not files:
            msg = f"{path.name}: there is no JSON file. Hint: export the evaluation."
            raise RunError(msg)
        sources = [(file.name, walk(file, whole=_is_entry)) for file in files]
        return _read(path, sources)


def read_message(message: Any, *, name: str = "Clarifai evaluation") -> EvalRun:  # noqa: ANN401
    """Read an evaluation from the messages of ``clarifai-grpc``.

    Parameters
    ----------
    message
        An ``EvalMetrics``, a response that holds one or some, or a list of these (pages).
    name
        Name of the run when the message does not name the model.

    Raises
    ------
    RunError
        As for the JSON.
    """
    pages = message if isinstance(message, (list, tuple)) else [message]
    wrong = [page for page in pages if not hasattr(page, "ListFields")]
    if wrong or not pages:
        kinds = ", ".join(sorted({type(page).__name__ for page in wrong})) or "nothing"
        msg = f"{name}: got {kinds}. Hint: pass an EvalMetrics message or a response with one."
        raise RunError(msg)
    return _read(
        Path(name.replace("/", " ")),
        [
            (f"page {k}", walk_message(page, whole=_is_entry))
            for k, page in enumerate(pages, start=1)
        ],
    )


def _read(path: Path, sources: Iterable[tuple[str, Events]]) -> EvalRun:
    pages, test_set = Pages(file=path.name), _TestSet(file=path.name)
    for file, events in sources:
        for keys, value in events:
            page = (file, *page_of(keys))
            if _is_entry(keys):
                columns = test_set.add(value)
                pages.add_entry(page, columns)
            else:
                pages.add_fact(page, [_camel(key) for key in keys], value)
    if not test_set.n_entries:
        msg = (
            f"{path.name}: the response has no test set (testSet). Hint: ask for it: the request's "
            "fields are {'test_set': True}, and the evaluation must be finished."
        )
        raise RunError(msg)
    test_set.problems.refuse()
    pages.refuse_mixed()
    return test_set.run(path, pages)


@dataclass(slots=True, kw_only=True, eq=False)
class _TestSet:
    """The test-set entries read so far."""

    file: str
    n_entries: int = 0
    names: ConceptNames = field(default_factory=ConceptNames)
    inputs: Inputs = field(default_factory=Inputs)
    scores: ScoreRows = field(init=False)
    problems: Problems = field(init=False)
    has_values: bool = False

    def __post_init__(self) -> None:
        self.scores = ScoreRows(self.file, dtype="float32")  # "value" is a float in the proto
        self.problems = Problems(file=self.file)

    def add(self, value: object) -> list[int]:
        """Add one entry; return the columns of its predicted concepts."""
        self.n_entries += 1
        try:
            return self._add(_with_camel_keys(object_of(value, "a test-set entry")))
        except EntryError as error:
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
                raise EntryError(msg, rule=rule)
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
            (present if value > 0 else absent).append(f"{key}{_SEPARATOR}{name}")
        return tuple(present), tuple(absent)

    def run(self, path: Path, pages: Pages) -> EvalRun:
        """Return the run of all entries."""
        declared = [self.names.column(key, name) for key, name in pages.declared()]
        concepts, positions = self.names.order(first=declared)
        shown = self.names.shown()

        def name_of(label: str) -> str:
            key, name = label.split(_SEPARATOR)
            column = self.names.find(key, name)
            return (name or key) if column is None else shown[column]

        if not self.has_values:  # no values at all: what is listed is present
            self.inputs.labels, self.inputs.absent = self.inputs.absent, self.inputs.labels
        self.inputs.rename(name_of)
        facts = pages.facts()
        export = Export(
            path=path,
            file=self.file,
            format=NAME,
            manifest=Manifest(
                model=facts.get("model", ""),
                model_version=facts.get("model version", ""),
                dataset=facts.get("data set", ""),
                task="single_label" if pages.exclusive else "multi_label",
            ),
            notices=self._notices(),
        )
        scores = self.scores.matrix(positions=positions)
        return export.run(self.inputs, concepts=concepts, scores=scores)

    def _notices(self) -> tuple[Notice, ...]:
        count = sum(map(len, self.inputs.absent))
        if not count:
            return ()
        text = (
            f"{self.file}: {count:,} ground-truth concepts have the value 0 (verified absent). "
            "Concepts that an input does not list are therefore unknown for it, not absent."
        )
        return (Notice(level="warning", text=text, count=count),)


def _pages(path: Path) -> list[Path]:
    try:
        if path.is_dir():
            found = [file for file in path.glob("*.json") if file.name != "run.json"]
            inside = path.resolve()
            return sorted(
                (f for f in found if f.is_file() and f.resolve().is_relative_to(inside)),
                key=lambda file: [int(p) if p.isdecimal() else p for p in _split(file.name)],
            )
        return [path] if path.is_file() else []
    except (OSError, ValueError, RuntimeError):
        return []


def _split(name: str) -> list[str]:
    # Digits and other parts take turns, so that numbers are never compared with texts.
    return re.split(r"([0-9]+)", name)


def _is_entry(keys: Keys) -> bool:
    return len(keys) > 1 and isinstance(keys[-1], int) and keys[-2] in {"testSet", "test_set"}


@lru_cache(maxsize=1024)
def _camel(key: str | int) -> str | int:
    if isinstance(key, int):
        return key
    first, *rest = key.split("_")
    return first + "".join(part[:1].upper() + part[1:] for part in rest)


def _with_camel_keys(value: Mapping[str, Any]) -> dict[str, Any]:
    return {str(_camel(key)): item for key, item in value.items()}


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
        raise EntryError("a concept has neither id nor name", rule="every concept has one")
    return key, name


def _refuse_regions(annotation: Mapping[str, Any], key: str) -> None:
    data = object_of(annotation.get("data"), f"{key}.data")
    if data.get("regions") or data.get("frames"):
        rule = "an entry is about a whole input; detectors are not read"
        msg = f"{key} has regions"
        raise EntryError(msg, rule=rule, hint="export a classifier's evaluation.")


def _media(data: Mapping[str, Any]) -> tuple[str, dict[str, str]]:
    """Return the text of an input, and its addresses and metadata; nothing is fetched."""
    metadata = metadata_of(object_of(data.get("metadata"), "input.data.metadata"))
    text = object_of(data.get("text"), "input.data.text")
    for kind in ("image", "text"):
        url = text_of(object_of(data.get(kind), kind).get("url"), f"{kind}.url")
        if url:
            metadata[f"{kind} address"] = url
    return text_of(text.get("raw"), "text.raw"), metadata
