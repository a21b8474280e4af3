"""The first rows of a table and what its columns seem to be, also when the run cannot be read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from evalcore.errors import RunError
from evalcore.readers.folder.build import open_tables
from evalcore.readers.folder.files import find_files
from evalcore.readers.folder.kept_columns import manifest_of
from evalcore.readers.folder.roles import Roles, find_roles
from evalcore.readers.layouts.understand import understand
from evalcore.readers.reading.column_roles import CHOICES, IGNORED, METADATA
from evalcore.readers.reading.manifest import Manifest
from evalcore.readers.reading.reading import Reading
from evalcore.readers.tables.formats import open_table
from evalcore.readers.tables.table import Table
from evalcore.runs.format_words import ALIASES, SCORE_PREFIX

__all__ = ["Preview", "preview"]

N_ROWS = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """A run's table before it is read.

    Parameters
    ----------
    path
        The run.
    table
        Its table; of a sparse run the one of the inputs.
    is_folder
        Whether the run has, or may have, a run.json.
    columns
        Column to the role it has or seems to have, in the words of run.json's ``columns``.
    rows
        The first cells of every column, in the order of ``columns``; one tuple per row.
    chosen
        The columns whose role was chosen by a person.
    """

    path: Path
    table: Path
    is_folder: bool
    columns: Mapping[str, str]
    rows: Sequence[tuple[str, ...]]
    chosen: Mapping[str, str]
    reading: Reading
    """All that was chosen, by run.json or a person."""


def preview(path: Path) -> Preview:
    """Look at the first rows of a run of the folder format.

    Raises
    ------
    RunError
        When there is no such table.
    """
    files = find_files(path)
    try:
        table, is_dense = open_tables(files)
    except RunError:  # what does not fit together is seen apart
        table, is_dense = open_table(files.table), files.scores is None
    try:
        manifest = manifest_of(files)
    except RunError:
        manifest = Manifest()
    try:
        known = understand(table, manifest, dense=is_dense, asking=True)
        roles = find_roles(known.table, known.manifest, with_scores=is_dense)
        guess = {**_found(roles, known.manifest), **known.reading.columns}
    except RunError:
        guess = {}
    return Preview(
        path=path,
        table=files.table,
        is_folder=files.kind == "folder",
        columns={
            column: manifest.columns.get(column) or guess.get(column) or _guess(table, column)
            for column in table.columns
        },
        rows=table.head(N_ROWS),
        chosen=manifest.columns,
        reading=manifest.whole_reading,
    )


def _found(roles: Roles, manifest: Manifest) -> dict[str, str]:
    words = {role: choice for choice, role in reversed([*CHOICES.items()])}
    found = {column: words[role] for role, column in roles.named.items()}
    labels = roles.named["labels"]
    is_plural = labels.strip().casefold() == "labels" or manifest.task == "multi_label"
    found[labels] = "labels" if is_plural else "label"
    found |= {column: f"{SCORE_PREFIX}{concept}" for column, concept in roles.scores}
    found |= dict.fromkeys(roles.metadata, METADATA)
    return found | dict.fromkeys(roles.ignored, words[IGNORED])


def _guess(table: Table, column: str) -> str:
    folded = column.strip().casefold()
    if column.startswith(SCORE_PREFIX):
        return column
    for choice, role in CHOICES.items():
        if folded in ALIASES.get(role, ()) and (role != "labels" or choice == folded):
            return choice
    return METADATA if table.kind(column) in {"number", "text", "list"} else "ignore"
