"""Single values of Arrow columns as texts."""

from __future__ import annotations

from typing import Any

from evalcore.readers.tables.table import Cell

__all__ = ["cell_of"]


def cell_of(value: Any, classes: list[str]) -> Cell:  # noqa: ANN401
    """Return a value as the text, or the texts, that a text table would hold."""
    if isinstance(value, (list, tuple)):
        return tuple(str(cell_of(item, classes)) for item in value if item is not None)
    if value is None or value != value:  # noqa: PLR0124 - NaN: pandas writes empty texts so
        return ""
    if classes and isinstance(value, int):
        # The same library writes -1 for "no label".
        return classes[value] if 0 <= value < len(classes) else "" if value == -1 else str(value)
    return str(value)
