"""Stores on both databases; a missing PostgreSQL fails where it is required."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from evalcore.store import Store
from tests.store.postgres_server import Server, binaries, serving
from tests.store.saying import Say, saying
from tests.support.missing import missing


@pytest.fixture(scope="session")
def postgres() -> Iterator[Server]:
    """Start one PostgreSQL server; where it is required, its absence is a failure."""
    tools = binaries()
    if tools is None:
        reason = (
            "No PostgreSQL found: the store was tested on SQLite only. Install Debian's package "
            "postgresql, or put initdb on the path."
        )
        missing("POSTGRES", reason)
    with serving(tools) as server:
        yield server


@pytest.fixture(params=["sqlite", "postgresql"])
def where(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Return the place of a store that does not exist yet, on each database in turn."""
    if request.param == "sqlite":
        return str(tmp_path / "workshop.db")
    server: Server = request.getfixturevalue("postgres")
    return server.address(server.new_database())


@pytest.fixture
def opened() -> Iterator[Callable[..., Store]]:
    """Return ``Store.open`` whose stores are closed at the end."""
    stores: list[Store] = []

    def open_it(where: str | Path, **options: Any) -> Store:
        stores.append(Store.open(where, **options))
        return stores[-1]

    yield open_it
    for store in stores:
        store.close()


@pytest.fixture
def store(where: str, opened: Callable[..., Store]) -> Store:
    return opened(where)


@pytest.fixture
def say(store: Store) -> Say:
    """Return a shorter ``append`` to the store."""
    return saying(store)
