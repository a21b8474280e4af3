"""Wide tables whose score columns are named as the labels are, against those with a prefix."""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np

import evalcore as ec
from tests.bench.machine import describe
from tests.bench.timing import once

__all__ = ["main"]

MOST_TIMES = 3.0
"""A table without prefixes may take so many times as long as the same with them."""


def main(arguments: Sequence[str]) -> int:
    """Read one table in both forms, one after the other; return 1 when the plain one is slow."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench readings")
    parser.add_argument("--rows", type=int, default=1_500)
    parser.add_argument("--classes", type=int, default=5_000)
    options = parser.parse_args(arguments)
    print(
        f"{describe()}\n\n{options.rows:,} inputs, {options.classes:,} classes, CSV\n", flush=True
    )
    with tempfile.TemporaryDirectory() as folder:
        seconds = {
            prefix: _seconds(Path(folder), options.rows, options.classes, prefix=prefix)
            for prefix in ("score:", "")
        }
    ratio = seconds[""] / seconds["score:"]
    print(f"named score:<class>  {seconds['score:']:8.1f} s")
    print(f"named as the labels  {seconds['']:8.1f} s")
    print(f"{ratio:.2f} times, at most {MOST_TIMES:g} wanted")
    return int(ratio > MOST_TIMES)


def _seconds(folder: Path, n_rows: int, n_classes: int, *, prefix: str) -> float:
    rng = np.random.default_rng(0)
    names = [f"class_{j:04d}" for j in range(n_classes)]
    path = folder / f"table_{len(prefix)}.csv"
    with path.open("w", encoding="utf-8") as file:
        file.write(",".join(["id", "label", *(prefix + name for name in names)]) + "\n")
        for k in range(n_rows):
            cells = np.round(rng.random(n_classes), 3).astype(str)
            # the first and the last class are labelled: none lies outside, to be asked about
            at = (0, n_classes - 1)[k] if k < 2 else int(rng.integers(n_classes))
            file.write(f"im{k},{names[at]},{','.join(cells)}\n")
    _, seconds = once(ec.load_run, path)
    return seconds
