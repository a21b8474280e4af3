"""Opening a large run for the first and for the second time, each in a process of its own."""

from __future__ import annotations

import argparse
import json
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from tests.bench.data import LARGE_SIZES, SIZES, Size
from tests.bench.machine import describe
from tests.bench.memory import peak_growth
from tests.bench.table import Line, alone, format_bytes, render, within
from tests.bench.timing import once

__all__ = ["main"]

NOTES = """\
Each line is a new process that opens the run's Parquet files from a folder and counts once. Peak is
the growth of resident memory at its highest; own, what of it no other process can share. Every byte
is copied, so that nobody can cut what is mapped, and hashed, in all threads at once."""


def main(arguments: Sequence[str]) -> int:
    """Measure and print; return 1 when a second opening takes a second or more."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench open")
    parser.add_argument("--large", action="store_true", help="add 1M x 100")
    parser.add_argument("--child", nargs=2, metavar=("RUN", "CACHE"), help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    if options.child:
        print(json.dumps(_open(*map(Path, options.child))))
        return 0
    print(f"{describe()}\n\n{NOTES}\n", flush=True)
    lines = [line for size in _sizes(large=options.large) for line in _measure(size)]
    return 1 if any(line.kept is False for line in lines) else 0


def _sizes(*, large: bool) -> tuple[Size, ...]:
    return (SIZES[-1], LARGE_SIZES[-1]) if large else (SIZES[-1],)


def _measure(size: Size) -> list[Line]:
    with tempfile.TemporaryDirectory() as folder:
        run, cache = Path(folder, "run"), Path(folder, "cache")
        size.make().save(run)
        first, second, third = (_in_a_process(run, cache) for _ in range(3))
        prepared = sum(file.stat().st_size for file in cache.rglob("*.npy"))
    lines = [
        alone("first opening, with preparing", first["seconds"]),
        within("second opening", second["seconds"], wanted=1.0),
        within("third opening", third["seconds"], wanted=1.0),
        within("  of a processor, all threads together", third["processor"], wanted=1.0),
        Line(what="prepared run on disk", ours=format_bytes(prepared)),
    ]
    for name, figures in (("first", first), ("second", second)):
        peak, own = format_bytes(figures["peak"]), format_bytes(figures["own"])
        lines.append(Line(what=f"{name} opening, memory", ours=f"peak {peak}, own {own}"))
    print(render(size.title, lines=lines), end="\n\n", flush=True)
    return lines


def _in_a_process(run: Path, cache: Path) -> dict[str, float]:
    command = [sys.executable, "-m", "tests.bench", "open", "--child", str(run), str(cache)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)  # noqa: S603
    figures: dict[str, float] = json.loads(done.stdout)
    return figures


def _open(run: Path, cache: Path) -> dict[str, float]:
    from evalcore import Rule  # noqa: PLC0415 - the parent measures nothing
    from evalcore.prepared import open_prepared  # noqa: PLC0415

    before, worked = _private_bytes(), time.process_time()
    (evaluation, seconds), peak = peak_growth(lambda: once(lambda: open_prepared(run, cache=cache)))
    worked = time.process_time() - worked
    evaluation.counts(Rule(0.5))
    own = _private_bytes() - before
    return {"seconds": seconds, "processor": worked, "peak": peak or 0, "own": own}


def _private_bytes() -> float:
    """Return the memory that this process shares with nobody and no file; 0 where unknown."""
    status = Path("/proc/self/status")
    found = (
        re.search(r"RssAnon:\s+(\d+) kB", status.read_text("ascii")) if status.exists() else None
    )
    return float(found.group(1)) * 1024 if found else 0.0
