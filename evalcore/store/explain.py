"""What a database says when it cannot, in words that tell a person what to do."""

from __future__ import annotations

import errno
import re
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import exc

from evalcore.errors import StoreError, StoreMismatch, StoreUnavailable

__all__ = ["explained"]

_SAFE = "Nothing was saved."
_SQLITE = {
    "BUSY": f"another program holds the file locked. {_SAFE} Hint: close that program (a database "
    "browser, a backup), then save again.",
    "READONLY": f"the file or its folder cannot be written. {_SAFE} Hint: allow writing to both, "
    "or choose another place with --store.",
    "FULL": f"the disk is full. {_SAFE} Hint: free some space, then save again.",
    "CANTOPEN": "the file cannot be opened. Hint: see whether its folder exists and may be "
    "written, or choose another place with --store.",
    "NOTADB": "this file is no database. Nothing was changed. Hint: choose another place with "
    "--store.",
    "CORRUPT": f"the file is damaged. {_SAFE} Hint: stop the app, move the file aside together "
    "with its -wal and -shm, and put the last backup in its place.",
    "IOERR": f"the disk does not take or give what it should ({{words}}). {_SAFE} Hint: see "
    "whether the disk is full or gone, then save again.",
}
_SQLITE |= {"LOCKED": _SQLITE["BUSY"], "PERM": _SQLITE["READONLY"], "AUTH": _SQLITE["READONLY"]}
_MISMATCHES = {"NOTADB", "CORRUPT"}

_POSTGRES = {
    "28P01": "the server refuses this user or password. Hint: check both; PGPASSWORD or ~/.pgpass "
    "keep the password out of the command.",
    "3D000": "the server has no such database. Hint: make it with createdb --encoding UTF8.",
    "42501": f"this user may not do that ({{words}}). {_SAFE} Hint: let the owner of the database "
    "grant CREATE on its schema, SELECT, INSERT and DELETE on the tables, and UPDATE on "
    "workshop_head and workshop_notices.",
    "55P03": f"others were writing to it all the time. {_SAFE} Hint: save again.",
    "53100": f"the server's disk is full. {_SAFE} Hint: free some space there, then save again.",
    "53300": f"the server has no connection left. {_SAFE} Hint: wait a little, then save again.",
    "25006": f"the server only allows reading. {_SAFE} Hint: name the one that allows writing.",
}
_GONE = (
    "the store is damaged: it lacks a table or a column ({words}). Hint: stop the app, and put the "
    "last backup in its place."
)
_POSTGRES |= {"28000": _POSTGRES["28P01"]}
_POSTGRES_WORDS = {
    "password authentication failed": "28P01",
    "no password supplied": "28P01",
    "no pg_hba.conf entry": "28P01",
    'role ".*" does not exist': "28P01",
    'database ".*" does not exist': "3D000",
    "too many clients|connection slots": "53300",
}
"""A refused connection has no code, only words."""
_BROKEN = {"OperationalError", "InterfaceError", "ConnectionTimeout"}
_UNREACHABLE = (
    "the server cannot be reached, or the connection broke ({words}). Hint: see whether it runs "
    "and the address is right. If this happened while saving, save again: nothing is stored twice."
)


@contextmanager
def explained(place: str) -> Iterator[None]:
    """Turn what the database raises into a :class:`StoreError` that names the place.

    A database error that nobody foresaw passes: it is a bug.
    """
    try:
        yield
    except exc.TimeoutError:
        msg = f"{place}: too many are using it. {_SAFE} Hint: wait a little, then save again."
        raise StoreUnavailable(msg) from None
    except exc.DBAPIError as error:
        found = _problem(error.orig, place)
        if found is None:
            raise
        raise found from error
    except sqlite3.Error as error:
        found = _sqlite_problem(error, place)
        if found is None:
            raise
        raise found from error
    except OSError as error:
        raise _posix_problem(error, place) from error


def _problem(error: BaseException | None, place: str) -> StoreError | None:
    if isinstance(error, sqlite3.Error):
        return _sqlite_problem(error, place)
    return _postgres_problem(error, place)


def _sqlite_problem(error: sqlite3.Error, place: str) -> StoreError | None:
    """Return what an error of SQLite means, None when it is a bug of ours."""
    if str(error).startswith(("no such table", "no such column")):
        return StoreMismatch(f"{place}: {_GONE.format(words=error)}")
    code = str(getattr(error, "sqlite_errorname", "")).removeprefix("SQLITE_").split("_")[0]
    if code not in _SQLITE:
        return None
    kind = StoreMismatch if code in _MISMATCHES else StoreUnavailable
    return kind(f"{place}: {_SQLITE[code].format(words=error)}")


def _posix_problem(error: OSError, place: str) -> StoreUnavailable:
    """Return what an error of the file system means."""
    if error.errno in {errno.EACCES, errno.EPERM, errno.EROFS}:
        text = f"this cannot be written. {_SAFE} Hint: allow writing there, or go elsewhere."
    elif error.errno in {errno.ENOSPC, errno.EDQUOT}:
        text = _SQLITE["FULL"]
    else:
        text = f"{error.strerror or error}. {_SAFE} Hint: choose another place."
    return StoreUnavailable(f"{place}: {text}")


def _postgres_problem(error: BaseException | None, place: str) -> StoreError | None:
    code = getattr(error, "sqlstate", None)
    words = " ".join(str(error).split())
    if code in {"42P01", "42703"}:
        return StoreMismatch(f"{place}: {_GONE.format(words=words)}")
    # a connection that fails has no code; neither has one that breaks
    broken = code is None and type(error).__name__ in _BROKEN
    if broken:
        found = (c for pattern, c in _POSTGRES_WORDS.items() if re.search(pattern, words))
        code = next(found, None)
    if code in _POSTGRES:
        return StoreUnavailable(f"{place}: {_POSTGRES[code].format(words=words)}")
    if broken or str(code).startswith(("08", "57P")):
        return StoreUnavailable(f"{place}: {_UNREACHABLE.format(words=words)}")
    return None
