"""Tiny pictures of many pixels on one server, while another session drags its threshold.

``python -m tests.bench pictures [--pictures 48]``; ``lines`` are rows for other tables.
"""

from __future__ import annotations

import argparse
import asyncio
import io
import shutil
import tempfile
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from itertools import cycle
from pathlib import Path
from typing import Self

import numpy as np
from PIL import Image

import evalcore as ec
from pages._ui.session.targets import write_target
from tests.bench.client import asking, visiting
from tests.bench.machine import describe
from tests.bench.memory import resident_bytes
from tests.bench.table import Line, format_bytes, format_seconds, render
from tests.browser.serving import ROOT, Server, serving

__all__ = ["lines", "main"]

CALM, TINY = "kitchen", "tiny_files"
SIDE = 4_500
THRESHOLDS = ("0.31", "0.47", "0.62", "0.78")
LIVE_SECONDS, SLOWER = 0.3, 5.0
"""The live route stays within this, or within so many times what it takes when nobody asks for
pictures: a busy machine is slow by itself."""
PATIENCE = 600.0


def main(arguments: Sequence[str]) -> int:
    """Ask and print; return 1 when a promise was missed."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench pictures")
    parser.add_argument("--pictures", type=int, default=48, help="tiny files of 20 million pixels")
    found = list(lines(pictures=parser.parse_args(arguments).pictures))
    print(render(f"Pictures under load: {describe()}", lines=found))
    return int(any(line.kept is False for line in found))


def lines(*, pictures: int) -> Iterator[Line]:
    """Serve both runs, ask for all pictures at once, and drag in another session meanwhile."""
    with tempfile.TemporaryDirectory() as folder:
        library = Path(folder) / "library"
        shutil.copytree(ROOT / "sample_runs" / CALM, library / CALM)
        n_bytes = _write_tiny(library / TINY, pictures)
        with serving(library, log=Path(folder) / "log.txt") as server:
            yield from asyncio.run(_under_load(server, pictures, n_bytes))


def _write_tiny(folder: Path, count: int) -> int:
    """Write a run of pictures that are tiny as files; return the bytes of each."""
    folder.mkdir(parents=True)
    file = io.BytesIO()
    Image.new("RGBA", (SIDE, SIDE), (0, 0, 0, 0)).save(file, "WEBP", lossless=True)
    rows = [f"{k}.webp,dog,{0.6 + 0.3 * k / count:.4f}\n" for k in range(count)]
    (folder / "predictions.csv").write_text("image,label,score:dog\n" + "".join(rows))
    for k in range(count):
        (folder / f"{k}.webp").write_bytes(file.getvalue())
    return len(file.getvalue())


async def _under_load(server: Server, count: int, n_bytes: int) -> list[Line]:
    async with (
        visiting(server.origin, run=CALM) as calm,
        visiting(server.origin, run=TINY, show=write_target(ec.Outcome("dog", "TP"))) as looking,
        asking(server.origin, calm.live) as live,
    ):
        address = looking.pictures[0].rsplit("/", 1)[0]
        texts = cycle(THRESHOLDS)
        alone = [(await live.move(next(texts))).seconds for _ in range(60)]
        before = resident_bytes(server.process_id) or 0
        start, waits = time.perf_counter(), list[float]()
        with ThreadPoolExecutor(count) as pool, _Highest(partial(_of_children, server)) as children:
            asked = [pool.submit(_is_shown, server.url(f"{address}/{k}")) for k in range(count)]
            while not all(one.done() for one in asked):
                waits.append((await live.move(next(texts))).seconds)
                await asyncio.sleep(0.02)
            shown = sum(one.result() for one in asked)
        took = time.perf_counter() - start
        kept = (resident_bytes(server.process_id) or 0) - before
    calmly, meanwhile = (float(np.percentile(one, 95)) for one in (alone, waits))
    return [
        Line(
            what=f"{count} WebP of {n_bytes} bytes, 20 Mpx each, at once",
            ours=f"{shown} in {format_seconds(took)}, server +{format_bytes(kept)}",
            target="all, at most +100 MB",
            kept=shown == count and kept < 100e6,
        ),
        Line(
            what="  the processes that decode them, at their peak",
            ours=format_bytes(children.highest),
            target="at most 1,800 MB",
            kept=children.highest < 1_800e6,
        ),
        Line(
            what="  live route of another session meanwhile, 95 % within",
            ours=format_seconds(meanwhile),
            theirs=format_seconds(calmly),
            ratio=calmly / meanwhile,
            rival="the same before",
            target=f"{format_seconds(LIVE_SECONDS)}, or at least {1 / SLOWER:g}x",
            kept=meanwhile < max(LIVE_SECONDS, SLOWER * calmly),
        ),
    ]


def _is_shown(url: str) -> bool:
    """Tell whether a picture came, and no tile that says why there is none."""
    with urllib.request.urlopen(url, timeout=PATIENCE) as answer:  # noqa: S310 - our own server
        return answer.headers["Content-Type"] != "image/svg+xml"


class _Highest:
    """Notes the highest of a number that is looked at ten times a second."""

    def __init__(self, look: Callable[[], float]) -> None:
        self.highest = 0.0
        self._look = look
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._watch)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._stop.wait(0.1):
            self.highest = max(self.highest, self._look())


def _of_children(server: Server) -> float:
    """Return the resident bytes of a server's children together."""
    total = 0
    for status in Path("/proc").glob("[0-9]*/status"):
        try:
            facts = dict(line.split(":", 1) for line in status.read_text().splitlines())
        except (OSError, ValueError):
            continue  # it has just ended
        if int(facts["PPid"]) == server.process_id and "VmRSS" in facts:
            total += int(facts["VmRSS"].split()[0]) * 1024
    return float(total)
