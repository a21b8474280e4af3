"""Events, on both databases: what is appended is there, in order, sealed, and never changed."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import exc

from evalcore.store import Event, Store, StoreConflict, StoreError
from tests.store.saying import Say, new_id

OpenStore = Callable[..., Store]
CHANGES = (
    "UPDATE workshop_events SET author = 'Mallory'",
    "DELETE FROM workshop_events",
    "DELETE FROM workshop_events WHERE version = 2",
)


def test_an_event_is_what_was_said_and_who_when_and_where(store: Store) -> None:
    before = datetime.now(UTC) - timedelta(seconds=2)
    event_id = new_id()

    event = store.append(
        "decision/1",
        kind="proposed",
        payload={"threshold": 0.1 + 0.2, "concepts": ["dog"], "note": None},
        author="Ada",
        event_id=event_id,
        payload_version=3,
        trust="verified",
    )

    assert (event.id, event.stream, event.version, event.kind) == (
        event_id,
        "decision/1",
        1,
        "proposed",
    )
    assert event.payload == {"threshold": 0.30000000000000004, "concepts": ["dog"], "note": None}
    assert (event.payload_version, event.author, event.trust) == (3, "Ada", "verified")
    assert event.previous == ""
    assert event.time.utcoffset() == timedelta(0)
    assert before <= event.time <= datetime.now(UTC) + timedelta(seconds=2)
    assert store.events() == (event,)
    assert store.event(event_id) == event
    assert store.event(new_id()) is None


def test_what_was_saved_is_there_for_whoever_opens_the_store_next(
    where: str, opened: OpenStore, say: Say
) -> None:
    said = (say(), say(kind="agreed"), say("decision/2"))
    assert opened(where).events() == said
    assert opened(where, create=False).verify() == 3


def test_versions_count_within_a_stream_and_the_order_is_that_of_saving(
    store: Store, say: Say
) -> None:
    streams = ["b", "a", "b", "c", "a", "b"]
    for stream in streams:
        say(stream)

    assert [(e.stream, e.version) for e in store.events()] == [
        ("b", 1),
        ("a", 1),
        ("b", 2),
        ("c", 1),
        ("a", 2),
        ("b", 3),
    ]
    assert [e.version for e in store.events("b")] == [1, 2, 3]
    assert store.events("nothing") == ()
    assert store.heads() == {"a": 2, "b": 3, "c": 1}


def test_the_hash_is_that_of_everything_and_of_the_event_before(store: Store, say: Say) -> None:
    """Counted again with nothing of ours: sorted keys, no spaces, ASCII."""
    say(payload={"why": "é \U0001f600 \0"}, author="Zoë")
    say(payload={"b": 1, "a": [True, None, -0.5]})
    previous = ""
    for event in store.events("decision/1"):
        content = {
            "id": event.id,
            "stream": "decision/1",
            "version": event.version,
            "kind": "proposed",
            "payload": event.payload,
            "payload_version": 1,
            "author": event.author,
            "trust": "declared",
            "time": f"{event.time:%Y-%m-%dT%H:%M:%S.%f}Z",
            "previous": previous,
        }
        text = json.dumps(content, sort_keys=True, separators=(",", ":"))
        previous = hashlib.sha256(text.encode()).hexdigest()
        assert event.hash == previous


def test_saving_twice_stores_once(store: Store, say: Say) -> None:
    event_id = new_id()
    first = say(event_id=event_id, expected_version=0)

    # the second click comes with what its page knew, which is no longer the last version
    assert say(event_id=event_id, expected_version=0) == first
    assert store.events() == (first,)


@pytest.mark.parametrize(
    "other",
    [
        {"kind": "withdrawn"},
        {"payload": {"threshold": 0.63}},
        {"payload": {"threshold": 1}},
        {"author": "Bo"},
        {"stream": "decision/2"},
        {"payload_version": 2},
        {"trust": "verified"},
    ],
    ids=str,
)
def test_an_id_never_stands_for_two_things(store: Store, say: Say, other: dict[str, Any]) -> None:
    event_id = new_id()
    first = say(event_id=event_id, payload={"threshold": 1.0})
    with pytest.raises(StoreConflict, match=f"The id {event_id} stands for another entry: 'Ada'"):
        say(**{"event_id": event_id, "payload": {"threshold": 1.0}} | other)
    assert store.events() == (first,)


def test_a_conflict_says_what_the_others_did(store: Store, say: Say) -> None:
    say()
    others = (say(author="Bo", kind="superseded"), say(author="Cy", kind="withdrawn"))

    with pytest.raises(StoreConflict) as caught:
        say(expected_version=1, kind="agreed")

    assert caught.value.others == others
    for part in ("'Bo' saved 'superseded' at 20", "'Cy' saved 'withdrawn'", "(version 3)", "Hint:"):
        assert part in str(caught.value)
    assert len(store.events()) == 3
    assert say(expected_version=3, kind="agreed").version == 4


@pytest.mark.parametrize("expected", [1, 7, -1])
def test_a_version_that_never_was_is_a_conflict(store: Store, say: Say, expected: int) -> None:
    with pytest.raises(StoreConflict, match=f"has 0 entries, {expected} were expected"):
        say(expected_version=expected)
    assert store.events() == ()


NAMES = st.lists(
    st.text(alphabet="aA%_/\\é\U0001f600\uffee'", min_size=1, max_size=4), min_size=1, max_size=8
)


@given(names=NAMES, prefix=st.text(alphabet="aA%_/\\é\U0001f600\uffee'", max_size=2))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=25)
def test_a_prefix_means_the_letters_as_they_are(
    store: Store, say: Say, names: list[str], prefix: str
) -> None:
    for name in names:
        say(name)

    everything = store.events()
    streams = {event.stream for event in everything}
    expected = tuple(event for event in everything if event.stream.startswith(prefix))
    assert store.streams(prefix) == tuple(sorted(s for s in streams if s.startswith(prefix)))
    assert store.events(prefix=prefix) == expected
    assert store.revision(prefix).split("-")[0] == str(len(expected))


def test_a_follower_gets_what_it_has_not_seen(store: Store, say: Say) -> None:
    say("a")
    seen = store.heads()
    new = [say("a"), say("b"), say("a"), say("x")]

    assert sorted(e.hash for e in store.after(seen)) == sorted(e.hash for e in new)
    assert [e.version for e in store.after(seen, prefix="a")] == [2, 3]
    assert store.after(store.heads()) == ()
    assert len(store.after({})) == 5


def test_the_revision_changes_with_each_event_and_with_nothing_else(
    where: str, opened: OpenStore, store: Store, say: Say, tmp_path: Path
) -> None:
    revisions = [store.revision()]
    for _ in range(5):
        say("a/1")
        revisions.append(store.revision())
    of_b = store.revision("b/")
    store.drafts.save("Ada", "note", "text")

    assert len(set(revisions)) == 6
    assert store.revision() == revisions[-1] == opened(where).revision()
    assert store.revision("b/") == of_b
    other = opened(tmp_path / "other.db")
    for _ in range(5):
        other.append("a/1", kind="k", payload={}, author="Ada", event_id=new_id())
    assert other.revision() != store.revision()


@pytest.mark.parametrize("change", CHANGES)
def test_the_database_itself_refuses_to_change_the_past(
    store: Store, say: Say, change: str
) -> None:
    said = (say(), say(), say())
    with pytest.raises(exc.DBAPIError, match="events are never"), changing(store) as connection:
        connection.exec_driver_sql(change)
    assert store.events() == said


def changing(store: Store) -> Any:
    return store._database.write()


@pytest.mark.parametrize("version", [1, 2, 4])
def test_the_database_itself_refuses_what_does_not_come_next(
    store: Store, say: Say, version: int
) -> None:
    said = (say(), say())
    columns = "id, stream, version, kind, payload, payload_version, author, trust, time, previous"
    with pytest.raises(exc.DBAPIError, match="next of its stream"), changing(store) as connection:
        connection.exec_driver_sql(
            f"INSERT INTO workshop_events ({columns}, hash) VALUES "  # noqa: S608 - constants
            f"('{new_id()}', 'decision/1', {version}, 'k', '{{}}', 1, 'M', 'declared', 't', '', '')"
        )
    assert store.events() == said


def test_a_replacing_insert_is_refused_on_sqlite(tmp_path: Path, opened: OpenStore) -> None:
    store = opened(tmp_path / "a.db")
    event = store.append("a", kind="k", payload={}, author="Ada", event_id=new_id())
    copy = "SELECT position, id, stream, version, 'x', payload, payload_version, author, trust"
    with pytest.raises(exc.DBAPIError, match="only ever added"), changing(store) as connection:
        connection.exec_driver_sql(
            f"INSERT OR REPLACE INTO workshop_events {copy}, time, previous, hash "
            "FROM workshop_events"
        )
    assert store.events() == (event,)


def test_a_table_cannot_be_emptied_on_postgresql(postgres: Any, opened: OpenStore) -> None:
    store = opened(postgres.address(postgres.new_database()))
    event = store.append("a", kind="k", payload={}, author="Ada", event_id=new_id())
    with pytest.raises(exc.DBAPIError, match="events are never"), changing(store) as connection:
        connection.exec_driver_sql("TRUNCATE workshop_events")
    assert store.events() == (event,)


TAMPERING = {
    "UPDATE workshop_events SET author = 'Mallory' WHERE version = 2": "content that its hash",
    "UPDATE workshop_events SET trust = 'verified' WHERE version = 2": "content that its hash",
    """UPDATE workshop_events SET payload = '{"threshold":0.9}' WHERE version = 1""": "content",
    "DELETE FROM workshop_events WHERE version = 2": "follows version 1",
    "DELETE FROM workshop_events WHERE version = 1": "follows version 0",
    "UPDATE workshop_events SET previous = '' WHERE version = 3": "event before it",
}


@pytest.mark.parametrize("change", TAMPERING)
def test_who_takes_the_triggers_away_and_changes_the_past_is_found_out(
    store: Store, say: Say, change: str
) -> None:
    for _ in range(3):
        say()
    assert store.verify() == 3
    with changing(store) as connection:
        if connection.dialect.name == "sqlite":
            for name in ("update", "delete"):
                connection.exec_driver_sql(f"DROP TRIGGER workshop_events_{name}")
        else:
            connection.exec_driver_sql("DROP TRIGGER workshop_events_change ON workshop_events")
        connection.exec_driver_sql(change)
    with pytest.raises(StoreError, match=TAMPERING[change]):
        store.verify()


def test_events_compare_and_cannot_be_changed(say: Say, store: Store) -> None:
    event = say()
    assert {event, *store.events()} == {event}
    with pytest.raises(AttributeError):
        event.author = "Mallory"  # type: ignore[misc]
    assert isinstance(event, Event)
