"""Other layouts of a table in the shape of one row per input."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from evalcore.arrays import FloatArray, IntArray
from evalcore.errors import Cases, RunError, listing, shorten
from evalcore.readers.layouts.made_table import (
    LABELS,
    UNKNOWN,
    MadeTable,
    label_cells,
    truth_values,
)
from evalcore.readers.reading.cells import list_items, names_in
from evalcore.readers.reading.words import is_unknown_word
from evalcore.readers.tables.table import Cell, Content, Table, shown_texts
from evalcore.runs.contents import UNSCORED

__all__ = [
    "from_lists",
    "from_long",
    "from_predictions",
    "from_truth_columns",
]


@dataclass(slots=True, kw_only=True, eq=False)
class _Pairs:
    """Scores and truth of (input, class) pairs, filled in any order."""

    inputs: dict[tuple[str, ...], int] = field(default_factory=dict)
    classes: dict[str, int] = field(default_factory=dict)
    seen: dict[tuple[int, int], int] = field(default_factory=dict)
    twice: Cases = field(default_factory=Cases)

    def add(self, row: int, owner: tuple[str, ...], name: str) -> tuple[int, int]:
        i = self.inputs.setdefault(owner, len(self.inputs))
        j = self.classes.setdefault(name, len(self.classes))
        before = self.seen.setdefault((i, j), row)
        if before != row:
            what = f"{shorten(', '.join(owner))} and {shorten(name)}"
            self.twice.add(f"{what} in rows {before} and {row}")
        return i, j

    def refuse_repeated(self, file: str) -> None:
        if self.twice.count:
            msg = (
                f"{file}: {self.twice.count:,} pair(s) of input and class occur more than once: "
                f"{self.twice}. Hint: keep one row per pair."
            )
            raise RunError(msg)


def from_long(
    table: Table, *, owner: str, name: str, truth: str, score: str, named_by: str | None = None
) -> MadeTable:
    """Return a table of one row per input and class as one row per input.

    Parameters
    ----------
    owner, name, truth, score
        The columns of the id, the class, 0 or 1, and the score.
    named_by
        What stands between names of classes, where the truth is these; None where it is 0 or 1.

    Raises
    ------
    RunError
        When a pair occurs twice, or the truth of one is neither 0, 1 nor unknown.
    """
    shared = [
        c
        for c in table.columns
        if c not in {owner, name, truth, score} and table.kind(c) != "image"
    ]
    content = table.load(texts=[owner, name, truth, *shared], scores=[score])
    owners, names = shown_texts(content.cells[owner]), shown_texts(content.cells[name])
    pairs = _Pairs()
    places = [
        pairs.add(row, (who,), what)
        for row, who, what in zip(content.rows.tolist(), owners, names, strict=True)
    ]
    pairs.refuse_repeated(table.file)
    inputs, classes = np.array(places, dtype=np.int64).T
    shape = (len(pairs.inputs), len(pairs.classes))
    scores = np.full(shape, UNSCORED, dtype=content.scores.dtype)
    scores[inputs, classes] = content.scores[:, 0]
    state = np.full(shape, np.nan)
    cells = content.cells[truth]
    if named_by is not None:
        cells = [_is_named(cell, what, named_by) for cell, what in zip(cells, names, strict=True)]
    state[inputs, classes] = truth_values(table.file, truth, content.rows, cells)
    first = np.unique(inputs, return_index=True)[1]
    concepts = tuple(pairs.classes)
    return MadeTable(
        file=table.file,
        format=f"{table.format}, one row per input and class",
        rows=content.rows[first],
        cells={
            "id": [who for (who,) in pairs.inputs],
            **label_cells(state, concepts, named_by=named_by),
            **_constant(shared, content, inputs, first),
        },
        concepts=concepts,
        scores=scores,
        notices=(*table.notices, *content.notices),
    )


def _is_named(cell: Cell, name: str, separator: str) -> str:
    """Return 1 where a cell names a class, 0 where it names others, and what says unknown."""
    if isinstance(cell, str) and is_unknown_word(cell):
        return cell
    return str(int(name in names_in([cell], separator=separator)))


def from_truth_columns(
    table: Table, *, truth: Mapping[str, str], scores: Mapping[str, str]
) -> MadeTable:
    """Return a table with a column of 0 and 1 per class as one with labels.

    Parameters
    ----------
    truth, scores
        Column to concept; only concepts with both are taken.
    """
    truth_of = {concept: column for column, concept in truth.items()}
    pairs = [(column, concept) for column, concept in scores.items() if concept in truth_of]
    concepts = tuple(concept for _, concept in pairs)
    taken = {*truth, *scores, LABELS, UNKNOWN}
    texts = [
        c for c in table.columns if c not in taken and table.kind(c) in {"number", "text", "list"}
    ]
    columns = [truth_of[concept] for concept in concepts]
    content = table.load(texts=[*texts, *columns], scores=[column for column, _ in pairs])
    state = np.column_stack(
        [truth_values(table.file, c, content.rows, content.cells[c]) for c in columns]
    )
    return MadeTable(
        file=table.file,
        format=f"{table.format}, a column of ground truth per class",
        rows=content.rows,
        cells={name: content.cells[name] for name in texts} | label_cells(state, concepts),
        concepts=concepts,
        scores=content.scores,
        notices=(*table.notices, *content.notices),
    )


def from_predictions(
    table: Table, *, labels: Sequence[str], prediction: str, confidence: str
) -> MadeTable:
    """Return a table of one prediction with its confidence per input as sparse scores.

    Parameters
    ----------
    labels
        The names that occur as labels; concepts are these and what is predicted.
    """
    texts = [
        c for c in table.columns if c != confidence and table.kind(c) in {"number", "text", "list"}
    ]
    content = table.load(texts=texts, scores=[confidence])
    predicted = [text.strip() for text in shown_texts(content.cells[prediction])]
    concepts = tuple(sorted({*labels, *predicted} - {""}))
    place = {name: j for j, name in enumerate(concepts)}
    scores = np.full((len(predicted), len(concepts)), UNSCORED, dtype=content.scores.dtype)
    for i, name in enumerate(predicted):
        if name:
            scores[i, place[name]] = content.scores[i, 0]
    return MadeTable(
        file=table.file,
        format=f"{table.format}, one prediction per input",
        rows=content.rows,
        cells={name: content.cells[name] for name in texts},
        concepts=concepts,
        scores=scores,
        notices=(*table.notices, *content.notices),
    )


def from_lists(table: Table, *, column: str, classes: Sequence[str]) -> MadeTable:
    """Return a table with a list of scores per cell as one with a column per class.

    Raises
    ------
    RunError
        When a list has another length than there are classes, or an item is no finite number.
    """
    texts = [c for c in table.columns if table.kind(c) in {"number", "text", "list"}]
    content = table.load(texts=texts, scores=[])
    cells = content.cells[column]
    scores = np.full((len(cells), len(classes)), np.nan)
    bad = Cases()
    for i, (row, cell) in enumerate(zip(content.rows.tolist(), cells, strict=True)):
        items = (list_items(cell) or ()) if isinstance(cell, str) else cell
        values = _numbers(items)
        if values is None or len(values) != len(classes):
            bad.add(f"row {row}: {shorten(cell)}")
        else:
            scores[i] = values
    if bad.count:
        msg = (
            f"{table.file}: {bad.count:,} cell(s) of column {shorten(column)} do not hold "
            f"{len(classes)} finite numbers, one for each of {listing(classes, limit=5)}: {bad}. "
            "Hint: correct the cells, or name the classes by 'reading' in run.json."
        )
        raise RunError(msg)
    return MadeTable(
        file=table.file,
        format=f"{table.format}, a list of scores per input",
        rows=content.rows,
        cells={name: content.cells[name] for name in texts if name != column},
        concepts=tuple(classes),
        scores=scores,
        notices=(*table.notices, *content.notices),
    )


def _numbers(items: Sequence[str]) -> FloatArray | None:
    try:
        values = np.array([float(item) for item in items])
    except ValueError:
        return None
    return values if np.isfinite(values).all() else None


def _constant(
    columns: Sequence[str], content: Content, inputs: IntArray, first: IntArray
) -> dict[str, Sequence[Cell]]:
    """Return the columns that hold one value per input."""
    found: dict[str, Sequence[Cell]] = {}
    for name in columns:
        cells = content.cells[name]
        if all(cells[k] == cells[first[i]] for k, i in enumerate(inputs.tolist())):
            found[name] = [cells[k] for k in first.tolist()]
    return found
