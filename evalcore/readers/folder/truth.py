"""From the cells of the label columns to the ground truth."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np

from evalcore.arrays import IntArray
from evalcore.base.jobs import report_progress
from evalcore.errors import Cases, RunError, did_you_mean, name_list, shorten
from evalcore.readers.tables.table import Cell
from evalcore.runs.labels import Labels
from evalcore.runs.load_report import Notice

__all__ = ["Truth", "read_truth", "refuse_contradicting_images"]

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
    separator: str
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
        self.unknown.update(strangers)
        return found, strangers

    def _parse(self, cell: Cell) -> tuple[frozenset[int], tuple[str, ...]]:
        found, strangers = set(), []
        for name in self._split(cell):
            position = self.position.get(name, self.stripped.get(name.strip()))
            if position is not None:
                found.add(position)
            elif name.strip():
                strangers.append(name.strip())
        return frozenset(found), tuple(dict.fromkeys(strangers))

    def _split(self, cell: Cell) -> Sequence[str]:
        if not isinstance(cell, str):
            self.has_lists = True
            return cell
        if not cell:
            return ()
        if cell in self.position or self.separator not in cell:
            return (cell,)
        self.has_lists = True
        return [part for part in cell.split(self.separator) if part]


def read_truth(
    file: str,
    *,
    rows: IntArray,
    cells: Sequence[Cell],
    absent: Sequence[Cell] | None,
    unknown: Sequence[Cell] | None = None,
    concepts: tuple[str, ...],
    separator: str,
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

    Raises
    ------
    RunError
        When an input both has and has not the same label.
    """
    names = _Names(concepts=concepts, separator=separator)
    found = [names.of(cell) for cell in _watched(cells)]
    unlisted = np.array([bool(strangers) for _, strangers in found])
    notices = _notices(file, names, n_inputs=int(unlisted.sum()))
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


def refuse_contradicting_images(
    file: str, *, rows: IntArray, images: Sequence[str], cells: Sequence[Cell], separator: str
) -> None:
    """Refuse an image that is labelled twice, differently.

    Raises
    ------
    RunError
        When two rows name one image and other labels.
    """
    first: dict[str, tuple[int, frozenset[str]]] = {}
    cases = Cases()
    for row, image, cell in zip(rows.tolist(), images, cells, strict=True):
        if not image:
            continue
        parts = cell.split(separator) if isinstance(cell, str) else cell
        labels = frozenset(part.strip() for part in parts if part.strip())
        before, earlier = first.setdefault(image, (row, labels))
        if earlier != labels:
            cases.add(
                f"{shorten(image)} is {shorten(', '.join(sorted(earlier)))} in row {before} "
                f"and {shorten(', '.join(sorted(labels)))} in row {row}"
            )
    if cases.count:
        msg = (
            f"{file}: {cases.count:,} image(s) are labelled twice, differently: {cases}. "
            "Hint: keep one row per image."
        )
        raise RunError(msg)


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
        told[k] += _nearest(name, concepts)
    text = (
        f"{file}: {len(names):,} name(s) in 'not_labels' or 'unknown_labels' are no concept, and "
        f"say nothing: {name_list(told, limit=N_NAMED, separator='; ')}."
    )
    return (Notice(level="warning", text=text, count=names.total()),)


def _nearest(name: str, concepts: tuple[str, ...]) -> str:
    # pandas writes a column of whole numbers with a gap in it as 1.0, 2.0
    whole = name.removesuffix(".0")
    return did_you_mean(whole if whole in concepts else name, concepts)


def _notices(file: str, names: _Names, *, n_inputs: int) -> tuple[Notice, ...]:
    if not names.unknown:
        return ()
    told = [f"{shorten(name)} ({count:,} x)" for name, count in names.unknown.most_common()]
    for k, (name, _) in enumerate(names.unknown.most_common(N_NAMED)):
        told[k] += _nearest(name, names.concepts)
    shown = name_list(told, limit=N_NAMED, separator="; ")
    listed = any(name.startswith("[") for name in names.unknown)
    hint = " Hint: write lists as a|b, not as [...]." if listed else ""
    text = (
        f"{file}: {len(names.unknown):,} label(s) have no score column: {shown}. "
        f"For these {n_inputs:,} inputs the concepts they are not labelled with count as unknown."
        + hint
    )
    return (Notice(level="warning", text=text, count=n_inputs),)
