"""What a person should know of labels that are blank, unknown, or no concept."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from evalcore.errors import did_you_mean, listing, name_list, shorten
from evalcore.readers.reading.cells import is_blank, split_hint
from evalcore.readers.reading.notation import BLANK, Notation
from evalcore.readers.tables.table import Cell
from evalcore.runs.load_report import Notice

__all__ = ["misspelt", "said_blank", "said_unknown", "strange_labels"]

N_NAMED = 5
Found = Sequence[tuple[frozenset[int], tuple[str, ...]]]
"""Of every input the concepts that its cell names, and its names that are no concept."""


def said_unknown(notation: Notation, found: Found) -> tuple[Notice, ...]:
    """Say how many inputs are labelled with words for what nobody knows."""
    said = notation.unknown
    n_inputs = sum(any(name in said for name in strangers) for _, strangers in found)
    if not n_inputs:
        return ()
    words = sorted({name for _, strangers in found for name in strangers if name in said})
    shown = "blank" if words == [BLANK] else listing(words, limit=3)
    left_out = f"{n_inputs:,} inputs unknown: they are labelled {shown}"
    text = (
        f"{left_out}. They take no part in the numbers of the concepts they are not labelled with."
    )
    return (Notice(level="info", text=text, count=n_inputs, left_out=left_out),)


def said_blank(
    notation: Notation, cells: Sequence[Cell], concepts: Sequence[str]
) -> tuple[Notice, ...]:
    """Say that blank labels were read as none, and how they could be unknown."""
    n = sum(is_blank(cell) and cell not in concepts for cell in cells)
    if not n or BLANK in notation.none | notation.unknown:
        return ()
    text = (
        f"Blank labels ({n:,} x) were read as none of the concepts. If nobody knows what such "
        'inputs show, "unknown": [""] in the reading of run.json says so.'
    )
    return (Notice(level="info", text=text, count=n),)


def strange_labels(
    file: str, strange: Counter[str], found: Found, concepts: tuple[str, ...]
) -> tuple[Notice, ...]:
    """Warn of labels that no score column is named for."""
    if not strange:
        return ()
    n_inputs = sum(any(name in strange for name in strangers) for _, strangers in found)
    told = [f"{shorten(name)} ({count:,} x)" for name, count in strange.most_common()]
    for k, (name, _) in enumerate(strange.most_common(N_NAMED)):
        told[k] += split_hint(name, concepts) or did_you_mean(name, concepts)
    shown = name_list(told, limit=N_NAMED, separator="; ")
    text = (
        f"{file}: {len(strange):,} label(s) have no score column: {shown}. "
        f"For these {n_inputs:,} inputs the concepts they are not labelled with count as unknown."
    )
    shown = listing((name for name, _ in strange.most_common()), limit=3)
    left_out = f"{n_inputs:,} inputs unknown: their label {shown} is no concept"
    return (Notice(level="warning", text=text, count=n_inputs, left_out=left_out),)


def misspelt(file: str, names: Counter[str], concepts: tuple[str, ...]) -> tuple[Notice, ...]:
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
