"""What people take away: the code predicts what the core predicts, the report runs nothing."""

from __future__ import annotations

import base64
import io
import subprocess
import sys
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

import evalcore as ec
from evalcore.decisions import Decision, Pinned, changes_since, draw_up, to_python
from evalcore.reports import to_html
from evalcore.reports.decision_report import MOST_CURVES
from tests.support.cases import DTYPES, Case, all_rules, random_case, random_rule
from tests.support.decisions import HOSTILE, decision_on, odd_decision

VOID = {"meta", "img", "br"}


def predict_by(decision: Decision, scores: np.ndarray) -> np.ndarray:
    """Run the code of a decision as a module of its own."""
    space: dict[str, Any] = {}
    exec(to_python(decision), space)  # noqa: S102 - this is what is tested
    return space["predict"](scores)


def predicted(case: Case, rule: ec.Rule) -> np.ndarray:
    found = np.zeros(case.scores.shape, dtype=bool)
    for i, concepts in enumerate(case.predicted(rule)):
        found[i, sorted(concepts)] = True
    return found


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("seed", range(12))
def test_the_code_predicts_what_the_rule_predicts(seed: int, dtype: Any) -> None:
    rng = np.random.default_rng(seed)
    case = random_case(rng, dtype=dtype)
    rules = [random_rule(rng, case.concepts), *all_rules(0.5), *all_rules(0.3), *all_rules(-7e4)]
    for rule in rules:
        decision = decision_on(case, rule)
        found = predict_by(decision, case.scores)

        np.testing.assert_array_equal(found, predicted(case, rule))
        run_says = case.evaluation.predictions(rule)
        for j in range(case.n_concepts):
            here = np.arange(case.n_inputs)
            np.testing.assert_array_equal(found[:, j], run_says.has(here, j))


@pytest.mark.parametrize("dtype", DTYPES)
def test_a_score_on_the_threshold_is_predicted_by_at_least_alone(dtype: Any) -> None:
    scores = np.array([[0.3, 0.1], [0.1, 0.3]], dtype=dtype)
    run = ec.EvalRun.from_arrays(scores, [[0], [1]], concepts=["dog", "cat"])
    evaluation = ec.Evaluation(run)
    for operator, expected in ((">", 0), (">=", 2)):
        decision = draw_up(evaluation, ec.Rule(0.3, operator=operator), title="T", author="A")
        assert predict_by(decision, scores).sum() == expected


def test_whole_numbers_are_compared_as_floats_and_other_shapes_refused() -> None:
    decision = decision_on(random_case(np.random.default_rng(0), n_concepts=2), 0.5)

    assert predict_by(decision, [[0, 1]]).sum() == 1
    with pytest.raises(ValueError, match="2 columns"):
        predict_by(decision, np.zeros((3, 4)))


@pytest.mark.parametrize("seed", range(8))
def test_names_in_the_code_stay_names(seed: int) -> None:
    case, decision = odd_decision(np.random.default_rng(seed))
    code = to_python(decision)
    space: dict[str, Any] = {}
    exec(code, space)  # noqa: S102

    assert code.isascii()
    assert decision.id in code.splitlines()[0]
    assert list(space["THRESHOLDS"]) == list(case.concepts)
    exact = [one.threshold.hex() for one in decision.concepts]
    assert [t.hex() for t in space["THRESHOLDS"].values()] == exact


def test_the_code_runs_without_the_workshop(tmp_path: Path, small_case: Case) -> None:
    (tmp_path / "rule.py").write_text(to_python(decision_on(small_case, 0.5)))
    program = (
        "import sys; sys.modules['evalcore'] = None; import rule;"
        "print(rule.predict([[0.9, 0.1, 0.2], [0.1, 0.2, 0.3]]).tolist())"
    )
    done = subprocess.run(  # noqa: S603 - our own interpreter
        [sys.executable, "-c", program], cwd=tmp_path, capture_output=True, text=True, check=True
    )

    assert done.stdout.strip() == "[[True, False, False], [False, False, False]]"


class Page(HTMLParser):
    """The tags, attributes and texts of a page, with every tag closed."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[str] = []
        self.open: list[str] = []
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.texts.append(data)

    @property
    def text(self) -> str:
        return "".join(self.texts)


@pytest.mark.parametrize("seed", range(8))
def test_a_report_of_hostile_names_runs_and_fetches_nothing(seed: int) -> None:
    case, decision = odd_decision(np.random.default_rng(seed))
    text = to_html(decision, case.evaluation)
    page = Page(text)
    tags = {tag for tag, _ in page.tags}

    assert tags <= {
        "html", "head", "meta", "title", "style", "body", "main", "header", "h1", "h2", "p", "b",
        "bdi", "small", "table", "thead", "tbody", "tr", "th", "td", "svg", "g", "path", "circle",
        "section", "div", "figure", "figcaption", "img", "footer",
    }  # fmt: skip
    names = {name for _, attributes in page.tags for name in attributes}
    assert not {name for name in names if name.startswith("on")} | names & {"href", "action"}
    sources = [a["src"] for tag, a in page.tags if tag == "img"]
    assert all(str(source).startswith("data:image/") for source in sources)
    policies = [a["content"] for _, a in page.tags if a.get("http-equiv")]
    assert policies == ["default-src 'none'; img-src data:; style-src 'unsafe-inline'"]
    assert "url(" not in text
    assert "@import" not in text
    for name in case.concepts:
        assert name.replace("\r", "\n") in page.text.replace("\r", "\n")
    assert "Zoë O'Hara <b>" in page.text


def test_the_first_line_of_code_and_report_names_decision_and_standing(small_case: Case) -> None:
    decision = decision_on(small_case)
    for text in (to_python(decision, state="withdrawn"), to_html(decision, state="withdrawn")):
        first = text.splitlines()[0]
        assert decision.id in first
        assert "withdrawn" in first


def test_the_report_says_rule_goal_who_when_why_and_the_counts(small_case: Case) -> None:
    goal = ec.Goal.precision_at_least(0.9)
    decision = decision_on(
        small_case, ec.Rule(0.4, operator=">=", decision="every"), goal=goal, confidence=0.95,
        author="Ada L.", reasons="The client cannot live with more.",
    )  # fmt: skip
    text = Page(to_html(decision, small_case.evaluation)).text

    assert "its score for it is at least 0.40." in text
    assert "precision of at least 90 % with the most recall, with 95 % confidence" in text
    assert "Ada L." in text
    assert f"{decision.time:%H:%M} UTC" in text
    assert "The client cannot live with more." in text
    # dog 0.75, 0.5; cat 0.5; bird 0.5 which is no bird
    assert "meet it for 1 of 3 concepts, not for dog and bird" in text


def test_a_withdrawn_decision_says_so_in_its_report(small_case: Case) -> None:
    decision = decision_on(small_case)

    assert "This decision is withdrawn." in Page(to_html(decision, state="withdrawn")).text
    assert "This decision is" not in Page(to_html(decision)).text


def test_curves_are_left_out_when_the_run_has_changed(small_case: Case) -> None:
    decision = decision_on(small_case)
    changed = replace(small_case, labelled=~small_case.labelled, task="multi_label")
    text = to_html(decision, changed.evaluation)

    assert not changes_since(decision, changed.run).nothing
    assert "The run's labels have changed, its scores have not." in Page(text).text
    assert 'class="curve"' not in text
    assert 'class="curve"' in to_html(decision, small_case.evaluation)


def test_pinned_pictures_are_in_the_report_and_broken_ones_say_why() -> None:
    file = io.BytesIO()
    Image.new("RGB", (300, 200), (200, 30, 30)).save(file, "PNG")
    run = ec.EvalRun.from_arrays(
        [[0.9], [0.1], [0.2]], [[0], [], []], concepts=["dog"], ids=["a", "b", "c"],
        images=[file.getvalue(), b"no picture", None],
    )  # fmt: skip
    pinned = [Pinned(id=one, note=f"note on {one}") for one in "abc"]
    evaluation = ec.Evaluation(run)
    decision = draw_up(evaluation, ec.Rule(0.5), title="T", author="A", pinned=pinned)
    page = Page(to_html(decision, evaluation))
    sources = [str(a["src"]) for tag, a in page.tags if tag == "img"]

    assert len(sources) == 3
    picture = Image.open(io.BytesIO(base64.b64decode(sources[0].split(",")[1])))
    assert picture.getpixel((5, 5))[0] > 150
    assert "svg" in sources[1]
    assert all(f"note on {one}" in page.text for one in "abc")
    without = Page(to_html(decision))
    assert "not in this run any more" in without.text


def test_a_decision_of_many_concepts_shows_the_worst_curves_and_every_row() -> None:
    case = random_case(np.random.default_rng(3), n_inputs=60, n_concepts=40, task="multi_label")
    text = to_html(decision_on(case), case.evaluation)

    assert text.count('class="curve"') == MOST_CURVES
    assert text.count("<tr>") == 41
    assert f"the {MOST_CURVES} with the lowest F1 of 40" in text


def test_hostile_names_are_all_used() -> None:
    assert len(HOSTILE) == 14
