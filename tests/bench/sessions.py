"""Many sessions that move the threshold on one server: how soon each sees its numbers.

``python -m tests.bench sessions [--sessions 1 10 30] [--moves 20] [--think 0.5 1]``

Every session waits for the numbers of a move, looks at them for a moment, and moves again; every
answer is compared with the core's. Sessions and server share the machine, so the clients' own work
is in the times.
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
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np

import evalcore as ec
from tests.bench.client import Answer, asking, visiting
from tests.bench.machine import describe
from tests.bench.memory import resident_bytes
from tests.browser.made_up_runs import write_large
from tests.browser.serving import ROOT, Server, serving

__all__ = ["WrongNumbersError", "expected_of", "main"]

SAMPLE, MADE = "kitchen", "made_100"
N_CONCEPTS = 100
ROUTES = ("page", "live")
"""Streamlit's messages, as when the dial is let go; the route that is asked while dragging."""
THRESHOLDS = tuple(f"0.{cents:02}" for cents in range(5, 100, 5))
PERCENT = (50, 95)
LONGEST = 300.0
AT_SESSIONS = 30
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
        return self.n_sessions == AT_SESSIONS and self.think == THINK

    @property
    def is_fast(self) -> bool:
        """Whether the promise was kept."""
        return float(np.percentile(self.numbers, PERCENT[1])) <= LONGEST


HEADER = (
    *("run", "route", "sessions", "thinks", "moves", "moves/s"),
    *("median ms", "95 % ms", "page 95 %", "load"),
)


def main(arguments: Sequence[str]) -> int:
    """Measure and print; return 1 when the promise was not kept."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench sessions")
    parser.add_argument("--sessions", type=int, nargs="+", default=[1, 10, 30])
    parser.add_argument("--moves", type=int, default=20, help="of each session, a line")
    parser.add_argument("--think", type=float, nargs=2, default=THINK, metavar=("LOW", "HIGH"))
    parser.add_argument("--inputs", type=int, default=5_000, help="of the made-up run")
    options = parser.parse_args(arguments)
    print(f"{describe()}\n\n{_about(options)}\n")
    rows = []
    with _library(options.inputs) as (server, expected):
        started = resident_bytes(server.process_id)
        asyncio.run(_warm_up(server, expected))
        opened = resident_bytes(server.process_id)
        print("  ".join(name.rjust(10) for name in HEADER), flush=True)
        for row in _rows(server, expected, options):
            rows.append(row)
            print("  ".join(cell.rjust(10) for cell in row.cells()), flush=True)
        after = resident_bytes(server.process_id)
    print(
        f"\nServer's memory: {_mebibytes(started)} when started, {_mebibytes(opened)} with both "
        f"runs open, {_mebibytes(after)} after {sum(row.n_sessions for row in rows)} sessions."
    )
    return _verdict(rows)


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


def _verdict(rows: Sequence[Row]) -> int:
    judged = [row for row in rows if row.is_judged]
    kept = all(row.is_fast for row in judged)
    said = ("kept" if kept else "MISSED") if judged else "not measured"
    print(
        f"Promise on 2 idle cores: numbers within {LONGEST:g} ms for {PERCENT[1]} % of the moves "
        f"of {AT_SESSIONS} sessions that think {THINK[0]:g} to {THINK[1]:g} s: {said}."
    )
    return 0 if kept else 1


@contextmanager
def _library(n_inputs: int) -> Iterator[tuple[Server, dict[str, Expected]]]:
    with tempfile.TemporaryDirectory() as folder:
        library = Path(folder) / "library"
        shutil.copytree(ROOT / "sample_runs" / SAMPLE, library / SAMPLE)
        write_large(library / MADE, n_inputs=n_inputs, n_concepts=N_CONCEPTS)
        expected = {name: expected_of(library / name) for name in (SAMPLE, MADE)}
        with serving(library, log=Path(folder) / "log.txt") as server:
            yield server, expected


async def _warm_up(server: Server, expected: Mapping[str, Expected]) -> None:
    for run, numbers in expected.items():
        for route in ROUTES:
            async with _mover(server, run, route) as mover:
                await _session(mover, numbers, n_moves=2, think=(0.0, 0.0), seed=0)


def _rows(
    server: Server, expected: Mapping[str, Expected], options: argparse.Namespace
) -> Iterator[Row]:
    think, most = tuple(options.think), max(options.sessions)
    # the last line of each block thinks of nothing
    loads = [*((n, think) for n in options.sessions), (most, (0.0, 0.0))]
    for run, numbers in expected.items():
        for route in ROUTES:
            for n_sessions, pause in loads:
                measured = _measure(
                    server, run, route, numbers, n_sessions, n_moves=options.moves, think=pause
                )
                yield asyncio.run(measured)


async def _measure(
    server: Server,
    run: str,
    route: str,
    expected: Expected,
    n_sessions: int,
    *,
    n_moves: int,
    think: tuple[float, float],
) -> Row:
    async with AsyncExitStack() as stack:
        movers = [
            await stack.enter_async_context(_mover(server, run, route)) for _ in range(n_sessions)
        ]
        start = time.perf_counter()
        sessions = (
            _session(mover, expected, n_moves=n_moves, think=think, seed=seed)
            for seed, mover in enumerate(movers)
        )
        answers = [answer for some in await asyncio.gather(*sessions) for answer in some]
        took = time.perf_counter() - start
    return Row(
        run=run,
        route=route,
        n_sessions=n_sessions,
        think=think,
        numbers=tuple(1_000 * answer.seconds for answer in answers),
        whole=tuple(1_000 * answer.whole for answer in answers),
        took=took,
    )


@asynccontextmanager
async def _mover(server: Server, run: str, route: str) -> AsyncIterator[Mover]:
    async with visiting(server.origin, run=run) as visit:
        if route == "page":
            yield visit
        else:
            async with asking(server.origin, visit.live) as live:
                yield live


async def _session(
    mover: Mover, expected: Expected, *, n_moves: int, think: tuple[float, float], seed: int
) -> list[Answer]:
    """Move to and fro, and compare every answer with the core's."""
    chance = random.Random(seed)  # noqa: S311 - no secret
    end = time.perf_counter() + AT_MOST
    answers: list[Answer] = []
    while len(answers) < n_moves and time.perf_counter() < end:
        await asyncio.sleep(chance.uniform(*think))
        before = answers[-1].text if answers else None
        text = chance.choice([one for one in THRESHOLDS if one != before])
        answers.append(await mover.move(text))
        if (answers[-1].text, answers[-1].predicted) != (text, expected[text]):
            msg = f"Asked for {text}, a session got other numbers, at {answers[-1].text}."
            raise WrongNumbersError(msg)
    return answers


def _mebibytes(size: int | None) -> str:
    return "unknown" if size is None else f"{size / 2**20:,.0f} MiB"
