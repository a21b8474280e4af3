"""Roles of columns that a person chose for a run which has no run.json to write them into.

They are kept under :func:`evalcore.base.home.home`, named by the content of the table, and so they
hold for every copy of it, wherever it lies, and for no other table.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from evalcore.base.home import home
from evalcore.base.whole_writes import write_whole
from evalcore.errors import RunError
from evalcore.readers.folder.files import RunFiles, find_files
from evalcore.readers.reading.column_roles import check_columns
from evalcore.readers.reading.manifest import Manifest, parse_manifest, read_manifest
from evalcore.readers.reading.reading import Reading, read_reading
from evalcore.runs.load_report import Notice

__all__ = [
    "forget_columns",
    "keep_columns",
    "keep_in_run_json",
    "keep_reading",
    "kept_columns",
    "kept_reading",
    "kept_stamp",
    "manifest_of",
    "write_reading",
]


_CHOSEN = Notice(
    level="info",
    text="What the columns are was chosen in the workshop, and is kept there for this table.",
)


def kept_reading(table: Path) -> Reading | None:
    """Return how a person said that a table is to be read; None when nobody did.

    Raises
    ------
    RunError
        When what was kept is damaged.
    """
    # The size stands in the name, so that no table is read through which nobody spoke about.
    if not _of_size(table):
        return None
    path = _place(table)
    if not path.is_file():
        return None
    entries = parse_manifest(path)
    if "reading" in entries:
        return read_reading("reading", entries["reading"])
    return Reading(columns=check_columns("columns", entries.get("columns")))


def kept_columns(table: Path) -> dict[str, str] | None:
    """Return the roles kept for a table; None when nobody chose any.

    Raises
    ------
    RunError
        When what was kept is damaged.
    """
    kept = kept_reading(table)
    return None if kept is None else dict(kept.columns)


def manifest_of(
    files: RunFiles,
    *,
    columns: Mapping[str, str] | None = None,
    reading: Reading | None = None,
) -> Manifest:
    """Return what run.json says of a run, and what a person chose for its columns since.

    Parameters
    ----------
    columns
        The roles to try now, instead of those kept.
    reading
        The reading to try now, instead of the one kept.

    Raises
    ------
    RunError
        When either is malformed.
    """
    manifest = read_manifest(files.manifest) if files.manifest else Manifest()
    told = (*manifest.notices, _CHOSEN)
    if reading is None and columns is not None:
        roles = check_columns("columns", dict(columns))
        reading = replace(manifest.reading, columns=roles)
    if reading is None:
        reading = kept_reading(files.table)
    return manifest if reading is None else replace(manifest.under(reading), notices=told)


def keep_reading(table: Path, reading: Reading) -> None:
    """Keep how a table is to be read, whole or not at all.

    Raises
    ------
    RunError
        When a role is none, or nothing can be written.
    """
    check_columns("columns", dict(reading.columns))
    write_whole(_place(table), json.dumps({"reading": reading.entries()}, indent=2) + "\n")


def keep_columns(table: Path, columns: Mapping[str, str]) -> None:
    """Keep the roles of a table's columns, whole or not at all.

    Raises
    ------
    RunError
        When a role is none, or nothing can be written.
    """
    keep_reading(table, Reading(columns=dict(columns)))


def forget_columns(table: Path) -> None:
    """Forget what was kept for a table."""
    with contextlib.suppress(OSError):
        _place(table).unlink(missing_ok=True)


def keep_in_run_json(path: Path, columns: Mapping[str, str]) -> Path:
    """Write the roles of columns into the run's own run.json; see :func:`write_reading`."""
    return _write_key(path, columns=dict(check_columns("columns", dict(columns))))


def write_reading(path: Path, reading: Reading) -> Path:
    """Write a reading into the run's own run.json, made when there is none.

    Every other key stays as it is. What was kept elsewhere is forgotten.

    Returns
    -------
    Path
        The run.json.

    Raises
    ------
    RunError
        When the run is a bare file, its run.json is unusable, or nothing can be written.
    """
    return _write_key(path, reading=reading.entries())


def kept_stamp(table: Path) -> str:
    """Return what changes when the roles kept for a table may have; opens no file."""
    return "\0".join(
        f"{path.name} {path.stat().st_mtime_ns}" for path in _of_size(table) if path.is_file()
    )


def _folder() -> Path:
    return home() / "mappings"


def _of_size(table: Path) -> list[Path]:
    try:
        size = table.stat().st_size
        return sorted(_folder().glob(f"{size}-*.json"))
    except OSError:
        return []


def _place(table: Path) -> Path:
    try:
        with table.open("rb") as file:
            digest = hashlib.file_digest(file, lambda: hashlib.blake2b(digest_size=16))
        size = table.stat().st_size
    except OSError as error:
        msg = f"{table.name}: cannot be read: {error.strerror}."
        raise RunError(msg) from None
    return _folder() / f"{size}-{digest.hexdigest()}.json"


def _write_key(path: Path, **more: object) -> Path:
    files = find_files(path)
    if files.kind != "folder":
        msg = f"{path.name}: only a folder has a run.json. Hint: put the table into a folder."
        raise RunError(msg)
    target = files.root / "run.json"
    entries = parse_manifest(files.manifest) if files.manifest else {}
    text = json.dumps({**entries, **more}, indent=2, ensure_ascii=False)
    write_whole(target, text + "\n")
    forget_columns(files.table)
    return target
