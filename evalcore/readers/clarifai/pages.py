"""What the pages of a Clarifai evaluation say of themselves, and whether they fit together."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from evalcore.errors import RunError, shorten
from evalcore.readers.tables.json_stream import Keys

__all__ = [
    "Pages",
    "as_json",
    "page_of",
    "walk_message",
]


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


Page = tuple[str | int, ...]
_WRAPPERS = {"evalMetrics", "eval_metrics", "modelVersion", "model_version", "metrics"}
_FACTS = {
    ("model", "id"): "model",
    ("modelVersion", "id"): "model version",
    ("groundTruthDataset", "id"): "data set",
    ("evalMetrics", "id"): "evaluation",
}
_MUTUALLY = {"conceptsMutuallyExclusive", "concepts_mutually_exclusive"}


@dataclass(slots=True, kw_only=True, eq=False)
class _Page:
    facts: dict[str, str] = field(default_factory=dict)
    declared: dict[int, tuple[str, str]] = field(default_factory=dict)
    columns: set[int] = field(default_factory=set)
    n_entries: int = 0
    is_dense: bool = True
    """Every entry so far has the same concepts."""


@dataclass(slots=True, kw_only=True, eq=False)
class Pages:
    """The pages met so far, by their place."""

    file: str
    exclusive: bool = False
    """The model's concepts exclude each other."""
    pages: dict[Page, _Page] = field(default_factory=dict)

    def add_entry(self, place: Page, columns: Sequence[int]) -> None:
        """Take note of the concepts of one test-set entry."""
        page = self.pages.setdefault(place, _Page())
        if page.n_entries and (
            len(columns) != len(page.columns) or not page.columns.issuperset(columns)
        ):
            page.is_dense = False
        page.columns.update(columns)
        page.n_entries += 1

    def add_fact(self, place: Page, keys: Sequence[str | int], value: Any) -> None:  # noqa: ANN401
        """Take note of any other value of a response."""
        page = self.pages.setdefault(place, _Page())
        names = [key for key in keys if isinstance(key, str)]
        fact = _FACTS.get((names[-2], names[-1])) if len(names) > 1 else None
        if fact and isinstance(value, str):
            page.facts.setdefault(fact, value)
        if names and names[-1] in _MUTUALLY and value is True:
            self.exclusive = True
        if names[-2:] == ["fieldsMap", "concepts"] and value == "softmax":
            self.exclusive = True
        _declare(page, keys, value)

    def facts(self) -> dict[str, str]:
        """Return what the pages with entries say of model and data set."""
        merged: dict[str, str] = {}
        for page in self.pages.values():
            merged = {**page.facts, **merged}
        return merged

    def declared(self) -> list[tuple[str, str]]:
        """Return id and name of the concepts that the model or the label counts list."""
        found: dict[tuple[str, str], None] = {}
        for page in self.pages.values():
            found.update(dict.fromkeys(pair for pair in page.declared.values() if any(pair)))
        return list(found)

    def refuse_mixed(self) -> None:
        """Refuse pages of different evaluations.

        Raises
        ------
        RunError
            When they name different models or data sets, or their concepts do not fit.
        """
        filled = [(place, page) for place, page in self.pages.items() if page.n_entries]
        first_place, first = filled[0]
        for place, page in filled[1:]:
            problem = _difference(first, page)
            if problem:
                msg = (
                    f"{self.file}: {_shown(first_place)} and {_shown(place)} are not pages of one "
                    f"evaluation: {problem}. Hint: keep the pages of one evaluation together."
                )
                raise RunError(msg)


def page_of(keys: Keys) -> Page:
    """Return the list positions that lead to an evaluation: all before its own fields.

    Examples
    --------
    >>> page_of((1, "evalMetrics", 0, "testSet", 5))
    (1, 0)
    """
    found: list[str | int] = []
    for key in keys:
        if isinstance(key, int):
            found.append(key)
        elif key not in _WRAPPERS:
            break
    return tuple(found)


def _difference(one: _Page, other: _Page) -> str:
    for fact, value in one.facts.items():
        if other.facts.get(fact, value) != value:
            return f"the {fact} is {shorten(value)} and {shorten(other.facts[fact])}"
    if (
        one.declared
        and other.declared
        and set(one.declared.values()) != set(other.declared.values())
    ):
        return "their models have different concepts"
    if one.columns and other.columns and not one.columns & other.columns:
        return "they have no predicted concept in common"
    both_dense = one.is_dense and other.is_dense and min(one.n_entries, other.n_entries) > 1
    if both_dense and one.columns != other.columns:
        return f"{len(one.columns ^ other.columns):,} concepts are predicted in one of them only"
    return ""


def _declare(page: _Page, keys: Sequence[str | int], value: Any) -> None:  # noqa: ANN401
    """Collect ``outputInfo.data.concepts[k]``, the list of the model's concepts."""
    if len(keys) < 5 or list(keys[-5:-2]) != ["outputInfo", "data", "concepts"]:
        return
    k, name = keys[-2], keys[-1]
    if isinstance(k, int) and name in {"id", "name"} and isinstance(value, str):
        key, label = page.declared.get(k, ("", ""))
        page.declared[k] = (value, label) if name == "id" else (key, value)


def _shown(place: Page) -> str:
    file, *numbers = place
    return (
        f"{file}, evaluation {'.'.join(str(int(n) + 1) for n in numbers)}" if numbers else str(file)
    )
