"""JSON files read piece by piece, strictly, and never a whole file at once.

A decoded JSON text takes many times the memory of the scores in it, so :func:`walk` decodes one
entry at a time and forgets it.
"""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TextIO

from evalcore.base.jobs import report_progress
from evalcore.base.strict_json import RefusedError, decode, strict_decoder
from evalcore.errors import RunError, shorten
from evalcore.readers.tables.content import encoding_of, read_head, refuse_non_text
from evalcore.readers.tables.csv_layout import undecodable
from evalcore.readers.tables.limits import check_empty_lines

__all__ = ["Keys", "head_text", "json_lines", "walk"]

Keys = tuple[str | int, ...]
"""Where a value stands: the keys and list positions that lead to it."""

MAX_DEPTH = 40
MAX_CHARACTERS = 64 * 2**20
"""Of one entry; larger ones are no description of an input."""
MAX_LINE = 16 * 2**20
ROWS_PER_REPORT = 256
EVERY_LINE = (
    'every line is one JSON value such as {"id": "a", "label": "dog", "score:dog": 0.9}, every '
    "score a finite number; the sparse form (inputs.jsonl and scores.jsonl) leaves pairs out."
)
_CHUNK = 2**16
_MARGIN = 16
"""An error this close to the end of what was read may only mean that more has to be read."""
_SPACE = re.compile(r"[ \t\r\n]*")


def walk(
    path: Path, *, whole: Callable[[Keys], bool], letters: bool = False
) -> Iterator[tuple[Keys, Any]]:
    """Iterate over the values of a JSON file in their order.

    Parameters
    ----------
    whole
        Says which values are decoded as one; others are entered, and yield what is in them.
    letters
        Whether numbers come as they are written, see :class:`evalcore.base.strict_json.Letters`.

    Raises
    ------
    RunError
        When the file is no JSON, is cut short, repeats a key, or holds NaN or absurd values.
    """
    encoding = _encoding(path)
    try:
        with path.open(encoding=encoding, newline="") as file:
            text = _Text(name=path.name, file=file, decoder=strict_decoder(letters=letters))
            yield from _value(text, (), whole)
            if text.peek():
                raise text.error("there is text after the end of the JSON value")
    except UnicodeDecodeError:
        raise undecodable(path, encoding) from None
    except OSError as error:
        msg = f"{path.name}: cannot be read: {error.strerror}."
        raise RunError(msg) from None


def json_lines(path: Path, *, letters: bool = False) -> Iterator[tuple[int, Any]]:
    """Iterate over the rows of a JSON Lines file, each with its number as an editor counts.

    Empty lines are passed over.

    Parameters
    ----------
    letters
        Whether numbers come as they are written, see :class:`evalcore.base.strict_json.Letters`.

    Raises
    ------
    RunError
        When a row is no JSON, is cut off or absurdly long, repeats a key, holds NaN or absurd
        values, or a byte is not in the encoding.
    """
    encoding = _encoding(path)
    row = n_empty = 0
    try:
        n_bytes = path.stat().st_size
        with path.open("rb") as raw, io.TextIOWrapper(raw, encoding=encoding, newline="\n") as file:
            while line := file.readline(MAX_LINE):
                row += 1
                if row % ROWS_PER_REPORT == 0:
                    report_progress(raw.tell(), of=n_bytes)
                if not line.isspace():
                    yield row, _line(path.name, row, line, letters=letters)
                    continue
                n_empty += 1
                check_empty_lines(path.name, n_empty)
    except UnicodeDecodeError:
        raise undecodable(path, encoding) from None
    except OSError as error:
        msg = f"{path.name}: cannot be read: {error.strerror}."
        raise RunError(msg) from None


def head_text(path: Path, *, size: int = 2**14) -> str:
    """Return the start of a file as text, ``""`` when it is none or cannot be read."""
    try:
        head = read_head(path, size=size) if path.is_file() else b""
    except (RunError, OSError, ValueError):
        return ""
    return head.decode(encoding_of(head), errors="ignore").lstrip()


@dataclass(slots=True, kw_only=True, eq=False)
class _Text:
    """The part of a file that was read and not yet understood."""

    name: str
    file: TextIO
    text: str = ""
    at: int = 0
    row: int = 1
    """Row of the first character of ``text``."""
    before: int = 0
    """Characters of that row that stood before it."""
    ended: bool = False
    decoder: json.JSONDecoder = field(default_factory=strict_decoder)

    def more(self) -> bool:
        """Read on; every call at least doubles what is there. Return False at the end."""
        self.row += self.text.count("\n", 0, self.at)
        line_start = self.text.rfind("\n", 0, self.at) + 1
        self.before = self.at - line_start + (0 if line_start else self.before)
        self.text, self.at = self.text[self.at :], 0
        if len(self.text) > MAX_CHARACTERS:
            msg = f"one entry is longer than {MAX_CHARACTERS // 2**20} MB"
            raise self.error(msg)
        added = self.file.read(max(_CHUNK, len(self.text)))
        self.text += added
        self.ended = not added
        return bool(added)

    def peek(self) -> str:
        """Return the next character that is no space, ``""`` at the end."""
        while True:
            match = _SPACE.match(self.text, self.at)
            self.at = match.end() if match else self.at
            if self.at < len(self.text):
                return self.text[self.at]
            if not self.more():
                return ""

    def take(self, expected: str) -> None:
        """Step over one of the expected characters."""
        found = self.peek()
        if not found or found not in expected:
            what = f"{shorten(found)} where" if found else "the file ends where"
            shown = " or ".join(map(repr, expected))
            msg = f"{what} {shown} has to stand"
            raise self.error(msg, cut=not found)
        self.at += 1

    def decode(self) -> Any:  # noqa: ANN401 - JSON
        """Decode the value that starts here."""
        self.peek()
        while True:
            try:
                value, end = self.decoder.raw_decode(self.text, self.at)
            except json.JSONDecodeError as error:
                self._read_on_or_refuse(error)
                continue
            except RecursionError:
                raise self.error("values are nested too deeply") from None
            except RefusedError as error:
                raise self.error(str(error)) from None
            # A number at the end of what was read may go on, such as 0 before ".5" or "e-5".
            may_go_on = self.text[end - 1] not in '"}]' and end > len(self.text) - _MARGIN
            length = end - self.at
            if not may_go_on or self.ended or not self.more():
                self.at += length
                return value

    def error(self, what: str, *, cut: bool = False, at: int | None = None) -> RunError:
        """Return the error for what stands here."""
        place = self.at if at is None else at
        row = self.row + self.text.count("\n", 0, place)
        line_start = self.text.rfind("\n", 0, place) + 1
        column = place - line_start + 1 + (0 if line_start else self.before)
        hint = "export the file again; it seems to be cut short." if cut else "export it again."
        return RunError(
            f"{self.name}: not valid JSON at row {row}, column {column}: {what}. Hint: {hint}"
        )

    def _read_on_or_refuse(self, error: json.JSONDecodeError) -> None:
        is_open = error.msg.startswith("Unterminated")
        near = error.pos >= len(self.text) - _MARGIN or is_open
        offset = error.pos - self.at
        if near and not self.ended and self.more():
            return
        place = min(self.at + offset, len(self.text))
        cut = self.ended and (is_open or place >= len(self.text.rstrip()))
        raise self.error(error.msg, cut=cut, at=place) from None


def _value(text: _Text, keys: Keys, whole: Callable[[Keys], bool]) -> Iterator[tuple[Keys, Any]]:
    if len(keys) > MAX_DEPTH:
        msg = f"values are nested more than {MAX_DEPTH} deep"
        raise text.error(msg)
    first = text.peek()
    if first not in {"{", "["} or (keys and whole(keys)):
        yield keys, text.decode()
    elif first == "{":
        yield from _object(text, keys, whole)
    else:
        yield from _array(text, keys, whole)


def _object(text: _Text, keys: Keys, whole: Callable[[Keys], bool]) -> Iterator[tuple[Keys, Any]]:
    text.take("{")
    seen: set[str] = set()
    while text.peek() != "}":
        if seen:
            text.take(",")
        if text.peek() != '"':
            text.take('"')
        key = text.decode()
        if key in seen:
            msg = f"the key {shorten(key)} occurs more than once"
            raise text.error(msg)
        seen.add(key)
        text.take(":")
        yield from _value(text, (*keys, key), whole)
        if text.peek() not in {",", "}"}:
            text.take(",}")
    text.take("}")


def _array(text: _Text, keys: Keys, whole: Callable[[Keys], bool]) -> Iterator[tuple[Keys, Any]]:
    text.take("[")
    k = 0
    while text.peek() != "]":
        if k:
            text.take(",")
        yield from _value(text, (*keys, k), whole)
        k += 1
        if text.peek() not in {",", "]"}:
            text.take(",]")
    text.take("]")


def _line(name: str, row: int, line: str, *, letters: bool) -> Any:  # noqa: ANN401 - JSON
    try:
        return decode(line, letters=letters)
    except RefusedError as error:
        what = _line_problem(line, error)
    msg = f"{name}: row {row} {what}"
    raise RunError(msg)


def _line_problem(line: str, error: RefusedError) -> str:
    is_whole = line.endswith(("\n", "\r"))
    if not is_whole and len(line) >= MAX_LINE:
        return f"is longer than {MAX_LINE // 2**20} MB. Hint: {EVERY_LINE}"
    if error.position is None:
        return f"is not allowed: {error}. Hint: {EVERY_LINE}"
    if not is_whole and not line.rstrip().endswith(("}", "]")):
        end = shorten(line[-30:])
        return f"is cut off in the middle, it ends with {end}. Hint: copy the file again."
    near = shorten(line[max(error.position - 10, 0) :][:30])
    column = error.position + 1
    return f"is not valid JSON at column {column}, near {near}: {error}. Hint: {EVERY_LINE}"


def _encoding(path: Path) -> str:
    head = read_head(path)
    if head.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] not in {b"{", b"["}:
        refuse_non_text(path.name, head)
    return encoding_of(head)
