"""The core's table: ours against scikit-learn, in one run on one machine."""

from __future__ import annotations

import argparse
from collections.abc import Sequence

from tests.bench.data import LARGE_SIZES, SIZES, Size
from tests.bench.machine import describe
from tests.bench.measures import all_lines
from tests.bench.subject import Subject
from tests.bench.table import Line, render

__all__ = ["main"]

NOTES = """\
Times are the best of several calls in this process, after the evaluation is built; the thresholds
change from call to call. scikit-learn gets predictions that are ready; ours starts from the scores.
The promises hold from 50,000 inputs on. Memory: sum of all arrays an evaluation reaches, its run's
scores and labels included, after matrix, "also labelled" and ROC AUC were asked for."""


def main(arguments: Sequence[str]) -> int:
    """Measure and print; return 1 when a promise was not kept."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench")
    parser.add_argument("--large", action="store_true", help="add 125k x 600 and 1M x 100")
    parser.add_argument("--quick", action="store_true", help="scikit-learn's AUC on 40 concepts")
    parser.add_argument("--only", metavar="TEXT", help="only the sizes whose title holds this")
    options = parser.parse_args(arguments)
    print(f"{describe()}\n\n{NOTES}\n", flush=True)
    lines: list[Line] = []
    for size in (*SIZES, *(LARGE_SIZES if options.large else ())):
        if options.only is None or options.only in size.title:
            lines += _measure(size, quick=options.quick)
    missed = [line.what for line in lines if line.kept is False]
    print(f"{len(missed)} promises missed." if missed else "All promises kept.")
    return 1 if missed else 0


def _measure(size: Size, *, quick: bool) -> list[Line]:
    lines = list(all_lines(Subject.of(size.make()), quick=quick))
    print(render(size.title, lines=lines), end="\n\n", flush=True)
    return lines
