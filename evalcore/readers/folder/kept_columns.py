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
from evalcore.readers.folder.column_roles import check_columns
from evalcore.readers.folder.files import RunFiles, find_files
from evalcore.readers.folder.manifest import Manifest, parse_manifest, read_manifest
from evalcore.runs.load_report import Notice

__all__ = [
    "forget_columns",
    "keep_columns",
    "keep_in_run_json",
    "kept_columns",
    "kept_stamp",
    "manifest_of",
]


_CHOSEN = Notice(
    level="info",
    text="What the columns are was chosen in the workshop, and is kept there for this table.",
)


def kept_columns(table: Path) -> dict[str, str] | None:
    """Return the roles kept for a table; None when nobody chose any.

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
    return check_columns("columns", parse_manifest(path).get("columns"))


def manifest_of(files: RunFiles, *, columns: Mapping[str, str] | None = None) -> Manifest:
    """Return what run.json says of a run, and what a person chose for its columns since.

    Parameters
    ----------
    columns
        The roles to try now, instead of those kept.

    Raises
    ------
    RunError
        When either is malformed.
    """
    manifest = read_manifest(files.manifest) if files.manifest else Manifest()
    told = (*manifest.notices, _CHOSEN)
    if columns is not None:
        return replace(manifest, columns=check_columns("columns", dict(columns)), notices=told)
    kept = kept_columns(files.table)
    if kept is None:
        return manifest
    return replace(manifest, columns=kept, notices=told)


def keep_columns(table: Path, columns: Mapping[str, str]) -> None:
    """Keep the roles of a table's columns, whole or not at all.

    Raises
    ------
    RunError
        When a role is none, or nothing can be written.
    """
    check_columns("columns", dict(columns))
    write_whole(_place(table), json.dumps({"columns": dict(columns)}, indent=2) + "\n")


def forget_columns(table: Path) -> None:
    """Forget what was kept for a table."""
    with contextlib.suppress(OSError):
        _place(table).unlink(missing_ok=True)


def keep_in_run_json(path: Path, columns: Mapping[str, str]) -> Path:
    """Write the roles into the run's own run.json, made when there is none.

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
    check_columns("columns", dict(columns))
    files = find_files(path)
    if files.kind != "folder":
        msg = f"{path.name}: only a folder has a run.json. Hint: put the table into a folder."
        raise RunError(msg)
    target = files.root / "run.json"
    entries = parse_manifest(files.manifest) if files.manifest else {}
    text = json.dumps({**entries, "columns": dict(columns)}, indent=2, ensure_ascii=False)
    write_whole(target, text + "\n")
    forget_columns(files.table)
    return target


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
