"""What is on the page as CSV: the same numbers, nothing that a spreadsheet takes for a formula."""

from __future__ import annotations

import csv
import io

import numpy as np
import pytest

import evalcore as ec
from pages._ui.evaluate.take_away import list_sheet, matrix_sheet, numbers_sheet
from pages._ui.session.view import Link
from tests.support.cases import random_case, random_rule


def table_of(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text, newline="")))


@pytest.mark.parametrize("seed", range(6))
def test_the_sheets_hold_the_counts_of_the_core(seed: int) -> None:
    rng = np.random.default_rng(seed)
    case = random_case(rng)
    rule = random_rule(rng, case.concepts)
    view = Link(rule=rule).complete(case.run)
    evaluation, shown = case.evaluation, np.arange(case.n_concepts)
    counts = evaluation.counts(view.rule)

    summary = table_of(numbers_sheet(evaluation, view))
    if len(summary) > case.n_concepts:
        macro, micro = summary.pop(-2), summary.pop()
        assert (macro["concept"], macro["TP"], micro["TP"]) == ("macro", "", str(counts.tp.sum()))
        assert float(macro["recall"] or "nan") == pytest.approx(
            ec.average("recall", counts).value, nan_ok=True
        )
    assert [int(row["TP"]) for row in summary] == counts.tp.tolist()
    assert [row["recall"] == "" for row in summary] == (counts.labelled == 0).tolist()
    matrix = csv.reader(io.StringIO(matrix_sheet(evaluation, view, shown=shown), newline=""))
    numbers = [[int(cell or 0) for cell in row[1:]] for row in list(matrix)[1:]]
    assert numbers == evaluation.matrix(view.rule).counts.tolist()


@pytest.mark.parametrize("seed", range(4))
def test_the_list_holds_the_members_in_their_order(seed: int) -> None:
    case = random_case(np.random.default_rng(seed))
    target = ec.Predicted(case.concepts[0])
    view = Link(target=target, rule=ec.Rule(0.3)).complete(case.run)
    evaluation = case.evaluation

    rows = table_of(list_sheet(evaluation, view, shown=np.arange(case.n_concepts)))

    members = evaluation.members(view.rule, target)
    assert [row["id"] for row in rows] == case.run.ids[members].tolist()
    for row, position in zip(rows, members.tolist(), strict=True):
        score = float(row[f"score:{case.concepts[0]}"])
        assert score == float(case.run.scores[position, 0])


def test_names_are_no_formulas() -> None:
    run = ec.EvalRun.from_arrays(
        [[0.9, 0.1]], [[0]], concepts=["=cmd()", "+b"], ids=["@risk"], task="multi_label"
    )
    view = Link(target=ec.Labelled("=cmd()")).complete(run)
    evaluation, shown = ec.Evaluation(run), np.arange(2)

    for text in (
        numbers_sheet(evaluation, view),
        matrix_sheet(evaluation, view, shown=shown),
        list_sheet(evaluation, view, shown=shown),
    ):
        cells = [cell for row in csv.reader(io.StringIO(text, newline="")) for cell in row]
        assert [cell for cell in cells if cell.startswith(("=", "+", "@"))] == []
