"""The files that make up a run, found by name and not yet opened."""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass
from pathlib import Path

from evalcore.base.own_files import require_regular
from evalcore.errors import RunError, did_you_mean, listing, shorten
from evalcore.readers.folder.other_tools import refuse_other_tools
from evalcore.runs.format_words import TABLE_ENDINGS

__all__ = [
    "RunFiles",
    "find_files",
    "is_run_folder",
    "require_path",
    "table_in",
]


TRUTH_NAMES = ("labels", "truth", "ground_truth", "targets", "annotations", "gt")


@dataclass(frozen=True, slots=True, kw_only=True)
class RunFiles:
    """Where a run's parts are.

    Parameters
    ----------
    root
        The folder that image paths are relative to.
    table
        ``predictions.*``, the bare file, or ``inputs.*`` of a sparse run.
    scores
        ``scores.*`` of a sparse run.
    kind
        ``folder`` or ``file``, for the load report.
    """

    name: str
    kind: str
    root: Path
    table: Path
    scores: Path | None = None
    truth: Path | None = None
    """The table of labels, when it may stand beside the scores."""
    manifest: Path | None = None

    @property
    def every(self) -> list[Path]:
        """The files that are read when the run is loaded."""
        return [
            path
            for path in (self.table, self.scores, self.truth, self.manifest)
            if path is not None
        ]


def find_files(path: Path) -> RunFiles:
    """Find the files of a run.

    Raises
    ------
    RunError
        When the path does not exist or holds no run, or a file is none or lies elsewhere.
    """
    is_folder = require_path(path) == "folder"
    if not (is_folder and is_run_folder(path)):
        refuse_other_tools(path)
    if is_folder:
        return _folder(path)
    if path.stem == "predictions" and (path.parent / "run.json").is_file():
        return _folder(path.parent)
    return RunFiles(name=path.stem, kind="file", root=path.parent, table=path)


def require_path(path: Path) -> str:
    """Return ``folder`` or ``file``.

    Raises
    ------
    RunError
        When there is nothing at the path, or a device, a FIFO or a socket.
    """
    try:
        mode = path.stat().st_mode
    except (OSError, ValueError):
        raise _missing(path) from None
    if stat.S_ISDIR(mode):
        return "folder"
    if stat.S_ISREG(mode):
        return "file"
    msg = f"{path.name}: this is neither a folder nor a regular file."
    raise RunError(msg)


def is_run_folder(path: Path) -> bool:
    """Tell by the names of its files whether a folder holds a run."""
    has = {stem for stem in ("predictions", "inputs", "scores") if _candidates(path, stem)}
    return "predictions" in has or {"inputs", "scores"} <= has


def table_in(folder: Path, stem: str) -> Path | None:
    """Return the table ``stem.*`` of a folder.

    Raises
    ------
    RunError
        When there are several.
    """
    found = _candidates(folder, stem)
    if len(found) > 1:
        names = listing(path.name for path in found)
        msg = f"{folder.name}: {names} are there, but a run has one of them. Hint: keep one."
        raise RunError(msg)
    return found[0] if found else None


def _folder(folder: Path) -> RunFiles:
    table, scores = table_in(folder, "predictions"), None
    if table is None:
        table, scores = table_in(folder, "inputs"), table_in(folder, "scores")
        if table is None or scores is None:
            raise _no_table(folder)
    elif _candidates(folder, "inputs") and _candidates(folder, "scores"):
        msg = (
            f"{folder.name}: {shorten(table.name)} is there, and so are 'inputs' and 'scores', but "
            "a run is one or the other. Hint: keep one."
        )
        raise RunError(msg)
    manifest = folder / "run.json"
    files = RunFiles(
        name=folder.resolve().name,
        kind="folder",
        root=folder,
        table=table,
        scores=scores,
        truth=None if scores else _truth_in(folder),
        manifest=manifest if os.path.lexists(manifest) else None,
    )
    for path in files.every:
        require_regular(path, folder)
    return files


def _truth_in(folder: Path) -> Path | None:
    found = (_candidates(folder, stem) for stem in TRUTH_NAMES)
    return next((paths[0] for paths in found if len(paths) == 1), None)


def _candidates(folder: Path, stem: str) -> list[Path]:
    paths = (folder / f"{stem}{ending}" for ending in TABLE_ENDINGS)
    return [path for path in paths if os.path.lexists(path)]


def _missing(path: Path) -> RunError:
    siblings = _names(path.parent) if path.parent.is_dir() else []
    near = did_you_mean(path.name, siblings)
    return RunError(f"{shorten(str(path), width=200)}: there is no such file or folder.{near}")


def _no_table(folder: Path) -> RunError:
    names = _names(folder)
    near = did_you_mean("predictions.csv", names)
    there = f"It holds {listing(names)}." if names else "It is empty."
    return RunError(
        f"{folder.name}: this folder holds no run, for there is no predictions.csv, "
        f".parquet, .jsonl or .arrow, nor inputs.* with scores.*. {there}{near} "
        "Hint: name the table 'predictions.csv', or open the table itself."
    )


def _names(folder: Path) -> list[str]:
    try:
        return sorted(path.name for path in folder.iterdir())
    except OSError:
        return []
