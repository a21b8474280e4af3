"""Columns of a part read from its Parquet files, which are to be those that were planned."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from itertools import groupby
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.fs as pafs
import pyarrow.parquet as pq

from evalcore.errors import RunError
from evalcore.parts.files import SourceFile, located, place_of, stamp_of
from evalcore.parts.pairs.decoding import is_list
from evalcore.parts.pieces import Group, Piece

__all__ = ["Source", "as_ids", "batches", "in_text"]

AT_ONCE = 2**16
"""Rows that are read at once where not all of a row group are wanted."""


class Source:
    """The rows of a part in their files, which are to be those that were planned.

    Parameters
    ----------
    groups
        Which of the part's row groups, counted from 0; all of them when omitted.
    """

    def __init__(self, address: str, piece: Piece, *, groups: Sequence[int] | None = None) -> None:
        self.address = address
        chosen = piece.groups if groups is None else [piece.groups[k] for k in groups]
        by_path = groupby(chosen, key=lambda one: one.file.path)
        self.files = [_Opened(address, list(some)) for _, some in by_path]

    def read(self, names: Sequence[str], *, as_text: Collection[str] = ()) -> pa.Table:
        """Read some columns.

        Parameters
        ----------
        as_text
            Columns that files may hold as different types: what is no list is read as text.

        Raises
        ------
        RunError
            When a file cannot be read, or is another one than was planned.
        """
        tables = [file.read(names) for file in self.files]
        if len(tables) == 1:
            return tables[0]
        try:
            return pa.concat_tables(
                [in_text(table, as_text) for table in tables], promote_options="permissive"
            )
        except pa.ArrowException as error:
            first, last = (self.files[k].file.named for k in (0, -1))
            msg = (
                f"{first} to {last}: a column is of another type than in other files: {error} "
                "Hint: write all files of a run with the same columns."
            )
            raise RunError(msg) from None


def in_text(table: pa.Table, names: Collection[str]) -> pa.Table:
    """Return a table in which some columns are texts, unless they are lists."""
    kinds = [
        pa.string() if field.name in names and not is_list(field.type) else field.type
        for field in table.schema
    ]
    return table.cast(pa.schema(list(zip(table.column_names, kinds, strict=True))))


def _without_views(table: pa.Table) -> pa.Table:
    """Return a table without columns of views, as Polars writes them: rows cannot be taken."""
    plain = {pa.string_view(): pa.string(), pa.binary_view(): pa.binary()}
    fields = [field.with_type(plain.get(field.type, field.type)) for field in table.schema]
    return table.cast(pa.schema(fields))


def as_ids(column: Any) -> Any:  # noqa: ANN401 - of Arrow
    """Return ids that can be compared with their neighbours: what is coded is spelt out."""
    kind = column.type.value_type if pa.types.is_dictionary(column.type) else column.type
    return column.cast(kind if pa.types.is_primitive(kind) else pa.string())


def _contradicts(column: Any, key: str) -> bool:  # noqa: ANN401 - of Arrow
    kind = column.type.value_type if pa.types.is_dictionary(column.type) else column.type
    if is_list(kind):
        return True
    if not (
        pa.types.is_integer(kind) or pa.types.is_string(kind) or pa.types.is_large_string(kind)
    ):
        return False  # times and fractions are spelt in folders in many ways
    said = pc.fill_null(column.cast(pa.string()), "")
    return bool(pc.any(pc.not_equal(said, key)).as_py())


class _Opened:
    """Some row groups of one file; its footer is kept, the file is open while it is read."""

    def __init__(self, address: str, chosen: Sequence[Group]) -> None:
        self.address, self.file, self.groups = address, chosen[0].file, chosen
        self.footer: pq.FileMetaData | None = None

    def read(self, names: Sequence[str]) -> pa.Table:
        ends = f"{self.groups[0].number + 1} to {self.groups[-1].number + 1}"
        with _planned(self.address, self.file, rows=f", row groups {ends}"):
            table = _without_views(self._read(names))
        for name in names:
            if name in self.file.keys:
                table = self._with_key(table, name)
        return table

    def _with_key(self, table: pa.Table, name: str) -> pa.Table:
        """Return the column that the folder says; some write it into the file as well."""
        key = self.file.keys[name]
        if name in table.column_names:
            if _contradicts(table.column(name), key):
                msg = (
                    f"{self.file.named}: column '{name}' says something else than the folder "
                    f"'{name}={key}' that the file lies in. Hint: take the column out of the file, "
                    "or call the folder something else."
                )
                raise RunError(msg)
            table = table.drop_columns([name])
        return table.append_column(name, pa.array([key] * table.num_rows))

    def _read(self, names: Sequence[str]) -> pa.Table:
        with _parquet(self.address, self.file, footer=self.footer) as file:
            self.footer = file.metadata
            there = set(file.schema_arrow.names)
            names = [name for name in names if name not in self.file.keys or name in there]
            if all(group.is_whole for group in self.groups):
                # one part, one thread: parts are built several at a time
                numbers = [group.number for group in self.groups]
                return file.read_row_groups(numbers, columns=names, use_threads=False)
            found = [batch for group in self.groups for batch in _some_rows(file, group, names)]
            return pa.Table.from_batches(found)


def _some_rows(
    file: pq.ParquetFile, group: Group, names: Sequence[str]
) -> Iterator[pa.RecordBatch]:
    """Yield the rows of a row group that belong to a part; what follows them is not read."""
    start = 0
    for batch in file.iter_batches(
        AT_ONCE, row_groups=[group.number], columns=names, use_threads=False
    ):
        first, stop = max(group.start - start, 0), min(group.stop - start, batch.num_rows)
        if first < stop:
            yield batch.slice(first, stop - first)
        start += batch.num_rows
        if start >= group.stop:
            return


def batches(address: str, file: SourceFile, name: str, *, n_rows: int) -> Iterator[pa.Array]:
    """Yield a column of ids of a whole file, so many rows at a time.

    Raises
    ------
    RunError
        When the file cannot be read, or is another one than was planned.
    """
    with _planned(address, file), _parquet(address, file) as opened:
        for batch in opened.iter_batches(n_rows, columns=[name], use_threads=False):
            yield as_ids(batch.column(0))


def _parquet(
    address: str, file: SourceFile, *, footer: pq.FileMetaData | None = None
) -> pq.ParquetFile:
    system, root = located(address)
    is_far = not isinstance(system, pafs.LocalFileSystem)
    return pq.ParquetFile(
        place_of(root, file.path), filesystem=system, pre_buffer=is_far, metadata=footer
    )


@contextmanager
def _planned(address: str, file: SourceFile, *, rows: str = "") -> Iterator[None]:
    """Refuse what was read of a file that is damaged, or not the planned one any more."""
    try:
        yield
        _require_same(address, file)
    except (pa.ArrowException, OSError) as error:
        _require_same(address, file)
        msg = (
            f"{file.named}{rows}: cannot be read: {error} "
            "Hint: write the file again; one that is damaged cannot be mended."
        )
        raise RunError(msg) from None


def _require_same(address: str, file: SourceFile) -> None:
    if stamp_of(address, file.path) != file.stamp:
        msg = (
            f"{file.named}: the file was replaced since it was looked at. "
            "Hint: prepare the run again; the parts of other files are kept."
        )
        raise RunError(msg)
