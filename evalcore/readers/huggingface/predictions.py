"""What a ``transformers`` classification pipeline returns: lists of ``{label, score}``."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from evalcore.arrays import IntArray
from evalcore.base.fields import FieldError, list_of, number_of, object_of, text_of
from evalcore.errors import RunError, shorten
from evalcore.readers.entries.concept_names import ConceptNames
from evalcore.readers.entries.entries import Problems
from evalcore.readers.entries.score_rows import ScoreRows
from evalcore.readers.folder.sparse import match_ids
from evalcore.readers.tables.json_stream import Keys, head_text, json_lines, walk
from evalcore.runs.load_report import Notice

__all__ = [
    "Predictions",
    "looks_like_predictions",
    "of_column",
    "of_json",
]

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


_NUMBERED = re.compile(r"LABEL_(\d{1,6})")
_LISTS = ("predictions", "prediction", "scores", "output")
_OWNERS = ("id", "image", "path", "file", "file_name")


@dataclass(slots=True, kw_only=True, eq=False)
class Predictions:
    """The predictions, row by row."""

    file: str
    scores: ScoreRows
    names: ConceptNames = field(default_factory=ConceptNames)
    owners: list[str] = field(default_factory=list)
    """Ids, when the rows have some."""
    notices: list[Notice] = field(default_factory=list)

    def add(self, items: object) -> None:
        """Add what the pipeline returned for one input.

        Raises
        ------
        FieldError
            When it is malformed.
        """
        found: dict[int, float] = {}
        for item in [items] if isinstance(items, dict) else list_of(items, "a prediction"):
            label, score = _pair(item)
            column = self.names.column("", label)
            if column in found:
                rule = "every label is scored once per input"
                msg = f"{shorten(label)} is scored twice"
                raise FieldError(msg, rule=rule)
            found[column] = score
        self.scores.add(list(found), list(found.values()))

    def use_class_names(self, class_names: Sequence[str]) -> None:
        """Read ``LABEL_3`` of a model without names as the data set's class 3."""
        labels = self.names.shown()
        found = [_NUMBERED.fullmatch(label) for label in labels]
        if not labels or not class_names or not all(found) or set(labels) & set(class_names):
            return
        numbers = [int(match[1]) for match in found if match]
        if max(numbers) >= len(class_names) or len(set(numbers)) < len(numbers):
            return
        renamed = ConceptNames()
        for number in numbers:
            renamed.column("", class_names[number])
        self.names = renamed
        text = f"{self.file}: LABEL_0, LABEL_1, ... were read as the classes of the data set."
        self.notices.append(Notice(level="mended", text=text))

    def match(self, ids: Sequence[str], *, file: str) -> tuple[IntArray, list[Notice]]:
        """Return the input of each row of predictions.

        Raises
        ------
        RunError
            When there are more or fewer predictions than inputs, or the ids do not match.
        """
        n_rows = self.scores.n_rows
        if self.owners:
            return match_ids(self.file, self.owners, ids)
        if n_rows != len(ids):
            msg = (
                f"{self.file}: {n_rows:,} predictions for {len(ids):,} rows of {file}; without ids "
                "they are joined in their order. Hint: predict every row once, or write "
                '{"id": ..., "predictions": [...]}.'
            )
            raise RunError(msg)
        return np.arange(n_rows), []


def looks_like_predictions(path: Path) -> bool:
    """Tell whether a JSON file starts like the output of a pipeline."""
    head = head_text(path, size=4096)
    return head[:1] in {"[", "{"} and '"label"' in head and '"score"' in head


def of_json(path: Path) -> Predictions:
    """Read predictions from a JSON file: one list, or one row per input.

    Raises
    ------
    RunError
        When a row is malformed.
    """
    found = Predictions(file=path.name, scores=ScoreRows(path.name, source=path))
    problems, owned = Problems(file=path.name), 0
    seen: dict[str, int] = {}
    for row, value in _rows(path):
        try:
            owner, items = _owner(value)
            if owner and seen.setdefault(owner, row) != row:
                what = f"{shorten(owner)} was predicted in item {seen[owner]} too"
                raise FieldError(what, rule="every input is predicted once")  # noqa: TRY301
            owned += bool(owner)
            found.owners.append(owner)
            found.add(items)
        except FieldError as error:
            problems.add(f"item {row}", error)
    problems.refuse()
    if owned not in {0, len(found.owners)}:
        n_none = len(found.owners) - owned
        msg = f"{path.name}: {n_none:,} of {len(found.owners):,} predictions have no id. Hint: add."
        raise RunError(msg)
    if not owned:
        found.owners = []
    return found


def _rows(path: Path) -> Iterator[tuple[int, Any]]:
    if _is_lines(path):
        yield from json_lines(path)
        return

    def whole(keys: Keys) -> bool:
        return len(keys) == 1

    for keys, value in walk(path, whole=whole):
        place = keys[0] if keys else 0
        if isinstance(place, str):
            msg = f"{path.name}: this is one object. Hint: write a list with one item per input."
            raise RunError(msg)
        yield place + 1, value


def _is_lines(path: Path) -> bool:
    """Tell JSON Lines from one JSON list: in the latter the second row goes on with the first."""
    if path.suffix.lower() in {".jsonl", ".ndjson"}:
        return True
    return head_text(path, size=64)[:1] == "{"


def _owner(value: object) -> tuple[str, object]:
    if not isinstance(value, dict) or {"label", "score"} <= value.keys():
        return "", value
    name = next((key for key in _LISTS if key in value), None)
    if name is None:
        found = ", ".join(map(shorten, list(value)[:5])) or "nothing"
        rule = 'an item is a list of {"label", "score"}, or {"id", "predictions": [...]}'
        msg = f"an item holds {found}"
        raise FieldError(msg, rule=rule)
    key = next((value[owner] for owner in _OWNERS if value.get(owner) is not None), None)
    owner = str(key) if isinstance(key, int) else text_of(key, "id")
    return owner, value[name]


def _pair(value: object) -> tuple[str, float]:
    item: Mapping[str, Any] = object_of(value, "a prediction")
    label = item.get("label")
    word = str(label) if isinstance(label, int) else text_of(label, "label", empty=False)
    return word, number_of(item.get("score"), f"the score of {shorten(word)}")
