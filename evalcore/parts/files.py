"""The Parquet files of a run in parts: where they are, and what changes when one of them does."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import pyarrow as pa
import pyarrow.fs as pafs

from evalcore.base.own_files import require_regular
from evalcore.errors import RunError, shorten

__all__ = [
    "PREDICTIONS",
    "SourceFile",
    "is_dataset",
    "keys_of",
    "located",
    "name_of",
    "place_of",
    "stamp_of",
    "stamps_at",
    "tables_in",
]

PREDICTIONS = "predictions"
INPUTS = "inputs"
NO_VALUE = "__HIVE_DEFAULT_PARTITION__"
"""What Spark and Hive call a folder of rows in which a column holds nothing."""
OWN = ("file", "s3", "gs", "gcs", "abfs", "abfss", "hdfs", "viewfs")
"""Addresses that pyarrow reads by itself; all others are left to fsspec."""
ENDING = ".parquet"
BESIDE = "../"
"""Paths begin in ``predictions/``: so do those of files that stand beside it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceFile:
    """One Parquet file.

    Parameters
    ----------
    path
        Relative to ``predictions/``, with forward slashes.
    stamp
        Its size and time of change.
    groups
        Rows of each row group.
    keys
        Columns that stand in the names of its folders, as ``split=a``.
    """

    path: str
    stamp: str
    groups: tuple[int, ...]
    keys: Mapping[str, str]

    @property
    def named(self) -> str:
        """What the file is called in messages."""
        return name_of(self.path)

    @property
    def is_of_inputs(self) -> bool:
        """Whether it says what the inputs are, and the files of predictions how they score."""
        return self.path.startswith(BESIDE)

    @property
    def n_rows(self) -> int:
        """Rows of the file."""
        return sum(self.groups)


def name_of(path: str) -> str:
    """Return what a file at a path is called in messages."""
    return path.removeprefix(BESIDE)


def is_dataset(path: Path) -> bool:
    """Tell by names alone whether a folder is a run in parts."""
    folder = path / PREDICTIONS
    return folder.is_dir() and any(folder.rglob(f"*{ENDING}"))


def tables_in(path: Path) -> list[Path]:
    """Return the tables of a run in parts that stand in folders of it, in their order."""
    folders = (path / PREDICTIONS, path / INPUTS)
    return [table for folder in folders for table in sorted(folder.rglob(f"*{ENDING}"))]


def located(address: str) -> tuple[Any, str]:
    """Return the file system of an address, and the path in it.

    Raises
    ------
    RunError
        When there is nothing, or it cannot be reached.
    """
    try:
        system, path = _system_of(address)
        info = system.get_file_info(path)
    except (pa.ArrowException, OSError, ValueError, ImportError) as error:
        msg = f"{address}: cannot be reached: {error}"
        raise RunError(msg) from None
    if info.type != pafs.FileType.Directory:
        msg = f"{address}: there is no such folder. Hint: name the folder that holds run.json."
        raise RunError(msg)
    return system, path.rstrip("/")


def _system_of(address: str) -> tuple[Any, str]:
    scheme = urlsplit(address).scheme
    if len(scheme) < 2:  # a letter is a drive
        return pafs.LocalFileSystem(), str(Path(address).resolve())
    if scheme in OWN:
        return pafs.FileSystem.from_uri(address)
    import fsspec  # noqa: PLC0415 - comes with Dask

    # what a folder holds is asked each time: a listing that is kept would hide what changed
    system, path = fsspec.core.url_to_fs(address, use_listings_cache=False)
    return pafs.PyFileSystem(pafs.FSSpecHandler(system)), path


def place_of(root: str, path: str) -> str:
    """Return where a file stands in its file system.

    Examples
    --------
    >>> place_of("bucket/run", "split=a/0.parquet"), place_of("bucket/run", "../inputs.parquet")
    ('bucket/run/predictions/split=a/0.parquet', 'bucket/run/inputs.parquet')
    """
    beside = path.removeprefix(BESIDE)
    return f"{root}/{PREDICTIONS}/{path}" if beside == path else f"{root}/{beside}"


def keys_of(path: str) -> dict[str, str]:
    """Return the columns that stand in the names of a file's folders, as they are spelt.

    Examples
    --------
    >>> keys_of("day=01/site=north%2Feast/0.parquet"), keys_of("day=__HIVE_DEFAULT_PARTITION__/0")
    ({'day': '01', 'site': 'north/east'}, {'day': ''})
    """
    found = dict[str, str]()
    for folder in path.split("/")[:-1]:
        name, equals, value = folder.partition("=")
        if name and equals:
            # of folders that repeat a name the outer one counts
            found.setdefault(unquote(name), "" if value == NO_VALUE else unquote(value))
    return found


def stamps_at(address: str) -> dict[str, str]:
    """Return the Parquet files of a run in parts, in their order, and what changes when one does.

    Those of ``predictions/`` come first, then those that say what the inputs are.

    Raises
    ------
    RunError
        When the run cannot be reached, or a link leads out of it.
    """
    system, root = located(address)
    if system.get_file_info(f"{root}/{PREDICTIONS}").type != pafs.FileType.Directory:
        msg = f"{address}: there is no folder {PREDICTIONS}/ in it."
        raise RunError(msg)
    found = {**_below(system, root, PREDICTIONS), **_below(system, root, INPUTS)}
    table = system.get_file_info(f"{root}/{INPUTS}{ENDING}")
    if table.is_file:
        found[f"{BESIDE}{INPUTS}{ENDING}"] = table
    if isinstance(system, pafs.LocalFileSystem):
        _require_own(root, found)
    return {path: _stamp(system, info) for path, info in found.items()}


def _require_own(root: str, paths: Iterable[str]) -> None:
    """Refuse links that lead out of a run: of files that are none it is their folder that may."""
    inside = set[str]()
    for place in (place_of(root, path) for path in paths):
        folder, is_link = place.rpartition("/")[0], os.path.islink(place)  # noqa: PTH114 - of thousands
        if is_link or folder not in inside:
            require_regular(Path(place), Path(root))
        if not is_link:
            inside.add(folder)


def _below(system: Any, root: str, folder: str) -> dict[str, Any]:  # noqa: ANN401 - a file system
    chosen = pafs.FileSelector(f"{root}/{folder}", allow_not_found=True, recursive=True)
    try:
        infos = {
            info.path.removeprefix(f"{root}/{folder}/"): info
            for info in system.get_file_info(chosen)
            if info.is_file
        }
    except UnicodeDecodeError as error:
        name = error.object.decode(errors="replace").removeprefix(f"{root}/")
        msg = f"{shorten(name)}: this name is not in UTF-8. Hint: rename the file or folder."
        raise RunError(msg) from None
    start = "" if folder == PREDICTIONS else f"{BESIDE}{folder}/"
    return {
        start + path: infos[path]
        for path in sorted(infos)
        if path.endswith(ENDING) and not any(one[0] in "._" for one in path.split("/"))
    }


def stamp_of(address: str, path: str) -> str:
    """Return what changes when one file does.

    Raises
    ------
    RunError
        When the run cannot be reached.
    """
    system, root = located(address)
    return _stamp(system, system.get_file_info(place_of(root, path)))


def _stamp(system: Any, info: Any) -> str:  # noqa: ANN401 - of pyarrow
    # most of fsspec's systems tell no time, but something else that changes with a file
    changed = info.mtime_ns if info.mtime_ns is not None else system.handler.fs.ukey(info.path)
    return f"{info.size} {changed}"
