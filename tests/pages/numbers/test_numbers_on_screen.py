"""Promise 1 on the screen: table, matrix, gallery, flips, dial and link agree at every rule.

What is right is counted here once more, straight from the scores, by plain comparisons.
"""

from __future__ import annotations

import re
from functools import cache
from itertools import pairwise, product
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import evalcore as ec
from pages._ui import wording
from pages._ui.inputs import inputs_panel
from pages._ui.session.keys import Key
from pages._ui.session.targets import Target
from pages._ui.session.view import Link, write_link
from tests.support.visitor import ROOT, Visitor

SAMPLES = ("digits", "kitchen", "tickets")
THRESHOLDS = (0.5, 0.3, 0.29, 0.1 + 0.2, 0.0, 1.0, -1.0)
FAR = 10**8

pytestmark = pytest.mark.usefixtures("samples")


@cache
def run_of(name: str) -> ec.EvalRun:
    return ec.load_run(ROOT / "sample_runs" / name)


class Truth:
    """Counts of a fully known run under one rule, by comparing every score."""

    def __init__(self, run: ec.EvalRun, rule: ec.Rule) -> None:
        line = run.scores.dtype.type(rule.default)
        passes = run.scores > line if rule.operator == ">" else run.scores >= line
        top = run.scores.argmax(axis=1)[:, None] == np.arange(run.n_concepts)
        on_line = run.scores == line
        if rule.mode == "top":
            passes, on_line = passes & top, on_line & top
        labelled = run.labels.dense()
        self.touching = np.flatnonzero(on_line.any(axis=1))
        self.predicted = passes
        self.outcomes = {
            "TP": labelled & passes,
            "FP": ~labelled & passes,
            "FN": labelled & ~passes,
            "TN": ~labelled & ~passes,
        }
        rows = np.column_stack([labelled, ~labelled.any(axis=1)]).astype(int)
        columns = np.column_stack([passes, ~passes.any(axis=1)]).astype(int)
        self.cells = rows.T @ columns
        self.right = (labelled == passes).all(axis=1)


def rules(run: ec.EvalRun) -> list[ec.Rule]:
    """Every threshold with every operator and decision; two thresholds are scores of the run."""
    observed = (float(run.scores[3, 1]), float(np.median(run.scores.max(axis=1))))
    return [
        ec.Rule(threshold, operator=operator, decision=decision)
        for threshold, operator, decision in product(
            (*THRESHOLDS, *observed), ec.OPERATORS, ec.DECISIONS
        )
    ]


def link(name: str, rule: ec.Rule, target: Target | None = None, **rest: Any) -> dict[str, Any]:
    return write_link(Link(run=name, rule=rule, target=target, **rest))


def listed(visitor: Visitor) -> int:
    """The length of the gallery's list: full pages before the last, and what the last one shows."""
    on_last_page = len(visitor.data(Key.GALLERY)["items"])
    if not visitor.shows(Key.PAGE):
        return on_last_page
    pager = visitor.node(Key.PAGE)
    assert pager.value == pager.proto.num_pages
    kind = "texts" if run_of(str(visitor.view.run)).texts is not None else "images"
    return (pager.value - 1) * inputs_panel.PER_PAGE[kind] + on_last_page


def stated(visitor: Visitor) -> int:
    return int(visitor.headline.split("**: ")[1].split(" input")[0].replace(",", ""))


@pytest.mark.parametrize("name", SAMPLES)
def test_table_matrix_dial_and_caption_show_what_the_scores_say(name: str) -> None:
    run = run_of(name)
    visitor = Visitor.at_evaluate(run=name)
    for rule in rules(run):
        visitor.open_link(**link(name, rule, every_column=True))
        truth = Truth(run, rule)

        table = visitor.table(Key.SUMMARY).set_index("concept")
        assert table.index.tolist() == list(run.concepts)
        for outcome, pairs in truth.outcomes.items():
            assert table[outcome].tolist() == pairs.sum(axis=0).tolist(), (rule, outcome)
        assert table["predicted"].tolist() == truth.predicted.sum(axis=0).tolist()
        assert table["labelled"].tolist() == run.labels.total.tolist()

        matrix = visitor.data(Key.MATRIX)
        side = run.n_concepts + 1
        values = np.array(matrix["values"]).reshape(side, side)
        assert np.array_equal(values, truth.cells), rule
        assert np.diag(values)[:-1].tolist() == table["TP"].tolist()

        dial = visitor.data(Key.DIAL)["numbers"]
        assert float(dial["text"]) == dial["value"] == rule.default
        assert dial["touching"].split(" input")[0] == f"{truth.touching.size:,}"
        highlights = {item["label"]: item["value"] for item in dial["highlights"]}
        nobody = ~truth.predicted.any(axis=1)
        assert highlights["nothing predicted"] == f"{nobody.sum():,}"
        exact = "accuracy" if run.task == "single_label" else "exact match"
        assert highlights[exact] == wording.rate(truth.right.mean())

        assert "table, matrix and gallery agree" in visitor.caption
        assert f"on {wording.number(rule.default)};" in visitor.caption
        assert f"**{wording.number(rule.default)}**" in visitor.sentence(Key.RULE_WORDS)
        assert visitor.query["t"] == [repr(rule.default)]


@pytest.mark.parametrize("name", SAMPLES)
def test_rates_on_screen_are_those_of_the_counts_beside_them(name: str) -> None:
    run = run_of(name)
    visitor = Visitor.at_evaluate(run=name)
    for rule in rules(run)[::5]:
        visitor.open_link(**link(name, rule, every_column=True))
        table = visitor.table(Key.SUMMARY)
        for _, row in table.iterrows():
            tp, fp, fn, tn = row["TP"], row["FP"], row["FN"], row["TN"]
            expected = {
                "recall": (tp, tp + fn),
                "precision": (tp, tp + fp),
                "F1": (2 * tp, 2 * tp + fp + fn),
                "specificity": (tn, tn + fp),
                "false positive rate": (fp, fp + tn),
                "accuracy": (tp + tn, run.n_inputs),
                "misclassification rate": (fp + fn, run.n_inputs),
                "prevalence": (tp + fn, run.n_inputs),
            }
            for column, (top, bottom) in expected.items():
                if bottom == 0:
                    assert np.isnan(row[column]), "undefined is never a silent 0"
                else:
                    assert row[column] == top / bottom, (rule, column)
        defined = table["precision"].dropna()
        highlights = {
            item["label"]: item for item in visitor.data(Key.DIAL)["numbers"]["highlights"]
        }
        macro = highlights["macro precision"]
        assert macro["value"] == (wording.rate(defined.mean()) if len(defined) else "–")
        assert f"Over {len(defined)} of {run.n_concepts} concepts" in macro["hint"]
        tp, fp = table["TP"].sum(), table["FP"].sum()
        micro = highlights["micro precision"]["value"]
        assert micro == (wording.rate(tp / (tp + fp)) if tp + fp else "–")


@pytest.mark.parametrize("name", SAMPLES)
def test_every_number_opens_a_list_of_that_length(name: str) -> None:
    run = run_of(name)
    visitor = Visitor.at_evaluate(run=name)
    rng = np.random.default_rng(7)
    for rule in rules(run)[::9]:
        truth = Truth(run, rule)
        i, j = (int(k) for k in rng.integers(run.n_concepts, size=2))
        row, column = run.concepts[i], run.concepts[j]
        numbers: dict[Target, int] = {
            ec.Outcome(row, "TP"): truth.outcomes["TP"][:, i].sum(),
            ec.Outcome(row, "FP"): truth.outcomes["FP"][:, i].sum(),
            ec.Outcome(row, "FN"): truth.outcomes["FN"][:, i].sum(),
            ec.Labelled(row): run.labels.total[i],
            ec.Predicted(column): truth.predicted[:, j].sum(),
            ec.Cell(row, column): truth.cells[i, j],
            ec.Cell(row, None): truth.cells[i, -1],
            ec.Cell(None, column): truth.cells[-1, j],
            ec.Cell(None, None): truth.cells[-1, -1],
            ec.OnThreshold(None): truth.touching.size,
        }
        for target, number in numbers.items():
            visitor.open_link(**link(name, rule, target, page=FAR))
            assert visitor.view.target == target
            assert stated(visitor) == number, (rule, target)
            assert listed(visitor) == number, (rule, target)
            assert visitor.problems == []


@pytest.mark.parametrize("name", SAMPLES)
def test_a_gallery_shows_the_very_inputs_of_the_number(name: str) -> None:
    run = run_of(name)
    visitor = Visitor.at_evaluate(run=name)
    concept = run.concepts[0]
    rule = ec.Rule(0.3, operator=">=", decision="every")
    members = np.flatnonzero(Truth(run, rule).outcomes["FP"][:, 0])
    seen: list[str] = []
    for page in range(1, FAR):
        visitor.open_link(**link(name, rule, ec.Outcome(concept, "FP"), page=page))
        items = visitor.data(Key.GALLERY)["items"]
        seen += [item["id"] for item in items]
        assert all(run.ids[item["key"]] == item["id"] for item in items)
        if not visitor.shows(Key.PAGE) or page == visitor.node(Key.PAGE).proto.num_pages:
            break
    assert len(seen) == len(set(seen))
    assert set(seen) == set(run.ids[members])
    scores = run.scores[[run.ids.tolist().index(name) for name in seen], 0]
    assert all(before >= after for before, after in pairwise(scores)), "most confident first"


@pytest.mark.parametrize("name", SAMPLES)
def test_flips_are_what_the_two_tables_differ_by(name: str) -> None:
    run = run_of(name)
    visitor = Visitor.at_evaluate(run=name)
    some = rules(run)
    for pinned, rule in zip(some[::5], some[2::5], strict=False):
        before, after = Truth(run, pinned), Truth(run, rule)
        visitor.open_link(**link(name, rule, pinned=pinned, panel="flips"))
        leave = (before.predicted & ~after.predicted).sum(axis=0)
        enter = (after.predicted & ~before.predicted).sum(axis=0)
        changed = np.flatnonzero(leave + enter)
        if changed.size == 0:
            assert "no prediction changes" in visitor.sentence(Key.FLIPS_WORDS)
            assert visitor.table(Key.SUMMARY).empty
            continue
        table = visitor.table(Key.SUMMARY).set_index("concept")
        assert set(table.index) == {run.concepts[j] for j in changed}
        for j in changed:
            row = table.loc[run.concepts[j]]
            assert row.get("leave", 0) == leave[j]
            assert row.get("enter", 0) == enter[j]
        for side, numbers in (("leave", leave), ("enter", enter)):
            total = int(numbers.sum())
            words = rf"(?<![\d,]){total:,} predictions? {side}s?, "
            assert bool(re.search(words, visitor.sentence(Key.FLIPS_WORDS))) == (total > 0), side
        j = int(changed[0])
        for direction, numbers in (("leave", leave), ("enter", enter)):
            target = ec.Flip(run.concepts[j], direction)
            visitor.open_link(**link(name, rule, target, pinned=pinned, page=FAR))
            assert stated(visitor) == listed(visitor) == numbers[j]


@pytest.mark.parametrize("name", SAMPLES)
def test_parts_of_a_cell_add_up_to_it(name: str) -> None:
    run = run_of(name)
    visitor = Visitor.at_evaluate(run=name)
    labelled = run.labels.dense()
    for rule in rules(run)[1::9]:
        truth = Truth(run, rule)
        i, j = 0, 1
        cell = ec.Cell(run.concepts[i], run.concepts[j])
        both = int((labelled[:, i] & labelled[:, j] & truth.predicted[:, j]).sum())
        for part, number in (("also", both), ("not", int(truth.cells[i, j]) - both)):
            visitor.open_link(**link(name, rule, ec.CellPart(cell, part), page=FAR))
            assert stated(visitor) == listed(visitor) == number


def test_a_disagreement_would_be_said(monkeypatch: pytest.MonkeyPatch) -> None:
    """The caption is no fixed text: with a list cut short the page says so in red."""
    whole = ec.Evaluation.members

    def cut_short(self: ec.Evaluation, rule: ec.Rule, selection: ec.Selection) -> np.ndarray:
        return whole(self, rule, selection)[1:]

    monkeypatch.setattr(ec.Evaluation, "members", cut_short)
    visitor = Visitor.at_evaluate(run="tickets", show=["labelled", "=refund"])
    assert "The gallery lists" in visitor.problems[0]
    assert "agree" not in visitor.caption


def test_the_sample_folder_is_the_one_that_is_tested(samples: Path) -> None:
    """But for the second version of the kitchen, which differs in its scores only."""
    found = {path.parent.name for path in samples.glob("*/run.json")}
    assert set(SAMPLES) == found - {"kitchen_4"}
