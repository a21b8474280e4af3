"""Which columns hold the scores of which concept."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from evalcore.errors import RunError, did_you_mean, listing, shorten
from evalcore.readers.folder.column_roles import SCORE, concept_of, role_of
from evalcore.readers.folder.manifest import Manifest
from evalcore.readers.tables.table import Table
from evalcore.runs.format_words import SCORE_PREFIX

__all__ = ["find_scores"]


def find_scores(
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
    found = prefixed or _named_like_labels(table, manifest, named, open_columns)
    _refuse_two_columns(table.file, found, chosen)
    every = {column: concept for concept, column in (found | chosen).items()}
    if not every:
        raise _no_scores(table, manifest, named, rest)
    return tuple((column, every[column]) for column in table.columns if column in every)


def _named_like_labels(
    table: Table, manifest: Manifest, named: Mapping[str, str], columns: Sequence[str]
) -> dict[str, str]:
    labels = _label_names(table, named["labels"], manifest.label_separator)
    found: dict[str, str] = {}
    for column in columns:
        if table.kind(column) == "number" and not labels.isdisjoint((column, column.strip())):
            concept = column if column in labels else column.strip()
            _refuse_two_columns(table.file, found, {concept: column})
            found[concept] = column
    return found


def _no_scores(
    table: Table, manifest: Manifest, named: Mapping[str, str], rest: Sequence[str]
) -> RunError:
    labels = _label_names(table, named["labels"], manifest.label_separator)
    near = next((column for column in rest if column.casefold().startswith("score")), None)
    mend = f"rename {near!r} to 'score:<concept>'" if near else "name them 'score:<concept>'"
    return RunError(
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
