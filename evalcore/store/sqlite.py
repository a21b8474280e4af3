"""A store in one SQLite file: the default, with nothing to set up."""

from __future__ import annotations

import errno
import os
import sqlite3
import time
import weakref
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Connection, Engine, NullPool, QueuePool, create_engine, event

from evalcore.errors import StoreMismatch, StoreUnavailable
from evalcore.store import schema
from evalcore.store.database import WAIT_SECONDS, Database
from evalcore.store.explain import explained
from evalcore.store.sqlite_file import (
    APPLICATION_ID,
    WriteLock,
    copy_into,
    identity,
    read_only_address,
    version_of,
    with_date,
)

__all__ = ["SqliteDatabase"]

N_CONNECTIONS = 10
LOOK_SECONDS = 0.02
"""Between two looks at whether another connection has written."""
_WRITES = "workshop_writes"


class SqliteDatabase(Database):
    """One file, with its ``-wal`` and ``-shm`` while it is open, and its lock file.

    In a folder that cannot be written, where neither can be made, it is opened for reading only.

    Raises
    ------
    StoreError
        When the file is no store of this program or of a newer version (it is left untouched), is
        locked, damaged, or cannot be written.
    """

    def __init__(self, path: Path, *, wait: float = WAIT_SECONDS, create: bool = True) -> None:
        self.path = path.expanduser().resolve()
        self.place = str(self.path)
        self._wait = wait
        self._lock = WriteLock(self.path, wait=wait)
        with explained(self.place):
            # an empty file is what a first start leaves that was ended at once: it may begin anew
            if not create and not (self.path.exists() and self.path.stat().st_size):
                msg = f"{self.place}: there is no store yet. Hint: name another with --store."
                raise StoreUnavailable(msg)
            version = version_of(self.path)  # refuses before anything of ours is made beside it
            self.is_read_only = version is not None and not _may_write(self.path.parent)
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self.engine = _engine(self.path, wait, read_only=self.is_read_only)
            self._finish = weakref.finalize(self, _dispose, self.engine, self._lock)
            try:
                if self.is_read_only:
                    _refuse_older(version, self.place)
                elif version == schema.latest_version():
                    self._use_wal()
                else:
                    self._set_up()
            except BaseException:
                self.close()
                raise
        self._identity = identity(self.path)

    def _set_up(self) -> None:
        with self._lock.held():
            version = version_of(self.path)
            if version == schema.latest_version():
                return  # another process was faster
            if version is not None:
                copy_into(self.path, with_date(self.path, f"schema-{version}"))
            self._pragma("journal_mode = WAL")
            with self._transaction() as connection:
                connection.exec_driver_sql(f"PRAGMA application_id = {APPLICATION_ID}")
                schema.upgrade(connection)

    def _use_wal(self) -> None:
        """Let people read while somebody writes; a backup that was put back does not."""
        if self._pragma("journal_mode") != "wal":
            # where it cannot be written it can be read all the same
            with suppress(sqlite3.OperationalError, StoreUnavailable, OSError), self._lock.held():
                self._pragma("journal_mode = WAL")

    def _pragma(self, text: str) -> object:
        # past SQLAlchemy, which would begin a transaction first
        with self.engine.connect() as connection:
            cursor = connection.connection.cursor()
            return cursor.execute(f"PRAGMA {text}").fetchone()[0]

    @contextmanager
    def _reading(self) -> Iterator[Connection]:
        self._check_there()
        with self.engine.connect() as connection, connection.begin():
            yield connection

    @contextmanager
    def _writing(self, names: tuple[str, ...]) -> Iterator[Connection]:  # noqa: ARG002 - one file
        if self.is_read_only:
            raise OSError(errno.EROFS, os.strerror(errno.EROFS), self.place)
        with self._lock.held():
            self._check_there()
            with self._transaction() as connection:
                yield connection

    @contextmanager
    def _transaction(self) -> Iterator[Connection]:
        with self.engine.connect() as plain:
            connection = plain.execution_options(**{_WRITES: True})
            with connection.begin():
                yield connection

    def _check_there(self) -> None:
        """Refuse to write into a file that nobody will find again."""
        if identity(self.path) != self._identity:
            msg = (
                f"{self.place}: the file was moved, deleted or replaced while it was open. Nothing "
                "was saved. Hint: put it back; or stop the app, remove what is left of it (-wal, "
                "-shm), and start again."
            )
            raise StoreUnavailable(msg)

    @contextmanager
    def listening(self) -> Iterator[Callable[[float], None]]:
        """Give what waits for a write of any other connection, of this process or another."""
        with explained(self.place), self.engine.connect() as connection:
            # past SQLAlchemy, which would begin a transaction: within one nothing changes
            cursor = connection.connection.cursor()

            def version() -> int:
                return int(cursor.execute("PRAGMA data_version").fetchone()[0])

            seen = version()

            def wait(seconds: float) -> None:
                nonlocal seen
                end = time.monotonic() + seconds
                while (now := version()) == seen and time.monotonic() < end:
                    time.sleep(min(LOOK_SECONDS, seconds))
                seen = now

            yield wait

    def now(self, connection: Connection) -> datetime:  # noqa: ARG002 - the process is the server
        """Return the time of this computer."""
        return datetime.now(UTC)

    def backup(self, target: Path) -> None:
        """Write a copy of the whole file, also while others write to it."""
        with explained(self.place):
            self._check_there()
        copy_into(self.path, target)

    def check(self) -> None:
        """Check every page and every index of the file."""
        with self.read() as connection:
            found = connection.exec_driver_sql("PRAGMA integrity_check(3)").scalars().all()
        if list(found) != ["ok"]:
            msg = (
                f"{self.place}: the file is damaged ({' '.join(' '.join(found).split())}). Hint: "
                "stop the app, move the file aside together with its -wal and -shm, and put the "
                "last backup in its place."
            )
            raise StoreMismatch(msg)

    def close(self) -> None:
        """Close every connection; the last one to close moves everything into the one file."""
        self._finish()


def _dispose(engine: Engine, lock: WriteLock) -> None:
    # closing the last connection is a checkpoint, and no checkpoint runs beside a write
    try:
        with lock.held():
            engine.dispose()
    except (StoreUnavailable, OSError):
        engine.dispose()


def _may_write(folder: Path) -> bool:
    return os.access(folder, os.W_OK, effective_ids=os.access in os.supports_effective_ids)


def _refuse_older(version: str | None, place: str) -> None:
    if version != schema.latest_version():
        msg = (
            f"{place}: an older version of Threshold Workshop has written this store, and its "
            "folder cannot be written, so that it cannot be brought up to date. Hint: copy the "
            "file to where it may be written, and name that with --store."
        )
        raise StoreUnavailable(msg)


def _engine(path: Path, wait: float, *, read_only: bool) -> Engine:
    def connect() -> sqlite3.Connection:
        # isolation_level None: transactions begin when and how this module says
        connection = sqlite3.connect(
            # looked at anew each time: its owner may have it open now
            read_only_address(path) if read_only else os.fspath(path),
            timeout=wait,
            isolation_level=None,
            check_same_thread=False,
            uri=read_only,
        )
        for pragma in ("foreign_keys = ON", "synchronous = FULL", "trusted_schema = OFF"):
            connection.execute(f"PRAGMA {pragma}")
        return connection

    if read_only:
        engine = create_engine("sqlite://", creator=connect, poolclass=NullPool)
    else:
        engine = create_engine(
            "sqlite://",
            creator=connect,
            poolclass=QueuePool,
            pool_size=N_CONNECTIONS,
            max_overflow=0,
            pool_timeout=wait,
        )

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        writes = connection.get_execution_options().get(_WRITES)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine
