"""The Ground truth page: two people vote, differ, settle, and the numbers follow the switch."""

from __future__ import annotations

from pathlib import Path

import pytest
from streamlit.testing.v1.element_tree import Block

from evalcore.truth.votes import AgreementRule
from pages._ui.session.keys import Key, of_each
from pages._ui.session.view import View
from tests.pages.conftest import Library
from tests.support.visitor import Visitor

TRUTH = "pages/truth.py"


@pytest.fixture(autouse=True)
def pets(library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("THRESHOLD_WORKSHOP_STORE", str(tmp_path / "workshop.db"))
    library.add("pets", name="Pets")


def at_truth(name: str = "", **query: str) -> Visitor:
    visitor = Visitor(run="pets", **query)
    visitor.app.switch_page(TRUTH)
    visitor.run()
    return visitor.set(Key.VOTER, name) if name else visitor


def question(visitor: Visitor) -> tuple[str, str]:
    """The input and the concept that are asked about."""
    concept = next(line for line in visitor.text.splitlines() if "# Does this" in line)
    shown = next(line for line in visitor.text.splitlines() if line.startswith("id "))
    return shown.removeprefix("id "), concept.split("*")[1]


def asks(visitor: Visitor) -> bool:
    return "# Does this show" in visitor.text


def test_a_name_comes_first_and_is_called_unverified() -> None:
    visitor = at_truth()

    assert "Names are not verified." in visitor.text
    assert "Type your name above" in visitor.text
    assert next(b for b in visitor.app.button if b.label == "Yes").disabled


def test_one_question_after_another_until_the_queue_is_answered() -> None:
    visitor = at_truth("Ada", queue="false_positives")
    seen = []
    while asks(visitor):
        seen.append(question(visitor))
        visitor.click("No")

    # p2 dog lies on 0.5 and is no positive; cat: p5 lies on 0.5 as well
    assert seen == [("p4", "dog")]
    assert "You have answered all of this queue" in visitor.text


def test_the_queue_of_suspected_errors_asks_about_every_pair_once() -> None:
    visitor = at_truth("Ada")
    seen = []
    while asks(visitor):
        seen.append(question(visitor))
        visitor.click("Unclear")

    assert len(seen) == len(set(seen)) == 18


def test_blind_hides_label_and_score_and_others_stay_hidden_until_one_has_answered() -> None:
    ada, bo = at_truth("Ada", queue="false_positives"), at_truth("Bo", queue="false_positives")
    assert "score" not in ada.caption
    ada.click("No")
    bo.run()
    assert "Ada" not in bo.text
    bo.set(Key.BLIND, False)  # noqa: FBT003 - a widget's value
    assert "not labelled · score 0.600 · predicted" in bo.caption
    bo.click("Yes")
    assert "you: yes · Ada: no" in bo.caption


def test_blind_hides_an_id_that_names_a_concept(library: Library) -> None:
    rows = "id,label,score:dog,score:cat\nDOG/1,cat,0.9,0.1\n2,dog,0.8,0.3\n"
    library.add("folders", rows, task="multi_label")
    visitor = Visitor(run="folders", queue="false_positives")
    visitor.app.switch_page(TRUTH)
    visitor.run()
    assert asks(visitor)
    assert "DOG" not in visitor.text
    visitor.set(Key.BLIND, False)  # noqa: FBT003 - a widget's value
    assert "id DOG" in visitor.text


def test_skipping_and_taking_back() -> None:
    visitor = at_truth("Ada", queue="false_negatives")
    first = question(visitor)
    visitor.click("Skip")
    second = question(visitor)
    assert second != first
    visitor.click("Yes")
    visitor.click("Take back")
    assert question(visitor) == second
    assert next(b for b in visitor.app.button if b.label == "Take back").disabled


def shown_precision(visitor: Visitor) -> float:
    summary = visitor.table(Key.SUMMARY)
    return float(summary.set_index("concept")["precision"]["dog"])


def bands(visitor: Visitor) -> dict[str, str]:
    return {one["label"]: one["band"] for one in visitor.data(Key.DIAL)["numbers"]["highlights"]}


def test_two_people_differ_settle_and_the_numbers_follow_the_switch() -> None:
    ada, bo = at_truth("Ada", queue="false_positives"), at_truth("Bo", queue="false_positives")
    assert question(ada) == question(bo) == ("p4", "dog")
    ada.click("Yes")
    bo.click("No")

    result = at_truth(truth_section="result")
    assert "while 1 dispute is open" in result.text
    waiting = Visitor.at_evaluate(run="pets", truth="agreed")
    assert bands(waiting)["macro precision"] == "0.750 to 1.000"
    assert bands(waiting)["macro recall"] == "0.278 to 0.333"
    assert bands(waiting)["run ROC AUC"] == "0.750"
    assert "while 1 dispute is open" in waiting.data(Key.DIAL)["numbers"]["disputes"]
    # whatever is counted, what is in dispute can still change it
    assert bands(Visitor.at_evaluate(run="pets")) == bands(waiting)
    before = bands(waiting)
    assert bands(waiting.move_dial("0.9")) != before
    eve = at_truth("Eve", truth_section="settle")
    assert "1 dispute open" in eve.text
    why = next(area for area in eve.app.text_area if area.label == "Reason")
    why.set_value("a dog sits behind the cat").run()
    eve.checked().click("Settle: yes")
    assert "There is no dispute open" in eve.text
    assert "1 settled" in eve.text

    labelled = Visitor.at_evaluate(run="pets")
    assert set(bands(labelled).values()) == {""}
    assert labelled.data(Key.DIAL)["numbers"]["disputes"] == ""
    agreed = Visitor.at_evaluate(run="pets", truth="agreed")
    assert shown_precision(labelled) == pytest.approx(0.5)
    assert shown_precision(agreed) == pytest.approx(1.0)
    assert "as agreed: 1 label changed" in agreed.sentence(Key.ABOUT)
    assert "1 label changed" in at_truth(truth_section="result").text


def test_the_switch_stands_in_the_link_and_can_be_turned_back() -> None:
    visitor = Visitor.at_evaluate(run="pets")
    assert visitor.set(Key.TRUTH, "as agreed").query["truth"] == ["agreed"]
    assert "truth" not in visitor.set(Key.TRUTH, "as labelled").query
    assert isinstance(visitor.view, View)


def test_agreement_is_said_in_words_with_the_effect_of_every_rule() -> None:
    for name, answers in (("Ada", "Yes No Unclear"), ("Bo", "Yes No No")):
        visitor = at_truth(name)
        for answer in answers.split():
            visitor.click(answer)
    visitor = at_truth("Ada", truth_section="agreement")

    assert "67 % said the same, over 3 questions" in visitor.text
    tables = [frame.value for frame in visitor.app.dataframe]
    effects = next(t for t in tables if "labels changed" in t).set_index("rule")
    assert effects["disputed"].to_dict() == {
        "more than half": 1,
        "two people say the same": 0,
        "all say the same": 1,
        "only what is settled": 1,
        "weighted by reliability": effects["disputed"]["weighted by reliability"],
    }
    before, after = AgreementRule(), AgreementRule(kind="unanimous")
    visitor.set(of_each(Key.AGREEMENT_RULE, before), "unanimous")
    visitor.click("Count this way")
    assert visitor.node(of_each(Key.AGREEMENT_RULE, after)).value == "unanimous"


def test_tables_are_made_anew_when_big_mode_is_switched_on() -> None:
    for name, answers in (("Ada", "Yes No"), ("Bo", "Yes No")):
        visitor = at_truth(name)
        for answer in answers.split():
            visitor.click(answer)
    plain = at_truth("Ada", truth_section="agreement")
    big = at_truth("Ada", truth_section="agreement", big="1")

    # a box of its own around each: nothing stands where the smaller one stood
    n_boxes = [sum(isinstance(one, Block) for one in v.app._tree) for v in (plain, big)]
    assert len(plain.app.dataframe) == 3
    assert n_boxes[1] - n_boxes[0] == 3


def test_a_definition_is_shown_with_the_question_and_its_version_kept() -> None:
    visitor = at_truth("Ada", truth_section="agreement")
    visitor.set(of_each(Key.DEFINITION, ("dog", 0)), "a dog or a part of one")
    visitor.click("Save as a new version")
    assert "Version 1, by Ada" in visitor.text
    asked = at_truth("Bo", queue="false_positives", concept="dog")
    assert "a dog or a part of one" in asked.text


def test_examples_are_chosen_in_the_viewer_and_shown_with_the_question() -> None:
    ada = Visitor.at_evaluate(run="pets", concept="dog", input="p1")
    ada.set(of_each(Key.VOTER, "viewer"), "Ada").set(Key.VOTE_CONCEPT, "dog")
    ada.set_button(of_each(Key.EXAMPLE, ("for", "p1", "dog")))
    assert examples(ada, "viewer", "for") == ["p1"]
    ada.set_button(of_each(Key.EXAMPLE, ("against", "p1", "dog")))
    assert examples(ada, "viewer", "against") == ["p1"]

    asked = at_truth("Bo", queue="false_positives", concept="dog")
    assert examples(asked, "question", "against") == ["p1"]
    assert "Version 2 of the definition" in asked.text
    asked.trigger(of_each(Key.EXAMPLES, ("question", "against")), "open", {"key": 0, "nonce": 1})
    assert asked.query["input"] == ["p1"]
    ada.set_button(of_each(Key.EXAMPLE, ("none", "p1", "dog")))
    again = at_truth("Bo", queue="false_positives", concept="dog")
    assert "Version 3 of the definition" in again.text
    assert not again.shows(of_each(Key.EXAMPLES, ("question", "against")))


def test_examples_are_chosen_from_the_menu_of_a_card_and_undone() -> None:
    ada = Visitor.at_evaluate(run="pets", show=["cell", "=dog", "=cat"])
    (card,) = ada.data(Key.GALLERY)["items"]
    # who has given no name is led to where it is asked
    assert offers(ada) == ["Type your name, then choose examples …"]
    act = {"key": card["key"], "action": 0}
    assert ada.trigger(Key.GALLERY, "act", act).query["input"] == [card["id"]]
    ada.set(of_each(Key.VOTER, "viewer"), "Ada")

    assert offers(ada) == [
        "Example for cat", "Example against cat", "Example for dog", "Example against dog"
    ]  # fmt: skip
    choose(ada, "Example against cat")
    assert f"{card['id']} is an example against cat · version 1" in ada.caption
    assert ada.data(Key.GALLERY)["items"][0]["note"] == "example against cat"
    assert offers(ada)[:2] == ["Example for cat", "No example of cat any more"]
    asked = at_truth("Bo", concept="cat", queue="false_negatives")
    assert examples(asked, "question", "against") == [card["id"]]

    ada.set_button(of_each(Key.UNDO_EXAMPLE, Key.GALLERY))
    assert ada.data(Key.GALLERY)["items"][0]["note"] == ""
    assert "is no example of cat · version 2" in ada.caption
    ada.set(Key.SORT, "id")
    assert "version 2" not in ada.caption


def test_who_may_not_change_definitions_is_offered_no_menu(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pages._ui.inputs.examples.may", lambda role: role != "facilitator")
    reader = Visitor.at_evaluate(run="pets", show=["cell", "=dog", "=cat"])
    assert "actions" not in reader.data(Key.GALLERY)


def offers(visitor: Visitor) -> list[str]:
    """What the menu of the first card offers."""
    data = visitor.data(Key.GALLERY)
    return [data["actions"][k] for k in data["items"][0]["offers"]]


def choose(visitor: Visitor, words: str) -> None:
    data = visitor.data(Key.GALLERY)
    act = {"key": data["items"][0]["key"], "action": data["actions"].index(words)}
    visitor.trigger(Key.GALLERY, "act", act)


def examples(visitor: Visitor, place: str, side: str) -> list[str]:
    return [card["id"] for card in visitor.data(of_each(Key.EXAMPLES, (place, side)))["items"]]


def test_an_audit_is_drawn_answered_and_estimated() -> None:
    visitor = at_truth("Ada", truth_section="audit")
    visitor.set(Key.AUDIT_KIND, "simple")
    visitor.set(Key.AUDIT_SIZE, "6,5")
    assert "A sample is a whole number" in visitor.app.error[0].value.replace("\\", "")
    assert visitor.node(Key.AUDIT_SIZE).value == "6,5"
    visitor.set(Key.AUDIT_SIZE, "6")
    visitor.click("Draw a sample")
    visitor.click("Answer the latest sample")
    n_asked = 0
    while asks(visitor):
        n_asked += 1
        visitor.click("No")
    assert n_asked == 6
    found = at_truth(truth_section="audit")
    # p1 and p2 are labelled dog
    assert "Of 6 answered inputs, 2 have a wrong label for *dog*" in found.text


def test_a_store_that_cannot_be_read_is_said_and_hides_no_label(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "broken.db").write_text("this is no database", encoding="utf-8")
    monkeypatch.setenv("THRESHOLD_WORKSHOP_STORE", str(tmp_path / "broken.db"))
    assert at_truth().problems
    assert shown_precision(Visitor.at_evaluate(run="pets")) == pytest.approx(0.5)


def test_answers_from_a_file_are_shown_first_and_taken_over_once() -> None:
    visitor = at_truth("Cy", truth_section="bring_in")
    table = b"id,ada,bo\np4,cat,dog\np1,dog,dog\nq9,cat,cat\n"
    visitor.app.file_uploader(key=Key.ANSWER_FILE).set_value(("people.csv", table, "text/csv"))
    visitor.run()
    assert "answers of 2 people on 2 inputs" in visitor.text
    assert "2 answers on 1 input that this run has not" in visitor.text
    label = next(b.label for b in visitor.app.button if b.label.startswith("Take over"))
    visitor.click(label)
    assert "6 answers taken over and saved." in visitor.text
    visitor.click(label)
    assert "All of them were taken over before; nothing was added." in visitor.text

    visitor.set(Key.TRUTH_SECTION, "agreement")
    assert "said the same" in visitor.text
    assert "ada and bo" in str(visitor.app.dataframe[-1].value.to_dict())


def test_a_file_that_names_no_concept_is_refused_in_words() -> None:
    visitor = at_truth("Cy", truth_section="bring_in")
    visitor.app.file_uploader(key=Key.ANSWER_FILE).set_value(
        ("people.csv", b"id,who,label\np1,Ada,owl\n", "text/csv")
    )
    visitor.run()
    assert any("no concept of this run is called" in text for text in visitor.problems)
    assert not any(b.label.startswith("Take over") for b in visitor.app.button)


def test_a_queue_is_assigned_to_people_and_shows_how_much_each_has_answered() -> None:
    ada = at_truth("Ada", queue="false_positives")
    ada.set(Key.ASSIGNED_TO, "Bo,  Cy , Bo")
    ada.set_button(Key.ASSIGN)
    bo = at_truth("Bo")
    assert "1 question assigned to you" in bo.text

    bo.set(Key.QUEUE, "assigned")
    assert question(bo) == ("p4", "dog")
    bo.click("No")
    assert "You have answered all of this queue" in bo.text
    ada.run()
    table = next(t.value for t in ada.app.dataframe if "answered" in t.value.columns)
    assert table[["who", "answered", "of"]].to_numpy().tolist() == [["Bo", 1, 1], ["Cy", 0, 1]]


def test_the_difference_tells_how_agreed_labels_change_the_numbers_at_the_rule() -> None:
    ada, bo = at_truth("Ada", queue="false_positives"), at_truth("Bo", queue="false_positives")
    ada.click("Yes")
    bo.click("Yes")
    there = Visitor.at_evaluate(run="pets", t="0.55", truth="difference")

    # p4 counts as a dog now: one false positive is right, and one more is labelled
    table = there.table(Key.SUMMARY).set_index("concept")
    assert table.loc["dog", ["labelled", "TP", "FP"]].tolist() == [3, 2, 0]
    assert table.loc["dog", "precision ±"] == "+0.500"
    assert table.loc["cat", "precision ±"] == table.loc["cat", "recall ±"]
    strip = {one["label"]: one["delta"] for one in there.data(Key.DIAL)["numbers"]["highlights"]}
    agreed = Visitor.at_evaluate(run="pets", t="0.55", truth="agreed")
    labelled = Visitor.at_evaluate(run="pets", t="0.55")
    now, before = (
        {one["label"]: one["value"] for one in v.data(Key.DIAL)["numbers"]["highlights"]}
        for v in (agreed, labelled)
    )
    for name in ("macro precision", "micro recall", "exact match"):
        change = strip[name].replace("±", "").replace("−", "-")
        assert float(change) == pytest.approx(float(now[name]) - float(before[name]), abs=2e-3)
    # the changes are those at the rule, wherever the pin is, and while it is dragged
    moved = there.move_dial("0.65", done=False)
    assert moved.table(Key.SUMMARY).set_index("concept").loc["dog", "recall ±"] != ""
    assert "precision ±" not in agreed.table(Key.SUMMARY).columns
