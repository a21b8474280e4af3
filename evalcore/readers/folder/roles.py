"""Which column of a table is what."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from evalcore.errors import RunError, did_you_mean, listing, shorten
from evalcore.readers.folder.column_roles import IGNORED, METADATA, SCORE, role_of
from evalcore.readers.folder.manifest import Manifest
from evalcore.readers.folder.score_columns import find_scores
from evalcore.readers.tables.table import Table
from evalcore.runs.format_words import ALIASES, SCORE_PREFIX
from evalcore.runs.load_report import ColumnRole, Notice

__all__ = ["Roles", "find_roles"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Roles:
    """What each column of a table was taken for.

    Parameters
    ----------
    named
        Role to column, of the roles in ``ALIASES`` that the table has.
    scores
        Pairs (column, concept), in the order of the concepts.
    metadata, ignored
        The remaining columns. One named ``metadata:year`` is metadata whatever ``year`` would mean.
    """

    named: Mapping[str, str]
    scores: tuple[tuple[str, str], ...]
    metadata: tuple[str, ...]
    ignored: tuple[str, ...]
    notices: tuple[Notice, ...] = ()

    def described(self) -> list[ColumnRole]:
        """Return every column with its role, for the load report."""
        return [
            *(ColumnRole(column=column, role=role) for role, column in self.named.items()),
            *(
                ColumnRole(column=column, role="score", detail=f"concept {concept!r}")
                for column, concept in self.scores
            ),
            *(ColumnRole(column=column, role="metadata") for column in self.metadata),
            *(ColumnRole(column=column, role="ignored") for column in self.ignored),
        ]


def find_roles(table: Table, manifest: Manifest, *, with_scores: bool = True) -> Roles:
    """Decide what each column is.

    Parameters
    ----------
    with_scores
        False for the inputs table of a sparse run, whose scores stand in another file.

    Raises
    ------
    RunError
        When there are no labels, no scores, or two columns for one role.
    """
    _refuse_strangers(table, manifest, with_scores=with_scores)
    chosen = {column: role_of(choice) for column, choice in manifest.columns.items()}
    named = _named(table, chosen)
    set_aside = {column for column, role in chosen.items() if role in (METADATA, IGNORED)}
    taken = {*named.values(), *set_aside}
    rest = [column for column in table.columns if column not in taken]
    _require_labels(table, named, rest)
    _require_texts(table, named)
    scores = find_scores(table, manifest, named, rest) if with_scores else ()
    taken = {*named.values(), *(column for column, _ in scores)}
    rest = [column for column in table.columns if column not in taken]
    metadata = tuple(column for column in rest if _is_metadata(table, column, chosen.get(column)))
    ignored = tuple(column for column in rest if column not in metadata)
    lost = [column for column in ignored if column not in chosen]
    return Roles(
        named=named,
        scores=scores,
        metadata=metadata,
        ignored=ignored,
        notices=tuple(_ignored_scores(table.file, lost)),
    )


def _refuse_strangers(table: Table, manifest: Manifest, *, with_scores: bool) -> None:
    for column, choice in manifest.columns.items():
        if column not in table.columns:
            msg = (
                f"run.json: 'columns' names {shorten(column)}, but {table.file} has no such "
                f"column.{did_you_mean(column, table.columns)} "
                f"The columns are {listing(table.columns)}. Hint: correct the name or delete it."
            )
            raise RunError(msg)
        if role_of(choice) == SCORE and not with_scores:
            msg = (
                f"run.json: 'columns' gives {shorten(column)} the role {shorten(choice)}, but the "
                f"scores of this run stand in a table of their own. Hint: make it 'metadata'."
            )
            raise RunError(msg)


def _is_metadata(table: Table, column: str, role: str | None) -> bool:
    if role is None:
        is_shown = table.kind(column) in {"number", "text", "list"}
        return is_shown and not column.startswith(SCORE_PREFIX)
    return role == METADATA


def _named(table: Table, chosen: Mapping[str, str]) -> dict[str, str]:
    folded: dict[str, list[str]] = {}
    for column in table.columns:
        if column not in chosen:
            folded.setdefault(column.strip().casefold(), []).append(column)
    owners = {role: column for column, role in chosen.items()}
    named = {}
    for role, aliases in ALIASES.items():
        found = [column for alias in aliases for column in folded.get(alias, ())]
        if role in owners:
            found = [owners[role]]
        if role == "labels" and len(found) > 1:
            msg = (
                f"{table.file}: columns {listing(found)} both look like the ground truth. "
                "Hint: keep one, rename the other, or say which by 'columns' in run.json."
            )
            raise RunError(msg)
        if found:
            named[role] = found[0]
    return named


def _require_labels(table: Table, named: Mapping[str, str], rest: Sequence[str]) -> None:
    if "labels" in named:
        return
    near = did_you_mean("label", rest) or did_you_mean("labels", rest)
    above = "delete what stands above the header, or " if len(table.columns) == 1 else ""
    msg = (
        f"{table.file}: no column 'label' or 'labels' with the ground truth. "
        f"The columns are {listing(table.columns)}.{near} "
        f"Hint: {above}name the column 'label' (one per input) or 'labels' (any number), "
        "or say which it is by 'columns' in run.json."
    )
    raise RunError(msg)


def _require_texts(table: Table, named: Mapping[str, str]) -> None:
    """Refuse bytes and lists where one text has to stand: read as such, they would be lost."""
    lists = {"labels", "not labelled", "unknown"}
    allowed: Mapping[str, set[str]] = {"image": {"image"}, "list": lists, "other": set()}
    for role, column in named.items():
        kind = table.kind(column)
        if role not in allowed.get(kind, {role}):
            what = {"image": "bytes", "list": "lists", "other": "nested values"}[kind]
            rule = "texts or lists of texts" if role in lists else "one text per row"
            msg = (
                f"{table.file}: column {shorten(column)} holds {what}, but as {role} it must hold "
                f"{rule}. Hint: convert it to text before the export, or rename it."
            )
            raise RunError(msg)


def _ignored_scores(file: str, ignored: Sequence[str]) -> list[Notice]:
    lost = [column for column in ignored if column.startswith(SCORE_PREFIX)]
    if not lost:
        return []
    text = (
        f"{file}: {len(lost)} score column(s) are ignored because run.json's 'concepts' does not "
        f"name them: {listing(lost)}."
    )
    return [Notice(level="warning", text=text, count=len(lost))]
