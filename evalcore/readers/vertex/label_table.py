"""The label table that predictions of Vertex AI or AutoML are joined with."""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from evalcore.arrays import IntArray, ScoreArray
from evalcore.base.fields import FieldError
from evalcore.errors import RunError
from evalcore.readers.entries.entries import Export, Inputs, Problems, image_or_address
from evalcore.readers.entries.score_rows import refuse_unscored
from evalcore.readers.folder.assemble import Parts, assemble
from evalcore.readers.folder.files import RunFiles
from evalcore.readers.folder.inputs import identify
from evalcore.readers.folder.roles import Roles, find_roles
from evalcore.readers.folder.sparse import match_ids
from evalcore.readers.reading.manifest import Manifest
from evalcore.readers.tables.csv_layout import read_layout, records
from evalcore.readers.tables.formats import open_table
from evalcore.readers.tables.json_stream import head_text, json_lines
from evalcore.readers.tables.table import Content, Table, shown_texts
from evalcore.readers.vertex.rows import LabelRow, label_row, label_row_of_csv
from evalcore.runs.load_report import Notice
from evalcore.runs.run import EvalRun, Task

__all__ = ["LabelTable", "open_label_table"]

ADDRESSES = ("uri", "gcs_uri", "gcsuri", "image_uri", "imagegcsuri", "image_gcs_uri", "content")
"""Names of the column with the instances' addresses, besides ``id`` and ``image``."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Named:
    file: str
    format: str


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class LabelTable:
    """The inputs of the run, with their labels."""

    file: str
    ids: Sequence[str]
    content: Content
    roles: Roles
    task: Task | None
    notices: tuple[Notice, ...] = ()

    @property
    def n_inputs(self) -> int:
        """Number of inputs."""
        return len(self.ids)

    def match(self, owners: Mapping[str, str]) -> tuple[IntArray, list[Notice]]:
        """Return the input of each predicted instance, by its whole address or its file name.

        Raises
        ------
        RunError
            When fewer than half of the instances are in the table.
        """
        named = list(owners)
        if not set(named) & set(self.ids):
            short, shorter = _file_names(named), _file_names(self.ids)
            if short and shorter and set(short) & set(shorter):
                inputs, notices = match_ids(self.file, short, shorter)
                text = f"{self.file}: addresses were matched by their last part, the file name."
                return inputs, [*notices, Notice(level="mended", text=text)]
        return match_ids(self.file, named, self.ids)

    def run(
        self,
        path: Path,
        *,
        concepts: Sequence[str],
        scores: ScoreArray,
        format_name: str,
        notices: Iterable[Notice],
    ) -> EvalRun:
        """Put the run together.

        Raises
        ------
        RunError
            When nothing was scored, or labels and images contradict each other.
        """
        refuse_unscored(path.name, scores)
        is_folder = path.is_dir()
        parts = Parts(
            files=RunFiles(
                name=path.resolve().name if is_folder else path.stem,
                kind="folder" if is_folder else "file",
                root=path if is_folder else path.parent,
                table=path,
            ),
            manifest=Manifest(task=self.task),
            table=_Named(file=self.file, format=format_name),
            roles=replace(self.roles, scores=tuple((name, name) for name in concepts)),
            content=self.content,
            concepts=tuple(concepts),
            scores=scores,
            ids=list(self.ids),
            notices=(*self.notices, *notices),
        )
        return assemble(parts)


def open_label_table(path: Path, export: Path, *, predicted: Container[str]) -> LabelTable:
    """Read a label table: an import file, or a table with a header.

    Parameters
    ----------
    export
        The file or folder that was opened.
    predicted
        Instances with predictions; rows for training without one are left out.

    Raises
    ------
    RunError
        When it is malformed, or its ids repeat.
    """
    head = head_text(path, size=4096)
    if head[:1] == "{":
        return _of_rows(path, export, _json_rows(path), predicted)
    first = head.split("\n", 1)[0].casefold()
    if "://" in first:
        return _of_rows(path, export, _csv_rows(path), predicted)
    return _of_table(open_table(path))


def _of_rows(
    path: Path, export: Path, rows: Iterator[tuple[int, LabelRow]], predicted: Container[str]
) -> LabelTable:
    inputs = Inputs()
    is_multiple, n_skipped = False, 0
    for row, item in rows:
        if item.use in {"train", "validation"} and item.name not in predicted:
            n_skipped += 1
            continue
        image, _ = image_or_address(item.name)
        is_multiple = is_multiple or item.is_multiple or len(item.labels) > 1
        use = {"ml_use": item.use} if item.use else {}
        inputs.add(row=row, name=item.name, labels=item.labels, image=image, metadata=use)
    if not inputs.rows:
        msg = f"{path.name}: there are no rows. Hint: export the table again."
        raise RunError(msg)
    content = inputs.content(np.empty((len(inputs.rows), 0)), unit="row")
    roles = Export(path=export, file=path.name, format="").roles(content)
    return LabelTable(
        file=path.name,
        ids=identify(path.name, content, roles),
        content=content,
        roles=roles,
        task="multi_label" if is_multiple else "single_label",
        notices=_skipped(path.name, n_skipped),
    )


def _skipped(file: str, count: int) -> tuple[Notice, ...]:
    if not count:
        return ()
    text = f"{file}: {count:,} rows are for training or validation, not predicted, and left out."
    return (Notice(level="info", text=text, count=count),)


def _of_table(table: Table) -> LabelTable:
    roles = find_roles(table, Manifest(), with_scores=False)
    content = table.load(texts=[*roles.named.values(), *roles.metadata], scores=[])
    named = dict(roles.named)
    image = named.get("image")
    metadata = list(roles.metadata)
    if image is not None and any("://" in name for name in shown_texts(content.cells[image])):
        del named["image"]  # an address, which nobody opens
        if "id" in named:
            metadata.append(image)
        named.setdefault("id", image)
    for column in roles.metadata:
        if column.strip().casefold() in ADDRESSES and "id" not in named and "image" not in named:
            named["id"] = column
            metadata.remove(column)
    roles = replace(roles, named=named, metadata=tuple(metadata))
    return LabelTable(
        file=table.file,
        ids=identify(table.file, content, roles),
        content=content,
        roles=roles,
        task=None,
        notices=(*table.notices, *roles.notices, *content.notices),
    )


def _json_rows(path: Path) -> Iterator[tuple[int, LabelRow]]:
    problems = Problems(file=path.name)
    for row, value in json_lines(path):
        try:
            yield row, label_row(value)
        except FieldError as error:
            problems.add(f"row {row}", error)
    problems.refuse()


def _csv_rows(path: Path) -> Iterator[tuple[int, LabelRow]]:
    problems = Problems(file=path.name)
    layout = read_layout(path)
    rows = [(1, list(layout.header)), *records(layout)]
    for row, cells in rows:
        try:
            yield row, label_row_of_csv(cells)
        except FieldError as error:
            problems.add(f"row {row}", error)
    problems.refuse()


def _file_names(addresses: Iterable[str]) -> list[str]:
    """Return the last part of each address; nothing when they are not all different."""
    names = [address.rsplit("/", 1)[-1] for address in addresses]
    return [] if max(Counter(names).values(), default=0) > 1 else names
