"""Columns of a part read from its Parquet files, which are to be those that were planned."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

import pyarrow as pa
import pyarrow.fs as pafs
import pyarrow.parquet as pq

from evalcore.errors import RunError
from evalcore.parts.dataset import PREDICTIONS, located, stamp_of
from evalcore.parts.listed import is_list
from evalcore.parts.pieces import Piece, Span

__all__ = ["Source"]


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
        by_path = groupby(chosen, key=lambda one: one[0].file.path)
        self.files = [_Opened(address, list(some)) for _, some in by_path]

    def read(self, names: Sequence[str], *, as_text: bool = False) -> pa.Table:
        """Read some columns.

        Parameters
        ----------
        as_text
            Whether what is no list is read as text, which files may hold as different types.

        Raises
        ------
        RunError
            When a file cannot be read, or is another one than was planned.
        """
        tables = [file.read(names) for file in self.files]
        if len(tables) == 1:
            return tables[0]
        if as_text:
            tables = [_as_text(table) for table in tables]
        return pa.concat_tables(tables, promote_options="permissive")


def _as_text(table: pa.Table) -> pa.Table:
    kinds = [field.type if is_list(field.type) else pa.string() for field in table.schema]
    return table.cast(pa.schema(list(zip(table.column_names, kinds, strict=True))))


class _Opened:
    """Some row groups of one file; its footer is kept, the file is open while it is read."""

    def __init__(self, address: str, chosen: Sequence[tuple[Span, int]]) -> None:
        self.address, self.file = address, chosen[0][0].file
        self.groups = [group for _, group in chosen]
        self.footer: pq.FileMetaData | None = None

    def read(self, names: Sequence[str]) -> pa.Table:
        keys = self.file.keys
        stored = [name for name in names if name not in keys]
        try:
            table = self._read(stored)
            self._require_same()
        except (pa.ArrowException, OSError) as error:
            self._require_same()
            ends = f"{self.groups[0] + 1} to {self.groups[-1] + 1}"
            msg = (
                f"{self.file.path}, row groups {ends}: cannot be read: {error} "
                "Hint: write the file again; one that is damaged cannot be mended."
            )
            raise RunError(msg) from None
        for name in names:
            if name in keys:
                table = table.append_column(name, pa.array([keys[name]] * table.num_rows))
        return table

    def _read(self, names: Sequence[str]) -> pa.Table:
        system, root = located(self.address)
        path = f"{root}/{PREDICTIONS}/{self.file.path}"
        is_far = not isinstance(system, pafs.LocalFileSystem)
        with pq.ParquetFile(
            path, filesystem=system, pre_buffer=is_far, metadata=self.footer
        ) as file:
            self.footer = file.metadata
            # one part, one thread: parts are built several at a time
            return file.read_row_groups(self.groups, columns=names, use_threads=False)

    def _require_same(self) -> None:
        """Refuse what was read of a file that is not the planned one any more."""
        if stamp_of(self.address, self.file.path) != self.file.stamp:
            msg = (
                f"{self.file.path}: the file was replaced since it was looked at. "
                "Hint: prepare the run again; the parts of other files are kept."
            )
            raise RunError(msg)
