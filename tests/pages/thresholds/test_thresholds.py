"""The Thresholds page: its figures are the core's; what is taken over drives the other pages."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest
from streamlit.proto.WidgetStates_pb2 import WidgetState

import evalcore as ec
from evalcore.choosing.held_out import choose_held_out
from evalcore.choosing.review_band import review_band
from pages._ui import wording
from pages._ui.session.keys import Key
from pages._ui.session.plan import Plan, read_plan, write_plan
from pages._ui.session.view import Link
from pages._ui.thresholds.advice import Advice
from pages._ui.thresholds.advice_tables import recommendations
from pages._ui.thresholds.costs import cost_in_words
from pages._ui.thresholds.production_panel import expected, expected_in_words
from tests.pages.conftest import Library
from tests.support.visitor import Visitor

PRECISION = ["precision_at_least", "level=0.6"]


def at_thresholds(**query: str | list[str]) -> Visitor:
    visitor = Visitor(**query)
    visitor.app.switch_page("pages/thresholds.py")
    return visitor.run()


@pytest.fixture
def pets(library: Library) -> ec.Evaluation:
    return ec.Evaluation(ec.load_run(library.add("pets")))


def test_the_recommendations_are_the_cores(pets: ec.Evaluation) -> None:
    visitor = at_thresholds(run="pets", goal=PRECISION)
    goal = ec.Goal.precision_at_least(0.6)
    choice, fair = ec.choose(pets, goal), choose_held_out(pets, goal)
    data = visitor.data(Key.ADVICE)
    names = [column["name"] for column in data["columns"]]
    rows = [dict(zip(names, row, strict=True)) for row in data["rows"]]

    assert [row["concept"] for row in rows] == ["dog", "cat", "bird"]
    for k, row in enumerate(rows):
        if not choice.met[k]:
            assert row["recommended"] is row["TP"] is row["precision"] is None
            continue
        assert row["recommended"] == choice.threshold[k]
        assert (row["TP"], row["FP"], row["FN"]) == (
            choice.counts.tp[k],
            choice.counts.fp[k],
            choice.counts.fn[k],
        )
        assert row["precision"] >= 0.6
        difference = fair.difference("precision")[k]
        if np.isnan(difference):
            assert row["difference"] == "–"
        else:
            there = difference + row["precision"]
            assert row["difference"] == wording.change(row["precision"], there)


def test_what_is_taken_over_drives_evaluate_with_the_same_counts(pets: ec.Evaluation) -> None:
    visitor = at_thresholds(run="pets", **{"for": "cat"}, goal=PRECISION)
    choice = ec.choose(pets, ec.Goal.precision_at_least(0.6), concepts=["cat"])
    visitor.set_button(Key.USE)

    assert visitor.rule.by_concept == (("cat", float(choice.threshold[0])),)
    assert "The live rule is this one." in visitor.text
    evaluate = Visitor.at_evaluate(**visitor.query)
    table = evaluate.table(Key.SUMMARY)
    assert table["TP"][1] == choice.counts.tp[0]
    assert table["FP"][1] == choice.counts.fp[0]


def test_a_count_previews_its_inputs_at_the_recommended_threshold_and_sets_nothing(
    pets: ec.Evaluation,
) -> None:
    visitor = at_thresholds(run="pets")
    choice = ec.choose(pets, ec.Goal.f_beta())
    visitor.pick_cell(Key.ADVICE, 0, "TP")

    assert visitor.view.target == ec.Outcome("dog", "TP")
    assert visitor.rule == ec.Rule(0.5, decision="every")
    assert visitor.is_disabled(Key.UNDO)
    assert len(visitor.data(Key.GALLERY)["items"]) == choice.counts.tp[0]
    at = wording.number(choice.threshold[0])
    assert f"true positives of dog, were it predicted above {at}" in plain(visitor.text)
    again = at_thresholds(**visitor.query)
    assert again.data(Key.GALLERY) == visitor.data(Key.GALLERY)

    visitor.set_button(Key.USE_TRIAL)
    assert visitor.rule.by_concept == (("dog", float(choice.threshold[0])),)
    assert not visitor.shows(Key.USE_TRIAL)
    assert visitor.set_button(Key.UNDO).rule.is_common
    visitor.pick_cell(Key.ADVICE, 0, "FP").set_button(Key.CLOSE_TRIAL)
    assert not visitor.shows(Key.USE_TRIAL)


def test_a_name_opens_the_recommendation_in_words(pets: ec.Evaluation) -> None:
    visitor = at_thresholds(run="pets", goal=PRECISION).pick_cell(Key.ADVICE, 1, "concept")
    choice = ec.choose(pets, ec.Goal.precision_at_least(0.6), concepts=["cat"])
    tp, predicted = int(choice.counts.tp[0]), int(choice.counts.predicted[0])

    assert visitor.query["for"] == ["cat"]
    assert f"{tp} of {predicted} predicted are right" in visitor.text
    assert "Chosen on the other inputs and counted on the part left out" in visitor.text


def test_one_threshold_for_all_drops_own_ones_but_those_locked(pets: ec.Evaluation) -> None:
    visitor = at_thresholds(
        run="pets", common="1", t="0.5", own=["dog", "0.9", "bird", "0.2"], locked="dog"
    )
    visitor.set_button(Key.USE)
    choice = ec.choose(pets, ec.Goal.f_beta(), common=True)

    assert visitor.rule.by_concept == (("dog", 0.9),)
    assert visitor.rule.default == choice.threshold[0]


def test_undo_goes_back_step_by_step(pets: ec.Evaluation) -> None:
    del pets
    visitor = at_thresholds(run="pets")
    visitor.set_button(Key.USE)
    taken = visitor.rule
    visitor.set(Key.SECTION, "concepts").set_button(Key.RESET)

    assert visitor.rule.is_common
    assert visitor.set_button(Key.UNDO).rule == taken
    assert visitor.set_button(Key.UNDO).rule == ec.Rule(0.5, decision="every")
    assert visitor.is_disabled(Key.UNDO)


def edit(visitor: Visitor, key: str, row: int, column: str, value: object) -> Visitor:
    """Type a value into a cell of an editable table."""
    node = next(n for n in visitor.app._tree if str(getattr(n, "key", "")).startswith(key))
    state = {"edited_rows": {str(row): {column: value}}, "added_rows": [], "deleted_rows": []}
    return visitor._send(WidgetState(id=node.proto.id, string_value=json.dumps(state)))


def table_of(visitor: Visitor, key: str) -> pd.DataFrame:
    node = next(n for n in visitor.app._tree if str(getattr(n, "key", "")).startswith(key))
    frame: pd.DataFrame = node.value
    return frame


def plain(text: str) -> str:
    """A text as it is read, without the marks that keep it from being Markdown."""
    return text.replace("\\", "").replace("\u2060", "").replace("\u2068", "").replace("\u2069", "")


def test_a_threshold_typed_into_the_table_is_the_rule(pets: ec.Evaluation) -> None:
    del pets
    visitor = at_thresholds(run="pets", section="concepts")
    edit(visitor, "own-", 1, "threshold", "0,31")

    assert visitor.rule.by_concept == (("cat", 0.31),)
    assert visitor.query["own"] == ["cat", "0.31"]
    assert edit(visitor, "own-", 1, "threshold", "").rule.is_common


def test_a_threshold_that_means_nothing_is_refused_where_it_was_typed(pets: ec.Evaluation) -> None:
    del pets
    visitor = at_thresholds(run="pets", section="concepts")
    edit(visitor, "own-", 1, "threshold", "70")
    rows = table_of(visitor, "own-")

    assert visitor.rule.is_common
    assert rows["threshold"].tolist() == ["0.50", "70", "0.50"]
    assert rows["TP change"].isna()[1]
    assert "cat: A threshold lies from 0 to 1 here. For 70 of 100 write 70 %" in plain(visitor.text)
    edit(visitor, "own-", 1, "threshold", "70 %")
    assert visitor.rule.by_concept == (("cat", 0.7),)
    assert "lies from" not in visitor.text


def test_what_is_ticked_stays_ticked_when_a_lock_is_set_and_no_locked_one_counts(
    pets: ec.Evaluation,
) -> None:
    del pets
    visitor = at_thresholds(run="pets", section="concepts")
    edit(visitor, "own-", 0, "take", value=True)
    node = next(n for n in visitor.app._tree if str(getattr(n, "key", "")).startswith("own-"))
    both = {"0": {"take": True}, "1": {"take": True, "lock": True}}
    state = {"edited_rows": both, "added_rows": [], "deleted_rows": []}
    visitor._send(WidgetState(id=node.proto.id, string_value=json.dumps(state)))

    assert table_of(visitor, "own-")["take"].tolist() == [True, True, False]
    assert "Take 1 ticked one over" in [button.label for button in visitor.app.button]


@pytest.mark.usefixtures("pets")
@pytest.mark.parametrize(
    ("link", "key", "refused", "taken", "now"),
    [
        ({"goal": PRECISION}, Key.LEVEL, "60", "60 %", ("goal", PRECISION)),
        ({"goal": PRECISION}, Key.LEVEL, "", "0,7", ("goal", [PRECISION[0], "level=0.7"])),
        ({"section": "band"}, Key.ACCEPT, "2", "90 %", ("accept", ["0.9"])),
        ({"section": "band"}, Key.MISS, "x", ".2", ("miss", ["0.2"])),
        ({"section": "production"}, Key.VOLUME, "0", "2 000", ("volume", ["2000.0"])),
        (
            {"goal": PRECISION, "confidence": "0.6"},
            Key.CONFIDENCE, "100", "99", ("confidence", ["0.99"]),
        ),
    ],
)  # fmt: skip
def test_a_field_refuses_what_means_nothing_and_nothing_is_answered_until_then(
    link: dict[str, str | list[str]],
    key: Key,
    refused: str,
    taken: str,
    now: tuple[str, list[str]],
) -> None:
    visitor = at_thresholds(run="pets", **link)
    before = visitor.query
    visitor.set(key, refused)

    assert visitor.query == before
    assert visitor.node(key).value == refused
    assert len(visitor.app.error) == 1
    assert not any(visitor.shows(each) for each in (Key.ADVICE, Key.BAND, Key.USE))
    assert "are expected to be predicted" not in visitor.text
    visitor.set(key, taken)
    assert visitor.query[now[0]] == now[1]
    assert visitor.problems == []


def test_ticked_recommendations_alone_are_taken_over(pets: ec.Evaluation) -> None:
    visitor = at_thresholds(run="pets", section="concepts")
    choice = ec.choose(pets, ec.Goal.f_beta())
    node = next(n for n in visitor.app._tree if str(getattr(n, "key", "")).startswith("own-"))
    state = {"edited_rows": {"0": {"take": True}}, "added_rows": [], "deleted_rows": []}
    states = visitor.app._tree.get_widget_states()
    states.widgets.append(WidgetState(id=node.proto.id, string_value=json.dumps(state)))
    visitor.app._run(states)
    button = next(b for b in visitor.app.button if b.label == "Take 1 ticked one over")
    states = visitor.app._tree.get_widget_states()
    states.widgets.append(WidgetState(id=node.proto.id, string_value=json.dumps(state)))
    states.widgets.append(WidgetState(id=button.proto.id, trigger_value=True))
    visitor._act(states)

    assert visitor.rule.by_concept == (("dog", float(choice.threshold[0])),)


def test_a_locked_concept_keeps_its_threshold(pets: ec.Evaluation) -> None:
    choice = ec.choose(pets, ec.Goal.f_beta())
    visitor = at_thresholds(run="pets", section="concepts")
    edit(visitor, "own-", 0, "lock", value=True)
    assert visitor.query["locked"] == ["dog"]

    visitor.set_button(Key.TAKE_ALL)

    assert visitor.rule.threshold_of("dog") == 0.5
    assert visitor.rule.threshold_of("cat") == choice.threshold[1]


def test_a_promise_that_the_data_cannot_carry_is_said(pets: ec.Evaluation) -> None:
    goal = ec.Goal.recall_at_least(0.9)
    proof = ec.guarantee(pets, goal, concepts=["cat"])
    assert proof.choice.reasons == ("not_provable",)
    visitor = at_thresholds(
        run="pets", goal=["recall_at_least", "level=0.9"], confidence="0.95", **{"for": "cat"}
    )

    assert "Not provable with 3 positives." in visitor.text
    assert (
        "about 86 inputs, 29 of them positives, about 8 of 10 test sets would prove it"
        in visitor.text
    )
    assert not visitor.shows(Key.USE)


def test_production_follows_volume_and_prevalence(pets: ec.Evaluation) -> None:
    from evalcore.measures.production import expect  # noqa: PLC0415 - the oracle of this test alone

    visitor = at_thresholds(run="pets", section="production", volume="5000.0")
    edit(visitor, "shares-", 1, "prevalence", "1 %")
    day = expect(pets.counts(ec.Rule(0.5)), volume=5_000, prevalence=[2 / 6, 0.01, 1 / 6])
    frame = table_of(visitor, "shares-")

    assert visitor.query["prevalence"] == ["cat", "0.01"]
    assert frame["wrong per day"][1].startswith(f"{day.wrong.value[1]:,.0f} ")
    assert frame["precision to expect"][2] == "–"
    frame = table_of(edit(visitor, "shares-", 1, "prevalence", "5"), "shares-")
    assert visitor.query["prevalence"] == ["cat", "0.01"]
    assert frame["prevalence"][1] == "5"
    assert frame["wrong per day"][1] == "–"
    assert "cat: A prevalence lies from 0 to 1 here" in plain(visitor.text)
    assert "prevalence" not in edit(visitor, "shares-", 1, "prevalence", "").query


def test_the_band_lists_exactly_the_inputs_that_people_look_at(pets: ec.Evaluation) -> None:
    band = review_band(pets, precision=0.9, missed=0.1)
    for column, zone in (("accepted", band.accepted), ("reviewed", band.reviewed)):
        for row in range(2):
            visitor = at_thresholds(run="pets", section="band", accept="0.9", miss="0.1")
            data = visitor.data(Key.BAND)
            place = [c["name"] for c in data["columns"]].index(column)
            number = data["rows"][row][place]
            assert number == zone.total[row]
            if np.isnan(band.accept.threshold[row]) or np.isnan(band.reject.threshold[row]):
                continue
            visitor.pick_cell(Key.BAND, row, column)
            assert len(visitor.data(Key.GALLERY)["items"]) == number
            assert visitor.rule.is_common
            assert visitor.view.pinned == visitor.rule


@pytest.mark.parametrize(
    "query",
    [
        {"goal": ["precision_at_least", "level=1.2"]},
        {"goal": ["precision_at_least", "level=x"]},
        {"goal": ["win"]},
        {"goal": ["precision_at_least"]},
        {"section": "moon"},
        {"confidence": "95"},
        {"volume": "-1"},
        {"accept": "2"},
        {"prevalence": ["dog"]},
        {"prevalence": ["dog", "7"]},
        {"for": "cow"},
    ],
)
def test_nonsense_in_a_link_is_said_and_the_page_stands(
    query: dict[str, str | list[str]], pets: ec.Evaluation
) -> None:
    del pets
    visitor = at_thresholds(run="pets", **query)

    assert len(visitor.problems) == 1
    assert visitor.shows(Key.ADVICE)


@pytest.mark.parametrize("section", ["goal", "concepts", "production", "band"])
@pytest.mark.parametrize("run", ["digits", "kitchen", "tickets"])
@pytest.mark.usefixtures("samples")
def test_every_section_opens_on_every_sample_run(run: str, section: str) -> None:
    assert at_thresholds(run=run, section=section).problems == []


def test_the_page_opens_alone(pets: ec.Evaluation) -> None:
    del pets

    assert Visitor("pages/thresholds.py", run="pets").run().shows(Key.ADVICE)


def test_a_plan_is_written_into_a_link_and_read_back() -> None:
    plan = Plan(
        section="band",
        concept="-",
        common=True,
        goal=ec.Goal.least_cost(fp=0.1, fn=3, unit="a=b"),
        confidence=0.975,
        joint=True,
        volume=12.5,
        prevalences=(("a&b", 0.1), ("dog", 1e-9)),
        accept=0.5,
        miss=0.25,
        locked=("", "dog"),
        fair=False,
        evidence=("p1", "a&b"),
        decision="d",
    )
    problems: list[str] = []

    assert read_plan(write_plan(plan), problems) == plan
    assert problems == []
    assert write_plan(Plan()) == {}


def test_the_check_on_inputs_left_out_can_be_switched_off(pets: ec.Evaluation) -> None:
    del pets
    visitor = at_thresholds(run="pets")
    assert "F1, left out" in [column["name"] for column in visitor.data(Key.ADVICE)["columns"]]

    visitor.set(Key.FAIR, value=False)

    assert visitor.query["fair"] == ["0"]
    assert "F1, left out" not in [c["name"] for c in visitor.data(Key.ADVICE)["columns"]]


def test_what_is_proven_is_not_mixed_with_the_check_on_inputs_left_out(
    pets: ec.Evaluation,
) -> None:
    del pets
    visitor = at_thresholds(run="pets", goal=PRECISION, confidence="0.5", fair="1")
    names = [column["name"] for column in visitor.data(Key.ADVICE)["columns"]]

    assert "proven at least" in names
    assert not any("left out" in name for name in names)
    assert not visitor.shows(Key.FAIR)


@pytest.mark.parametrize("joint", [False, True])
def test_the_page_says_whom_a_confidence_is_for(pets: ec.Evaluation, *, joint: bool) -> None:
    link = {"joint": "1"} if joint else {}
    visitor = at_thresholds(
        run="pets", goal=["recall_at_least", "level=0.3"], confidence="0.6", **link
    )
    proof = ec.guarantee(pets, ec.Goal.recall_at_least(0.3), confidence=0.6, joint=joint)
    data = visitor.data(Key.ADVICE)
    names = [column["name"] for column in data["columns"]]

    n = int(proof.choice.met.sum())
    assert n > 1
    assert ("Concept by concept: the 60 %" in visitor.text) != joint
    assert (f"Jointly: with 60 % confidence all {n} of these goals" in visitor.text) == joint
    recommended = [row[names.index("recommended")] for row in data["rows"]]
    assert recommended == [t if t == t else None for t in proof.choice.threshold.tolist()]  # noqa: PLR0124 - NaN
    assert visitor.set(Key.JOINT, not joint).query.get("joint") == (None if joint else ["1"])


@pytest.mark.parametrize(
    ("operator", "ends"),
    [("gt", ("same from", "same below")), ("ge", ("same above", "same up to"))],
)
def test_the_heads_say_which_end_of_an_interval_belongs_to_it(
    library: Library, operator: str, ends: tuple[str, str]
) -> None:
    run = ec.load_run(library.add("pets"))
    visitor = at_thresholds(run="pets", t="0.5", op=operator, goal=PRECISION)
    data = visitor.data(Key.ADVICE)
    names = [column["name"] for column in data["columns"]]
    belonging = names.index(ends[0] if operator == "gt" else ends[1])
    evaluation = ec.Evaluation(run)

    for row in data["rows"]:
        at, end = row[names.index("TP")], row[belonging]
        if at is None or end is None:
            continue
        rule = ec.Rule({row[0]: end}, operator={"gt": ">", "ge": ">="}[operator])
        assert evaluation.counts(rule).tp[run.position_of(row[0])] == at


def test_the_heads_of_the_band_follow_the_operator(library: Library) -> None:
    library.add("pets")
    for operator, ends in (("gt", "reject up to accept above"), ("ge", "reject below accept from")):
        visitor = at_thresholds(run="pets", section="band", t="0.5", op=operator)
        names = [column["name"] for column in visitor.data(Key.BAND)["columns"]]
        assert " ".join(names[1:3]) == ends


def test_a_recommendation_warns_of_what_it_costs() -> None:
    scores = [[0.9, 0.9]] * 2 + [[0.1, 0.9]] * 8 + [[0.5, 0.1]] * 20
    labels = [[0, 1]] * 10 + [[]] * 20
    evaluation = ec.Evaluation(ec.EvalRun.from_arrays(scores, labels, concepts=["apple", "pear"]))
    choice = ec.choose(evaluation, ec.Goal.precision_at_least(0.9))
    few = ec.choose(evaluation, ec.Goal.precision_at_least(0.9), concepts=["pear"])

    assert cost_in_words(choice) == "What it costs: **apple** keeps 2 of 10 labelled inputs."
    assert cost_in_words(few) == ""
    table = recommendations(
        Advice(choice=choice, proof=None), None, rule=ec.Rule(0.5), dtype=np.dtype(np.float64)
    )
    assert table.columns["keeps"].tolist() == ["2 of 10", "10 of 10"]


@pytest.mark.parametrize(
    ("goal", "name"),
    [
        (ec.Goal.least_cost(fp=1, fn=0.5, unit="minutes"), "cost, minutes"),
        (ec.Goal.share_at_most(0.4), "predicted share"),
        (ec.Goal.f_beta(2), "F2"),
        (ec.Goal.youden(), "J"),
    ],
)
def test_the_table_and_the_check_are_about_what_was_asked(goal: ec.Goal, name: str) -> None:
    rng = np.random.default_rng(4)
    labels = rng.random((120, 3)) < [0.3, 0.5, 0.5]
    scores = rng.random((120, 3)).round(1) + np.where(labels, [0.5, 0.1, 0.2], 0)
    evaluation = ec.Evaluation(ec.EvalRun.from_arrays(scores, labels, task="multi_label"))
    left_out = choose_held_out(evaluation, goal)
    table = recommendations(
        Advice(choice=left_out.choice, proof=None),
        left_out,
        rule=ec.Rule(0.5),
        dtype=np.dtype(np.float64),
    )
    figure = goal.rate if goal.kind == "share_at_most" else goal.value

    def texts(values: list[object]) -> list[float]:
        return [float(str(value)) for value in values]

    tuned = figure(left_out.choice.counts)
    fair = np.where(left_out.n_turns > 0, figure(left_out.counts), np.nan)
    assert texts(table.columns[name].tolist()) == tuned.tolist()
    shown = [x if x != "–" else "nan" for x in table.columns[f"{name}, left out"].tolist()]
    np.testing.assert_array_equal(texts(shown), fair)
    totals = [dict(zip(table.columns, row, strict=True)) for row in table.totals]
    if goal.kind == "least_cost":
        assert [row[name] for row in totals] == [f"{tuned.sum():.10g}"]
        assert [row["FP"] for row in totals] == [left_out.choice.counts.fp.sum()]
    else:
        assert totals == []


def test_a_goal_that_is_missed_on_the_inputs_left_out_is_marked() -> None:
    rng = np.random.default_rng(4)
    labels = rng.random((120, 3)) < [0.3, 0.5, 0.5]
    scores = rng.random((120, 3)).round(1) + np.where(labels, [5, 0, 0], 0)
    evaluation = ec.Evaluation(ec.EvalRun.from_arrays(scores, labels, task="multi_label"))
    goal = ec.Goal.precision_at_least(0.6)
    left_out = choose_held_out(evaluation, goal)
    table = recommendations(
        Advice(choice=left_out.choice, proof=None),
        left_out,
        rule=ec.Rule(0.5),
        dtype=np.dtype(np.float64),
    )

    said = table.columns["goal, left out"].tolist()
    assert said[0] == "met"
    assert "MISSED" in said
    for word, holds, turns in zip(said, goal.holds(left_out.counts), left_out.n_turns, strict=True):
        assert word == (("met" if holds else "MISSED") if turns else "–")


def test_nothing_is_called_the_most_where_there_is_nothing() -> None:
    run = ec.EvalRun.from_arrays([[0.9, 0.1], [0.1, 0.9]], [[0], [1]], concepts=["dog", "cat"])
    day = expected(ec.Evaluation(run), Link().complete(run))

    assert "the most mistakes" not in expected_in_words(run.concepts, day)
    wrong = ec.EvalRun.from_arrays([[0.9, 0.1], [0.1, 0.9]], [[0], [0]], concepts=["dog", "cat"])
    day = expected(ec.Evaluation(wrong), Link().complete(wrong))
    assert "the most mistakes" in expected_in_words(wrong.concepts, day)
