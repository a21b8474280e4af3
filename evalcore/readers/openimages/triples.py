"""The rows ``ImageID, Source, LabelName, Confidence`` of Open Images' label files."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from evalcore.base.fields import FieldError
from evalcore.errors import Cases, RunError, shorten
from evalcore.readers.entries.entries import Problems
from evalcore.readers.tables.csv_layout import CsvLayout, read_layout, records

__all__ = ["Triple", "TripleFile", "columns_of"]

REQUIRED = ("imageid", "labelname", "confidence")
_BOXES = {"xmin", "maskpath"}


@dataclass(frozen=True, slots=True)
class Triple:
    """One row: an image, a label, and a confidence or a person's yes (1) or no (0)."""

    row: int
    image: str
    label: str
    confidence: float
    is_verified: bool | None
    """None when the row names no source."""


@dataclass(frozen=True, slots=True, eq=False)
class TripleFile:
    """A file of triples whose header is known."""

    layout: CsvLayout

    @classmethod
    def open(cls, path: Path) -> TripleFile:
        """Open a file.

        Raises
        ------
        RunError
            When its header is unusable.
        """
        layout = read_layout(path)
        missing = [name for name in REQUIRED if name not in columns_of(layout.header)]
        if missing:
            names = ", ".join(missing)
            msg = f"{path.name}: no column {names}. Hint: ImageID, Source, LabelName, Confidence."
            raise RunError(msg)
        return cls(layout)

    @property
    def name(self) -> str:
        """Name shown in messages."""
        return self.layout.path.name

    def triples(self) -> Iterator[Triple]:
        """Iterate over the rows.

        Raises
        ------
        RunError
            When rows have another width than the header, or hold no number or no name.
        """
        columns = columns_of(self.layout.header)
        image, label, confidence = (columns[name] for name in REQUIRED)
        source = columns.get("source")
        ragged, problems = Cases(), Problems(file=self.name)
        for row, record in records(self.layout):
            if len(record) != len(self.layout.header):
                ragged.add(f"row {row} has {len(record)}")
                continue
            try:
                yield Triple(
                    row,
                    _name(record[image], "ImageID"),
                    _name(record[label], "LabelName"),
                    _number(record[confidence]),
                    None if source is None else _is_verified(record[source]),
                )
            except FieldError as error:
                problems.add(f"row {row}", error)
        if ragged.count:
            msg = (
                f"{self.name}: the header has {len(self.layout.header)} columns, but "
                f"{ragged.count:,} row(s) have another number: {ragged}. Hint: export it again."
            )
            raise RunError(msg)
        problems.refuse()


def columns_of(header: Sequence[str]) -> dict[str, int]:
    """Return the place of each column by its name in small letters; none for box files."""
    columns = {name.strip().casefold(): k for k, name in enumerate(header)}
    return {} if _BOXES & columns.keys() else columns


def _is_verified(source: str) -> bool | None:
    word = source.strip().casefold()
    if not word:
        return None
    return "verif" in word or word == "human"


def _name(cell: str, what: str) -> str:
    if not cell.strip():
        msg = f"{what} is empty"
        raise FieldError(msg, rule=f"every row has an {what}")
    return cell


def _number(cell: str) -> float:
    try:
        number = float(cell) if "_" not in cell else math.nan
    except ValueError:
        number = math.nan
    if not math.isfinite(number):
        rule = "Confidence is a finite number such as 0.25, or 1 and 0 for verified labels"
        msg = f"Confidence is {shorten(cell)}"
        raise FieldError(msg, rule=rule, hint="correct these rows.")
    return number
