"""Tables as CSV that a spreadsheet opens and takes nothing in for a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

__all__ = ["as_given", "harmless", "sheet"]

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
"""A spreadsheet takes a cell that begins so for a formula; the last four are the wide forms."""


def harmless(text: str) -> str:
    """Return a text that no spreadsheet takes for a formula: an apostrophe comes before it.

    Examples
    --------
    >>> harmless("=1+1"), harmless("dog"), as_given(harmless("'quoted"))
    ("'=1+1", 'dog', "'quoted")
    """
    return f"'{text}" if text.startswith((*_FORMULA, "'")) else text


def as_given(cell: str) -> str:
    """Return the text that :func:`harmless` was given."""
    return cell.removeprefix("'")


def sheet(columns: Sequence[str], rows: Iterable[Sequence[str | float | None]]) -> str:
    """Return a table as CSV (RFC 4180); None is an empty cell, numbers read back bit for bit.

    Examples
    --------
    >>> sheet(["id", "score"], [["-1", 0.5], ["p2", None]]).splitlines()
    ['id,score', "'-1,0.5", 'p2,']
    """
    file = io.StringIO(newline="")
    writer = csv.writer(file, lineterminator="\r\n")
    writer.writerow(map(harmless, columns))
    writer.writerows([harmless(c) if isinstance(c, str) else c for c in row] for row in rows)
    return file.getvalue()
