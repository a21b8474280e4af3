"""From the parts of a run, once read, to an :class:`EvalRun`: check and assemble."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from evalcore.arrays import ScoreArray
from evalcore.base.jobs import progress_section, report_progress
from evalcore.errors import Cases, RunError, shorten
from evalcore.readers.folder.files import RunFiles
from evalcore.readers.folder.inputs import open_images, read_folds
from evalcore.readers.folder.notices import (
    id_notices,
    label_notices,
    lost_score_notices,
    name_notices,
    score_notices,
    split_notices,
    unscored_notices,
)
from evalcore.readers.folder.roles import Roles
from evalcore.readers.folder.truth import Truth, read_truth
from evalcore.readers.reading.label_questions import settle_labels
from evalcore.readers.reading.manifest import Manifest
from evalcore.readers.reading.reading import Reading
from evalcore.readers.tables.table import Content, Source, as_texts, shown_texts
from evalcore.runs.format_words import METADATA_PREFIX
from evalcore.runs.labels import Labels
from evalcore.runs.load_report import ColumnRole, LoadReport, Notice
from evalcore.runs.run import EvalRun, Task

__all__ = ["DEFAULT_SEPARATOR", "SCORES_READ", "Parts", "assemble"]

DEFAULT_SEPARATOR = "|"
SCORES_READ, LABELS_READ, CHECKED = 0.45, 0.8, 0.9
"""How much of the time is over after each step, as measured on a million inputs."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Parts:
    """What was read, before it is put together."""

    files: RunFiles
    manifest: Manifest
    table: Source
    roles: Roles
    content: Content
    concepts: tuple[str, ...]
    scores: ScoreArray
    ids: list[str]
    notices: tuple[Notice, ...]
    """What the reading itself mended or warned of."""
    extra_columns: tuple[ColumnRole, ...] = ()
    reading: Reading | None = None
    """How labels are understood; None where the format itself says what they are."""
    asking: bool = True


def assemble(parts: Parts) -> EvalRun:
    """Check what was read and put it together; every format ends here.

    Raises
    ------
    RunError
        When labels, images or scores contradict each other.
    """
    manifest, content, roles, file = parts.manifest, parts.content, parts.roles, parts.table.file
    with progress_section(SCORES_READ, LABELS_READ):
        truth = _truth(parts)
    task = _task(parts, truth)
    _refuse_two_labels(parts, truth, task)
    images, image_notices = open_images(
        file, parts.files.root, content, roles, is_own=parts.files.kind == "folder"
    )
    folds, fold_names, fold_notices = read_folds(file, content, roles, manifest.folds)
    report_progress(CHECKED, of=1)
    shown = {name: as_texts(shown_texts(cells)) for name, cells in content.cells.items()}
    metadata = {name.removeprefix(METADATA_PREFIX): shown[name] for name in roles.metadata}
    notices = (
        *(*parts.notices, *truth.notices, *fold_notices, *image_notices),
        *split_notices(fold_names),
        *lost_score_notices(file, metadata),
        *_notices(parts, truth.labels, task=task),
    )
    return EvalRun(
        concepts=parts.concepts,
        scores=parts.scores,
        labels=truth.labels,
        ids=as_texts(parts.ids),
        task=task,
        name=manifest.name or parts.files.name,
        model=manifest.model,
        model_version=manifest.model_version,
        dataset=manifest.dataset,
        dataset_version=manifest.dataset_version,
        description=manifest.description,
        folds=folds,
        fold_names=fold_names,
        metadata=metadata,
        images=images,
        texts=shown[roles.named["text"]] if "text" in roles.named else None,
        default_operator=manifest.operator,
        default_threshold=manifest.default_threshold,
        report=_report(parts, notices),
    )


def _notices(parts: Parts, labels: Labels, *, task: Task) -> Iterator[Notice]:
    yield from id_notices(parts.ids)
    yield from unscored_notices(parts.table.file, parts.scores, parts.ids, labels)
    yield from label_notices(parts.concepts, labels)
    yield from name_notices(parts.concepts, labels.total.tolist())
    yield from score_notices(parts.concepts, parts.scores, task=task)


def _truth(parts: Parts) -> Truth:
    named, cells = parts.roles.named, parts.content.cells
    absent, unknown = named.get("not labelled"), named.get("unknown")
    notation = None
    if parts.reading is not None:
        notation = settle_labels(
            parts.table.file,
            cells[named["labels"]],
            parts.concepts,
            separator=parts.manifest.label_separator,
            reading=parts.reading,
            asking=parts.asking,
        )
    return read_truth(
        parts.table.file,
        rows=parts.content.rows,
        cells=cells[named["labels"]],
        absent=None if absent is None else cells[absent],
        unknown=None if unknown is None else cells[unknown],
        concepts=parts.concepts,
        separator=parts.manifest.label_separator or DEFAULT_SEPARATOR,
        notation=notation,
        unit=parts.content.unit,
    )


def _task(parts: Parts, truth: Truth) -> Task:
    if parts.manifest.task is not None:
        return parts.manifest.task
    column = parts.roles.named["labels"]
    named_plural = parts.manifest.columns.get(column, column).strip().casefold() == "labels"
    if named_plural or truth.has_lists or len(parts.concepts) == 1:
        return "multi_label"
    return "single_label"


def _refuse_two_labels(parts: Parts, truth: Truth, task: Task) -> None:
    several = np.flatnonzero(np.diff(truth.labels.input_starts) > 1)
    if task == "multi_label" or not several.size:
        return
    cells = parts.content.cells[parts.roles.named["labels"]]
    cases = Cases()
    for k in several.tolist():
        cases.add(f"{parts.content.unit} {parts.content.rows[k]}: {shorten(cells[k])}")
    msg = (
        f"{parts.table.file}: run.json says single_label, but {cases.count:,} input(s) have more "
        f'than one label: {cases}. Hint: set "task": "multi_label".'
    )
    raise RunError(msg)


def _report(parts: Parts, notices: Sequence[Notice]) -> LoadReport:
    form = parts.table.format if parts.files.scores is None else f"{parts.table.format}, sparse"
    return LoadReport(
        source=parts.table.file if parts.files.kind == "file" else parts.files.name,
        format=f"{parts.files.kind}, {form}",
        columns=(*parts.roles.described(), *parts.extra_columns),
        notices=tuple(notices),
    )
