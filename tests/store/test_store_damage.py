"""A store that was changed or damaged from outside: noticed, said, read as far as it goes."""

from __future__ import annotations

import os
import sqlite3
import uuid
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from evalcore.commands import main
from evalcore.store import Damaged, Event, Store, StoreMismatch, StoreUnavailable
from tests.store.saying import saying

OpenStore = Callable[..., Store]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "workshop.db"


@pytest.fixture
def said(path: Path) -> tuple[Event, ...]:
    """Return five events: three decisions, the last of two versions and with a second thought."""
    with Store.open(path) as store:
        say = saying(store)
        for stream in ("decision/1", "decision/2", "decision/3", "decision/3", "decision/3"):
            say(stream)
        return store.events()


def change(path: Path, *statements: str) -> None:
    """Change a store as somebody with a database browser does, past its triggers."""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        triggers = connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        for (name,) in triggers.fetchall():
            connection.execute(f"DROP TRIGGER {name}")
        for statement in statements:
            connection.execute(statement)


GONE = {
    "a whole decision": "DELETE FROM workshop_events WHERE stream = 'decision/2'",
    "the first decision": "DELETE FROM workshop_events WHERE stream = 'decision/1'",
    "the last event of a stream": "DELETE FROM workshop_events WHERE position = 5",
    "all": "DELETE FROM workshop_events",
    "an event in the middle": "DELETE FROM workshop_events WHERE position = 4",
    "the order": "UPDATE workshop_events SET position = 9 WHERE position = 1",
    "the name of a stream": "UPDATE workshop_events SET stream = 'decision/9' WHERE position = 2",
    "the head": "UPDATE workshop_head SET events = 4",
    "the seal": "UPDATE workshop_head SET seal = 'x'",
    "no head": "DELETE FROM workshop_head",
    "two heads": "INSERT INTO workshop_head VALUES (5, '')",
}


@pytest.mark.parametrize("what", list(GONE))
def test_what_was_taken_away_is_noticed(
    what: str, path: Path, said: tuple[Event, ...], opened: OpenStore
) -> None:
    assert len(said) == 5
    assert opened(path).verify() == 5
    change(path, GONE[what])
    with pytest.raises(StoreMismatch, match="changed outside of Threshold Workshop"):
        opened(path).verify()


def test_what_is_missing_is_counted(path: Path, said: tuple[Event, ...], opened: OpenStore) -> None:
    assert said
    change(path, GONE["a whole decision"])
    with pytest.raises(StoreMismatch, match="5 events were saved, and there are 4"):
        opened(path).verify()


DAMAGE = {
    "a payload that is no JSON": "payload = '{'",
    "a payload that is no object": "payload = '[1]'",
    "a payload of NaN": "payload = '{\"a\": NaN}'",
    "a payload of bytes": "payload = x'ff00'",
    "a time that is none": "time = 'yesterday'",
    "a time without its zone": "time = '2026-05-04'",
    "a time before all times": "time = '0001-01-01T00:00:00+14:00'",
    "a time after all times": "time = '9999-12-31T23:59:59-14:00'",
    "an author of bytes": "author = x'ff'",
    "a kind of bytes": "kind = x'ff'",
    "a version that is no number": "version = 'two'",
    "a hash of bytes": "hash = x'00'",
}


@pytest.mark.parametrize("what", list(DAMAGE))
def test_what_was_damaged_is_said_and_hides_nothing_else(
    what: str, path: Path, said: tuple[Event, ...], opened: OpenStore
) -> None:
    change(
        path,
        "PRAGMA ignore_check_constraints = ON",
        f"UPDATE workshop_events SET {DAMAGE[what]} WHERE position = 2",  # noqa: S608 - one of ours
    )
    store = opened(path)
    with pytest.raises(StoreMismatch, match="changed outside of Threshold Workshop"):
        store.verify()
    found = [one for _, one in store.entries().found]
    assert [one for one in found if isinstance(one, Event)] == [said[0], *said[2:]]
    assert sum(isinstance(one, Damaged) for one in found) == 1
    with pytest.raises(StoreMismatch, match=r"is damaged: .*Hint: run"):
        store.events()
    assert saying(store)("decision/1").version == 2, "others may be added all the same"


def test_a_command_says_it_in_one_line(
    path: Path, said: tuple[Event, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    assert said
    change(path, "UPDATE workshop_events SET payload = '{' WHERE position = 2")
    for task in ("verify", "info"):
        assert main(["store", task, "--store", str(path)]) == 1
        assert "is damaged" in capsys.readouterr().err


@pytest.mark.parametrize(
    "statement",
    [
        "DROP TABLE workshop_drafts",
        "DROP TABLE workshop_events",
        "DROP TABLE workshop_head",
        "INSERT INTO workshop_schema VALUES ('0001')",
    ],
)
def test_a_store_of_missing_tables_or_two_versions_is_refused_in_words(
    statement: str, path: Path, said: tuple[Event, ...], opened: OpenStore
) -> None:
    assert said
    change(path, statement)
    content = path.read_bytes()
    with pytest.raises(StoreMismatch, match=r"Nothing was changed. Hint: .*last backup"):
        opened(path)
    assert path.read_bytes() == content


def test_a_table_that_goes_while_the_store_is_open_is_said(path: Path, opened: OpenStore) -> None:
    store = opened(path)
    saying(store)()
    change(path, "DROP TABLE workshop_drafts", "DROP TABLE workshop_events")
    for use in (store.events, lambda: store.drafts.save("Ada", "note", "text"), saying(store)):
        with pytest.raises(StoreMismatch, match="lacks a table"):
            use()


def test_a_path_with_a_nul_is_refused_in_words() -> None:
    with pytest.raises(StoreUnavailable, match="NUL"):
        Store.open("work\0shop.db")


def test_an_empty_file_is_a_new_store_for_the_app_and_none_for_the_commands(
    path: Path, opened: OpenStore, capsys: pytest.CaptureFixture[str]
) -> None:
    path.touch()
    for task in ("verify", "info"):
        assert main(["store", task, "--store", str(path)]) == 1
        assert "there is no store yet" in capsys.readouterr().err
    assert path.stat().st_size == 0
    assert opened(path).events() == ()


def test_an_export_that_an_editor_has_saved_is_read(
    path: Path, said: tuple[Event, ...], opened: OpenStore, tmp_path: Path
) -> None:
    export = tmp_path / "events.jsonl"
    opened(path).export(export)
    export.write_bytes(b"\xef\xbb\xbf" + export.read_bytes())
    assert opened(tmp_path / "other.db").load(export).added == len(said)


@pytest.mark.parametrize("time", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00"])
def test_an_export_of_times_that_are_none_is_refused_in_words(
    time: str, path: Path, said: tuple[Event, ...], opened: OpenStore, tmp_path: Path
) -> None:
    export = tmp_path / "events.jsonl"
    store = opened(path)
    store.export(export)
    old = f"{said[1].time:%Y-%m-%dT%H:%M:%S.%fZ}"
    export.write_text(export.read_text().replace(old, time))
    with pytest.raises(StoreMismatch, match="row 3: a time that is none in UTC"):
        opened(tmp_path / "other.db").load(export)


PASSWORDS = ["p@ss/word", "p/w@rd", "p@ss", "p?s@s", "p#s@s", "@", "/@/", "a@b@c", "p%@s"]


@pytest.mark.parametrize("password", PASSWORDS)
@pytest.mark.parametrize("rest", ["h/d", "h:1/d", "/d", "h", ""])
def test_no_part_of_a_password_is_ever_shown(password: str, rest: str) -> None:
    secret = password.replace("p", "pzq").replace("@", "@zq")
    with pytest.raises(StoreUnavailable) as told:
        Store.open(f"postgresql://ada:{secret}@{rest}", wait=0.1)
    assert "zq" not in str(told.value)


def test_ids_stay_what_they_are(path: Path, opened: OpenStore) -> None:
    one = str(uuid.uuid4())
    assert saying(opened(path))(event_id=one.upper()).id == one
    assert os.fspath(path) in opened(path).place
