"""The Parquet files of a Hugging Face data set: labels, images or texts, and other columns."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from evalcore.errors import RunError, listing
from evalcore.readers.folder.inputs import identify
from evalcore.readers.folder.roles import Roles
from evalcore.readers.tables.columnar import ColumnarTable
from evalcore.readers.tables.parquet_table import open_parquet
from evalcore.readers.tables.table import Cell, Content, shown_texts
from evalcore.runs.load_report import Notice
from evalcore.runs.run import Task

__all__ = ["Dataset", "features_of", "open_dataset", "prediction_column"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Dataset:
    """The inputs and labels of all files.

    Parameters
    ----------
    class_names
        Of the label column, in their order; empty when its labels are texts.
    predictions
        Name of the column with the pipeline's predictions, if there is one.
    """

    file: str
    shards: Sequence[Path]
    content: Content
    roles: Roles
    ids: Sequence[str]
    class_names: tuple[str, ...]
    task: Task
    predictions: str | None
    notices: tuple[Notice, ...] = ()

    def roles_with(self, concepts: Sequence[str]) -> Roles:
        """Return the roles, the scores included."""
        return replace(self.roles, scores=tuple((name, name) for name in concepts))


def features_of(path: Path) -> Mapping[str, Any] | None:
    """Return the features that ``datasets`` stored in a Parquet file, None when it did not."""
    schema = _schema(path)
    try:
        stored = json.loads((schema.metadata or {}).get(b"huggingface", b"null"))
        features = stored["info"]["features"]
    except (AttributeError, KeyError, TypeError, ValueError, RecursionError):
        return None
    return features if isinstance(features, dict) else None


def prediction_column(path: Path) -> str | None:
    """Return the name of the column of lists of ``{label, score}``, None when there is none."""
    schema = _schema(path)
    found = [item.name for item in schema or [] if _is_prediction(item.type)]
    return found[0] if found else None


def open_dataset(shards: Sequence[Path]) -> Dataset:
    """Read the inputs and labels of a data set.

    Raises
    ------
    RunError
        When the files are damaged or differ in their columns, or there is no label column.
    """
    features = features_of(shards[0]) or {}
    tables = [open_parquet(path) for path in shards]
    _require_alike(tables)
    predictions = prediction_column(shards[0])
    label = _label_column(tables[0], features)
    image = _first(features, "Image")
    roles = _roles(tables[0], label=label, image=image, skip=predictions)
    contents = [
        table.load(texts=[*roles.named.values(), *roles.metadata], scores=[]) for table in tables
    ]
    content = _joined(contents)
    names = _class_names(features.get(label))
    ids, notices = _ids(tables[0].file, content, roles)
    is_list = any(isinstance(cell, tuple) for cell in content.cells[label])
    return Dataset(
        file=tables[0].file if len(tables) == 1 else f"{tables[0].file} and others",
        shards=shards,
        content=_as_names(content, label),
        roles=roles,
        ids=ids,
        class_names=names,
        task="multi_label" if is_list else "single_label",
        predictions=predictions,
        notices=tuple(notices),
    )


def _schema(path: Path) -> Any:  # noqa: ANN401 - an Arrow schema
    try:
        return pq.read_schema(path)
    except (pa.ArrowException, OSError, ValueError):
        return None


def _is_prediction(kind: Any) -> bool:  # noqa: ANN401 - an Arrow type
    types = pa.types
    if not (types.is_list(kind) or types.is_large_list(kind)):
        return False
    item = kind.value_type
    if not types.is_struct(item):
        return False
    return item.get_field_index("label") >= 0 and item.get_field_index("score") >= 0


def _require_alike(tables: Sequence[ColumnarTable]) -> None:
    first = tables[0]
    for table in tables[1:]:
        if table.schema.remove_metadata() != first.schema.remove_metadata():
            only = set(table.columns) ^ set(first.columns)
            what = f"columns {listing(sorted(only))}" if only else "types of the columns"
            msg = (
                f"{first.file} and {table.file} differ in the {what}. "
                "Hint: put the files of one split into the folder."
            )
            raise RunError(msg)


def _label_column(table: ColumnarTable, features: Mapping[str, Any]) -> str:
    classes = [name for name in table.columns if _class_names(features.get(name))]
    usual = [name for name in ("label", "labels") if name in table.columns]
    found = usual or classes
    if len(found) == 1 or usual:
        return found[0]
    there = f"{listing(found)} may be meant" if found else f"there are {listing(table.columns)}"
    msg = (
        f"{table.file}: no single label column: {there}. "
        "Hint: name it 'label' (ClassLabel) or 'labels' (a list of ClassLabel)."
    )
    raise RunError(msg)


def _class_names(feature: Any) -> tuple[str, ...]:  # noqa: ANN401 - JSON
    """Return the names of a ClassLabel, or of a list of them in any of its spellings."""
    if isinstance(feature, list) and feature:
        feature = feature[0]
    if isinstance(feature, dict) and feature.get("_type") in {"Sequence", "List", "LargeList"}:
        feature = feature.get("feature")
    if not isinstance(feature, dict) or feature.get("_type") != "ClassLabel":
        return ()
    names = feature.get("names")
    return tuple(map(str, names)) if isinstance(names, list) else ()


def _first(features: Mapping[str, Any], kind: str) -> str | None:
    found = [
        name
        for name, item in features.items()
        if isinstance(item, dict) and item.get("_type") == kind
    ]
    return found[0] if found else None


def _roles(table: ColumnarTable, *, label: str, image: str | None, skip: str | None) -> Roles:
    kinds = {name: table.kind(name) for name in table.columns}
    named = {"labels": label}
    named |= {role: role for role in ("id", "text") if kinds.get(role) in {"text", "number"}}
    if image is not None and kinds.get(image) == "image":
        named["image"] = image
    taken = {*named.values(), skip}
    metadata = [
        name for name, kind in kinds.items() if name not in taken and kind in {"text", "number"}
    ]
    ignored = [name for name in kinds if name not in taken and name not in metadata]
    return Roles(
        named=named,
        scores=(),
        metadata=tuple(metadata),
        ignored=(*ignored, *([skip] if skip else [])),
    )


def _joined(contents: Sequence[Content]) -> Content:
    first = contents[0]
    if len(contents) == 1:
        return first
    cells: dict[str, Sequence[Cell]] = {
        name: [cell for content in contents for cell in content.cells[name]] for name in first.cells
    }
    total = sum(len(content.rows) for content in contents)
    payloads = {
        name: pa.chunked_array(
            [chunk for content in contents for chunk in content.payloads[name].chunks]
        )
        for name in first.payloads
        if all(name in content.payloads for content in contents)
    }
    return replace(first, rows=np.arange(1, total + 1), cells=cells, payloads=payloads)


def _as_names(content: Content, label: str) -> Content:
    """Return the labels as lists, so that no name is split at a separator."""
    cells = [
        cell if isinstance(cell, tuple) else (cell,) if cell else ()
        for cell in content.cells[label]
    ]
    return replace(content, cells={**content.cells, label: cells})


def _ids(file: str, content: Content, roles: Roles) -> tuple[list[str], list[Notice]]:
    if "id" not in roles.named and "image" in roles.named:
        names = shown_texts(content.cells[roles.named["image"]])
        if any(names) and len(set(names)) < len(names):
            # datasets keeps the file name alone, which repeats from folder to folder
            text = f"{file}: the images' names repeat, so that row numbers serve as ids."
            notice = Notice(level="mended", text=text)
            return [str(row) for row in content.rows.tolist()], [notice]
    return identify(file, content, roles), []
