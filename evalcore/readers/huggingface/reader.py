"""Hugging Face: ``datasets`` Parquet joined with the predictions of a ``transformers`` pipeline.

The data set is what ``Dataset.to_parquet`` or ``push_to_hub`` write: the features stand in the
schema's metadata (``{"info": {"features": {"label": {"names": [...], "_type": "ClassLabel"}}}}``),
images are structs of ``bytes`` and ``path``. The predictions are what an image or text
classification pipeline returns, ``[{"label": "cat", "score": 0.9}, ...]`` for each input:

- as a column of the same Parquet file (``dataset.map(lambda x: {"predictions": pipe(x[...])})``);
- or as one JSON or JSON Lines file in the folder, in the order of the rows, or as objects
  ``{"id": ..., "predictions": [...]}``.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pyarrow as pa

from evalcore.errors import RunError, listing
from evalcore.readers.entries.score_rows import refuse_unscored
from evalcore.readers.folder.assemble import Parts, assemble
from evalcore.readers.folder.files import RunFiles
from evalcore.readers.huggingface.dataset import (
    Dataset,
    features_of,
    open_dataset,
    prediction_column,
)
from evalcore.readers.huggingface.predictions import (
    Predictions,
    looks_like_predictions,
    of_column,
    of_json,
)
from evalcore.readers.reading.manifest import Manifest
from evalcore.runs.load_report import Notice
from evalcore.runs.run import EvalRun

__all__ = ["HuggingFaceReader"]

NAME = "Hugging Face dataset (Parquet) with pipeline predictions"
MAX_FILES = 10_000


class HuggingFaceReader:
    """Reads a folder with the data set's Parquet files, or one file that has predictions."""

    name = NAME

    def recognises(self, path: Path) -> bool:
        """Tell by the features in the Parquet schema, and by where the predictions are."""
        shards = _shards(path)
        if not shards:
            return False
        features = features_of(shards[0])
        if prediction_column(shards[0]) is not None:
            return True
        return features is not None and bool(_json_files(path))

    def read(self, path: Path) -> EvalRun:
        """Read the run.

        Raises
        ------
        RunError
            When there are no labels or predictions, or they do not fit each other.
        """
        shards = _shards(path)
        if not shards:
            msg = f"{path.name}: there is no Parquet file. Hint: export the data set."
            raise RunError(msg)
        dataset = open_dataset(shards)
        predictions = self._predictions(path, dataset)
        predictions.use_class_names(dataset.class_names)
        rows, notices = predictions.match(dataset.ids, file=dataset.file)
        declared = [predictions.names.column("", name) for name in dataset.class_names]
        concepts, positions = predictions.names.order(first=declared)
        scores = predictions.scores.matrix(positions=positions, rows=rows, n=len(dataset.ids))
        refuse_unscored(predictions.file, scores)
        parts = Parts(
            files=RunFiles(
                name=path.resolve().name if path.is_dir() else path.stem,
                kind="folder" if path.is_dir() else "file",
                root=path if path.is_dir() else path.parent,
                table=shards[0],
            ),
            manifest=Manifest(task=dataset.task),
            table=_Source(dataset.file),
            roles=dataset.roles_with(concepts),
            content=dataset.content,
            concepts=tuple(concepts),
            scores=scores,
            ids=list(dataset.ids),
            notices=(*dataset.notices, *predictions.notices, *notices, *_unused(path, dataset)),
        )
        return assemble(parts)

    @staticmethod
    def _predictions(path: Path, dataset: Dataset) -> Predictions:
        if dataset.predictions is not None:
            return of_column(dataset.shards, dataset.predictions)
        files = _json_files(path)
        if len(files) == 1:
            return of_json(files[0])
        there = f"there are several: {listing(f.name for f in files)}" if files else "none is there"
        msg = (
            f"{path.name}: one file with the pipeline's predictions is needed, but {there}. "
            'Hint: write them as predictions.json, [[{"label": "cat", "score": 0.9}], ...].'
        )
        raise RunError(msg)


class _Source:
    format = NAME

    def __init__(self, file: str) -> None:
        self.file = file


def _unused(path: Path, dataset: Dataset) -> list[Notice]:
    files = _json_files(path) if dataset.predictions is not None else []
    if not files:
        return []
    text = f"{listing(f.name for f in files)}: not read, for the Parquet file has predictions."
    return [Notice(level="warning", text=text)]


def _shards(path: Path) -> list[Path]:
    """Return the Parquet files of a folder or of its folder ``data``, in their order."""
    try:
        if not path.is_dir():
            return [path] if path.is_file() and features_of(path) is not None else []
        inside = path.resolve()
        found = sorted([*path.glob("*.parquet"), *path.glob("data/*.parquet")])[:MAX_FILES]
        usable = [f for f in found if f.is_file() and f.resolve().is_relative_to(inside)]
        return [file for file in usable if features_of(file) is not None]
    except (OSError, ValueError, RuntimeError, pa.ArrowException):
        return []


def _json_files(path: Path) -> Sequence[Path]:
    try:
        if not path.is_dir():
            return []
        inside = path.resolve()
        found = sorted([*path.glob("*.json"), *path.glob("*.jsonl")])[:MAX_FILES]
        usable = [f for f in found if f.is_file() and f.resolve().is_relative_to(inside)]
        return [file for file in usable if looks_like_predictions(file)]
    except (OSError, ValueError, RuntimeError):
        return []
