"""CSV tables: every cell is text to the letter, except for the scores."""

from __future__ import annotations

import itertools
import math
import operator
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import numpy as np

from evalcore.arrays import FloatArray
from evalcore.errors import N_SHOWN, Cases, RunError, shorten
from evalcore.readers.tables.csv_layout import CsvLayout, read_layout, records
from evalcore.readers.tables.limits import CELL_BYTES, ROW_BYTES, check_expansion, check_size
from evalcore.readers.tables.number_notation import MISSING_WORDS, Notation, notation_of
from evalcore.readers.tables.table import Content, raise_bad_scores
from evalcore.runs.load_report import Notice

__all__ = ["CsvTable", "open_csv"]

CELLS_PER_BLOCK = 32_768
"""Few enough to stay in the processor's cache."""
LEAST_SAMPLE = 100
"""A file of fewer rows was seen as a whole."""
_INFINITE = re.compile(r"'\s*[-+]?(inf|\d[\d.]*e\+?\d)", re.IGNORECASE)
_LOOKS_NUMERIC = re.compile(r"\s*[-+]?[.,]?\d")


@dataclass(frozen=True, kw_only=True, eq=False)
class CsvTable:
    """A CSV file whose header has been read."""

    layout: CsvLayout
    format: str = "CSV"
    thousands: bool = False
    """Whether somebody has said that 1.459 is 1459."""

    @property
    def file(self) -> str:
        """Name shown in messages."""
        return self.layout.path.name

    @property
    def columns(self) -> tuple[str, ...]:
        """Names of the named columns."""
        return tuple(name for name in self.layout.header if name)

    @cached_property
    def places(self) -> dict[str, int]:
        """Column name to its place; a search for each of 100,000 columns takes a minute."""
        return {name: k for k, name in enumerate(self.layout.header)}

    @property
    def notices(self) -> tuple[Notice, ...]:
        """What was mended while the header was read."""
        return self.layout.notices

    def kind(self, column: str) -> str:
        """Return ``number`` when one of the first cells starts like one, else ``text``."""
        k = self.places[column]
        cells = [row[k] for row in self.layout.sample if k < len(row)]
        is_number = any(map(_LOOKS_NUMERIC.match, cells)) or k in self._late_numbers
        return "number" if is_number else "text"

    @cached_property
    def _late_numbers(self) -> set[int]:
        """Places of the columns that are blank in the first rows, and begin as numbers later."""
        width = len(self.layout.header)
        filled = {k for row in self.layout.sample for k, cell in enumerate(row) if cell.strip()}
        open_places = set(range(width)) - filled
        found: set[int] = set()
        if not open_places or len(self.layout.sample) < LEAST_SAMPLE:
            return found
        for _, record in records(self.layout):
            begun = {k for k in open_places if k < len(record) and record[k].strip()}
            found |= {k for k in begun if _LOOKS_NUMERIC.match(record[k])}
            open_places -= begun
            if not open_places:
                break
        return found

    def head(self, n_rows: int) -> list[tuple[str, ...]]:
        """Return the first cells of every named column."""
        places = [k for k, name in enumerate(self.layout.header) if name]
        rows = self.layout.sample[:n_rows]
        return [tuple(row[k] if k < len(row) else "" for k in places) for row in rows]

    def notation(self, scores: Sequence[str]) -> Notation:
        """Return how the first rows write some scores."""
        cells = self.first_cells(scores)
        return notation_of(cells, separator=self.layout.separator, thousands=self.thousands)

    def first_cells(self, columns: Sequence[str]) -> list[str]:
        """Return the first cells of some columns, row by row."""
        places = [self.places[name] for name in columns]
        return [row[k] for row in self.layout.sample for k in places if k < len(row)]

    def load(self, *, texts: Sequence[str], scores: Sequence[str]) -> Content:
        """Read some columns as text and some as scores.

        Raises
        ------
        RunError
            When there are no rows, a row has another width than the header, a quotation mark
            is not closed, or a score is not a finite number.
        """
        columns = _Columns(
            layout=self.layout,
            places=self.places,
            texts=tuple(texts),
            scores=tuple(scores),
            notation=self.notation(scores),
        )
        width = len(self.layout.header)
        per_row = ROW_BYTES + 8 * len(scores) + CELL_BYTES * len(texts)
        ragged = Cases()
        block: list[list[str]] = []
        for row, record in records(self.layout):
            if not any(record) or not any(map(str.strip, record)):
                columns.n_blank += 1
                continue
            if len(record) != width:
                ragged.add(f"row {row} has {len(record)}")
                continue
            columns.rows.append(row)
            block.append(record)
            if len(block) * width >= CELLS_PER_BLOCK:
                columns.add(block)
                check_size(self.file, n_rows=len(columns.rows), n_columns=width)
                check_expansion(self.layout.path, n_bytes=len(columns.rows) * per_row)
                block = []
        if ragged.count:
            raise self._ragged(ragged)
        columns.add(block)
        return columns.content()

    def _ragged(self, ragged: Cases) -> RunError:
        return RunError(
            f"{self.file}: the header has {len(self.layout.header)} columns, but {ragged.count:,} "
            f"row(s) have another number: {ragged}. Hint: put a text that holds "
            f"{shorten(self.layout.separator)} in quotation marks."
        )


def open_csv(path: Path) -> CsvTable:
    """Open a CSV file and read its header.

    Raises
    ------
    RunError
        When the file is empty, no text, or its header is unusable.
    """
    return CsvTable(layout=read_layout(path))


@dataclass(slots=True, kw_only=True, eq=False)
class _Columns:
    """The columns read so far, block by block."""

    layout: CsvLayout
    places: Mapping[str, int]
    texts: tuple[str, ...]
    scores: tuple[str, ...]
    notation: Notation
    rows: list[int] = field(default_factory=list)
    n_added: int = 0
    cells: dict[str, list[str]] = field(init=False)
    pick: Callable[[list[str]], Sequence[str]] = field(init=False)
    """Returns the score cells of a row."""
    blocks: list[FloatArray] = field(default_factory=list)
    bad: Cases = field(default_factory=Cases)
    n_missing: int = 0
    n_blank: int = 0
    """Rows without anything in them."""
    comma: str = ""
    point: str = ""

    def __post_init__(self) -> None:
        self.cells = {name: [] for name in self.texts}
        places = [self.places[name] for name in self.scores]
        # A getter of one place returns the cell itself, so single columns take a slice.
        slices = [slice(place, place + 1) for place in places]
        self.pick = operator.itemgetter(*places if len(places) > 1 else slices or [slice(0)])

    def add(self, block: list[list[str]]) -> None:
        """Convert the rows of one block."""
        for name, column in self.cells.items():
            k = self.places[name]
            column.extend([record[k] for record in block])
        numbers = list(itertools.chain.from_iterable(map(self.pick, block)))
        self.blocks.append(self._parse(numbers).reshape(len(block), len(self.scores)))
        self.n_added += len(block)

    def _parse(self, cells: list[str]) -> FloatArray:
        if self.notation == Notation():
            values = self._plain(self._with_points(cells))
        else:
            values = np.array([self.notation.number(cell) for cell in cells])
        wrong = np.flatnonzero(~np.isfinite(values)).tolist()
        self.n_missing += sum(cells[at].strip().casefold() in MISSING_WORDS for at in wrong)
        for at in wrong[:N_SHOWN]:
            row, column = divmod(at, len(self.scores))
            place = f"row {self.rows[self.n_added + row]}, column {shorten(self.scores[column])}"
            self.bad.add(f"{place}: {shorten(cells[at])}")
        self.bad.add_more(len(wrong[N_SHOWN:]))
        return values

    def _plain(self, cells: list[str]) -> FloatArray:
        try:
            values = np.fromiter(map(float, cells), np.float64, len(cells))
        except ValueError:
            values = np.array([_number(cell) for cell in cells])
        if "_" in "".join(cells):  # float("1_000") is Python's notation, nobody's score
            values[["_" in cell for cell in cells]] = np.nan
        return values

    def _with_points(self, cells: list[str]) -> list[str]:
        if self.layout.separator == ",":
            return cells
        joined = "".join(cells)
        if "." in joined and not self.point:
            self.point = next(cell for cell in cells if "." in cell)
        if "," not in joined:
            return cells
        self.comma = self.comma or next(cell for cell in cells if "," in cell)
        return [cell.replace(",", ".") for cell in cells]

    def content(self) -> Content:
        """Return the whole columns.

        Raises
        ------
        RunError
            When there is no row, or a score is not a finite number.
        """
        file = self.layout.path.name
        if not self.rows:
            msg = f"{file}: there are no rows below the header. Hint: export the table again."
            raise RunError(msg)
        raise_bad_scores(file, self.bad, hint=_hint(self.bad), n_missing=self.n_missing)
        if self.comma and self.point:
            msg = (
                f"{file}: the scores hold decimal commas ({self.comma!r}) and decimal points "
                f"({self.point!r}). Hint: write all of them with a point."
            )
            raise RunError(msg)
        return Content(
            rows=np.array(self.rows, dtype=np.int64),
            cells=self.cells,
            scores=np.concatenate(self.blocks),
            notices=self._mended(),
        )

    def _mended(self) -> tuple[Notice, ...]:
        words = "with a decimal comma" if self.comma else self.notation.words
        told = [f"the scores are written {words}."] if words else []
        told += [f"{self.n_blank:,} blank row(s) are left out."] if self.n_blank else []
        file = self.layout.path.name
        return tuple(Notice(level="mended", text=f"{file}: {text}") for text in told)


def _number(cell: str) -> float:
    try:
        return float(cell)
    except ValueError:
        return math.nan


def _hint(bad: Cases) -> str:
    values = " ".join(bad.first)
    if "%" in values:
        return "write 50% as 0.5."
    if _INFINITE.search(values):
        return "clip infinite scores before the export."
    return "leave no score empty; the sparse form (inputs.csv and scores.csv) leaves pairs out."
