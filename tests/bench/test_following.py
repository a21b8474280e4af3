"""Followers at a real server: each is told of a drag, and no open stream holds the server."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from evalcore.base.home import HOME_VARIABLE
from pages._ui.session.visitor import new_secret
from tests.bench.client import asking, visiting
from tests.bench.following import Follower, opened
from tests.browser.serving import ROOT, Server, serving

PATIENCE = 30.0
QUICK = 10.0


@pytest.fixture
def server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    monkeypatch.setenv(HOME_VARIABLE, str(tmp_path))
    shutil.copytree(ROOT / "sample_runs" / "digits", tmp_path / "library" / "digits")
    with serving(tmp_path / "library", log=tmp_path / "log.txt") as running:
        yield running
        assert "Traceback" not in running.log.read_text(errors="replace")


async def until_heard(one: Follower, value: float) -> None:
    while value not in one.heard:  # noqa: ASYNC110 - there is nothing to wait for
        await asyncio.sleep(0.01)


def test_a_drag_reaches_every_stream_and_the_server_stops_at_once_all_the_same(
    server: Server,
) -> None:
    async def scene() -> float:
        async with visiting(server.origin, secret=new_secret(), run="digits") as presenter:
            name = await opened(presenter)
            followers = [Follower() for _ in range(3)]
            streams = [
                asyncio.create_task(one.follow(server.origin, name, new_secret()))
                for one in followers
            ]
            await asyncio.gather(*(one.ready.wait() for one in followers))
            async with asking(server.origin, presenter.live) as live:
                for text in ("0.31", "0.62"):
                    await live.move(text)
                    await asyncio.gather(*(until_heard(one, float(text)) for one in followers))
            # what somebody else asks for is told to nobody
            async with (
                visiting(server.origin, secret=new_secret(), run="digits") as other,
                asking(server.origin, other.live) as live,
            ):
                await live.move("0.44")
            assert all(0.44 not in one.heard for one in followers)
            start = time.perf_counter()
            os.kill(server.process_id, signal.SIGTERM)
            with suppress(ConnectionError):
                await asyncio.wait(streams, timeout=PATIENCE)
            return time.perf_counter() - start

    assert asyncio.run(asyncio.wait_for(scene(), 3 * PATIENCE)) < QUICK
