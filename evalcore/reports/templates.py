"""Templates and style of the pages that people take away."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

__all__ = ["style", "template"]

_HERE = Path(__file__).parent


@cache
def template(name: str) -> Any:  # noqa: ANN401 - a template, whose type the library does not export
    """Return one of our templates, which escape whatever comes from data."""
    environment = Environment(
        loader=FileSystemLoader(_HERE),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    return environment.get_template(name)


@cache
def style() -> Markup:
    """Return the style of every report."""
    return Markup((_HERE / "report.css").read_text(encoding="utf-8"))  # noqa: S704 - our own file
