"""What holds at this moment, told between the processes that share a store.

A topic keeps the newest notice of each kind and nothing older. It is no record: nobody misses a
notice that was followed by a newer one, and all of them may be lost.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from contextlib import AbstractContextManager
from dataclasses import asdict, dataclass
from datetime import timedelta

from sqlalchemy import delete, select, text

from evalcore.errors import StoreError
from evalcore.store.database import Database
from evalcore.store.events import time_text
from evalcore.store.limits import MAX_CHARACTERS, check_name
from evalcore.store.tables import NOTICES, can_be_asked

__all__ = ["Notice", "Notices"]

# SQLite and PostgreSQL write this alike; SQLAlchemy has a function of its own for each
_REPLACE = text(
    "INSERT INTO workshop_notices (topic, kind, number, text, time) "
    "VALUES (:topic, :kind, :number, :text, :time) "
    "ON CONFLICT (topic, kind) DO UPDATE "
    "SET number = excluded.number, text = excluded.text, time = excluded.time "
    "WHERE excluded.number > workshop_notices.number"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """One notice; of two of the same kind the one with the higher number holds."""

    topic: str
    kind: str
    number: int
    text: str


class Notices:
    """The part of a store by which processes tell each other what holds."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def post(self, notices: Iterable[Notice]) -> None:
        """Tell something, in the place of what was told of the same kind before.

        Raises
        ------
        StoreError
            When it is too large, or the store cannot be written.
        """
        told = [_checked(one) for one in notices]
        topics = sorted({one.topic for one in told})
        with self._database.write(*(f"notices {topic}" for topic in topics)) as connection:
            time = time_text(self._database.now(connection))
            connection.execute(_REPLACE, [asdict(one) | {"time": time} for one in told])
            self._database.ring(connection)

    def since(self, topic: str, seen: Mapping[str, int]) -> tuple[Notice, ...]:
        """Return what holds and was not seen, oldest first.

        Parameters
        ----------
        seen
            Of each kind the number that was seen last.
        """
        if not can_be_asked(topic):
            return ()
        here = NOTICES.c.topic == topic
        with self._database.read() as connection:
            heads = connection.execute(select(NOTICES.c.kind, NOTICES.c.number).where(here))
            new = [kind for kind, number in heads if number > seen.get(kind, 0)]
            if not new:
                return ()
            asked = select(NOTICES.c.kind, NOTICES.c.number, NOTICES.c.text)
            rows = connection.execute(
                asked.where(here, NOTICES.c.kind.in_(new)).order_by(NOTICES.c.number)
            ).all()
        return tuple(Notice(topic=topic, kind=k, number=n, text=said) for k, n, said in rows)

    def forget(self, *, age: timedelta) -> None:
        """Drop what was told long ago."""
        with self._database.write("notices") as connection:
            last = time_text(self._database.now(connection) - age)
            connection.execute(delete(NOTICES).where(NOTICES.c.time < last))

    def listening(self) -> AbstractContextManager[Callable[[float], None]]:
        """Give what waits until something is told, or for so many seconds at the most.

        It may also return when nothing was: ask :meth:`since`.
        """
        return self._database.listening()


def _checked(notice: Notice) -> Notice:
    check_name(notice.topic, "topic")
    check_name(notice.kind, "kind")
    if len(notice.text) > MAX_CHARACTERS:
        msg = f"A notice may take {MAX_CHARACTERS // 2**20} MB, it has {len(notice.text):,}."
        raise StoreError(msg)
    return notice
