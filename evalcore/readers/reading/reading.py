"""One way to understand a file: the record that run.json, the app and the readers share.

Written under the key ``reading`` of run.json, version 1; every entry but ``version`` is optional::

    "reading": {
      "version": 1,
      "columns": {"obs": "label", "Resample": "fold"},   roles, as in the key ``columns``
      "scores": "prob_*",          score columns by what they share; * is the concept, and alone
                                   it is every column of numbers that has no other role
      "others": "scores",          columns that look like scores, and that nothing is labelled with:
                                   scores, or metadata
      "truth": "y_true_*",         columns of 0 and 1 that say which concepts an input shows
      "classes": ["cat", "dog"],   the names of a list's places, or of the class ids 0, 1, ...
      "separator": ",",            between the labels of a cell; "" when a cell is one label
      "names": {"kitty": "cat"},   what a label is called as a concept
      "numbered": "from 0",        labels number the concepts in the order of the columns; or from
                                   1, and ", sorted" or ", reversed" when the order is another
      "none": ["No Finding"],      labels that say: none of the concepts
      "unknown": ["-1"],           labels that say: nobody knows
      "missing": "unscored",       inputs without a score: unscored (nothing is predicted for them)
                                   or left_out; number: -1 is a score as any other
      "numbers": "thousands",      1.459 is 1459; decimal: it is not
      "part": "test",              the part that is evaluated, of a column with the role ``part``
      "task": "multi_label"        as the key ``task``, which it goes before
    }

The layout follows from the roles: a column ``class`` makes a table long (one row per input and
class), ``prediction`` with ``confidence`` holds one prediction per input, ``scores`` a list of
scores per cell, and ``truth`` as a pattern one column of ground truth per class.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import Any

from evalcore.errors import RunError, did_you_mean, shorten
from evalcore.readers.reading.column_roles import check_columns

__all__ = ["VERSION", "Reading", "read_reading"]

VERSION = 1
TASKS = ("single_label", "multi_label")
MISSING = ("unscored", "left_out", "number")
NUMBERS = ("decimal", "thousands")
OTHERS = ("scores", "metadata")
NUMBERED = tuple(
    f"from {first}{order}" for first in (0, 1) for order in ("", ", sorted", ", reversed")
)
"""From where labels that are numbers count the concepts, and in which order of them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """How a file is understood; what is left empty goes by the rules of the reader."""

    columns: Mapping[str, str] = field(default_factory=dict)
    scores: str = ""
    others: str = ""
    truth: str = ""
    classes: tuple[str, ...] = ()
    separator: str | None = None
    names: Mapping[str, str] = field(default_factory=dict)
    numbered: str = ""
    none: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()
    missing: str = ""
    numbers: str = ""
    part: str = ""
    task: str = ""

    @property
    def layout(self) -> str:
        """How inputs, labels and scores stand in the file."""
        roles = set(self.columns.values())
        if "class" in roles:
            return "one row per input and class"
        if "prediction" in roles:
            return "one prediction and its confidence per input"
        if "scores" in roles:
            return "a list of scores per input"
        if self.truth:
            return "a column of ground truth per class"
        return "one row per input"

    def places(self, concepts: Sequence[str]) -> dict[str, str]:
        """Return which concept each number stands for, where labels number them.

        Examples
        --------
        >>> Reading(numbered="from 1, reversed").places(["cat", "dog"])
        {'1': 'dog', '2': 'cat'}
        """
        if not self.numbered:
            return {}
        first, _, how = self.numbered.removeprefix("from ").partition(", ")
        order = sorted(concepts) if how == "sorted" else list(concepts)
        if how == "reversed":
            order.reverse()
        return {str(k): name for k, name in enumerate(order, start=int(first))}

    def entries(self) -> dict[str, object]:
        """Return the reading as the value of run.json's key ``reading``."""
        found: dict[str, object] = {"version": VERSION}
        for item in fields(self):
            value = getattr(self, item.name)
            if value or value == "":
                default = None if item.name == "separator" else ""
                if value != default:
                    found[item.name] = list(value) if isinstance(value, tuple) else value
        return found

    @property
    def line(self) -> str:
        """The line for run.json that makes this reading hold."""
        return f'"reading": {json.dumps(self.entries(), ensure_ascii=False)}'


def read_reading(key: str, value: object) -> Reading:
    """Return the reading that run.json holds.

    Raises
    ------
    RunError
        When it is no object, of another version, or an entry is none or of the wrong kind.
    """
    if not isinstance(value, dict):
        msg = (
            f"run.json: '{key}' must be an object such as {{\"version\": 1}}, got {shorten(value)}."
        )
        raise RunError(msg)
    if value.get("version") != VERSION:
        msg = (
            f"run.json: '{key}' has the version {shorten(value.get('version'))}, but this program "
            f'reads version {VERSION}. Hint: write "version": {VERSION}, or update the program.'
        )
        raise RunError(msg)
    found = {}
    for name, entry in value.items():
        if name == "version":
            continue
        if name not in _CHECKS:
            msg = (
                f"run.json: '{key}' has an entry {shorten(name)}, which is none."
                f"{did_you_mean(name, _CHECKS)} Entries: version, {', '.join(_CHECKS)}."
            )
            raise RunError(msg)
        found[name] = _CHECKS[name](f"{key}.{name}", entry)
    return Reading(**found)


def _text(key: str, value: object) -> str:
    if not isinstance(value, str):
        raise _wrong(key, value, rule="a text in quotes")
    return value


def _pattern(key: str, value: object) -> str:
    if not isinstance(value, str) or value.count("*") != 1:
        raise _wrong(key, value, rule='a text with one * for the concept, such as "prob_*"')
    return value


def _texts(key: str, value: object) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise _wrong(key, value, rule='a list of texts such as ["ok"]')
    if len(set(value)) < len(value):
        raise _wrong(key, value, rule="a list of different texts")
    return tuple(value)


def _names(key: str, value: object) -> dict[str, str]:
    if not isinstance(value, dict) or not all(isinstance(item, str) for item in value.values()):
        raise _wrong(key, value, rule='an object such as {"label": "concept"}')
    return dict(value)


def _one_of(words: Sequence[str]) -> Callable[[str, object], str]:
    def check(key: str, value: object) -> str:
        if value not in words:
            raise _wrong(key, value, rule=" or ".join(f'"{word}"' for word in words))
        return str(value)

    return check


def _wrong(key: str, value: object, *, rule: str) -> RunError:
    return RunError(f"run.json: '{key}' must be {rule}, got {shorten(value)}.")


_CHECKS: Mapping[str, Callable[[str, object], Any]] = {
    "columns": check_columns,
    "scores": _pattern,
    "others": _one_of(OTHERS),
    "truth": _pattern,
    "classes": _texts,
    "separator": _text,
    "names": _names,
    "numbered": _one_of(NUMBERED),
    "none": _texts,
    "unknown": _texts,
    "missing": _one_of(MISSING),
    "numbers": _one_of(NUMBERS),
    "part": _text,
    "task": _one_of(TASKS),
}
