"""What the app was started with, after ``--``: runs, roots, store. Read here and nowhere else."""

from __future__ import annotations

import argparse
import sys
from dataclasses import dataclass

__all__ = ["Options", "options"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """The words of the command line; what is given without a value counts as not given."""

    runs: str | None
    """The library's folder."""
    run: tuple[str, ...]
    """Runs to list before those of the library."""
    roots: tuple[str, ...]
    """Folders below which a run may be opened by its path."""
    store: str | None
    """Where decisions are kept."""


def options() -> Options:
    """Return the options as they are now."""
    parser = argparse.ArgumentParser(add_help=False, allow_abbrev=False)
    for name in ("--runs", "--store"):
        parser.add_argument(name, nargs="?")
    for name in ("--run", "--roots"):
        parser.add_argument(name, nargs="?", action="append", default=[])
    given = parser.parse_known_args(sys.argv[1:])[0]
    return Options(
        runs=given.runs,
        run=tuple(filter(None, given.run)),
        roots=tuple(filter(None, given.roots)),
        store=given.store,
    )
