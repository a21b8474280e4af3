"""What Parquet and Arrow tables share: typed columns, scores in their precision, image bytes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from evalcore.arrays import ScoreArray
from evalcore.base.jobs import report_progress
from evalcore.errors import N_SHOWN, Cases, RunError, listing, shorten
from evalcore.readers.tables.column_types import (
    cell_of,
    class_names,
    first_values,
    kind_of,
    unfolded_bytes,
)
from evalcore.readers.tables.limits import ROW_BYTES, check_expansion, check_size
from evalcore.readers.tables.table import Cell, Content, raise_bad_scores
from evalcore.runs.load_report import Notice

__all__ = ["ColumnSource", "ColumnarTable", "check_columns", "damaged"]

COLUMNS_PER_READ = 8
_FLOATS: dict[int, np.dtype[Any]] = {
    16: np.dtype(np.float16),
    32: np.dtype(np.float32),
    64: np.dtype(np.float64),
}
POINTER_BYTES = 8
_HINT = "drop or fill these rows; the sparse form (inputs and scores tables) leaves pairs out."
ColumnSource = Callable[[Sequence[str]], Any]
"""Returns the named columns as an Arrow table."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ColumnarTable:
    """A table of Arrow columns whose header has been read.

    Parameters
    ----------
    open_columns
        Opens the file anew; what it yields reads columns.
    read_head
        Returns some columns of the first rows, as an Arrow record batch or table.
    """

    path: Path
    schema: Any
    n_rows: int
    format: str
    open_columns: Callable[[], AbstractContextManager[ColumnSource]]
    read_head: Callable[[Sequence[str], int], Any]
    notices: tuple[Notice, ...] = ()

    @property
    def file(self) -> str:
        """Name shown in messages."""
        return self.path.name

    @property
    def columns(self) -> tuple[str, ...]:
        """Names of the columns; an index that pandas stored without a name is left out."""
        return tuple(name for name in self.schema.names if not name.startswith("__index_level_"))

    def kind(self, column: str) -> str:
        """Return ``number``, ``text``, ``list``, ``image`` or ``other`` by the column's type."""
        return kind_of(self.schema.field(column).type)

    def head(self, n_rows: int) -> list[tuple[str, ...]]:
        """Return the first cells of every column; images are only named.

        Raises
        ------
        RunError
            When the file is damaged.
        """
        shown = [name for name in self.columns if self.kind(name) not in {"image", "other"}]
        try:
            first = self.read_head(shown, n_rows).slice(0, n_rows)
            cells = {name: first_values(first.column(name)) for name in shown}
        except (pa.ArrowException, OSError, UnicodeDecodeError) as error:
            raise damaged(self.path, self.format, error) from None
        there = [cells.get(name, [f"({self.kind(name)})"] * len(first)) for name in self.columns]
        return [
            tuple("" if cell is None else str(cell) for cell in row)
            for row in zip(*there, strict=True)
        ]

    def load(self, *, texts: Sequence[str], scores: Sequence[str]) -> Content:
        """Read some columns as text and some as scores; others are not decoded.

        Raises
        ------
        RunError
            When the file is damaged, or a score is missing, not finite or of another type.
        """
        types = {name: self._score_type(name) for name in scores}
        made = self._numbers_bytes(types, n_texts=len(texts))
        check_expansion(self.path, n_bytes=made)
        try:
            with self.open_columns() as read:
                dtype, notices = self._precision(read, types)
                matrix = self._scores(read, scores, dtype)
                table = self._read(read, texts)
                for name in texts:
                    made += unfolded_bytes(table.column(name))
                check_expansion(self.path, n_bytes=made)
                cells = {name: self._texts(name, table.column(name)) for name in texts}
        except (pa.ArrowException, OSError, UnicodeDecodeError) as error:
            raise damaged(self.path, self.format, error) from None
        images = [name for name in texts if self.kind(name) == "image"]
        payloads = {name: _payloads(table.column(name)) for name in images}
        return Content(
            rows=np.arange(1, self.n_rows + 1),
            cells=cells,
            scores=matrix,
            payloads={name: column for name, column in payloads.items() if column is not None},
            notices=notices,
        )

    def _read(self, read: ColumnSource, names: Sequence[str]) -> Any:  # noqa: ANN401
        table = read(names)
        if names and len(table) != self.n_rows:
            reason = f"{len(table):,} rows where its own description says {self.n_rows:,}"
            raise pa.ArrowInvalid(reason)
        return table

    def _scores(self, read: ColumnSource, names: Sequence[str], dtype: np.dtype[Any]) -> ScoreArray:
        matrix = np.empty((self.n_rows, len(names)), dtype=dtype)
        is_finite = True
        # Some columns at a time: decoding all of them takes several times the memory of the scores.
        for start in range(0, len(names), COLUMNS_PER_READ):
            group = list(names[start : start + COLUMNS_PER_READ])
            table = self._read(read, group)
            block = np.empty((self.n_rows, len(group)), dtype=matrix.dtype)
            for j, name in enumerate(group):
                block[:, j] = _numbers(table.column(name))
            is_finite = is_finite and bool(np.isfinite(block).all())
            matrix[:, start : start + len(group)] = block
            report_progress(start + len(group), of=len(names))
        if not is_finite:
            self._refuse_bad_scores(read, names, matrix)
        return matrix

    def _numbers_bytes(self, types: Mapping[str, np.dtype[Any]], *, n_texts: int) -> int:
        width = max((kind.itemsize for kind in types.values()), default=0)
        return self.n_rows * (ROW_BYTES + width * len(types) + POINTER_BYTES * n_texts)

    def _precision(
        self, read: ColumnSource, types: Mapping[str, np.dtype[Any]]
    ) -> tuple[np.dtype[Any], tuple[Notice, ...]]:
        """Return the one precision of all scores: the narrowest that some come in, where it fits.

        A float32 0.3 that is widened is greater than 0.3, so columns of whole numbers, or of wider
        floats that hold nothing narrower ones cannot, do not widen the others.
        """
        floats = {name: kind for name, kind in types.items() if self._is_float(name)}
        widest = np.result_type(*types.values(), np.float16)
        narrow = min(floats.values(), key=lambda kind: kind.itemsize, default=widest)
        others = [name for name, kind in types.items() if name not in floats or kind != narrow]
        wide = self._first_that_needs_more(read, others, narrow)
        if wide is None:
            return narrow, ()
        first = next(name for name, kind in floats.items() if kind == narrow)
        text = (
            f"{self.file}: the scores come in several precisions, such as {narrow} in "
            f"{shorten(first)} and {self.schema.field(wide).type} in {shorten(wide)}; all are "
            f"compared as {widest}, where {narrow} 0.3 is {float(narrow.type(0.3))!r} and not 0.3. "
            "Hint: export all scores in one precision."
        )
        return widest, (Notice(level="warning", text=text),)

    def _first_that_needs_more(
        self, read: ColumnSource, names: Sequence[str], dtype: np.dtype[Any]
    ) -> str | None:
        for start in range(0, len(names), COLUMNS_PER_READ):
            table = self._read(read, names[start : start + COLUMNS_PER_READ])
            for name in table.column_names:
                values = _numbers(table.column(name))
                with np.errstate(over="ignore", invalid="ignore"):
                    narrowed = values.astype(dtype)
                if not np.array_equal(narrowed, values, equal_nan=values.dtype.kind == "f"):
                    return str(name)
        return None

    def _is_float(self, name: str) -> bool:
        return bool(pa.types.is_floating(self.schema.field(name).type))

    def _refuse_bad_scores(
        self, read: ColumnSource, names: Sequence[str], matrix: ScoreArray
    ) -> None:
        bad = Cases()
        wrong = ~np.isfinite(matrix)
        rows = np.flatnonzero(wrong.any(axis=1))[:N_SHOWN]
        for k, j in np.argwhere(wrong[rows])[:N_SHOWN].tolist():
            row = int(rows[k])
            value = read([names[j]]).column(names[j])[row].as_py()
            place = f"row {row + 1}, column {shorten(names[j])}"
            bad.add(f"{place}: {'empty' if value is None else value}")
        bad.add_more(int(wrong.sum()) - bad.count)
        raise_bad_scores(self.file, bad, hint=_HINT, n_missing=int(np.isnan(matrix).sum()))

    def _score_type(self, name: str) -> np.dtype[Any]:
        kind = self.schema.field(name).type
        if pa.types.is_floating(kind):
            return _FLOATS[kind.bit_width]
        if pa.types.is_integer(kind) or pa.types.is_boolean(kind):
            return np.dtype(np.float64)
        msg = (
            f"{self.file}: column {shorten(name)} holds {kind}, but scores must be real numbers "
            "(float16, float32, float64 or integers). Hint: convert it before the export."
        )
        raise RunError(msg)

    def _texts(self, name: str, column: Any) -> list[Cell]:  # noqa: ANN401
        try:
            return self._cells(name, column)
        except (OverflowError, ValueError, OSError) as error:
            if not pa.types.is_temporal(column.type):
                raise
            msg = (
                f"{self.file}: column {shorten(name)} holds a {column.type} that no calendar has "
                f"({shorten(str(error), width=120)}). Hint: write it as text, or leave it out."
            )
            raise RunError(msg) from None

    def _cells(self, name: str, column: Any) -> list[Cell]:  # noqa: ANN401
        kind = column.type
        if self.kind(name) == "image":
            paths = kind.get_field_index("path") if pa.types.is_struct(kind) else -1
            if paths < 0:
                return [""] * self.n_rows
            parts = [chunk.field(paths) for chunk in column.chunks]
            column = pa.chunked_array(parts, kind.field(paths).type)
        classes = class_names(self.schema, name)
        if not pa.types.is_dictionary(column.type):
            return [cell_of(value, classes) for value in column.to_pylist()]
        cells: list[Cell] = []
        for chunk in column.chunks:
            # Each different text is made once: a text repeated a million times costs its length
            # once, in the file as in memory.
            values = [*(cell_of(value, classes) for value in chunk.dictionary.to_pylist()), ""]
            empty = len(values) - 1
            cells += [values[k] for k in chunk.indices.fill_null(empty).to_pylist()]
        return cells


def check_columns(file: str, schema: Any, n_rows: int) -> None:  # noqa: ANN401
    """Refuse a table without rows, with repeated columns, or larger than a run may be.

    Raises
    ------
    RunError
        With the columns or sizes in question.
    """
    twice = sorted(name for name, count in Counter(schema.names).items() if count > 1)
    if twice:
        places = [k for k, name in enumerate(schema.names, start=1) if name == twice[0]]
        msg = (
            f"{file}: columns occur more than once: {listing(twice)} (the first in columns "
            f"{' and '.join(map(str, places[:N_SHOWN]))}). Hint: keep one of each."
        )
        raise RunError(msg)
    if not n_rows:
        msg = f"{file}: there are no rows. Hint: export the table again."
        raise RunError(msg)
    check_size(file, n_rows=n_rows, n_columns=len(schema.names))


def damaged(path: Path, form: str, error: Exception) -> RunError:
    """Return the error for a file that is cut off or holds what its format does not allow.

    Raises
    ------
    MemoryError
        When that is what went wrong.
    """
    if isinstance(error, MemoryError):
        raise MemoryError from None  # noqa: TRY004 - not the wrong type but the other outcome
    reason = str(error).splitlines()[0] if str(error) else type(error).__name__
    msg = (
        f"{path.name}: the {form} file is truncated or damaged ({shorten(reason, width=160)}). "
        f"It has {path.stat().st_size:,} bytes. Hint: copy or export it again."
    )
    return RunError(msg)


def _numbers(column: Any) -> npt.NDArray[Any]:  # noqa: ANN401 - an Arrow column
    found: npt.NDArray[Any] = (
        column.cast("int8") if pa.types.is_boolean(column.type) else column
    ).to_numpy()
    return found


def _payloads(column: Any) -> Any:  # noqa: ANN401
    """Return the binary column itself; None when a struct holds paths alone."""
    if not pa.types.is_struct(column.type):
        return column if _is_bytes(column.type) else column.cast(pa.binary())
    place = column.type.get_field_index("bytes")
    kind = column.type.field(place).type
    if not _is_bytes(kind):
        return None
    found = pa.chunked_array([chunk.field(place) for chunk in column.chunks], kind)
    return None if found.null_count == len(found) else found


def _is_bytes(kind: Any) -> bool:  # noqa: ANN401 - an Arrow type
    if pa.types.is_dictionary(kind):  # read so where the same bytes occur many times
        return _is_bytes(kind.value_type)
    return bool(pa.types.is_binary(kind) or pa.types.is_large_binary(kind))
