"""The commands of ``python -m evalcore``: runs, reports, decisions on them, and the store."""

from __future__ import annotations

import argparse
import itertools
import sys
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path

from evalcore.counting.evaluation import Evaluation
from evalcore.decisions import commands as decision_commands
from evalcore.errors import WorkshopError, name_list
from evalcore.library.archive import is_archive, load_archive
from evalcore.parts import commands as parts_commands
from evalcore.parts.opening import is_in_parts, open_parts
from evalcore.readers import load_run
from evalcore.reports import commands as report_commands
from evalcore.runs.load_report import ColumnRole
from evalcore.runs.run import EvalRun
from evalcore.store import commands as store_commands

__all__ = ["load_report", "main"]

N_NAMED = 20
MOST_COLUMNS = 20
"""So many columns in a row with one role are listed one by one."""


def main(arguments: Sequence[str]) -> int:
    """Run a command and return its exit code.

    Returns
    -------
    int
        0 when the run or the store could be read, 1 when it could not; wrong usage exits with 2.
        ``check --decision`` returns 1 when the goal does not hold, 2 when that cannot be checked.
    """
    parser = _parser()
    options = parser.parse_args(arguments)
    if options.command == "check" and options.decision is None:
        for name in ("strict", "even_if_ended"):
            if getattr(options, name):
                parser.error(f"--{name.replace('_', '-')} needs --decision")
    try:
        return _run(options)
    except WorkshopError as error:
        sys.stdout.flush()
        sys.stderr.write(printable(f"{error}\n"))
        return 2 if getattr(options, "decision", None) and options.command == "check" else 1


def _run(options: argparse.Namespace) -> int:
    if options.command == "store":
        _say(store_commands.run(options))
        return 0
    if options.command == "prepare":
        _say(parts_commands.prepare_lines(options))
        return 0
    with _opened_at(options.path) as opened:
        run = opened.run
        if options.command == "report":
            with _opened_at(options.against) if options.against else nullcontext() as other:
                right = None if other is None else other.evaluation
                _say(report_commands.report_lines(options, opened.evaluation, right))
            return 0
        if options.command == "apply":
            _say(
                decision_commands.applied_lines(
                    options.decision, opened.evaluation, even_if_ended=options.even_if_ended
                )
            )
            return 0
        if options.command == "check" and options.decision is not None:
            lines, holds = decision_commands.check_lines(
                options.decision,
                opened.evaluation,
                strict=options.strict,
                even_if_ended=options.even_if_ended,
            )
            _say(lines)
            return 0 if holds else 1
        _say(load_report(run))
        if options.command == "convert":
            _say([f"Saved in {run.save(options.out)}"])
    return 0


def _say(lines: Iterable[str]) -> None:
    sys.stdout.write(printable("".join(f"{line}\n" for line in lines)))


def load_report(run: EvalRun) -> Iterator[str]:
    """Yield the lines of a run's load report."""
    yield f"run       {run.name}"
    yield f"format    {run.report.format}"
    yield f"task      {run.task.replace('_', '-')}"
    yield f"inputs    {run.n_inputs:,}"
    yield f"concepts  {run.n_concepts:,}: {name_list(run.concepts, limit=N_NAMED)}"
    yield f"labels    {run.labels.inputs.size:,}"
    yield f"scores    {run.scores.dtype}"
    if run.folds is not None:
        yield f"splits    {len(run.fold_names):,}: {name_list(run.fold_names, limit=N_NAMED)}"
    if run.report.columns:
        yield "columns"
    yield from _columns(run.report.columns)
    levels = [notice.level for notice in run.report.notices]
    counts = ", ".join(f"{levels.count(level)} {level}" for level in dict.fromkeys(levels))
    yield f"notices   {counts or 'none'}"
    for notice in run.report.notices:
        yield f"  {notice.level}: {notice.text}"


def _columns(columns: Sequence[ColumnRole]) -> Iterator[str]:
    """Yield a line per column; of many in a row with one role only the first ones."""
    for role, group in itertools.groupby(columns, key=lambda column: column.role):
        found = list(group)
        shown = found if len(found) <= MOST_COLUMNS else found[:MOST_COLUMNS]
        for column in shown:
            detail = f" ({column.detail})" if column.detail else ""
            yield f"  {column.column}: {role}{detail}"
        if len(found) > len(shown):
            yield f"  and {len(found) - len(shown):,} more: {role}"


def printable(text: str) -> str:
    r"""Return text whose invisible characters are escaped, so that no name drives the terminal.

    Examples
    --------
    >>> printable("dog\x1b[2J")
    'dog\\x1b[2J'
    """
    return "".join(
        letter if letter.isprintable() or letter == "\n" else ascii(letter)[1:-1] for letter in text
    )


@dataclass(frozen=True, kw_only=True, eq=False)
class _Opened:
    """A run, and its evaluation where that is at hand."""

    run: EvalRun
    known: Evaluation | None = None

    @property
    def evaluation(self) -> Evaluation:
        return self.known or Evaluation(self.run)


@contextmanager
def _opened_at(path: Path) -> Iterator[_Opened]:
    if is_in_parts(path):
        evaluation = open_parts(path)
        yield _Opened(run=evaluation.run, known=evaluation)
    elif not is_archive(path):
        yield _Opened(run=load_run(path))
    else:
        with tempfile.TemporaryDirectory(prefix="threshold-workshop-") as folder:
            yield _Opened(run=load_archive(path, into=Path(folder)))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m evalcore",
        description="Look at an evaluation run: a folder, a table, a ZIP, or another tool's file.",
    )
    commands = parser.add_subparsers(dest="command", required=True)
    check = commands.add_parser("check", help="print what was read and how it was understood")
    convert = commands.add_parser("convert", help="check, then write the run as a folder")
    for command in (check, convert):
        command.add_argument("path", type=Path, metavar="PATH")
    convert.add_argument("out", type=Path, metavar="OUT", help="a folder that does not exist yet")
    decision_commands.add_options(check)
    decision_commands.add_to(commands)
    parts_commands.add_to(commands)
    report_commands.add_to(commands)
    store_commands.add_to(commands)
    return parser
