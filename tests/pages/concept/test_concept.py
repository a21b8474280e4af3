"""The Concept page: numbers, links, order, what is missing; without a browser."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

import evalcore as ec
from pages._ui.concept.choice import ordered
from pages._ui.concept.curves import curves_of, point_of
from pages._ui.concept.live_numbers import concept_board
from pages._ui.concept.numbers import comparison, moved
from pages._ui.server import live
from pages._ui.session.keys import Key
from pages._ui.session.view import Link
from tests.pages.conftest import PETS, Library
from tests.support.cases import random_case
from tests.support.visitor import Visitor

NO_BIRDS = PETS.replace("p6,bird,b", "p6,,b")


def at_concept(**query: str | list[str]) -> Visitor:
    visitor = Visitor(**query)
    visitor.app.switch_page("pages/concept.py")
    return visitor.run()


@pytest.fixture
def evaluation(library: Library) -> ec.Evaluation:
    return ec.Evaluation(ec.load_run(library.add("pets")))


@pytest.fixture
def dog(evaluation: ec.Evaluation) -> Visitor:  # noqa: ARG001 - the run must be there
    return at_concept(run="pets", concept="dog", t="0.5")


def strip(visitor: Visitor) -> dict[str, str]:
    numbers = visitor.data(Key.DIAL)["numbers"]["highlights"]
    return {item["label"]: item["value"] for item in numbers}


def charts(visitor: Visitor) -> list[Any]:
    return [node for node in visitor.app._tree if node.type == "vega_lite_chart"]


def test_the_numbers_are_those_of_the_core(dog: Visitor, evaluation: ec.Evaluation) -> None:
    counts = evaluation.counts(ec.Rule(0.5))
    shown = strip(dog)
    for label, name in (
        ("true positives", "tp"),
        ("false positives", "fp"),
        ("false negatives", "fn"),
        ("true negatives", "tn"),
    ):
        assert shown[label] == str(getattr(counts, name)[0])
    for label, metric in (("precision", "precision"), ("recall", "recall"), ("F1", "f1")):
        assert shown[label] == f"{ec.METRICS[metric](counts)[0]:.3f}"
    assert dog.data(Key.DIAL)["numbers"]["touching"] == "1 input lies exactly on it"
    assert dog.sentence(Key.RULE_WORDS).startswith("An input counts as **dog** when its score")


def test_all_five_charts_are_drawn_each_with_words(dog: Visitor) -> None:
    assert len(charts(dog)) == 5
    for chart in charts(dog):
        assert "The numbers stand in the tables of this page." in str(chart.proto)


def test_the_numbers_beside_the_titles_are_those_of_the_evaluation(
    dog: Visitor, evaluation: ec.Evaluation
) -> None:
    assert f"average precision {evaluation.average_precision()[0]:.3f}" in dog.text
    assert f"AUC {evaluation.roc_auc()[0]:.3f}" in dog.text


@pytest.mark.parametrize(
    ("press", "kind"),
    [
        ("fp", ["FP", "=dog"]),
        ("fn", ["FN", "=dog"]),
        ("labelled", ["labelled", "=dog"]),
        ("touching", ["touching", "=dog"]),
    ],
)
def test_a_pressed_number_lists_exactly_its_inputs(
    dog: Visitor, evaluation: ec.Evaluation, press: str, kind: list[str]
) -> None:
    dog.trigger(Key.DIAL, "press", {"name": press, "at": 1})
    assert dog.query["show"] == kind
    assert dog.view.target is not None
    members = evaluation.members(ec.Rule(0.5), dog.view.target)
    ids = [item["id"] for item in dog.data(Key.GALLERY)["items"]]
    assert ids == [evaluation.run.ids[i] for i in members]
    assert dog.headline.endswith(f": {len(ids)} input{'' if len(ids) == 1 else 's'}")


def test_the_way_back_shows_both_kinds_of_mistakes(dog: Visitor, evaluation: ec.Evaluation) -> None:
    dog.trigger(Key.DIAL, "press", {"name": "fp", "at": 1})
    assert not dog.shows(Key.FALSE_POSITIVES)
    dog.click("Back to the mistakes")
    for key, outcome in ((Key.FALSE_POSITIVES, "FP"), (Key.FALSE_NEGATIVES, "FN")):
        members = evaluation.members(ec.Rule(0.5), ec.Outcome("dog", outcome))
        ids = [item["id"] for item in dog.data(key)["items"]]
        assert ids == [evaluation.run.ids[i] for i in members]


def test_a_count_at_another_threshold_goes_there(dog: Visitor) -> None:
    table = dog.table(Key.COMPARISON)
    assert table["threshold"].tolist() == ["now: 0.50", "0.50", "0.80"]
    dog.pick_cell(Key.COMPARISON, 2, "TP")
    assert dog.rule.default == 0.8
    assert dog.query["show"] == ["TP", "=dog"]
    assert dog.table(Key.COMPARISON)["threshold"][0] == "now: 0.80"
    assert len(dog.data(Key.GALLERY)["items"]) == table["TP"][2]


def test_the_dial_moves_the_common_threshold_and_all_follow(
    dog: Visitor, evaluation: ec.Evaluation
) -> None:
    dog.move_dial("0.55", done=False)
    assert {Key.DIAL, Key.COMPARISON, Key.FALSE_POSITIVES} <= {
        Key(k) for k in dog.redrawn & set(Key)
    }
    assert dog.rule == ec.Rule(0.55, decision="every")
    tp = evaluation.counts(dog.rule).tp[0]
    assert strip(dog)["true positives"] == str(tp)


def test_the_dial_moves_a_concepts_own_threshold(library: Library) -> None:
    library.add("pets")
    visitor = at_concept(run="pets", concept="dog", t="0.5", own=["dog", "0.7"])
    assert visitor.data(Key.DIAL)["numbers"]["text"] == "0.70"
    visitor.move_dial("0.8")
    assert visitor.rule == ec.Rule({"dog": 0.8}, default=0.5, decision="every")
    visitor.set(Key.OWN_THRESHOLD, value=False)
    assert visitor.rule == ec.Rule(0.5, decision="every")
    visitor.set(Key.OWN_THRESHOLD, value=True)
    assert visitor.rule == ec.Rule({"dog": 0.5}, default=0.5, decision="every")


def test_the_worst_concept_comes_first_and_is_in_the_link(
    library: Library, evaluation: ec.Evaluation
) -> None:
    assert library.folder
    visitor = at_concept(run="pets", t="0.5")
    order = ordered(evaluation, ec.Rule(0.5), "f1")
    assert visitor.query["concept"] == [order[0]]
    seen = [order[0]]
    while not visitor.node(Key.NEXT).proto.disabled:
        visitor.node(Key.NEXT).click()
        visitor._act(visitor.app._tree.get_widget_states())
        seen.append(visitor.query["concept"][0])
    assert seen == order
    assert visitor.node(Key.NEXT).proto.disabled


@pytest.mark.parametrize("order", ["f1", "auc"])
def test_the_order_rises_and_ends_with_what_is_undefined(
    evaluation: ec.Evaluation, order: str
) -> None:
    rule = ec.Rule(0.9)
    names = ordered(evaluation, rule, order)
    worth = ec.METRICS["f1"](evaluation.counts(rule)) if order == "f1" else evaluation.roc_auc()
    values = [worth[evaluation.run.position_of(name)] for name in names]
    defined = [value for value in values if not np.isnan(value)]
    assert defined == sorted(defined)
    assert not np.isnan(values[: len(defined)]).any()
    assert sorted(names) == sorted(evaluation.run.concepts)


def test_an_unknown_concept_is_told_and_others_are_offered(library: Library) -> None:
    library.add("pets")
    visitor = at_concept(run="pets", concept="dgo")
    assert "This run has no concept" in visitor.problems[0]
    assert "dog" in visitor.problems[0]
    visitor.click("Open dog")
    assert visitor.query["concept"] == ["dog"]
    assert visitor.problems == []


def test_without_positives_the_charts_say_what_is_missing(library: Library) -> None:
    library.add("pets", NO_BIRDS, concepts=["dog", "cat", "bird"])
    visitor = at_concept(run="pets", concept="bird", t="0.5")
    said = " ".join(info.value for info in visitor.app.info)
    assert "No labelled input here: precision and recall need at least one." in said
    assert "No input labelled here: the ROC curve needs inputs of both kinds." in said
    assert strip(visitor)["recall"] == "–"
    assert visitor.table(Key.COMPARISON)["R 95 %"].tolist() == ["–"] * 3
    assert len(charts(visitor)) == 3


def test_scores_that_are_no_probabilities_are_told(library: Library) -> None:
    library.add("logits", PETS.replace("p1,dog,a,home,0.9", "p1,dog,a,home,3.5"))
    visitor = at_concept(run="logits", concept="dog")
    assert "no: some are below 0 or above 1" in visitor.text
    assert any("these are no probabilities" in info.value for info in visitor.app.info)


def test_a_target_of_another_concept_is_left_alone(library: Library) -> None:
    library.add("pets")
    visitor = at_concept(run="pets", concept="dog", show=["FP", "=cat"])
    assert visitor.shows(Key.FALSE_POSITIVES)
    assert not visitor.shows(Key.GALLERY)


def test_evaluate_opens_the_concept_of_its_list(library: Library) -> None:
    library.add("pets")
    visitor = Visitor.at_evaluate(run="pets", t="0.5", show=["FP", "=cat"])
    assert visitor.node(Key.OPEN_CONCEPT).label.endswith("Open cat")


def test_a_card_opens_its_input(dog: Visitor, evaluation: ec.Evaluation) -> None:
    card = dog.data(Key.JUST_INSIDE)["items"][0]
    dog.trigger(Key.JUST_INSIDE, "open", {"key": card["key"], "nonce": 5})
    assert dog.query["input"] == [card["id"]]
    assert card["id"] in evaluation.run.ids.tolist()


# ------------------------------------------------------------------------------------ the data


@pytest.mark.parametrize("operator", ec.OPERATORS)
def test_the_operating_point_lies_on_the_curves(evaluation: ec.Evaluation, operator: Any) -> None:
    curves = curves_of(evaluation, "dog", mode="every", operator=operator)
    for threshold in (0.05, 0.3, 0.4, 0.5, 0.55, 0.6, 0.8):
        point = point_of(evaluation, ec.Rule(threshold, operator=operator), "dog")
        for frame, x, y in (
            (curves.precision_recall, "recall", "precision"),
            (curves.roc, "false_positive_rate", "recall"),
        ):
            # thinned: in its column of pixels the line runs from below the point to above it
            near = frame[(frame["x"] - point.value(x)).abs() < 1 / 240]["y"]
            assert near.min() <= point.value(y) <= near.max()


def test_curves_are_drawn_once_for_all_thresholds(evaluation: ec.Evaluation) -> None:
    first = curves_of(evaluation, "dog", mode="every", operator=">")
    assert curves_of(evaluation, "dog", mode="every", operator=">") is first
    assert curves_of(evaluation, "dog", mode="top", operator=">") is not first


def test_the_small_table_counts_as_the_core_does(evaluation: ec.Evaluation) -> None:
    rule = ec.Rule({"cat": 0.6}, default=0.3)
    shown = comparison(evaluation, rule, "cat", target=None)
    names = [column["name"] for column in shown.data["columns"]]
    frame = pd.DataFrame(shown.data["rows"], columns=names)
    for k, threshold in enumerate((0.6, 0.5, 0.8)):
        each = ec.Rule({"cat": threshold}, default=0.3)
        assert shown.rules[k] == each
        counts = evaluation.counts(each)
        assert frame["FP"][k] == counts.fp[1]
        assert frame["predicted"][k] == counts.predicted[1]
    for column, target in shown.targets.items():
        for k, each in enumerate(shown.rules):
            assert len(evaluation.members(each, target)) == shown.data["rows"][k][column]


def test_moving_keeps_the_others_where_they_are() -> None:
    rule = ec.Rule({"cat": 0.6}, default=0.3)
    assert moved(rule, "cat", 0.7) == ec.Rule({"cat": 0.7}, default=0.3)
    assert moved(rule, "dog", 0.7) == ec.Rule({"cat": 0.6}, default=0.7)
    with pytest.raises(ec.RuleError):
        moved(rule, "dog", "many")


@pytest.mark.parametrize("seed", range(8))
def test_the_area_under_the_line_as_drawn_is_the_average_precision(seed: int) -> None:
    case = random_case(np.random.default_rng(seed), n_folds=0, unscored=False)
    for concept in case.concepts:
        line = curves_of(case.evaluation, concept, mode="every", operator=">").precision_recall
        if line.empty:
            continue
        recall, precision = line["x"].to_numpy(), line["y"].to_numpy()
        area = float(np.sum(precision[:-1] * -np.diff(recall)))

        j = case.run.position_of(concept)
        assert recall[-1] == 0.0
        assert area == pytest.approx(case.evaluation.average_precision()[j], abs=0.005)


def test_the_tooltip_says_which_end_of_a_stretch_belongs_to_it() -> None:
    run = ec.EvalRun.from_arrays([[0.9], [0.5], [0.1]], [[0], [], []], concepts=["dog"])
    evaluation = ec.Evaluation(run)
    told = {
        operator: curves_of(evaluation, "dog", mode="every", operator=operator).lines_told["at"]
        for operator in ec.OPERATORS
    }

    assert "from 0.5" in set(told[">"])
    assert "above 0.5" in set(told[">="])


def test_while_dragging_the_page_answers_what_streamlit_draws_after_the_same_move(
    dog: Visitor,
) -> None:
    address = dog.data(Key.DIAL)["live"]
    with TestClient(Starlette(routes=live.ROUTES)) as client:
        answer = client.get(f"/{address}?t=0.35").json()
    drawn = dog.move_dial("0.35")

    assert answer["rule"] == drawn.data(Key.RULE_WORDS)["words"]
    assert answer["dial"] == drawn.data(Key.DIAL)["numbers"]
    told = {"answered": drawn.data(Key.DIAL)["answered"]}
    assert answer["comparison"] | told == drawn.data(Key.COMPARISON)
    assert answer["marks"] == drawn.data(Key.MARKS)["charts"]


def test_the_marks_that_move_stand_where_the_charts_draw_them(evaluation: ec.Evaluation) -> None:
    view = Link(rule=ec.Rule(0.3)).complete(evaluation.run)
    marks = {chart["name"]: chart for chart in concept_board(evaluation, view, "dog")["marks"]}
    point = point_of(evaluation, view.rule, "dog")

    expected = (point.value("recall"), point.value("precision"))
    assert list(marks["Precision against recall"]["points"]) == [expected]
    assert marks["Scores of"]["line"] == 0.3
    assert [at[0] for at in marks["Precision, recall, F1"]["points"] if at] == [0.3] * 4
