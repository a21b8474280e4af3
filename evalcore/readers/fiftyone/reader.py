"""FiftyOne: the folder that ``dataset.export(dataset_type=fo.types.FiftyOneDataset)`` writes.

The shape is that of ``FiftyOneDatasetExporter`` in ``fiftyone/utils/data/exporters.py``:
``samples.json`` with ``{"samples": [...]}``, ``metadata.json`` with the data set's own document
(``classes``, ``default_classes``; ``info`` in older exports), and ``data/`` with the images. A
sample has ``_id``, ``filepath``, ``tags`` and label fields such as::

    "ground_truth": {"_cls": "Classification", "label": "cat"},
    "predictions": {"_cls": "Classification", "label": "cat", "confidence": 0.9, "logits": [...]}

or ``{"_cls": "Classifications", "classifications": [...]}``. Vectors such as logits stand there as
lists of numbers, or as the bytes of a compressed NumPy array (``{"$binary": ...}``).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from evalcore.base.fields import FieldError, number_of, object_of, text_of
from evalcore.errors import RunError, shorten
from evalcore.readers.entries.concept_names import ConceptNames
from evalcore.readers.entries.entries import Export, Inputs, Problems, image_or_address, metadata_of
from evalcore.readers.entries.score_rows import ScoreRows
from evalcore.readers.fiftyone.fields import LabelFields, label_of, labels_of, vector_of
from evalcore.readers.reading.manifest import Manifest
from evalcore.readers.tables.json_stream import Keys, head_text, walk
from evalcore.runs.load_report import Notice
from evalcore.runs.run import EvalRun

__all__ = ["FiftyOneReader"]

NAME = "FiftyOne dataset (JSON)"
_START = re.compile(r'\{\s*"samples"\s*:\s*\[')
_SAMPLE = re.compile(r'"(_cls|filepath|_media_type)"')


class FiftyOneReader:
    """Reads a folder with samples.json, or that file."""

    name = NAME

    def recognises(self, path: Path) -> bool:
        """Tell by the start of samples.json."""
        head = head_text(_samples_in(path))
        return bool(_START.match(head) and (_SAMPLE.search(head) or len(head) < 100))

    def read(self, path: Path) -> EvalRun:
        """Read the run.

        Raises
        ------
        RunError
            When there are no classifications, a sample is malformed, or ids repeat.
        """
        file = _samples_in(path)
        dataset = _read_dataset(file.parent / "metadata.json")
        fields = LabelFields(file=file.name)
        for _, sample in _samples(file):
            fields.look(sample)
        truth, predictions = fields.choose()
        samples = _Samples(
            file=file.name,
            truth=truth,
            predictions=predictions,
            by_logits=fields.by_logits(predictions),
            classes=dataset.classes_of(predictions, truth),
        )
        samples.scores.source = file
        for k, sample in _samples(file):
            samples.add(k, sample)
        samples.problems.refuse()
        manifest = Manifest(
            name=dataset.name or None,
            dataset=dataset.name,
            task="multi_label" if fields.is_multiple(truth, predictions) else "single_label",
        )
        export = Export(
            path=file.parent if path.is_dir() else path,
            file=file.name,
            format=NAME,
            manifest=manifest,
            unit="sample",
            notices=(*fields.notices(truth, predictions), *samples.notices()),
        )
        concepts, positions = samples.names.order(first=range(len(samples.classes)))
        scores = samples.scores.matrix(positions=positions)
        return export.run(samples.inputs, concepts=concepts, scores=scores)


@dataclass(slots=True, kw_only=True, eq=False)
class _Samples:
    """The samples read so far."""

    file: str
    truth: str
    predictions: str
    by_logits: bool
    classes: Sequence[str]
    names: ConceptNames = field(default_factory=ConceptNames)
    inputs: Inputs = field(default_factory=Inputs)
    n_elsewhere: int = 0
    scores: ScoreRows = field(init=False)
    problems: Problems = field(init=False)

    def __post_init__(self) -> None:
        self.scores = ScoreRows(self.file)
        self.problems = Problems(file=self.file)
        for name in self.classes:
            self.names.column("", name)

    def add(self, k: int, value: object) -> None:
        """Add one sample."""
        try:
            self._add(k, object_of(value, "a sample"))
        except FieldError as error:
            self.problems.add(f"sample {k}", error)

    def _add(self, k: int, sample: Mapping[str, Any]) -> None:
        labels = [label_of(item) for item in labels_of(sample.get(self.truth), self.truth)]
        found = self._logits(sample) if self.by_logits else self._confidences(sample)
        image, address = image_or_address(text_of(sample.get("filepath"), "filepath"))
        self.n_elsewhere += bool(address)
        name = _id_of(sample)
        own = {self.truth, self.predictions, "filepath", "id"}
        metadata = metadata_of(sample, skip=lambda key: key in own or key.startswith("_"))
        self.scores.add(list(found), list(found.values()))
        self.inputs.add(
            row=k,
            name=name,
            labels=tuple(dict.fromkeys(label for label in labels if label)),
            image=image,
            metadata={**metadata, **address},
        )

    def _confidences(self, sample: Mapping[str, Any]) -> dict[int, float]:
        found: dict[int, float] = {}
        for item in labels_of(sample.get(self.predictions), self.predictions):
            label = label_of(item)
            if not label:
                continue
            what = f"the confidence of {shorten(label)} in {shorten(self.predictions)}"
            value = number_of(item.get("confidence"), what)
            column = self.names.column("", label)
            if column in found:
                rule = "every label is predicted once per sample"
                msg = f"{shorten(label)} is predicted twice"
                raise FieldError(msg, rule=rule)
            found[column] = value
        return found

    def _logits(self, sample: Mapping[str, Any]) -> dict[int, float]:
        holder = object_of(sample.get(self.predictions), self.predictions)
        items = labels_of(sample.get(self.predictions), self.predictions)
        stored = holder.get("logits") or next((x["logits"] for x in items if x.get("logits")), None)
        if stored is None:
            return {}
        values = vector_of(stored)
        if len(values) != len(self.classes):
            rule = f"logits have one number for each of the {len(self.classes):,} classes"
            hint = "store the classes in their order: dataset.default_classes = [...], and save."
            msg = f"{len(values):,} logits"
            raise FieldError(msg, rule=rule, hint=hint)
        return dict(enumerate(values))

    def notices(self) -> tuple[Notice, ...]:
        """Tell of images that lie elsewhere."""
        if not self.n_elsewhere:
            return ()
        text = (
            f"{self.file}: {self.n_elsewhere:,} image(s) lie outside the export's folder and are "
            "not opened. Hint: export with export_media=True."
        )
        return (Notice(level="warning", text=text, count=self.n_elsewhere),)


@dataclass(slots=True, kw_only=True, eq=False)
class _Dataset:
    """What metadata.json says of the data set."""

    name: str = ""
    lists: dict[Keys, dict[int, str]] = field(default_factory=dict)

    def classes_of(self, *fields: str) -> tuple[str, ...]:
        """Return the classes of the first field that has some, else the data set's own."""
        places: list[Keys] = [("classes", name) for name in fields]
        places.append(("default_classes",))
        for place in [*places, *(("info", *place) for place in places)]:
            found = self.lists.get(place)
            if found:
                return tuple(dict.fromkeys(found[k] for k in sorted(found)))
        return ()


def _read_dataset(path: Path) -> _Dataset:
    dataset = _Dataset()
    if not path.is_file() or not path.resolve().is_relative_to(path.parent.resolve()):
        return dataset
    for keys, value in walk(path, whole=lambda _keys: False):
        if keys == ("name",) and isinstance(value, str):
            dataset.name = value
        elif keys and isinstance(keys[-1], int) and isinstance(value, str) and len(keys) < 5:
            dataset.lists.setdefault(keys[:-1], {})[keys[-1]] = value
    return dataset


def _samples_in(path: Path) -> Path:
    return path / "samples.json" if path.is_dir() else path


def _samples(file: Path) -> Iterator[tuple[int, Any]]:
    if not file.is_file() or not file.resolve().is_relative_to(file.parent.resolve()):
        msg = f"{file.name}: there is no such file in this folder. Hint: export the data set again."
        raise RunError(msg)
    for keys, value in walk(file, whole=lambda keys: len(keys) == 2 and keys[0] == "samples"):
        if len(keys) == 2 and isinstance(keys[1], int):
            yield keys[1] + 1, value


def _id_of(sample: Mapping[str, Any]) -> str:
    stored = sample.get("_id", sample.get("id"))
    if isinstance(stored, dict):  # {"$oid": "5f..."}
        stored = stored.get("$oid")
    return text_of(stored, "_id") or text_of(sample.get("filepath"), "_id or filepath", empty=False)
