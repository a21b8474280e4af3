"""The report of a run: its figures are the core's, names stay text, and it holds all it needs."""

from __future__ import annotations

import html
import re
from pathlib import Path

import numpy as np
import pytest

import evalcore as ec
from evalcore.commands import main
from evalcore.decisions import draw_up, to_json
from evalcore.diagnosis.diagnose import diagnose
from evalcore.diagnosis.worklist import handle, handled
from evalcore.reports import CHAPTERS, Contents, to_report
from evalcore.reports.number_chapters import MOST_SHOWN, changed_by_agreement
from evalcore.store import Store
from evalcore.wording import change, count, rate
from tests.support.report_page import ReportPage

SAMPLES = Path(__file__).resolve().parents[3] / "sample_runs"
SUMMARY = frozenset({"summary"})
HOSTILE = "<script>alert('name')</script>"


@pytest.fixture(scope="module")
def kitchen() -> ec.Evaluation:
    return ec.Evaluation(ec.load_run(SAMPLES / "kitchen"))


def test_every_figure_is_the_cores(kitchen: ec.Evaluation) -> None:
    rule = ec.Rule({"mug": 0.647}, default=0.6)
    goal = ec.Goal.precision_at_least(0.8)
    page = ReportPage(to_report(Contents(evaluation=kitchen, rule=rule, goal=goal)))
    counts, matrix = kitchen.counts(rule), kitchen.matrix(rule)

    head, *rows = page.rows["summary"]
    for j, row in enumerate(rows):
        told = dict(zip(head, row, strict=False))
        assert told["concept"] == kitchen.run.concepts[j]
        for name, values in (("TP", counts.tp), ("FP", counts.fp), ("FN", counts.fn)):
            assert told[name] == count(int(values[j]))
        assert told["labelled"] == count(int(counts.labelled[j]))
        for name, metric in (("recall", "recall"), ("precision", "precision"), ("F1", "f1")):
            assert told[name] == rate(ec.METRICS[metric](counts)[j])
        assert told["ROC AUC"] == rate(kitchen.roc_auc()[j])
    _, *cells = page.rows["matrix"]
    found = [[int(cell.replace(",", "") or 0) for cell in row[1:]] for row in cells]
    np.testing.assert_array_equal(found, matrix.counts)
    _, *asked = page.rows["thresholds"]
    assert [row[3] == "yes" for row in asked] == goal.holds(counts).tolist()


def test_of_many_concepts_the_matrix_keeps_every_input(kitchen: ec.Evaluation) -> None:
    del kitchen
    rng = np.random.default_rng(3)
    names = [f"c{j:02}" for j in range(MOST_SHOWN + 9)]
    labels = [sorted(set(rng.integers(0, len(names), 3).tolist())) for _ in range(80)]
    evaluation = ec.Evaluation(
        ec.EvalRun.from_arrays(rng.random((80, len(names))), labels, concepts=names)
    )
    page = ReportPage(to_report(Contents(evaluation=evaluation, rule=ec.Rule(0.6))))

    _, *rows = page.rows["matrix"]
    assert len(rows) == MOST_SHOWN + 2
    found = sum(int(cell.replace(",", "") or 0) for row in rows for cell in row[1:])
    assert found == evaluation.matrix(ec.Rule(0.6)).counts.sum()


def test_names_stay_text_and_nothing_is_asked_for() -> None:
    scores = [[0.9, 0.2], [0.4, 0.8], [0.1, 0.7]]
    run = ec.EvalRun.from_arrays(
        scores,
        [[0], [1], []],
        concepts=[HOSTILE, "</style>"],
        ids=[HOSTILE, "b", "c"],
        name=HOSTILE,
    )
    evaluation = ec.Evaluation(run)
    found = diagnose(evaluation, ec.Rule(0.5), rng=np.random.default_rng(0))
    text = to_report(Contents(evaluation=evaluation, rule=ec.Rule(0.5), diagnosis=found))
    page = ReportPage(text)

    assert "script" not in page.tags
    assert "default-src 'none'" in text
    assert all(address.startswith(("data:", "#")) for address in page.asked)
    assert page.rows["summary"][1][0] == HOSTILE


def test_only_chosen_chapters_and_concepts_stand_in_it(kitchen: ec.Evaluation) -> None:
    text = to_report(
        Contents(
            evaluation=kitchen,
            rule=ec.Rule(0.5),
            chapters=frozenset({"concepts", "reading"}),
            concepts=("whisk", "egg"),
        )
    )
    assert re.findall(r'<section class="chapter (\w+)"', text) == ["concepts", "reading"]
    drawn = re.findall(r'aria-label="Precision-recall curve of (\w+)', text)
    assert drawn == ["whisk", "egg"]


def test_what_is_put_aside_is_no_open_finding(kitchen: ec.Evaluation, tmp_path: Path) -> None:
    rule = ec.Rule(0.5)
    found = diagnose(kitchen, rule, rng=np.random.default_rng(0))
    first, second, *_ = found.findings
    with Store.open(str(tmp_path / "store.db")) as store:
        for finding, run, what in ((first, kitchen.run, "aside"), (second, kitchen.run, "done")):
            handle(
                store,
                "f",
                finding,
                state=what,
                run=run,
                author="Ada",
                reason="As <agreed>.",  # type: ignore[arg-type]
            )
        marks = handled(store.events("f"))
    text = to_report(
        Contents(
            evaluation=kitchen,
            rule=rule,
            diagnosis=found,
            handled=marks,
            chapters=frozenset({"findings"}),
        )
    )
    open_part, closed = html.unescape(text).split("Put aside or ticked off")
    for finding in (first, second):
        assert finding.headline not in open_part
        assert finding.headline in closed
    assert found.findings[2].headline in open_part
    assert re.search(r"put aside by \W*Ada\W* in .*: As <agreed>\.", closed)
    assert "As &lt;agreed&gt;." in text


@pytest.mark.parametrize("name", ["kitchen", "digits", "tickets"])
def test_the_command_writes_a_light_file_with_every_chapter(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "report.html"
    arguments = ["report", str(SAMPLES / name), "--out", str(out), "--threshold", "0.4"]
    arguments += ["--against", str(SAMPLES / "kitchen_4")] if name == "kitchen" else []

    assert main(arguments) == 0
    text = out.read_text(encoding="utf-8")
    assert f"Saved in {out}" in capsys.readouterr().out
    assert len(text.encode()) < 5_000_000
    assert set(re.findall(r'<section class="chapter (\w+)"', text)) == set(CHAPTERS)
    assert "greater than 0.40" in text
    assert ("differ by more than chance" in text) == (name == "kitchen")


def test_the_command_takes_rule_and_goal_from_a_decision(
    kitchen: ec.Evaluation, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    decision = draw_up(
        kitchen,
        ec.Rule({"egg": 0.7}, default=0.55),
        title="As agreed",
        author="Ada",
        goal=ec.Goal.recall_at_least(0.6),
    )
    path, out = tmp_path / "decision.json", tmp_path / "report.html"
    path.write_text(to_json(decision), encoding="utf-8")
    arguments = ["report", str(SAMPLES / "kitchen"), "--out", str(out), "--decision", str(path)]
    arguments += ["--chapter", "summary", "--chapter", "decisions", "--chapter", "thresholds"]

    assert main(arguments) == 0
    page = ReportPage(out.read_text(encoding="utf-8"))
    assert {row[0]: row[1] for row in page.rows["summary"]}["egg"] == "0.70"
    assert "As agreed" in out.read_text(encoding="utf-8")
    assert main([*arguments, "--concept", "spoon"]) == 1
    assert "'spoon' is no concept of this run" in capsys.readouterr().err


def test_the_difference_tells_both_sides_and_their_change() -> None:
    run = ec.EvalRun.from_arrays(
        [[0.9, 0.1], [0.8, 0.2], [0.3, 0.9]], [[0], [1], [1]], concepts=["dog", "cat"],
        task="multi_label",
    )  # fmt: skip
    agreed = ec.Labels.from_lists([[0], [0], [1]], n_concepts=2)
    before, now = ec.Evaluation(run), ec.Evaluation(run.with_labels(agreed))
    rule = ec.Rule(0.5)
    text = to_report(Contents(evaluation=now, rule=rule, as_labelled=before, chapters=SUMMARY))
    assert "As labelled and as agreed" in text
    precision = ec.average("precision", before.counts(rule)).value
    assert f"as labelled {rate(precision)}, {change(precision, 1.0)}" in text
    table = changed_by_agreement(Contents(evaluation=now, rule=rule, as_labelled=before))
    assert table is not None
    rows = {row[0]: dict(zip(table.heads, row, strict=False)) for row in table.rows}
    assert rows["dog"]["precision as labelled"] == "0.500"
    assert rows["dog"]["labelled"] == "1"
    assert rows["cat"]["recall as labelled"] == "0.500"
    assert table.rows[0][:6] == ("dog", "1", "2", "0.500", "1.000", "+0.500")

    alone = to_report(Contents(evaluation=now, rule=rule, chapters=SUMMARY))
    assert "as labelled" not in alone
    same = changed_by_agreement(Contents(evaluation=now, rule=rule, as_labelled=now))
    assert same is not None
    assert (same.rows, same.note) == ((), "No concept counts otherwise as agreed.")
