"""Export and import: the same events, to the hash, on either database; damage is found."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from evalcore.store import Event, Store, StoreConflict, StoreMismatch, StoreUnavailable
from tests.store.saying import Say, saying

OpenStore = Callable[..., Store]


@pytest.fixture
def said(say: Say) -> tuple[Event, ...]:
    return (
        say("decision/1", author="Zoë \U0001f600"),
        say("decision/2", payload={"text": "\0 \u2028 ' \" \\ \U0001f600", "x": [0.1, None, True]}),
        say("decision/1", kind="agreed", trust="verified", payload_version=2),
        say("votes/Bo", payload={}),
    )


def lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def test_an_export_is_a_header_and_a_line_of_json_for_each_event(
    store: Store, said: tuple[Event, ...], tmp_path: Path
) -> None:
    path = tmp_path / "events.jsonl"

    assert store.export(path) == 4

    header, *events = lines(path)
    assert header == {"format": "threshold-workshop events", "format_version": 1}
    assert [event["hash"] for event in events] == [event.hash for event in said]
    assert events[2] == {
        "id": said[2].id,
        "stream": "decision/1",
        "version": 2,
        "kind": "agreed",
        "payload": {"threshold": 0.62},
        "payload_version": 2,
        "author": "Ada",
        "trust": "verified",
        "time": f"{said[2].time:%Y-%m-%dT%H:%M:%S.%f}Z",
        "previous": said[0].hash,
        "hash": said[2].hash,
    }
    assert path.read_bytes().isascii()


def test_part_of_the_events_can_be_exported_also_to_a_stream(
    store: Store, said: tuple[Event, ...]
) -> None:
    for options, expected in (
        ({"prefix": "decision/"}, said[:3]),
        ({"stream": "decision/2"}, said[1:2]),
        ({}, said),
    ):
        text = io.StringIO()
        assert store.export(text, **options) == len(expected)
        found = [json.loads(line)["hash"] for line in text.getvalue().splitlines()[1:]]
        assert found == [event.hash for event in expected]


def test_from_sqlite_to_postgresql_and_back_every_hash_is_the_same(
    postgres: Any, opened: OpenStore, tmp_path: Path
) -> None:
    first = opened(tmp_path / "first.db")
    say = saying(first)
    for number in range(20):
        say(f"stream {number % 3}", payload={"n": number / 7, "text": "\0é\U0001f600"})
    server = opened(postgres.address(postgres.new_database()))
    back = opened(tmp_path / "back.db")

    first.export(tmp_path / "1.jsonl")
    assert server.load(tmp_path / "1.jsonl").added == 20
    server.export(tmp_path / "2.jsonl")
    assert back.load(tmp_path / "2.jsonl").added == 20

    assert first.events() == server.events() == back.events()
    assert (tmp_path / "1.jsonl").read_bytes() == (tmp_path / "2.jsonl").read_bytes()
    assert server.verify() == back.verify() == 20
    # and the stream goes on there
    assert saying(server)("stream 0").version == 8


def test_loading_again_adds_only_what_is_new(
    store: Store, said: tuple[Event, ...], say: Say, tmp_path: Path, opened: OpenStore
) -> None:
    store.export(tmp_path / "a.jsonl")
    other = opened(tmp_path / "other.db")
    assert (other.load(tmp_path / "a.jsonl").added, len(said)) == (4, 4)
    say("decision/1")
    store.export(tmp_path / "b.jsonl")

    again, newer = other.load(tmp_path / "a.jsonl"), other.load(tmp_path / "b.jsonl")

    assert (again.added, again.known) == (0, 4)
    assert (newer.added, newer.known) == (1, 4)
    assert other.events() == store.events()
    assert (store.load(tmp_path / "b.jsonl").added, store.verify()) == (0, 5)


def test_streams_that_went_different_ways_are_not_mixed(
    store: Store, said: tuple[Event, ...], say: Say, tmp_path: Path, opened: OpenStore
) -> None:
    store.export(tmp_path / "a.jsonl")
    other = opened(tmp_path / "other.db")
    other.load(tmp_path / "a.jsonl")
    saying(other)("decision/2", kind="of the other")
    new = say("decision/3")
    say("decision/2", kind="of this one")
    store.export(tmp_path / "b.jsonl")
    before = other.events()

    with pytest.raises(StoreConflict, match=r"version 2 of 'decision/2'.*has of it \(2 entries\)"):
        other.load(tmp_path / "b.jsonl")

    assert other.events() == before
    assert new.stream not in other.streams()
    assert said[0] in before


def changed(event: dict[str, Any], **values: Any) -> str:
    return json.dumps(event | values)


DAMAGE: dict[str, tuple[Callable[[list[str]], list[str]], str]] = {
    "another author": (
        lambda rows: [rows[0], changed(json.loads(rows[1]), author="Mallory")],
        r"row 2: .*is not what its hash seals",
    ),
    "verified by hand": (
        lambda rows: [rows[0], changed(json.loads(rows[1]), trust="verified")],
        r"row 2: .*is not what its hash seals",
    ),
    "cut short": (lambda rows: [*rows[:2], rows[2][:40]], r"row 3: this is no whole JSON object"),
    "no header": (lambda rows: rows[1:], r"row 1: this is no export of a store"),
    "newer": (
        lambda rows: [rows[0].replace(":1", ":2"), rows[1]],
        r"row 1: a newer version has written this: 2",
    ),
    "empty": (lambda _: [], r"the file is empty"),
    "a list": (lambda rows: [rows[0], "[1]"], r"row 2: a JSON object is expected"),
    "a field more": (
        lambda rows: [rows[0], changed(json.loads(rows[1]), extra=1)],
        r"row 2: an event has the fields",
    ),
    "a time of another kind": (
        lambda rows: [rows[0], changed(json.loads(rows[1]), time="yesterday")],
        r"row 2: ",
    ),
    "a key twice": (
        lambda rows: [rows[0], rows[1].replace("{", '{"author":"Bo",', 1)],
        r"row 2: the key 'author' occurs more than once",
    ),
    "half a character": (
        lambda rows: [rows[0], changed(json.loads(rows[1]), author="\ud800")],
        r"row 2: The author .* cannot be seen",
    ),
    "no UTF-8": (lambda rows: [rows[0], "\udcff"], r"no text in UTF-8"),
    "a table": (lambda _: ["id,label", "1,dog"], r"row 1: this is no whole JSON object"),
}


@pytest.mark.parametrize("name", DAMAGE)
def test_a_damaged_export_adds_nothing(
    where: str, opened: OpenStore, tmp_path: Path, name: str
) -> None:
    first = opened(tmp_path / "first.db")
    for _ in range(3):
        saying(first)()
    path = tmp_path / "events.jsonl"
    first.export(path)
    damage, reason = DAMAGE[name]
    rows = damage(path.read_text().splitlines())
    path.write_text("".join(f"{row}\n" for row in rows), errors="surrogateescape")
    other = opened(where if where.startswith("postgresql") else tmp_path / "other.db")

    with pytest.raises(StoreMismatch, match=reason):
        other.load(path)

    assert other.events() == ()


def test_an_event_left_out_of_an_export_is_missed(
    store: Store, said: tuple[Event, ...], tmp_path: Path, opened: OpenStore
) -> None:
    path = tmp_path / "events.jsonl"
    store.export(path, stream=said[0].stream)
    rows = path.read_text().splitlines()
    path.write_text("\n".join([rows[0], rows[2]]) + "\n")
    with pytest.raises(StoreConflict, match=r"version 2 of .* does not continue.*\(0 entries\)"):
        opened(tmp_path / "other.db").load(path)


def test_files_that_cannot_be_read_or_written_are_said(store: Store, tmp_path: Path) -> None:
    with pytest.raises(StoreUnavailable, match=r"nowhere\.jsonl: No such file"):
        store.load(tmp_path / "nowhere.jsonl")
    with pytest.raises(StoreUnavailable, match="No such file"):
        store.export(tmp_path / "nowhere" / "events.jsonl")
    assert list(tmp_path.glob(".writing-*")) == []


def test_an_export_replaces_a_file_whole(
    store: Store, said: tuple[Event, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "events.jsonl"
    store.export(path)
    before = path.read_bytes()
    assert said
    saying(store)()

    def fail(_: object) -> str:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr("os.fsync", fail)
        with pytest.raises(StoreUnavailable, match="the disk is full"):
            store.export(path)
    assert path.read_bytes() == before
    assert list(tmp_path.glob(".writing-*")) == []
