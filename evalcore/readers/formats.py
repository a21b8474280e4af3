"""The table formats that can be read, and how each is recognised."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from evalcore.readers.content import is_parquet, read_head
from evalcore.readers.csv_table import open_csv
from evalcore.readers.parquet_table import PARQUET_ENDINGS, open_parquet
from evalcore.readers.table import Table

__all__ = ["TABLE_READERS", "open_table"]

TABLE_READERS: Sequence[tuple[Callable[[Path, bytes], bool], Callable[[Path], Table]]] = (
    (lambda path, head: is_parquet(head) or path.suffix.lower() in PARQUET_ENDINGS, open_parquet),
    (lambda _path, _head: True, open_csv),
)
"""Pairs (does the file look like it?, open it); the first that says yes opens the file."""


def open_table(path: Path) -> Table:
    """Open a table with the first reader that recognises its content.

    Raises
    ------
    RunError
        When the file is no table.
    """
    head = read_head(path)
    return next(opens for recognises, opens in TABLE_READERS if recognises(path, head))(path)
