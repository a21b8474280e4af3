"""Which column of a table is what."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from evalcore.errors import RunError, UnknownColumns, did_you_mean, listing, shorten
from evalcore.readers.reading.column_roles import IGNORED, METADATA, SCORE, concept_of, role_of
from evalcore.readers.reading.manifest import Manifest
from evalcore.readers.tables.table import Table
from evalcore.runs.format_words import ALIASES, SCORE_PREFIX
from evalcore.runs.load_report import ColumnRole, Notice

__all__ = ["Roles", "find_roles"]

_DECIMALS = re.compile(r"[-+]?\d*\.\d+")


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
    scores = _find_scores(table, manifest, named, rest) if with_scores else ()
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
    values = [column for column in table.columns if _DECIMALS.fullmatch(column.strip())]
    if values:
        above = (
            f"row 1 holds values such as {shorten(values[0])} and no names: write a header such as "
            "id,label,dog,cat above it; "
        )
    msg = (
        f"{table.file}: no column 'label' or 'labels' with the ground truth. "
        f"The columns are {listing(table.columns)}.{near} "
        f"Hint: {above}name the column 'label' (one per input) or 'labels' (any number), "
        "or say which it is by 'columns' in run.json."
    )
    if len(table.columns) == 1:
        raise RunError(msg)  # a text of any kind: no column of it can be a run's
    raise UnknownColumns(msg)


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


def _find_scores(
    table: Table, manifest: Manifest, named: Mapping[str, str], rest: Sequence[str]
) -> tuple[tuple[str, str], ...]:
    """Return the pairs (column, concept) of the score columns, in the order of the concepts.

    Parameters
    ----------
    named
        Role to column; the labels are among them.
    rest
        The columns that no role has taken.

    Raises
    ------
    RunError
        When there are none, one is missing, or two hold the scores of one concept.
    """
    chosen = {
        concept_of(column, choice): column
        for column, choice in manifest.columns.items()
        if role_of(choice) == SCORE
    }
    open_columns = [column for column in rest if column not in chosen.values()]
    prefixed = {
        column.lstrip().removeprefix(SCORE_PREFIX): column
        for column in open_columns
        if column.lstrip().startswith(SCORE_PREFIX)
    }
    if manifest.concepts is not None:
        _refuse_unlisted(chosen, manifest.concepts)
        return _of_manifest(table, manifest.concepts, prefixed | chosen, open_columns)
    _refuse_two_columns(table.file, prefixed, chosen)
    every = {column: concept for concept, column in (prefixed | chosen).items()}
    if not every:
        raise _no_scores(table, manifest, named, rest)
    return tuple((column, every[column]) for column in table.columns if column in every)


def _no_scores(
    table: Table, manifest: Manifest, named: Mapping[str, str], rest: Sequence[str]
) -> RunError:
    labels = _label_names(table, named["labels"], manifest.label_separator or "|")
    near = next((column for column in rest if column.casefold().startswith("score")), None)
    mend = f"rename {near!r} to 'score:<concept>'" if near else "name them 'score:<concept>'"
    return UnknownColumns(
        f"{table.file}: no score columns. They are named 'score:<concept>', or listed as "
        "'concepts' in run.json, or numeric and named as a label is. "
        f"The columns are {listing(table.columns)}; the labels are {listing(sorted(labels))}. "
        f"Hint: {mend}, or say which they are by 'columns' in run.json."
    )


def _refuse_unlisted(chosen: Mapping[str, str], concepts: Sequence[str]) -> None:
    for concept, column in chosen.items():
        if concept not in concepts:
            msg = (
                f"run.json: 'columns' says that {shorten(column)} holds the scores of "
                f"{shorten(concept)}, but 'concepts' does not name it."
                f"{did_you_mean(concept, concepts)} Hint: add it there, or correct the name."
            )
            raise RunError(msg)


def _refuse_two_columns(file: str, found: Mapping[str, str], chosen: Mapping[str, str]) -> None:
    for concept in found.keys() & chosen.keys():
        both = listing([found[concept], chosen[concept]])
        msg = (
            f"{file}: the columns {both} both hold the scores of {shorten(concept)}. "
            "Hint: make one of them 'metadata' by 'columns' in run.json."
        )
        raise RunError(msg)


def _of_manifest(
    table: Table, concepts: Sequence[str], prefixed: Mapping[str, str], rest: Sequence[str]
) -> tuple[tuple[str, str], ...]:
    plain = {column: column for column in rest}
    columns = {concept: prefixed.get(concept, plain.get(concept)) for concept in concepts}
    missing = [concept for concept, column in columns.items() if column is None]
    if missing:
        near = did_you_mean(missing[0], [*prefixed, *rest])
        msg = (
            f"{table.file}: {len(missing)} concept(s) of run.json have no score column: "
            f"{listing(missing)}.{near} "
            f"Hint: name the column {shorten(SCORE_PREFIX + missing[0])}, or correct 'concepts'."
        )
        raise RunError(msg)
    return tuple((column, concept) for concept, column in columns.items() if column is not None)


def _label_names(table: Table, column: str, separator: str) -> set[str]:
    cells = set(table.load(texts=[column], scores=[]).cells[column])
    lists = (cell.split(separator) if isinstance(cell, str) else cell for cell in cells)
    parts = {part.strip() for parts in lists for part in parts}
    whole = {cell for cell in cells if isinstance(cell, str)}
    return (parts | whole) - {""}
