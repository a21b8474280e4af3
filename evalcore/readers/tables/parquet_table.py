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
from evalcore.readers.tables.limits import check_expansion
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
    texts = [field.name for field in schema if pa.types.is_string(field.type)]
    with pq.ParquetFile(path, read_dictionary=texts, page_checksum_verification=True) as file:

        def read(names: Sequence[str]) -> Any:  # noqa: ANN401
            return file.read(columns=list(names), use_threads=True)

        yield read


def _head(path: Path, names: Sequence[str], n_rows: int) -> Any:  # noqa: ANN401
    with pq.ParquetFile(path, page_checksum_verification=True) as file:
        return next(file.iter_batches(batch_size=n_rows, columns=list(names)))


def _decoded_bytes(metadata: Any) -> int:  # noqa: ANN401
    return sum(metadata.row_group(k).total_byte_size for k in range(metadata.num_row_groups))
