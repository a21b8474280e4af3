"""The table formats that can be read, and how each is recognised."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from evalcore.readers.tables.arrow_table import ARROW_ENDINGS, is_arrow, open_arrow
from evalcore.readers.tables.content import is_parquet, read_head
from evalcore.readers.tables.csv_table import open_csv
from evalcore.readers.tables.jsonl_table import JSONL_ENDINGS, is_jsonl, open_jsonl
from evalcore.readers.tables.parquet_table import PARQUET_ENDINGS, open_parquet
from evalcore.readers.tables.table import Table

__all__ = ["TABLE_FORMATS", "TableFormat", "is_table", "open_table"]


@dataclass(frozen=True, slots=True, kw_only=True)
class TableFormat:
    """One way to write a table into a file.

    Parameters
    ----------
    recognises
        Tells by the first bytes whether a file is of this format.
    endings
        Names of files that are meant to be of this format when no content says otherwise, so
        that a damaged one is called so.
    open
        Reads the header.
    """

    recognises: Callable[[bytes], bool]
    endings: tuple[str, ...]
    open: Callable[[Path], Table]


TABLE_FORMATS = [
    TableFormat(recognises=is_parquet, endings=PARQUET_ENDINGS, open=open_parquet),
    TableFormat(recognises=is_arrow, endings=ARROW_ENDINGS, open=open_arrow),
    TableFormat(recognises=is_jsonl, endings=JSONL_ENDINGS, open=open_jsonl),
]
"""Asked in order, all by content and then all by name; what none claims is opened as CSV."""


def open_table(path: Path) -> Table:
    """Open a table with the first format that recognises its content.

    Raises
    ------
    RunError
        When the file is no table.
    """
    form = _format_of(path, read_head(path))
    return open_csv(path) if form is None else form.open(path)


def is_table(path: Path, head: bytes) -> bool:
    """Tell whether a file is of a format other than CSV, by its first bytes or its name."""
    return _format_of(path, head) is not None


def _format_of(path: Path, head: bytes) -> TableFormat | None:
    by_content = (form for form in TABLE_FORMATS if form.recognises(head))
    by_name = (form for form in TABLE_FORMATS if path.suffix.lower() in form.endings)
    return next(by_content, next(by_name, None))
