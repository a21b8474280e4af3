"""Schema versions: an older store is copied and brought up to date, a newer one is left alone."""

from __future__ import annotations

import sqlite3
import threading
import tomllib
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, create_engine, insert, inspect, text

from evalcore.base import home
from evalcore.store import Event, Store, StoreMismatch, schema
from evalcore.store.sqlite_file import APPLICATION_ID, version_of
from evalcore.store.tables import EVENTS, row_of
from tests.store.saying import new_id, saying

OpenStore = Callable[..., Store]
ROOT = Path(__file__).resolve().parents[2]
N_OLD = 4


def engine_of(where: str) -> Engine:
    """Return a plain engine, with nothing of the store's own."""
    if where.startswith("postgresql"):
        return create_engine(where.replace("postgresql:", "postgresql+psycopg:", 1))
    return create_engine(f"sqlite:///{where}")


def tables(where: str) -> set[str]:
    engine = engine_of(where)
    try:
        return set(inspect(engine).get_table_names())
    finally:
        engine.dispose()


def run(where: str, statement: str) -> None:
    engine = engine_of(where)
    with engine.begin() as connection:
        connection.execute(text(statement))
    engine.dispose()


def make_old(where: str) -> list[Event]:
    """Make a store of schema 1 by its own migration, with events and without drafts."""
    engine = engine_of(where)
    events: list[Event] = []
    with engine.begin() as connection:
        schema.upgrade(connection, to="0001")
        if connection.dialect.name == "sqlite":
            connection.exec_driver_sql(f"PRAGMA application_id = {APPLICATION_ID}")
        for version in range(1, N_OLD + 1):
            events.append(old_event(version, previous=events[-1].hash if events else ""))
        connection.execute(insert(EVENTS), [dict(row_of(event)) for event in events])
    engine.dispose()
    return events


@pytest.fixture
def old(where: str) -> list[Event]:
    """Return the events of an old store, on each database in turn."""
    return make_old(where)


def old_event(version: int, *, previous: str) -> Event:
    return Event.sealed(
        id=new_id(),
        stream="decision/1",
        version=version,
        kind="proposed",
        payload={"threshold": version / 10, "text": "é\0\U0001f600"},
        payload_version=1,
        author="Ada",
        trust="declared",
        time=datetime(2026, 1, version, tzinfo=UTC),
        previous=previous,
    )


def test_the_versions_follow_each_other() -> None:
    assert schema.known_versions() == ("0001", "0002", "0003", "0004")
    assert schema.latest_version() == "0004"


def test_an_older_store_is_brought_up_to_date_with_all_its_events(
    where: str, old: list[Event], opened: OpenStore
) -> None:
    assert "workshop_drafts" not in tables(where)

    store = opened(where)

    assert store.events() == tuple(old)
    assert store.verify() == N_OLD
    store.drafts.save("Ada", "note", "new in schema 2")
    assert store.drafts.get("Ada", "note") == "new in schema 2"
    assert saying(store)().version == N_OLD + 1
    assert tables(where) >= {"workshop_drafts", "workshop_events", "workshop_schema"}


def test_an_upgraded_store_has_the_schema_of_a_new_one(
    where: str, old: list[Event], opened: OpenStore, tmp_path: Path, request: Any
) -> None:
    assert old
    opened(where)
    new = str(tmp_path / "new.db")
    if where.startswith("postgresql"):
        server = request.getfixturevalue("postgres")
        new = server.address(server.new_database())
    opened(new)

    def columns(place: str) -> dict[str, list[tuple[str, str, bool]]]:
        engine = engine_of(place)
        looked = inspect(engine)
        found = {
            table: [(c["name"], str(c["type"]), c["nullable"]) for c in looked.get_columns(table)]
            for table in looked.get_table_names()
        }
        engine.dispose()
        return found

    assert columns(where) == columns(new)


def test_an_older_file_is_copied_with_the_date_before(tmp_path: Path, opened: OpenStore) -> None:
    where = str(tmp_path / "workshop.db")
    events = make_old(where)
    opened(where)

    (copy,) = tmp_path.glob("workshop.schema-0001.20*Z.db")
    assert version_of(copy) == "0001"
    assert tables(str(copy)) == {"workshop_events", "workshop_schema"}
    with closing(sqlite3.connect(copy)) as connection:
        hashes = [row[0] for row in connection.execute("SELECT hash FROM workshop_events")]
    assert hashes == [event.hash for event in events]
    # and the copy is a store in its turn
    assert opened(copy).events() == tuple(events)


def test_an_older_postgresql_store_is_copied_into_our_folder_before(
    postgres: Any, opened: OpenStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(home.HOME_VARIABLE, str(tmp_path))
    where = postgres.address(postgres.new_database())
    events = make_old(where)
    opened(where)

    (copy,) = (tmp_path / "backups").glob("postgresql.schema-0001.20*Z.jsonl")
    other = opened(tmp_path / "other.db")
    assert other.load(copy).added == N_OLD
    assert other.events() == tuple(events)


def test_a_failed_upgrade_leaves_the_store_as_it_was(
    where: str, old: list[Event], opened: OpenStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    (step,) = [s for s in schema._scripts().walk_revisions() if s.revision == "0002"]
    upgrade = step.module.upgrade

    def fail() -> None:
        upgrade()
        raise RuntimeError

    with monkeypatch.context() as patch:
        patch.setattr(step.module, "upgrade", fail)
        with pytest.raises(RuntimeError):
            Store.open(where)
    assert "workshop_drafts" not in tables(where)
    assert opened(where).events() == tuple(old)


def test_two_who_open_an_older_store_together_upgrade_it_once(
    where: str, old: list[Event], opened: OpenStore
) -> None:
    start = threading.Barrier(4)
    found: list[tuple[Event, ...]] = []

    def open_it() -> None:
        start.wait()
        found.append(opened(where).events())

    threads = [threading.Thread(target=open_it) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [tuple(old)] * 4


def test_a_newer_store_is_refused_and_not_touched(where: str, opened: OpenStore) -> None:
    with Store.open(where) as store:
        event = saying(store)()
    run(where, "UPDATE workshop_schema SET version_num = '0099'")
    before = Path(where).read_bytes() if Path(where).exists() else None

    with pytest.raises(StoreMismatch) as caught:
        opened(where)

    for part in ("a newer version", "schema 0099", "up to 0004", "Nothing was changed", "update"):
        assert part in str(caught.value)
    if before is not None:
        assert Path(where).read_bytes() == before
        assert not Path(f"{where}-wal").exists()
    run(where, "UPDATE workshop_schema SET version_num = '0004'")
    assert opened(where).events() == (event,)


def test_the_migrations_are_packaged() -> None:
    """A folder is packaged when it and those above it are packages below ``evalcore``."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    assert project["tool"]["setuptools"]["packages"]["find"] == {"include": ["evalcore*"]}
    folders = {path.parent for path in schema._FOLDER.rglob("*.py")}
    assert folders == {schema._FOLDER, schema._FOLDER / "versions"}
    assert all((folder / "__init__.py").exists() for folder in folders)
    assert len(list((schema._FOLDER / "versions").glob("v*.py"))) == len(schema.known_versions())
