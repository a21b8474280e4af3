"""What each label, as it is written, means: a concept, none of them, or that nobody knows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from evalcore.errors import listing, shorten
from evalcore.readers.reading.cells import SEPARATORS, list_items
from evalcore.readers.reading.reading import Reading
from evalcore.readers.reading.words import folded, is_none_word, is_unknown_word
from evalcore.readers.tables.table import Cell

__all__ = ["BLANK", "Notation", "Strangers", "infer_notation"]

USUAL = "|"
BLANK = ""
"""Stands for an empty cell in the lists of what means none and what nobody knows."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Notation:
    """How the labels of a run are written.

    Parameters
    ----------
    names
        Label, as written, to the concept it means.
    none, unknown
        Labels that mean none of the concepts, and that nobody knows. An empty cell is none, unless
        ``unknown`` holds an empty text.
    told
        What a person should know of it.
    """

    separator: str
    names: Mapping[str, str] = field(default_factory=dict)
    none: frozenset[str] = frozenset()
    unknown: frozenset[str] = frozenset()
    told: tuple[str, ...] = ()

    def parts(self, cell: Cell, whole: Mapping[str, object]) -> Sequence[str]:
        """Return the labels of a cell; one that is the name of a concept is not cut."""
        if not isinstance(cell, str):
            return cell
        if cell in whole or cell.strip() in self.names:
            return (cell,)
        if not cell.strip():
            return ()
        items = list_items(cell)
        if items is not None:
            return items
        if self.separator and self.separator in cell:
            return [part for part in cell.split(self.separator) if part]
        return (cell,)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Strangers:
    """Labels that are neither concepts nor words for none or unknown.

    Parameters
    ----------
    counts
        Label to the number of inputs that have it.
    n_inputs
        Inputs with at least one of them.
    """

    counts: Counter[str]
    n_inputs: int

    @property
    def shown(self) -> str:
        """The labels with their numbers of inputs, most frequent first."""
        return "; ".join(f"{shorten(name)} ({n:,} x)" for name, n in self.counts.most_common(5))


def infer_notation(
    cells: Sequence[Cell], concepts: Sequence[str], *, separator: str | None, reading: Reading
) -> tuple[Notation, Strangers]:
    """Find out how labels are written, as far as only one way is plausible.

    Parameters
    ----------
    separator
        What run.json says; None to find out.

    Returns
    -------
    tuple
        The notation, and the labels that it leaves without a meaning.
    """
    counts = Counter(cells)
    meanings = _Meanings(concepts=tuple(concepts), reading=reading)
    separator, told = _settle_separator(counts, meanings, separator=separator)
    notation = Notation(separator=separator, names=dict(reading.names))
    labels: Counter[str] = Counter()
    for cell, n in counts.items():
        parts = notation.parts(cell, meanings.exact)
        for part in {p if p in meanings.exact else p.strip() for p in parts} - {""}:
            labels[part] += n
    found = {label: meanings.of(label) for label in labels}
    names = dict(reading.names) | {
        label: m.concept
        for label, m in found.items()
        if m is not None and m.concept not in ("", label)
    }
    none = {label for label, m in found.items() if m is not None and m.kind == "none"}
    unknown = {label for label, m in found.items() if m is not None and m.kind == "unknown"}
    strange = Counter({label: labels[label] for label, m in found.items() if m is None})
    if len(concepts) == 1 and len(strange) == 1 and not none and _is_negative(strange, labels):
        none, strange = set(strange), Counter()
    notation = Notation(
        separator=separator,
        names=names,
        none=frozenset({*none, *reading.none}),
        unknown=frozenset({*unknown, *reading.unknown}),
        told=(*told, *_told(names, none, unknown, labels, reading)),
    )
    n_inputs = sum(
        n
        for cell, n in counts.items()
        if any(part.strip() in strange for part in notation.parts(cell, meanings.exact))
    )
    return notation, Strangers(counts=strange, n_inputs=n_inputs)


def _settle_separator(
    counts: Mapping[Cell, int], meanings: _Meanings, *, separator: str | None
) -> tuple[str, list[str]]:
    """Return what stands between labels, and what to say when it is not what is usual."""
    if meanings.reading.separator is not None:
        return meanings.reading.separator, []
    if separator is not None:
        return separator, []
    if _is_part_of_names(counts, USUAL, meanings):
        return "", []
    best = _separator(counts, Notation(separator=USUAL, names=meanings.reading.names), meanings)
    if best == USUAL:
        return best, []
    return best, [f"Cells with several labels are split at {best!r}."]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Meaning:
    kind: str
    concept: str = ""


@dataclass(slots=True, kw_only=True, eq=False)
class _Meanings:
    """What single labels mean, each spelling looked up once."""

    concepts: tuple[str, ...]
    reading: Reading
    exact: dict[str, str] = field(init=False)
    near: dict[str, str | None] = field(init=False)
    places: dict[str, str] = field(init=False)

    def __post_init__(self) -> None:
        self.exact = {name: name for name in self.concepts}
        self.near = {}
        self.places = self.reading.places(self.concepts)
        for name in self.concepts:
            key = folded(name)
            self.near[key] = None if key in self.near else name
        for k, name in enumerate(self.reading.classes):
            if name in self.exact:
                self.near.setdefault(str(k), name)

    def of(self, label: str) -> _Meaning | None:
        """Return what a label means, None for a stranger."""
        text = label.strip()
        for spelled in (label, text):
            if spelled in self.reading.none:
                return _Meaning(kind="none")
            if spelled in self.reading.unknown:
                return _Meaning(kind="unknown")
            concept = self.reading.names.get(spelled, self.places.get(folded(label)))
            concept = self.exact.get(spelled) if concept is None else concept
            if concept is not None:
                return _Meaning(kind="concept", concept=concept)
        near = self.near.get(folded(label))
        if near is not None:
            return _Meaning(kind="concept", concept=near)
        if is_unknown_word(text):
            return _Meaning(kind="unknown")
        return _Meaning(kind="none") if is_none_word(text) else None


def _is_part_of_names(counts: Mapping[Cell, int], separator: str, meanings: _Meanings) -> bool:
    """Tell whether a separator only occurs inside names, those of strangers among them."""
    if not any(separator in name for name in meanings.exact):
        return False
    cut = [c for c in counts if isinstance(c, str) and separator in c and c not in meanings.exact]
    return all(meanings.of(part) is None for cell in cut for part in cell.split(separator))


def _separator(counts: Mapping[Cell, int], notation: Notation, meanings: _Meanings) -> str:
    """Return the separator by which most of the strange cells fall into known labels."""
    strange = [
        cell
        for cell in counts
        if isinstance(cell, str)
        and any(p.strip() and meanings.of(p) is None for p in notation.parts(cell, meanings.exact))
    ]
    best, most = notation.separator, 0
    for separator in SEPARATORS:
        if separator == notation.separator:
            continue
        found = 0
        for cell in strange:
            parts = [part for part in cell.split(separator) if part.strip()]
            if len(parts) > 1 and all(meanings.of(part) is not None for part in parts):
                found += counts[cell]
        if found > most:
            best, most = separator, found
    return best if 2 * most >= sum(counts[cell] for cell in strange) else notation.separator


def _is_negative(strange: Counter[str], labels: Counter[str]) -> bool:
    """Tell whether a binary file's other label can only mean that the concept is absent."""
    (label, n), total = strange.most_common(1)[0], sum(labels.values())
    return total > n and (n > 1 or folded(label) in {"0", "false", "no", "n"})


def _told(
    names: Mapping[str, str],
    none: set[str],
    unknown: set[str],
    labels: Counter[str],
    reading: Reading,
) -> list[str]:
    found = []
    mapped = {label: name for label, name in names.items() if label in labels}
    if mapped:
        shown = listing((f"{label} = {name}" for label, name in mapped.items()), limit=5)
        found.append(f"Labels that are spelled otherwise were taken for their concepts: {shown}.")
    for kind, words, chosen in (
        ("none of the concepts", none, reading.none),
        ("that nobody knows", unknown, reading.unknown),
    ):
        there = sorted(word for word in words if labels.get(word))
        if there:
            n = sum(labels[word] for word in there)
            by = "as chosen" if set(there) <= set(chosen) else "as it is commonly meant"
            found.append(f"{n:,} inputs are labelled {listing(there, limit=5)}: {kind}, {by}.")
    return found
