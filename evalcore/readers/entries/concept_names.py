"""Concepts as they are met in an export, by id and by name."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

import numpy as np

from evalcore.arrays import IntArray

__all__ = ["ConceptNames"]


class ConceptNames:
    """Gives every concept a column when it is first met.

    A concept is the same when its id is; without an id, when its name is.

    Examples
    --------
    >>> names = ConceptNames()
    >>> names.column("ai_1", "dog"), names.column("ai_2", "cat"), names.column("", "dog")
    (0, 1, 0)
    >>> names.shown()
    ['dog', 'cat']
    """

    def __init__(self) -> None:
        self._by_id: dict[str, int] = {}
        self._by_name: dict[str, int] = {}
        self._shared: set[str] = set()
        self._ids: list[str] = []
        self._names: list[str] = []

    def __len__(self) -> int:
        return len(self._names)

    def column(self, key: str, name: str = "") -> int:
        """Return the column of a concept, a new one when it was not met before."""
        found = self.find(key, name)
        if found is None or (key and self._ids[found] not in {"", key}):
            found = len(self._names)
            self._ids.append(key)
            self._names.append(name)
        if key:
            self._by_id[key] = found
            self._ids[found] = key
        if name:
            if self._by_name.setdefault(name, found) != found:
                self._shared.add(name)
            self._names[found] = self._names[found] or name
        return found

    def find(self, key: str, name: str = "") -> int | None:
        """Return the column of a concept by its id, else by its name.

        None when it was not met, or when two ids share the name.
        """
        if key and key in self._by_id:
            return self._by_id[key]
        word = name or key
        if not word or word in self._shared:
            return None
        return self._by_name.get(word, None if key else self._by_id.get(word))

    def shown(self) -> list[str]:
        """Return the name of each column; where two would be alike, with the id."""
        plain = [name or key for key, name in zip(self._ids, self._names, strict=True)]
        counts = Counter(plain)
        shown: list[str] = []
        taken = {text for text, count in counts.items() if count == 1}
        for key, text in zip(self._ids, plain, strict=True):
            unique = f"{text} ({key})" if counts[text] > 1 else text
            while counts[text] > 1 and unique in taken:
                unique += " (another)"
            taken.add(unique)
            shown.append(unique)
        return shown

    def order(self, *, first: Iterable[int] = ()) -> tuple[list[str], IntArray]:
        """Return the names in their order, and the position of each column in it.

        Parameters
        ----------
        first
            Columns that the export lists in an order of its own; the others follow by name.
        """
        names = self.shown()
        head = list(dict.fromkeys(first))
        rest = sorted(set(range(len(names))) - set(head), key=lambda j: names[j])
        columns = [*head, *rest]
        positions = np.empty(len(names), dtype=np.int64)
        positions[columns] = np.arange(len(names))
        return [names[j] for j in columns], positions
