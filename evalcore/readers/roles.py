"""Which column of a table is what."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from evalcore.errors import RunError, did_you_mean, shorten
from evalcore.readers.manifest import Manifest
from evalcore.readers.table import SCORE_PREFIX, Table, listing
from evalcore.report import ColumnRole, Notice

__all__ = ["ALIASES", "SCORE_PREFIX", "Roles", "find_roles"]

ALIASES: Mapping[str, tuple[str, ...]] = {
    "id": ("id",),
    "image": ("image", "image_path", "file_name", "filename", "path"),
    "text": ("text",),
    "labels": ("labels", "label"),
    "not labelled": ("not_labels",),
    "unknown": ("unknown_labels",),
    "split": ("fold", "split"),
}
"""Role to the column names that stand for it, first choice first."""


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
    named = _named(table)
    taken = set(named.values())
    rest = [column for column in table.columns if column not in taken]
    _require_labels(table, named, rest)
    _require_texts(table, named)
    scores = _scores(table, manifest, named, rest) if with_scores else ()
    score_columns = {column for column, _ in scores}
    rest = [column for column in rest if column not in score_columns]
    shown = {"number", "text", "list"}
    metadata = tuple(
        column
        for column in rest
        if table.kind(column) in shown and not column.startswith(SCORE_PREFIX)
    )
    ignored = tuple(column for column in rest if column not in metadata)
    notices = _ignored_scores(table.file, ignored)
    return Roles(
        named=named, scores=scores, metadata=metadata, ignored=ignored, notices=tuple(notices)
    )


def _named(table: Table) -> dict[str, str]:
    folded: dict[str, list[str]] = {}
    for column in table.columns:
        folded.setdefault(column.strip().casefold(), []).append(column)
    named = {}
    for role, aliases in ALIASES.items():
        found = [column for alias in aliases for column in folded.get(alias, ())]
        if role == "labels" and len(found) > 1:
            msg = (
                f"{table.file}: columns {listing(found)} both look like the ground truth. "
                "Hint: keep one, or rename the other."
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
        f"Hint: {above}name the column 'label' (one per input) or 'labels' (any number)."
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


def _scores(
    table: Table, manifest: Manifest, named: Mapping[str, str], rest: Sequence[str]
) -> tuple[tuple[str, str], ...]:
    prefixed = {
        column.lstrip().removeprefix(SCORE_PREFIX): column
        for column in rest
        if column.lstrip().startswith(SCORE_PREFIX)
    }
    if manifest.concepts is not None:
        return _of_manifest(table, manifest.concepts, prefixed, rest)
    if prefixed:
        return tuple((column, concept) for concept, column in prefixed.items())
    labels = _label_names(table, named["labels"], manifest.label_separator)
    found = tuple(
        (column, column if column in labels else column.strip())
        for column in rest
        if not labels.isdisjoint((column, column.strip())) and table.kind(column) == "number"
    )
    if not found:
        near = next((column for column in rest if column.casefold().startswith("score")), None)
        mend = f"rename {near!r} to 'score:<concept>'" if near else "name them 'score:<concept>'"
        msg = (
            f"{table.file}: no score columns. They are named 'score:<concept>', or listed as "
            "'concepts' in run.json, or numeric and named as a label is. "
            f"The columns are {listing(table.columns)}; the labels are {listing(sorted(labels))}. "
            f"Hint: {mend}."
        )
        raise RunError(msg)
    return found


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


def _ignored_scores(file: str, ignored: Sequence[str]) -> list[Notice]:
    lost = [column for column in ignored if column.startswith(SCORE_PREFIX)]
    if not lost:
        return []
    text = (
        f"{file}: {len(lost)} score column(s) are ignored because run.json's 'concepts' does not "
        f"name them: {listing(lost)}."
    )
    return [Notice(level="warning", text=text, count=len(lost))]
