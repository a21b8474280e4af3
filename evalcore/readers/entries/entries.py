"""The inputs of an export, gathered entry by entry, and the run that they become."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, ClassVar

import numpy as np

from evalcore.arrays import ScoreArray
from evalcore.base.fields import FieldError, text_of
from evalcore.errors import Cases, RunError, listing, shorten
from evalcore.readers.entries.score_rows import refuse_unscored
from evalcore.readers.folder.assemble import Parts, assemble
from evalcore.readers.folder.files import RunFiles
from evalcore.readers.folder.inputs import identify
from evalcore.readers.folder.roles import Roles
from evalcore.readers.reading.manifest import Manifest
from evalcore.readers.tables.table import Cell, Content
from evalcore.runs.images import path_problem
from evalcore.runs.load_report import Notice
from evalcore.runs.run import EvalRun

__all__ = ["Export", "Inputs", "Problems", "image_or_address", "metadata_of"]

MAX_METADATA = 64
"""Columns of metadata; an export with more has one field per input, not one per property."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Export:
    """What is known of an export besides its inputs.

    Parameters
    ----------
    path
        The file or folder that was opened; images are sought in that folder.
    file
        Name for messages.
    format
        Name of the reader.
    unit
        What messages call an entry.
    """

    path: Path
    file: str
    format: str
    manifest: Manifest = field(default_factory=Manifest)
    unit: str = "item"
    notices: tuple[Notice, ...] = ()

    @property
    def root(self) -> Path:
        """The folder that images are relative to."""
        return self.path if self.path.is_dir() else self.path.parent

    def run(self, inputs: Inputs, *, concepts: Sequence[str], scores: ScoreArray) -> EvalRun:
        """Check the inputs and put the run together.

        Raises
        ------
        RunError
            When there are none, ids repeat, or labels and images contradict each other.
        """
        if not inputs.rows:
            msg = f"{self.file}: there are no entries. Hint: export it again."
            raise RunError(msg)
        refuse_unscored(self.file, scores)
        export, content, roles = self._checked(inputs, concepts, scores)
        is_folder = self.path.is_dir()
        parts = Parts(
            files=RunFiles(
                name=(self.path.resolve().name if is_folder else self.path.stem) or "run",
                kind="folder" if is_folder else "file",
                root=self.root,
                table=self.path,
            ),
            manifest=export.manifest,
            table=export,
            roles=roles,
            content=content,
            concepts=tuple(concepts),
            scores=scores,
            ids=identify(self.file, content, roles),
            notices=(*export.notices, *inputs.notices(self.file)),
        )
        return assemble(parts)

    def _checked(
        self, inputs: Inputs, concepts: Sequence[str], scores: ScoreArray
    ) -> tuple[Export, Content, Roles]:
        content = inputs.content(scores, unit=self.unit)
        export = self
        if self.manifest.task == "single_label":
            several = Cases()
            for row, cell in zip(inputs.rows, inputs.labels, strict=True):
                if len(cell) > 1:
                    several.add(f"{self.unit} {row} has {listing(cell, limit=3)}")
            if several.count:
                export = self._as_multi_label(several)
        roles = replace(self.roles(content), scores=tuple((name, name) for name in concepts))
        return export, content, roles

    def roles(self, content: Content) -> Roles:
        """Return what each column of the gathered inputs is."""
        named = {role: role for role in content.cells if role in Inputs.roles}
        rest = tuple(name for name in content.cells if name not in named)
        return Roles(named=named, scores=(), metadata=rest, ignored=())

    def _as_multi_label(self, several: Cases) -> Export:
        text = (
            f"{self.file}: one label per input is what this export says, but {several.count:,} "
            f"have more: {several}. It was read as multi-label."
        )
        notice = Notice(level="warning", text=text, count=several.count)
        manifest = replace(self.manifest, task="multi_label")
        return replace(self, manifest=manifest, notices=(*self.notices, notice))


@dataclass(slots=True, kw_only=True, eq=False)
class Inputs:
    """One entry per input, in the order of the file."""

    rows: list[int] = field(default_factory=list)
    ids: list[str] = field(default_factory=list)
    images: list[str] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    labels: list[tuple[str, ...]] = field(default_factory=list)
    absent: list[tuple[str, ...]] = field(default_factory=list)
    metadata: dict[str, list[str]] = field(default_factory=dict)
    payloads: Mapping[str, Any] = field(default_factory=dict)
    is_partial: bool = False
    """Only verified pairs are known, even where nothing was verified to be absent."""
    dropped: set[str] = field(default_factory=set)
    cells: dict[tuple[str, ...], tuple[str, ...]] = field(default_factory=dict)
    """Each combination of labels once: most of them occur many times."""

    roles: ClassVar = frozenset({"id", "image", "text", "labels", "not labelled"})

    def add(
        self,
        *,
        row: int,
        name: str,
        labels: tuple[str, ...],
        absent: tuple[str, ...] = (),
        image: str = "",
        text: str = "",
        metadata: Mapping[str, str] | None = None,
    ) -> None:
        """Add one input; ``name`` is its id."""
        self.rows.append(row)
        self.ids.append(name)
        self.labels.append(self.cells.setdefault(labels, labels))
        self.absent.append(self.cells.setdefault(absent, absent))
        self.images.append(image)
        self.texts.append(text)
        for column in metadata or {}:
            if column not in self.metadata:
                self._open(column)
        for column, cells in self.metadata.items():
            cells.append((metadata or {}).get(column, ""))

    def rename(self, name_of: Callable[[str], str]) -> None:
        """Replace every label by its name."""
        renamed = {cell: tuple(dict.fromkeys(map(name_of, cell))) for cell in self.cells}
        self.labels = [renamed[cell] for cell in self.labels]
        self.absent = [renamed[cell] for cell in self.absent]

    def content(self, scores: ScoreArray, *, unit: str) -> Content:
        """Return the inputs as columns, named by their role."""
        columns: dict[str, Sequence[Cell]] = {"id": self.ids, "labels": self.labels}
        if self.is_partial or any(self.absent):
            columns["not labelled"] = self.absent
        if any(self.images) or self.payloads:
            columns["image"] = self.images
        if any(self.texts):
            columns["text"] = self.texts
        for name, cells in self.metadata.items():
            columns[f"{name} (metadata)" if name in self.roles else name] = cells
        return Content(
            rows=np.array(self.rows, dtype=np.int64),
            cells=columns,
            scores=scores,
            payloads=self.payloads,
            unit=unit,
        )

    def notices(self, file: str) -> list[Notice]:
        """Tell which metadata were left out."""
        if not self.dropped:
            return []
        text = (
            f"{file}: more than {MAX_METADATA} fields of metadata; {len(self.dropped):,} or more "
            f"are left out: {listing(sorted(self.dropped), limit=3)}."
        )
        return [Notice(level="warning", text=text, count=len(self.dropped))]

    def _open(self, column: str) -> None:
        if len(self.metadata) < MAX_METADATA:
            # The inputs before had no such field; this one is added by the caller.
            self.metadata[column] = [""] * (len(self.rows) - 1)
        elif len(self.dropped) < MAX_METADATA:
            self.dropped.add(column)


@dataclass(slots=True, kw_only=True, eq=False)
class Problems:
    """What is wrong with the entries of a file, counted by the rule they break."""

    file: str
    cases: dict[tuple[str, str], Cases] = field(default_factory=dict)

    def add(self, place: str, error: FieldError) -> None:
        """Count an entry that cannot be understood."""
        self.cases.setdefault((error.rule, error.hint), Cases()).add(f"{place}: {error.found}")

    def refuse(self) -> None:
        """Refuse the file when anything was wrong with it.

        Raises
        ------
        RunError
            With the cases of each broken rule.
        """
        if self.cases:
            raise RunError(
                " ".join(
                    f"{self.file}: {cases.count:,} problem(s): {cases}. The rule: {rule}. "
                    f"Hint: {hint}"
                    for (rule, hint), cases in self.cases.items()
                )
            )


def image_or_address(place: str) -> tuple[str, dict[str, str]]:
    """Tell a path inside the export's folder from an address, which is shown and never opened.

    Examples
    --------
    >>> image_or_address("data/dog.jpg")
    ('data/dog.jpg', {})
    >>> image_or_address("gs://pets/dog.jpg")
    ('', {'address': 'gs://pets/dog.jpg'})
    """
    is_elsewhere = "://" in place or "is an absolute path" in path_problem(place)
    return ("", {"address": place}) if is_elsewhere else (place, {})


def metadata_of(
    fields: Mapping[str, object], *, skip: Callable[[str], bool] = lambda _name: False
) -> dict[str, str]:
    """Return the plain values of an object as texts; what is nested is left out."""
    found = {}
    for name, value in fields.items():
        if skip(name) or value is None or not name:
            continue
        if isinstance(value, list) and all(isinstance(item, str) for item in value):
            value = ", ".join(value)  # noqa: PLW2901 - a list of tags, as one text
        if isinstance(value, (str, int, float)):
            name_text = text_of(name, "the name of a field")
            found[name_text] = text_of(str(value), f"the field {shorten(name)}")
    return found
