"""Runs in parts for the tests: folders of small Parquet files, and the same run in one file."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

import evalcore as ec

CONCEPTS = ("dog", "cat", "cow")
MEMORY = 19_900
"""So little that every row group becomes a part."""
MEMORY_OF_LISTS = 24_000
"""The same where scores stand in lists."""


RULES = (
    ec.Rule(0.5),
    ec.Rule({"dog": 0.3}, default=0.6, operator=">="),
    ec.Rule(0.4, mode="every"),
    ec.Rule(0.4, mode="top"),
)
SELECTIONS: tuple[ec.Selection, ...] = (
    ec.Cell("dog", "cat"),
    ec.Cell(None, "cat"),
    ec.Outcome("cow", "FP"),
    ec.Outcome("cow", "TN"),
    ec.Predicted(None),
    ec.OnThreshold(),
)


@dataclass(frozen=True, kw_only=True)
class Written:
    """The two folders."""

    parts: Path
    whole: Path

    @property
    def files(self) -> list[Path]:
        return sorted((self.parts / "predictions").rglob("*.parquet"))


def table_of(
    rng: np.random.Generator,
    n: int,
    *,
    start: int = 0,
    task: str = "single_label",
    dtype: Any = np.float32,
    unknown: bool = False,
    splits: bool = False,
) -> pa.Table:
    """Draw rows: coarse scores, some inputs without a label."""
    columns: dict[str, Any] = {
        "id": [f"input {k}" for k in range(start, start + n)],
        "image": [f"images/{k}.png" for k in range(start, start + n)],
        "text": [f"the text of {k}" for k in range(start, start + n)],
        "place": rng.choice(["north", "south", ""], n).tolist(),
        "number": [str(k) for k in range(start, start + n)],
    }
    if splits:
        columns["fold"] = rng.choice(["10", "9", "b"], n).tolist()
    drawn = rng.integers(0, len(CONCEPTS) + 1, n).tolist()
    if task == "single_label":
        columns["label"] = [CONCEPTS[k] if k < len(CONCEPTS) else None for k in drawn]
    else:
        columns["labels"] = [[name for name in CONCEPTS if rng.random() < 0.4] for _ in drawn]
    if unknown:
        columns["unknown_labels"] = [
            [name for name in CONCEPTS if name not in (own or ()) and rng.random() < 0.3]
            for own in columns.get("labels", [[one] for one in columns.get("label", [])])
        ]
    for name in CONCEPTS:
        columns[f"score:{name}"] = (rng.integers(0, 11, n) / 10).astype(dtype)
    return pa.table(columns)


def as_lists(
    table: pa.Table, rng: np.random.Generator, *, most: int = 2, numbered: bool = False
) -> pa.Table:
    """The same rows with the best few scores of each input in lists, of some inputs none."""
    scores = np.array([table.column(f"score:{name}").to_numpy() for name in CONCEPTS]).T
    best = np.argsort(-scores, axis=1)
    kept = [row[: rng.integers(0, most + 1)].tolist() for row in best]
    named = kept if numbered else [[CONCEPTS[j] for j in row] for row in kept]
    values = [scores[i, row].tolist() for i, row in enumerate(kept)]
    kind = table.schema.field(f"score:{CONCEPTS[0]}").type
    return (
        table.drop_columns([f"score:{name}" for name in CONCEPTS])
        .append_column(
            "concepts", pa.array(named, pa.list_(pa.int32() if numbered else pa.string()))
        )
        .append_column("scores", pa.array(values, pa.list_(kind)))
    )


def unfolded(table: pa.Table) -> np.ndarray:
    """The array that lists stand for, with every concept that is not listed unscored."""
    scores = np.full((len(table), len(CONCEPTS)), -np.inf)
    for i, (named, values) in enumerate(
        zip(table.column("concepts").to_pylist(), table.column("scores").to_pylist(), strict=True)
    ):
        for name, value in zip(named, values, strict=True):
            scores[i, name if isinstance(name, int) else CONCEPTS.index(name)] = value
    return scores.astype(table.schema.field("scores").type.value_type.to_pandas_dtype())


def write_dataset(
    folder: Path, tables: list[pa.Table], *, group: int = 40, **manifest: Any
) -> Written:
    """Write tables as the files of a run in parts, and all of them as one run folder."""
    written = Written(parts=folder / "parts", whole=folder / "whole")
    (written.parts / "predictions").mkdir(parents=True)
    written.whole.mkdir()
    for k, table in enumerate(tables):
        write_file(written.parts, f"{k}.parquet", table, group=group)
    if "concepts" not in tables[0].column_names:
        pq.write_table(pa.concat_tables(tables), written.whole / "predictions.parquet")
    for where in (written.parts, written.whole):
        (where / "run.json").write_text(json.dumps({"name": "a run", **manifest}))
    return written


def write_file(folder: Path, name: str, table: pa.Table, *, group: int = 40) -> Path:
    """Write one file of a run in parts."""
    path = folder / "predictions" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(table, path, row_group_size=group)
    return path


def assert_equal(one: ec.Evaluation, other: ec.Evaluation) -> None:
    for rule in RULES:
        for name in ("tp", "fp", "fn", "tn"):
            assert (
                getattr(one.counts(rule), name).tolist()
                == getattr(other.counts(rule), name).tolist()
            )
        assert one.matrix(rule).counts.tolist() == other.matrix(rule).counts.tolist()
        assert one.mistakes(rule).tolist() == other.mistakes(rule).tolist()
        assert repr(one.accuracy(rule)) == repr(other.accuracy(rule))
        for selection in SELECTIONS:
            wanted = one.members(rule, selection).tolist()
            assert other.members(rule, selection).tolist() == wanted
            assert other.members(rule, selection, first=5).tolist() == wanted[:5]
    assert np.array_equal(one.roc_auc(), other.roc_auc(), equal_nan=True)
    assert np.array_equal(one.average_precision(), other.average_precision(), equal_nan=True)
    np.testing.assert_allclose(one.mean_scores(), other.mean_scores(), rtol=1e-12)
    goal = ec.Goal.f_beta()
    assert ec.choose(one, goal).threshold.tolist() == ec.choose(other, goal).threshold.tolist()


def as_pairs(table: pa.Table) -> pa.Table:
    """One row for each score that rows of lists hold, of each input in the order of its list."""
    cells = zip(
        *(table.column(name).to_pylist() for name in ("id", "concepts", "scores")), strict=True
    )
    rows = [
        (key, name, score)
        for key, named, scores in cells
        for name, score in zip(named, scores, strict=True)
    ]
    kinds = [table.schema.field(name).type for name in ("id", "concepts", "scores")]
    columns = [list(column) for column in zip(*rows, strict=True)] or [[], [], []]
    return pa.table(
        {
            name: pa.array(column, kind if name == "id" else kind.value_type)
            for name, column, kind in zip(("id", "concept", "score"), columns, kinds, strict=True)
        }
    )


def with_labels(table: pa.Table) -> pa.Table:
    """The same rows with all columns beside; an input that lists nothing has one, of no score."""
    sizes = np.maximum([len(cell) for cell in table.column("scores").to_pylist()], 1)
    rows = pa.array(np.repeat(np.arange(len(table)), sizes))
    found = table.drop_columns(["concepts", "scores"]).take(rows)
    for name in ("concept", "score"):
        cells = table.column(f"{name}s")
        values = [value for cell in cells.to_pylist() for value in cell or [None]]
        found = found.append_column(name, pa.array(values, cells.type.value_type))
    return found


def write_divided(
    folder: Path, table: pa.Table, rng: np.random.Generator, *, most_files: int = 4
) -> None:
    """Write a table into files of any number of rows, in row groups of any size."""
    folder.mkdir(parents=True, exist_ok=True)
    cuts = np.sort(rng.integers(0, len(table) + 1, rng.integers(0, most_files))).tolist()
    for k, (start, stop) in enumerate(zip([0, *cuts], [*cuts, len(table)], strict=True)):
        size = int(rng.integers(1, 40))
        pq.write_table(
            table.slice(start, stop - start), folder / f"{k}.parquet", row_group_size=size
        )
