"""JSON Lines tables: one object per input, scores as ``score:dog`` or inside ``scores``."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from evalcore.arrays import FloatArray
from evalcore.base.strict_json import Letters, RefusedError, decode
from evalcore.errors import N_SHOWN, Cases, RunError, did_you_mean, shorten
from evalcore.readers.tables.content import encoding_of
from evalcore.readers.tables.json_stream import EVERY_LINE, head_text, json_lines, walk
from evalcore.readers.tables.limits import CELL_BYTES, ROW_BYTES, check_expansion, check_size
from evalcore.readers.tables.table import Cell, Content, raise_bad_scores
from evalcore.runs.format_words import SCORE_PREFIX
from evalcore.runs.load_report import Notice

__all__ = ["JSONL_ENDINGS", "JsonlTable", "is_jsonl", "open_jsonl"]

JSONL_ENDINGS = (".jsonl", ".ndjson")
SCORES = "scores"
"""Key of an object with one score per concept."""
N_SAMPLED = 200
CELLS_PER_BLOCK = 32_768
Line = dict[str, Any]
_LIST_OF_OBJECTS = re.compile(r"\[\s*\{")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class JsonlTable:
    """A JSON Lines file whose first lines have been read.

    Parameters
    ----------
    sample
        The first lines, flat.
    """

    path: Path
    sample: tuple[Line, ...]
    format: str = "JSONL"
    notices: tuple[Notice, ...] = ()

    @property
    def file(self) -> str:
        """Name shown in messages."""
        return self.path.name

    @property
    def columns(self) -> tuple[str, ...]:
        """The keys of the first line; every line has the same."""
        return tuple(self.sample[0])

    def kind(self, column: str) -> str:
        """Return ``number``, ``text``, ``list`` or ``other`` by the first lines."""
        cells = [line[column] for line in self.sample if line.get(column) is not None]
        if any(isinstance(cell, dict) for cell in cells):
            return "other"
        if any(isinstance(cell, list) for cell in cells):
            return "list"
        return "number" if any(isinstance(cell, Letters) for cell in cells) else "text"

    def head(self, n_rows: int) -> list[tuple[str, ...]]:
        """Return the first values of every key."""
        return [
            tuple(str(line.get(name, "")) for name in self.columns) for line in self.sample[:n_rows]
        ]

    def load(self, *, texts: Sequence[str], scores: Sequence[str]) -> Content:
        """Read some keys as text and some as scores.

        Raises
        ------
        RunError
            When a line is malformed or has other keys than the first, or a score is not a finite
            number.
        """
        wanted = _Columns(file=self.file, texts=tuple(texts), scores=tuple(scores))
        keys = self.sample[0].keys()
        check_size(self.file, n_rows=1, n_columns=len(keys))
        per_row = ROW_BYTES + 8 * len(scores) + CELL_BYTES * len(texts)
        ragged = Cases()
        for row, entries in _objects(self.path):
            line = _flat(self.file, row, entries)
            if line.keys() != keys:
                if ragged.count < N_SHOWN:
                    ragged.add(_difference(row, line, self.columns))
                else:
                    ragged.add_more(1)
                continue
            wanted.add(row, line)
            if len(wanted.rows) % 1024 == 0:
                check_size(self.file, n_rows=len(wanted.rows), n_columns=len(keys))
                check_expansion(self.path, n_bytes=len(wanted.rows) * per_row)
        if ragged.count:
            raise self._ragged(ragged)
        return wanted.content()

    def _ragged(self, ragged: Cases) -> RunError:
        return RunError(
            f"{self.file}: {ragged.count:,} row(s) have other keys than row 1: {ragged}. Every "
            "line has the same keys. Hint: write null for an empty text or label; the sparse form "
            "(inputs.jsonl and scores.jsonl) leaves scores out."
        )


def open_jsonl(path: Path) -> JsonlTable:
    """Open a JSON Lines file and read its first lines.

    Raises
    ------
    RunError
        When it has no line, or one of the first lines is malformed.
    """
    sample = []
    for row, entries in _objects(path):
        sample.append(_flat(path.name, row, entries))
        if len(sample) == N_SAMPLED:
            break
    if not sample:
        msg = f"{path.name}: the file is empty, so it has no rows. Hint: export the table again."
        raise RunError(msg)
    _refuse_columns(path.name, sample)
    is_list = head_text(path, size=4096).startswith("[")
    what = (
        "a list of objects was read as a table"
        if is_list
        else ("this is a JSON Lines file and was read as one, whatever its name")
    )
    text = f"{path.name}: {what}."
    is_named_so = path.suffix.lower() in JSONL_ENDINGS and not is_list
    return JsonlTable(
        path=path,
        sample=tuple(sample),
        notices=() if is_named_so else (Notice(level="mended", text=text),),
    )


def _refuse_columns(file: str, sample: list[Line]) -> None:
    """Say how to write a table that is written column by column, as pandas does unless told."""
    if len(sample) > 1:
        return
    columns = [value for value in sample[0].values() if isinstance(value, dict)]
    is_all = len(columns) == len(sample[0]) > 1
    is_split = isinstance(sample[0].get("data"), list) and "columns" in sample[0]
    if is_split or (is_all and len({tuple(column) for column in columns}) == 1):
        msg = (
            f"{file}: this is one object with all columns, as pandas writes it. "
            "Hint: write one object per input: df.to_json(path, orient='records', lines=True)."
        )
        raise RunError(msg)


def is_jsonl(head: bytes) -> bool:
    """Tell whether a file starts with a line that is a JSON object, or is a list of such."""
    text = head.decode(encoding_of(head), "ignore").lstrip()
    if _LIST_OF_OBJECTS.match(text):
        return True
    first, ending, _ = text.partition("\n")
    if not first.startswith("{"):
        return False
    # Without an end the line is longer than the look; a document spread over lines starts short.
    return (not ending and len(head) >= 4096) or _is_object(first)


def _is_object(text: str) -> bool:
    try:
        return isinstance(decode(text, letters=True), dict)
    except RefusedError as error:
        # NaN, a repeated key: an object all the same, whose fault the reader will name.
        return error.position is None


def _objects(path: Path) -> Iterator[tuple[int, Line]]:
    rows = json_lines(path, letters=True)
    if head_text(path, size=4096).startswith("["):
        items = walk(path, whole=lambda keys: len(keys) == 1, letters=True)
        rows = ((k, value) for k, (_, value) in enumerate(items, start=1))
    for row, found in rows:
        if not isinstance(found, dict):
            msg = f"{path.name}: row {row} must be an object, got {shorten(found)}. "
            raise RunError(msg + f"Hint: {EVERY_LINE}")
        yield row, found


@dataclass(slots=True, kw_only=True, eq=False)
class _Columns:
    """The columns read so far; scores are converted block by block."""

    file: str
    texts: tuple[str, ...]
    scores: tuple[str, ...]
    rows: list[int] = field(default_factory=list)
    cells: dict[str, list[Cell]] = field(init=False)
    pending: list[Any] = field(default_factory=list)
    blocks: list[FloatArray] = field(default_factory=list)
    n_converted: int = 0
    bad: Cases = field(default_factory=Cases)
    n_missing: int = 0

    def __post_init__(self) -> None:
        self.cells = {name: [] for name in self.texts}

    def add(self, row: int, line: Line) -> None:
        """Take over the cells of one line."""
        self.rows.append(row)
        for name, column in self.cells.items():
            column.append(_cell(line[name]))
        self.pending += [line[name] for name in self.scores]
        if len(self.pending) >= CELLS_PER_BLOCK:
            self._convert()

    def _convert(self) -> None:
        width = max(len(self.scores), 1)
        are_numbers = set(map(type, self.pending)) <= {Letters}
        convert = float if are_numbers else _number  # the type is four times as fast
        values = np.fromiter(map(convert, self.pending), np.float64, len(self.pending))
        wrong = np.flatnonzero(~np.isfinite(values)).tolist()
        for at in wrong[:N_SHOWN]:
            row, column = divmod(at, width)
            place = f"row {self.rows[self.n_converted + row]}, key {shorten(self.scores[column])}"
            self.bad.add(f"{place}: {_shown(self.pending[at])}")
        self.bad.add_more(len(wrong[N_SHOWN:]))
        self.n_missing += sum(self.pending[at] is None for at in wrong)
        self.blocks.append(values)
        self.n_converted += len(self.pending) // width
        self.pending.clear()

    def content(self) -> Content:
        """Return the whole columns.

        Raises
        ------
        RunError
            When a score is not a finite number.
        """
        self._convert()
        hint = "write numbers without quotes; the sparse form (inputs.jsonl and scores.jsonl) "
        hint += "leaves pairs out."
        raise_bad_scores(self.file, self.bad, hint=hint, n_missing=self.n_missing)
        scores = np.concatenate(self.blocks)
        return Content(
            rows=np.array(self.rows, dtype=np.int64),
            cells=self.cells,
            scores=scores.reshape(len(self.rows), len(self.scores)),
        )


def _flat(file: str, row: int, entries: Line) -> Line:
    """Return an object whose nested scores stand beside the other keys."""
    scores = entries.get(SCORES)
    if not isinstance(scores, dict):
        return entries
    line = {key: value for key, value in entries.items() if key != SCORES}
    nested = {SCORE_PREFIX + concept: score for concept, score in scores.items()}
    if both := line.keys() & nested.keys():
        msg = (
            f"{file}: row {row} has a score inside 'scores' and beside it: {shorten(min(both))}. "
            "Hint: keep one of them."
        )
        raise RunError(msg)
    return {**line, **nested}


def _difference(row: int, line: Line, columns: Sequence[str]) -> str:
    missing = [key for key in columns if key not in line]
    strange = [key for key in line if key not in set(columns)]
    parts = [f"lacks {shorten(missing[0])}"] if missing else []
    if strange:
        parts.append(f"has {shorten(strange[0])}{did_you_mean(strange[0], columns)}")
    return f"row {row} {' and '.join(parts)}"


def _cell(value: Any) -> Cell:  # noqa: ANN401
    if isinstance(value, list):
        return tuple(_text(item) for item in value if item is not None)
    return _text(value)


def _text(value: Any) -> str:  # noqa: ANN401
    if value is None:
        return ""
    if isinstance(value, str):
        return str(value)
    return json.dumps(value, ensure_ascii=False)


def _number(value: Any) -> float:  # noqa: ANN401
    return float(value) if isinstance(value, Letters) else math.nan


def _shown(value: Any) -> str:  # noqa: ANN401
    if value is None or isinstance(value, bool):
        return json.dumps(value)
    return shorten(value).strip("'") if isinstance(value, Letters) else shorten(value)
