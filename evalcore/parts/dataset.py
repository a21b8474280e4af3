"""A folder of Parquet files as one run: what their footers say, and whether they fit together."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, cast

import pyarrow as pa
import pyarrow.dataset as ds
import pyarrow.fs as pafs

from evalcore.base.own_files import require_regular
from evalcore.errors import RunError
from evalcore.parts.columns import Columns, columns_of, difference
from evalcore.parts.files import (
    PREDICTIONS,
    SourceFile,
    keys_of,
    located,
    name_of,
    place_of,
    stamps_at,
)
from evalcore.parts.pairs.decoding import is_bytes, is_list, list_columns, may_be_pairs
from evalcore.readers.reading.manifest import Manifest, read_manifest

__all__ = ["Dataset"]

BESIDE = ("image", "text")
"""Of these bytes would be a picture or a document; ids, labels and splits may be their UTF-8."""
LABELS = ("labels", "not labelled", "unknown")


@dataclass(frozen=True, slots=True, kw_only=True)
class Dataset:
    """The files of a run in parts, looked at but not read.

    Parameters
    ----------
    files
        Those that hold the scores.
    inputs
        Those that say what the inputs are, where the others hold one row for each pair.
    stamps
        Of every file that was found, those without rows included.
    pairs_per_row
        Of scores in lists: how many an input has, in the row group where they have most.
    """

    address: str
    name: str
    manifest: Manifest
    columns: Columns
    files: tuple[SourceFile, ...]
    inputs: tuple[SourceFile, ...]
    stamps: Mapping[str, str]
    pairs_per_row: int

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
        manifest, stamps = _manifest(system, root), stamps_at(address)
        looked = [_look(system, root, path, stamp) for path, stamp in stamps.items()]
        scored = [one for one in looked if not one.file.is_of_inputs]
        if not any(one.file.n_rows for one in scored):
            msg = f"{address}: there are no rows in {PREDICTIONS}/*.parquet."
            raise RunError(msg)
        inputs = [one for one in looked if one.file.is_of_inputs and may_be_pairs(scored[0].schema)]
        return cls(
            address=address,
            name=manifest.name or root.rstrip("/").rpartition("/")[2],
            manifest=manifest,
            columns=_agreed(scored, inputs, manifest),
            files=tuple(one.file for one in scored),
            inputs=tuple(one.file for one in inputs),
            stamps=stamps,
            pairs_per_row=max(one.pairs_per_row for one in scored),
        )

    @property
    def digest_text(self) -> str:
        """What the content of every part depends on besides its file."""
        return json.dumps(asdict(self.columns), sort_keys=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Looked:
    """One file, and what its footer says."""

    file: SourceFile
    schema: pa.Schema
    pairs_per_row: int


def _agreed(scored: Sequence[_Looked], inputs: Sequence[_Looked], manifest: Manifest) -> Columns:
    """Return what the columns of all files are."""
    if len({one.file.named.partition("/")[0] for one in inputs}) > 1:
        msg = "inputs.parquet is there, and so is inputs/, but a run has one. Hint: keep one."
        raise RunError(msg)
    couples = [(one, one) for one in scored]
    if inputs:  # what the inputs are stands in their files, and how they score in the others
        couples = [*((one, scored[0]) for one in inputs), *((inputs[0], one) for one in scored[1:])]
    columns: Columns | None = None
    for k, (roles, scores) in enumerate(couples):
        beside = (scores.file.named, scores.schema) if inputs else None
        path, keys = roles.file.named, roles.file.keys
        found = columns_of(roles.schema, manifest, path=path, keys=keys, beside=beside)
        _require_texts(roles, found.roles, may_list=LABELS)
        named = dict.fromkeys([*found.lists[:1], *found.pair[:2]], "scores")
        _require_texts(scores, named, may_list=["scores"] if found.lists else [])
        if columns is not None and found != columns:
            is_input = k < len(inputs)
            one, other = (roles, inputs[0]) if is_input else (scores, scored[0])
            raise RunError(difference(found, columns, path=one.file.named, first=other.file.named))
        columns = found
    return cast("Columns", columns)


def _require_texts(file: _Looked, roles: Mapping[str, str], *, may_list: Sequence[str]) -> None:
    """Refuse columns that no text can be made of, and bytes where they would be an image or text.

    Parameters
    ----------
    roles
        Column to what it is.
    may_list
        What may also be lists of texts.
    """
    for name, role in roles.items():
        place = file.schema.get_field_index(name)
        if place < 0:  # it stands in the names of folders
            continue
        kind = file.schema.field(place).type
        one = kind.value_type if role in may_list and is_list(kind) else kind
        if pa.types.is_nested(one) or (role in BESIDE and is_bytes(one)):
            msg = (
                f"{file.file.named}: column '{name}' holds {kind}, and it must hold one text or "
                "number in each row. Hint: write it so, or call the column something else."
            )
            raise RunError(msg)


def _manifest(system: Any, root: str) -> Manifest:  # noqa: ANN401 - a file system of pyarrow
    if system.get_file_info(f"{root}/run.json").type != pafs.FileType.File:
        return Manifest()
    if isinstance(system, pafs.LocalFileSystem):
        require_regular(Path(root, "run.json"), Path(root))
        return read_manifest(Path(root, "run.json"))
    import tempfile  # noqa: PLC0415 - for files elsewhere alone

    with tempfile.TemporaryDirectory() as folder, system.open_input_stream(f"{root}/run.json") as f:
        copy = Path(folder, "run.json")
        copy.write_bytes(f.read())
        return read_manifest(copy)


def _look(system: Any, root: str, path: str, stamp: str) -> _Looked:  # noqa: ANN401
    """Look at the footer of a file, and at the names of its folders."""
    place = place_of(root, path)
    factory = ds.FileSystemDatasetFactory(
        system, [place], ds.ParquetFileFormat(), ds.FileSystemFactoryOptions()
    )
    try:
        (fragment,) = factory.finish().get_fragments()
        schema = fragment.physical_schema
        groups = tuple(int(one.num_rows) for one in fragment.row_groups)
    except (pa.ArrowException, OSError) as error:
        reason = str(error).splitlines()[0]
        msg = (
            f"{name_of(path)}: this is no whole Parquet file: {reason} "
            "Hint: write it again; one that is cut short cannot be mended."
        )
        raise RunError(msg) from None
    file = SourceFile(path=path, stamp=stamp, groups=groups, keys=keys_of(path))
    return _Looked(file=file, schema=schema, pairs_per_row=_most_pairs(fragment, schema))


def _most_pairs(fragment: Any, schema: pa.Schema) -> int:  # noqa: ANN401 - of pyarrow
    """Return how many scores an input has in the mean, rounded up, in the fullest row group."""
    lists = list_columns(schema)
    if not lists:
        return 0
    metadata, beginning = fragment.metadata, f"{lists[1]}."
    groups = [metadata.row_group(k) for k in range(metadata.num_row_groups)]
    leaves = [
        (group.num_rows, group.column(j).num_values)
        for group in groups
        for j in range(group.num_columns)
        if group.column(j).path_in_schema.startswith(beginning)
    ]
    return max((-(-n_values // n_rows) for n_rows, n_values in leaves if n_rows), default=0)
