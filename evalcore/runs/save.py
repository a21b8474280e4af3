"""Saving a run as a folder: exactly what :func:`evalcore.load_run` reads back."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from evalcore.arrays import BoolArray, TextArray
from evalcore.base.whole_writes import whole_folder
from evalcore.errors import RunError, shorten
from evalcore.runs.contents import UNSCORED, RunContents
from evalcore.runs.format_words import ALIASES, METADATA_PREFIX, SCORE_PREFIX
from evalcore.runs.given import encode_folds
from evalcore.runs.images import EmbeddedImages, FileImages, ImageError, Images, path_problem
from evalcore.runs.labels import Labels

__all__ = ["save_run"]

CELLS_PER_GROUP = 8_000_000
BYTES_PER_GROUP = 128 * 2**20
"""Image bytes that are held at a time."""
_TAKEN = {"run.json", "predictions.parquet", "inputs.parquet", "scores.parquet"}
_IMAGE = pa.struct([("bytes", pa.binary()), ("path", pa.string())])


def save_run(run: RunContents, folder: Path) -> Path:
    """Write a run into a new folder, whole or not at all.

    Raises
    ------
    RunError
        When the folder exists and is not empty, or the run cannot be written.
    """
    _require_free(folder)
    _require_savable(run)
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with whole_folder(folder) as new:
            _write(run, new)
            new.chmod(0o755)
            if folder.exists():
                folder.rmdir()  # refuses what was put there meanwhile
    except (OSError, pa.ArrowException, UnicodeEncodeError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        msg = f"{folder}: the run cannot be saved here: {reason}. Nothing was written."
        raise RunError(msg) from None
    return folder


def _require_free(folder: Path) -> None:
    is_free = not os.path.lexists(folder) or (folder.is_dir() and not any(folder.iterdir()))
    if not is_free:
        msg = f"{folder}: there is something already. Hint: name a folder that does not exist yet."
        raise RunError(msg)


def _require_savable(run: RunContents) -> None:
    if "" in run.ids.tolist():
        msg = "A run with an empty id cannot be saved. Hint: give every input its own id."
        raise RunError(msg)
    if not (run.scores > UNSCORED).any():
        msg = "A run without a single score cannot be saved."
        raise RunError(msg)
    if isinstance(run.images, FileImages):
        for name in filter(None, map(str, run.images.paths)):
            problem = path_problem(name)
            if not problem and name.casefold() in _TAKEN:
                problem = f"{shorten(name)} is the name of a table"
            if problem:
                msg = f"The image {problem}, so the run cannot be saved. Hint: rename the image."
                raise RunError(msg)


def _write(run: RunContents, folder: Path) -> None:
    is_sparse = bool((run.scores == UNSCORED).any())
    description = json.dumps(_manifest(run), ensure_ascii=False, indent=2)
    (folder / "run.json").write_text(description + "\n", encoding="utf-8")
    if is_sparse:
        _write_table(folder / "inputs.parquet", _inputs(run, with_scores=False), texts=_texts(run))
        _write_table(folder / "scores.parquet", _sparse_scores(run), texts=["id", "concept"])
    else:
        target = folder / "predictions.parquet"
        _write_table(target, _inputs(run, with_scores=True), texts=_texts(run))
    if isinstance(run.images, FileImages):
        _copy_images(run.images, folder)


def _manifest(run: RunContents) -> Mapping[str, object]:
    entries: dict[str, object] = {
        "name": run.name,
        "model": run.model,
        "model_version": run.model_version,
        "dataset": run.dataset,
        "dataset_version": run.dataset_version,
        "description": run.description,
        "task": run.task,
        "concepts": run.concepts,
        "operator": run.default_operator,
        "default_threshold": float(run.default_threshold),
    }
    if run.folds is not None:
        found, codes = encode_folds([run.fold_names[k] for k in run.folds])
        # Without their order the reader sorts the names it finds, and names a blank one.
        blank = any(name != name.strip() or not name for name in found)
        if blank or found != run.fold_names or not np.array_equal(codes, run.folds):  # type: ignore[arg-type]
            entries["folds"] = run.fold_names
    return {key: value for key, value in entries.items() if value != ""}


def _texts(run: RunContents) -> list[str]:
    return ["id", "text", "fold", *(column_name(name) for name in run.metadata)]


def column_name(name: str) -> str:
    """Return the column of a metadata entry, prefixed where the plain name would mean more."""
    taken = {alias for aliases in ALIASES.values() for alias in aliases}
    prefixes = (SCORE_PREFIX, METADATA_PREFIX, "__index_level_")
    is_plain = name and name.strip().casefold() not in taken and not name.startswith(prefixes)
    return name if is_plain else METADATA_PREFIX + name


def _write_table(path: Path, groups: Iterator[pa.Table], *, texts: list[str]) -> None:
    first = next(groups)
    with pq.ParquetWriter(
        path,
        first.schema,
        use_dictionary=[name for name in texts if name in first.schema.names],
        compression="zstd",
        write_page_checksum=True,
    ) as writer:
        writer.write_table(first)
        for group in groups:
            writer.write_table(group)


def _inputs(run: RunContents, *, with_scores: bool) -> Iterator[pa.Table]:
    for start, stop, pictures in _groups(run):
        rows = slice(start, stop)
        columns: dict[str, Any] = {"id": _text_column(run.ids[rows])}
        if run.images is not None:
            names = [run.images.name(k) for k in range(start, stop)]
            is_embedded = isinstance(run.images, EmbeddedImages)
            columns["image"] = (
                _image_column(pictures, names) if is_embedded else _text_column(names)
            )
        if run.texts is not None:
            columns["text"] = _text_column(run.texts[rows])
        columns |= _label_columns(run.labels, run.concepts, start, stop)
        if run.folds is not None:
            columns["fold"] = _text_column([run.fold_names[k] for k in run.folds[rows]])
        columns |= {
            column_name(name): _text_column(run.metadata[name][rows]) for name in run.metadata
        }
        if with_scores:
            for j, concept in enumerate(run.concepts):
                columns[SCORE_PREFIX + concept] = pa.array(run.scores[rows, j])
        yield pa.table(columns)


def _groups(run: RunContents) -> Iterator[tuple[int, int, list[bytes | None]]]:
    """Yield ranges of inputs that are written at a time, with their embedded images."""
    most = min(max(CELLS_PER_GROUP // run.n_concepts, 1024), 131_072)
    start, size, pictures = 0, 0, []
    for k in range(run.n_inputs):
        if isinstance(run.images, EmbeddedImages):
            picture = _read(run.images, k)
            pictures.append(picture)
            size += len(picture or b"")
        if k + 1 - start == most or size > BYTES_PER_GROUP or k + 1 == run.n_inputs:
            yield start, k + 1, pictures
            start, size, pictures = k + 1, 0, []


def _sparse_scores(run: RunContents) -> Iterator[pa.Table]:
    ids, concepts = _text_column(run.ids), _text_column(run.concepts)
    step = max(CELLS_PER_GROUP // run.n_concepts, 1)
    for start in range(0, run.n_inputs, step):
        block = run.scores[start : start + step]
        rows, columns = np.nonzero(block != UNSCORED)
        yield pa.table(
            {
                "id": ids.take(pa.array(rows + start)),
                "concept": concepts.take(pa.array(columns)),
                "score": pa.array(block[rows, columns]),
            }
        )


def _copy_images(images: FileImages, folder: Path) -> None:
    for position in range(len(images)):
        target = folder / images.name(position)
        payload = None if target.is_file() else _read(images, position)
        if payload is not None:
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(payload)


def _read(images: Images, position: int) -> bytes | None:
    try:
        return images.read(position)
    except ImageError:
        return None


def _text_column(texts: Sequence[str] | TextArray) -> Any:  # noqa: ANN401
    """Return texts as an Arrow array of strings."""
    return pa.array([str(text) for text in texts], pa.string())


def _image_column(payloads: Sequence[bytes | None], names: Sequence[str]) -> Any:  # noqa: ANN401
    """Return embedded images as Hugging Face and this product's reader spell them."""
    pairs = zip(payloads, names, strict=True)
    return pa.array([{"bytes": payload, "path": name} for payload, name in pairs], _IMAGE)


def _label_columns(
    labels: Labels, concepts: Sequence[str], start: int, stop: int
) -> dict[str, Any]:
    """Return the lists of concepts for some inputs: labelled, and absent or unknown.

    Of the two ways to say what is known the shorter one is written: ``not_labels`` lists what was
    verified absent, ``unknown_labels`` what nobody knows.
    """
    names = _text_column(concepts)
    first, last = int(labels.input_starts[start]), int(labels.input_starts[stop])
    labelled = np.zeros((stop - start, labels.n_concepts), dtype=bool)
    labelled[labels.inputs[first:last] - start, labels.concepts[first:last]] = True
    columns = {"labels": _lists(labelled, names)}
    if labels.known is not None:
        known = labels.known[start:stop]
        n_known = int(labels.known.sum())
        if 2 * n_known < labels.known.size + labels.inputs.size:
            columns["not_labels"] = _lists(known & ~labelled, names)
        else:
            columns["unknown_labels"] = _lists(~known, names)
    return columns


def _lists(chosen: BoolArray, names: Any) -> Any:  # noqa: ANN401
    offsets = np.concatenate([[0], np.cumsum(chosen.sum(axis=1))]).astype(np.int32)
    items = names.take(pa.array(np.nonzero(chosen)[1]))
    return pa.ListArray.from_arrays(pa.array(offsets), items)
