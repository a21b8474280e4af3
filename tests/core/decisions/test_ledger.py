"""Decisions on record: never edited, superseded by one event, and nobody overwrites anybody."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

import evalcore as ec
from evalcore.decisions import (
    DecisionError,
    Entry,
    Ledger,
    Pinned,
    draw_up,
    find,
    history,
    record,
    supersede,
    withdraw,
)
from evalcore.store import Store, StoreConflict, StoreError, StoreUnavailable
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


TOO_MUCH: dict[str, Any] = {
    "reasons": {"reasons": "x" * 20_001},
    "title": {"title": "x" * 201},
    "author": {"author": "x" * 201},
    "key of the run": {"run_key": "x" * 1_001},
    "split": {"split": "x" * 20_001},
    "slice": {"part": ("place", "x" * 20_001)},
    "search": {"view": {"q": ["x" * 20_001]}},
    "half a character": {"reasons": "half \ud83d"},
    "author that cannot be seen": {"author": "A\u202eda"},
    "goal's concept": {"goal_concept": "x" * 20_001},
    "id": {"decision_id": "{urn:uuid:12345678-1234-5678-1234-567812345678}"},
}


@pytest.mark.parametrize("what", list(TOO_MUCH))
def test_what_could_not_be_read_back_is_refused_before_it_is_saved(
    what: str, store: Store, small_case: Case
) -> None:
    with pytest.raises((DecisionError, StoreError)):
        record(store, decision_on(small_case, **TOO_MUCH[what]))
    assert store.events() == ()
    assert history(store).unreadable == ()


def test_a_concept_of_a_very_long_name_is_refused_before_it_is_saved(store: Store) -> None:
    run = ec.EvalRun.from_arrays([[0.9]], [[0]], concepts=["x" * 1_001])
    with pytest.raises(DecisionError, match="may have 1,000 characters"):
        record(store, draw_up(ec.Evaluation(run), ec.Rule(0.5), title="T", author="Ada"))
    assert store.events() == ()


@pytest.mark.parametrize("name", ["", " "])
def test_what_a_run_may_hold_can_be_decided_on(name: str, store: Store) -> None:
    run = ec.EvalRun.from_arrays([[0.9]], [[0]], concepts=[name], ids=[" "])
    decision = draw_up(
        ec.Evaluation(run), ec.Rule(0.5), title="T", author="Ada", pinned=[Pinned(id=" ")]
    )
    entry = record(store, decision)
    assert history(store).entries == (entry,)


@pytest.mark.parametrize(("author", "reason"), [("x" * 201, "why"), ("Ada", "x" * 20_001)])
def test_a_withdrawal_has_the_limits_of_the_record(
    author: str, reason: str, store: Store, entry: Entry
) -> None:
    with pytest.raises(DecisionError, match="characters"):
        withdraw(store, entry, author=author, reason=reason, event_id=str(uuid.uuid4()))
    assert len(store.events()) == 1


def test_one_entry_that_cannot_be_read_hides_no_other_of_its_stream(
    store: Store, entry: Entry
) -> None:
    payload = {"id": "nothing", "supersedes": entry.decision.id, "reasons": "x" * 20_001}
    store.append(
        entry.stream, kind="superseded", payload=payload, author="Bo", event_id=str(uuid.uuid4())
    )
    found = history(store)
    assert [one.decision.id for one in found.entries] == [entry.decision.id]
    assert found.entries[0].state == "superseded", "whatever has replaced it, it has ended"
    assert found.entries[0].ended_by == "Bo"
    assert len(found.unreadable) == 1


def test_a_damaged_entry_hides_no_other(store: Store, entry: Entry, small_case: Case) -> None:
    record(store, decision_on(small_case, 0.6))
    with store._database.write() as connection:
        connection.exec_driver_sql("DROP TRIGGER workshop_events_update")
        connection.exec_driver_sql("UPDATE workshop_events SET payload = '{' WHERE position = 2")
    found = history(store)
    assert [one.decision.id for one in found.entries] == [entry.decision.id]
    assert "damaged" in found.unreadable[0]


def test_the_order_is_that_of_recording_whatever_the_clock_says(
    store: Store, small_case: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    times = [datetime(2026, 5, 4, hour, tzinfo=UTC) for hour in (12, 10, 11)]
    for k, time in enumerate(times):
        monkeypatch.setattr(store._database, "now", lambda _, time=time: time)
        record(store, decision_on(small_case, title=f"number {k}"))
    titles = [one.decision.title for one in history(store).entries]
    assert titles == ["number 2", "number 1", "number 0"]


def test_a_ledger_reads_only_what_is_new(
    store: Store, entry: Entry, small_case: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    ledger = Ledger(store)
    assert ledger.history() == history(store)
    read: list[int] = []
    whole = store.entries

    def counted(*names: Any, **options: Any) -> Any:
        found = whole(*names, **options)
        read.append(len(found.found))
        return found

    monkeypatch.setattr(store, "entries", counted)
    ledger.history()
    newer = supersede(store, entry, decision_on(small_case, 0.7))
    withdraw(store, newer, author="Cy", reason="no", event_id=str(uuid.uuid4()))
    found = ledger.history()
    assert read == [2]
    assert found == history(store)
    assert [one.state for one in found.entries] == ["withdrawn", "superseded"]


def test_a_store_put_back_from_a_backup_is_read_anew(
    store: Store, entry: Entry, small_case: Case, tmp_path: Path
) -> None:
    backup = store.backup(tmp_path / "backup.db")
    record(store, decision_on(small_case, 0.6))
    ledger = Ledger(store)
    assert len(ledger.history().entries) == 2
    with Store.open(backup) as older:
        ledger._store = older
        assert [one.decision.id for one in ledger.history().entries] == [entry.decision.id]
