"""What an Arrow column is by its type, and its values as texts."""

from __future__ import annotations

import json
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from evalcore.readers.tables.limits import CELL_BYTES
from evalcore.readers.tables.table import Cell

__all__ = ["cell_of", "class_names", "first_values", "kind_of", "unfolded_bytes"]

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


def unfolded_bytes(column: Any) -> int:  # noqa: ANN401 - an Arrow column
    """Return about how many bytes the cells of a column take as Python's texts."""
    return sum(_unfolded(chunk) for chunk in column.chunks)


def _unfolded(array: Any) -> int:  # noqa: ANN401 - an Arrow array
    types, kind = pa.types, array.type
    if types.is_dictionary(kind):
        return _unfolded(array.dictionary)  # each different text is made once
    if types.is_run_end_encoded(kind):
        return len(array) * (CELL_BYTES + _longest(array.values))
    if any(check(kind) for check in _LISTS):
        if types.is_fixed_size_list(kind):
            n_entries = len(array) * kind.list_size
        else:
            n_entries = pc.sum(pc.list_value_length(array)).as_py() or 0
        # Entries of a list view may share their texts, and so may those of a dictionary.
        return n_entries * (CELL_BYTES + _mean(array.values, shared=not _is_plain(kind)))
    if _has_length(kind):
        return len(array) * CELL_BYTES + (pc.sum(pc.binary_length(array)).as_py() or 0)
    if types.is_struct(kind):  # of an image only the path becomes a text
        path = kind.get_field_index("path")
        return _unfolded(array.field(path)) if path >= 0 else 0
    return 0 if _holds_bytes(kind) else len(array) * CELL_BYTES


def _is_plain(kind: Any) -> bool:  # noqa: ANN401
    types = pa.types
    is_view = types.is_list_view(kind) or types.is_large_list_view(kind)
    return not is_view and not types.is_dictionary(kind.value_type)


def _mean(array: Any, *, shared: bool) -> int:  # noqa: ANN401
    """Return the mean length of texts in bytes, rounded up; the longest when some are shared."""
    if shared:
        return _longest(array)
    total = (pc.sum(pc.binary_length(array)).as_py() or 0) if _has_length(array.type) else 0
    return -(-total // max(len(array), 1))


def _longest(array: Any) -> int:  # noqa: ANN401
    if pa.types.is_dictionary(array.type):
        return _longest(array.dictionary)
    return (pc.max(pc.binary_length(array)).as_py() or 0) if _has_length(array.type) else 0


def _has_length(kind: Any) -> bool:  # noqa: ANN401
    types = pa.types
    return bool(types.is_string(kind) or types.is_large_string(kind))


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
