"""From the cells of the label columns to the ground truth."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np

from evalcore.arrays import IntArray
from evalcore.base.jobs import report_progress
from evalcore.errors import Cases, RunError, did_you_mean, listing, name_list, shorten
from evalcore.readers.reading.cells import split_hint
from evalcore.readers.reading.notation import Notation
from evalcore.readers.tables.table import Cell
from evalcore.runs.labels import Labels
from evalcore.runs.load_report import Notice

__all__ = ["Truth", "read_truth"]

N_NAMED = 5
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
    """DrawingQueue the cells of one column into concept positions, each spelling once."""

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
        *_said_unknown(names, found),
        *_notices(file, names, found),
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
    notices += _misspelt(file, names.unknown - listed, concepts)
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


def _misspelt(file: str, names: Counter[str], concepts: tuple[str, ...]) -> tuple[Notice, ...]:
    """Warn of names in 'not_labels' and 'unknown_labels' that are no concept."""
    if not names:
        return ()
    told = [f"{shorten(name)} ({count:,} x)" for name, count in names.most_common()]
    for k, (name, _) in enumerate(names.most_common(N_NAMED)):
        told[k] += did_you_mean(name, concepts)
    text = (
        f"{file}: {len(names):,} name(s) in 'not_labels' or 'unknown_labels' are no concept, and "
        f"say nothing: {name_list(told, limit=N_NAMED, separator='; ')}."
    )
    return (Notice(level="warning", text=text, count=names.total()),)


def _said_unknown(
    names: _Names, found: Sequence[tuple[frozenset[int], tuple[str, ...]]]
) -> list[Notice]:
    """Say how many inputs are labelled with words for what nobody knows."""
    said = names.notation.unknown
    n_inputs = sum(any(name in said for name in strangers) for _, strangers in found)
    if not n_inputs:
        return []
    words = sorted({name for _, strangers in found for name in strangers if name in said})
    left_out = f"{n_inputs:,} inputs unknown: they are labelled {listing(words, limit=3)}"
    text = (
        f"{left_out}. They take no part in the numbers of the concepts they are not labelled with."
    )
    return [Notice(level="info", text=text, count=n_inputs, left_out=left_out)]


def _notices(
    file: str, names: _Names, found: Sequence[tuple[frozenset[int], tuple[str, ...]]]
) -> tuple[Notice, ...]:
    if not names.unknown:
        return ()
    n_inputs = sum(any(name in names.unknown for name in strangers) for _, strangers in found)
    told = [f"{shorten(name)} ({count:,} x)" for name, count in names.unknown.most_common()]
    for k, (name, _) in enumerate(names.unknown.most_common(N_NAMED)):
        told[k] += split_hint(name, names.concepts) or did_you_mean(name, names.concepts)
    shown = name_list(told, limit=N_NAMED, separator="; ")
    text = (
        f"{file}: {len(names.unknown):,} label(s) have no score column: {shown}. "
        f"For these {n_inputs:,} inputs the concepts they are not labelled with count as unknown."
    )
    shown = listing((name for name, _ in names.unknown.most_common()), limit=3)
    left_out = f"{n_inputs:,} inputs unknown: their label {shown} is no concept"
    return (Notice(level="warning", text=text, count=n_inputs, left_out=left_out),)
