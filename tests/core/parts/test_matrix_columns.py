"""The matrix of a prepared run, at thresholds in every region, is that of a loop."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

import evalcore as ec
from evalcore.counting import ranked_inputs
from evalcore.counting.predictions import count_by_pass
from evalcore.parts.opening import open_parts
from evalcore.parts.preparing import prepare
from evalcore.prepared import matrix_columns
from tests.support import oracle
from tests.support.cases import Case
from tests.support.datasets import CONCEPTS, MEMORY, table_of, write_dataset

OPERATORS: tuple[Any, ...] = (">", ">=")


@pytest.fixture(autouse=True)
def scarce(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Rank few pairs, so that most thresholds lie below them."""
    monkeypatch.setenv("THRESHOLD_WORKSHOP_HOME", str(tmp_path / "home"))
    monkeypatch.setattr(ranked_inputs, "SMALL", 0)
    monkeypatch.setattr(ranked_inputs, "SHARE", 0.3)


def case_of(table: pa.Table, *, task: str) -> Case:
    """The rows as they were drawn, apart from all that reads them."""
    rows = table.to_pylist()
    named = [row["labels"] if task == "multi_label" else [row["label"]] for row in rows]
    unknown = [row.get("unknown_labels", []) for row in rows]
    scores = [table.column(f"score:{name}").to_numpy() for name in CONCEPTS]
    return Case(
        scores=np.array(scores).T,
        labelled=np.array([[name in one for name in CONCEPTS] for one in named]),
        known=~np.array([[name in one for name in CONCEPTS] for one in unknown]),
        task=task,
        names=CONCEPTS,
    )


def rules_of(rng: np.random.Generator) -> list[ec.Rule]:
    """On each score, where many are equal, between them, above and below all, and mixed."""
    grid = [*(np.arange(0, 11) / 10).tolist(), -1.0, 0.05, 0.449, 2.0]
    mixed = [dict(zip(CONCEPTS, rng.choice(grid, len(CONCEPTS)), strict=True)) for _ in range(6)]
    modes: tuple[Any, ...] = ("every", "top")
    thresholds: list[Any] = [*grid, *mixed]
    return [
        ec.Rule(threshold, operator=operator, mode=mode)
        for threshold in thresholds
        for operator in OPERATORS
        for mode in modes
    ]


@pytest.mark.parametrize("task", ["single_label", "multi_label"])
@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
@pytest.mark.parametrize("form", [(False, 1), (False, 7), (False, 64), (True, 7)])
def test_the_matrix_is_that_of_a_loop_wherever_the_threshold_lies(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    task: str,
    dtype: Any,
    form: tuple[bool, int],
) -> None:
    unknown, spacing = form
    monkeypatch.setattr(matrix_columns, "SPACING", spacing)
    rng = np.random.default_rng(spacing)
    drawn: dict[str, Any] = {"task": task, "dtype": dtype, "unknown": unknown}
    tables = [table_of(rng, n, start=start, **drawn) for n, start in ((40, 0), (33, 40))]
    written = write_dataset(tmp_path, tables, task=task)
    prepare(str(written.parts), memory=MEMORY, n_workers=1)

    parts, case = open_parts(written.parts), case_of(pa.concat_tables(tables), task=task)

    assert all(bool(part.prepared_cells) != unknown for part in parts.parts)
    for rule in rules_of(rng):
        found = parts.matrix(rule).counts
        assert found.dtype == np.int64
        assert found.tolist() == oracle.lengths(case.cells(rule)), rule


@pytest.mark.parametrize("most", [1, 2, 4, 8])
def test_with_too_many_sets_of_labels_the_scores_themselves_are_counted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, most: int
) -> None:
    asked = []

    def recorded(run: ec.EvalRun, bounds: np.ndarray) -> np.ndarray:
        asked.append(bounds)
        return count_by_pass(run, bounds)

    monkeypatch.setattr(matrix_columns, "MOST_SETS", most)
    monkeypatch.setattr("evalcore.counting.part.count_by_pass", recorded)
    tables = [table_of(np.random.default_rng(2), 40, task="multi_label")]
    written = write_dataset(tmp_path, tables, task="multi_label")
    prepare(str(written.parts), memory=MEMORY, n_workers=1)
    evaluation, rule = open_parts(written.parts), ec.Rule(0.1)

    found = evaluation.matrix(rule).counts

    assert found.tolist() == oracle.lengths(case_of(tables[0], task="multi_label").cells(rule))
    # three concepts make eight sets, the empty one among them
    assert bool(asked) == (most < 8)
