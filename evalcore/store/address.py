"""Which store is meant: a file, or the address of a server."""

from __future__ import annotations

import os
import re
from pathlib import Path

from evalcore.base import home
from evalcore.errors import StoreUnavailable, did_you_mean, shorten
from evalcore.store.database import WAIT_SECONDS, Database
from evalcore.store.postgres import SCHEMES, PostgresDatabase
from evalcore.store.sqlite import SqliteDatabase

__all__ = ["FILE_NAME", "STORE_VARIABLE", "chosen_place", "open_database"]

STORE_VARIABLE = "THRESHOLD_WORKSHOP_STORE"
"""Names the store: a path, or ``postgresql://...``."""
FILE_NAME = "workshop.db"

_ADDRESS = re.compile(r"(?P<scheme>[A-Za-z][\w+.-]*)://")


def chosen_place(given: str | None = None) -> str:
    """Return what was given, else what the variable names, else the file in the home folder."""
    named = given or os.environ.get(STORE_VARIABLE, "").strip()
    return named or str(home.home() / FILE_NAME)


def open_database(
    where: str | Path | None, *, wait: float = WAIT_SECONDS, create: bool = True
) -> Database:
    """Open the database at a place.

    Raises
    ------
    StoreError
        When it cannot be used; see :class:`~evalcore.errors.StoreError`.
    """
    if where is None:
        where = home.home() / FILE_NAME
    if "\0" in str(where):
        msg = f"A store is a file or postgresql://..., {shorten(str(where))} holds a NUL character."
        raise StoreUnavailable(msg)
    address = _ADDRESS.match(where) if isinstance(where, str) else None
    if address is None:
        return SqliteDatabase(Path(where), wait=wait, create=create)
    if address["scheme"] in SCHEMES:
        return PostgresDatabase(str(where), wait=wait)
    msg = (
        f"A store is a file or postgresql://..., not {address['scheme']}://."
        f"{did_you_mean(address['scheme'], SCHEMES)}"
    )
    raise StoreUnavailable(msg)
