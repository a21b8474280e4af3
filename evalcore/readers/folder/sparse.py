"""The sparse form: one table of inputs, and one row for every score the model returned."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from evalcore.arrays import IntArray, ScoreArray
from evalcore.errors import N_SHOWN, Cases, RunError, did_you_mean, listing, shorten
from evalcore.readers.reading.manifest import Manifest
from evalcore.readers.reading.words import CLASS_COLUMNS, ID_COLUMNS, SCORE_COLUMNS, folded
from evalcore.readers.tables.limits import ROW_BYTES, check_expansion, check_size
from evalcore.readers.tables.table import Table, shown_texts
from evalcore.runs.load_report import Notice

__all__ = ["COLUMNS", "SparseScores", "is_sparse_table", "match_ids", "sparse_columns", "spread"]

COLUMNS = ("id", "concept", "score")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SparseScores:
    """Sparse scores as a matrix.

    Parameters
    ----------
    scores : ndarray of shape (n_inputs, n_concepts)
        ``-inf`` where the table has no row for a pair.
    """

    concepts: tuple[str, ...]
    scores: ScoreArray
    notices: tuple[Notice, ...]


def sparse_columns(table: Table) -> tuple[str, str, str] | None:
    """Return the columns of id, concept and score, by these or other common names; None for none.

    Of a role that has its own name no other is looked for.
    """
    found = []
    for word, others in zip(COLUMNS, (ID_COLUMNS, CLASS_COLUMNS, SCORE_COLUMNS), strict=True):
        named = [column for column in table.columns if column == word]
        named = named or [column for column in table.columns if folded(column) in others]
        if len(named) != 1 or named[0] in found:
            return None
        found.append(named[0])
    owner, name, score = found
    return owner, name, score


def is_sparse_table(table: Table) -> bool:
    """Tell whether a table is meant to hold one score per row, and no column per concept."""
    return sparse_columns(table) is not None or {"concept", "score"} & set(table.columns) != set()


def spread(table: Table, *, path: Path, ids: Sequence[str], manifest: Manifest) -> SparseScores:
    """Read a table with the columns ``id, concept, score`` into a matrix.

    Parameters
    ----------
    path
        The table's file, by whose size it is judged how large the matrix may be.

    Raises
    ------
    RunError
        When a column is missing, a pair occurs twice, a score is not a finite number, a concept
        is not among run.json's, or fewer than half of the ids are those of the inputs.
    """
    found_columns = sparse_columns(table)
    if found_columns is None:
        column = next(name for name in COLUMNS if name not in table.columns)
        msg = (
            f"{table.file}: no column {column!r}; the columns are {listing(table.columns)}."
            f"{did_you_mean(column, table.columns)} "
            "Hint: scores tables have the columns id, concept, score."
        )
        raise RunError(msg)
    owner, name, score = found_columns
    content = table.load(texts=[owner, name], scores=[score])
    owners = shown_texts(content.cells[owner])
    names = shown_texts(content.cells[name])
    inputs, notices = match_ids(table.file, owners, ids)
    concepts = manifest.concepts or tuple(sorted(set(names)))
    columns = _columns(table.file, content.rows, names, concepts)
    check_size(table.file, n_rows=len(ids), n_columns=len(concepts))
    width = content.scores.dtype.itemsize
    check_expansion(path, n_bytes=len(ids) * (ROW_BYTES + len(concepts) * width))
    found = inputs >= 0
    keys = inputs[found] * len(concepts) + columns[found]
    _refuse_repeated(table.file, content.rows[found], keys, ids, concepts)
    matrix = np.full((len(ids), len(concepts)), -np.inf, dtype=content.scores.dtype)
    matrix.reshape(-1)[keys] = content.scores[found, 0]
    return SparseScores(
        concepts=concepts, scores=matrix, notices=(*table.notices, *content.notices, *notices)
    )


def match_ids(
    file: str, owners: Sequence[str], ids: Sequence[str]
) -> tuple[IntArray, list[Notice]]:
    """Return the input that each owner of scores is, -1 for none, and warnings of mismatches.

    Raises
    ------
    RunError
        When fewer than half of the owners are inputs.
    """
    position = {text: k for k, text in enumerate(ids)}
    inputs = np.array([position.get(owner, -1) for owner in owners], dtype=np.int64)
    named = set(owners)
    strangers = sorted(named - position.keys())
    matched = len(named) - len(strangers)
    if strangers:
        nearly = _nearly(strangers, ids)
        text = (
            f"{file}: {len(strangers):,} of {len(named):,} ids are no ids of the inputs: "
            f"{listing(strangers, limit=3)}; the inputs have {listing(ids, limit=3)}.{nearly}"
        )
        if matched * 2 < len(named):
            msg = f"{text} Hint: write the ids alike in both files."
            raise RunError(msg)
        notices = [Notice(level="warning", text=f"{text} They are left out.", count=len(strangers))]
    else:
        notices = []
    return inputs, notices


def _nearly(strangers: Sequence[str], ids: Sequence[str]) -> str:
    folded = {_folded(text) for text in ids}
    count = sum(_folded(text) in folded for text in strangers)
    if not count:
        return ""
    return f" {count:,} would match but for case, spaces, Unicode form or a trailing '.0'."


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text).strip().casefold().removesuffix(".0").lstrip("0")


def _columns(
    file: str, rows: IntArray, names: Sequence[str], concepts: tuple[str, ...]
) -> IntArray:
    position = {name: j for j, name in enumerate(concepts)}
    strange = Cases()
    for row, name in zip(rows.tolist(), names, strict=True):
        if name not in position:
            near = did_you_mean(name, concepts) if strange.count < N_SHOWN else ""
            strange.add(f"{shorten(name)} in row {row}{near}")
    if strange.count:
        msg = (
            f"{file}: {strange.count:,} row(s) name a concept that run.json does not: {strange}. "
            "Hint: correct the name, or add it to 'concepts'."
        )
        raise RunError(msg)
    return np.array([position[name] for name in names], dtype=np.int64)


def _refuse_repeated(
    file: str, rows: IntArray, keys: IntArray, ids: Sequence[str], concepts: tuple[str, ...]
) -> None:
    order = np.argsort(keys, kind="stable")
    again = np.flatnonzero(np.diff(keys[order]) == 0)
    cases = Cases()
    for k in again.tolist():
        owner, concept = divmod(int(keys[order[k]]), len(concepts))
        pair = f"{shorten(ids[owner])} and {shorten(concepts[concept])}"
        cases.add(f"{pair} in rows {rows[order[k]]} and {rows[order[k + 1]]}")
    if cases.count:
        msg = (
            f"{file}: {cases.count:,} pair(s) of id and concept are scored more than once: "
            f"{cases}. Hint: keep one row per pair."
        )
        raise RunError(msg)
