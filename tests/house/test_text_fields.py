"""A text that is saved has its limit in the field, so that it is said while somebody types."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

PAGES = Path(__file__).parents[2] / "pages"
LOOKED_UP = {
    "Find a concept",
    "f'Search the {what} of these inputs'",
    "Path of a run folder, file or ZIP",
    "Between labels",
    "Labels that mean none",
    "Labels nobody knows",
}
"""Fields whose text is never saved, or is a line of run.json, whose reader sets its limits."""
SHORT = 200
"""Characters that every record has room for."""


def fields(source: str) -> Iterator[tuple[str, ast.Call]]:
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Call(func=ast.Attribute(attr="text_area" | "text_input" as kind)):
                yield kind, node


def _is_short(limit: ast.Constant) -> bool:
    return isinstance(limit.value, int) and limit.value <= SHORT


def unlimited(source: str) -> list[str]:
    """What is asked by fields that take more than can be saved."""
    found = []
    for kind, call in fields(source):
        label = call.args[0]
        asked = label.value if isinstance(label, ast.Constant) else ast.unparse(label)
        limits = [word.value for word in call.keywords if word.arg == "max_chars"]
        limited = bool(limits) and (not isinstance(limits[0], ast.Constant) or _is_short(limits[0]))
        if not limited and not (kind == "text_input" and asked in LOOKED_UP):
            found.append(str(asked))
    return found


def test_every_text_that_is_saved_has_the_limit_of_its_record() -> None:
    # a number has few digits, and is refused beside its field
    looked_at = [path for path in PAGES.rglob("*.py") if path.name != "number_field.py"]
    found = {path.name: unlimited(path.read_text()) for path in looked_at}
    assert {name: asked for name, asked in found.items() if asked} == {}


@pytest.mark.parametrize(
    "breach",
    ["st.text_area('Why')", "st.text_area('Why', max_chars=9_000)", "st.text_input('Who')"],
)
def test_a_field_without_the_limit_of_its_record_is_found(breach: str) -> None:
    assert len(unlimited(breach)) == 1
