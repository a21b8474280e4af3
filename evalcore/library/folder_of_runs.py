"""The runs of a folder: which there are, and whether they changed."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from evalcore.errors import RunError, did_you_mean, shorten
from evalcore.parts.files import tables_in
from evalcore.parts.opening import is_in_parts
from evalcore.readers.folder.files import is_run_folder
from evalcore.readers.folder.kept_columns import kept_stamp
from evalcore.readers.registry import is_foreign_run
from evalcore.readers.tables.formats import open_table
from evalcore.runs.format_words import ALIASES, SCORE_PREFIX, TABLE_ENDINGS

__all__ = ["RunEntry", "find_others", "find_runs", "resolve", "source_stamp"]

MAX_DEPTH = 2
OTHER_ENDINGS = (*TABLE_ENDINGS, ".txt", ".tab", ".json")
NO_RUNS = frozenset({"readme", "license", "requirements", "notes", "changelog"})


@dataclass(frozen=True, slots=True, kw_only=True)
class RunEntry:
    """One run of a library.

    Parameters
    ----------
    key
        Its path relative to the library's folder, with forward slashes; stands in URLs.
    path
        What :func:`evalcore.readers.load_run` opens.
    name
        The folder's or file's own name, until the run is loaded and says its own.
    """

    key: str
    path: Path
    name: str


def find_runs(root: str | os.PathLike[str]) -> list[RunEntry]:
    """Find the runs of a folder, by names and headers alone.

    Folders that hold a run, down to two levels, and files directly in ``root`` that look like
    one, in any format. Names that start with ``.`` or ``_`` are passed over, and so are links that
    lead out.

    Parameters
    ----------
    root
        The library's folder; a folder that does not exist has no runs.

    Returns
    -------
    list of RunEntry
        Sorted by key.
    """
    top = Path(root)
    folders = (path for path in _folders(top, depth=MAX_DEPTH) if _is_run(path))
    files = (path for path in _visible(top) if path.is_file())
    found = [*folders, *(path for path in files if is_foreign_run(path) or _is_run_table(path))]
    entries = (
        RunEntry(
            key=path.relative_to(top).as_posix(),
            path=path,
            name=path.stem if path.is_file() else path.name,
        )
        for path in found
    )
    return sorted(entries, key=lambda entry: entry.key)


def find_others(root: str | os.PathLike[str]) -> list[RunEntry]:
    """Find the files of a folder that are called like tables and are no run yet.

    Returns
    -------
    list of RunEntry
        Sorted by key; reading one says why it is none, or asks how it is meant.
    """
    top = Path(root)
    found = [
        path
        for path in _visible(top)
        if path.is_file()
        and path.suffix.lower() in OTHER_ENDINGS
        and path.stem.casefold() not in NO_RUNS
        and not (is_foreign_run(path) or _is_run_table(path))
    ]
    entries = (RunEntry(key=path.name, path=path, name=path.stem) for path in found)
    return sorted(entries, key=lambda entry: entry.key)


def resolve(root: str | os.PathLike[str], key: str) -> RunEntry:
    """Return the run of a key.

    Raises
    ------
    RunError
        When the folder has no such run; a key never leads out of the folder.
    """
    entries = {entry.key: entry for entry in find_runs(root)}
    if key in entries:
        return entries[key]
    other = next((entry for entry in find_others(root) if entry.key == key), None)
    if other is not None:
        return other
    there = ", ".join(shorten(name) for name in entries) or "none yet"
    msg = f"There is no run {shorten(key)} here.{did_you_mean(key, entries)} Runs: {there}."
    raise RunError(msg)


def source_stamp(path: str | os.PathLike[str]) -> str:
    """Return a cheap hash that changes when a file of the run does.

    Names, sizes and modification times are hashed, of the tables and run.json, and the times of
    the folders that hold images, and of what people chose for the columns; no file is opened.

    Raises
    ------
    RunError
        When there is nothing at the path.
    """
    top = Path(path)
    try:
        paths = [top, *sorted(_visible(top))] if top.is_dir() else [top]
        if top.is_dir():
            paths += sorted(_folders(top, depth=MAX_DEPTH))
            paths += tables_in(top)
        states = [(str(item.relative_to(top)), item.stat()) for item in paths]
    except (OSError, ValueError):
        msg = f"{shorten(str(path), width=200)}: there is no such file or folder."
        raise RunError(msg) from None
    tables = [item for item in paths if item == top or item.suffix.lower() in TABLE_ENDINGS]
    chosen = [kept_stamp(item) for item in tables]
    lines = [f"{name}\0{state.st_size}\0{state.st_mtime_ns}" for name, state in states]
    return hashlib.blake2b(
        "\n".join(lines + chosen).encode("utf-8", "surrogateescape"), digest_size=16
    ).hexdigest()


def _visible(folder: Path) -> list[Path]:
    """Return the entries of a folder that are inside it and not hidden."""
    try:
        inside = folder.resolve()
        entries = [path for path in folder.iterdir() if not path.name.startswith((".", "_"))]
        return [
            path
            for path in entries
            if not path.is_symlink() or path.resolve().is_relative_to(inside)
        ]
    except (OSError, RuntimeError):
        return []


def _folders(folder: Path, *, depth: int) -> Iterator[Path]:
    for path in _visible(folder):
        if path.is_dir() and not path.is_symlink():
            yield path
            if depth > 1 and not _is_run(path):
                yield from _folders(path, depth=depth - 1)


def _is_run(folder: Path) -> bool:
    return is_run_folder(folder) or is_foreign_run(folder) or is_in_parts(folder)


def _is_run_table(path: Path) -> bool:
    if path.suffix.lower() not in TABLE_ENDINGS:
        return False
    try:
        header = open_table(path).columns
    except (RunError, OSError):
        return False
    if any(name.startswith(SCORE_PREFIX) for name in header):
        return True
    folded = {name.strip().casefold() for name in header}
    is_labelled = not folded.isdisjoint(ALIASES["labels"])
    return is_labelled and any(
        not folded.isdisjoint(ALIASES[role]) for role in ("id", "image", "text")
    )
