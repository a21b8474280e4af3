"""Writers that are killed while they save: what was acknowledged is there, every link whole.

``python -m tests.bench killed_writers [--saves 20000]``; ``lines`` is a row for other tables.
"""

from __future__ import annotations

import argparse
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from evalcore.store import Store
from tests.bench.machine import describe
from tests.bench.table import Line, render

__all__ = ["lines", "main"]

ROOT = Path(__file__).parents[2]
WRITERS = 3
LONGEST = 1.0
"""Seconds that a round of writers lives at most."""

Child = subprocess.Popen[str]


def main(arguments: Sequence[str]) -> int:
    """Kill and print; return 1 when something acknowledged was lost."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench killed_writers")
    parser.add_argument("--saves", type=int, default=20_000, help="that are acknowledged in all")
    found = list(lines(saves=parser.parse_args(arguments).saves))
    print(render(f"Killed: {describe()}", lines=found))
    return int(any(line.kept is False for line in found))


def lines(*, saves: int) -> Iterator[Line]:
    """Kill rounds of writers until so much is acknowledged; yield one line."""
    rng = random.Random(7)  # noqa: S311 - moments to kill at
    with tempfile.TemporaryDirectory() as folder, _children() as children:
        place = Path(folder) / "record.db"
        saved: dict[str, str] = {}
        rounds = 0
        while len(saved) < saves:
            saved |= _round(children, place, rng.uniform(0.0, LONGEST))
            rounds += 1
        with Store.open(place) as store:
            there = {event.id: event.hash for event in store.events()}
            is_whole = store.verify() == len(there)
    lost = sum(there.get(one) != seal for one, seal in saved.items())
    yield Line(
        what=f"kill -9 of {WRITERS} writers, {rounds} rounds",
        ours=f"{len(saved):,} acknowledged, {lost} lost",
        target="none lost, every link whole",
        kept=not lost and is_whole,
    )


def _round(children: Sequence[Child], place: Path, seconds: float) -> dict[str, str]:
    """Let writers save, kill them in the middle, and return what they had said was saved."""
    writers = []
    for k, child in enumerate(children):
        assert child.stdin is not None
        assert child.stdout is not None
        child.stdin.write(f"{place} writer-{k} votes/{k} 1000000\n")
        child.stdin.flush()
        writers.append(int(child.stdout.readline().split()[1]))
    said = dict(_saved(child) for child in children)  # each is in the middle of it
    time.sleep(seconds)
    for writer in writers:
        os.kill(writer, signal.SIGKILL)
    for child in children:
        assert child.stdout is not None
        while (words := child.stdout.readline().split()) != ["ended"]:
            if words[0] == "saved":
                said[words[1]] = words[3]
    return said


def _saved(child: Child) -> tuple[str, str]:
    assert child.stdout is not None
    words = child.stdout.readline().split()
    return words[1], words[3]


@contextmanager
def _children() -> Iterator[list[Child]]:
    """Start the processes that fork the writers."""
    children = [
        subprocess.Popen(
            [sys.executable, "-m", "tests.store.writer_child"],
            cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )
        for _ in range(WRITERS)
    ]  # fmt: skip
    try:
        for child in children:
            assert child.stdout is not None
            child.stdout.readline()
        yield children
    finally:
        for child in children:
            child.communicate()
