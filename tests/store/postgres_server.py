"""A real PostgreSQL server of the tests' own: started in a temporary folder, gone at the end."""

from __future__ import annotations

import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import psycopg

PASSWORD = "s3cret word@/:"  # noqa: S105 - of a server that lives for a minute
QUOTED = "s3cret%20word%40%2F%3A"
START_SECONDS = 60


@dataclass(frozen=True, kw_only=True)
class Server:
    port: int

    def address(self, database: str, *, user: str = "workshop", password: str = QUOTED) -> str:
        return f"postgresql://{user}:{password}@127.0.0.1:{self.port}/{database}"

    def run(self, *statements: str, database: str = "postgres") -> None:
        with self.connect(database) as connection:
            for statement in statements:
                connection.execute(statement.encode())

    def connect(self, database: str) -> psycopg.Connection[tuple[object, ...]]:
        return psycopg.connect(
            host="127.0.0.1",
            port=self.port,
            user="workshop",
            password=PASSWORD,
            dbname=database,
            autocommit=True,
            connect_timeout=START_SECONDS,
        )

    def new_database(self, *, options: str = "ENCODING 'UTF8' TEMPLATE template0") -> str:
        """Make an empty database and return its name."""
        name = f"d{secrets.token_hex(6)}"
        self.run(f"CREATE DATABASE {name} {options}")
        return name


def binaries() -> Path | None:
    """Return the folder of ``initdb`` and ``postgres``; Debian keeps them off the path."""
    found = shutil.which("initdb")
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    named = [Path(found)] if found else debian[-1:]
    return named[0].parent if named else None


@contextmanager
def serving(tools: Path) -> Iterator[Server]:
    """Start a server on a free port of 127.0.0.1, and stop it."""
    folder = Path(tempfile.mkdtemp(prefix="workshop-postgres-"))
    try:
        owner = _owner()
        if owner is not None:
            shutil.chown(folder, owner)
        _make_cluster(tools, folder, owner)
        server = Server(port=_free_port())
        process = _start(tools, folder, server.port, owner)
        try:
            _wait_for(server, process, folder / "log")
            yield server
        finally:
            process.send_signal(signal.SIGINT)  # fast shutdown: sessions are cut off
            with suppress(subprocess.TimeoutExpired):
                process.wait(30)
            process.kill()
            process.wait()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _owner() -> str | None:
    """Return who runs the server: PostgreSQL refuses to be run by root."""
    if os.geteuid() != 0:
        return None
    names = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in names else "nobody"


def _make_cluster(tools: Path, folder: Path, owner: str | None) -> None:
    password = folder / "password"
    password.write_text(PASSWORD)
    password.chmod(0o644)
    options = ["-U", "workshop", "-E", "UTF8", "--locale=C", "--auth=scram-sha-256", "--no-sync"]
    subprocess.run(  # noqa: S603 - Debian's own program
        [tools / "initdb", "-D", folder / "data", *options, f"--pwfile={password}"],
        cwd=folder,
        user=owner,
        check=True,
        stdout=subprocess.DEVNULL,
    )


def _start(tools: Path, folder: Path, port: int, owner: str | None) -> subprocess.Popen[bytes]:
    settings = {
        "listen_addresses": "127.0.0.1",
        "port": str(port),
        "unix_socket_directories": "",
        "fsync": "off",  # the machine outlives the tests
    }
    options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
    with (folder / "log").open("wb") as log:
        return subprocess.Popen(  # noqa: S603 - Debian's own program
            [tools / "postgres", "-D", folder / "data", *options],
            cwd=folder,
            user=owner,
            stdout=log,
            stderr=log,
        )


def _wait_for(server: Server, process: subprocess.Popen[bytes], log: Path) -> None:
    until = time.monotonic() + START_SECONDS
    while True:
        try:
            server.connect("postgres").close()
        except psycopg.OperationalError:
            if process.poll() is not None or time.monotonic() > until:
                raise AssertionError(log.read_text(errors="replace")) from None
            time.sleep(0.05)
        else:
            return


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
