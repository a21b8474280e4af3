"""How a CSV file is written: encoding, separator, header, and the rows that follow."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from evalcore.base.jobs import report_progress
from evalcore.errors import N_SHOWN, RunError, listing, shorten
from evalcore.readers.tables.content import (
    WESTERN,
    bad_byte,
    encoding_of,
    read_head,
    refuse_non_text,
    western_word,
)
from evalcore.readers.tables.csv_header import SEPARATORS, SPACE, Header, find_header
from evalcore.readers.tables.limits import check_empty_lines, check_size
from evalcore.runs.load_report import Notice

__all__ = ["CsvLayout", "read_layout", "records"]

N_SAMPLED = 200
ROWS_PER_REPORT = 256
MAX_CELL = 16 * 2**20
MAX_SAMPLE = 2 * MAX_CELL
"""Characters of the first rows, at which a look is taken before the rows are read."""
# The default of 128 KiB refuses long texts; far larger ones are an unclosed quote.
csv.field_size_limit(MAX_CELL)


@dataclass(frozen=True, slots=True, kw_only=True)
class CsvLayout:
    """What must be known to read the rows of a CSV file.

    Parameters
    ----------
    header
        All column names, ``""`` where there is none.
    sample
        The first rows.
    skipped
        Lines before the header (``sep=;``).
    """

    path: Path
    encoding: str
    separator: str
    header: tuple[str, ...]
    sample: tuple[tuple[str, ...], ...]
    skipped: int
    notices: tuple[Notice, ...]


def read_layout(path: Path) -> CsvLayout:
    """Look at the first rows of a CSV file.

    Raises
    ------
    RunError
        When the file is empty, no text, or its header is unusable.
    """
    head = read_head(path)
    refuse_non_text(path.name, head)
    encoding, guessed = _encoding(path, head)
    lines, named = _first_lines(path, encoding)
    separator = lines[0].strip()[4] if named else ""
    found = find_header(lines[int(named) :], separator=separator)
    if found is None:
        msg = f"{path.name}: there is no header and no row. Hint: export the table again."
        raise RunError(msg)
    header = found.names
    sample = tuple(tuple(row) for row in found.rows if any(map(str.strip, row)))
    if sample and len(sample[0]) == len(header) + 1 and not sample[0][-1]:
        header = (*header, "")  # every row ends in a separator, the header does not
    check_size(path.name, n_rows=1, n_columns=len(header))
    _refuse_duplicates(path.name, header)
    return CsvLayout(
        path=path,
        encoding=encoding,
        separator=found.separator,
        header=header,
        sample=sample,
        skipped=found.skipped + int(named),
        notices=_mended(path.name, encoding, found, header, guessed=guessed),
    )


def records(layout: CsvLayout) -> Iterator[tuple[int, list[str]]]:
    """Iterate over the rows after the header, with their number as an editor counts.

    Raises
    ------
    RunError
        When a quotation mark is never closed, or a byte is not in the encoding.
    """
    name, start, n_empty = layout.path.name, 1, 0
    n_bytes = layout.path.stat().st_size
    with (
        layout.path.open("rb") as raw,
        io.TextIOWrapper(raw, encoding=layout.encoding, newline="") as file,
    ):
        for _ in range(layout.skipped):
            file.readline()
        lines = _without_nul(name, file)
        reader = csv.reader(lines, delimiter=layout.separator, strict=True)
        header_pending = True
        try:
            for k, record in enumerate(reader):
                if k % ROWS_PER_REPORT == 0:
                    report_progress(raw.tell(), of=n_bytes)
                if record and not header_pending:
                    yield start + layout.skipped, record
                n_empty += not record
                if not k % ROWS_PER_REPORT:
                    check_empty_lines(name, n_empty)
                header_pending = header_pending and not record
                start = reader.line_num + 1
        except csv.Error as error:
            raise _unreadable(name, start + layout.skipped, error) from None
        except UnicodeDecodeError:
            raise undecodable(layout.path, layout.encoding) from None


def _without_nul(name: str, lines: Iterable[str]) -> Iterator[str]:
    for k, line in enumerate(lines, start=1):
        if "\0" in line:
            msg = (
                f"{name}: line {k:,} holds a NUL character, so this is no whole text table. "
                "Hint: copy or export it again."
            )
            raise RunError(msg)
        yield line


def _unreadable(name: str, row: int, error: csv.Error) -> RunError:
    if "field larger" in str(error):
        return RunError(
            f"{name}: row {row}: a cell is longer than {MAX_CELL // 2**20} MB. Hint: see whether a "
            "quotation mark is never closed, or shorten the text."
        )
    return RunError(
        f"{name}: row {row}: a quotation mark opens here and is not closed properly "
        f"({error}). Hint: double every quotation mark inside a quoted text."
    )


def undecodable(path: Path, encoding: str) -> RunError:
    """Return the error for a file that is not in the encoding it seems to have."""
    position, row = bad_byte(path, encoding)
    kind = "UTF-8" if encoding.startswith("utf-8") else encoding.upper()
    msg = f"{path.name}: byte {position:,} (row {row}) is not {kind}. Hint: save the file as UTF-8."
    return RunError(msg)


def _first_lines(path: Path, encoding: str) -> tuple[list[str], bool]:
    try:
        with path.open(encoding=encoding, newline="") as file:
            lines = list(_take(file))
    except UnicodeDecodeError:
        raise undecodable(path, encoding) from None
    first = lines[0].strip() if lines else ""
    names_separator = len(first) == 5 and first.lower().startswith("sep=")
    return lines, names_separator


def _take(file: TextIO) -> Iterator[str]:
    left = MAX_SAMPLE
    for _ in range(N_SAMPLED):
        line = file.readline(MAX_CELL)
        left -= len(line)
        if not line or left < 0:
            return
        yield line


def _refuse_duplicates(file: str, header: tuple[str, ...]) -> None:
    places: dict[str, list[int]] = {}
    for k, name in enumerate(header, start=1):
        places.setdefault(name, []).append(k)
    twice = {name: at for name, at in places.items() if name and len(at) > 1}
    if twice:
        shown = "; ".join(
            f"{shorten(name)} in columns {_places(at)}" for name, at in list(twice.items())[:3]
        )
        msg = (
            f"{file}: row 1 names {len(twice)} column(s) more than once: {shown}. "
            "Every column needs its own name. Hint: rename or delete one."
        )
        raise RunError(msg)
    if not any(header):
        msg = f"{file}: row 1 holds no column names. Hint: the first row is the header."
        raise RunError(msg)


def _called(separator: str) -> str:
    return "blank" if separator == SPACE else SEPARATORS.get(separator, separator)


def _places(columns: Sequence[int]) -> str:
    more = f" and {len(columns) - N_SHOWN:,} more" if len(columns) > N_SHOWN else ""
    return " and ".join(map(str, columns[:N_SHOWN])) + more


def _mended(
    file: str, encoding: str, found: Header, header: tuple[str, ...], *, guessed: str
) -> tuple[Notice, ...]:
    texts = list(found.told)
    if guessed:
        texts.append(f"it is not UTF-8, and was read as Windows-1252, such as {shorten(guessed)}.")
    elif encoding != "utf-8":
        texts.append(f"read as {encoding.upper().removesuffix('-SIG')} with byte order mark.")
    if found.separator != ",":
        texts.append(f"the columns are separated by {_called(found.separator)}.")
    nameless = [f"column {k}" for k, name in enumerate(header, start=1) if not name]
    if nameless:
        texts.append(f"columns without a name are ignored: {listing(nameless)}.")
    return tuple(Notice(level="mended", text=f"{file}: {text}") for text in texts)


def _encoding(path: Path, head: bytes) -> tuple[str, str]:
    """Return the encoding of a file, and a word that was guessed by it; ``""`` for no guess."""
    encoding = encoding_of(head)
    guessed = western_word(path) if encoding == "utf-8" else ""
    return (WESTERN, guessed) if guessed else (encoding, "")
