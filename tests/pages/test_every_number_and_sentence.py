"""Random counts and rules: every number and sentence of the pages says what slow loops count.

The texts are made here from whole fractions, with no code of the product in between.
"""

from __future__ import annotations

import html
import re
from fractions import Fraction
from typing import Any

import numpy as np
import pytest

import evalcore as ec
from evalcore.decisions import draw_up
from evalcore.decisions.words import met_in_words
from evalcore.reports import to_html
from pages._ui.concept.live_numbers import concept_board
from pages._ui.evaluate.live_numbers import board
from pages._ui.inputs.cards import score_rows
from pages._ui.session.targets import Target
from pages._ui.session.view import Link, View
from pages._ui.thresholds.advice import Advice
from pages._ui.thresholds.advice_words import sentences
from pages._ui.wording import Words
from tests.support.cases import Case, random_case, random_rule
from tests.support.counted import Counted, plain_of, share, written

SEEDS = range(20)


def drawn(seed: int) -> tuple[Case, View, ec.Rule, ec.Rule]:
    rng = np.random.default_rng(seed)
    case = random_case(rng)
    rule, pinned = (random_rule(rng, case.concepts) for _ in range(2))
    view = Link(rule=rule, pinned=pinned).complete(case.run)
    return case, view, rule, pinned


def said(words: Words) -> str:
    return "".join(piece["text"] for piece in words)


def strip(numbers: Any) -> dict[str, dict[str, str]]:
    return {item["label"]: item for item in numbers["highlights"]}


@pytest.mark.parametrize("seed", SEEDS)
def test_the_evaluate_page(seed: int) -> None:
    case, view, rule, pinned = drawn(seed)
    shown = board(case.evaluation, view, shown=np.arange(case.n_concepts))
    counted = [Counted(case, rule, j) for j in range(case.n_concepts)]

    names = [column["name"] for column in shown["table"]["columns"]]
    for row, one in zip(shown["table"]["rows"], counted, strict=True):
        cells = dict(zip(names, row, strict=True))
        assert (cells["TP"], cells["FP"], cells["FN"]) == (one.tp, one.fp, one.fn)
        for metric, value in (("recall", one.recall), ("precision", one.precision), ("F1", one.f1)):
            assert cells[metric] == (None if value is None else float(value))
    highlights = strip(shown["dial"])
    tp, fp, fn = (sum(getattr(one, name) for one in counted) for name in ("tp", "fp", "fn"))
    assert highlights["micro precision"]["value"] == written(share(tp, tp + fp))
    assert highlights["micro recall"]["value"] == written(share(tp, tp + fn))
    assert highlights["micro F1"]["value"] == written(share(2 * tp, 2 * tp + fp + fn))
    nothing, before = (sum(not p for p in case.predicted(each)) for each in (rule, pinned))
    assert highlights["nothing predicted"]["value"] == f"{nothing:,}"
    assert (highlights["nothing predicted"]["delta"] in {"", "±0"}) == (nothing == before)
    sizes = [[len(case.cells(rule)[i, j]) for j in range(case.n_concepts + 1)]
             for i in range(case.n_concepts + 1)]  # fmt: skip
    assert shown["matrix"] is not None
    assert list(shown["matrix"]["values"]) == [n for row in sizes for n in row]


@pytest.mark.parametrize("seed", SEEDS)
def test_the_sentence_of_the_rule_names_the_very_thresholds(seed: int) -> None:
    case, view, rule, _ = drawn(seed)
    shown = board(case.evaluation, view, shown=np.arange(case.n_concepts))

    strong = [piece["text"] for piece in shown["rule"] if piece["strong"]]
    assert [float(text) for text in strong] == [rule.default]
    assert ("greater than" if rule.operator == ">" else "at least") in said(shown["rule"])
    assert ("highest-scoring" in said(shown["rule"])) == (case.mode_of(rule) == "top")
    touching = case.evaluation.n_on_threshold(view.rule)
    assert shown["dial"]["touching"].startswith(f"{touching:,} input")


@pytest.mark.parametrize("seed", SEEDS)
def test_a_change_is_no_change_only_if_there_is_none(seed: int) -> None:
    case, view, rule, pinned = drawn(seed)
    for j, concept in enumerate(case.concepts):
        now, then = Counted(case, rule, j), Counted(case, pinned, j)
        highlights = strip(concept_board(case.evaluation, view, concept)["dial"])
        for metric, key in (("precision", "precision"), ("recall", "recall"), ("f1", "F1")):
            a, b = getattr(now, metric), getattr(then, metric)
            item = highlights[key]
            assert item["value"] == written(a)
            if a is None or b is None:
                assert item["delta"] == ""
            else:
                sign = {True: "+", False: "−"}[a > b] if a != b else "±"
                assert item["delta"].startswith(sign)
        assert highlights["true positives"]["value"] == f"{now.tp:,}"
        assert highlights["true negatives"]["value"] == f"{now.tn:,}"


@pytest.mark.parametrize("seed", SEEDS)
def test_the_headline_states_how_many_inputs_are_listed(seed: int) -> None:
    case, view, rule, _ = drawn(seed)
    found = case.outcomes(rule)
    targets: list[tuple[Target, int]] = [
        (ec.Outcome(name, code), len(found[j, code]))
        for j, name in enumerate(case.concepts)
        for code in ("TP", "FP", "FN")
    ]
    for target, number in targets:
        at = Link(rule=rule, pinned=view.pinned, target=target).complete(case.run)
        shown = board(case.evaluation, at, shown=np.arange(case.n_concepts))
        noun = "input" if number == 1 else "inputs"
        assert said(shown["headline"]).endswith(f": {number:,} {noun}")


@pytest.mark.parametrize("seed", SEEDS)
def test_a_score_stands_on_the_side_of_its_threshold_that_it_is_on(seed: int) -> None:
    case, view, _, _ = drawn(seed)
    predictions = case.evaluation.predictions(view.rule)
    for position in range(min(case.n_inputs, 6)):
        order = np.arange(case.n_concepts)
        for row in score_rows(predictions, position, order, rule=view.rule):
            if row["score"] is None:
                assert row["label"] == "–"
                continue
            exact = Fraction(str(case.scores[position, case.concepts.index(row["name"])]))
            line = Fraction(repr(row["threshold"]))
            shown = Fraction(row["label"].lstrip("<> "))
            if row["label"][0] not in "<>":
                assert (shown > line) == (exact > line)
                assert (shown < line) == (exact < line)


def ends_of(text: str) -> tuple[Fraction, Fraction]:
    """Return the ends of an interval as it is written."""
    low, high = text.split("–")
    return Fraction(low), Fraction(high)


FOUND = re.compile(
    r"(\S[^:]*) (above|from) (\S+): ([\d,]+) of ([\d,]+) labelled are found "
    r"\(recall ([<>]? ?[\d.]+), 95 %: ([\d.–]+)\); "
    r"(?:([\d,]+) of ([\d,]+) predicted are right "
    r"\(precision ([<>]? ?[\d.]+), 95 %: ([\d.–]+)\)|nothing is predicted \(precision –\))\."
)


def recommended(seed: int) -> tuple[Case, ec.Goal, ec.Choice]:
    rng = np.random.default_rng(seed)
    case, level = random_case(rng), float(rng.choice([0.3, 0.5, 2 / 3, 0.75, 0.95]))
    make = (ec.Goal.precision_at_least, ec.Goal.recall_at_least)[int(rng.integers(2))]
    operator = str(rng.choice([">", ">="]))
    goal = make(level)
    return case, goal, ec.choose(case.evaluation, goal, operator=operator)


@pytest.mark.parametrize("seed", SEEDS)
def test_the_thresholds_page(seed: int) -> None:
    """Counts at the very threshold that is written, rates, intervals around them, the goal kept."""
    case, goal, choice = recommended(seed)
    advice = Advice(choice=choice, proof=None)
    for k, name in enumerate(choice.names):
        said = plain_of(sentences(advice, None, k=k, dtype=case.scores.dtype)[0])
        if not choice.met[k]:
            assert " of " not in said or "The most is" in said
            continue
        match = FOUND.fullmatch(said)
        assert match is not None, said
        at = float(match[3])
        rule = ec.Rule({name: at}, operator=choice.operator, decision=choice.mode)
        one = Counted(case, rule, case.concepts.index(name))
        assert (match[4], match[5]) == (f"{one.tp:,}", f"{one.tp + one.fn:,}")
        assert match[6] == written(one.recall)
        low, high = ends_of(match[7])
        assert one.recall is not None
        assert low <= one.recall <= high
        if match[8] is not None:
            assert (match[8], match[9]) == (f"{one.tp:,}", f"{one.tp + one.fp:,}")
            assert match[10] == written(one.precision)
            low, high = ends_of(match[11])
            assert one.precision is not None
            assert low <= one.precision <= high
        kept = one.precision if goal.kind == "precision_at_least" else one.recall
        assert kept is not None
        assert float(kept) >= (goal.level or 0.0) - 1e-12


@pytest.mark.parametrize("seed", SEEDS)
def test_what_cannot_be_reached_is_never_written_as_reached(seed: int) -> None:
    case, goal, choice = recommended(seed)
    advice, level = Advice(choice=choice, proof=None), Fraction(repr(goal.level))
    for k in np.flatnonzero(~choice.met).tolist():
        said = plain_of(sentences(advice, None, k=k, dtype=case.scores.dtype)[0])
        most = re.search(r"The most is ([\d.]+)", said)
        assert most is None or Fraction(most[1].rstrip(".")) < level


@pytest.mark.parametrize("seed", SEEDS)
def test_a_decision_and_its_report(seed: int) -> None:
    """What is recorded of a rule is what loops count, in numbers and in words."""
    case, _, rule, _ = drawn(seed)
    rng = np.random.default_rng(seed)
    goal = ec.Goal.precision_at_least(float(rng.choice([0.5, 2 / 3, 0.8])))
    decision = draw_up(case.evaluation, rule, title="t", author="a", goal=goal)
    report = html.unescape(to_html(decision, case.evaluation))
    holding = []
    for j, name in enumerate(case.concepts):
        one, kept = Counted(case, rule, j), decision.concepts[j]
        assert (kept.tp, kept.fp, kept.fn, kept.tn) == (one.tp, one.fp, one.fn, one.tn)
        for value in (one.precision, one.recall):
            assert written(value) in report
        if one.precision is not None and one.precision >= Fraction(repr(goal.level)):
            holding.append(name)
    words = met_in_words(decision)
    if len(holding) == case.n_concepts:
        assert words.startswith("The counts of this run meet it")
        assert " not for " not in words
    else:
        assert f"for {len(holding):,} of {case.n_concepts:,} concepts, not for " in words
