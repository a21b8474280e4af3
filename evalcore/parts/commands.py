"""The command ``python -m evalcore prepare``: progress while it works, a summary in the end."""

from __future__ import annotations

import argparse
import re
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from evalcore.errors import RunError, shorten
from evalcore.parts.preparing import Progress, prepare

__all__ = ["add_to", "prepare_lines"]

SIZE = re.compile(r"(\d+(?:\.\d+)?)\s*([KMGT]?)(i?)B?", re.IGNORECASE)
EVERY = 2.0
"""Seconds between two lines of progress."""


def add_to(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command and its options."""
    prepare_it = commands.add_parser(
        "prepare",
        help="prepare a run in parts: a folder with run.json and predictions/*.parquet",
    )
    prepare_it.add_argument("path", metavar="DATASET", help="the folder, or its address (s3://...)")
    prepare_it.add_argument(
        "--out", type=Path, metavar="DIR", help="where to; a folder of the workshop's own otherwise"
    )
    prepare_it.add_argument(
        "--scheduler",
        metavar="ADDRESS",
        help="of a Dask cluster; 'local': processes of this machine",
    )
    prepare_it.add_argument(
        "--memory", metavar="SIZE", help="what one worker may take (as before; 1GiB at first)"
    )
    prepare_it.add_argument(
        "--verify",
        action="store_true",
        help="compare every byte of finished parts, mend what is not",
    )
    prepare_it.add_argument(
        "--workers", type=int, metavar="N", help="at a time on this machine; one per processor"
    )


def prepare_lines(options: argparse.Namespace) -> Iterator[str]:
    """Prepare a run in parts, saying how far it is on the error stream; yield the summary.

    Raises
    ------
    RunError
        When the run cannot be prepared.
    """
    done = prepare(
        options.path,
        out=options.out,
        scheduler=options.scheduler,
        memory=None if options.memory is None else bytes_of(options.memory),
        n_workers=options.workers,
        verify=options.verify,
        vouched=True,  # whoever types the command
        watch=_Teller(),
    )
    kept = f", {done.n_kept:,} of them kept from before" if done.n_kept else ""
    yield f"prepared  {done.n_rows:,} inputs x {done.n_concepts:,} concepts"
    yield f"parts     {done.n_parts:,}{kept}"
    yield f"time      {_time(done.seconds)}"
    yield f"size      {done.n_bytes // 2**20:,} MB"
    yield f"in        {done.out}"


def bytes_of(text: str) -> int:
    """Return a size in bytes.

    Raises
    ------
    RunError
        When it is none.

    Examples
    --------
    >>> bytes_of("2GiB"), bytes_of("500 MB")
    (2147483648, 500000000)
    """
    found = SIZE.fullmatch(text.strip())
    if found is None:
        msg = f"--memory must be a size such as 2GiB or 500MB, got {shorten(text)}."
        raise RunError(msg)
    number, letter, binary = found.groups()
    power = "KMGT".find(letter.upper()) + 1 if letter else 0
    return int(float(number) * (1024 if binary else 1000) ** power)


class _Teller:
    """Says how far it is, now and then."""

    def __init__(self) -> None:
        self.said_at = 0.0

    def __call__(self, progress: Progress) -> None:
        if progress.done < progress.of and time.monotonic() - self.said_at < EVERY:
            return
        self.said_at = time.monotonic()
        sys.stderr.write(
            f"{progress.done:,} of {progress.of:,} {progress.what} · "
            f"{round(progress.rate):,} a second · {_time(progress.seconds_left)} left\n"
        )
        sys.stderr.flush()


def _time(seconds: float) -> str:
    whole = round(seconds)
    if whole < 120:
        return f"{whole} s"
    return f"{whole // 60} min" if whole < 7_200 else f"{whole // 3_600} h {whole // 60 % 60} min"
