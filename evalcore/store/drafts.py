"""What people have typed and not saved yet; it outlives a restart of the server."""

from __future__ import annotations

import json

from sqlalchemy import Connection, delete, insert, select

from evalcore.errors import StoreError
from evalcore.store.checks import MAX_CHARACTERS
from evalcore.store.tables import DRAFTS

__all__ = ["drafts_of", "put_draft", "remove_draft", "stored_text"]


def stored_text(text: str) -> str:
    """Return a draft as it is stored: as JSON, so that whatever was typed comes back.

    Raises
    ------
    StoreError
        When it is too large.
    """
    stored = json.dumps(text)
    if len(stored) > MAX_CHARACTERS:
        msg = f"A draft may take {MAX_CHARACTERS // 2**20} MB. Hint: shorten the text."
        raise StoreError(msg)
    return stored


def put_draft(connection: Connection, owner: str, name: str, stored: str, *, time: str) -> None:
    """Put a draft in the place of the one before it."""
    remove_draft(connection, owner, name)
    connection.execute(insert(DRAFTS), {"owner": owner, "name": name, "text": stored, "time": time})


def drafts_of(connection: Connection, owner: str) -> dict[str, str]:
    """Return the drafts of somebody by name, in the order of their names."""
    query = select(DRAFTS.c.name, DRAFTS.c.text).where(DRAFTS.c.owner == owner)
    return {name: json.loads(text) for name, text in sorted(connection.execute(query))}


def remove_draft(connection: Connection, owner: str, name: str) -> None:
    """Remove a draft, if there is one."""
    connection.execute(delete(DRAFTS).where(DRAFTS.c.owner == owner, DRAFTS.c.name == name))
