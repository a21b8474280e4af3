"""Many sessions that move the threshold on one server, or two: how soon each sees its numbers.

``python -m tests.bench sessions [--sessions 1 10 30 100] [--moves 12] [--think 0.5 1]``
``python -m tests.bench sessions --soak [SECONDS]`` moves without a pause and prints what grows.

Every session waits for the numbers of a move, looks at them for a moment, and moves again; every
answer is compared with the core's. Sessions and server share the machine, so the clients' own work
is in the times. The most sessions move on two servers behind nginx, too.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import random
import shutil
import tempfile
import time
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import AsyncExitStack, ExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol
from unittest.mock import patch

import numpy as np

import evalcore as ec
from evalcore.base.home import HOME_VARIABLE
from tests.bench import soak
from tests.bench.balancing import balancing, nginx, visitor_cookies
from tests.bench.client import Answer, asking, visiting
from tests.bench.machine import describe
from tests.browser.made_up_runs import write_large
from tests.browser.serving import ROOT, Server, serving

__all__ = ["THRESHOLDS", "WrongNumbersError", "expected_of", "main", "mover", "session"]

SAMPLE, MADE = "kitchen", "made_100"
N_CONCEPTS = 100
ROUTES = ("page", "live")
"""Streamlit's messages, as when the dial is let go; the route that is asked while dragging."""
THRESHOLDS = tuple(f"0.{cents:02}" for cents in range(5, 100, 5))
PERCENT = (50, 95)
LONGEST = {"page": 300.0, "live": 30.0}
"""Milliseconds to the end of the drawing, and to the answer of the live route."""
MOST_OF_A_SESSION = 3.0
"""MiB."""
AT_SESSIONS = 30
BUSY = 4.0
"""Load of a machine that does other work beside this one."""
THINK = (0.5, 1.0)
AT_MOST = 60.0
"""Seconds after which a session makes no further move."""

Expected = Mapping[str, tuple[int, ...]]


class WrongNumbersError(Exception):
    """A session saw other numbers than the core's at its threshold."""


class Mover(Protocol):
    """What moves the threshold and brings the numbers: a visit, or a live route."""

    async def move(self, text: str) -> Answer:
        """Return the numbers at a threshold."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One line of the table: what all moves of some sessions took, in milliseconds."""

    run: str
    route: str
    n_servers: int
    n_sessions: int
    think: tuple[float, float]
    numbers: tuple[float, ...]
    whole: tuple[float, ...]
    took: float

    def cells(self) -> list[str]:
        """Return the line."""
        middle, high = np.percentile(self.numbers, PERCENT)
        whole = f"{np.percentile(self.whole, PERCENT[1]):.0f}" if self.route == "page" else "–"
        low, long = self.think
        return [
            self.run,
            self.route,
            f"{self.n_servers}",
            f"{self.n_sessions}",
            f"{low:g} - {long:g} s" if long else "none",
            f"{len(self.numbers):,}",
            f"{len(self.numbers) / self.took:.1f}",
            f"{middle:.0f}",
            f"{high:.0f}",
            whole,
            f"{os.getloadavg()[0]:.1f}",
        ]

    @property
    def is_judged(self) -> bool:
        """Whether the promise is about this line."""
        at = (self.n_servers, self.n_sessions, self.think)
        return at == (1, AT_SESSIONS, THINK)

    @property
    def high(self) -> float:
        """What 95 % of the moves took at the most."""
        return float(np.percentile(self.whole, PERCENT[1]))


HEADER = (
    *("run", "route", "servers", "sessions", "thinks", "moves", "moves/s"),
    *("median ms", "95 % ms", "page 95 %", "load"),
)


def main(arguments: Sequence[str]) -> int:
    """Measure and print; return 1 when a promise was not kept."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench sessions")
    parser.add_argument("--sessions", type=int, nargs="+", default=[1, 10, 30, 100])
    parser.add_argument("--moves", type=int, default=12, help="of each session, a line")
    parser.add_argument("--think", type=float, nargs=2, default=THINK, metavar=("LOW", "HIGH"))
    parser.add_argument("--inputs", type=int, default=5_000, help="of the made-up run")
    parser.add_argument("--soak", type=float, nargs="?", const=300.0, help="seconds without pause")
    options = parser.parse_args(arguments)
    print(f"{describe()}\n", flush=True)
    with _library(options.inputs) as (servers, expected):
        asyncio.run(_warm_up(servers, expected))
        if options.soak:
            return asyncio.run(
                soak.soak(servers[0], SAMPLE, expected[SAMPLE], seconds=options.soak)
            )
        return _measure_all(servers, expected, options)


def _measure_all(
    servers: Sequence[Server], expected: Mapping[str, Expected], options: argparse.Namespace
) -> int:
    print(f"{_about(options)}\n")
    print("  ".join(name.rjust(10) for name in HEADER), flush=True)
    most = max(options.sessions)
    # before all else: what earlier sessions have given back would serve the later ones
    held = asyncio.run(soak.held_by(servers[0], SAMPLE, n_sessions=most))
    rows = []
    for row in _rows(servers, expected, options):
        rows.append(row)
        print("  ".join(cell.rjust(10) for cell in row.cells()), flush=True)
    print(f"\nServer's memory: {held.in_words()}.")
    return _verdict(rows, held.of_each if most >= AT_SESSIONS else None)


def expected_of(run: Path) -> Expected:
    """Return the core's predicted counts at every threshold that sessions move to."""
    evaluation = ec.Evaluation(ec.load_run(run))
    rules = {text: ec.Rule(float(text)) for text in THRESHOLDS}
    return {text: tuple(evaluation.counts(rule).predicted.tolist()) for text, rule in rules.items()}


def _about(options: argparse.Namespace) -> str:
    low, high = options.think
    most = max(options.sessions)
    load = f"up to {2 * most / (low + high):.0f} moves a second from {most}" if high else "nothing"
    return (
        f"{SAMPLE}: the sample run; {MADE}: {options.inputs:,} inputs, {N_CONCEPTS} concepts.\n"
        f"page: the dial is let go, Streamlit draws numbers and images; live: the numbers alone.\n"
        f"A session thinks {low:g} to {high:g} s between its {options.moves} moves: {load}. Lines "
        f"without thinking show what the server can do at most."
    )


def _verdict(rows: Sequence[Row], of_each: float | None) -> int:
    judged = [row for row in rows if row.is_judged]
    kept = [row.high <= LONGEST[row.route] for row in judged]
    if of_each is not None:
        kept.append(of_each <= MOST_OF_A_SESSION)
    missed = f"MISSED{' on a busy machine' if os.getloadavg()[0] > BUSY else ''}"
    said = ("kept" if all(kept) else missed) if judged else "not measured"
    print(
        f"Promise on 2 idle cores, for {PERCENT[1]} % of the moves of {AT_SESSIONS} sessions that "
        f"think {THINK[0]:g} to {THINK[1]:g} s: the live route within {LONGEST['live']:g} ms, a "
        f"whole page within {LONGEST['page']:g}; {MOST_OF_A_SESSION:g} MiB a session: {said}."
    )
    return 0 if all(kept) else 1


@contextmanager
def _library(n_inputs: int) -> Iterator[tuple[list[Server], dict[str, Expected]]]:
    """Start one server, and where nginx is installed a second one beside it."""
    with tempfile.TemporaryDirectory() as name, ExitStack() as stack:
        folder = Path(name)
        library = folder / "library"
        shutil.copytree(ROOT / "sample_runs" / SAMPLE, library / SAMPLE)
        write_large(library / MADE, n_inputs=n_inputs, n_concepts=N_CONCEPTS)
        expected = {run: expected_of(library / run) for run in (SAMPLE, MADE)}
        # the record of the bench is nobody's, and what runs afterwards has its own again
        own = {HOME_VARIABLE: str(folder / "home")}
        stack.enter_context(patch.dict(os.environ, own))
        yield (
            [
                stack.enter_context(serving(library, log=folder / f"{k}.txt"))
                for k in range(2 if nginx() else 1)
            ],
            expected,
        )


async def _warm_up(servers: Sequence[Server], expected: Mapping[str, Expected]) -> None:
    for server in servers:
        for run, numbers in expected.items():
            for route in ROUTES:
                async with mover(server.origin, run, route) as moving:
                    await session(moving, numbers, n_moves=2, think=(0.0, 0.0), seed=0)


def _rows(
    servers: Sequence[Server], expected: Mapping[str, Expected], options: argparse.Namespace
) -> Iterator[Row]:
    think, most = tuple(options.think), max(options.sessions)
    # the last line of each block thinks of nothing
    loads = [*((n, think) for n in options.sessions), (most, (0.0, 0.0))]
    for run, numbers in expected.items():
        for route in ROUTES:
            on = Load(run=run, route=route, expected=numbers, n_moves=options.moves)
            for n_sessions, pause in loads:
                yield asyncio.run(_measure(servers[:1], servers[0].origin, on, n_sessions, pause))
            if len(servers) > 1:
                with (
                    tempfile.TemporaryDirectory() as name,
                    balancing(servers, folder=Path(name) / "nginx") as origin,
                ):
                    yield asyncio.run(_measure(servers, origin, on, most, think))


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """What every session of a line does."""

    run: str
    route: str
    expected: Expected
    n_moves: int


async def _measure(
    servers: Sequence[Server], origin: str, on: Load, n_sessions: int, think: tuple[float, float]
) -> Row:
    async with AsyncExitStack() as stack:
        movers = []
        for _ in range(n_sessions):
            # behind nginx each is a browser that comes for the first time
            cookies = await asyncio.to_thread(visitor_cookies, origin) if len(servers) > 1 else {}
            entered = mover(origin, on.run, on.route, cookies=cookies)
            movers.append(await stack.enter_async_context(entered))
        start = time.perf_counter()
        sessions = (
            session(one, on.expected, n_moves=on.n_moves, think=think, seed=seed)
            for seed, one in enumerate(movers)
        )
        answers = [answer for some in await asyncio.gather(*sessions) for answer in some]
        took = time.perf_counter() - start
    return Row(
        run=on.run,
        route=on.route,
        n_servers=len(servers),
        n_sessions=n_sessions,
        think=think,
        numbers=tuple(1_000 * answer.seconds for answer in answers),
        whole=tuple(1_000 * answer.whole for answer in answers),
        took=took,
    )


@asynccontextmanager
async def mover(
    origin: str, run: str, route: str, *, cookies: Mapping[str, str] | None = None
) -> AsyncIterator[Mover]:
    """Open a session that moves the threshold by a route."""
    async with visiting(origin, cookies=cookies, run=run) as visit:
        if route == "page":
            yield visit
        else:
            async with asking(origin, visit.live, cookies=cookies) as live:
                yield live


async def session(
    moving: Mover, expected: Expected, *, n_moves: int, think: tuple[float, float], seed: int
) -> list[Answer]:
    """Move to and fro, and compare every answer with the core's."""
    chance = random.Random(seed)  # noqa: S311 - no secret
    end = time.perf_counter() + AT_MOST
    answers: list[Answer] = []
    while len(answers) < n_moves and time.perf_counter() < end:
        await asyncio.sleep(chance.uniform(*think))
        before = answers[-1].text if answers else None
        text = chance.choice([one for one in THRESHOLDS if one != before])
        answers.append(await moving.move(text))
        if (answers[-1].text, answers[-1].predicted) != (text, expected[text]):
            msg = f"Asked for {text}, a session got other numbers, at {answers[-1].text}."
            raise WrongNumbersError(msg)
    return answers
