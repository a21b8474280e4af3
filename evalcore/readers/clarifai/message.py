"""Clarifai's own messages (``clarifai-grpc``), seen as the values of their JSON.

A message describes its own fields, so that neither package nor protobuf is imported here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from evalcore.readers.tables.json_stream import Keys

__all__ = ["as_json", "walk_message"]


def walk_message(
    message: Any,  # noqa: ANN401 - a protobuf message
    *,
    whole: Callable[[Keys], bool],
    keys: Keys = (),
) -> Iterator[tuple[Keys, Any]]:
    """Iterate over the values of a message in the order and under the keys of its JSON.

    Parameters
    ----------
    whole
        Says which values are returned as one; others are entered.
    """
    for name, value, is_list in _fields(message):
        here = (*keys, name)
        if is_list:
            for k, item in enumerate(value):
                yield from _entered(item, (*here, k), whole)
        else:
            yield from _entered(value, here, whole)


def as_json(value: Any) -> Any:  # noqa: ANN401 - a protobuf message or a plain value
    """Return a message as the dict that its JSON would be read as; bytes are left out."""
    if hasattr(value, "DESCRIPTOR") and hasattr(value, "ListFields"):
        if value.DESCRIPTOR.full_name == "google.protobuf.Struct":
            return {name: as_json(item) for name, item in value.items()}
        return {
            name: [as_json(x) for x in item] if is_list else as_json(item)
            for name, item, is_list in _fields(value)
        }
    if isinstance(value, Mapping):
        return {str(name): as_json(item) for name, item in value.items()}
    if isinstance(value, (str, int, float)) or value is None:
        return value
    return [as_json(item) for item in value] if hasattr(value, "__iter__") else str(value)


def _entered(value: Any, keys: Keys, whole: Callable[[Keys], bool]) -> Iterator[tuple[Keys, Any]]:  # noqa: ANN401
    is_message = hasattr(value, "ListFields")
    if not is_message or whole(keys) or value.DESCRIPTOR.full_name == "google.protobuf.Struct":
        yield from _leaves(as_json(value), keys, whole)
    else:
        yield from walk_message(value, whole=whole, keys=keys)


def _leaves(value: Any, keys: Keys, whole: Callable[[Keys], bool]) -> Iterator[tuple[Keys, Any]]:  # noqa: ANN401
    if isinstance(value, dict) and not whole(keys):
        for name, item in value.items():
            yield from _leaves(item, (*keys, name), whole)
    else:
        yield keys, value


def _fields(message: Any) -> Iterator[tuple[str, Any, bool]]:  # noqa: ANN401
    """Yield name, value and whether it is a list, for the fields that are set."""
    for kind, value in message.ListFields():
        if isinstance(value, bytes):
            continue
        is_map = isinstance(value, Mapping)
        is_list = not is_map and hasattr(value, "__len__") and not isinstance(value, str)
        is_list = is_list and not hasattr(value, "ListFields")
        yield kind.name, value, is_list
