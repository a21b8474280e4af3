"""Browsers that follow a presenter's drag, and vote: how soon they see it, how soon it is counted.

``python -m tests.bench following [--followers 10 30] [--moves 100] [--every 0.05] [--elsewhere]``

Every follower holds the stream of events that a browser holds; the time runs from the presenter's
question to the event at the follower. Who is slow gets the newest numbers and not each, so the
share of the moves that came is told, too. Then all answer a poll, in sessions of their own, one
click at a random moment of two seconds; the time runs to the page that counts it. With
``--elsewhere`` all but the presenter sit at another server, which shares the record.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import random
import shutil
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AsyncExitStack, ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from unittest.mock import patch
from urllib.parse import parse_qs, urlsplit

import numpy as np

from evalcore.base.home import HOME_VARIABLE
from pages._ui.session.keys import Key, of_each
from pages._ui.session.visitor import COOKIE, new_secret
from tests.bench.client import Visit, asking, cookie_header, visiting
from tests.bench.machine import describe
from tests.browser.serving import ROOT, Server, serving

__all__ = ["Follower", "main", "opened"]

SAMPLE, INPUT = "kitchen", "kitchen-0001"
PATIENCE = 60.0
LONGEST = 300.0
"""Milliseconds that 95 % of the moves may take with the most followers."""
HEADER = ("followers", "moves", "came", "median ms", "95 % ms", "bytes", "click ms", "95 % ms")


@dataclass
class Follower:
    """One stream of events."""

    heard: dict[float, float] = field(default_factory=dict)
    """Threshold to the moment at which its numbers came."""
    n_bytes: int = 0
    ready: asyncio.Event = field(default_factory=asyncio.Event)

    async def follow(
        self, origin: str, name: str, secret: str, *, cookies: Mapping[str, str] | None = None
    ) -> None:
        """Listen until it is cancelled."""
        parts = urlsplit(origin)
        # a line holds a whole board
        reader, writer = await asyncio.open_connection(parts.hostname, parts.port, limit=2**24)
        cookie = cookie_header({COOKIE: secret, **(cookies or {})})
        # by 1.0 it comes without chunks, which nginx would cut within lines
        writer.write(
            f"GET /follow/{name} HTTP/1.0\r\nHost: {parts.netloc}\r\n"
            f"Cookie: {cookie}\r\n\r\n".encode()
        )
        try:
            kind = ""
            while line := (await reader.readline()).decode():
                kind = line.removeprefix("event: ").strip() if line.startswith("event") else kind
                if line.startswith("data: "):
                    self._take(kind, line)
        finally:
            writer.close()

    def _take(self, kind: str, line: str) -> None:
        self.ready.set()
        if kind == "drag":
            now = time.perf_counter()
            self.n_bytes = len(line)
            board = json.loads(line.removeprefix("data: "))["board"]
            self.heard.setdefault(round(float(board["dial"]["value"]), 6), now)


def main(arguments: Sequence[str]) -> int:
    """Measure and print; return 1 when the promise was not kept."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench following")
    parser.add_argument("--followers", type=int, nargs="+", default=[10, 30])
    parser.add_argument("--moves", type=int, default=100)
    parser.add_argument("--every", type=float, default=0.05, help="seconds between two moves")
    parser.add_argument("--elsewhere", action="store_true", help="they follow at another server")
    options = parser.parse_args(arguments)
    print(f"{describe()}\n\n{SAMPLE}, a move every {options.every:g} s\n")
    print("  ".join(name.rjust(9) for name in HEADER), flush=True)
    slowest = 0.0
    for n in options.followers:
        with _served(1 + options.elsewhere) as servers:
            cells, slowest = asyncio.run(_measure(servers[0], servers[-1], n, options))
        print("  ".join(cell.rjust(9) for cell in cells), flush=True)
    kept = slowest <= LONGEST
    said = "kept" if kept else "MISSED"
    print(f"\nPromise: 95 % of the moves reach the most followers in {LONGEST:g} ms: {said}.")
    return 0 if kept else 1


@contextmanager
def _served(n_servers: int) -> Iterator[list[Server]]:
    with tempfile.TemporaryDirectory() as name, ExitStack() as stack:
        folder = Path(name)
        shutil.copytree(ROOT / "sample_runs" / SAMPLE, folder / "library" / SAMPLE)
        # the record of the bench is nobody's, and what runs afterwards has its own again
        stack.enter_context(patch.dict(os.environ, {HOME_VARIABLE: name}))
        yield [
            stack.enter_context(serving(folder / "library", log=folder / f"{k}.txt"))
            for k in range(n_servers)
        ]


async def opened(presenter: Visit) -> str:
    """Open a workshop and present; return its name."""
    await presenter.act(Key.WORKSHOP)
    await presenter.act(Key.WORKSHOP_TITLE, "Bench")
    await presenter.act(of_each(Key.VOTER, "form"), "Ada")
    await presenter.act(Key.PRESENT)
    return parse_qs(presenter.query)["workshop"][0]


async def _measure(
    server: Server, elsewhere: Server, n: int, options: argparse.Namespace
) -> tuple[list[str], float]:
    """Return the line, and the 95th percentile, of who follows at one server or another."""
    async with AsyncExitStack() as stack:
        presenter = await stack.enter_async_context(
            visiting(server.origin, secret=new_secret(), run=SAMPLE, input=INPUT)
        )
        name = await opened(presenter)
        # a server that nobody has opened it at knows of no workshop
        await stack.enter_async_context(visiting(elsewhere.origin, workshop=name))
        secrets = [new_secret() for _ in range(n)]
        followers = [Follower() for _ in secrets]
        streams = [
            asyncio.create_task(one.follow(elsewhere.origin, name, secret))
            for one, secret in zip(followers, secrets, strict=True)
        ]
        await asyncio.wait_for(asyncio.gather(*(one.ready.wait() for one in followers)), PATIENCE)
        delays = await _drag(server, presenter, followers, options)
        votes = await _vote(elsewhere, presenter, name, secrets)
        for stream in streams:
            stream.cancel()
    middle, high = np.percentile(delays, (50, 95))
    share = len(delays) / (options.moves * n)
    click, long = np.percentile(votes, (50, 95))
    cells = [f"{n}", f"{options.moves}", f"{share:.0%}", f"{middle:.0f}", f"{high:.0f}"]
    return [*cells, f"{followers[0].n_bytes:,}", f"{click:.0f}", f"{long:.0f}"], float(high)


async def _drag(
    server: Server, presenter: Visit, followers: Sequence[Follower], options: argparse.Namespace
) -> list[float]:
    """Return milliseconds from each move to each follower that was told of it."""
    asked: dict[float, float] = {}
    async with asking(server.origin, presenter.live) as live:
        for k in range(options.moves):
            value = round(0.3 + 0.001 * k, 6)
            asked[value] = time.perf_counter()
            await live.move(f"{value}")
            rest = options.every - (time.perf_counter() - asked[value])
            await asyncio.sleep(max(0.0, rest))
    await asyncio.sleep(1)
    return [
        1_000 * (came - asked[value])
        for one in followers
        for value, came in one.heard.items()
        if value in asked
    ]


async def _vote(server: Server, presenter: Visit, name: str, secrets: Sequence[str]) -> list[float]:
    """Return milliseconds from the click of each to the page that counts it."""
    await presenter.act(Key.POLL)

    async with AsyncExitStack() as stack:
        voters = [
            await stack.enter_async_context(
                visiting(server.origin, secret=secret, run=SAMPLE, input=INPUT, workshop=name)
            )
            for secret in secrets
        ]
        for k, voter in enumerate(voters):
            await voter.act(of_each(Key.VOTER, "dialog"), f"Voter {k}")
        chance = random.Random(1)  # noqa: S311 - no secret

        async def click(voter: Visit, wait: float) -> float:
            await asyncio.sleep(wait)
            return 1_000 * await voter.act(voter.key_of(Key.POLL_ANSWER))

        clicks = [click(voter, chance.uniform(0, 2)) for voter in voters]
        return list(await asyncio.gather(*clicks))
