"""What the store needs of a database, SQLite or PostgreSQL."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection, Engine

from evalcore.store.explain import explained

__all__ = ["WAIT_SECONDS", "Database"]

WAIT_SECONDS = 10.0
"""How long a writer waits for the others before it says that the store is locked."""


class Database(ABC):
    """An opened database with the latest schema.

    Attributes
    ----------
    place
        Where it is, in words for the screen: a path, or an address without its password.
    """

    place: str
    engine: Engine

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """Give a connection on which every query sees the same moment."""
        with explained(self.place), self._reading() as connection:
            yield connection

    @contextmanager
    def write(self, *names: str) -> Iterator[Connection]:
        """Give a connection whose changes are saved together at the end, or not at all.

        Parameters
        ----------
        *names
            What is written: who writes the same waits. Without a name everybody waits.
        """
        with explained(self.place), self._writing(names) as connection:
            yield connection

    @abstractmethod
    @contextmanager
    def _reading(self) -> Iterator[Connection]:
        """Give a connection inside a transaction for reading."""

    @abstractmethod
    @contextmanager
    def _writing(self, names: tuple[str, ...]) -> Iterator[Connection]:
        """Give a connection inside a transaction for writing."""

    @abstractmethod
    def now(self, connection: Connection) -> datetime:
        """Return the time of the server, aware, in UTC."""

    @abstractmethod
    def backup(self, target: Path) -> None:
        """Write a copy of the whole database to a file that does not exist yet."""

    def check(self) -> None:  # noqa: B027 - a server watches over its own files
        """Check the file itself, where the database is one.

        Raises
        ------
        StoreMismatch
            When it is damaged.
        """

    @abstractmethod
    @contextmanager
    def listening(self) -> Iterator[Callable[[float], None]]:
        """Give what waits until something was written, or for so many seconds at the most."""

    def ring(self, connection: Connection) -> None:  # noqa: B027 - a file is looked at instead
        """Wake who listens, once this transaction is saved."""

    @abstractmethod
    def close(self) -> None:
        """Give back files and connections."""
