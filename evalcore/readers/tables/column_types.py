"""What an Arrow column is by its type, and its values as texts."""

from __future__ import annotations

import json
from typing import Any

import pyarrow as pa

from evalcore.readers.tables.table import Cell

__all__ = ["cell_of", "class_names", "first_values", "kind_of"]

_LISTS = (
    *(pa.types.is_list, pa.types.is_large_list, pa.types.is_fixed_size_list),
    *(pa.types.is_list_view, pa.types.is_large_list_view),
)


def first_values(column: Any) -> list[Any]:  # noqa: ANN401
    """Return the cells for a look at them; a date that no calendar has is only named."""
    try:
        return column.to_pylist()
    except (OverflowError, ValueError):
        return [f"({column.type})"] * len(column)


def kind_of(kind: Any) -> str:  # noqa: ANN401
    """Return ``number``, ``text``, ``list``, ``image`` or ``other`` for an Arrow type."""
    types = pa.types
    if types.is_dictionary(kind) or types.is_run_end_encoded(kind):
        return kind_of(kind.value_type)
    if _holds_bytes(kind):
        return "image"
    if types.is_struct(kind):
        return "image" if kind.get_field_index("bytes") >= 0 else "other"
    if any(check(kind) for check in _LISTS):
        parts = kind.value_type
        return "other" if types.is_nested(parts) or _holds_bytes(parts) else "list"
    if types.is_integer(kind) or types.is_floating(kind):
        return "number"
    return "other" if types.is_nested(kind) else "text"


def _holds_bytes(kind: Any) -> bool:  # noqa: ANN401
    types = pa.types
    checks = (types.is_binary, types.is_large_binary, types.is_binary_view)
    return types.is_fixed_size_binary(kind) or any(check(kind) for check in checks)


def class_names(schema: Any, column: str) -> list[str]:  # noqa: ANN401
    """Return the names that Hugging Face datasets stores for an integer label."""
    try:
        stored = json.loads((schema.metadata or {}).get(b"huggingface", b"{}"))
        feature = stored["info"]["features"][column]
        feature = feature[0] if isinstance(feature, list) else feature.get("feature", feature)
        names = feature["names"]
    except (KeyError, TypeError, ValueError, IndexError, AttributeError, RecursionError):
        return []
    return [str(name) for name in names] if isinstance(names, list) else []


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
