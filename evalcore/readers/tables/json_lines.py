"""The lines of a JSON Lines file, each one object, strictly."""

from __future__ import annotations

import io
import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NoReturn

from evalcore.base import progress
from evalcore.errors import RunError, shorten
from evalcore.readers.tables.content import encoding_of, read_head
from evalcore.readers.tables.csv_layout import undecodable

__all__ = ["Letters", "is_jsonl", "json_lines", "parse_object"]

MAX_LINE = 16 * 2**20
ROWS_PER_REPORT = 256
MAX_DEPTH = 20
"""Deeper than metadata of any use."""
_EACH_LINE = 'Hint: every line is one object such as {"id": "a", "label": "dog", "score:dog": 0.9}.'


class Letters(str):
    """A number as it was written, so that an id ``1.50`` stays one."""

    __slots__ = ()


class _BadLineError(ValueError):
    """What is wrong with a line, without its place."""


def json_lines(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    """Iterate over the objects of a file, with their row as an editor counts.

    Numbers come as :class:`Letters`. Empty lines are passed over.

    Raises
    ------
    RunError
        When a line is no JSON object, repeats a key, holds NaN or Infinity, is nested absurdly
        deep or cut off, or a byte is not in the encoding.
    """
    encoding = encoding_of(read_head(path))
    row, n_bytes = 0, path.stat().st_size
    try:
        with path.open("rb") as raw, io.TextIOWrapper(raw, encoding=encoding) as file:
            while line := file.readline(MAX_LINE):
                row += 1
                if row % ROWS_PER_REPORT == 0:
                    progress.report(raw.tell(), of=n_bytes)
                if line.strip():
                    yield row, _parse(path.name, row, line)
    except UnicodeDecodeError:
        raise undecodable(path, encoding) from None


def parse_object(line: str) -> dict[str, Any]:
    """Parse one line.

    Raises
    ------
    ValueError
        With what is wrong, in words.
    """
    try:
        found = _DECODER.decode(line)
    except RecursionError:
        raise _deep() from None
    if not isinstance(found, dict):
        msg = f"must be an object, got {shorten(found)}. {_EACH_LINE}"
        raise _BadLineError(msg)
    if _depth(found) > MAX_DEPTH:
        raise _deep()
    if "\\ud" in line.lower() and not _is_text(found):
        msg = "holds half of a surrogate pair (\\ud800 to \\udfff), which is no character."
        raise _BadLineError(msg)
    return found


def is_jsonl(head: bytes) -> bool:
    """Tell whether a file starts with a line that is a JSON object of its own."""
    text = head.decode(encoding_of(head), "ignore").lstrip()
    first, ending, _ = text.partition("\n")
    if not first.startswith("{"):
        return False
    if not ending:
        # The line is longer than the look; a document spread over lines starts with a short one.
        return len(head) >= 4096 or _is_object(first)
    return _is_object(first)


def _parse(file: str, row: int, line: str) -> dict[str, Any]:
    try:
        return parse_object(line)
    except json.JSONDecodeError as error:
        whole = line.endswith(("\n", "\r"))
        if not whole and len(line) >= MAX_LINE:
            what = f"is longer than {MAX_LINE // 2**20} MB. {_EACH_LINE}"
        elif not whole and not line.rstrip().endswith("}"):
            end = shorten(line[-30:])
            what = f"is cut off in the middle, it ends with {end}. Hint: copy the file again."
        else:
            near = shorten(line[max(error.pos - 10, 0) :][:30])
            what = f"is not valid JSON at column {error.colno}, near {near}: {error.msg}."
            what = f"{what} {_EACH_LINE}"
    except _BadLineError as error:
        what = str(error)
    msg = f"{file}: row {row} {what}"
    raise RunError(msg)


def _is_text(found: dict[str, Any]) -> bool:
    try:
        json.dumps(found, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return False
    return True


def _deep() -> _BadLineError:
    return _BadLineError(f"is nested too deeply. {_EACH_LINE}")


def _depth(value: Any, *, at: int = 1) -> int:  # noqa: ANN401
    """Return how deep objects and lists stand in each other, looking no deeper than needed."""
    if not isinstance(value, (dict, list)):
        return at - 1
    if at > MAX_DEPTH:
        return at
    parts = value.values() if isinstance(value, dict) else value
    if {dict, list}.isdisjoint(map(type, parts)):
        return at
    return max(_depth(part, at=at + 1) for part in parts)


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    entries = dict(pairs)
    if len(entries) < len(pairs):
        twice = Counter(key for key, _ in pairs).most_common(1)[0][0]
        msg = f"names the key {shorten(twice)} more than once. Hint: keep one."
        raise _BadLineError(msg)
    return entries


def _refuse_constant(text: str) -> NoReturn:
    msg = (
        f"holds {text}, which is no JSON number. Hint: every score is a finite number; the sparse "
        "form (inputs.jsonl and scores.jsonl) leaves pairs out."
    )
    raise _BadLineError(msg)


def _is_object(text: str) -> bool:
    try:
        parse_object(text)
    except ValueError as error:
        # NaN, a repeated key: an object all the same, whose fault the reader will name.
        return not isinstance(error, json.JSONDecodeError)
    return True


_DECODER = json.JSONDecoder(
    object_pairs_hook=_unique,
    parse_float=Letters,
    parse_int=Letters,
    parse_constant=_refuse_constant,
)
