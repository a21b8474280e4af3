"""Parquet tables: the footer says what is there, the columns are read as they are needed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from evalcore.errors import RunError, shorten
from evalcore.readers.tables.columnar import ColumnarTable, ColumnSource, check_columns, damaged
from evalcore.readers.tables.content import is_parquet, read_head
from evalcore.readers.tables.limits import CELL_BYTES, SUSPICIOUS_BYTES, check_expansion
from evalcore.runs.load_report import Notice

__all__ = ["PARQUET_ENDINGS", "open_parquet"]

PARQUET_ENDINGS = (".parquet", ".pq")


def open_parquet(path: Path) -> ColumnarTable:
    """Open a Parquet file and read its footer.

    Raises
    ------
    RunError
        When it is damaged, has no rows, repeats a column or is larger than a run may be.
    """
    head = read_head(path)
    if not is_parquet(head):
        msg = (
            f"{path.name}: this is no Parquet file, it starts with {shorten(head[:8])}. "
            "Hint: export it again; a text table needs the ending .csv."
        )
        raise RunError(msg)
    try:
        with pq.ParquetFile(path) as file:
            schema, n_rows = file.schema_arrow, file.metadata.num_rows
            n_bytes = _decoded_bytes(file.metadata)
        check_columns(path.name, schema, n_rows)  # decodes the names
    except (pa.ArrowException, OSError, UnicodeDecodeError) as error:
        raise damaged(path, "Parquet", error) from None
    check_expansion(path, n_bytes=n_bytes)
    notices = []
    if path.suffix.lower() not in PARQUET_ENDINGS:
        text = f"{path.name}: this is a Parquet file and was read as one, whatever its name."
        notices.append(Notice(level="mended", text=text))
    return ColumnarTable(
        path=path,
        schema=schema,
        n_rows=n_rows,
        format="Parquet",
        open_columns=partial(_columns, path, schema),
        read_head=partial(_head, path),
        notices=tuple(notices),
    )


@contextmanager
def _columns(path: Path, schema: Any) -> Iterator[ColumnSource]:  # noqa: ANN401
    texts = [field.name for field in schema if _is_text(field.type)]
    with pq.ParquetFile(path) as file:
        many, by_difference = _that_may_unfold(file.metadata)
    folded = [name for name in {*texts, *many} if name not in by_difference]
    with pq.ParquetFile(path, read_dictionary=folded, page_checksum_verification=True) as file:

        def read(names: Sequence[str]) -> Any:  # noqa: ANN401
            if by_difference.keys().isdisjoint(names):
                return file.read(columns=list(names), use_threads=True)
            return _read_bit_by_bit(path, file, names, n_rows=max(by_difference.values()))

        yield read


def _read_bit_by_bit(path: Path, file: Any, names: Sequence[str], *, n_rows: int) -> Any:  # noqa: ANN401
    """Read rows in small batches, and stop when they take more than the file may become."""
    batches, n_bytes = [], 0
    for batch in file.iter_batches(n_rows, columns=list(names)):
        n_bytes += batch.nbytes
        check_expansion(path, n_bytes=n_bytes)
        batches.append(batch)
    return pa.Table.from_batches(batches)


def _is_text(kind: Any) -> bool:  # noqa: ANN401
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind))


def _that_may_unfold(metadata: Any) -> tuple[list[str], dict[str, int]]:  # noqa: ANN401
    """Return the columns of bytes, nested ones too, that could grow far beyond their pages.

    Those whose texts share their beginnings cannot be read as a dictionary; they come with the
    number of rows that may be read at once.
    """
    places = range(metadata.num_columns)
    of_bytes = [j for j in places if metadata.schema.column(j).physical_type == "BYTE_ARRAY"]
    many, by_difference = [], {}
    for j in of_bytes:
        chunks = [metadata.row_group(k).column(j) for k in range(metadata.num_row_groups)]
        most = sum(chunk.num_values * chunk.total_uncompressed_size for chunk in chunks)
        name = str(metadata.schema.column(j).path)
        if most > SUSPICIOUS_BYTES:
            many.append(name)
        if any("DELTA_BYTE_ARRAY" in chunk.encodings for chunk in chunks):
            longest = max(chunk.total_uncompressed_size for chunk in chunks)
            by_difference[name] = min(max(SUSPICIOUS_BYTES // 16 // longest, 16), 65_536)
    return many, by_difference


def _head(path: Path, names: Sequence[str], n_rows: int) -> Any:  # noqa: ANN401
    with pq.ParquetFile(path, page_checksum_verification=True) as file:
        return next(file.iter_batches(batch_size=n_rows, columns=list(names)))


def _decoded_bytes(metadata: Any) -> int:  # noqa: ANN401
    """Return the bytes of all pages, and of the entries of lists, of which a page may hold many."""
    groups = [metadata.row_group(k) for k in range(metadata.num_row_groups)]
    pages = sum(group.total_byte_size for group in groups)
    nested = [
        j
        for j in range(metadata.num_columns)
        if metadata.schema.column(j).max_repetition_level and groups
    ]
    entries = sum(group.column(j).num_values for group in groups for j in nested)
    return int(pages + entries * CELL_BYTES)
