"""Labels ranked by suspicion at 125k x 600: made once, then kept and opened."""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from evalcore.truth.kept_suspicion import kept_suspicion
from tests.bench.data import LARGE_SIZES
from tests.bench.machine import describe
from tests.bench.memory import peak_growth
from tests.bench.table import Line, alone, format_bytes, render, within
from tests.bench.timing import once

__all__ = ["main"]

MOST_BYTES = 3 * 10**9


def main(arguments: Sequence[str]) -> int:
    """Measure and print; return 1 beyond two minutes, 3 GB, or a second for the kept one."""
    argparse.ArgumentParser(prog="python -m tests.bench suspicion").parse_args(arguments)
    print(f"{describe()}\n", flush=True)
    size = LARGE_SIZES[0]
    run = size.make()
    with tempfile.TemporaryDirectory() as folder:
        cache = Path(folder)
        worked = time.process_time()
        made, peak = peak_growth(lambda: once(lambda: kept_suspicion(run, cache=cache)))
        worked = time.process_time() - worked
        opened, more = peak_growth(lambda: once(lambda: kept_suspicion(run, cache=cache)))
    lines = [
        alone("ranked and kept", made[1]),
        within("  of a processor, all threads together", worked, wanted=120.0),
        Line(
            what="  memory beyond the run's",
            ours=format_bytes(peak or 0),
            kept=(peak or 0) < MOST_BYTES,
        ),
        within("opened again, every byte verified", opened[1], wanted=1.0),
        Line(what="  memory, the file's own pages included", ours=format_bytes(more or 0)),
        within("the first 2,000 pairs", once(lambda: opened[0].ranked(most=2_000))[1], wanted=1.0),
    ]
    print(render(size.title, lines=lines), flush=True)
    return 1 if any(line.kept is False for line in lines) else 0
