"""Open Images: image-level labels as triples, verified by people or scored by a model.

The columns are those of the ``*-annotations-human-imagelabels.csv`` and
``*-annotations-machine-imagelabels.csv`` files of Open Images V4 to V7::

    ImageID,Source,LabelName,Confidence
    000a1249af2bc5f0,verification,/m/0cmf2,1                  present, said a person
    000a1249af2bc5f0,crowdsource-verification,/m/04bcr3,0     absent, said a person
    000a1249af2bc5f0,machine,/m/04bcr3,0.6                    score of a model

Pairs that nobody verified are unknown. A file without the column ``Source`` holds scores, unless
all of its confidences are 0 or 1. ``class-descriptions.csv`` (``LabelName,DisplayName``) in the
same folder gives the names.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from evalcore.arrays import IntArray, ScoreArray
from evalcore.base.fields import FieldError
from evalcore.errors import RunError, shorten
from evalcore.readers.entries.concept_names import ConceptNames
from evalcore.readers.entries.entries import Export, Inputs, Problems
from evalcore.readers.folder.sparse import match_ids
from evalcore.readers.openimages.triples import REQUIRED, Triple, TripleFile, columns_of
from evalcore.readers.reading.manifest import Manifest
from evalcore.readers.tables.csv_layout import read_layout, records
from evalcore.readers.tables.json_stream import head_text
from evalcore.readers.tables.limits import check_size
from evalcore.runs.run import UNSCORED, EvalRun
from evalcore.wording import shortest

__all__ = ["OpenImagesReader"]

NAME = "Open Images labels (CSV)"
MAX_FILES = 100
_IMAGE_FOLDERS = ("images", "data", "")


class OpenImagesReader:
    """Reads a folder of label files, or one file with both kinds of rows."""

    name = NAME

    def recognises(self, path: Path) -> bool:
        """Tell by the header of the file, or of the CSV files in a folder."""
        return any(_is_triples(file) for file in _csv_files(path))

    def read(self, path: Path) -> EvalRun:
        """Read the run.

        Raises
        ------
        RunError
            When there are no verified labels or no scores, or rows contradict each other.
        """
        paths = _csv_files(path)
        labels = _Labels(file=path.name, displayed=_display_names(paths))
        for file in paths:
            if _is_triples(file):
                labels.look(TripleFile.open(file))
        labels.require_both()
        concepts, positions = labels.concepts.order()
        matched, notices = match_ids(path.name, list(labels.scored), list(labels.verified))
        matrix = labels.read(dict(zip(labels.scored, matched.tolist(), strict=True)), positions)
        labels.problems.refuse()
        manifest = Manifest(task="multi_label")
        export = Export(
            path=path,
            file=path.name,
            format=NAME,
            manifest=manifest,
            unit="row",
            notices=tuple(notices),
        )
        return export.run(labels.inputs(export.root), concepts=concepts, scores=matrix)


@dataclass(slots=True, kw_only=True, eq=False)
class _Labels:
    """What the files say, read twice: first the names, then the rows.

    Knowing all names first, each score goes straight to its place in the matrix.
    """

    file: str
    displayed: dict[str, str]
    """LabelName to DisplayName."""
    files: list[tuple[TripleFile, bool]] = field(default_factory=list)
    """With what rows without a source are: verified labels, or scores."""
    verified: dict[str, int] = field(default_factory=dict)
    """Verified images, with their first row."""
    scored: dict[str, None] = field(default_factory=dict)
    concepts: ConceptNames = field(default_factory=ConceptNames)
    present: list[list[int]] = field(default_factory=list)
    absent: list[list[int]] = field(default_factory=list)
    label_ids: dict[str, int] = field(default_factory=dict)
    problems: Problems = field(init=False)

    def __post_init__(self) -> None:
        self.problems = Problems(file=self.file)

    def look(self, file: TripleFile) -> None:
        """Take note of the names in a file."""
        triples = file.triples()
        has_source = "source" in columns_of(file.layout.header)
        verified = not has_source and all(item.confidence in {0, 1} for item in triples)
        self.files.append((file, verified))
        for item in file.triples():
            if _is_truth(item, verified=verified):
                self.verified.setdefault(item.image, item.row)
            else:
                self.scored[item.image] = None
                self.concepts.column(item.label, self.displayed.get(item.label, ""))

    def require_both(self) -> None:
        """Refuse files with labels alone or scores alone.

        Raises
        ------
        RunError
            When one of them is missing.
        """
        if self.verified and self.scored:
            return
        what = "scores (rows with another Source, such as machine)"
        if not self.verified:
            what = "verified labels (rows with Source verification, Confidence 1 or 0)"
        names = ", ".join(shorten(file.name) for file, _ in self.files) or "no file"
        msg = f"{self.file}: {names} hold no {what}. Hint: put both kinds into one folder."
        raise RunError(msg)

    def read(self, position: Mapping[str, int], columns: IntArray) -> ScoreArray:
        """Read the rows: the verified labels, and the scores as the matrix of the run."""
        check_size(self.file, n_rows=len(self.verified), n_columns=len(columns))
        matrix = np.full((len(self.verified), len(columns)), UNSCORED)
        places = {image: k for k, image in enumerate(self.verified)}
        self.present = [[] for _ in places]
        self.absent = [[] for _ in places]
        rows = ((file, item, verified) for file, verified in self.files for item in file.triples())
        for file, item, verified in rows:
            try:
                if _is_truth(item, verified=verified):
                    self._verify(places[item.image], item)
                else:
                    column = int(columns[self.concepts.column(item.label)])
                    _score(matrix, position[item.image], column, item)
            except FieldError as error:
                self.problems.add(f"{file.name}, row {item.row}", error)
        return matrix

    def inputs(self, root: Path) -> Inputs:
        """Return the verified images with their labels; what nobody verified is unknown."""
        shown = self.concepts.shown()
        names = []
        for label in self.label_ids:
            column = self.concepts.find(label)
            name = self.displayed.get(label, label)
            names.append(name if column is None else shown[column])
        inputs = Inputs(is_partial=True)
        paths = _image_paths(root, list(self.verified))
        for k, (image, row) in enumerate(self.verified.items()):
            inputs.add(
                row=row,
                name=image,
                labels=tuple(dict.fromkeys(names[j] for j in self.present[k])),
                absent=tuple(dict.fromkeys(names[j] for j in self.absent[k])),
                image=paths[k] if paths else "",
            )
        return inputs

    def _verify(self, place: int, item: Triple) -> None:
        label = self.label_ids.setdefault(item.label, len(self.label_ids))
        if item.confidence not in {0, 1}:
            rule = "verified labels have the Confidence 1 (present) or 0 (absent)"
            msg = f"Confidence is {shortest(item.confidence)}"
            raise FieldError(msg, rule=rule)
        mine, others = self.present[place], self.absent[place]
        if not item.confidence:
            mine, others = others, mine
        if label in others:
            found = f"{shorten(item.label)} of {shorten(item.image)} is both 1 and 0"
            rule = "people agree whether an image shows a label"
            raise FieldError(found, rule=rule, hint="keep one of the rows.")
        if label not in mine:
            mine.append(label)


def _score(matrix: ScoreArray, place: int, column: int, item: Triple) -> None:
    if place < 0:  # an image that nobody verified
        return
    if matrix[place, column] != UNSCORED:
        found = f"{shorten(item.label)} of {shorten(item.image)} is scored again"
        raise FieldError(found, rule="every pair is scored once", hint="keep one of the rows.")
    matrix[place, column] = item.confidence


def _is_truth(item: Triple, *, verified: bool) -> bool:
    return verified if item.is_verified is None else item.is_verified


def _csv_files(path: Path) -> list[Path]:
    try:
        if path.is_dir():
            inside = path.resolve()
            found = sorted(path.glob("*.csv"))[:MAX_FILES]
            return [f for f in found if f.is_file() and f.resolve().is_relative_to(inside)]
        return [path] if path.is_file() else []
    except (OSError, ValueError, RuntimeError):
        return []


def _is_triples(path: Path) -> bool:
    line = head_text(path, size=4096).split("\n", 1)[0]
    columns = columns_of(line.replace('"', "").replace(";", ",").strip().split(","))
    return all(name in columns for name in REQUIRED)


def _display_names(paths: Sequence[Path]) -> dict[str, str]:
    """Read class descriptions: two columns, with or without the header LabelName,DisplayName."""
    displayed: dict[str, str] = {}
    for path in paths:
        first = head_text(path, size=4096).split("\n", 1)[0].strip().strip('"')
        has_header = first.casefold().startswith("labelname,displayname")
        if not has_header and not first.startswith(("/m/", "/g/", "/t/")):
            continue
        layout = read_layout(path)
        rows = [] if has_header else [list(layout.header)]
        rows.extend(record for _, record in records(layout))
        displayed.update({row[0]: row[1].strip() for row in rows if len(row) == 2})
    return displayed


def _image_paths(root: Path, images: Sequence[str]) -> list[str]:
    """Return the path of each image, when some of them lie in a usual folder."""
    for folder in _IMAGE_FOLDERS:
        try:
            with os.scandir(root / folder) as entries:
                there = {entry.name for entry in entries}
        except (OSError, ValueError):
            continue
        if any(f"{image}.jpg" in there for image in images):
            return [f"{folder}/{image}.jpg".lstrip("/") for image in images]
    return []
