"""What the first rows of a table tell about its columns."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from evalcore.arrays import FloatArray
from evalcore.readers.reading.cells import list_items
from evalcore.readers.reading.words import folded
from evalcore.readers.tables.table import Table

__all__ = ["Pattern", "Profile", "is_number", "matching"]

N_ROWS = 200
N_NAMES = 64
"""So many names are enough to find what score columns share."""
SUM_TOLERANCE = 0.02


@dataclass(frozen=True, slots=True, kw_only=True)
class Pattern:
    """What the names of some columns share: ``prefix`` + concept + ``suffix``."""

    prefix: str = ""
    suffix: str = ""

    @property
    def text(self) -> str:
        """The pattern with a star for the concept."""
        return f"{self.prefix}*{self.suffix}"

    def concept(self, column: str) -> str | None:
        """Return the part of a column's name for which the star stands; None for no match."""
        if not (column.startswith(self.prefix) and column.endswith(self.suffix)):
            return None
        found = column[len(self.prefix) : len(column) - len(self.suffix)]
        return found or None


def matching(text: str, columns: Iterable[str]) -> dict[str, str]:
    """Return column to concept for the columns that a pattern with a star fits."""
    prefix, _, suffix = text.partition("*")
    pattern = Pattern(prefix=prefix, suffix=suffix)
    pairs = ((column, pattern.concept(column)) for column in columns)
    return {column: concept for column, concept in pairs if concept is not None}


@dataclass(frozen=True, kw_only=True, eq=False)
class Profile:
    """The first rows of a table, column by column."""

    table: Table

    @cached_property
    def cells(self) -> Mapping[str, Sequence[str]]:
        """Column to its first cells."""
        rows = self.table.head(N_ROWS)
        return dict(zip(self.table.columns, zip(*rows, strict=True), strict=True)) if rows else {}

    @cached_property
    def _numbers(self) -> dict[str, FloatArray | None]:
        return {}

    def numbers(self, column: str) -> FloatArray | None:
        """Return the first cells as numbers, NaN for blanks; None when one is no number."""
        if column not in self._numbers:
            self._numbers[column] = _as_numbers(self.cells.get(column, ()))
        return self._numbers[column]

    def is_numeric(self, column: str) -> bool:
        """Tell whether a column holds numbers alone, and at least one."""
        return self.numbers(column) is not None

    def is_zero_one(self, column: str) -> bool:
        """Tell whether a column holds nothing but 0, 1 (or false, true), and unknown."""
        values = self.numbers(column)
        if values is None:
            return {cell.casefold() for cell in self.values(column)} == {"false", "true"}
        # of a few values a set is asked: over many columns np.isin takes ten times as long
        return {0.0, 1.0, -1.0, -100.0}.issuperset(values[~np.isnan(values)].tolist())

    def is_whole(self, column: str) -> bool:
        """Tell whether all numbers of a column are whole."""
        values = self.numbers(column)
        if values is None or np.isinf(values).any():
            return False
        return bool((values[~np.isnan(values)] % 1 == 0).all())

    def sums_to_one(self, columns: Sequence[str]) -> bool:
        """Tell whether the rows of some columns sum to 1 (or to 100)."""
        found = [values for values in map(self.numbers, columns) if values is not None]
        if len(found) < max(len(columns), 2):
            return False
        sums = np.sum(found, axis=0)
        return any(bool((np.abs(sums / whole - 1) <= SUM_TOLERANCE).all()) for whole in (1, 100))

    def patterns(self, names: Iterable[str], columns: Sequence[str]) -> dict[Pattern, int]:
        """Return what columns share beside names, with the names that each pattern finds."""
        found: dict[Pattern, set[str]] = {}
        for name in list(names)[:N_NAMES]:
            wanted = name.casefold()
            for column in columns:
                at = column.casefold().find(wanted)
                if at < 0 or not wanted or len(column.casefold()) != len(column):
                    continue
                pattern = Pattern(prefix=column[:at], suffix=column[at + len(name) :])
                found.setdefault(pattern, set()).add(wanted)
        return {pattern: len(which) for pattern, which in found.items()}

    def values(self, column: str) -> set[str]:
        """Return the different texts among the first cells, blanks left out."""
        return {cell.strip() for cell in self.cells.get(column, ())} - {""}

    def varies(self, column: str, owner: str) -> bool:
        """Tell whether rows of one owner hold different texts in a column."""
        first: dict[str, str] = {}
        pairs = zip(self.cells.get(owner, ()), self.cells.get(column, ()), strict=True)
        return any(first.setdefault(who, cell) != cell for who, cell in pairs)

    def named(self, words: Iterable[str]) -> list[str]:
        """Return the columns whose name is one of some folded words."""
        wanted = set(words)
        return [column for column in self.table.columns if folded(column) in wanted]

    def n_listed(self, column: str) -> int:
        """Return how many numbers each of the first cells lists; 0 when they are no such lists."""
        lengths = set()
        for cell in self.cells.get(column, ()):
            items = list_items(cell)
            if items is None or not all(is_number(item) for item in items):
                return 0
            lengths.add(len(items))
        return lengths.pop() if len(lengths) == 1 else 0


def is_number(text: str) -> bool:
    """Tell whether a text is a number."""
    try:
        float(text)
    except ValueError:
        return False
    return True


def _as_numbers(cells: Sequence[str]) -> FloatArray | None:
    found = np.empty(len(cells))
    for k, cell in enumerate(cells):
        text = cell.strip()
        if not text:
            found[k] = math.nan
            continue
        text = text.removesuffix("%")
        if "." in text and "," in text:  # the sign that stands first groups thousands
            text = text.replace(min(".,", key=text.index), "")
        try:
            found[k] = float(text if "." in text else text.replace(",", "."))
        except ValueError:
            return None
    return found if len(cells) and not np.isnan(found).all() else None
