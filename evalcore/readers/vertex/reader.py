"""Vertex AI and AutoML: batch predictions as JSON Lines, joined with a label table.

The folder holds the prediction files as the service wrote them, and one table with the ground
truth: an import file (see :mod:`evalcore.readers.vertex.rows`), or a CSV or Parquet table with a
header, as in :mod:`evalcore.readers.folder.roles`. Beside a single prediction file the table is
called ``labels.csv``, ``labels.jsonl`` or ``labels.parquet``.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from evalcore.base.fields import FieldError
from evalcore.errors import Cases, RunError, listing
from evalcore.readers.entries.concept_names import ConceptNames
from evalcore.readers.entries.entries import Problems
from evalcore.readers.entries.score_rows import ScoreRows
from evalcore.readers.tables.json_stream import head_text, json_lines
from evalcore.readers.vertex.label_table import open_label_table
from evalcore.readers.vertex.rows import Failure, prediction_of
from evalcore.runs.load_report import Notice
from evalcore.runs.run import EvalRun

__all__ = ["VertexReader"]

NAME = "Vertex AI batch predictions (JSON Lines)"
MAX_FILES = 10_000
TABLES = (".csv", ".tsv", ".jsonl", ".parquet", ".pq")
_VERTEX = re.compile(
    r'"(displayNames|display_names)"[\s\S]*"confidences"|"confidences"[\s\S]*"displayN'
)
_AUTOML = re.compile(r'"annotations"\s*:[\s\S]*"(display_name|displayName|annotation_spec_id)"')
_FAILED = re.compile(r'\{[^\n]*"(error|status)"\s*:\s*\{[^\n]*"(code|message)"')


class VertexReader:
    """Reads a folder of prediction files with a label table, or one such file beside it."""

    name = NAME

    def recognises(self, path: Path) -> bool:
        """Tell by the field names in the first row of a prediction file."""
        return any(_is_predictions(file) for file in _files(path))

    def read(self, path: Path) -> EvalRun:
        """Read the run.

        Raises
        ------
        RunError
            When there is no label table, a row is malformed, or the ids do not match.
        """
        predictions = _Predictions(file=path.name)
        predictions.scores.source = path
        files = _files(path)
        for file in files:
            if _is_predictions(file):
                predictions.add_file(file)
        predictions.problems.refuse()
        if not predictions.owners:
            said = "".join(f" {notice.text}" for notice in predictions.notices())
            msg = f"{path.name}: nothing was predicted.{said} Hint: predict and export it again."
            raise RunError(msg)
        labels = _label_table(path, files)
        table = open_label_table(labels, path, predicted=predictions.owners)
        matched, notices = table.match(predictions.owners)
        concepts, positions = predictions.names.order()
        scores = predictions.scores.matrix(positions=positions, rows=matched, n=table.n_inputs)
        return table.run(
            path,
            concepts=concepts,
            scores=scores,
            format_name=NAME,
            notices=[*predictions.notices(), *notices],
        )


@dataclass(slots=True, kw_only=True, eq=False)
class _Predictions:
    """The prediction rows read so far."""

    file: str
    owners: dict[str, str] = field(default_factory=dict)
    """Instance to the place of its row."""
    names: ConceptNames = field(default_factory=ConceptNames)
    failed: Cases = field(default_factory=Cases)
    scores: ScoreRows = field(init=False)
    problems: Problems = field(init=False)

    def __post_init__(self) -> None:
        self.scores = ScoreRows(self.file)
        self.problems = Problems(file=self.file)

    def add_file(self, file: Path) -> None:
        """Add the rows of one file."""
        for row, value in json_lines(file):
            place = f"{file.name}, row {row}"
            try:
                self._add(place, value)
            except Failure as failure:
                self.failed.add(f"{place}: {failure}")
            except FieldError as error:
                self.problems.add(place, error)

    def _add(self, place: str, value: object) -> None:
        owner, concepts = prediction_of(value)
        found: dict[int, float] = {}
        for key, name, score in concepts:
            column = self.names.column(key, name)
            if column in found:
                rule = "every concept is predicted once per instance"
                msg = f"{name!r} is predicted twice"
                raise FieldError(msg, rule=rule)
            found[column] = score
        if owner in self.owners:
            rule = "every instance is predicted once"
            hint = "keep the predictions of one job."
            what = f"{owner!r} was predicted in {self.owners[owner]} too"
            raise FieldError(what, rule=rule, hint=hint)
        self.owners[owner] = place
        self.scores.add(list(found), list(found.values()))

    def notices(self) -> list[Notice]:
        """Tell of instances that the service could not predict."""
        if not self.failed.count:
            return []
        text = (
            f"{self.file}: {self.failed.count:,} instance(s) could not be predicted: {self.failed}."
        )
        return [Notice(level="warning", text=text, count=self.failed.count)]


def _files(path: Path) -> list[Path]:
    try:
        if not path.is_dir():
            return [path] if path.is_file() else []
        inside = path.resolve()
        found = [file for file in path.iterdir() if _may_be_read(file)]
        return sorted(f for f in found[:MAX_FILES] if f.resolve().is_relative_to(inside))
    except (OSError, ValueError, RuntimeError):
        return []


def _may_be_read(file: Path) -> bool:
    is_shard = file.name.startswith("prediction.") and "-of-" in file.name
    return (is_shard or file.suffix.lower() in TABLES) and file.is_file()


def _is_predictions(path: Path) -> bool:
    head = head_text(path)
    if head[:1] != "{":
        return False
    return any(mark.search(head) for mark in (_VERTEX, _AUTOML)) or bool(_FAILED.match(head))


def _label_table(path: Path, files: Sequence[Path]) -> Path:
    """Return the one file that is not of predictions."""
    found = [file for file in files if not _is_predictions(file)]
    if not path.is_dir():
        siblings = [path.parent / f"labels{ending}" for ending in TABLES]
        found = [file for file in siblings if file.is_file()]
    if len(found) == 1:
        return found[0]
    there = f"there are several: {listing(f.name for f in found)}" if found else "there is none"
    msg = (
        f"{path.name}: the predictions need one label table with the ground truth, but {there}. "
        "Hint: put labels.csv with the columns id and label beside them (id: the instance's "
        "address), or the import file of the data set."
    )
    raise RunError(msg)
