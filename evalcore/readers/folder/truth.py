"""From the cells of the label columns to the ground truth."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np

from evalcore.arrays import IntArray
from evalcore.base.jobs import report_progress
from evalcore.errors import Cases, RunError, shorten
from evalcore.readers.folder.truth_notices import (
    misspelt,
    said_blank,
    said_unknown,
    strange_labels,
)
from evalcore.readers.reading.cells import is_blank
from evalcore.readers.reading.notation import BLANK, Notation
from evalcore.readers.tables.table import Cell
from evalcore.runs.labels import Labels
from evalcore.runs.load_report import Notice

__all__ = ["Truth", "read_truth"]

CELLS_PER_REPORT = 2**15


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Truth:
    """The labels of a run and how they were found."""

    labels: Labels
    has_lists: bool
    """A separator or a list occurs, so an input may have more than one label."""
    notices: tuple[Notice, ...]


def _watched(cells: Sequence[Cell]) -> Iterator[Cell]:
    for k, cell in enumerate(cells):
        if k % CELLS_PER_REPORT == 0:
            report_progress(k, of=len(cells))
        yield cell


@dataclass(slots=True, kw_only=True, eq=False)
class _Names:
    """The cells of one column as concept positions, each spelling looked up once."""

    concepts: tuple[str, ...]
    notation: Notation
    has_lists: bool = False
    position: dict[str, int] = field(init=False)
    stripped: dict[str, int] = field(init=False)
    seen: dict[Cell, tuple[frozenset[int], tuple[str, ...]]] = field(default_factory=dict)
    unknown: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self.position = {name: j for j, name in enumerate(self.concepts)}
        self.stripped = {name.strip(): j for name, j in self.position.items()}

    def of(self, cell: Cell) -> tuple[frozenset[int], tuple[str, ...]]:
        """Return the concepts that a cell names, and its names that are no concept."""
        if cell not in self.seen:
            self.seen[cell] = self._parse(cell)
        found, strangers = self.seen[cell]
        self.unknown.update(name for name in strangers if name not in self.notation.unknown)
        return found, strangers

    def _parse(self, cell: Cell) -> tuple[frozenset[int], tuple[str, ...]]:
        found, strangers = set(), []
        if is_blank(cell) and cell not in self.position and BLANK in self.notation.unknown:
            return frozenset(), (BLANK,)
        for name in self._split(cell):
            text = name.strip()
            spelled = self.notation.names.get(text, name)
            position = self.position.get(spelled, self.stripped.get(spelled.strip()))
            if position is not None:
                found.add(position)
            elif text and text not in self.notation.none:
                strangers.append(text)
        return frozenset(found), tuple(dict.fromkeys(strangers))

    def _split(self, cell: Cell) -> Sequence[str]:
        if not isinstance(cell, str):
            self.has_lists = True
            return cell
        parts = self.notation.parts(cell, self.position)
        self.has_lists = self.has_lists or (bool(cell) and tuple(parts) != (cell,))
        return parts


def read_truth(
    file: str,
    *,
    rows: IntArray,
    cells: Sequence[Cell],
    absent: Sequence[Cell] | None,
    unknown: Sequence[Cell] | None = None,
    concepts: tuple[str, ...],
    separator: str = "|",
    notation: Notation | None = None,
    unit: str = "row",
) -> Truth:
    """Read the labels, and which pairs nobody knows.

    Parameters
    ----------
    rows : ndarray of shape (n_inputs,), int64
        Row numbers for messages, which call them ``unit``.
    absent
        The cells of ``not_labels``. When given, a concept in neither list is unknown.
    unknown
        The cells of ``unknown_labels``: concepts of which nobody knows, besides those.
    separator
        Stands between the labels of a cell, when there is no ``notation``.
    notation
        How labels are written and what they mean.

    Raises
    ------
    RunError
        When an input both has and has not the same label.
    """
    names = _Names(concepts=concepts, notation=notation or Notation(separator=separator))
    found = [names.of(cell) for cell in _watched(cells)]
    unlisted = np.array([bool(strangers) for _, strangers in found])
    told = () if notation is None else notation.told
    notices = (
        *(Notice(level="mended", text=f"{file}: {text}") for text in told),
        *said_unknown(names.notation, found),
        *(() if names.has_lists else said_blank(names.notation, cells, concepts)),
        *strange_labels(file, names.unknown, found, concepts),
    )
    listed = Counter(names.unknown)
    pairs = _pairs([item for item, _ in found])
    known = None
    if absent is not None:
        known = np.zeros((len(cells), len(concepts)), dtype=bool)
        negatives = [names.of(cell)[0] for cell in absent]
        positives = [item for item, _ in found]
        _refuse_contradictions(file, rows, positives, negatives, concepts, unit=unit)
        known[tuple(_pairs(negatives).T)] = True
    elif unlisted.any():
        known = np.ones((len(cells), len(concepts)), dtype=bool)
        # A label that the model has no score for is no proof that another concept is absent.
        known[unlisted] = False
    if unknown is not None:
        known = np.ones((len(cells), len(concepts)), dtype=bool) if known is None else known
        doubtful = [names.of(cell)[0] for cell in unknown]
        known[tuple(_pairs(doubtful).T)] = False
        notices += _contradictions(
            file, rows, [item for item, _ in found], doubtful, concepts, unit=unit
        )
    if known is not None:
        known[tuple(pairs.T)] = True
    notices += misspelt(file, names.unknown - listed, concepts)
    labels = Labels(n_inputs=len(cells), n_concepts=len(concepts), pairs=pairs, known=known)
    return Truth(labels=labels, has_lists=names.has_lists, notices=notices)


def _pairs(lists: Sequence[frozenset[int]]) -> IntArray:
    inputs = np.repeat(np.arange(len(lists)), [len(item) for item in lists])
    concepts = np.array([j for item in lists for j in item], dtype=np.int64)
    return np.column_stack([inputs, concepts])


def _refuse_contradictions(
    file: str,
    rows: IntArray,
    positives: Sequence[frozenset[int]],
    negatives: Sequence[frozenset[int]],
    concepts: tuple[str, ...],
    *,
    unit: str,
) -> None:
    cases = Cases()
    for row, has, lacks in zip(rows.tolist(), positives, negatives, strict=True):
        if both := has & lacks:
            cases.add(f"{unit} {row}: {shorten(concepts[min(both)])}")
    if cases.count:
        msg = (
            f"{file}: {cases.count:,} {unit}(s) name a concept in the labels and in 'not_labels': "
            f"{cases}. Hint: keep it in one of them."
        )
        raise RunError(msg)


def _contradictions(
    file: str,
    rows: IntArray,
    positives: Sequence[frozenset[int]],
    doubtful: Sequence[frozenset[int]],
    concepts: tuple[str, ...],
    *,
    unit: str,
) -> tuple[Notice, ...]:
    """Warn of labels that are said to be unknown as well."""
    cases = Cases()
    for row, has, doubts in zip(rows.tolist(), positives, doubtful, strict=True):
        if both := has & doubts:
            cases.add(f"{unit} {row}: {shorten(concepts[min(both)])}")
    text = (
        f"{file}: {cases.count:,} {unit}(s) name a concept in the labels and in 'unknown_labels': "
        f"{cases}. They count as labelled. Hint: keep it in one of them."
    )
    return (Notice(level="warning", text=text, count=cases.count),) if cases.count else ()
