"""The version of the schema: told apart before anything is touched, and brought up to date."""

from __future__ import annotations

import threading
from functools import cache
from pathlib import Path

from alembic.operations import Operations
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect

from evalcore.errors import StoreMismatch
from evalcore.store.tables import DRAFTS, EVENTS, HEAD, NOTICES, VERSION_TABLE

__all__ = ["current_version", "known_versions", "latest_version", "refuse_newer", "upgrade"]

_SINCE = {EVENTS.name: "0001", DRAFTS.name: "0002", HEAD.name: "0003", NOTICES.name: "0004"}
"""Each table, and the version of the schema that brought it."""
_FOLDER = Path(__file__).parent / "migrations"
# Alembic hands the connection to the steps through a global
_one_at_a_time = threading.Lock()


@cache
def _scripts() -> ScriptDirectory:
    return ScriptDirectory(_FOLDER)


@cache
def known_versions() -> tuple[str, ...]:
    """Return the versions of the schema, oldest first."""
    return tuple(step.revision for step in _scripts().walk_revisions())[::-1]


def latest_version() -> str:
    """Return the version that this program writes."""
    return known_versions()[-1]


def current_version(connection: Connection, *, place: str) -> str | None:
    """Return the version of a database's schema; None where there is no store yet.

    Raises
    ------
    StoreMismatch
        When the tables are not this program's, or of a newer version.
    """
    tables = set(inspect(connection).get_table_names())
    found = _context(connection).get_current_heads() if VERSION_TABLE in tables else ()
    if len(found) > 1:
        msg = (
            f"{place}: the table {VERSION_TABLE} names {len(found)} versions, so that nobody knows "
            "what wrote this store. Nothing was changed. Hint: put the last backup in its place."
        )
        raise StoreMismatch(msg)
    version = found[0] if found else None
    if version is None and EVENTS.name in tables:
        msg = (
            f"{place}: it has a table {EVENTS.name}, but none that says which version wrote it. "
            "Nothing was changed. Hint: choose another place with --store."
        )
        raise StoreMismatch(msg)
    refuse_newer(version, place=place)
    needed = [name for name, since in _SINCE.items() if version is not None and since <= version]
    if gone := [name for name in needed if name not in tables]:
        msg = (
            f"{place}: the store is damaged: it lacks {', '.join(gone)}. Nothing was changed. "
            "Hint: stop the app, and put the last backup in its place."
        )
        raise StoreMismatch(msg)
    return version


def refuse_newer(version: str | None, *, place: str) -> None:
    """Refuse a version that this program does not know.

    Raises
    ------
    StoreMismatch
        When a newer program has written the store.
    """
    if version is not None and version not in known_versions():
        msg = (
            f"{place}: a newer version of Threshold Workshop has written this store (schema "
            f"{version}, this one knows up to {latest_version()}). Nothing was changed. Hint: "
            "update Threshold Workshop, or choose another place with --store."
        )
        raise StoreMismatch(msg)


def upgrade(connection: Connection, *, to: str | None = None) -> None:
    """Bring the schema up to a version, the latest by default, in the caller's transaction."""
    target = to or latest_version()
    with _one_at_a_time:
        context = _context(connection)
        steps = list(_scripts().iterate_revisions(target, context.get_current_revision() or "base"))
        with Operations.context(context):
            for step in reversed(steps):
                step.module.upgrade()
        context.stamp(_scripts(), target)


def _context(connection: Connection) -> MigrationContext:
    return MigrationContext.configure(connection, opts={"version_table": VERSION_TABLE})
