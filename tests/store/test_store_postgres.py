"""A PostgreSQL server that cannot be used: a clear message, and no password in it."""

from __future__ import annotations

import importlib.util
import secrets
from collections.abc import Callable
from pathlib import Path

import pytest

from evalcore.store import Store, StoreMismatch, StoreUnavailable
from tests.store.postgres_server import QUOTED, Server
from tests.store.saying import new_id, saying, writing_elsewhere

OpenStore = Callable[..., Store]


@pytest.fixture
def where(postgres: Server) -> str:
    return postgres.address(postgres.new_database())


def test_the_place_has_no_password(where: str, opened: OpenStore) -> None:
    place = opened(where + "?sslpassword=hidden&application_name=mine").place
    assert place.startswith("postgresql://workshop@127.0.0.1:")
    assert place.endswith("?application_name=mine")
    assert "s3cret" not in place


@pytest.mark.parametrize("scheme", ["postgresql", "postgres", "postgresql+psycopg"])
def test_each_way_to_write_the_address_opens_it(where: str, opened: OpenStore, scheme: str) -> None:
    assert opened(where.replace("postgresql", scheme, 1)).events() == ()


def test_a_server_that_does_not_answer_is_said(postgres: Server) -> None:
    with pytest.raises(StoreUnavailable, match=r"127\.0\.0\.1:1/.*cannot be reached.*Hint") as said:
        Store.open(f"postgresql://workshop:{QUOTED}@127.0.0.1:1/postgres")
    assert "s3cret" not in str(said.value)
    assert postgres.port != 1


def test_a_wrong_password_and_an_unknown_user_are_said(postgres: Server) -> None:
    for wrong in ({"password": "guess"}, {"user": "stranger"}):
        with pytest.raises(StoreUnavailable, match=r"refuses this user or password.*Hint") as said:
            Store.open(postgres.address("postgres", **wrong))
        assert "guess" not in str(said.value)
        assert "s3cret" not in str(said.value)


def test_a_missing_database_is_said(postgres: Server) -> None:
    with pytest.raises(StoreUnavailable, match=r"no such database\. Hint: make it with createdb"):
        Store.open(postgres.address("nowhere"))


def test_a_missing_driver_is_said(where: str, monkeypatch: pytest.MonkeyPatch) -> None:
    find_spec = importlib.util.find_spec
    monkeypatch.setattr(
        importlib.util, "find_spec", lambda name: None if name == "psycopg" else find_spec(name)
    )
    with pytest.raises(
        StoreUnavailable, match=r'driver .* is missing\. Hint: pip install "psycopg'
    ):
        Store.open(where)


@pytest.mark.parametrize(
    "address",
    [
        "postgresql://ada:s3@cret@server/db",
        "postgresql://ada:s3cret@server:port/db",
    ],
)
def test_an_address_that_cannot_be_read_is_not_repeated(address: str) -> None:
    with pytest.raises(StoreUnavailable, match=r"must look like postgresql://user@server") as said:
        Store.open(address)
    assert "cret" not in str(said.value)


def test_another_kind_of_address_is_said() -> None:
    with pytest.raises(StoreUnavailable, match=r"not mysql://\."):
        Store.open("mysql://ada:s3cret@server/db")
    with pytest.raises(StoreUnavailable, match=r"not postgresq://\. Did you mean 'postgresql'\?"):
        Store.open("postgresq://server/db")


def test_a_database_that_cannot_hold_every_name_is_refused(postgres: Server) -> None:
    name = postgres.new_database(options="ENCODING 'LATIN1' LOCALE 'C' TEMPLATE template0")
    with pytest.raises(StoreMismatch, match=r"encoding LATIN1, which cannot hold every name.*Hint"):
        Store.open(postgres.address(name))


def test_a_user_who_may_not_make_tables_is_told(postgres: Server) -> None:
    user = f"reader{secrets.token_hex(4)}"
    postgres.run(f"CREATE USER {user} PASSWORD 'x'")
    name = postgres.new_database()
    with pytest.raises(StoreUnavailable, match=r"may not do that.*Nothing was saved.*grant CREATE"):
        Store.open(postgres.address(name, user=user, password="x"))  # noqa: S106 - for a minute


def test_who_may_only_read_is_told_when_saving(postgres: Server, opened: OpenStore) -> None:
    user = f"reader{secrets.token_hex(4)}"
    name = postgres.new_database()
    event = saying(opened(postgres.address(name)))()
    postgres.run(
        f"CREATE USER {user} PASSWORD 'x'",
        f"GRANT SELECT ON ALL TABLES IN SCHEMA public TO {user}",
        database=name,
    )
    store = opened(postgres.address(name, user=user, password="x"))  # noqa: S106 - for a minute
    assert store.events() == (event,)
    with pytest.raises(StoreUnavailable, match=r"may not do that.*SELECT, INSERT"):
        saying(store)()


def test_a_read_only_server_is_said_when_saving(
    postgres: Server, where: str, opened: OpenStore
) -> None:
    store = opened(where)
    database = where.rsplit("/", 1)[1]
    postgres.run(f"ALTER DATABASE {database} SET default_transaction_read_only = on")
    reader = opened(where)
    assert reader.events() == ()
    with pytest.raises(StoreUnavailable, match=r"only allows reading\. Nothing was saved\. Hint"):
        saying(reader)()
    assert saying(store)().version == 1


def test_a_stream_that_others_hold_too_long_is_said(where: str, opened: OpenStore) -> None:
    store, other = opened(where, wait=0.2), opened(where)
    with writing_elsewhere(other, "stream decision/1"):
        with pytest.raises(StoreUnavailable, match=r"were writing to it all the time.*Hint: save"):
            saying(store)()
        assert saying(store)("decision/2").version == 1  # other streams do not wait
    assert saying(store)().version == 1


def test_a_broken_connection_is_said_and_saving_again_stores_once(
    postgres: Server, where: str, opened: OpenStore
) -> None:
    store = opened(where)
    event_id = new_id()
    cut = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{}'"

    def cut_off_and_save() -> None:
        with store._database.write() as connection:
            postgres.run(cut.format(where.rsplit("/", 1)[1]))
            connection.exec_driver_sql("SELECT 1")

    with pytest.raises(StoreUnavailable, match=r"connection broke.*nothing is stored twice"):
        cut_off_and_save()
    first = saying(store)(event_id=event_id)  # a new connection is made without a word
    postgres.run(cut.format(where.rsplit("/", 1)[1]))
    assert saying(store)(event_id=event_id) == first
    assert store.events() == (first,)


def test_saved_means_saved_also_where_the_server_would_not_wait(
    postgres: Server, where: str, opened: OpenStore
) -> None:
    database = where.rsplit("/", 1)[1]
    postgres.run(f"ALTER DATABASE {database} SET synchronous_commit = off")
    with opened(where)._database.write("stream a") as connection:
        assert connection.exec_driver_sql("SHOW synchronous_commit").scalar() == "on"


def test_another_programs_tables_are_left_alone(
    postgres: Server, where: str, opened: OpenStore
) -> None:
    database = where.rsplit("/", 1)[1]
    postgres.run(
        "CREATE TABLE events (name text)",
        "CREATE TABLE alembic_version (version_num text)",
        "INSERT INTO alembic_version VALUES ('of another program')",
        database=database,
    )
    assert saying(opened(where))().version == 1
    with postgres.connect(database) as connection:
        assert connection.execute("SELECT * FROM alembic_version").fetchall() == [
            ("of another program",)
        ]
    postgres.run("DROP TABLE workshop_schema", database=database)
    with pytest.raises(StoreMismatch, match="none that says which version wrote it"):
        Store.open(where)


def test_a_backup_is_the_servers_own_affair(where: str, opened: OpenStore, tmp_path: Path) -> None:
    with pytest.raises(StoreUnavailable, match=r"backed up with pg_dump.*Hint"):
        opened(where).backup(tmp_path / "backup.db")
    assert list(tmp_path.iterdir()) == []


def test_the_servers_clock_counts(where: str, opened: OpenStore) -> None:
    store = opened(where)
    with store._database.read() as connection:
        before = store._database.now(connection)
    event = saying(store)()
    with store._database.read() as connection:
        assert before <= event.time <= store._database.now(connection)
