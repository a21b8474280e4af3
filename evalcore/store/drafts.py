"""What people have typed and not saved yet; it outlives a restart of the server."""

from __future__ import annotations

import json
from collections.abc import Callable

from sqlalchemy import Connection, delete, insert, select

from evalcore.errors import StoreError
from evalcore.store.database import Database
from evalcore.store.events import time_text
from evalcore.store.limits import MAX_CHARACTERS, check_name
from evalcore.store.tables import DRAFTS, can_be_asked

__all__ = ["Drafts"]


class Drafts:
    """The part of a store that keeps drafts; unlike events they are replaced and dropped."""

    def __init__(self, database: Database, *, check: Callable[[str], None] | None = None) -> None:
        self._database = database
        self._check = check

    def save(self, owner: str, name: str, text: str) -> None:
        """Keep what somebody has typed under a name, in the place of what they typed before.

        Raises
        ------
        StoreError
            When it is too large or not allowed, or the store cannot be written.
        """
        check_name(owner, "owner")
        check_name(name, "name")
        if self._check is not None:
            self._check(name)
        stored = _stored(text)
        with self._database.write(f"draft {owner} {name}") as connection:
            time = time_text(self._database.now(connection))
            _remove(connection, owner, name)
            values = {"owner": owner, "name": name, "text": stored, "time": time}
            connection.execute(insert(DRAFTS), values)

    def get(self, owner: str, name: str) -> str | None:
        """Return what somebody has typed under a name, None when there is nothing."""
        return self.of(owner).get(name)

    def of(self, owner: str) -> dict[str, str]:
        """Return all that somebody has typed and not saved, by name."""
        if not can_be_asked(owner):
            return {}
        with self._database.read() as connection:
            query = select(DRAFTS.c.name, DRAFTS.c.text).where(DRAFTS.c.owner == owner)
            return {name: json.loads(text) for name, text in sorted(connection.execute(query))}

    def drop(self, owner: str, name: str) -> None:
        """Forget a draft, if there is one."""
        if self.get(owner, name) is None:
            return
        with self._database.write(f"draft {owner} {name}") as connection:
            _remove(connection, owner, name)


def _stored(text: str) -> str:
    # as JSON, so that whatever was typed comes back, be it a NUL or half a character
    stored = json.dumps(text)
    if len(stored) > MAX_CHARACTERS:
        msg = f"A draft may take {MAX_CHARACTERS // 2**20} MB. Hint: shorten the text."
        raise StoreError(msg)
    return stored


def _remove(connection: Connection, owner: str, name: str) -> None:
    connection.execute(delete(DRAFTS).where(DRAFTS.c.owner == owner, DRAFTS.c.name == name))
