"""The Report page: what is chosen goes into the file, and its figures are those on the screen."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest

import evalcore as ec
from evalcore.counting.shown_matrix import Tone
from evalcore.reports import CHAPTERS, Contents, to_report
from evalcore.reports.number_chapters import matrix_table
from pages._ui.evaluate.shown_matrix import shown_matrix
from pages._ui.numbers.highlights import strip
from pages._ui.numbers.linked_tables import summary
from pages._ui.session.keys import Key
from pages._ui.session.view import Link
from pages._ui.wording import count, rate
from tests.pages.conftest import Library
from tests.support.visitor import Visitor


def at_report(**query: str | list[str]) -> Visitor:
    visitor = Visitor(**query)
    visitor.app.switch_page("pages/report.py")
    return visitor.run()


def shown(visitor: Visitor) -> str:
    (frame,) = [node for node in visitor.app._tree if node.type == "iframe"]
    return str(frame.proto.srcdoc)


def chapters_of(text: str) -> list[str]:
    return re.findall(r'<section class="chapter (\w+)"', text)


def test_figures_equal_those_on_the_screen(samples: Path) -> None:
    evaluation = ec.Evaluation(ec.load_run(samples / "kitchen"))
    rule = ec.Rule({"egg": 0.7}, default=0.62)
    text = to_report(Contents(evaluation=evaluation, rule=rule))

    told = dict(re.findall(r"<dt>(.*?)</dt><dd>(.*?)</dd>", text))
    on_screen = strip(evaluation, rule=rule, pinned=rule)
    assert told == {item["label"]: item["value"] for item in on_screen}
    table = summary(evaluation, rule, find="", every_column=False)
    names = [head["name"] for head in table.heads]
    for row in table.rows:
        cells = dict(zip(names, row, strict=True))
        (line,) = re.findall(rf"<bdi>{cells['concept']}</bdi></th>(<td>.*?)</tr>", text)[:1]
        found = re.findall(r"<td>(.*?)</td>", line)
        counted = [cells[name] for name in ("labelled", "predicted", "TP", "FN", "FP")]
        assert found[2:7] == [count(int(value)) for value in counted]  # type: ignore[arg-type]
        rates = [cells[name] for name in ("ROC AUC", "recall", "precision", "F1")]
        assert [found[1], found[7], found[9], found[11]] == [rate(value) for value in rates]  # type: ignore[arg-type]


def test_what_is_chosen_goes_into_the_report_and_stands_in_the_link(library: Library) -> None:
    library.add("pets")
    visitor = at_report(run="pets")
    assert chapters_of(shown(visitor)) == list(CHAPTERS)

    visitor.set(Key.CHAPTERS, ["summary", "concepts"])
    visitor.set(Key.DRAWN, ["cat"])

    assert chapters_of(shown(visitor)) == ["summary", "concepts"]
    assert re.findall(r'aria-label="ROC curve of (\w+)', shown(visitor)) == ["cat"]
    again = at_report(**visitor.query)
    assert shown(again).partition("Made ")[0] == shown(visitor).partition("Made ")[0]
    assert chapters_of(shown(again)) == ["summary", "concepts"]


def test_the_run_on_the_right_of_compare_goes_into_it(library: Library) -> None:
    library.add("pets")
    library.add("pets2")
    text = shown(at_report(run="pets", right="pets2", compared="f1"))

    assert "<bdi>pets2</bdi>" in text
    assert "F1: 0 of" in text
    assert "recall: 0 of" in text
    # runs of the same content have names of their own
    library.add("pets3", name="Pets once more")
    assert "<bdi>Pets once more</bdi>" in shown(at_report(run="pets", right="pets3"))
    assert "<h1><bdi>Pets once more</bdi></h1>" in shown(at_report(run="pets3", right="pets2"))


@pytest.mark.parametrize(
    "set_there",
    [
        {"right_own": ["cat", "0.05"]},
        {"right_rule": "own"},
        {"compared": "precision"},
        {"right_part": '["slice", "place", "home"]'},
    ],
    ids=str,
)
def test_what_is_set_on_compare_is_what_the_report_says(
    library: Library, set_there: dict[str, str | list[str]]
) -> None:
    library.add("pets")
    library.add("pets2", default_threshold=0.3)
    asked: dict[str, str | list[str]] = {"run": "pets", "right": "pets2", "compared": "recall"}
    before = comparison_in(shown(at_report(**asked)))
    assert comparison_in(shown(at_report(**asked, t="0.5"))) == before
    assert comparison_in(shown(at_report(**{**asked, **set_there}))) != before


def comparison_in(text: str) -> str:
    return text.partition('<section class="chapter comparison"')[2].partition("</section>")[0]


@pytest.mark.parametrize("name", ["kitchen", "tickets"])
def test_the_matrix_has_the_tones_of_the_screen(samples: Path, name: str) -> None:
    evaluation = ec.Evaluation(ec.load_run(samples / name))
    view = Link().complete(evaluation.run)
    every = np.arange(evaluation.run.n_concepts)
    on_screen = shown_matrix(evaluation, view, shown=every).tones
    told = matrix_table(evaluation, view.rule)
    found = [[cell["tone"] for cell in row["cells"]] for row in told["rows"]]
    words = [[Tone(tone).name.lower() if tone else "" for tone in row] for row in on_screen]
    assert found == words
