"""Decisions on the Thresholds page: recorded once, kept, reopened exactly, ended by name."""

from __future__ import annotations

import uuid
from pathlib import Path

import pytest

import evalcore as ec
from evalcore.decisions import Entry, history
from evalcore.decisions.decision import LONGEST_AUTHOR, LONGEST_TITLE
from evalcore.decisions.digests import digest_of_inputs
from evalcore.decisions.fields import LONGEST_TEXT
from evalcore.decisions.files import from_json, to_json
from evalcore.store import Store, StoreUnavailable
from evalcore.truth import entries
from evalcore.truth.log import stream_of
from evalcore.truth.votes import Pair
from pages._ui.session.choosing import NAMELESS
from pages._ui.session.keys import Kept, Key
from tests.pages.conftest import Library
from tests.support.visitor import Visitor

OWN = ["dog", "0.7", "cat", "0.3"]


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    file = tmp_path / "record.db"
    monkeypatch.setenv("THRESHOLD_WORKSHOP_STORE", str(file))
    return file


@pytest.fixture
def pets(library: Library, place: Path) -> ec.Evaluation:
    del place
    return ec.Evaluation(ec.load_run(library.add("pets")))


def at_decisions(*, browser: str | None = None, **query: str | list[str]) -> Visitor:
    """Open the section; sessions of one browser have its secret."""
    visitor = Visitor(**({"run": "pets", "section": "decisions"} | query))
    if browser is not None:
        visitor.app.session_state[Kept.VISITOR] = browser
    visitor.app.switch_page("pages/thresholds.py")
    return visitor.run()


def recorded(place: Path) -> tuple[Entry, ...]:
    with Store.open(place) as store:
        return history(store).entries


def fill(visitor: Visitor, *, title: str = "Strict *enough*", author: str = "Ada") -> Visitor:
    visitor.set(Key.DECISION_TITLE, title).set(Key.AUTHOR, author)
    return visitor.set(Key.REASONS, "A miss costs more.\n<b>Always</b>")


def test_what_is_recorded_is_the_rule_with_its_counts_and_reasons(
    pets: ec.Evaluation, place: Path
) -> None:
    visitor = fill(at_decisions(t="0.45", own=OWN, evidence=["p2"])).set_button(Key.RECORD)
    (entry,) = recorded(place)
    rule = ec.Rule({"dog": 0.7, "cat": 0.3}, default=0.45, decision="every")
    counts = pets.counts(rule)

    assert entry.decision.rule == rule
    assert entry.decision.title == "Strict *enough*"
    assert entry.decision.reasons == "A miss costs more.\n<b>Always</b>"
    assert [one.tp for one in entry.decision.concepts] == counts.tp.tolist()
    assert [one.fp for one in entry.decision.concepts] == counts.fp.tolist()
    assert [pinned.id for pinned in entry.decision.pinned] == ["p2"]
    assert any("Saved in" in success.value for success in visitor.app.success)
    assert visitor.view.plan.evidence == ()


def test_pressing_twice_records_once(pets: ec.Evaluation, place: Path) -> None:
    del pets
    visitor = fill(at_decisions())
    visitor.set_button(Key.RECORD)
    visitor.run()

    assert len(recorded(place)) == 1


@pytest.mark.parametrize(
    ("title", "author", "missing"),
    [("", "Ada", "title"), ("T", " ", "author"), ("T", "", "author")],
)
def test_without_title_or_name_nothing_is_saved_and_nothing_typed_is_lost(
    title: str, author: str, missing: str, pets: ec.Evaluation, place: Path
) -> None:
    del pets
    visitor = fill(at_decisions(), title=title, author=author).set_button(Key.RECORD)

    assert recorded(place) == ()
    assert visitor.node(Key.REASONS).value.startswith("A miss costs more.")
    (problem,) = visitor.problems
    assert problem.startswith("Not saved")
    assert missing in problem
    assert not fill(visitor).problems


def test_what_was_typed_is_there_after_a_restart(pets: ec.Evaluation) -> None:
    del pets
    first = fill(at_decisions(browser="of Ada"), title="Half a title")

    again = at_decisions(browser="of Ada", **first.query)

    assert again.node(Key.DECISION_TITLE).value == "Half a title"
    assert again.node(Key.AUTHOR).value == "Ada"
    assert again.node(Key.REASONS).value.endswith("<b>Always</b>")


def test_a_link_holds_nothing_of_what_is_typed_and_not_who_has_typed_it(
    pets: ec.Evaluation, place: Path
) -> None:
    del pets
    ada = fill(at_decisions(browser="of Ada"), title="Half a title")
    ben = at_decisions(browser="of Ben", **ada.query)

    assert not {"Half a title", "Ada"} & {text for texts in ada.query.values() for text in texts}
    assert [ben.node(key).value for key in (Key.DECISION_TITLE, Key.AUTHOR, Key.REASONS)] == [
        ""
    ] * 3
    fill(ben, title="Another", author="Ben").set_button(Key.RECORD)
    assert [entry.decision.author for entry in recorded(place)] == ["Ben"]
    again = at_decisions(browser="of Ada")
    assert again.node(Key.DECISION_TITLE).value == "Half a title"


def test_every_field_has_the_limit_of_the_record(pets: ec.Evaluation, place: Path) -> None:
    del pets
    visitor = fill(at_decisions())
    limits = {
        Key.DECISION_TITLE: LONGEST_TITLE, Key.AUTHOR: LONGEST_AUTHOR, Key.REASONS: LONGEST_TEXT,
    }  # fmt: skip
    for key, most in limits.items():
        assert visitor.node(key).proto.max_chars == most
        visitor.set(key, "x" * most)
    visitor.set_button(Key.RECORD)
    (entry,) = recorded(place)
    assert len(entry.decision.reasons) == LONGEST_TEXT
    assert visitor.node(Key.WITHDRAWN_BY).proto.max_chars == LONGEST_AUTHOR
    assert visitor.node(Key.WITHDRAWN_WHY).proto.max_chars == LONGEST_TEXT


def test_what_cannot_be_read_is_set_aside_and_the_rest_is_shown(
    pets: ec.Evaluation, place: Path
) -> None:
    del pets
    fill(at_decisions()).set_button(Key.RECORD)
    with Store.open(place) as store:
        store.append(
            f"decision/{uuid.uuid4()}", kind="recorded", payload={"reasons": "x" * 20_001},
            author="Ada", event_id=str(uuid.uuid4()),
        )  # fmt: skip
    visitor = at_decisions()
    assert "Set aside, as it cannot be read: 1" in [one.label for one in visitor.app.expander]
    assert not visitor.app.warning
    assert visitor.shows(Key.HISTORY)


def test_the_form_stays_when_the_store_is_away(
    pets: ec.Evaluation, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    del pets, place
    visitor = fill(at_decisions(browser="of Ada"))

    def away() -> object:
        message = "the server cannot be reached."
        raise StoreUnavailable(message)

    with monkeypatch.context() as patch:
        patch.setattr("pages._ui.decisions.panel.on_record", away)
        patch.setattr("pages._ui.decisions.form.open_store", away)
        patch.setattr("pages._ui.decisions.drafts.open_store", away)
        visitor.app.run()
        assert visitor.node(Key.DECISION_TITLE).value == "Strict *enough*"
        assert "cannot be reached" in visitor.app.error[0].value
    assert at_decisions(browser="of Ada").node(Key.DECISION_TITLE).value == "Strict *enough*"


def test_evidence_that_is_no_input_is_refused(pets: ec.Evaluation, place: Path) -> None:
    del pets
    visitor = fill(at_decisions(evidence=["p2", "nobody"])).set_button(Key.RECORD)

    assert recorded(place) == ()
    assert "nobody" in visitor.problems[0]


def test_a_decision_reopens_the_view_exactly(pets: ec.Evaluation, place: Path) -> None:
    del pets
    visitor = at_decisions(
        t="0.45", op="ge", own=OWN, slice=["place", "home"], show=["FP", "=cat"], sort="doubt"
    )
    before = visitor.view
    fill(visitor).set_button(Key.RECORD)
    decision_id = recorded(place)[0].decision.id

    other = at_decisions(decision_id=decision_id, t="0.9")
    other.set_button(Key.REOPEN)

    for name in ("run", "slice", "rule", "pinned", "target", "sort", "split"):
        assert getattr(other.view, name) == getattr(before, name)


def test_a_decision_is_superseded_by_the_next_one(pets: ec.Evaluation, place: Path) -> None:
    del pets
    fill(at_decisions(), title="First").set_button(Key.RECORD)
    first = recorded(place)[0].decision.id
    visitor = fill(at_decisions(t="0.6"), title="Second", author="Bo")
    visitor.set(Key.REPLACES, first).set_button(Key.RECORD)
    states = {entry.decision.title: entry for entry in recorded(place)}

    assert states["First"].state == "superseded"
    assert states["First"].ended_by == "Bo"
    assert states["Second"].decision.supersedes == first
    assert states["Second"].state == "in force"


def test_the_one_in_force_is_replaced_unless_told_otherwise(
    pets: ec.Evaluation, place: Path
) -> None:
    del pets
    fill(at_decisions(), title="Whole run").set_button(Key.RECORD)
    fill(at_decisions(slice=["place", "home"]), title="At home").set_button(Key.RECORD)
    fill(at_decisions(t="0.6"), title="Whole run again").set_button(Key.RECORD)
    visitor = fill(at_decisions(t="0.7"), title="Beside it")
    assert visitor.set(Key.REPLACES, NAMELESS).shows(Key.RECORD)
    assert "two decisions are in force at once" in visitor.caption
    visitor.set_button(Key.RECORD)

    assert {entry.decision.title: entry.state for entry in recorded(place)} == {
        "Whole run": "superseded",
        "At home": "in force",
        "Whole run again": "in force",
        "Beside it": "in force",
    }


def test_the_goal_that_a_threshold_was_taken_for_is_recorded_with_it(
    pets: ec.Evaluation, place: Path
) -> None:
    del pets
    visitor = Visitor(run="pets", goal=["precision_at_least", "level=0.6"], **{"for": "cat"})
    visitor.app.switch_page("pages/thresholds.py")
    visitor.run().set_button(Key.USE_AND_RECORD)

    assert visitor.query["section"] == ["decisions"]
    assert (
        visitor.node(Key.DECISION_TITLE).value
        == "cat: precision of at least 60 % with the most recall"
    )
    visitor.set(Key.AUTHOR, "Ada").set_button(Key.RECORD)
    (entry,) = recorded(place)
    assert entry.decision.goal == ec.Goal.precision_at_least(0.6)
    assert entry.decision.goal_concept == "cat"
    assert not at_decisions(t="0.9").node(Key.FOR_GOAL).value, "it is not ticked for other rules"


def test_a_decision_is_withdrawn_with_name_and_reason(pets: ec.Evaluation, place: Path) -> None:
    del pets
    visitor = fill(at_decisions()).set_button(Key.RECORD)
    visitor.set_button(Key.WITHDRAW)
    assert recorded(place)[0].state == "in force"

    visitor.set(Key.WITHDRAWN_BY, "Bo").set(Key.WITHDRAWN_WHY, "Wrong labels")
    visitor.set_button(Key.WITHDRAW)
    (entry,) = recorded(place)

    assert (entry.state, entry.ended_by, entry.ended_why) == ("withdrawn", "Bo", "Wrong labels")
    assert "Wrong labels" in visitor.text
    assert not visitor.shows(Key.WITHDRAW)


def test_a_run_that_changed_since_is_said(
    library: Library, pets: ec.Evaluation, place: Path
) -> None:
    del pets
    fill(at_decisions()).set_button(Key.RECORD)
    table = library.folder / "pets" / "predictions.csv"
    table.write_text(table.read_text(encoding="utf-8").replace("p3,cat", "p3,dog"), "utf-8")

    assert any("labels have changed" in problem for problem in at_decisions().problems)
    assert len(recorded(place)) == 1


def test_a_decision_of_another_run_is_applied_as_far_as_its_concepts_go(
    library: Library, pets: ec.Evaluation, place: Path
) -> None:
    del pets
    fill(at_decisions(t="0.45", own=OWN)).set_button(Key.RECORD)
    library.add("next", "id,labels,score:dog,score:cow\na,dog,0.8,0.1\nb,cow,0.2,0.9\n")
    decision_id = recorded(place)[0].decision.id

    visitor = at_decisions(run="next", decision_id=decision_id)
    assert "not in this run: cat and bird" in visitor.text
    visitor.set_button(Key.USE_DECISION)

    assert visitor.rule == ec.Rule({"dog": 0.7}, default=0.45, decision="every")


def test_an_export_read_back_gives_the_same_thresholds(pets: ec.Evaluation, place: Path) -> None:
    del pets
    fill(at_decisions(t="0.1", own=["dog", "0.30000000000000004"])).set_button(Key.RECORD)
    (entry,) = recorded(place)

    assert from_json(to_json(entry.decision)).rule == entry.decision.rule
    assert entry.decision.rule.threshold_of("dog") == 0.30000000000000004


def test_a_store_that_cannot_be_used_is_said_and_the_rest_of_the_page_works(
    library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    library.add("pets")
    file = tmp_path / "holiday.txt"
    file.write_text("no database at all " * 50, encoding="utf-8")
    monkeypatch.setenv("THRESHOLD_WORKSHOP_STORE", str(file))

    visitor = at_decisions()

    assert sum("The decisions cannot be shown." in problem for problem in visitor.problems) == 1
    visitor.set(Key.SECTION, "goal")
    assert visitor.shows(Key.ADVICE)


def test_a_decision_on_the_difference_records_the_agreed_labels_and_says_so(
    pets: ec.Evaluation, place: Path
) -> None:
    with Store.open(place) as store:
        stream = stream_of(digest_of_inputs(pets.run))
        entries.cast(store, stream, voter="Ada", pair=Pair("p4", "dog"), answer="yes")
    visitor = at_decisions(truth="difference")
    used = "by the labels as agreed (1 label changed; truth "
    assert f"On this run, {used}" in visitor.text
    visitor = fill(visitor).set_button(Key.RECORD)
    (entry,) = recorded(place)
    truth = entry.decision.truth
    assert truth is not None
    assert (truth.n_changed, truth.n_disputed) == (1, 0)
    dog = next(one for one in entry.decision.concepts if one.name == "dog")
    before = pets.counts(entry.decision.rule)
    j = pets.run.position_of("dog")
    assert (dog.tp, dog.fp) == (before.tp[j] + 1, before.fp[j] - 1)
    assert used in visitor.text
    assert "have changed" not in visitor.text

    # as labelled nothing has changed either: it was made by other labels, and that is said
    labelled = at_decisions(decision_id=entry.decision.id)
    assert used in labelled.text
    assert "have changed" not in labelled.text
    assert "the page counts by the others" in " ".join(one.value for one in labelled.app.info)
    with Store.open(place) as store:
        entries.cast(store, stream, voter="Ada", pair=Pair("p4", "dog"), answer="no")
    assert "labels have changed" in " ".join(
        one.value for one in at_decisions(decision_id=entry.decision.id).app.warning
    )
