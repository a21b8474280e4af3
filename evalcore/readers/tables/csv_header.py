"""Which lines of a CSV file name the columns, and what stands between these."""

from __future__ import annotations

import csv
import re
from collections.abc import Sequence
from dataclasses import dataclass

from evalcore.errors import shorten

__all__ = ["SEPARATORS", "SPACE", "Header", "find_header"]

SEPARATORS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "pipe"}
SPACE, LEAST_WIDTH = " ", 3
"""A blank separates where nothing else does, and every line has at least three parts."""
MOST_ABOVE = 10
"""Lines above the header that are looked at: titles, dates, names of groups of columns."""
LEAST_ROWS = 2
_NUMBER = re.compile(r"\s*[-+]?[.,]?\d")
_NO_NUMBER = frozenset({"", "na", "nan", "n/a", "null", "none", "-"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """Where the columns are named.

    Parameters
    ----------
    skipped
        Lines before the last one that names columns.
    names
        ``""`` where a column has none.
    rows
        Of the sample, below the names.
    told
        What was passed over or put together.
    """

    separator: str
    skipped: int
    names: tuple[str, ...]
    rows: list[list[str]]
    told: tuple[str, ...] = ()


def find_header(lines: list[str], *, separator: str = "") -> Header | None:
    """Find the line that names the columns of a table; None when there is no line at all.

    Comments and titles above it are passed over. Where two rows name the columns, as spreadsheets
    and pandas write them, the lower names count; gaps are filled from above, and names that occur
    more than once get those above in front.

    Parameters
    ----------
    separator
        As the file itself says; ``""`` to find out.
    """
    n_comments = 0 if separator else _comment_lines(lines)
    below = lines[n_comments:]
    found = _read(below, 0, separator)
    told = []
    if n_comments:
        told.append(f"{n_comments:,} line(s) that start with # are passed over.")
    if found is None:
        return None
    top = found
    if not _names_columns(found):
        for k in range(1, min(MOST_ABOVE, len(below) - 2) + 1):
            tried = _read(below, k, separator)
            if tried is not None and _is_below_titles(tried, below[:k]):
                found = tried
                told.append(_passed_over(below[:k]))
                break
    names = found.names
    if found is not top:
        above = _sampled(below[found.skipped - 1 : found.skipped], found.separator)
        names = _put_together(above[0] if above else [], names)
        if names != found.names:
            told[-1] = "the names of the columns stand in two rows, and were put together."
    return Header(
        separator=found.separator,
        skipped=n_comments + found.skipped,
        names=names,
        rows=found.rows,
        told=tuple(told),
    )


def _read(lines: list[str], k: int, separator: str) -> Header | None:
    """Read the sample as if the columns were named in line k."""
    separator = separator or _separator(lines[k:])
    rows = _sampled(lines[k:], separator)
    if not rows:
        return None
    # a second mark stands there when a file with one was saved with one again
    names = (rows[0][0].lstrip("\ufeff"), *rows[0][1:])
    if _are_row_numbers(rows[1:], len(names)):
        names = ("", *names)
    return Header(separator=separator, skipped=k, names=names, rows=rows[1:])


def _are_row_numbers(rows: list[list[str]], width: int) -> bool:
    """Tell whether each row begins with its number, for which R writes no name."""
    numbers = [row[0] for row in rows if len(row) == width + 1]
    if len(numbers) < max(len(rows), LEAST_ROWS):
        return False
    return any(
        all(number == str(k) for k, number in enumerate(numbers, start=first)) for first in (0, 1)
    )


def _names_columns(found: Header) -> bool:
    """Tell whether a column holds numbers and nothing else, below a name that is none."""
    columns = [k for k, name in enumerate(found.names) if name.strip() and not _NUMBER.match(name)]
    return any(_is_numeric([row[k] for row in found.rows if k < len(row)]) for k in columns)


def _is_numeric(cells: Sequence[str]) -> bool:
    numbers = [cell for cell in cells if _NUMBER.match(cell)]
    others = [cell for cell in cells if not _NUMBER.match(cell)]
    return bool(numbers) and all(cell.strip().casefold() in _NO_NUMBER for cell in others)


def _is_below_titles(found: Header, above: list[str]) -> bool:
    """Tell whether a line names the columns, and none of the lines above it could."""
    width = len(found.names)
    whole = [row for row in found.rows if len(row) == width]
    fits = width > 1 and len(whole) == len(found.rows) and _names_columns(found)
    if not fits or any("." in name and _NUMBER.match(name) for name in found.names):
        return False
    rows = [_sampled([line], found.separator) for line in above]
    return all(not row or _cannot_name(row[0], width) for row in rows)


def _cannot_name(cells: list[str], width: int) -> bool:
    return len(cells) != width or not all(cells) or len(set(cells)) < width


def _put_together(above: list[str], below: tuple[str, ...]) -> tuple[str, ...]:
    """Return the names of two rows as one, where the lower ones alone do not name the columns."""
    filled = [name for name in below if name]
    if len(above) != len(below) or (len(filled) == len(below) == len(set(below))):
        return below
    groups, last = [], ""
    for name in above:
        last = name or last
        groups.append(last)
    if len(set(filled)) == len(filled):
        return tuple(low or high for high, low in zip(above, below, strict=True))
    return tuple(
        "_".join(filter(None, (high, low))) for high, low in zip(groups, below, strict=True)
    )


def _passed_over(lines: list[str]) -> str:
    first = next((line.strip(" ,;|\t\r\n") for line in lines if line.strip(" ,;|\t\r\n")), "")
    return f"{len(lines):,} line(s) above the header are passed over: {shorten(first)}."


def _comment_lines(lines: list[str]) -> int:
    """Return how many lines that start with # stand above the header.

    The header itself may start so: it is as wide as the lines below.
    """
    n = 0
    while n < len(lines) - 1 and lines[n].lstrip("\ufeff").startswith("#"):
        rows = _sampled(lines[n:], _separator(lines[n + 1 :]))
        if len(rows) > 1 and len(rows[0]) == len(rows[1]) > 1:
            break
        n += 1
    return n


def _separator(lines: list[str]) -> str:
    def fit(separator: str) -> tuple[float, int]:
        rows = _sampled(lines, separator)
        width = len(rows[0]) if rows else 0
        if width < 2:
            return 0.0, width
        return sum(len(row) == width for row in rows) / len(rows), width

    best = max(SEPARATORS, key=fit)
    share, width = fit(SPACE)
    is_even = share == 1 or _are_row_numbers(_sampled(lines, SPACE)[1:], width)
    by_space = fit(best)[1] < 2 and is_even and width >= LEAST_WIDTH
    return SPACE if by_space else best


def _sampled(lines: list[str], separator: str) -> list[list[str]]:
    """Return the rows of the sample, up to one that cannot be read."""
    rows: list[list[str]] = []
    try:
        rows.extend(row for row in csv.reader(lines, delimiter=separator) if row)
    except csv.Error:
        return rows  # the reading of the rows will say where and why
    return rows
