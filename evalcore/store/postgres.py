"""A store on a PostgreSQL server, for a team."""

from __future__ import annotations

import hashlib
import importlib.util
import weakref
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, TextClause, create_engine, func, make_url, select, text
from sqlalchemy.exc import ArgumentError

from evalcore.base import home
from evalcore.errors import StoreMismatch, StoreUnavailable
from evalcore.store import queries, schema
from evalcore.store.database import WAIT_SECONDS, Database
from evalcore.store.explain import explained
from evalcore.store.export import write_events
from evalcore.store.sqlite_file import with_date

__all__ = ["SCHEMES", "PostgresDatabase"]

SCHEMES = ("postgresql", "postgres", "postgresql+psycopg")
_EVERYTHING = "everything"
_BELL = "workshop_notices"


class PostgresDatabase(Database):
    """The tables ``workshop_*`` of one database.

    Raises
    ------
    StoreError
        When the driver is missing, the server does not let this user in, or the store there is of
        a newer version (it is left untouched).
    """

    def __init__(self, address: str, *, wait: float = WAIT_SECONDS) -> None:
        url = _url(address)
        self.place = _place(url)
        self._wait = wait
        if importlib.util.find_spec("psycopg") is None:
            msg = (
                f"{self.place}: the driver for PostgreSQL is missing. Hint: "
                'pip install "psycopg[binary]", then start again.'
            )
            raise StoreUnavailable(msg)
        self.engine = create_engine(
            url,
            pool_pre_ping=True,
            pool_timeout=wait,
            connect_args={
                "connect_timeout": max(2, round(wait)),
                "client_encoding": "utf8",
                "application_name": "threshold-workshop",
            },
        )
        self._finish = weakref.finalize(self, self.engine.dispose)
        try:
            with explained(self.place):
                self._set_up()
        except BaseException:
            self.close()
            raise

    def _set_up(self) -> None:
        with self._reading() as connection:
            version = schema.current_version(connection, place=self.place)
            encoding = connection.scalar(text("SHOW server_encoding"))
        if encoding != "UTF8":
            msg = (
                f"{self.place}: the database has the encoding {encoding}, which cannot hold every "
                "name. Hint: make another one with createdb --encoding UTF8 --template template0."
            )
            raise StoreMismatch(msg)
        if version == schema.latest_version():
            return
        with self._writing(()) as connection:
            version = schema.current_version(connection, place=self.place)
            if version not in {None, schema.latest_version()}:
                _keep_a_copy(connection, version)
            schema.upgrade(connection)

    @contextmanager
    def _reading(self) -> Iterator[Connection]:
        with self.engine.connect() as plain:
            connection = plain.execution_options(isolation_level="REPEATABLE READ")
            with connection.begin():
                yield connection

    @contextmanager
    def _writing(self, names: tuple[str, ...]) -> Iterator[Connection]:
        with self.engine.connect() as connection, connection.begin():
            _prepare(connection, wait=self._wait)
            _lock(connection, names)
            yield connection

    @contextmanager
    def listening(self) -> Iterator[Callable[[float], None]]:
        """Give what waits for a ring, on a connection of its own."""
        import psycopg  # noqa: PLC0415 - it may be missing, which was told at the opening

        with explained(self.place), self.engine.connect() as plain:
            connection = plain.execution_options(isolation_level="AUTOCOMMIT")
            connection.exec_driver_sql(f"LISTEN {_BELL}")
            driver: Any = connection.connection.driver_connection

            def wait(seconds: float) -> None:
                try:
                    for _ in driver.notifies(timeout=seconds, stop_after=1):
                        pass
                except psycopg.Error as error:
                    msg = f"{self.place}: the connection broke ({error})."
                    raise StoreUnavailable(msg) from error

            try:
                yield wait
            finally:
                connection.invalidate()  # nobody else shall hear it

    def ring(self, connection: Connection) -> None:
        """Wake who listens, once this transaction is saved."""
        connection.exec_driver_sql(f"NOTIFY {_BELL}")

    def now(self, connection: Connection) -> datetime:
        """Return the time of the database server."""
        time: datetime = connection.execute(select(func.clock_timestamp())).scalar_one()
        return time.astimezone(UTC)

    def backup(self, target: Path) -> None:
        """Refuse: a server's backup is made with the server's own tools."""
        msg = (
            f"{self.place}: a PostgreSQL database is backed up with pg_dump, not into {target}. "
            "Hint: pg_dump, or `store export` for the events alone."
        )
        raise StoreUnavailable(msg)

    def close(self) -> None:
        """Close every connection."""
        self._finish()


def _keep_a_copy(connection: Connection, version: str | None) -> None:
    """Write the events beside what this program writes itself, before the schema changes."""
    folder = home.home() / "backups"
    folder.mkdir(parents=True, exist_ok=True)
    name = with_date(folder / "postgresql.jsonl", f"schema-{version}")
    write_events(queries.events(connection, None, None), name)


def _prepare(connection: Connection, *, wait: float) -> None:
    """Set, for this transaction, how long to wait, and that saved means saved."""
    milliseconds = str(round(wait * 1000))
    connection.execute(select(func.set_config("lock_timeout", milliseconds, True)))  # noqa: FBT003
    connection.execute(
        text(
            "SELECT set_config('synchronous_commit', 'on', true) "
            "WHERE current_setting('synchronous_commit') = 'off'"
        )
    )


def _lock(connection: Connection, names: tuple[str, ...]) -> None:
    """Wait for who writes the same; the locks end with the transaction.

    Under the lock of its stream an event finds the one before it, which is therefore visible to
    every reader that sees this one.
    """
    if not names:
        connection.execute(_call("pg_advisory_xact_lock"), {"key": _key(_EVERYTHING)})
        return
    connection.execute(_call("pg_advisory_xact_lock_shared"), {"key": _key(_EVERYTHING)})
    # in one order for all, so that two writers never wait for each other
    for key in sorted({_key(name) for name in names}):
        connection.execute(_call("pg_advisory_xact_lock"), {"key": key})


def _call(function: str) -> TextClause:
    return text(f"SELECT {function}(:key)")


def _key(name: str) -> int:
    digest = hashlib.sha256(f"threshold-workshop {name}".encode()).digest()
    return int.from_bytes(digest[:8], "big", signed=True)


def _url(address: str) -> URL:
    try:
        url = make_url(address)
        # an unescaped @, / or ? in the password moves its rest into what messages show
        unreadable = address.count("@") > 1 or "@" in f"{url.database}{url.query}"
    except (ArgumentError, ValueError):
        unreadable = True
    if unreadable:
        # the text itself is not repeated: it may hold a password
        msg = (
            "The address of the store cannot be read. It must look like "
            "postgresql://user@server:5432/database. Hint: write special characters of a password "
            "as %40 and the like."
        )
        raise StoreUnavailable(msg)
    return url.set(drivername="postgresql+psycopg")


def _place(url: URL) -> str:
    shown = URL.create(
        "postgresql",
        username=url.username,
        host=url.host,
        port=url.port,
        database=url.database,
        query={key: value for key, value in url.query.items() if "password" not in key},
    )
    return shown.render_as_string(hide_password=False)
