"""Pipeline predictions stored as a column of a data set's Parquet files."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from evalcore.arrays import IntArray
from evalcore.errors import RunError, shorten
from evalcore.readers.entries.score_rows import ScoreRows
from evalcore.readers.huggingface.predictions import Predictions

__all__ = ["of_column"]

ROWS_PER_BATCH = 128


def of_column(shards: Sequence[Path], column: str) -> Predictions:
    """Read predictions from a column of Parquet files.

    Raises
    ------
    RunError
        When the files are damaged, or labels or scores are of the wrong kind.
    """
    source = shards[0] if len(shards) == 1 else shards[0].parent
    rows = ScoreRows(shards[0].name, source=source)
    found = Predictions(file=shards[0].name, scores=rows)
    try:
        for path in shards:
            with pq.ParquetFile(path) as file:
                start = 1
                for batch in file.iter_batches(ROWS_PER_BATCH, columns=[column]):
                    _add_batch(found, batch.column(0), file=path.name, start=start)
                    start += batch.num_rows
    except (pa.ArrowException, OSError, UnicodeDecodeError) as error:
        msg = f"{found.file}: the Parquet file is damaged ({error}). Hint: export it again."
        raise RunError(msg) from None
    return found


def _add_batch(found: Predictions, lists: Any, *, file: str, start: int) -> None:  # noqa: ANN401
    items = lists.flatten()
    lengths = lists.value_lengths().fill_null(0).to_numpy(zero_copy_only=False)
    rows = np.repeat(np.arange(len(lists)), lengths)
    labels, scores = items.field("label"), items.field("score")
    if not pa.types.is_floating(scores.type) or not _is_text(labels.type):
        msg = (
            f"{file}: predictions hold labels of type {labels.type} and scores of type "
            f"{scores.type}. Hint: store what the pipeline returns, texts and floats."
        )
        raise RunError(msg)
    values = scores.to_numpy(zero_copy_only=False)
    bad = np.flatnonzero(~np.isfinite(values) | labels.is_null().to_numpy(zero_copy_only=False))
    if bad.size:
        row = start + int(rows[bad[0]])
        msg = (
            f"{file}: {bad.size:,} prediction(s) have no label or no finite score, first in row "
            f"{row}: {shorten(items[int(bad[0])].as_py())}. Hint: predict these rows again."
        )
        raise RunError(msg)
    words = labels.dictionary_encode()
    places = [found.names.column("", name) for name in words.dictionary.to_pylist()]
    columns = np.array(places, dtype=np.int64)[words.indices.to_numpy(zero_copy_only=False)]
    _refuse_repeated(rows, columns, items, file=file, start=start)
    if found.scores.n_rows == 0:
        found.scores.dtype = values.dtype
    found.scores.add_block(len(lists), rows, columns, values)


def _refuse_repeated(
    rows: IntArray,
    columns: IntArray,
    items: Any,  # noqa: ANN401
    *,
    file: str,
    start: int,
) -> None:
    pairs = rows * (int(columns.max(initial=0)) + 1) + columns
    _, first = np.unique(pairs, return_index=True)
    if first.size < pairs.size:
        again = np.setdiff1d(np.arange(pairs.size), first)[0]
        msg = (
            f"{file}: {pairs.size - first.size:,} label(s) are scored twice for one input, first "
            f"{shorten(items[int(again)].as_py())} in row {start + int(rows[again])}. "
            "Hint: store what the pipeline returns."
        )
        raise RunError(msg)


def _is_text(kind: Any) -> bool:  # noqa: ANN401 - an Arrow type
    return pa.types.is_string(kind) or pa.types.is_large_string(kind)
