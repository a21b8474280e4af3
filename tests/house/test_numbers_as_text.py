"""Rates, scores and thresholds become text in one place: ``evalcore/wording.py``."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

import pytest

from tests.house.modules import Module, product

SHORTENS = re.compile(r"[^%]*[eEfFgG%]")
COLUMN = re.compile(r"%[-+ #0]*\d*\.?\d*[eEfFgG]")
ELSEWHERE = {
    "evalcore.wording": "the author itself",
    "evalcore.readers.tables.limits": "megabytes",
    "evalcore.prepared.reading_child": "megabytes",
    "evalcore.prepared.apart": "megabytes",
    "evalcore.decisions.files": "megabytes",
    "evalcore.store.limits": "megabytes",
    "evalcore.store.sqlite_file": "seconds",
    "evalcore.runs.decoding": "seconds",
    "evalcore.runs.images": "megabytes",
    "evalcore.runs.thumbnails": "places in a drawing, and megapixels",
    "evalcore.reports.commands": "megabytes",
    "evalcore.reports.drawings": "places in a drawing",
    "evalcore.reports.number_chapters": "depths of a colour",
    "evalcore.diagnosis.words": "expected counts",
    "evalcore.diagnosis.columns": "ends of groups of a metadata column",
    "pages._ui.library.table": "megabytes",
    "pages._ui.report.panel": "megabytes",
    "pages._ui.shell.opening": "megabytes",
    "pages._ui.truth.audit_panel": "expected counts",
    "pages._ui.inputs.input_dialog": "marks of an axis",
    "pages._ui.thresholds.costs": "costs",
    "pages._ui.thresholds.production_panel": "expected counts, and shares to type over",
    "pages._ui.concept.charts": "thresholds that are counted at as they are written",
}
"""Module to what it writes with a fixed number of digits, which is no rate, score or threshold."""


def shortened(module: Module) -> Iterator[str]:
    """Yield the places at which a module makes text of numbers with a fixed number of digits."""
    for node in ast.walk(module.tree):
        if isinstance(node, ast.FormattedValue) and node.format_spec is not None:
            spec = "".join(
                str(part.value)
                for part in ast.walk(node.format_spec)
                if isinstance(part, ast.Constant)
            )
            if SHORTENS.fullmatch(spec):
                yield f"{module.name}:{node.lineno}: {ast.unparse(node.value)}:{spec}"
        is_column = isinstance(node, ast.Constant) and isinstance(node.value, str)
        if is_column and COLUMN.fullmatch(str(node.value)):
            yield f"{module.name}:{node.lineno}: {node.value}"


def test_the_code_itself_is_seen() -> None:
    text = 'a = f"{x:.3f}"; b = f"{x:g}"; c = f"{n:,}"; d = f"{x:{n}.2f}"; e = dict(format="%.3f")'
    found = [each.rsplit(" ", 1)[1] for each in shortened(Module(name="here", source=text))]
    assert sorted(found) == ["%.3f", "x:.2f", "x:.3f", "x:g"]


@pytest.mark.parametrize("name", sorted(product()))
def test_no_module_shortens_numbers_by_itself(name: str) -> None:
    found = list(shortened(product()[name]))
    assert found == [] or name in ELSEWHERE, found


def test_the_exceptions_are_needed() -> None:
    modules = product()
    assert [name for name in ELSEWHERE if not list(shortened(modules[name]))] == []
