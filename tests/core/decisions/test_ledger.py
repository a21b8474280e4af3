"""Decisions on record: never edited, superseded by one event, and nobody overwrites anybody."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

import evalcore as ec
from evalcore.decisions import (
    DecisionError,
    Entry,
    draw_up,
    find,
    history,
    record,
    supersede,
    withdraw,
)
from evalcore.store import Store, StoreConflict, StoreUnavailable
from tests.support.cases import Case
from tests.support.decisions import decision_on


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(tmp_path / "workshop.db") as opened:
        yield opened


@pytest.fixture
def entry(store: Store, small_case: Case) -> Entry:
    return record(store, decision_on(small_case, 0.5, run_key="pets", reasons="first"))


def test_a_recorded_decision_is_read_back_with_the_time_of_the_record(
    store: Store, small_case: Case
) -> None:
    decision = decision_on(small_case, 0.5, run_key="pets")
    entry = record(store, decision)
    (event,) = store.events()

    assert entry.decision == decision.at(event.time)
    assert history(store).entries == (entry,)
    assert entry.state == "in force"
    assert event.author == "Ada"


def test_recording_twice_records_once(store: Store, small_case: Case) -> None:
    decision = decision_on(small_case)
    first = record(store, decision)
    # a second click draws the same decision up again, a moment later
    second = record(store, replace(decision, time=decision.time.replace(year=2040)))

    assert first == second
    assert len(store.events()) == 1


def test_the_same_id_for_another_decision_is_refused(
    store: Store, entry: Entry, small_case: Case
) -> None:
    with pytest.raises(StoreConflict):
        record(store, decision_on(small_case, 0.9, decision_id=entry.decision.id))
    assert len(store.events()) == 1


def test_superseding_is_one_event_that_says_who_and_why(
    store: Store, entry: Entry, small_case: Case
) -> None:
    new = decision_on(small_case, 0.7, author="Bo", reasons="too many mistakes", run_key="pets")
    newer = supersede(store, entry, new)
    latest, old = history(store).of_run("pets")

    assert len(store.events()) == 2
    assert latest == newer
    assert latest.decision.supersedes == entry.decision.id
    assert (old.state, old.ended_by, old.ended_why) == ("superseded", "Bo", "too many mistakes")
    assert (old.successor, old.ended_at) == (new.id, latest.decision.time)
    assert old.decision == entry.decision
    assert old.revision != entry.revision
    assert supersede(store, entry, new) == newer, "a second click changes nothing"
    assert len(store.events()) == 2


def test_of_two_who_supersede_the_same_decision_one_is_told_of_the_other(
    store: Store, entry: Entry, small_case: Case
) -> None:
    supersede(store, entry, decision_on(small_case, 0.7, author="Bo"))

    with pytest.raises(StoreConflict, match="Bo"):
        supersede(store, entry, decision_on(small_case, 0.6, author="Cy"))
    assert len(history(store).entries) == 2


def test_a_chain_has_one_decision_in_force(store: Store, entry: Entry, small_case: Case) -> None:
    for threshold in (0.6, 0.7, 0.8):
        entry = supersede(store, entry, decision_on(small_case, threshold))
    found = history(store).entries

    assert [one.state for one in found] == ["in force", "superseded", "superseded", "superseded"]
    assert [one.decision.concepts[0].threshold for one in found] == [0.8, 0.7, 0.6, 0.5]


def test_a_withdrawn_decision_stays_on_record_with_who_and_why(store: Store, entry: Entry) -> None:
    click = str(uuid.uuid4())
    for _ in range(2):
        withdraw(store, entry, author="Bo", reason="wrong data set", event_id=click)
    (found,) = history(store).entries

    assert len(store.events()) == 2
    assert (found.state, found.ended_by, found.ended_why) == ("withdrawn", "Bo", "wrong data set")
    assert found.decision == entry.decision
    assert found.successor is None
    with pytest.raises(DecisionError, match="withdrawn already"):
        withdraw(store, found, author="Cy", reason="again", event_id=str(uuid.uuid4()))


def test_what_is_no_longer_in_force_cannot_be_superseded(
    store: Store, entry: Entry, small_case: Case
) -> None:
    withdraw(store, entry, author="Bo", reason="x", event_id=str(uuid.uuid4()))

    with pytest.raises(DecisionError, match="withdrawn already"):
        supersede(store, find(store, entry.decision.id), decision_on(small_case, 0.7))
    assert len(store.events()) == 2


@pytest.mark.parametrize(("author", "reason"), [("", "why"), ("Bo", "  ")])
def test_who_withdraws_gives_name_and_reason(
    author: str, reason: str, store: Store, entry: Entry
) -> None:
    with pytest.raises(DecisionError, match="gives a"):
        withdraw(store, entry, author=author, reason=reason, event_id=str(uuid.uuid4()))
    assert len(store.events()) == 1


def test_a_decision_that_supersedes_is_not_recorded_as_a_first_one(
    store: Store, entry: Entry, small_case: Case
) -> None:
    with pytest.raises(DecisionError, match="use supersede"):
        record(store, decision_on(small_case, supersedes=entry.decision.id))


def test_what_cannot_be_read_is_told_and_hides_nothing(store: Store, entry: Entry) -> None:
    for name, kind in (("foreign", "recorded"), ("newer", "amended")):
        store.append(
            f"decision/{name}", kind=kind, payload={"x": 1}, author="Bo",
            event_id=str(uuid.uuid4()),
        )  # fmt: skip
    found = history(store)

    assert found.entries == (entry,)
    assert len(found.unreadable) == 2
    assert any("decision/foreign version 1" in text for text in found.unreadable)


def test_decisions_of_other_runs_are_kept_apart(
    store: Store, entry: Entry, small_case: Case
) -> None:
    other = record(store, decision_on(small_case, 0.4, run_key="other"))

    assert history(store).of_run("pets") == (entry,)
    assert history(store).of_run("other") == (other,)
    assert find(store, other.decision.id) == other
    with pytest.raises(DecisionError, match="no decision"):
        find(store, str(uuid.uuid4()))


def test_a_store_that_cannot_be_used_saves_nothing_and_says_so(
    tmp_path: Path, small_case: Case
) -> None:
    path = tmp_path / "locked.db"
    with Store.open(path) as holder, Store.open(path, wait=0.1) as other:
        with holder._database.write("test"), pytest.raises(StoreUnavailable):
            record(other, decision_on(small_case))
        assert history(other).entries == ()


def test_a_decision_of_six_hundred_concepts_fits(store: Store) -> None:
    n = 600
    run = ec.EvalRun.from_arrays([[0.5] * n], [[0]], concepts=[f"concept {j}" for j in range(n)])
    evaluation = ec.Evaluation(run)
    entry = record(store, draw_up(evaluation, ec.Rule(0.1), title="T", author="Ada"))

    assert find(store, entry.decision.id).decision == entry.decision
