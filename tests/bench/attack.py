"""What a stranger's small files do to the product: one table.

``python -m tests.bench attack`` is the long form: 20,000 damaged files of all formats, the files
that unfold (:mod:`tests.support.unfolding`) in a process of bounded memory, tiny pictures of many
pixels while another session's live route is timed, writers that are killed until 20,000 saves were
acknowledged, and 10,000 decisions on record. It takes an hour or more, says on the error stream how
far it is, and prints what it has when it is interrupted. ``--short`` is for trying.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from itertools import chain
from pathlib import Path

from tests.bench import killed_writers, pictures, record
from tests.bench.machine import describe
from tests.bench.table import Line, format_bytes, format_seconds, render
from tests.core.readers.test_fuzz import WRITERS, sample
from tests.support.unfolding import UNFOLDING

__all__ = ["main"]

ROOT = Path(__file__).resolve().parents[2]
LONG = {"mutants": 20_000, "pictures": 48, "saves": 20_000, "decisions": 10_000}
SHORT = {"mutants": 160, "pictures": 8, "saves": 60, "decisions": 500}
SEED = 11
AT_ONCE = 250
"""Mutants of one process; what it leaves behind is not carried on for ever."""
PATIENCE = 30.0
"""Seconds that one mutant may take on a busy machine; the process itself allows less."""
MEGABYTES = 1_536
MOST_BYTES = 2 * 2**30
MOST_SECONDS = 30.0


def main(arguments: Sequence[str]) -> int:
    """Try all and print the table; return 1 when a promise was missed."""
    options = _options(arguments)
    lines: list[Line] = []
    try:
        for line in _lines(options):
            lines.append(line)
            print(" ".join(line.cells()), file=sys.stderr, flush=True)
    except KeyboardInterrupt:
        lines.append(Line(what="interrupted", ours="", kept=False))
    print(render(f"Attacked: {describe()}", lines=lines))
    return int(any(line.kept is False for line in lines))


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    is_short = "--short" in arguments
    default = SHORT if is_short else LONG
    parser = argparse.ArgumentParser(prog="python -m tests.bench attack")
    parser.add_argument("--short", action="store_true", help="some of each, for trying")
    about = {
        "mutants": f"damaged files of the {len(WRITERS)} formats together",
        "pictures": "tiny files of 20 million pixels, asked for at once",
        "saves": "acknowledged by killed writers",
        "decisions": "on record",
    }
    for name, said in about.items():
        parser.add_argument(f"--{name}", type=int, default=default[name], help=said)
    parser.add_argument("--seconds", type=int, default=600, help="that one file may take")
    parser.add_argument("--only", choices=sorted(_PARTS), action="append", help="of the parts")
    return parser.parse_args(arguments)


def _lines(options: argparse.Namespace) -> Iterator[Line]:
    chosen = options.only or list(_PARTS)
    return chain.from_iterable(make(options) for name, make in _PARTS.items() if name in chosen)


def _child(program: str, *arguments: str, timeout: float) -> tuple[int, list[dict[str, object]]]:
    """Return how a child ended and what it said; what it said until then when it hangs."""
    command = [sys.executable, str(ROOT / "tests/support" / program), *arguments]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"}
    with tempfile.TemporaryFile("w+") as said:
        try:
            done = subprocess.run(  # noqa: S603 - our own interpreter and program
                command, env=environment, stdout=said, stderr=subprocess.DEVNULL,
                check=False, timeout=timeout,
            ).returncode  # fmt: skip
        except subprocess.TimeoutExpired:
            done = -1
        said.seek(0)
        return done, [json.loads(line) for line in said if line.endswith("\n")]


def _fuzzed(options: argparse.Namespace) -> Iterator[Line]:
    count = max(1, options.mutants // len(WRITERS))
    for ending, write in WRITERS.items():
        counts, problems = Counter[str](), list[str]()
        for start in range(0, count, AT_ONCE):
            n_mutants = min(AT_ONCE, count - start)
            with tempfile.TemporaryDirectory() as folder:
                path = Path(folder) / f"pets.{ending}"
                write(sample(), path)
                status, found = _child(
                    "fuzz_child.py", str(path), str(SEED + start), str(n_mutants),
                    timeout=60 + PATIENCE * n_mutants,
                )  # fmt: skip
            counts.update(str(one["result"]) for one in found)
            problems += [str(one["message"]) for one in found if one["result"] == "crash"]
            if status != 0 or len(found) != n_mutants:
                counts["hang"] += 1
        for problem in sorted(set(problems)):
            print(f"  {ending}: {problem}", file=sys.stderr, flush=True)
        yield Line(
            what=f"{count:,} damaged {ending}",
            ours=", ".join(f"{n:,} {what}" for what, n in sorted(counts.items())),
            target="no crash, no hang, 2 GB",
            kept=not counts["crash"] and not counts["hang"],
        )


def _unfolded(options: argparse.Namespace) -> Iterator[Line]:
    for name, write in UNFOLDING.items():
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / name
            write(path)
            files = path.iterdir() if path.is_dir() else [path]
            size = sum(file.stat().st_size for file in files)
            limits = (str(MEGABYTES), str(options.seconds))
            _, found = _child(
                "reading_child.py", *limits, str(path), timeout=60.0 + options.seconds
            )
        yield _unfolded_line(f"{name}, {format_bytes(size)}", found)


def _unfolded_line(what: str, found: Sequence[dict[str, object]]) -> Line:
    target = f"{format_bytes(MOST_BYTES)}, {MOST_SECONDS:.0f} s of a processor"
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


_PARTS: dict[str, Callable[[argparse.Namespace], Iterator[Line]]] = {
    "mutants": _fuzzed,
    "unfolding": _unfolded,
    "pictures": lambda options: pictures.lines(pictures=options.pictures),
    "saves": lambda options: killed_writers.lines(saves=options.saves),
    "decisions": lambda options: record.lines(decisions=options.decisions),
}
