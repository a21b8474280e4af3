"""What a stranger's small files do to the product: one table.

``python -m tests.bench attack [--mutants 200] [--pictures 48] [--seconds 120]`` damages one file of
each format so many times, reads the files that unfold (:mod:`tests.support.unfolding`) in a process
of bounded memory, and asks a server for tiny pictures of many pixels while another session's live
route is timed. ``--mutants 2500`` makes 20,000 of all formats; that takes an hour.
"""

from __future__ import annotations

import argparse
import io
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import numpy as np
from PIL import Image

import evalcore as ec
from evalcore.runs.images import EmbeddedImages, ImageError
from evalcore.runs.thumbnails import thumbnail
from tests.bench import killed_writers
from tests.bench.machine import describe
from tests.bench.memory import resident_bytes
from tests.bench.table import Line, format_bytes, format_seconds, render
from tests.core.readers.test_fuzz import WRITERS, sample
from tests.support.unfolding import UNFOLDING

__all__ = ["main"]

ROOT = Path(__file__).resolve().parents[2]
MEGABYTES = 1_536
MOST_BYTES = 2 * 2**30
MOST_SECONDS = 30.0
LIVE_SECONDS = 0.3


def main(arguments: Sequence[str]) -> int:
    """Try all and print the table; return 1 when a promise was missed."""
    options = _options(arguments)
    lines = [
        *_fuzzed(options.mutants),
        *_unfolded(options.seconds),
        *_pictured(options.pictures),
        *killed_writers.lines(saves=options.saves),
    ]
    print(render(f"Attacked: {describe()}", lines=lines))
    return int(any(line.kept is False for line in lines))


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.bench attack")
    parser.add_argument("--mutants", type=int, default=50, help="of each of the 8 formats")
    parser.add_argument("--pictures", type=int, default=48, help="tiny files of 20 million pixels")
    parser.add_argument("--seconds", type=int, default=120, help="that one file may take")
    parser.add_argument("--saves", type=int, default=200, help="acknowledged by killed writers")
    return parser.parse_args(arguments)


def _child(program: str, *arguments: str, timeout: float) -> tuple[int, list[dict[str, object]]]:
    done = subprocess.run(  # noqa: S603 - our own interpreter and program
        [sys.executable, str(ROOT / "tests/support" / program), *arguments],
        env={**os.environ, "PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
        check=False,
        timeout=timeout,
    )
    return done.returncode, [json.loads(line) for line in done.stdout.splitlines()]


def _fuzzed(count: int) -> Iterator[Line]:
    for ending, write in WRITERS.items():
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / f"pets.{ending}"
            write(sample(), path)
            status, found = _child(
                "fuzz_child.py", str(path), "11", str(count), timeout=60 + 6.0 * count
            )
        counts = Counter(str(item["result"]) for item in found)
        told = ", ".join(f"{counts[what]} {what}" for what in ("equal", "other", "refused"))
        yield Line(
            what=f"{count} damaged {ending}",
            ours=told,
            target="no crash, no hang, 2 GB",
            kept=status == 0 and len(found) == count and not counts["crash"],
        )


def _unfolded(seconds: int) -> Iterator[Line]:
    for name, write in UNFOLDING.items():
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / name
            write(path)
            files = path.iterdir() if path.is_dir() else [path]
            size = sum(file.stat().st_size for file in files)
            limits = (str(MEGABYTES), str(seconds))
            _, found = _child("reading_child.py", *limits, str(path), timeout=60.0 + seconds)
        yield _unfolded_line(f"{name}, {format_bytes(size)}", found)


def _unfolded_line(what: str, found: Sequence[dict[str, object]]) -> Line:
    target = f"{format_bytes(MOST_BYTES)}, {MOST_SECONDS:.0f} s"
    if not found:
        return Line(what=what, ours="no answer", target=target, kept=False)
    peak, took = float(str(found[0]["peak"])), float(str(found[0]["seconds"]))
    said = "loaded" if found[0]["said"] == "loaded" else "refused"
    return Line(
        what=what,
        ours=f"{said}, {format_bytes(peak)}, {format_seconds(took)}",
        target=target,
        kept=peak < MOST_BYTES and took < MOST_SECONDS,
    )


def _pictured(count: int) -> Iterator[Line]:
    """Ask for tiny pictures of many pixels while numbers are looked up in another thread."""
    file = io.BytesIO()
    Image.new("RGBA", (4_500, 4_500), (0, 0, 0, 0)).save(file, "WEBP", lossless=True)
    images = EmbeddedImages([file.getvalue()] * count, [""] * count)
    before, children = _resident(), _Highest(_bytes_of_children)
    with _numbers() as waits, ThreadPoolExecutor(8) as pool, children:
        start = time.perf_counter()
        n_shown = sum(pool.map(partial(_is_shown, images), range(count)))
        took = time.perf_counter() - start
    yield Line(
        what=f"{count} WebP of {len(file.getvalue())} bytes, 20 Mpx each",
        ours=f"{n_shown} in {format_seconds(took)}, here +{format_bytes(_resident() - before)}",
        target="all, here at most +100 MB",
        kept=n_shown == count and _resident() - before < 100e6,
    )
    yield Line(
        what="  the processes that decode them, at their peak",
        ours=format_bytes(children.highest),
        target="at most 1,800 MB",
        kept=children.highest < 1_800e6,
    )
    yield Line(
        what="  numbers of a session meanwhile, 95 % within",
        ours=format_seconds(float(np.percentile(waits, 95))),
        target=f"at most {format_seconds(LIVE_SECONDS)}",
        kept=float(np.percentile(waits, 95)) < LIVE_SECONDS,
    )


def _is_shown(images: EmbeddedImages, position: int) -> bool:
    try:
        return thumbnail(images, position, size=160).width > 0
    except ImageError:
        return False


def _resident() -> int:
    return resident_bytes(os.getpid()) or 0


class _numbers:  # noqa: N801 - used as a function in a with statement
    """Look up counts every 20 ms, as a session that drags, and note how long each takes."""

    def __init__(self) -> None:
        rng = np.random.default_rng(0)
        labels = [int(k) for k in rng.integers(0, 100, 20_000)]
        self._evaluation = ec.Evaluation(ec.EvalRun.from_arrays(rng.random((20_000, 100)), labels))
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._look)
        self.waits: list[float] = []

    def __enter__(self) -> list[float]:
        self._evaluation.matrix(ec.Rule(threshold=0.5))
        self._thread.start()
        return self.waits

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()

    def _look(self) -> None:
        rng = np.random.default_rng(1)
        while not self._stop.wait(0.02):
            start = time.perf_counter()
            self._evaluation.counts(ec.Rule(threshold=float(rng.random())))
            self._evaluation.matrix(ec.Rule(threshold=float(rng.random())))
            self.waits.append(time.perf_counter() - start)


class _Highest:
    """Notes the highest of a number that is looked at ten times a second."""

    def __init__(self, look: Callable[[], float]) -> None:
        self.highest = 0.0
        self._look = look
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._watch)

    def __enter__(self) -> None:
        self._thread.start()

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._stop.wait(0.1):
            self.highest = max(self.highest, self._look())


def _bytes_of_children() -> float:
    """Return the resident bytes of this process's children together."""
    total = 0
    for status in Path("/proc").glob("[0-9]*/status"):
        try:
            facts = dict(line.split(":", 1) for line in status.read_text().splitlines())
        except (OSError, ValueError):
            continue  # it has just ended
        if int(facts["PPid"]) == os.getpid() and "VmRSS" in facts:
            total += int(facts["VmRSS"].split()[0]) * 1024
    return float(total)
