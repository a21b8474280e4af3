"""A SQLite file from outside: whose it is, its version, and copies of it."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import quote

from filelock import FileLock, Timeout
from sqlalchemy import NullPool, create_engine
from sqlalchemy.exc import DatabaseError

from evalcore.base.whole_writes import whole_file
from evalcore.errors import StoreMismatch, StoreUnavailable
from evalcore.store import schema
from evalcore.store.explain import explained

__all__ = [
    "APPLICATION_ID",
    "WriteLock",
    "copy_into",
    "identity",
    "read_only_address",
    "version_of",
    "with_date",
]

APPLICATION_ID = int.from_bytes(b"TWKS", "big")
"""Stands in the file's header; ``file workshop.db`` shows it."""
_MAGIC = b"SQLite format 3\0"
_ID_AT = 68
_PAUSE = 0.002


class WriteLock:
    """The right to write to one file, among all threads and processes of this machine.

    SQLite has locks of its own, but a waiting writer polls them with growing pauses, so that some
    wait far longer than others; and no checkpoint may run beside a write (a bug of SQLite before
    3.51.3).
    """

    def __init__(self, path: Path, *, wait: float) -> None:
        self._path, self._wait = path, wait
        self._lock = FileLock(path.with_name(path.name + ".lock"), wait, poll_interval=_PAUSE)

    @contextmanager
    def held(self) -> Iterator[None]:
        """Hold the lock.

        Raises
        ------
        StoreUnavailable
            When others have held it all the time that this one waits.
        OSError
            When the lock file cannot be made.
        """
        try:
            self._lock.acquire()
        except Timeout:
            msg = (
                f"{self._path}: others were writing to it for {self._wait:g} seconds. Nothing was "
                "saved. Hint: save again; if it stays so, look which program holds the file."
            )
            raise StoreUnavailable(msg) from None
        try:
            yield
        finally:
            self._lock.release()


def identity(path: Path) -> tuple[int, int] | None:
    """Return what tells this file from another one under the same name; None when there is none."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


def version_of(path: Path) -> str | None:
    """Return the version of the schema in a file, None when it is empty or does not exist.

    The file is only read.

    Raises
    ------
    StoreMismatch
        When it is no database, another program's, damaged, or of a newer version.
    StoreUnavailable
        When it cannot be read.
    """
    place = str(path)
    with explained(place):
        if path.is_dir():
            msg = f"{place}: this is a folder. Hint: name a file in it, such as workshop.db."
            raise StoreUnavailable(msg)
        if not path.exists() or path.stat().st_size == 0:
            return None
        with path.open("rb") as file:
            _check_header(file.read(100), place)
        return _version_inside(path, place)


def _check_header(head: bytes, place: str) -> None:
    """Refuse what says in its header that it is something else, before SQLite opens it."""
    if not head.startswith(_MAGIC):
        msg = (
            f"{place}: this file is no database. Nothing was changed. Hint: choose another place "
            "with --store."
        )
        raise StoreMismatch(msg)
    # 0 may mean that the number stands in the -wal still
    if int.from_bytes(head[_ID_AT : _ID_AT + 4], "big") not in {0, APPLICATION_ID}:
        raise _foreign(place)


def _version(connection: sqlite3.Connection, place: str) -> str | None:
    (application_id,) = connection.execute("PRAGMA application_id").fetchone()
    (n_tables,) = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    if application_id != APPLICATION_ID:
        if application_id or n_tables:
            raise _foreign(place)
        return None
    engine = create_engine("sqlite://", creator=lambda: connection, poolclass=NullPool)
    with engine.connect() as opened:
        return schema.current_version(opened, place=place)


def _foreign(place: str) -> StoreMismatch:
    return StoreMismatch(
        f"{place}: this database belongs to another program. Nothing was changed. Hint: choose "
        "another place with --store."
    )


def _version_inside(path: Path, place: str) -> str | None:
    """Read the version, if possible without so much as a file beside."""
    try:
        with _opened(read_only_address(path)) as connection:
            return _version(connection, place)
    except (sqlite3.Error, DatabaseError):
        # somebody has opened it just now, or it is damaged: look properly
        with _opened(f"file:{quote(os.fspath(path))}?mode=ro") as connection:
            return _version(connection, place)


def read_only_address(path: Path) -> str:
    """Return the address under which SQLite only reads a file, and makes none beside it."""
    beside = (path.with_name(path.name + end) for end in ("-wal", "-journal"))
    # nobody has it open: it will not change, and needs no lock
    is_closed = not any(one.exists() for one in beside)
    return f"file:{quote(os.fspath(path))}?mode=ro{'&immutable=1' if is_closed else ''}"


@contextmanager
def _opened(address: str) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(address, uri=True, isolation_level=None)) as connection:
        yield connection


def with_date(path: Path, word: str) -> Path:
    """Return a free name beside a file, with a word and the time in it."""
    stamp = datetime.now(UTC).strftime("%Y-%m-%dT%H%M%S.%fZ")
    return path.with_name(f"{path.stem}.{word}.{stamp}{path.suffix}")


def copy_into(path: Path, target: Path) -> None:
    """Write a copy of a database that is whole, also while somebody writes to it.

    Copying the file itself would miss what still stands in its ``-wal``.

    Raises
    ------
    StoreUnavailable
        When the target exists, or its disk is full, read-only or not there.
    """
    place = str(target)
    with explained(place):
        if target.exists():
            msg = f"{place}: there is a file already. Hint: choose another name."
            raise StoreUnavailable(msg)
        with (
            whole_file(target) as aside,
            closing(sqlite3.connect(os.fspath(path), isolation_level=None)) as connection,
        ):
            connection.execute("VACUUM INTO ?", (os.fspath(aside),))
