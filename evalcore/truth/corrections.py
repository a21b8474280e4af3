"""Corrections as a file that others can use: which labels the group agreed to change, and why.

Two forms, CSV and JSON, each read back exactly; and the run itself with the agreed labels.
"""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, get_args

from evalcore.errors import TruthError, shorten
from evalcore.runs.run import EvalRun
from evalcore.truth.agreed import Verdict
from evalcore.truth.overlay import AgreedTruth, Change, State
from evalcore.truth.votes import Pair

__all__ = [
    "Correction",
    "corrected_run",
    "corrections",
    "read_csv",
    "read_json",
    "write_csv",
    "write_json",
]

SCHEMA = "threshold-workshop/corrections"
VERSION = 1
LONGEST_COUNT = 18
"""Digits of a whole number."""
STATES: tuple[State, ...] = get_args(State)


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """One pair whose agreed truth differs from the label as delivered.

    Parameters
    ----------
    original, agreed
        ``yes``, ``no`` or ``unknown``.
    yes, no, unclear, definition_unclear
        People by their last answer; all 0 where the change follows from another concept of the
        same input.
    settled
        Whether an adjudicator decided.
    """

    input: str
    concept: str
    original: State
    agreed: State
    yes: int = 0
    no: int = 0
    unclear: int = 0
    definition_unclear: int = 0
    settled: bool = False

    def __post_init__(self) -> None:
        """Check what a file says."""
        for name in ("original", "agreed"):
            if getattr(self, name) not in STATES:
                msg = f"{name} is one of {', '.join(STATES)}, got {shorten(getattr(self, name))}."
                raise TruthError(msg)


COLUMNS = tuple(field.name for field in fields(Correction))
_COUNTS = ("yes", "no", "unclear", "definition_unclear")


def corrections(truth: AgreedTruth, verdicts: Mapping[Pair, Verdict]) -> tuple[Correction, ...]:
    """Return the corrections of a run, in its order."""
    return tuple(_correction(change, verdicts.get(change.pair)) for change in truth.changes)


def write_csv(rows: Iterable[Correction]) -> str:
    r"""Return the corrections as CSV (RFC 4180, UTF-8).

    Examples
    --------
    >>> one = Correction(input="0001", concept="dog", original="yes", agreed="no", no=2)
    >>> print(write_csv([one]).replace("\r\n", "\n"), end="")
    input,concept,original,agreed,yes,no,unclear,definition_unclear,settled
    0001,dog,yes,no,0,2,0,0,false
    """
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for row in rows:
        plain = asdict(row)
        writer.writerow([*(plain[name] for name in COLUMNS[:-1]), str(row.settled).lower()])
    return text.getvalue()


def read_csv(text: str, *, file: str = "corrections.csv") -> tuple[Correction, ...]:
    """Return the corrections that :func:`write_csv` has written.

    Raises
    ------
    TruthError
        When the columns are others, or a cell breaks its rule.
    """
    rows = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        head = next(rows, [])
        if tuple(head) != COLUMNS:
            msg = f"{file}: the columns must be {', '.join(COLUMNS)}, got {shorten(head)}."
            raise TruthError(msg)
        return tuple(_of_cells(row, f"{file}, row {k}") for k, row in enumerate(rows, start=2))
    except csv.Error as error:
        msg = f"{file}: this is no CSV: {error}."
        raise TruthError(msg) from None


def write_json(rows: Iterable[Correction]) -> str:
    """Return the corrections as JSON, with the name and version of its schema."""
    content = {
        "schema": SCHEMA,
        "version": VERSION,
        "corrections": [asdict(row) for row in rows],
    }
    return json.dumps(content, ensure_ascii=False, indent=1) + "\n"


def read_json(text: str, *, file: str = "corrections.json") -> tuple[Correction, ...]:
    """Return the corrections that :func:`write_json` has written.

    Raises
    ------
    TruthError
        When it is no such file, or an entry breaks its rule.
    """
    try:
        content = json.loads(text)
    except (ValueError, RecursionError) as error:
        msg = f"{file}: this is no JSON: {error}."
        raise TruthError(msg) from None
    if not isinstance(content, dict) or content.get("schema") != SCHEMA:
        msg = f"{file}: its schema must be {SCHEMA!r}."
        raise TruthError(msg)
    if content.get("version") != VERSION or not isinstance(content.get("corrections"), list):
        msg = f"{file}: version {VERSION} with a list of corrections was expected."
        raise TruthError(msg)
    return tuple(
        _of_object(entry, f"{file}, correction {k}")
        for k, entry in enumerate(content["corrections"], start=1)
    )


def corrected_run(run: EvalRun, truth: AgreedTruth) -> bytes:
    """Return a ZIP archive of the run with the agreed labels, without its images.

    It is opened like any other run; the run as delivered stays as it is.

    Raises
    ------
    RunError
        When it cannot be written.
    """
    about = f"{run.description} Labels as agreed ({len(truth.changes):,} corrected).".strip()
    corrected = replace(run.with_labels(truth.labels), images=None, description=about)
    packed = io.BytesIO()
    with TemporaryDirectory() as folder:
        saved = corrected.save(Path(folder) / "run")
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
            for path in sorted(saved.iterdir()):
                archive.write(path, path.name)
    return packed.getvalue()


def _correction(change: Change, verdict: Verdict | None) -> Correction:
    said = {} if verdict is None or change.implied else {n: getattr(verdict, n) for n in _COUNTS}
    return Correction(
        input=change.pair.input,
        concept=change.pair.concept,
        original=change.original,
        agreed=change.agreed,
        settled=verdict is not None and verdict.settled,
        **said,
    )


def _of_cells(cells: list[str], where: str) -> Correction:
    if len(cells) != len(COLUMNS):
        msg = f"{where}: {len(COLUMNS)} cells were expected, got {len(cells)}."
        raise TruthError(msg)
    entry: dict[str, Any] = dict(zip(COLUMNS, cells, strict=True))
    for name in _COUNTS:
        if not entry[name].isdecimal() or len(entry[name]) > LONGEST_COUNT:
            msg = f"{where}: {name} must be a whole number from 0, got {shorten(entry[name])}."
            raise TruthError(msg)
        entry[name] = int(entry[name])
    settled = {"true": True, "false": False}.get(entry["settled"], entry["settled"])
    return _of_object(entry | {"settled": settled}, where)


def _of_object(entry: object, where: str) -> Correction:
    if not isinstance(entry, dict) or set(entry) != set(COLUMNS):
        msg = f"{where}: the entries must be {', '.join(COLUMNS)}, got {shorten(entry)}."
        raise TruthError(msg)
    for name, kind in _KINDS.items():
        value = entry[name]
        if type(value) is not kind or (isinstance(value, int) and value < 0):
            msg = f"{where}: {name} must be {_KIND_WORDS[kind]}, got {shorten(value)}."
            raise TruthError(msg)
    try:
        return Correction(**entry)
    except TruthError as error:
        msg = f"{where}: {error}"
        raise TruthError(msg) from None


_KINDS: Mapping[str, type] = (
    dict.fromkeys(("input", "concept", "original", "agreed"), str)
    | dict.fromkeys(_COUNTS, int)
    | {"settled": bool}
)
_KIND_WORDS: Mapping[type, str] = {
    str: "a text",
    int: "a whole number from 0",
    bool: "true or false",
}
