"""A server of the app as a process of its own, for the browser tests and the drag benchmark."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

__all__ = ["ROOT", "Server", "free_port", "serving"]

ROOT = Path(__file__).parents[2]
PATIENCE = 120.0
"""Seconds that a busy machine may take until the server answers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """A running server: where it listens, and what it wrote."""

    origin: str
    log: Path
    process_id: int

    def url(self, path: str = "") -> str:
        """Return the address of a page."""
        return f"{self.origin}/{path.lstrip('/')}"


@contextmanager
def serving(
    runs: Path, *, log: Path, port: int | None = None, flags: Sequence[str] = ()
) -> Iterator[Server]:
    """Serve a folder of runs until the block ends."""
    port = free_port() if port is None else port
    with log.open("wb") as written:
        process = subprocess.Popen(  # noqa: S603 - our own app
            _command(port, runs, flags),
            cwd=ROOT,
            stdout=written,
            stderr=subprocess.STDOUT,
            env=_calm(),
        )
        try:
            origin = f"http://127.0.0.1:{port}"
            _wait_until_healthy(origin, process, log)
            yield Server(origin=origin, log=log, process_id=process.pid)
        finally:
            _stop(process)


def _command(port: int, runs: Path, more: Sequence[str]) -> list[str]:
    options = {"port": port, "address": "127.0.0.1", "headless": "true"}
    flags = [part for name, value in options.items() for part in (f"--server.{name}", str(value))]
    start = [sys.executable, "-m", "streamlit", "run", "app.py", *flags, *more]
    return [*start, "--", "--runs", str(runs)]


def _calm() -> dict[str, str]:
    """Return our environment without what would change the server's behaviour."""
    odd = ("STREAMLIT_", "PYTHONWARNINGS")
    return {name: value for name, value in os.environ.items() if not name.startswith(odd)}


def free_port() -> int:
    """Return a port that nobody listens at."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _wait_until_healthy(origin: str, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        if process.poll() is not None:
            break
        try:
            with urllib.request.urlopen(f"{origin}/_stcore/health", timeout=5) as answer:  # noqa: S310
                if answer.status == 200:
                    return
        except (urllib.error.URLError, OSError):
            time.sleep(0.2)
    msg = f"The server at {origin} did not start:\n{log.read_text(errors='replace')[-4_000:]}"
    raise RuntimeError(msg)


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(timeout=20)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait(timeout=20)
