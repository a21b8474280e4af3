"""Cells that hold several labels: as lists of JSON or Python, or with something between them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable

from evalcore.readers.reading.words import folded
from evalcore.readers.tables.table import Cell

__all__ = ["SEPARATORS", "is_blank", "list_items", "names_in", "separator_inside", "split_hint"]

SEPARATORS = (",", ";", "/", "+", "&", " ")
"""Tried in order when the cells of several labels are no names."""

_LIST = re.compile(r"""'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)\"""")
_NUMBERS = re.compile(r"[\d.eE+\-\s]+")
_LONGEST = 65_536
"""Characters of a cell that is looked at as a list; no labels are longer."""


def is_blank(cell: Cell) -> bool:
    """Tell whether a cell holds nothing; an empty list says something: no label."""
    return isinstance(cell, str) and not cell.strip()


def list_items(cell: str) -> list[str] | None:
    """Return the items of a cell that is written as a list, None for any other cell.

    Lists of JSON and of Python, and what Label Studio writes for choices.

    Examples
    --------
    >>> list_items('["a", "b"]'), list_items("['a' 'b']"), list_items('{"choices": ["a"]}')
    (['a', 'b'], ['a', 'b'], ['a'])
    >>> list_items("[a, b]"), list_items("a, b"), list_items("[0.1 1e-3]")
    (['a', 'b'], None, ['0.1', '1e-3'])
    """
    text = cell.strip()
    if len(text) > _LONGEST or text[:1] + text[-1:] not in {"[]", "()", "{}"}:
        return None
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        value = None
    if isinstance(value, dict):
        value = value.get("choices")
    if isinstance(value, list) and all(isinstance(item, (str, int, float)) for item in value):
        return [str(item) for item in value]
    if text[0] == "{":
        return None
    quoted = [single or double for single, double in _LIST.findall(text)]
    if not quoted and "," not in text and _NUMBERS.fullmatch(text[1:-1]):
        return text[1:-1].split()  # as NumPy prints it
    return quoted or [part.strip() for part in text[1:-1].split(",") if part.strip()]


def names_in(cells: Iterable[Cell], *, separator: str) -> set[str]:
    """Return every text that may be a label: whole cells, items of lists, and parts of cells."""
    found: set[str] = set()
    for cell in set(cells):
        if not isinstance(cell, str):
            found.update(part.strip() for part in cell)
            continue
        found.add(cell.strip())
        found.update(part.strip() for part in list_items(cell) or cell.split(separator))
    return found - {""}


def separator_inside(label: str, concepts: Iterable[str]) -> str:
    """Return what may stand between several labels in a text of which a part is a concept.

    Examples
    --------
    >>> separator_inside("dog;owl", ["dog", "cat"]), separator_inside("hot dog", ["dog"])
    (';', '')
    """
    known = {folded(concept) for concept in concepts}
    for separator in SEPARATORS[:-1]:  # a blank stands in many a name
        parts = [folded(part) for part in label.split(separator) if part.strip()]
        if len(parts) > 1 and known & set(parts):
            return separator
    return ""


def split_hint(label: str, concepts: Iterable[str]) -> str:
    """Say how to split a label of which a part is a concept; empty for any other."""
    separator = separator_inside(label, concepts)
    said = f' Several labels? "label_separator": "{separator}" in run.json splits them'
    return said if separator else ""
