"""A folder of Parquet files as one run: which files there are, and what their footers say."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pyarrow as pa
import pyarrow.dataset as ds
import pyarrow.fs as pafs

from evalcore.errors import RunError
from evalcore.parts.columns import Columns, columns_of, difference
from evalcore.readers.reading.manifest import Manifest, read_manifest

__all__ = ["PREDICTIONS", "Dataset", "SourceFile", "is_dataset", "located", "stamp_of", "stamps_at"]

PREDICTIONS = "predictions"
ENDINGS = ".parquet"


def is_dataset(path: Path) -> bool:
    """Tell by names alone whether a folder is a run in parts."""
    folder = path / PREDICTIONS
    return folder.is_dir() and any(folder.rglob(f"*{ENDINGS}"))


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Dataset:
    """The files of a run in parts, looked at but not read."""

    address: str
    name: str
    manifest: Manifest
    columns: Columns
    files: tuple[SourceFile, ...]
    pairs_per_row: int = 0
    """Of scores in lists: how many an input has, in the row group where they have most."""

    @classmethod
    def at(cls, address: str) -> Dataset:
        """Look at the footers of all files.

        Parameters
        ----------
        address
            A folder, or the address of one such as ``s3://bucket/run``.

        Raises
        ------
        RunError
            When there are no files, one cannot be read, or they do not fit together.
        """
        system, root = located(address)
        manifest = _manifest(system, root)
        columns: Columns | None = None
        pairs_per_row = 0
        files: list[SourceFile] = []
        stamps = stamps_at(address)
        for path, fragment in _fragments(system, f"{root}/{PREDICTIONS}", stamps).items():
            schema, groups = _footer(fragment, path)
            keys = {name: str(value) for name, value in _keys(fragment).items()}
            found = columns_of(schema, manifest, path=path, keys=keys)
            if columns is not None and found != columns:
                raise RunError(difference(found, columns, path=path, first=files[0].path))
            columns = found
            pairs_per_row = max(pairs_per_row, *_most_pairs(fragment, columns))
            files.append(SourceFile(path=path, stamp=stamps[path], groups=groups, keys=keys))
        if columns is None or not any(sum(file.groups) for file in files):
            msg = f"{address}: there are no rows in {PREDICTIONS}/*.parquet."
            raise RunError(msg)
        name = manifest.name or root.rstrip("/").rpartition("/")[2]
        return cls(
            address=address,
            name=name,
            manifest=manifest,
            columns=columns,
            files=tuple(files),
            pairs_per_row=pairs_per_row,
        )

    @property
    def n_rows(self) -> int:
        """Rows of all files."""
        return sum(sum(file.groups) for file in self.files)

    @property
    def digest_text(self) -> str:
        """What the content of every part depends on besides its file."""
        return json.dumps(asdict(self.columns), sort_keys=True)


def located(address: str) -> tuple[Any, str]:
    """Return the file system of an address, and the path in it.

    Raises
    ------
    RunError
        When there is nothing, or it cannot be reached.
    """
    try:
        if len(urlsplit(address).scheme) > 1:
            system, path = pafs.FileSystem.from_uri(address)
        else:
            system, path = pafs.LocalFileSystem(), str(Path(address).resolve())
        info = system.get_file_info(path)
    except (pa.ArrowException, OSError, ValueError) as error:
        msg = f"{address}: cannot be reached: {error}"
        raise RunError(msg) from None
    if info.type != pafs.FileType.Directory:
        msg = f"{address}: there is no such folder. Hint: name the folder that holds run.json."
        raise RunError(msg)
    return system, path.rstrip("/")


def _manifest(system: Any, root: str) -> Manifest:  # noqa: ANN401 - a file system of pyarrow
    if system.get_file_info(f"{root}/run.json").type != pafs.FileType.File:
        return Manifest()
    if isinstance(system, pafs.LocalFileSystem):
        return read_manifest(Path(root, "run.json"))
    import tempfile  # noqa: PLC0415 - for files elsewhere alone

    with tempfile.TemporaryDirectory() as folder, system.open_input_stream(f"{root}/run.json") as f:
        copy = Path(folder, "run.json")
        copy.write_bytes(f.read())
        return read_manifest(copy)


def stamps_at(address: str) -> dict[str, str]:
    """Return the Parquet files of a run in parts, in their order, and what changes when one does.

    Raises
    ------
    RunError
        When the run cannot be reached.
    """
    system, root = located(address)
    folder = f"{root}/{PREDICTIONS}"
    try:
        infos = system.get_file_info(pafs.FileSelector(folder, recursive=True))
    except (pa.ArrowException, OSError):
        msg = f"{address}: there is no folder {PREDICTIONS}/ in it."
        raise RunError(msg) from None
    found = {info.path.removeprefix(f"{folder}/"): info for info in infos if info.is_file}
    return {
        path: _stamp(found[path])
        for path in sorted(found)
        if path.endswith(ENDINGS) and not any(one[0] in "._" for one in path.split("/"))
    }


def stamp_of(address: str, path: str) -> str:
    """Return what changes when one file does.

    Raises
    ------
    RunError
        When the run cannot be reached.
    """
    system, root = located(address)
    return _stamp(system.get_file_info(f"{root}/{PREDICTIONS}/{path}"))


def _stamp(info: Any) -> str:  # noqa: ANN401 - of pyarrow
    return f"{info.size} {info.mtime_ns}"


def _fragments(system: Any, root: str, paths: Iterable[str]) -> dict[str, Any]:  # noqa: ANN401
    """Return each file as a fragment of the data set, with the keys of its folders."""
    kinds = ds.HivePartitioning.discover(infer_dictionary=False)
    found = {}
    for path in paths:
        factory = ds.FileSystemDatasetFactory(
            system,
            [f"{root}/{path}"],
            ds.ParquetFileFormat(),
            ds.FileSystemFactoryOptions(partition_base_dir=root, partitioning=kinds),
        )
        try:
            (found[path],) = factory.finish().get_fragments()
        except (pa.ArrowException, OSError) as error:
            raise _cut_short(path, error) from None
    return found


def _footer(fragment: Any, path: str) -> tuple[pa.Schema, tuple[int, ...]]:  # noqa: ANN401
    try:
        return fragment.physical_schema, tuple(int(one.num_rows) for one in fragment.row_groups)
    except (pa.ArrowException, OSError) as error:
        raise _cut_short(path, error) from None


def _most_pairs(fragment: Any, columns: Columns) -> tuple[int, ...]:  # noqa: ANN401
    """Return of each row group how many scores an input has in the mean, rounded up."""
    if not columns.lists:
        return (0,)
    metadata, beginning = fragment.metadata, f"{columns.lists[1]}."
    groups = [metadata.row_group(k) for k in range(metadata.num_row_groups)]
    leaves = [
        (group.num_rows, group.column(j).num_values)
        for group in groups
        for j in range(group.num_columns)
        if group.column(j).path_in_schema.startswith(beginning)
    ]
    return (0, *(-(-n_values // n_rows) for n_rows, n_values in leaves if n_rows))


def _cut_short(path: str, error: Exception) -> RunError:
    reason = str(error).splitlines()[0]
    return RunError(
        f"{path}: this is no whole Parquet file: {reason} "
        "Hint: write it again; one that is cut short cannot be mended."
    )


def _keys(fragment: Any) -> dict[str, Any]:  # noqa: ANN401
    return ds.get_partition_keys(fragment.partition_expression)
