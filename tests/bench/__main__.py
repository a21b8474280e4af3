"""The command line of the benchmark.

``python -m tests.bench [--large] [--quick]`` prints the core's table;
``python -m tests.bench drag ...`` hands its arguments to :mod:`tests.bench.drag`, and so on.
"""

from __future__ import annotations

import argparse
import importlib
import importlib.util
import sys
from collections.abc import Sequence


def main(arguments: Sequence[str]) -> int:
    """Run one sub-command, ``core`` when none is named; return the exit status."""
    name, rest = _split(arguments)
    if name is None:
        _parser().print_help()
        return 0
    # imported late: a browser is no reason for the core's table to fail, nor the other way round
    module = f"tests.bench.{name}"
    if importlib.util.find_spec(module) is None:
        _parser().error(f"there is no {module}")
    status: int = importlib.import_module(module).main(rest)
    return status


def _split(arguments: Sequence[str]) -> tuple[str | None, list[str]]:
    if arguments and arguments[0] in {"-h", "--help"}:
        return None, []
    if not arguments or arguments[0].startswith("-"):
        return "core", list(arguments)
    named, rest = _parser().parse_known_args(arguments[:1])
    return named.command, [*rest, *arguments[1:]]


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m tests.bench",
        description="Measure Threshold Workshop. 'COMMAND --help' lists a command's own options.",
    )
    commands = parser.add_subparsers(dest="command", metavar="COMMAND")
    commands.add_parser("core", help="ours against scikit-learn, and memory (the default)")
    commands.add_parser("drag", help="dragging the threshold in a browser")
    commands.add_parser("open", help="opening a large run for the first and the second time")
    commands.add_parser("comparing", help="Compare, Improve and the measuring of images")
    commands.add_parser("silent", help="what is inferred of runs in which there is nothing to find")
    commands.add_parser("suspicion", help="labels ranked at 125k x 600, kept and opened again")
    commands.add_parser("proofs", help="how often the proofs succeed, and how often they are wrong")
    commands.add_parser("needed", help="how often the number of inputs told proves a goal")
    commands.add_parser("readings", help="wide tables, named with a prefix and as the labels are")
    commands.add_parser("killed_writers", help="kill -9 of writers: is what was acknowledged there")
    commands.add_parser(
        "scale", help="a run in parts; --topk: of listed scores; --large: at full size"
    )
    commands.add_parser("record", help="10,000 decisions on record: the first read, and one more")
    commands.add_parser("pictures", help="tiny files of many pixels, and another session meanwhile")
    commands.add_parser("sessions", help="1 to 100 sessions, one or two servers; --soak")
    commands.add_parser("following", help="10 and 30 browsers that follow a drag and vote")
    commands.add_parser(
        "attack", help="a stranger's files and writers that are killed; --short to try"
    )
    return parser


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
