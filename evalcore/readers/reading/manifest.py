"""The optional run.json: names, versions, and what the reader cannot see from the table."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any, cast

from evalcore.base.fields import finite_number
from evalcore.base.strict_json import Letters, RefusedError, decode, place_of
from evalcore.errors import RunError, did_you_mean, shorten
from evalcore.readers.reading.column_roles import check_columns
from evalcore.readers.reading.reading import Reading, read_reading
from evalcore.runs.load_report import Notice
from evalcore.runs.run import Task

__all__ = ["Manifest", "parse_manifest", "read_manifest"]

MAX_BYTES = 16 * 2**20


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """What run.json says; every key is optional."""

    name: str | None = None
    model: str = ""
    model_version: str = ""
    dataset: str = ""
    dataset_version: str = ""
    description: str = ""
    media: str = ""
    """What the inputs are, for people and other tools; what is shown follows from the columns."""
    task: Task | None = None
    concepts: tuple[str, ...] | None = None
    operator: str = ">"
    default_threshold: float = 0.5
    label_separator: str | None = None
    folds: tuple[str, ...] | None = None
    columns: Mapping[str, str] = field(default_factory=dict)
    reading: Reading = field(default_factory=Reading)
    notices: tuple[Notice, ...] = field(default=())

    @property
    def whole_reading(self) -> Reading:
        """The reading with the roles of the key ``columns``; those of its own go before."""
        return replace(self.reading, columns={**self.columns, **self.reading.columns})

    def under(self, reading: Reading) -> Manifest:
        """Return what holds when the run is understood in another way."""
        task = cast("Task", reading.task) if reading.task else self.task
        return replace(self, columns=reading.columns, reading=reading, task=task)


def read_manifest(path: Path) -> Manifest:
    """Read and check a run.json.

    Raises
    ------
    RunError
        When it is no JSON object, repeats a key, or holds a value of the wrong kind.
    """
    entries = parse_manifest(path)
    known = {item.name for item in fields(Manifest)} - {"notices"}
    values = _checked({key: value for key, value in entries.items() if key in known})
    notices = tuple(
        Notice(
            level="warning",
            text=f"{path.name}: the key {shorten(key)} means nothing here and is ignored."
            + did_you_mean(key, known),
        )
        for key in entries
        if key not in known
    )
    manifest = Manifest(**values, notices=notices)
    return manifest.under(manifest.whole_reading)


def parse_manifest(path: Path) -> dict[str, Any]:
    """Return the keys of a run.json, unchecked.

    Raises
    ------
    RunError
        When it is no JSON object or repeats a key.
    """
    try:
        if path.stat().st_size > MAX_BYTES:
            msg = (
                f"{path.name}: larger than {MAX_BYTES // 2**20} MB, which no run description needs."
            )
            raise RunError(msg)
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        msg = f"{path.name}: byte {error.start} is not UTF-8. Hint: save the file as UTF-8."
        raise RunError(msg) from None
    except OSError as error:
        msg = f"{path.name}: cannot be read: {error.strerror}."
        raise RunError(msg) from None
    entries = _decoded(path.name, text)
    if not isinstance(entries, dict):
        msg = (
            f'{path.name}: must be one object such as {{"name": "my run"}}, got {shorten(entries)}.'
        )
        raise RunError(msg)
    return entries


def _decoded(file: str, text: str) -> Any:  # noqa: ANN401 - JSON
    try:
        return decode(text)
    except RefusedError as error:
        if error.position is None:
            key = _key_of_large_number(text)
            where = f"'{key}': " if key else ""
            msg = f"{file}: {where}{error}. Hint: each key stands there once, and "
            msg += "every number is a finite number such as 0.5."
        else:
            row, column = place_of(text, error.position)
            msg = f"{file}: not valid JSON at row {row}, column {column}: {error}."
        raise RunError(msg) from None


def _key_of_large_number(text: str) -> str:
    try:
        entries = decode(text, letters=True)
    except RefusedError:
        return ""
    pairs = entries.items() if isinstance(entries, dict) else ()
    numbers = [(key, value) for key, value in pairs if isinstance(value, Letters)]
    return next((key for key, value in numbers if not math.isfinite(float(value))), "")


def _checked(entries: Mapping[str, Any]) -> dict[str, Any]:
    """Return the values, or say of all that are wrong at once why they are."""
    values, wrong = {}, []
    for key, value in entries.items():
        try:
            values[key] = _check(key, value)
        except RunError as error:
            wrong.append(str(error))
    if wrong:
        raise RunError(" ".join(wrong))
    return values


def _check(key: str, value: object) -> Any:  # noqa: ANN401 - the type depends on the key
    return _CHECKS.get(key, _text)(key, value)


def _text(key: str, value: object) -> str:
    if not isinstance(value, str):
        raise _wrong(key, value, rule='a text in quotes such as "v1"')
    return value


def _separator(key: str, value: object) -> str:
    if not isinstance(value, str) or not value:
        raise _wrong(key, value, rule='one or more characters in quotes such as "|"')
    return value


def _one_of(*allowed: str) -> Callable[[str, object], str]:
    def check(key: str, value: object) -> str:
        if not isinstance(value, str) or value not in allowed:
            error = _wrong(key, value, rule=" or ".join(f'"{item}"' for item in allowed))
            raise RunError(str(error) + did_you_mean(str(value), allowed))
        return value

    return check


def _number(key: str, value: object) -> float:
    number = finite_number(value)
    if number is None:
        raise _wrong(key, value, rule="a finite number such as 0.5")
    return number


def _names(key: str, value: object) -> tuple[str, ...]:
    rule = 'a list of different names such as ["dog", "cat"]'
    if not isinstance(value, list) or not value:
        raise _wrong(key, value, rule=rule)
    for name, count in Counter(map(repr, value)).items():
        if count > 1:
            msg = f"run.json: '{key}' names {name[:60]} more than once. Hint: keep one."
            raise RunError(msg)
    for name in value:
        if not isinstance(name, str):
            raise _wrong(key, name, rule=rule)
    return tuple(value)


def _wrong(key: str, value: object, *, rule: str) -> RunError:
    return RunError(f"run.json: '{key}' must be {rule}, got {shorten(value)}.")


_CHECKS: Mapping[str, Callable[[str, object], Any]] = {
    "task": _one_of("single_label", "multi_label"),
    "operator": _one_of(">", ">="),
    "default_threshold": _number,
    "concepts": _names,
    "folds": _names,
    "label_separator": _separator,
    "columns": check_columns,
    "reading": read_reading,
}
