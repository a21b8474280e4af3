"""What a server holds for its sessions, and what grows while they move the threshold for long."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass

import numpy as np

from tests.bench.client import asking, visiting
from tests.bench.memory import resident_bytes
from tests.browser.serving import Server

__all__ = ["Held", "held_by", "soak"]

N_SESSIONS = 10
EVERY = 5.0
"""Seconds between two looks at the memory."""
WARM, FEW = 0.5, 20
"""Share of the looks that are not judged, caches are filled meanwhile; of so few all are."""
AN_HOUR = 30 * 3600 / 2
"""Moves of 30 people in an hour, one in two seconds each."""
MOST_IN_AN_HOUR = 20.0
"""MiB by which the memory may grow meanwhile."""
A_VISIT, PAGE_EVERY = 50, 5
"""Moves of a session before it ends, and how many of them are one by the page."""
MOVES = ("0.31", "0.62", "0.44")
MEBI = 2**20

Expected = Mapping[str, tuple[int, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """The memory of a server in bytes: before some sessions, with them, and after."""

    before: int
    during: int
    after: int
    n_sessions: int

    @property
    def of_each(self) -> float:
        """MiB of one session."""
        return (self.during - self.before) / self.n_sessions / MEBI

    def in_words(self) -> str:
        """Say it."""
        return (
            f"{self.before / MEBI:,.0f} MiB before, {self.during / MEBI:,.0f} MiB with "
            f"{self.n_sessions} more sessions, {self.after / MEBI:,.0f} MiB after them: "
            f"{self.of_each:.2f} MiB a session"
        )


async def held_by(server: Server, run: str, *, n_sessions: int) -> Held:
    """Open sessions, move in each, and look at the memory while all are open."""
    before = _memory(server)
    async with AsyncExitStack() as stack:
        for _ in range(n_sessions):
            visit = await stack.enter_async_context(visiting(server.origin, run=run))
            for text in MOVES:
                await visit.move(text)
        during = _memory(server)
    return Held(before=before, during=during, after=_memory(server), n_sessions=n_sessions)


async def soak(server: Server, run: str, expected: Expected, *, seconds: float) -> int:
    """Move in some sessions, by page and live route, and print the slope of the memory.

    Sessions end and begin anew meanwhile, as people do. Returns 1 when it grows by more in what
    people move in an hour.
    """
    going = _Going(server=server, run=run, expected=expected, end=time.perf_counter() + seconds)
    looks: list[tuple[int, float]] = []

    async def look() -> None:
        while going.goes_on:
            looks.append((going.n_moves, _memory(server) / MEBI))
            print(f"{looks[-1][0]:9,} moves {looks[-1][1]:9,.1f} MiB", flush=True)
            await asyncio.sleep(min(EVERY, seconds / 10))

    await asyncio.gather(look(), *map(going.come_and_go, range(N_SESSIONS)))
    looks.append((going.n_moves, _memory(server) / MEBI))
    # the first look was before any move, and each has moved: they differ however short it was
    warm = np.array(looks[int(WARM * len(looks)) :] if len(looks) > FEW else looks)
    slope = float(np.polyfit(warm[:, 0], warm[:, 1], 1)[0])
    kept = slope * AN_HOUR <= MOST_IN_AN_HOUR
    print(
        f"\nSlope: {1_000 * slope:.3f} MiB for each 1,000 moves, {slope * AN_HOUR:.1f} MiB for "
        f"{AN_HOUR:,.0f}, an hour of 30 people (at most {MOST_IN_AN_HOUR:g}): "
        f"{'kept' if kept else 'MISSED'}."
    )
    return 0 if kept else 1


@dataclass(slots=True, kw_only=True)
class _Going:
    """Sessions that move until the end, and how often they have."""

    server: Server
    run: str
    expected: Expected
    end: float
    n_moves: int = 0

    @property
    def goes_on(self) -> bool:
        return time.perf_counter() < self.end

    async def come_and_go(self, k: int) -> None:
        texts = [*self.expected]
        while self.goes_on:
            async with (
                visiting(self.server.origin, run=self.run) as visit,
                asking(self.server.origin, visit.live) as live,
            ):
                for turn in range(A_VISIT):
                    if turn > 0 and not self.goes_on:
                        return
                    moving = visit if turn % PAGE_EVERY == 0 else live
                    answer = await moving.move(texts[(7 * turn + k) % len(texts)])
                    self.n_moves += 1
                    if answer.predicted != self.expected[answer.text]:
                        msg = f"At {answer.text} a session got other numbers."
                        raise AssertionError(msg)


def _memory(server: Server) -> int:
    return resident_bytes(server.process_id) or 0
