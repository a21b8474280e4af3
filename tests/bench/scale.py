"""A run in parts: prepared, against decoding alone; opened, moved; and what more inputs cost."""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from unittest.mock import patch

import numpy as np
import pyarrow.parquet as pq

from evalcore.counting.evaluation import Evaluation
from evalcore.counting.prebuilt import Prebuilt
from evalcore.counting.rules import Mode, Rule
from evalcore.counting.selections import Cell
from evalcore.counting.shown_matrix import most_confused
from evalcore.parts import open_parts
from evalcore.runs.parts import joined
from tests.bench.machine import describe
from tests.bench.memory import peak_growth, peaks_below
from tests.bench.table import Line, alone, format_bytes, render, within
from tests.bench.timing import best_of, once
from tests.support.large_parts import write_in_lists, write_in_parts

__all__ = ["main"]

MOST_SHOWN = 30
NOTES = """\
One folder of Parquet files, float32, single-label, ids and one metadata column. Prepared in a
process of its own, after the files were read once; decoding reads the same columns with pyarrow in
as many threads, and keeps nothing. Times of the open run are the best of several calls with the
pages in memory."""
NOTES_OF_LISTS = """\
One folder of Parquet files: of each input the best 20 concepts and their scores, in lists or a row
for each (--rows), float32, multi-label, every concept decided by its own threshold. Measured as
runs in parts are."""
THRESHOLDS = (0.5, 0.37, 0.62, 0.71)
FEW_PASS = (0.97, 0.96, 0.98, 0.95)


def main(arguments: Sequence[str]) -> int:
    """Measure and print; return 1 when a promise was not kept."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench scale")
    parser.add_argument("--large", action="store_true", help="20M x 50 in 40 files, not 2M x 20")
    parser.add_argument(
        "--topk",
        action="store_true",
        help="the best 20 of each input in lists: 100k x 2,000, or (--large) 1M x 20,000",
    )
    parser.add_argument(
        "--rows", action="store_true", help="with --topk: each score as a row, in place of lists"
    )
    parser.add_argument("--scheduler", help="as for prepare; 'local' starts processes")
    parser.add_argument("--memory", default="1GiB", help="as for prepare")
    options = parser.parse_args(arguments)
    write, (n_inputs, n_concepts, n_files) = (
        (
            partial(write_in_lists, as_rows=options.rows),
            (1_000_000, 20_000, 8) if options.large else (100_000, 2_000, 2),
        )
        if options.topk
        else (write_in_parts, (20_000_000, 50, 40) if options.large else (2_000_000, 20, 8))
    )
    print(f"{describe()}\n\n{NOTES_OF_LISTS if options.topk else NOTES}\n", flush=True)
    own = "THRESHOLD_WORKSHOP_HOME"
    with tempfile.TemporaryDirectory() as folder, patch.dict(os.environ, {own: f"{folder}/home"}):
        run = Path(folder, "run")
        write(run, n_inputs=n_inputs, n_concepts=n_concepts, n_files=n_files)
        prepared = _preparing(run, options.scheduler, options.memory)
        lines = [*prepared, *(_opening_lists(run) if options.topk else _opening(run))]
    print(render(f"{n_inputs:,} x {n_concepts} in {n_files} files", lines=lines))
    return 1 if any(line.kept is False for line in lines) else 0


def _preparing(run: Path, scheduler: str | None, memory: str) -> list[Line]:
    files = sorted((run / "predictions").glob("*.parquet"))
    decoding = best_of(lambda: _decode(files), at_least=2)
    command = [sys.executable, "-m", "evalcore", "prepare", str(run), "--memory", memory]
    command += ["--scheduler", scheduler] if scheduler else []
    (seconds, peaks), (again, _) = _watched(command), _watched(command)
    files[0].touch()
    lines = [
        alone("decoding alone", decoding),
        alone("prepared, from nothing", seconds),
        Line(what="  of the rate of decoding", ours=f"{decoding / seconds:.0%}"),
        alone("prepared again, nothing changed", again),
        alone("prepared again, one file changed", _watched(command)[0]),
    ]
    if peaks is not None:
        own, mapped = (format_bytes(n_bytes) for n_bytes in peaks)
        lines.append(Line(what="  peak memory of a process", ours=own))
        lines.append(Line(what="  with mapped pages of files", ours=mapped))
    return lines


def _decode(files: Sequence[Path]) -> None:
    """Decode every column, a file in a thread, as many threads as prepare has; nothing is kept."""

    def read(path: Path) -> None:
        with pq.ParquetFile(path) as file:
            for group in range(file.num_row_groups):
                file.read_row_group(group, use_threads=False)

    with ThreadPoolExecutor(os.cpu_count()) as pool:
        list(pool.map(read, files))


def _watched(command: list[str]) -> tuple[float, tuple[int, int] | None]:
    """Return the seconds of a command, and the peaks of its largest process."""
    start = time.perf_counter()
    with subprocess.Popen(  # noqa: S603 - our own program
        command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as child:
        peaks = peaks_below(child.pid, until=lambda: child.poll() is not None)
    seconds = time.perf_counter() - start
    if child.returncode:
        raise subprocess.CalledProcessError(child.returncode, command)
    return seconds, peaks


def _opening(run: Path) -> list[Line]:
    (evaluation, opening), growth = peak_growth(lambda: once(open_parts, run))
    lines = [within("opened", opening, wanted=1.0), *_moves(evaluation)]
    if growth is not None:
        lines.append(
            Line(what="  growth of memory, mapped pages included", ours=format_bytes(growth))
        )
    parts, built = evaluation.run.parts, evaluation.prebuilt().parts
    for n in sorted({1, len(parts) // 4 or 1, len(parts) // 2 or 1, len(parts)}):
        some = Evaluation(joined(parts[:n]), prebuilt=Prebuilt.joined(built[:n]))
        moved = best_of(some.counts, arguments=_rules("top"))
        lines.append(alone(f"  a move at {some.run.n_inputs:,} inputs, {n} parts", moved))
    return lines


def _opening_lists(run: Path) -> list[Line]:
    lines, growth = peak_growth(lambda: _looking_at_lists(run))
    if growth is not None:
        lines.append(Line(what="  growth of memory at its highest", ours=format_bytes(growth)))
    return lines


def _looking_at_lists(run: Path) -> list[Line]:
    evaluation, opening = once(open_parts, run)
    rules, names = _rules("every"), evaluation.run.concepts
    mistakes, first = once(evaluation.mistakes, Rule(0.5))
    shown = most_confused(mistakes, n=MOST_SHOWN)
    cell = Cell(names[shown[0]], names[shown[1]])
    _, put_together = once(lambda: evaluation.condensed(Rule(0.5), shown=shown))
    asked = {
        "counts, one threshold": (evaluation.counts, rules),
        "counts, a threshold per concept": (evaluation.counts, _vectors(evaluation)),
        "nothing predicted": (evaluation.n_nothing_predicted, rules),
        "matrix of the 30 most confused": (
            lambda rule: evaluation.condensed(rule, shown=shown),
            rules,
        ),
        "matrix, every cell": (evaluation.matrix, rules),
        "first page of a cell": (lambda rule: evaluation.members(rule, cell, first=48), rules),
    }
    return [
        within("opened", opening, wanted=1.0),
        alone("the most confused of all concepts, first", first),
        alone("their matrix, first", put_together),
        *(alone(what, best_of(call, arguments=of)) for what, (call, of) in asked.items()),
    ]


def _moves(evaluation: Evaluation) -> list[Line]:
    cells = [Cell(evaluation.run.concepts[0], evaluation.run.concepts[1])]
    (_, first), (_, listed) = (
        once(evaluation.matrix, Rule(0.5)),
        once(lambda: evaluation.members(Rule(0.5), cells[0], first=48)),
    )
    asked = {
        "counts": evaluation.counts,
        "nothing predicted": evaluation.n_nothing_predicted,
        # counted: an evaluation keeps that of the last few rules
        "accuracy": lambda rule: sum(part.n_right(rule) for part in evaluation.parts),
        "matrix": evaluation.matrix,
        "first page of a cell": lambda rule: evaluation.members(rule, cells[0], first=48),
    }
    wanted = {"counts": 0.005, "matrix": 0.05, "first page of a cell": 0.1}
    lines = [alone("first matrix", first), alone("first page", listed)]
    for name, call in asked.items():
        for form, rules in (
            ("one threshold", _rules("top")),
            ("a threshold per concept", _vectors(evaluation)),
        ):
            seconds = best_of(call, arguments=rules)
            what = f"{name}, {form}"
            is_promised = name in wanted
            lines.append(
                within(what, seconds, wanted=wanted[name]) if is_promised else alone(what, seconds)
            )
    lines.append(
        alone("counts, every concept", best_of(evaluation.counts, arguments=_rules("every")))
    )
    vectors = [(Rule(rule.threshold, mode="every"),) for (rule,) in _vectors(evaluation)]
    for what, rules in (
        ("few pass", [(Rule(t, mode="every"),) for t in FEW_PASS]),
        ("many pass", _rules("every")),
        ("a threshold per concept", vectors),
    ):
        seconds = best_of(evaluation.matrix, arguments=rules)
        lines.append(within(f"matrix, every concept, {what}", seconds, wanted=0.05))
    return lines


def _rules(mode: Mode) -> list[tuple[Rule]]:
    return [(Rule(t, mode=mode),) for t in THRESHOLDS]


def _vectors(evaluation: Evaluation) -> list[tuple[Rule]]:
    rows = np.random.default_rng(7).uniform(0.3, 0.9, (4, evaluation.run.n_concepts)).tolist()
    return [(Rule(dict(zip(evaluation.run.concepts, row, strict=True))),) for row in rows]
